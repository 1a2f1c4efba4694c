# ruff: noqa: ANN001, ANN201, ANN202, C901, PLR0912, PLR0917, PLR2004
# mypy: disallow-untyped-defs=False, disable-error-code="assignment,arg-type"
# Numba infers the types of compiled functions, which take plain arrays and hold their own loops
"""The compiled inner loop of the search: ruin, recreate, accept.

Everything is whole numbers, or additions and products of doubles, and the random numbers are our
own, so that one seed gives one trajectory on every machine. All compiled functions of the search
stand in this one file, because Numba's cache on disk notices a change of the file that holds a
function, but not one of a file that it calls.

References
----------
Christiaens & Vanden Berghe (2020), Transportation Science 54(2), doi:10.1287/trsc.2019.0914;
random numbers: Vigna (2016), ACM Transactions on Mathematical Software 42(4),
doi:10.1145/2845077
"""

import math
from typing import Any, NamedTuple

import numpy as np
from numba import njit

NEVER = 1 << 60
"""Later than any time that can occur."""
CHOICES = 1024
"""Steps in which the chance of accepting a worse plan is drawn."""
NEG_LOG = np.array([round(-math.log((k + 0.5) / CHOICES), 9) for k in range(CHOICES)])
"""Quantiles of the exponential distribution: a table, for logarithms differ between machines."""
SPLIT_SHARE = 0.5
"""How often a removed string keeps some stops in its middle."""
SPLIT_STOP = 0.5
"""How often such a string stops growing."""

MOST_TRIED = 100
"""How many of the absent tasks that were so before it a step tries to insert, about."""

Array = Any  # an ndarray: Numba knows its type, the type checker need not

# columns of `Model.visits`
PLACE, SERVICE, FIRST, LAST, TASK, GROUP = range(6)
# columns of `Model.teams`
PROFILE, START_PLACE, END_PLACE, START, END, PAUSE, PAUSE_EARLY, PAUSE_LATE, KIND, FIXED = range(10)
# columns of `Model.ranks`
WORTH, FAR, SPAN = range(3)
# columns of `State.stops`
VISIT, WHERE, LEG, DONE0, DONE1, LATE0, LATE1 = range(7)
# columns of `State.tours`
LENGTH, TRAVEL, VALUE, OPENED, DIRTY = range(5)
# columns of `State.seen`
TEAM, BEGIN, LOW, HIGH = range(4)
# columns of `Pool.facts`
SIZE, CLASS, WORTH_OF, TRAVEL_OF = range(4)


# only what Python calls is kept on disk, with all that it calls; the rest has no way in from Python
entry: Any = njit(cache=True, nogil=True, error_model="numpy")
inner: Any = njit(  # type: ignore[call-overload]  # options that its types do not list
    no_cpython_wrapper=True, no_cfunc_wrapper=True, nogil=True, error_model="numpy"
)


class Model(NamedTuple):
    """A problem in numbers; visits, tasks, teams and places count from 0.

    Few wide tables instead of many columns: every array that is handed from function to function
    costs Numba compile time and the search run time.
    """

    travel: Array
    """Shape (profiles, from, to)."""
    travel_to: Array
    """Shape (profiles, to, from)."""
    visits: Array
    """Shape (visits, 6): place, service, first window, window after its last, task, spacing group
    or -1."""
    windows: Array
    """Shape (windows, 2): first and last begin."""
    task_ptr: Array
    """Shape (tasks + 1,), into `task_visits`."""
    task_visits: Array
    value: Array
    """Shape (teams, visits): what a visit is worth; 0: not to be made."""
    gap: Array
    """Shape (spacing groups,)."""
    gap_ptr: Array
    """Shape (spacing groups + 1,), into `gap_visits`."""
    gap_visits: Array
    teams: Array
    """Shape (teams, 10): profile, places, shift, break, kind of team, whether it is locked."""
    near: Array
    """Shape (visits, neighbours): visits by distance, itself first."""
    ranks: Array
    """Shape (tasks, 3): for the orders of insertion, worth, distance and length of the windows, in
    means of all tasks; 10^6 is added to the worth of required tasks."""
    weights: Array
    """Energy of one unit of value, and of one unit of travel."""
    key: Array
    """Shape (visits,): random bits that make up a route's fingerprint."""


