"""Times between stops: our matrix (SciPy on CSR) beside NetworkX, on the sample's streets."""

import time
from pathlib import Path

import networkx as nx
import numpy as np

from data.area import read_area
from data.paths import travel_costs
from data.profiles import build_profile

STOPS = 200
SAMPLE = Path(__file__).parents[1] / "data" / "sample"


def main() -> None:
    """Print seconds of both and their ratio; the two matrices must agree."""
    area = read_area(SAMPLE)
    graph = build_profile(area.streets, "foot", area.shifts[0], area.settings.streets)
    nodes = np.random.default_rng(0).choice(list(graph), STOPS, replace=False).tolist()
    start = time.perf_counter()
    ours = travel_costs(graph, nodes, nodes)
    ours_s = time.perf_counter() - start
    start = time.perf_counter()
    peer = np.full((STOPS, STOPS), np.inf)
    for row, source in enumerate(nodes):
        found = nx.single_source_dijkstra_path_length(graph, source, weight="travel_time")
        peer[row] = [found.get(target, np.inf) for target in nodes]
    peer_s = time.perf_counter() - start
    np.testing.assert_allclose(ours, peer)
    print(
        f"travel_times {STOPS}x{STOPS} on {len(graph)} nodes: ours {ours_s:.3f} s, "
        f"networkx {nx.__version__} {peer_s:.3f} s, ratio {peer_s / ours_s:.1f}"
    )


if __name__ == "__main__":
    main()
