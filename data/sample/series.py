"""Near repeats planted in the ledger: some incidents are moved close after another one nearby."""

from dataclasses import replace
from datetime import timedelta

import numpy as np

from data.sample.ledger import Incident
from data.sample.plane import draw_from
from data.sample.story import TRUTH, NearRepeat

_FRIDAY = 5
_DAYS_MOVED = (8, 28)
"""An incident is taken from a day so many days off: what is no follower yet, and the months keep
their numbers."""


def plant_near_repeats(ledger: list[Incident]) -> list[Incident]:
    """
    Let some incidents of the lasting hotspots follow soon after another one beside them.

    Only days change: no place, no hour of day and no source, and a working day stays one. What is
    hot and at which hours is therefore the same as without the series.

    Parameters
    ----------
    ledger
        All incidents, those of a hotspot named after it.

    Returns
    -------
    ledger
        The same incidents in the order in which they are received now.
    """
    rng = draw_from(7)
    rows = list(ledger)
    for name, n_series in TRUTH.near_repeat.series:
        members = [
            i for i, row in enumerate(rows) if row.near == name and row.spell.precision != "日"
        ]
        free, left = set(members), n_series
        for first in rng.permutation(members).tolist():
            if not left or first not in free:
                continue
            followers = _choose(rows, first, free - {first}, TRUTH.near_repeat)
            if len(followers) < TRUTH.near_repeat.n_followers:
                continue
            for row in followers:
                rows[row] = _move_after(rows[row], rows[first], TRUTH.near_repeat, rng)
            free -= {first, *followers}
            left -= 1
    return sorted(rows, key=lambda row: (row.received_at, row.spell.since))


def _choose(rows: list[Incident], first: int, free: set[int], planted: NearRepeat) -> list[int]:
    """Return the nearest free incidents that happened neither close in time nor long apart."""
    least, most = _DAYS_MOVED
    start, middle = rows[first].spell.since.date(), rows[first].place
    gap = {}
    for i in free:
        place = rows[i].place
        if place is None or middle is None:
            continue
        if least <= abs((rows[i].spell.since.date() - start).days) <= most:
            gap[i] = place.distance(middle)
    near = [i for i in gap if gap[i] <= planted.within_m]
    return sorted(near, key=lambda i: (gap[i], i))[: planted.n_followers]


def _move_after(
    row: Incident, first: Incident, planted: NearRepeat, rng: np.random.Generator
) -> Incident:
    """Move an incident to one of the days after another, at its own hour."""
    spell, start = row.spell, first.spell.since.date()
    workday = spell.since.isoweekday() <= _FRIDAY
    days = [start + timedelta(days=k) for k in range(1, planted.within_days)]
    fitting = [day for day in days if (day.isoweekday() <= _FRIDAY) == workday] or days
    by = fitting[int(rng.integers(len(fitting)))] - spell.since.date()
    until = None if spell.until is None else spell.until + by
    moved = replace(spell, since=spell.since + by, until=until)
    return replace(row, spell=moved, received_at=row.received_at + by)