class State(NamedTuple):
    """A plan and the times that decide in one step whether a visit can be inserted."""

    stops: Array
    """Shape (teams, positions, 7): visit, place, travel to the next position, earliest completion
    before and after the break, latest begin before and after the break at which the rest of the
    route can still be kept. Position 0 is the start base. Without a break all is after it."""
    tours: Array
    """Shape (teams, 5): number of visits, travel, value; whether the step made room in the route,
    and whether it changed it."""
    seen: Array
    """Shape (visits, 4): team or -1; of visits in a spacing group the begin, and the bounds of the
    begin that keep it apart from others of the group."""
    made: Array
    """Shape (tasks,): the visit that meets it, or -1."""


class Scratch(NamedTuple):
    """Room for one step."""

    order: Array
    rank: Array
    removed: Array
    """Shape (tasks,): number of the step that removed it."""
    members: Array
    random: Array
    """Shape (2,): the state of the generator, and the number of the step."""


class Pool(NamedTuple):
    """Routes seen in good plans, for the set-packing programme."""

    route: Array
    """Shape (routes, positions)."""
    facts: Array
    """Shape (routes, 4): number of visits, kind of team, value, travel."""
    mark: Array
    """Shape (routes + 1,): fingerprints; the last one counts the routes."""
    table: Array
    """Hash table of routes, -1: free."""


@inner
def _draw(random):  # pragma: no cover
    """Return the next 64 random bits: xorshift64*."""
    x = random[0]
    x ^= x >> np.uint64(12)
    x ^= x << np.uint64(25)
    x ^= x >> np.uint64(27)
    random[0] = x
    return x * np.uint64(2685821657736338717)


@inner
def _below(random, count):  # pragma: no cover
    """Return a random whole number below `count`, which is less than 2^32."""
    return np.int64(((_draw(random) >> np.uint64(32)) * np.uint64(count)) >> np.uint64(32))


@inner
def _unit(random):  # pragma: no cover
    """Return a random number in [0, 1)."""
    return np.float64(_draw(random) >> np.uint64(11)) * (1.0 / 9007199254740992.0)


@inner
def _earliest(visits, windows, seen, visit, at):  # pragma: no cover
    """Return the earliest begin of a visit from `at` on, or NEVER."""
    high = NEVER
    if visits[visit, GROUP] >= 0:
        at = max(at, seen[visit, LOW])
        high = seen[visit, HIGH]
    for w in range(visits[visit, FIRST], visits[visit, LAST]):
        if at <= windows[w, 1]:
            at = max(at, windows[w, 0])
            return at if at <= high else NEVER
    return NEVER


@inner
def _latest(visits, windows, seen, visit, at):  # pragma: no cover
    """Return the latest begin of a visit up to `at`, or -NEVER."""
    low = -NEVER
    if visits[visit, GROUP] >= 0:
        at = min(at, seen[visit, HIGH])
        low = seen[visit, LOW]
    for w in range(visits[visit, LAST] - 1, visits[visit, FIRST] - 1, -1):
        if at >= windows[w, 0]:
            at = min(at, windows[w, 1])
            return at if at >= low else -NEVER
    return -NEVER


@inner
def _earliest_apart(m, s, visit, at):  # pragma: no cover
    """Return the earliest begin of an absent visit that keeps the gap to others of its group."""
    group = m.visits[visit, GROUP]
    moved = True
    while moved:
        moved = False
        at = _earliest(m.visits, m.windows, s.seen, visit, at)
        if group < 0 or at >= NEVER:
            return at
        ready = at + m.visits[visit, SERVICE] + m.gap[group]
        for k in range(m.gap_ptr[group], m.gap_ptr[group + 1]):
            other = m.gap_visits[k]
            if s.seen[other, TEAM] < 0 or other == visit:
                continue
            after = s.seen[other, BEGIN] + m.visits[other, SERVICE] + m.gap[group]
            if at < after and ready > s.seen[other, BEGIN]:
                at = after
                ready = at + m.visits[visit, SERVICE] + m.gap[group]
                moved = True
    return at


