"""Significance of hot cells: our exact p-values beside esda's 999 permutations."""

import argparse
import time
import warnings
from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
from esda.getisord import G_Local
from libpysal.weights import lat2W
from numpy.typing import NDArray
from shapely import box

from spatial.gi_star import exact_gi_star
from spatial.grid import Lattice

INCIDENTS = 10_000
CELL_M = 50.0
PERMUTATIONS = 999


def main() -> None:
    """Print seconds of both and their ratio, after the peer has compiled itself."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sides", type=int, nargs="*", default=[100], help="cells along a side")
    parser.add_argument("--incidents", type=int, nargs="*", default=[INCIDENTS])
    asked = parser.parse_args()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # the peer's own deprecations
        permute(np.arange(81.0), lat2W(9, 9, rook=False))  # the peer compiles itself
        for side in asked.sides:
            for incidents in asked.incidents:
                compare(side, incidents)


def compare(side: int, incidents: int) -> None:
    """Time both on one map of chance."""
    mask = box(0, 0, side * CELL_M, side * CELL_M)
    lattice = Lattice.cover(mask, CELL_M)
    cells = lattice.cells(mask)
    neighbours = lattice.neighbours(cells)
    thrown = np.random.default_rng(0).integers(side**2, size=incidents)
    counts = pd.Series(np.bincount(thrown, minlength=side**2), cells.index)
    ours_s = seconds(lambda: exact_gi_star(counts, neighbours, parts_per_incident=1))
    fixed_s = seconds(
        lambda: exact_gi_star(counts, neighbours, parts_per_incident=1, null="focal_fixed")
    )
    weights = lat2W(side, side, rook=False)
    values = counts.to_numpy(dtype=float)  # its compiled loop takes no whole numbers
    peer_s = seconds(lambda: permute(values, weights), times=2)
    print(
        f"gi_star {side**2} cells, {incidents} incidents: exact {ours_s:.4f} s, focal fixed "
        f"{fixed_s:.4f} s, esda {PERMUTATIONS} permutations {peer_s:.3f} s, "
        f"ratio {peer_s / ours_s:.0f} and {peer_s / fixed_s:.1f}"
    )


def permute(values: NDArray[np.float64], weights: Any) -> None:
    """Let the peer do its work in one process, its fastest way at these sizes."""
    G_Local(
        values,
        weights,
        transform="B",
        star=True,
        permutations=PERMUTATIONS,
        keep_simulations=False,
        n_jobs=1,
        seed=0,
    )


def seconds(work: Callable[[], object], *, times: int = 3) -> float:
    """Return the shortest of some runs: the others were disturbed."""
    spent = []
    for _ in range(times):
        start = time.perf_counter()
        work()
        spent.append(time.perf_counter() - start)
    return min(spent)


if __name__ == "__main__":
    main()
