import networkx as nx
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from data import paths
from data.errors import NetworkError
from data.paths import shortest_path, shortest_paths, travel_costs

EDGES = st.lists(
    st.tuples(st.integers(0, 7), st.integers(0, 7), st.integers(0, 9)), min_size=1, max_size=40
)


def _graph(edges: list[tuple[int, int, int]]) -> nx.MultiDiGraph:
    graph = nx.MultiDiGraph()
    graph.add_nodes_from(range(8))
    for u, v, cost in edges:
        graph.add_edge(u, v, travel_time=float(cost))
    return graph


def _truth(graph: nx.MultiDiGraph, source: int, target: int) -> float:
    try:
        return float(nx.dijkstra_path_length(graph, source, target, weight="travel_time"))
    except nx.NetworkXNoPath:
        return np.inf


@given(EDGES)
def test_costs_equal_networkx(edges: list[tuple[int, int, int]]) -> None:
    """Every cost equals networkx's, with loops, parallel edges and edges that cost nothing."""
    graph = _graph(edges)
    expected = [[_truth(graph, u, v) for v in range(8)] for u in range(8)]
    np.testing.assert_allclose(travel_costs(graph, range(8), range(8)), expected)


@given(EDGES, st.integers(0, 7), st.integers(0, 7))
def test_path_is_a_chain_of_edges_that_costs_the_matrix_value(
    edges: list[tuple[int, int, int]], source: int, target: int
) -> None:
    """A path joins its ends without a gap and costs what the matrix says; no path is an error."""
    graph = _graph(edges)
    cost = travel_costs(graph, [source], [target])[0, 0]
    if np.isinf(cost):
        with pytest.raises(NetworkError, match=f"node {source} to node {target}"):
            shortest_path(graph, source, target)
        return
    path = shortest_path(graph, source, target)
    assert sum(graph.edges[edge]["travel_time"] for edge in path) == cost
    stops = [source] + [v for _, v, _ in path]
    assert stops[-1] == target
    assert [u for u, _, _ in path] == stops[:-1]


def test_limit_makes_far_places_unreachable() -> None:
    """A path that costs more than the limit counts as none; one that costs it exactly stays."""
    graph = _graph([(0, 1, 5), (1, 2, 5)])
    assert travel_costs(graph, [0], [1, 2], limit=5).tolist() == [[5.0, np.inf]]


def test_repeated_sources_and_targets_keep_their_order() -> None:
    """Rows and columns follow the ids asked for, also where an id comes twice."""
    graph = _graph([(0, 1, 5), (1, 2, 4)])
    assert travel_costs(graph, [1, 0, 1], [2, 2]).tolist() == [[4, 4], [9, 9], [4, 4]]


def test_blocks_do_not_change_the_result(monkeypatch: pytest.MonkeyPatch) -> None:
    """Working in blocks, to bound memory, gives the same costs and paths."""
    graph = _graph([(u, (u + 3) % 8, u + 1) for u in range(8)])
    pairs = [(u, v) for u in range(8) for v in range(8)]
    costs, found = travel_costs(graph, range(8), range(8)), shortest_paths(graph, pairs)
    monkeypatch.setattr(paths, "CHUNK_CELLS", 16)
    np.testing.assert_array_equal(travel_costs(graph, range(8), range(8)), costs)
    assert shortest_paths(graph, pairs) == found


def test_graph_without_edges_reaches_only_itself() -> None:
    """Where there is no street, every other place is unreachable."""
    assert travel_costs(_graph([]), [0, 1], [0]).tolist() == [[0.0], [np.inf]]


def test_unknown_node_is_an_error() -> None:
    """Asking for a node that the graph does not have raises instead of inventing a cost."""
    with pytest.raises(KeyError):
        travel_costs(_graph([(0, 1, 1)]), [99], [0])


def test_empty_request_gives_an_empty_matrix() -> None:
    """No sources or no targets is a normal case, not an error."""
    graph = _graph([(0, 1, 1)])
    assert travel_costs(graph, [], [0]).shape == (0, 1)
    assert travel_costs(graph, [0], []).shape == (1, 0)
    assert shortest_paths(graph, []) == []
