"""Booth siting: our maximal cover beside spopt's, both solved by HiGHS to proven optimality."""

import time

import numpy as np
import pulp
from scipy.spatial.distance import cdist
from spopt.locate import MCLP

from routing.covering import maximal_cover

SIZES = ((300, 5), (1_000, 10))
SIDE_M = 5_000.0
RADIUS_M = 400.0


def main() -> None:
    """Print seconds of both, their ratio, and that the covered weights agree."""
    for n, most in SIZES:
        rng = np.random.default_rng(n)
        places = rng.random((n, 2)) * SIDE_M
        weight = rng.integers(1, 20, n).astype(float)
        distance_m = cdist(places, places)
        start = time.perf_counter()
        ours = maximal_cover(
            distance_m <= RADIUS_M, weight, fixed=np.zeros(n, dtype=bool), most=most
        )
        ours_s = time.perf_counter() - start
        start = time.perf_counter()
        peer = MCLP.from_cost_matrix(distance_m, weight, RADIUS_M, most)
        peer.solve(pulp.HiGHS(msg=False))
        peer_s = time.perf_counter() - start
        covered = float(pulp.value(peer.problem.objective))
        print(
            f"booths {n} candidates x {n} places, {most} booths: ours {ours_s:.2f} s "
            f"(covers {ours.weight:.0f}, gap {ours.gap:.1%}), spopt {peer_s:.2f} s "
            f"(covers {covered:.0f}), ratio {peer_s / ours_s:.1f}"
        )


if __name__ == "__main__":
    main()