@inner
def _after_break(teams, team, done, travel):  # pragma: no cover
    """Return the arrival over a leg with the break: at its end if that is in time, or before it."""
    late = teams[team, PAUSE_LATE]
    if done + travel <= late:
        return max(teams[team, PAUSE_EARLY], done + travel) + teams[team, PAUSE]
    if done <= late:
        return max(teams[team, PAUSE_EARLY], done) + teams[team, PAUSE] + travel
    return NEVER


@inner
def _before_break(teams, team, arrive, travel):  # pragma: no cover
    """Return the latest completion from which a leg with the break arrives by `arrive`."""
    late = teams[team, PAUSE_LATE]
    ready = teams[team, PAUSE_EARLY] + teams[team, PAUSE]
    spare = arrive - teams[team, PAUSE] - travel
    latest = -NEVER
    if ready <= arrive:
        latest = min(late - travel, spare)
    if ready + travel <= arrive:
        latest = max(latest, min(late, spare))
    return latest


@inner
def _look_ahead(m, s, team):  # pragma: no cover
    """Work out the earliest times of a route; return whether its team is back in time."""
    stops = s.stops[team]
    visits = m.visits
    count = s.tours[team, LENGTH]
    pause = m.teams[team, PAUSE] > 0 and count > 0
    profile = m.teams[team, PROFILE]
    stops[0, DONE0] = m.teams[team, START] if pause else NEVER
    stops[0, DONE1] = NEVER if pause else m.teams[team, START]
    total = 0
    for i in range(count + 1):
        leg = m.travel[profile, stops[i, WHERE], stops[i + 1, WHERE]]
        stops[i, LEG] = leg
        total += leg
        arrive0 = stops[i, DONE0] + leg
        arrive1 = stops[i, DONE1] + leg
        if pause:
            arrive1 = min(arrive1, _after_break(m.teams, team, stops[i, DONE0], leg))
        stops[i + 1, DONE0] = NEVER
        stops[i + 1, DONE1] = arrive1
        if i < count:
            visit = stops[i + 1, VISIT]
            if arrive0 < NEVER:
                begin = _earliest(visits, m.windows, s.seen, visit, arrive0)
                if begin < NEVER:
                    stops[i + 1, DONE0] = begin + visits[visit, SERVICE]
            begin = _earliest(visits, m.windows, s.seen, visit, arrive1)
            stops[i + 1, DONE1] = begin + visits[visit, SERVICE] if begin < NEVER else NEVER
    s.tours[team, TRAVEL] = total if count > 0 else 0
    return count == 0 or stops[count + 1, DONE1] <= m.teams[team, END]


@inner
def _look_back(m, s, team):  # pragma: no cover
    """Work out the latest times of a route that can be kept."""
    stops = s.stops[team]
    count = s.tours[team, LENGTH]
    pause = m.teams[team, PAUSE] > 0 and count > 0
    stops[count + 1, LATE1] = m.teams[team, END]
    stops[count + 1, LATE0] = -NEVER
    for i in range(count, 0, -1):
        visit = stops[i, VISIT]
        until = stops[i, LEG] + m.visits[visit, SERVICE]
        at = stops[i + 1, LATE1] - until
        stops[i, LATE1] = _latest(m.visits, m.windows, s.seen, visit, at)
        stops[i, LATE0] = -NEVER
        if pause:
            at = _before_break(m.teams, team, stops[i + 1, LATE1], stops[i, LEG])
            at = max(at - m.visits[visit, SERVICE], stops[i + 1, LATE0] - until)
            stops[i, LATE0] = _latest(m.visits, m.windows, s.seen, visit, at)


@inner
def _note_begins(m, s, team):  # pragma: no cover
    """Note when the visits of a route that are in a spacing group begin."""
    before = False
    stops = s.stops[team]
    for i in range(s.tours[team, LENGTH], -1, -1):
        # going back, the break lies on the leg on which the state after it was reached from before
        if not before and m.teams[team, PAUSE] > 0:
            arrive = _after_break(m.teams, team, stops[i, DONE0], stops[i, LEG])
            before = arrive < stops[i, DONE1] + stops[i, LEG]
        visit = stops[i, VISIT]
        if i > 0 and m.visits[visit, GROUP] >= 0:
            done = stops[i, DONE0] if before else stops[i, DONE1]
            s.seen[visit, BEGIN] = done - m.visits[visit, SERVICE]


