"""Significance of hot cells: our exact p-values beside esda's 999 permutations."""

import time
import warnings

import numpy as np
import pandas as pd
from esda.getisord import G_Local
from libpysal.weights import lat2W
from shapely import box

from spatial.gi_star import exact_gi_star
from spatial.grid import Lattice

SIDE = 100
INCIDENTS = 10_000
CELL_M = 50.0


def main() -> None:
    """Print seconds of both and their ratio, after the peer has compiled itself."""
    lattice = Lattice.cover(box(0, 0, SIDE * CELL_M, SIDE * CELL_M), CELL_M, "square")
    cells = lattice.cells(box(0, 0, SIDE * CELL_M, SIDE * CELL_M))
    neighbours = lattice.neighbours(cells)
    rng = np.random.default_rng(0)
    counts = np.bincount(rng.integers(SIDE**2, size=INCIDENTS), minlength=SIDE**2)
    start = time.perf_counter()
    exact_gi_star(pd.Series(counts, cells.index), neighbours, parts_per_incident=1)
    ours_s = time.perf_counter() - start
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # the peer's own deprecations
        weights = lat2W(SIDE, SIDE, rook=False)
        G_Local(counts, weights, transform="B", star=True, permutations=9, seed=0)
        start = time.perf_counter()
        G_Local(counts, weights, transform="B", star=True, permutations=999, seed=0)
        peer_s = time.perf_counter() - start
    print(
        f"gi_star {SIDE**2} cells, {INCIDENTS} incidents: exact {ours_s:.3f} s, "
        f"esda 999 permutations {peer_s:.3f} s, ratio {peer_s / ours_s:.1f}"
    )


if __name__ == "__main__":
    main()
