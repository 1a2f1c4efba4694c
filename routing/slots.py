"""When a stop may be visited, and when a team is out: time slots and varied starts."""

import zlib
from collections.abc import Sequence
from itertools import pairwise
from typing import NamedTuple

import numpy as np

from data.settings import Patrol
from data.shifts import Shift


class Slot(NamedTuple):
    """A span in which one visit may begin and must end; seconds after midnight."""

    earliest_s: int
    """First second at which the visit may begin."""
    latest_s: int
    """Last second at which the visit may begin."""


class Trip(NamedTuple):
    """A team's time out in one patrol window, from base to base."""

    team_id: str
    window: int
    """Number of the patrol window in the shift, from 1."""
    start_s: int
    """Seconds after midnight of the plan's date, as the clocks show them in this window."""
    end_s: int


def patrol_trips(
    team_ids: Sequence[str], shift: Shift, rules: Patrol, *, seed: int
) -> tuple[Trip, ...]:
    """
    Set out each team in each patrol window at a varied minute.

    Start and end move together by whole minutes, so no one's working hours change; windows keep
    half the break at least, and stay within the hours of the shift.

    Parameters
    ----------
    team_ids
        Teams on duty.
    shift
        Its patrol windows.
    rules
        `start_jitter_min`, the most by which a start varies.
    seed
        Same seed, same starts.

    Returns
    -------
    trips
        One per team and window.

    References
    ----------
    Unpredictable starts: Koper (1995), Justice Quarterly 12(4), doi:10.1080/07418829500096231

    Examples
    --------
    >>> shift = Shift("day", 360, 1080, patrol=((480, 690),))
    >>> patrol_trips(["D1"], shift, Patrol(start_jitter_min=0), seed=1)
    (Trip(team_id='D1', window=1, start_s=28800, end_s=41400),)
    """
    rng = np.random.default_rng([seed, zlib.crc32(shift.code.encode())])
    trips = []
    for team_id in team_ids:
        for window, (start, end) in enumerate(shift.patrol, start=1):
            back, ahead = _play(shift, window - 1, rules)
            offset = int(rng.integers(-back, ahead + 1))
            trips.append(Trip(team_id, window, (start + offset) * 60, (end + offset) * 60))
    return tuple(trips)


def hot_slots(shift: Shift, rules: Patrol, *, tilt: float = 0.0) -> tuple[Slot, ...]:
    """
    Divide the patrol windows into the slots of repeated visits to a hot stop.

    Two visits in different slots are at least `revisit_gap_min` apart, whoever makes them.

    Parameters
    ----------
    shift
        Its patrol windows.
    rules
        `revisit_max_min` (the longest slot when `tilt` is 0), `revisit_gap_min`, `hot_dwell_min`.
    tilt
        Moves the bounds between slots, in [-1, 1] of half the time that gap and visit leave: with a
        tilt of its own for each stop and day, nobody learns when the patrol comes back.

    Returns
    -------
    slots
        In rising order.

    References
    ----------
    Koper (1995), Justice Quarterly 12(4), doi:10.1080/07418829500096231

    Examples
    --------
    Two hours, visits of 10 minutes, half an hour apart: the first ends by 8:30, the other begins
    at 9:00.

    >>> shift = Shift("day", 360, 1080, patrol=((480, 600),))
    >>> rules = Patrol(revisit_max_min=60, hot_dwell_min=10, start_jitter_min=0)
    >>> [(a / 60, b / 60) for a, b in hot_slots(shift, rules)]
    [(480.0, 500.0), (540.0, 590.0)]
    """
    spans = []
    for window, (start, end) in enumerate(shift.patrol):
        count = max(1, int(np.ceil((end - start) / rules.revisit_max_min)))
        while count > 1 and (end - start) / count < rules.revisit_gap_min + rules.hot_dwell_min:
            count -= 1
        length = (end - start) / count
        spare = max(0.0, length - rules.revisit_gap_min - rules.hot_dwell_min)
        moved = round(tilt * spare / 2)  # the other half stays for the way there
        bounds = [start + (end - start) * part // count + moved for part in range(count + 1)]
        bounds[0], bounds[-1] = start, end
        back, ahead = _play(shift, window, rules)
        bounds[0] -= back
        bounds[-1] += ahead
        spans += [(first * 60, last * 60) for first, last in pairwise(bounds)]
    return _keep_apart(spans, gap_s=rules.revisit_gap_min * 60, dwell_s=rules.hot_dwell_min * 60)


def duty_slots(shift: Shift, rules: Patrol, visits: int) -> tuple[Slot, ...]:
    """
    Divide the patrol time of a shift among the visits that a key point is still owed.

    Parameters
    ----------
    shift
        Its patrol windows.
    rules
        `revisit_gap_min`, `key_point_dwell_min`.
    visits
        How many visits are owed, at least 1.

    Returns
    -------
    slots
        One per visit at most; fewer where they would not fit.

    Examples
    --------
    >>> shift = Shift("day", 360, 1080, patrol=((480, 600),))
    >>> rules = Patrol(key_point_dwell_min=15, start_jitter_min=0)
    >>> [(a / 60, b / 60) for a, b in duty_slots(shift, rules, 1)]
    [(480.0, 585.0)]
    """
    spans = []
    for part in range(visits):
        first = _clock(shift, shift.patrol_min * part // visits, opening=True)
        last = _clock(shift, shift.patrol_min * (part + 1) // visits, opening=False)
        spans.append((first * 60, last * 60))
    back, _ = _play(shift, 0, rules)
    _, ahead = _play(shift, len(shift.patrol) - 1, rules)
    spans[0] = (spans[0][0] - back * 60, spans[0][1])
    spans[-1] = (spans[-1][0], spans[-1][1] + ahead * 60)
    return _keep_apart(
        spans, gap_s=rules.revisit_gap_min * 60, dwell_s=rules.key_point_dwell_min * 60
    )


def _play(shift: Shift, window: int, rules: Patrol) -> tuple[int, int]:
    """Return by how many minutes a window may begin earlier, and later."""
    start, end = shift.patrol[window]
    back = ahead = int(rules.start_jitter_min)
    if window > 0:
        back = min(back, (start - shift.patrol[window - 1][1]) // 4)
    if window + 1 < len(shift.patrol):
        ahead = min(ahead, (shift.patrol[window + 1][0] - end) // 4)
    if shift.from_min <= start and end <= shift.ends_min:
        return min(back, start - shift.from_min), min(ahead, shift.ends_min - end)
    # the undivided shift of an area that begins with a night runs on past its own midnight
    return max(0, min(back, start)), max(0, ahead)


def _clock(shift: Shift, patrol_min: int, *, opening: bool) -> int:
    """Return the minute after midnight at which so many minutes of patrol time have passed."""
    passed = 0
    for start, end in shift.patrol:
        length = end - start
        if patrol_min < passed + length or (patrol_min == passed + length and not opening):
            return start + patrol_min - passed
        passed += length
    return shift.patrol[-1][1]


def _keep_apart(spans: list[tuple[int, int]], *, gap_s: float, dwell_s: float) -> tuple[Slot, ...]:
    """Shorten each span so that its visit ends `gap_s` before the next slot opens."""
    slots: list[Slot] = []
    for first, last in reversed(spans):
        close = min(last, slots[0].earliest_s - gap_s) if slots else last
        if close - dwell_s >= first:
            slots.insert(0, Slot(first, int(close - dwell_s)))
    return tuple(slots)