@inner
def _time(m, s, team):  # pragma: no cover
    """Work out all times of a route; return whether it can be kept."""
    fine = _look_ahead(m, s, team)
    _look_back(m, s, team)
    if fine and m.gap.size > 0:
        _note_begins(m, s, team)
    return fine


@inner
def _put(m, s, team, after, visit):  # pragma: no cover
    """Insert a visit behind a position."""
    stops = s.stops[team]
    for i in range(s.tours[team, LENGTH] + 2, after + 1, -1):
        stops[i, VISIT] = stops[i - 1, VISIT]
        stops[i, WHERE] = stops[i - 1, WHERE]
    stops[after + 1, VISIT] = visit
    stops[after + 1, WHERE] = m.visits[visit, PLACE]
    s.tours[team, LENGTH] += 1
    s.tours[team, VALUE] += m.value[team, visit]
    s.tours[team, DIRTY] = 1
    s.seen[visit, TEAM] = team
    s.made[m.visits[visit, TASK]] = visit


@inner
def _take(m, s, team, at):  # pragma: no cover
    """Remove the visit at a position; the times are not worked out anew."""
    stops = s.stops[team]
    visit = stops[at, VISIT]
    for i in range(at, s.tours[team, LENGTH] + 1):
        stops[i, VISIT] = stops[i + 1, VISIT]
        stops[i, WHERE] = stops[i + 1, WHERE]
    s.tours[team, LENGTH] -= 1
    s.tours[team, VALUE] -= m.value[team, visit]
    s.seen[visit, TEAM] = -1
    s.seen[visit, LOW] = -NEVER
    s.seen[visit, HIGH] = NEVER
    s.made[m.visits[visit, TASK]] = -1


@inner
def _arrivals(m, s, team, after, into):  # pragma: no cover
    """Return the arrivals at a place visited after a position, before and after the break."""
    done0, done1 = s.stops[team, after, DONE0], s.stops[team, after, DONE1]
    if m.teams[team, PAUSE] == 0:
        return NEVER, done1 + into
    if s.tours[team, LENGTH] == 0:  # an empty route has no break yet
        done0, done1 = m.teams[team, START], NEVER
    if done0 >= NEVER:
        return NEVER, done1 + into
    return done0 + into, min(done1 + into, _after_break(m.teams, team, done0, into))


@inner
def _fits(m, s, team, after, visit, into, out):  # pragma: no cover
    """Return the begin with which a visit can be inserted behind a position, or NEVER."""
    service = m.visits[visit, SERVICE]
    before, past = _arrivals(m, s, team, after, into)
    begin = _earliest_apart(m, s, visit, past)
    if begin < NEVER and begin + service + out <= s.stops[team, after + 1, LATE1]:
        return begin
    if before >= NEVER:
        return NEVER
    begin = _earliest_apart(m, s, visit, before)
    if begin >= NEVER:
        return NEVER
    done = begin + service
    if s.tours[team, LENGTH] > 0 and done + out <= s.stops[team, after + 1, LATE0]:
        return begin
    if _after_break(m.teams, team, done, out) <= s.stops[team, after + 1, LATE1]:
        return begin
    return NEVER


@inner
def _neighbours_in_time(m, s, visit, begin):  # pragma: no cover
    """Return the visits of the group that come just before and just after a begin, or -1."""
    group = m.visits[visit, GROUP]
    before = after = np.int64(-1)
    for k in range(m.gap_ptr[group], m.gap_ptr[group + 1]):
        other = m.gap_visits[k]
        if other == visit or s.seen[other, TEAM] < 0:
            continue
        if s.seen[other, BEGIN] <= begin:
            if before < 0 or s.seen[other, BEGIN] > s.seen[before, BEGIN]:
                before = other
        elif after < 0 or s.seen[other, BEGIN] < s.seen[after, BEGIN]:
            after = other
    return before, after


