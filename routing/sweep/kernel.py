# ruff: noqa: ANN001, ANN201, PLR0917
# mypy: disallow-untyped-defs=False
# Numba infers the types of compiled functions, which take plain arrays and hold their own loops
"""The compiled inner loop of a sweep: take streets out, put them back, accept.

A street in direction d (0 from tail to head, 1 back) is the state 2 x street + d. The order of the
streets of a tour is searched; their directions never are: two sweeps along the tour give the best
of all of them, and the best place for one more street, exactly.

References
----------
Christiaens & Vanden Berghe (2020), Transportation Science 54(2), doi:10.1287/trsc.2019.0914;
directions by dynamic programming: Irnich (2008), European Journal of Operational Research 190(1),
doi:10.1016/j.ejor.2007.06.007; random numbers: Vigna (2016), ACM Transactions on Mathematical
Software 42(4), doi:10.1145/2845077
"""

import math
from typing import Any

import numpy as np
from numba import njit

NEVER = 1e300
STRING = 10
"""Most streets that one step takes out of one tour."""
REMOVED = 8
"""Streets that a step takes out, on average."""
BLINK = 0.01
"""How often a step overlooks a place."""
OVERRUN = 8.0
"""What a second above the longest tour of the best plan costs, in seconds of walking."""
SUM_WEIGHT = 0.02
"""What the tours together count beside the longest one."""
NEG_LOG = np.array([round(-math.log((k + 0.5) / 1024), 9) for k in range(1024)])
"""Quantiles of the exponential distribution: a table, for logarithms differ between machines."""

entry: Any = njit(cache=True, nogil=True, error_model="numpy")
inner: Any = njit(no_cpython_wrapper=True, nogil=True, error_model="numpy")  # type: ignore[call-overload]


@inner
def draw(state):  # pragma: no cover  # compiled
    """Return the next random number, in [0, 1)."""
    x = state[0]
    x ^= x >> np.uint64(12)
    x ^= x << np.uint64(25)
    x ^= x >> np.uint64(27)
    state[0] = x
    return float((x * np.uint64(2685821657736338717)) >> np.uint64(11)) / 9007199254740992.0


@inner
def measure(tour, n, team, walk, out, home, service, ahead, behind):  # pragma: no cover
    """Fill the best costs up to and after each street of a tour; return the tour's length."""
    for at in range(n):
        for d in range(2):
            here = 2 * tour[at] + d
            if at == 0:
                ahead[0, d] = out[team, here] + service[here]
                continue
            least = NEVER
            for e in range(2):
                reached = ahead[at - 1, e] + walk[2 * tour[at - 1] + e, here]
                least = min(least, reached)
            ahead[at, d] = least + service[here]
    for at in range(n - 1, -1, -1):
        for d in range(2):
            here = 2 * tour[at] + d
            if at == n - 1:
                behind[at, d] = home[team, here]
                continue
            least = NEVER
            for e in range(2):
                there = 2 * tour[at + 1] + e
                least = min(least, walk[here, there] + service[there] + behind[at + 1, e])
            behind[at, d] = least
    if n == 0:
        return 0.0
    return min(ahead[n - 1, 0] + behind[n - 1, 0], ahead[n - 1, 1] + behind[n - 1, 1])


@inner
def best_place(
    street, tour, n, team, walk, out, home, service, ahead, behind, state, rest
):  # pragma: no cover
    """Return the least length of the tour with one more street, and where that is."""
    least, place = NEVER, -1
    for at in range(n + 1):
        if rest and draw(state) < BLINK:
            continue
        for d in range(2):
            here = 2 * street + d
            if at == 0:
                before = out[team, here]
            else:
                before = NEVER
                for e in range(2):
                    reached = ahead[at - 1, e] + walk[2 * tour[at - 1] + e, here]
                    before = min(before, reached)
            if at == n:
                after = home[team, here]
            else:
                after = NEVER
                for e in range(2):
                    there = 2 * tour[at] + e
                    left = walk[here, there] + service[there] + behind[at, e]
                    after = min(after, left)
            length = before + service[here] + after
            if length < least:
                least, place = length, at
    return least, place


@inner
def put_back(
    waiting, m, tours, sizes, lengths, walk, out, home, service, ahead, behind, state, limit
):  # pragma: no cover
    """Insert streets one by one where they cost least; above `limit` a second costs more."""
    teams = sizes.size
    for w in range(m):
        street = waiting[w]
        best, team_of, place = NEVER, -1, -1
        # the second round overlooks nothing
        for rest in range(2):
            if team_of >= 0:
                break
            for team in range(teams):
                length, at = best_place(
                    street, tours[team], sizes[team], team, walk, out, home, service,
                    ahead[team], behind[team], state, rest == 0,
                )  # fmt: skip
                if at < 0:
                    continue
                price = length - lengths[team] + OVERRUN * max(0.0, length - limit)
                if price < best:
                    best, team_of, place = price, team, at
        for at in range(sizes[team_of], place, -1):
            tours[team_of, at] = tours[team_of, at - 1]
        tours[team_of, place] = street
        sizes[team_of] += 1
        lengths[team_of] = measure(
            tours[team_of], sizes[team_of], team_of, walk, out, home, service,
            ahead[team_of], behind[team_of],
        )  # fmt: skip


