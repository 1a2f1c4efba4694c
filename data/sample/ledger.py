"""The ledger of incidents: when and where each happened, and how it became known."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

import numpy as np
from shapely import Point

from data.sample.communities import community_at
from data.sample.facilities import nearest_street
from data.sample.plane import draw_from
from data.sample.spots import Spots
from data.sample.story import FIRST_DAY, LAST_DAY, TRUTH, Window

_N_SCATTERED, _EVENING_SHARE, _WEEKEND_SHARE = 51, 0.14, 0.2
_SCATTERED = (Window(420, 600, 1070, 1 - _EVENING_SHARE), Window(1085, 1150, 1310, _EVENING_SHARE))
_TYPES = {"站街设牌": 0.40, "散发小广告": 0.27, "交易聚集": 0.18, "张贴小广告": 0.10, "其他": 0.05}
_SOURCES = {"12345": 0.42, "巡查发现": 0.27, "110": 0.22, "网格": 0.05, "举报": 0.04}
_HEARSAY = {"12345", "网格", "举报"}  # who was not there seldom knows the minute
_PRECISIONS = {
    True: {"分": 0.36, "时": 0.20, "时段": 0.34, "日": 0.10},
    False: {"分": 0.86, "时": 0.0, "时段": 0.14, "日": 0.0},
}
_MEAN_DELAY_MIN = {"12345": 260, "网格": 90, "举报": 600, "巡查发现": 8, "110": 6}
_NOON_MIN, _DARK_MIN, _FRIDAY = 12 * 60, 18 * 60, 5
_VAGUE_SHARE = 0.25  # of morning intervals: no more than "in the morning"
# the place if it is known, what is near, how well it is known
Where = tuple[Point | None, str, str]

_UNPLACED = (
    "河边桥底下（具体位置不详）",
    "某药店旁边的巷口（来电人说不清）",
    "老磨坊附近",
    "公交站往东一点",
)


@dataclass(frozen=True)
class Spell:
    """When something happened: a minute, an interval, or only a day."""

    precision: str
    since: datetime
    until: datetime | None = None

    @property
    def over_at(self) -> datetime:
        """The earliest time at which it can have been reported."""
        if self.precision == "日":
            return self.since + timedelta(hours=17)
        return self.until or self.since


@dataclass(frozen=True)
class Incident:
    """One row of the ledger; no `place` where nobody could say where it was."""

    source: str
    kind: str
    spell: Spell
    received_at: datetime
    place: Point | None
    near: str
    geo_precision: str

    @property
    def address(self) -> str:
        """The street and what is near, as a clerk would write it."""
        if self.place is None:
            return self.near
        street = nearest_street(self.place)[1]
        return f"{street}（{self.near}附近）" if self.near else street

    @property
    def community(self) -> str:
        """The community of the place, empty where there is none."""
        return "" if self.place is None else community_at(self.place.x, self.place.y)


def keep_ledger() -> list[Incident]:
    """Return all incidents in the order in which they were received."""
    rng = draw_from(6)
    spots = Spots(rng)
    rows = []
    for hotspot in TRUTH.hotspots:
        days = _days(hotspot.first_day, hotspot.last_day)
        for _ in range(hotspot.n):
            day = _pick_day(days, hotspot.weekend_share, rng)
            place, precision = spots.around(Point(hotspot.place))
            minute = _pick_minute(hotspot.windows, rng)
            rows.append(_report(day, minute, (place, hotspot.name, precision), rng))
    days = _days(FIRST_DAY, LAST_DAY)
    scattered: list[Where] = []
    scattered += [spots.anywhere() for _ in range(_N_SCATTERED)]
    scattered += [(place, "", "路段") for place in spots.outside()]
    scattered += [(None, near, "无") for near in _UNPLACED]
    for where in scattered:
        day = _pick_day(days, _WEEKEND_SHARE, rng)
        rows.append(_report(day, _pick_minute(_SCATTERED, rng), where, rng))
    return sorted(rows, key=lambda row: (row.received_at, row.spell.since))


def _days(first: date, last: date) -> list[date]:
    return [first + timedelta(days=i) for i in range((last - first).days + 1)]


def _pick_day(days: list[date], weekend_share: float, rng: np.random.Generator) -> date:
    """Draw a day; a weekend with the given chance."""
    weekend = bool(rng.random() < weekend_share)
    fitting = [day for day in days if (day.isoweekday() > _FRIDAY) == weekend]
    return fitting[int(rng.integers(len(fitting)))]


def _pick_minute(windows: tuple[Window, ...], rng: np.random.Generator) -> int:
    """Draw a minute of the day from one of the windows, most often near its peak."""
    window = windows[int(rng.choice(len(windows), p=[window.share for window in windows]))]
    return int(rng.triangular(window.from_min, window.peak_min, window.to_min))


def _pick(shares: dict[str, float], rng: np.random.Generator) -> str:
    return str(rng.choice(list(shares), p=list(shares.values())))


def _report(day: date, minute: int, where: Where, rng: np.random.Generator) -> Incident:
    """Let somebody report what happened, as exactly and as fast as such a source does."""
    source = _pick(_SOURCES, rng)
    precision = _pick(_PRECISIONS[source in _HEARSAY], rng)
    if precision == "日" and minute >= _DARK_MIN:
        precision = "时段"  # people say "last night", seldom only the day
    spell = _spell(day, minute, precision, rng)
    delay_min = 2 + int(rng.exponential(_MEAN_DELAY_MIN[source]))
    received_at = spell.over_at + timedelta(minutes=delay_min)
    return Incident(source, _pick(_TYPES, rng), spell, received_at, *where)


def _spell(day: date, minute: int, precision: str, rng: np.random.Generator) -> Spell:
    """Blur a minute of a day to what the report says of it."""
    midnight = datetime.combine(day, time())
    if precision == "日":
        return Spell(precision, midnight)
    if precision == "分":
        return Spell(precision, midnight + timedelta(minutes=minute))
    if precision == "时":
        since = minute // 60 * 60
        return Spell(precision, *(midnight + timedelta(minutes=m) for m in (since, since + 60)))
    least = _DARK_MIN if minute >= _DARK_MIN else 6 * 60
    since = max(least, (minute - int(rng.integers(10, 50))) // 10 * 10)
    until = (minute + int(rng.integers(20, 90))) // 10 * 10
    if minute < _NOON_MIN and rng.random() < _VAGUE_SHARE:
        since, until = 8 * 60 if minute >= 8 * 60 else 6 * 60, _NOON_MIN
    return Spell(precision, *(midnight + timedelta(minutes=m) for m in (since, until)))