@inner
def _insert(m, s, team, after, visit, begin):  # pragma: no cover
    """Insert a visit and keep others of its group apart from it; return whether that worked."""
    group = m.visits[visit, GROUP]
    if group < 0:
        _put(m, s, team, after, visit)
        return _time(m, s, team)
    gap = m.gap[group]
    before, later = _neighbours_in_time(m, s, visit, begin)
    team_before = s.seen[before, TEAM] if before >= 0 else team
    team_later = s.seen[later, TEAM] if later >= 0 else team
    old_high = s.seen[before, HIGH] if before >= 0 else NEVER
    old_low = s.seen[later, LOW] if later >= 0 else -NEVER
    _put(m, s, team, after, visit)
    # bounds such that no later delay of one of them can bring it too near to the other
    if before >= 0:
        s.seen[visit, LOW] = begin
        s.seen[before, HIGH] = min(old_high, begin - gap - m.visits[before, SERVICE])
    if later >= 0:
        s.seen[later, LOW] = max(old_low, s.seen[later, BEGIN])
        s.seen[visit, HIGH] = s.seen[later, BEGIN] - gap - m.visits[visit, SERVICE]
    fine = _time(m, s, team)
    fine = (team_before == team or _time(m, s, team_before)) and fine
    fine = (team_later == team or _time(m, s, team_later)) and fine
    s.tours[team_before, DIRTY] = s.tours[team_later, DIRTY] = 1
    if fine:
        return True
    if before >= 0:
        s.seen[before, HIGH] = old_high
    if later >= 0:
        s.seen[later, LOW] = old_low
    _take(m, s, team, after + 1)
    _time(m, s, team)
    _time(m, s, team_before)
    _time(m, s, team_later)
    return False


@inner
def _members_in_time(m, s, c, group):  # pragma: no cover
    """List the visits of a group that are made, in the order of their begins; return how many."""
    count = np.int64(0)
    for k in range(m.gap_ptr[group], m.gap_ptr[group + 1]):
        visit = m.gap_visits[k]
        if s.seen[visit, TEAM] >= 0:
            at = count
            while at > 0 and s.seen[c.members[at - 1], BEGIN] > s.seen[visit, BEGIN]:
                c.members[at] = c.members[at - 1]
                at -= 1
            c.members[at] = visit
            count += 1
    return count


@entry
def loosen(m, s, c, everything):  # pragma: no cover
    """Share out anew the time between the visits of the groups from which this step removed one.

    With `everything`, all groups give all of it to their later visits, so that these can move to
    earlier times.
    """
    for group in range(m.gap.size):
        touched = everything
        for k in range(m.gap_ptr[group], m.gap_ptr[group + 1]):
            touched = touched or c.removed[m.visits[m.gap_visits[k], TASK]] == c.random[1]
        if not touched:
            continue
        count = _members_in_time(m, s, c, group)
        for k in range(count):
            visit = c.members[k]
            s.tours[s.seen[visit, TEAM], OPENED] = 1
            s.tours[s.seen[visit, TEAM], DIRTY] = 1
            if k == 0:
                s.seen[visit, LOW] = -NEVER
            if k == count - 1:
                s.seen[visit, HIGH] = NEVER
                break
            other = c.members[k + 1]
            apart = m.visits[visit, SERVICE] + m.gap[group]
            spare = s.seen[other, BEGIN] - s.seen[visit, BEGIN] - apart
            choice = 0 if everything else _below(c.random, np.int64(3))
            share = 0 if choice == 0 else spare
            if choice == 2 and spare > 0:
                share = _below(c.random, min(spare, 1 << 31))
            s.seen[visit, HIGH] = s.seen[visit, BEGIN] + share
            s.seen[other, LOW] = s.seen[visit, HIGH] + apart
    for team in range(s.tours.shape[0]):
        if s.tours[team, DIRTY] == 1 and s.tours[team, LENGTH] > 0:
            _time(m, s, team)


