# ruff: noqa: ANN001, ANN201, C901, PLR0912, PLR0915, PLR0917
# mypy: disallow-untyped-defs=False
# Numba infers the types of the compiled function, which takes plain arrays
"""The compiled part of the bound: the best walk of a team, by dynamic programming."""

import numpy as np
from numba import njit

from routing.search.kernel import (
    END,
    END_PLACE,
    FIRST,
    LAST,
    PLACE,
    SERVICE,
    START,
    START_PLACE,
)

NOTHING = -1e18
"""Less than any walk is worth."""


@njit(cache=True, nogil=True, error_model="numpy")
def best_walk(travel, visits, windows, team, reduced, width, buckets, count):  # pragma: no cover
    """Fill the table of best and second-best walks by visit and bucket; trace the best one."""
    n = visits.shape[0]
    gain = np.full((2, n, buckets), NOTHING)
    come = np.full((2, n, buckets), -1)  # the visit before: best and second best differ in it
    when = np.full((2, n, buckets), -1)  # its bucket
    rank = np.zeros((2, n, buckets), dtype=np.int64)  # which of its two walks
    best, best_visit, best_bucket = 0.0, -1, -1
    for bucket in range(-1, buckets):
        for visit in range(n if bucket >= 0 else 1):
            if bucket >= 0:
                if gain[0, visit, bucket] <= NOTHING:
                    continue
                at = team[START] + bucket * width
                for w in range(visits[visit, FIRST], visits[visit, LAST]):
                    if at <= windows[w, 1]:
                        at = max(at, windows[w, 0])
                        break
                at += visits[visit, SERVICE]
                here = visits[visit, PLACE]
                if at + travel[here, team[END_PLACE]] > team[END]:
                    continue
                if gain[0, visit, bucket] > best:
                    best, best_visit, best_bucket = gain[0, visit, bucket], visit, bucket
            else:
                at, here = team[START], team[START_PLACE]
            for other in range(n):
                if reduced[other] <= NOTHING or (bucket >= 0 and other == visit):
                    continue
                k = 0
                if bucket >= 0 and come[0, visit, bucket] == other:
                    k = 1
                base = gain[k, visit, bucket] if bucket >= 0 else 0.0
                if base <= NOTHING:
                    continue
                begin = at + travel[here, visits[other, PLACE]]
                fits = False
                for w in range(visits[other, FIRST], visits[other, LAST]):
                    if begin <= windows[w, 1]:
                        begin = max(begin, windows[w, 0])
                        fits = True
                        break
                slot = (begin - team[START]) // width
                if not fits or slot >= buckets:
                    continue
                total = base + reduced[other]
                source = visit if bucket >= 0 else -1
                r = -1
                if total > gain[0, other, slot]:
                    if come[0, other, slot] != source and gain[0, other, slot] > NOTHING:
                        gain[1, other, slot] = gain[0, other, slot]
                        come[1, other, slot] = come[0, other, slot]
                        when[1, other, slot] = when[0, other, slot]
                        rank[1, other, slot] = rank[0, other, slot]
                    r = 0
                elif come[0, other, slot] != source and total > gain[1, other, slot]:
                    r = 1
                if r >= 0:
                    gain[r, other, slot] = total
                    come[r, other, slot] = source
                    when[r, other, slot] = bucket
                    rank[r, other, slot] = k
    k = 0
    while best_visit >= 0:
        count[best_visit] += 1
        before = come[k, best_visit, best_bucket]
        bucket = when[k, best_visit, best_bucket]
        k = rank[k, best_visit, best_bucket]
        best_visit, best_bucket = before, bucket
    return best
