"""What was planted in the sample, in one file that any program can read."""

import json

from data.sample.plane import LABEL, SEED
from data.sample.story import TRUTH, Hotspot

PLANTED_M = 73.0
"""No incident of a planted hotspot lies farther than this from its middle."""


def truth_json() -> str:
    """Return the planted truth as JSON: places in WGS84 degrees, lengths in metres."""
    truth = {
        "note": LABEL,
        "seed": SEED,
        "first_day": f"{TRUTH.first_day}",
        "last_day": f"{TRUTH.last_day}",
        "hotspots": {"day": _place(TRUTH.day), "night": _place(TRUTH.evening)},
        "displacement": {
            "cleanup_on": f"{TRUTH.cleanup_on}",
            "treated_m": TRUTH.treated_m,
            "ring_m": TRUTH.ring_m,
            "seen_over_days": TRUTH.seen_over_days,
            "before": _place(TRUTH.before_cleanup),
            "after": _place(TRUTH.after_cleanup),
        },
        "near_repeat": {
            "series": dict(TRUTH.near_repeat.series),
            "followers": TRUTH.near_repeat.n_followers,
            "within_days": TRUTH.near_repeat.within_days,
            "within_m": TRUTH.near_repeat.within_m,
        },
        "other_clustering": None,
    }
    return json.dumps(truth, ensure_ascii=False, indent=2) + "\n"


def _place(spot: Hotspot) -> dict[str, str | float | int]:
    return {
        "name": spot.name,
        "lon": spot.lon,
        "lat": spot.lat,
        "within_m": PLANTED_M,
        "n": spot.n,
        "first_day": f"{spot.first_day}",
        "last_day": f"{spot.last_day}",
    }