@inner
def _ruin(m, s, c, size, longest):  # pragma: no cover
    """Remove strings of visits from routes near a random visit, absent or not."""
    visits = 0
    routes = 0
    for team in range(s.tours.shape[0]):
        s.tours[team, DIRTY] = 0
        s.tours[team, OPENED] = s.tours[team, LENGTH] == 0
        if s.tours[team, LENGTH] > 0 and m.teams[team, FIXED] == 0:
            visits += s.tours[team, LENGTH]
            routes += 1
    if routes == 0:
        return
    most = min(longest, max(1.0, visits / routes))
    strings = np.int64(1.0 + _unit(c.random) * (4.0 * size / (1.0 + most) - 1.0))
    strings = min(max(strings, 1), routes)
    seed = _below(c.random, m.visits.shape[0])
    for rank in range(m.near.shape[1]):
        if strings == 0:
            break
        visit = m.near[seed, rank]
        team = s.seen[visit, TEAM]
        if team < 0 or s.tours[team, DIRTY] == 1 or m.teams[team, FIXED] == 1:
            continue
        strings -= 1
        s.tours[team, OPENED] = 1
        s.tours[team, DIRTY] = 1
        _remove_string(m, s, c, team, visit, longest)


@inner
def _remove_string(m, s, c, team, visit, longest):  # pragma: no cover
    """Remove neighbouring visits of a route, one of them given; perhaps keep some in between."""
    count = s.tours[team, LENGTH]
    string = 1 + _below(c.random, np.int64(min(float(count), longest)))
    kept = 0
    if 1 < string < count and _unit(c.random) < SPLIT_SHARE:
        kept = 1
        while string + kept < count and _unit(c.random) > SPLIT_STOP:
            kept += 1
    at = 1
    while s.stops[team, at, VISIT] != visit:
        at += 1
    span = string + kept
    first = max(1, at - span + 1)
    begin = first + _below(c.random, min(at, count - span + 1) - first + 1)
    hole = begin + 1 + _below(c.random, string - 1) if kept > 0 else 0
    for i in range(begin + span - 1, begin - 1, -1):
        if kept > 0 and hole <= i < hole + kept:
            continue
        c.removed[m.visits[s.stops[team, i, VISIT], TASK]] = c.random[1]
        _take(m, s, team, i)
    _time(m, s, team)


@inner
def _sort(order, rank, count):  # pragma: no cover
    """Sort tasks by rising rank (Shell's sort)."""
    gap = 1
    while gap < count // 3:
        gap = 3 * gap + 1
    while gap > 0:
        for i in range(gap, count):
            task, key = order[i], rank[i]
            j = i
            while j >= gap and rank[j - gap] > key:
                order[j], rank[j] = order[j - gap], rank[j - gap]
                j -= gap
            order[j], rank[j] = task, key
        gap //= 3


@inner
def _cheapest(m, s, random, visit, fresh, blink, bound):  # pragma: no cover
    """Find the team and position where a visit costs least, and less than a bound."""
    place = m.visits[visit, PLACE]
    service = m.visits[visit, SERVICE]
    plain = m.visits[visit, LAST] == m.visits[visit, FIRST] + 1 and m.visits[visit, GROUP] < 0
    early = m.windows[m.visits[visit, FIRST], 0]
    late = m.windows[m.visits[visit, LAST] - 1, 1]
    best_team = seen_empty = np.int64(-1)
    best_after = best_begin = np.int64(0)
    stops = s.stops
    for team in range(s.tours.shape[0]):
        value = m.value[team, visit]
        if value <= 0 or not (fresh or s.tours[team, OPENED] == 1) or m.teams[team, FIXED] == 1:
            continue
        count = s.tours[team, LENGTH]
        if count == 0:  # empty routes of equal teams are equal
            if m.teams[team, KIND] == seen_empty:
                continue
            seen_empty = m.teams[team, KIND]
        gain = m.weights[0] * value
        profile = m.teams[team, PROFILE]
        simple = plain and m.teams[team, PAUSE] == 0
        for after in range(count + 1):
            into = m.travel_to[profile, place, stops[team, after, WHERE]]
            begin = max(min(stops[team, after, DONE0], stops[team, after, DONE1]) + into, early)
            if begin > late:
                break  # it is later still behind any later position
            out = m.travel[profile, place, stops[team, after + 1, WHERE]]
            if begin + service + out > stops[team, after + 1, LATE1]:
                continue
            extra = into + out
            if count > 0:
                extra -= stops[team, after, LEG]
            cost = m.weights[1] * extra - gain
            if cost >= bound or _unit(random) < blink:
                continue
            if not simple:
                begin = _fits(m, s, team, after, visit, into, out)
                if begin >= NEVER:
                    continue
            bound = cost
            best_team, best_after, best_begin = team, after, begin
    return best_team, best_after, best_begin, bound


