"""How often a map of chance shows a hotspot, and how much of a true one is found."""

import argparse
from collections.abc import Callable

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.stats import binom, norm
from shapely import box

from spatial.gi_star import exact_gi_star, getis_ord
from spatial.grid import Lattice
from spatial.multiple_tests import benjamini_hochberg, benjamini_yekutieli

SIDE = 30
CELL_M = 50.0
ALPHA = 0.05
SHAPE = 0.65
"""Clumped maps: every cell's risk is drawn from a gamma distribution of this shape (sd 1.2 x mean),
so some spots hold much more than others although none of them lies in a larger hotspot."""
DRAWS = 999
NULLS = [(n, clumped) for n in (45, 180, 900) for clumped in (False, True)]
PLANTED = [(90, 12.0, False), (300, 8.0, False), (900, 6.0, False), (900, 6.0, True)]

MASK = box(0, 0, SIDE * CELL_M, SIDE * CELL_M)
LATTICE = Lattice.cover(MASK, CELL_M)
NEAR = LATTICE.neighbours(LATTICE.cells(MASK))
ROW, COLUMN = np.divmod(np.arange(SIDE**2), SIDE)
FROM_CENTRE = np.maximum(np.abs(ROW - SIDE // 2), np.abs(COLUMN - SIDE // 2))
HOT = FROM_CENTRE <= 1
FAR = FROM_CENTRE > 3  # noqa: PLR2004  # over two cells from the 3 x 3 hotspot

Flags = NDArray[np.bool_]


def main() -> None:
    """Print both tables."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--maps", type=int, default=1000, help="maps without a hotspot, per line")
    parser.add_argument("--planted", type=int, default=1000, help="maps with one, per line")
    parser.add_argument("--seed", type=int, default=1)
    asked = parser.parse_args()
    rng = np.random.default_rng(asked.seed)
    print(
        f"maps of chance with any hot cell ({SIDE}x{SIDE} cells, {asked.maps} maps, q <= {ALPHA})"
    )
    print("incidents | " + " | ".join(TESTS))
    for n, clumped in NULLS:
        hot = [flag(throw(n, 1.0, clumped=clumped, rng=rng), rng) for _ in range(asked.maps)]
        shares = [f"{np.mean([flags[test].any() for flags in hot]):6.1%}" for test in TESTS]
        print(f"{n}{' clumped' if clumped else ''} | " + " | ".join(shares))
    print(f"true cells found of 9 / maps with a hot cell far away ({asked.planted} maps)")
    for n, risk, clumped in PLANTED:
        hot = [flag(throw(n, risk, clumped=clumped, rng=rng), rng) for _ in range(asked.planted)]
        cells = []
        for test in TESTS:
            found = np.mean([flags[test][HOT].sum() for flags in hot])
            far = np.mean([flags[test][FAR].any() for flags in hot])
            cells.append(f"{found:4.2f} / {far:6.1%}")
        print(f"{n} risk {risk:g}{' clumped' if clumped else ''} | " + " | ".join(cells))


def throw(n: int, risk: float, *, clumped: bool, rng: np.random.Generator) -> pd.Series:
    """Throw incidents; a cell of the 3 x 3 hotspot has `risk` times the chance of any other."""
    chance = np.where(HOT, risk, 1.0)
    if clumped:
        chance = chance * rng.gamma(SHAPE, size=chance.size)
    return pd.Series(rng.multinomial(n, chance / chance.sum()))


def flag(counts: pd.Series, rng: np.random.Generator) -> dict[str, Flags]:
    """Return the hot cells of one map by every test."""
    exact = exact_gi_star(counts, NEAR, parts_per_incident=1)["p_value"]
    fixed = exact_gi_star(counts, NEAR, parts_per_incident=1, null="focal_fixed")["p_value"]
    n, size = int(counts.sum()), NEAR.sum(axis=1)
    p_values = {
        "exact": exact,
        "exact BY": exact,
        "exact focal fixed": fixed,
        # an ideal Monte Carlo test: how many of 999 draws would reach the block
        "999 permutations": pd.Series((1 + rng.binomial(DRAWS, fixed)) / (1 + DRAWS)),
        "z": pd.Series(norm.sf(getis_ord(counts, NEAR))),
        "binomial": pd.Series(binom.sf(NEAR @ counts.to_numpy() - 1, n, size / size.size)),
    }
    return {test: TESTS[test](p_value).to_numpy() <= ALPHA for test, p_value in p_values.items()}


TESTS: dict[str, Callable[[pd.Series], pd.Series]] = {
    "exact": benjamini_hochberg,
    "exact BY": benjamini_yekutieli,
    "exact focal fixed": benjamini_hochberg,
    "999 permutations": benjamini_hochberg,
    "z": benjamini_hochberg,
    "binomial": benjamini_hochberg,
}


if __name__ == "__main__":
    main()
