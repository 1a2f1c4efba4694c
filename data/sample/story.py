"""The story planted in the ledger: what an analysis of the sample ought to find again."""

from dataclasses import dataclass
from datetime import date

from data.sample.plane import Point, to_lonlat


@dataclass(frozen=True)
class Window:
    """Minutes of the day between which something happens, most often at `peak_min`."""

    from_min: int
    peak_min: int
    to_min: int
    share: float = 1.0


@dataclass(frozen=True)
class Hotspot:
    """A planted hotspot: its middle on the plane (metres), its size and its hours.

    Examples
    --------
    >>> spot = Hotspot("正门", (750.0, 650.0), 3, date(2026, 9, 1), date(2026, 9, 2), (), 0.0)
    >>> spot.lon, spot.lat
    (117.9, 38.85)
    """

    name: str
    place: Point
    n: int
    first_day: date
    last_day: date
    windows: tuple[Window, ...]
    weekend_share: float

    @property
    def lon(self) -> float:
        """Longitude of the middle, WGS84, degrees."""
        return round(to_lonlat(self.place)[0], 6)

    @property
    def lat(self) -> float:
        """Latitude of the middle, WGS84, degrees."""
        return round(to_lonlat(self.place)[1], 6)


@dataclass(frozen=True)
class NearRepeat:
    """Series planted at lasting hotspots: a first incident, soon followed by others beside it."""

    series: tuple[tuple[str, int], ...]
    """The name of a hotspot and how many series there are at it."""
    n_followers: int
    within_days: int
    """From the first to the last incident of a series, at most."""
    within_m: float
    """From the first incident to each that follows, at most."""


@dataclass(frozen=True)
class Truth:
    """What was planted: 26 weeks, one clean-up, and four hotspots of which two are one that moved.

    At the two that stayed there are near repeats. There is no other clustering.

    The hours follow what little is known of the trade (weekday mornings before large hospitals);
    every number is a choice made for the sample, not a finding.
    """

    first_day: date
    last_day: date
    cleanup_on: date
    day: Hotspot
    evening: Hotspot
    before_cleanup: Hotspot
    after_cleanup: Hotspot
    treated_m: float
    """How far around `before_cleanup` the clean-up reached."""
    ring_m: float
    """How far beyond that it was displaced, at most."""
    seen_over_days: int
    """Days before and after from which on so few incidents can tell it from chance."""
    near_repeat: NearRepeat

    @property
    def hotspots(self) -> tuple[Hotspot, ...]:
        """All planted hotspots."""
        return self.day, self.evening, self.before_cleanup, self.after_cleanup


FIRST_DAY, LAST_DAY = date(2026, 5, 18), date(2026, 11, 15)
CLEANUP_ON = date(2026, 9, 8)
_MORNING = Window(450, 520, 660, 0.72)
_AFTERNOON = Window(810, 865, 960, 0.28)
_EARLY = Window(390, 455, 570)
_EVENING = Window(1110, 1170, 1288)

TRUTH = Truth(
    first_day=FIRST_DAY,
    last_day=LAST_DAY,
    cleanup_on=CLEANUP_ON,
    day=Hotspot("青梧医院正门", (782, 665), 45, FIRST_DAY, LAST_DAY, (_MORNING, _AFTERNOON), 0.05),
    evening=Hotspot("云桥站出站口", (1092, 897), 25, FIRST_DAY, LAST_DAY, (_EVENING,), 0.35),
    before_cleanup=Hotspot(
        "菱歌早市西口", (522, 905), 20, FIRST_DAY, date(2026, 9, 7), (_EARLY,), 0.3
    ),
    # across the bridge, on the other bank
    after_cleanup=Hotspot(
        "鹤汀大药房门口", (331, 952), 15, date(2026, 9, 11), LAST_DAY, (_EARLY,), 0.3
    ),
    treated_m=75.0,
    ring_m=200.0,
    seen_over_days=56,
    near_repeat=NearRepeat(
        series=(("青梧医院正门", 6), ("云桥站出站口", 4)),
        n_followers=2,
        within_days=4,
        within_m=60.0,
    ),
)