@inner
def _best_place(m, s, c, task, fresh, blink):  # pragma: no cover
    """Find the visit of a task, the team and the position that cost least."""
    bound = np.inf
    best_team = best_visit = np.int64(-1)
    best_after = best_begin = np.int64(0)
    for w in range(m.task_ptr[task], m.task_ptr[task + 1]):
        visit = m.task_visits[w]
        team, after, begin, cost = _cheapest(m, s, c.random, visit, fresh, blink, bound)
        if team >= 0:
            best_team, best_after, best_begin, bound = team, after, begin, cost
            best_visit = visit
    return best_team, best_after, best_visit, best_begin, bound


@inner
def _line_up(m, s, c):  # pragma: no cover
    """Put the absent tasks in the order in which they are tried: required ones first."""
    count = np.int64(0)
    absent = np.int64(0)
    for task in range(s.made.size):
        absent += s.made[task] < 0
    chance = MOST_TRIED / max(float(absent), 1.0)
    kind = _below(c.random, np.int64(17))
    for task in range(s.made.size):
        if s.made[task] >= 0:
            continue
        fresh = c.removed[task] == c.random[1]
        noise = _unit(c.random)
        if not fresh and absent > MOST_TRIED and noise > chance:
            continue
        noise = _unit(c.random)
        worth = m.ranks[task, WORTH]
        rank = 0.0
        if worth >= 1e6:
            rank -= 1e6
            worth -= 1e6
        if kind < 5:
            rank += noise
        elif kind < 8:
            rank -= worth * (0.5 + noise)
        elif kind < 10:
            rank -= worth - 1e-6 * noise
        elif kind < 12:
            rank -= m.ranks[task, FAR] * (0.75 + 0.5 * noise)
        elif kind < 13:
            rank += m.ranks[task, FAR] * (0.75 + 0.5 * noise)
        elif kind < 15:
            rank += m.ranks[task, SPAN] * (0.75 + 0.5 * noise)
        else:
            _, _, _, _, bound = _best_place(m, s, c, task, fresh, 0.0)
            if bound == np.inf:
                continue  # no room now, and there will be no more of it later in this step
            extra = max(bound + worth, 0.0) + 1e-3
            rank -= worth / extra * (0.5 + noise)
        c.order[count] = task
        c.rank[count] = rank
        count += 1
    _sort(c.order, c.rank, count)
    return count


@inner
def _recreate(m, s, c, blink):  # pragma: no cover
    """Insert absent tasks one by one where each costs least, now and then overlooking a place."""
    count = _line_up(m, s, c)
    for k in range(count):
        task = c.order[k]
        fresh = c.removed[task] == c.random[1]
        team, after, visit, begin, _ = _best_place(m, s, c, task, fresh, blink)
        if team >= 0:
            _insert(m, s, team, after, visit, begin)


@inner
def _drop_tour(m, s, team):  # pragma: no cover
    """Forget that a tour makes its visits."""
    for i in range(1, s.tours[team, LENGTH] + 1):
        visit = s.stops[team, i, VISIT]
        s.seen[visit, TEAM] = -1
        s.seen[visit, LOW] = -NEVER
        s.seen[visit, HIGH] = NEVER
        s.made[m.visits[visit, TASK]] = -1


@inner
def _copy_tour(m, a, b, team):  # pragma: no cover
    """Copy a tour from plan `a` to plan `b`, from which it has been dropped."""
    count = a.tours[team, LENGTH]
    for i in range(count + 2):
        for column in range(7):
            b.stops[team, i, column] = a.stops[team, i, column]
    for column in range(3):
        b.tours[team, column] = a.tours[team, column]
    for i in range(1, count + 1):
        visit = b.stops[team, i, VISIT]
        for column in range(4):
            b.seen[visit, column] = a.seen[visit, column]
        b.made[m.visits[visit, TASK]] = visit