@inner
def take_out(near, tours, sizes, waiting, taken, state):  # pragma: no cover
    """Take strings of streets near a random one out of their tours; return how many."""
    n = near.shape[0]
    for s in range(n):
        taken[s] = 0
    wanted = 1 + int(draw(state) * (2 * REMOVED - 1))
    seed = int(draw(state) * n)
    m = 0
    for j in range(n):
        if m >= wanted:
            break
        street = near[seed, j]
        if taken[street]:
            continue
        team, at = -1, -1
        for t in range(sizes.size):
            for i in range(sizes[t]):
                if tours[t, i] == street:
                    team, at = t, i
        size = sizes[team]
        cut = 1 + int(draw(state) * min(STRING, size, wanted - m))
        first = max(0, at - int(draw(state) * cut))
        first = min(first, size - cut)
        for i in range(first, first + cut):
            waiting[m] = tours[team, i]
            taken[tours[team, i]] = 1
            m += 1
        for i in range(first, size - cut):
            tours[team, i] = tours[team, i + cut]
        sizes[team] = size - cut
    return m


@inner
def order(waiting, m, apart, service, state):  # pragma: no cover
    """Bring the streets that wait into an order: random, far first, near first or long first."""
    kind = int(draw(state) * 4)
    for i in range(m - 1, 0, -1):
        j = int(draw(state) * (i + 1))
        waiting[i], waiting[j] = waiting[j], waiting[i]
    if kind == 0:
        return
    for i in range(1, m):
        street = waiting[i]
        key = rank(street, kind, apart, service)
        j = i - 1
        while j >= 0 and rank(waiting[j], kind, apart, service) > key:
            waiting[j + 1] = waiting[j]
            j -= 1
        waiting[j + 1] = street


@inner
def rank(street, kind, apart, service):  # pragma: no cover
    """Return what streets are sorted by."""
    if kind == 1:
        return -apart[street]
    if kind == 2:  # noqa: PLR2004  # the third of the orders
        return apart[street]
    return -min(service[2 * street], service[2 * street + 1])


@entry
def anneal(
    walk, out, home, service, near, tours, sizes, seed, steps, hot, cold
):  # pragma: no cover
    """Improve the tours in place; return the longest of the best ones."""
    n, teams = near.shape[0], sizes.size
    state = np.array([np.uint64(seed) * np.uint64(2654435769) + np.uint64(88172645463325252)])
    for _ in range(8):
        draw(state)
    ahead, behind = np.zeros((teams, n + 1, 2)), np.zeros((teams, n + 1, 2))
    lengths = np.zeros(teams)
    for t in range(teams):
        lengths[t] = measure(
            tours[t], sizes[t], t, walk, out, home, service, ahead[t], behind[t]
        )  # fmt: skip
    apart = np.zeros(n)
    for s in range(n):
        apart[s] = NEVER
        for t in range(teams):
            apart[s] = min(apart[s], out[t, 2 * s], out[t, 2 * s + 1])
    waiting, taken = np.zeros(n, dtype=np.int64), np.zeros(n, dtype=np.int8)
    held, held_sizes, held_lengths = tours.copy(), sizes.copy(), lengths.copy()
    best, best_sizes = tours.copy(), sizes.copy()
    longest, total = lengths.max(), lengths.sum()
    energy = longest + SUM_WEIGHT * total
    best_longest, best_total = longest, total
    fall = (cold / hot) ** (1.0 / steps)
    heat = hot
    for _ in range(steps):
        heat *= fall
        m = take_out(near, tours, sizes, waiting, taken, state)
        for t in range(teams):
            lengths[t] = measure(
                tours[t], sizes[t], t, walk, out, home, service, ahead[t], behind[t]
            )  # fmt: skip
        order(waiting, m, apart, service, state)
        # sometimes anywhere, else so that no tour gets longer than the best plan's longest
        limit = best_longest * (0.9 + 0.1 * draw(state)) if draw(state) < 0.9 else NEVER  # noqa: PLR2004
        put_back(
            waiting, m, tours, sizes, lengths, walk, out, home, service, ahead, behind, state, limit
        )
        longest, total = lengths.max(), lengths.sum()
        tried = longest + SUM_WEIGHT * total
        if tried < energy + heat * NEG_LOG[int(draw(state) * 1024)]:
            energy = tried
            held[:], held_sizes[:], held_lengths[:] = tours, sizes, lengths
            if longest < best_longest - 1e-9 or (
                longest < best_longest + 1e-9 and total < best_total - 1e-9
            ):
                best[:], best_sizes[:] = tours, sizes
                best_longest, best_total = longest, total
        else:
            tours[:], sizes[:], lengths[:] = held, held_sizes, held_lengths
    tours[:], sizes[:] = best, best_sizes
    return best_longest
