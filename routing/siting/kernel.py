# ruff: noqa: ANN001, ANN201, PLR0917
# mypy: disallow-untyped-defs=False
# Numba infers the types of compiled functions, which take plain arrays and hold their own loops
"""The compiled inner loops of local search and of the Lagrangian bound.

A matrix is given by site or by demand, as starts, positions and worths. Every sum runs in the order
of its entries, so that the same input gives the same numbers on every machine.
"""

from typing import Any

import numpy as np
from numba import njit

compiled: Any = njit(cache=True, nogil=True)


@compiled
def served(starts, demands, worth, chosen, count):  # pragma: no cover
    """Return the largest and second largest worth of each demand among chosen sites."""
    best, second = np.zeros(count), np.zeros(count)
    for site in chosen:
        for k in range(starts[site], starts[site + 1]):
            i = demands[k]
            if worth[k] > best[i]:
                second[i] = best[i]
                best[i] = worth[k]
            elif worth[k] > second[i]:
                second[i] = worth[k]
    return best, second


@compiled
def gains(starts, demands, worth, best, second, backup, scenario, gain):  # pragma: no cover
    """Add up what each site would bring: more for the best, more for the second best."""
    for site in range(starts.size - 1):
        for k in range(starts[site], starts[site + 1]):
            i = demands[k]
            value = worth[k]
            if value > best[i]:
                gain[scenario[i], site] += value - best[i] + backup[i] * (best[i] - second[i])
            elif value > second[i]:
                gain[scenario[i], site] += backup[i] * (value - second[i])


@compiled
def shift_gains(
    starts, sites, worth, changed, before, after, backup, scenario, gain
):  # pragma: no cover
    """Correct gains for demands whose best or second best worth has changed."""
    for i in changed:
        old, old_second = before[0][i], before[1][i]
        new, new_second = after[0][i], after[1][i]
        part = gain[scenario[i]]
        for k in range(starts[i], starts[i + 1]):
            value = worth[k]
            if value <= new_second and value <= old_second:
                break
            if value > old:
                part[sites[k]] -= value - old + backup[i] * (old - old_second)
            elif value > old_second:
                part[sites[k]] -= backup[i] * (value - old_second)
            if value > new:
                part[sites[k]] += value - new + backup[i] * (new - new_second)
            elif value > new_second:
                part[sites[k]] += backup[i] * (value - new_second)


@compiled
def reduced_worth(starts, sites, worth, price, count):  # pragma: no cover
    """Return per site the worth above the price of each demand; best sites stand first."""
    total = np.zeros(count)
    for i in range(starts.size - 1):
        for k in range(starts[i], starts[i + 1]):
            if worth[k] <= price[i]:
                break
            total[sites[k]] += worth[k] - price[i]
    return total


@compiled
def times_served(starts, demands, worth, chosen, price):  # pragma: no cover
    """Count for each demand the chosen sites that are worth more than its price."""
    count = np.zeros(price.size)
    for site in chosen:
        for k in range(starts[site], starts[site + 1]):
            if worth[k] > price[demands[k]]:
                count[demands[k]] += 1.0
    return count