@inner
def _copy_changed(m, a, b):  # pragma: no cover
    """Copy from plan `a` to plan `b` what the last step on one of them changed."""
    for team in range(a.tours.shape[0]):
        if a.tours[team, DIRTY] == 1 or b.tours[team, DIRTY] == 1:
            _drop_tour(m, b, team)
    for team in range(a.tours.shape[0]):
        if a.tours[team, DIRTY] == 1 or b.tours[team, DIRTY] == 1:
            _copy_tour(m, a, b, team)


@entry
def copy(m, a, b):  # pragma: no cover
    """Copy plan `a` to plan `b`."""
    for team in range(a.tours.shape[0]):
        _drop_tour(m, b, team)
    for team in range(a.tours.shape[0]):
        _copy_tour(m, a, b, team)


@inner
def _remember(m, s, pool, team):  # pragma: no cover
    """Add a route to the pool, or keep the shorter of two with the same visits."""
    count = s.tours[team, LENGTH]
    if count == 0 or count > pool.route.shape[1]:
        return
    mark = np.uint64(m.teams[team, KIND] + 1) * np.uint64(11400714819323198485)
    for i in range(1, count + 1):
        mark ^= m.key[s.stops[team, i, VISIT]]
    size = pool.table.size
    at = np.int64(mark & np.uint64(size - 1))
    while pool.table[at] >= 0 and pool.mark[pool.table[at]] != mark:
        at = (at + 1) & (size - 1)
    entry = pool.table[at]
    if entry < 0:
        last = pool.mark.size - 1
        entry = np.int64(pool.mark[last])
        if entry >= last:
            return
        pool.mark[last] += np.uint64(1)
        pool.table[at] = entry
    elif s.tours[team, TRAVEL] >= pool.facts[entry, TRAVEL_OF]:
        return
    pool.mark[entry] = mark
    pool.facts[entry, SIZE] = count
    pool.facts[entry, CLASS] = m.teams[team, KIND]
    pool.facts[entry, WORTH_OF] = s.tours[team, VALUE]
    pool.facts[entry, TRAVEL_OF] = s.tours[team, TRAVEL]
    for i in range(count):
        pool.route[entry, i] = s.stops[team, i + 1, VISIT]


@entry
def load(m, s, team, visits):  # pragma: no cover
    """Append visits to a route as far as they fit; return how many did."""
    loaded = 0
    for visit in visits:
        after = s.tours[team, LENGTH]
        if m.value[team, visit] <= 0 or s.made[m.visits[visit, TASK]] >= 0:
            continue
        profile, place = m.teams[team, PROFILE], m.visits[visit, PLACE]
        into = m.travel[profile, s.stops[team, after, WHERE], place]
        out = m.travel[profile, place, m.teams[team, END_PLACE]]
        begin = _fits(m, s, team, after, visit, into, out)
        if begin < NEVER and _insert(m, s, team, after, visit, begin):
            loaded += 1
    return loaded


@entry
def totals(s):  # pragma: no cover
    """Return the value and the travel of a plan."""
    value = 0
    travel = 0
    for team in range(s.tours.shape[0]):
        value += s.tours[team, VALUE]
        travel += s.tours[team, TRAVEL]
    return value, travel


@entry
def anneal(m, current, trial, best, c, pool, steps, heat, size, longest, blink):  # pragma: no cover
    """Run a block of steps at one temperature; `trial` equals `current` before and after."""
    value, travel = totals(current)
    energy = m.weights[1] * travel - m.weights[0] * value
    best_value, best_travel = totals(best)
    for _ in range(steps):
        c.random[1] += np.uint64(1)
        _ruin(m, trial, c, size, longest)
        if m.gap.size > 0:
            loosen(m, trial, c, np.bool_(0))
        _recreate(m, trial, c, blink)
        value, travel = totals(trial)
        new = m.weights[1] * travel - m.weights[0] * value
        if value > best_value or (value == best_value and travel < best_travel):
            best_value, best_travel = value, travel
            copy(m, trial, best)
        if new > energy + heat * NEG_LOG[_below(c.random, np.int64(CHOICES))]:
            _copy_changed(m, current, trial)
            continue
        if new < energy:
            for team in range(trial.tours.shape[0]):
                if trial.tours[team, DIRTY] == 1:
                    _remember(m, trial, pool, team)
        energy = new
        _copy_changed(m, trial, current)
