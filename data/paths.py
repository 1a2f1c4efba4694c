"""Cheapest ways through a street graph: cost matrices and the edges of single paths."""

from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array
from scipy.sparse.csgraph import dijkstra

from data.errors import N_, Message, NetworkError
from data.graphs import Edge, StreetGraph

CHUNK_CELLS = 4_000_000
"""Cells of one block of distances (32 MB): a sweep reaches every node, most are not asked for."""


@dataclass(frozen=True)
class _Arcs:
    """A graph as SciPy wants it, without parallel edges: of each bundle the cheapest stays."""

    nodes: list[int]
    position: dict[Hashable, int]
    matrix: csr_array[Any]
    keys: list[int]
    """Key of the edge behind each stored value of `matrix`, in its order."""


def travel_costs(
    graph: StreetGraph,
    sources: Sequence[int],
    targets: Sequence[int],
    *,
    weight: str = "travel_time",
    limit: float = np.inf,
) -> NDArray[np.float64]:
    """
    Return the cost of the cheapest path from each source to each target.

    Parameters
    ----------
    graph
        Street graph whose every edge has the attribute `weight`, not negative.
    sources
        Node ids, m of them; repeated ids are searched once.
    targets
        Node ids, n of them.
    weight
        Edge attribute to add up: `travel_time` (s) or `length` (m).
    limit
        Paths that cost more count as unreachable; a small limit is many times faster.

    Returns
    -------
    costs
        Shape (m, n), in the unit of `weight`; `inf` where there is no path within `limit`.

    Raises
    ------
    KeyError
        If a node is not in the graph, because its cost would mean nothing.

    References
    ----------
    Dijkstra (1959), Numerische Mathematik 1, doi:10.1007/BF01386390

    Examples
    --------
    >>> import networkx as nx
    >>> graph = nx.MultiDiGraph()
    >>> _ = graph.add_edge(1, 2, travel_time=30.0), graph.add_edge(1, 2, travel_time=20.0)
    >>> travel_costs(graph, [1, 2], [1, 2]).tolist()
    [[0.0, 20.0], [inf, 0.0]]
    """
    arcs = _arcs(graph, weight)
    columns = np.array([arcs.position[node] for node in targets], dtype=np.intp)
    rows, row_of_source = np.unique(
        np.array([arcs.position[node] for node in sources], dtype=np.intp), return_inverse=True
    )
    costs = np.empty((rows.size, columns.size))
    step = max(1, CHUNK_CELLS // max(1, len(arcs.nodes)))
    for start in range(0, rows.size, step):
        block = dijkstra(arcs.matrix, indices=rows[start : start + step], limit=limit)
        costs[start : start + step] = block[:, columns]
    return costs[row_of_source]


def shortest_path(
    graph: StreetGraph, source: int, target: int, *, weight: str = "travel_time"
) -> list[Edge]:
    """
    Return the edges of the cheapest path from `source` to `target`.

    For many pairs call `shortest_paths`, which reads the graph once.

    Parameters
    ----------
    graph
        Street graph whose every edge has the attribute `weight`, not negative.
    source, target
        Node ids.
    weight
        Edge attribute to add up.

    Returns
    -------
    edges
        `(u, v, key)` in walking order; of parallel edges the cheapest. Empty if the ends are one.

    Raises
    ------
    NetworkError
        If no path leads there, because a route with a gap cannot be walked.

    Examples
    --------
    >>> import networkx as nx
    >>> graph = nx.MultiDiGraph()
    >>> _ = graph.add_edge(1, 2, travel_time=30.0), graph.add_edge(1, 2, travel_time=20.0)
    >>> shortest_path(graph, 1, 2)
    [(1, 2, 1)]
    """
    return shortest_paths(graph, [(source, target)], weight=weight)[0]


def shortest_paths(
    graph: StreetGraph, pairs: Sequence[tuple[int, int]], *, weight: str = "travel_time"
) -> list[list[Edge]]:
    """
    Return the edges of the cheapest path of each pair, with one search per distinct source.

    Parameters
    ----------
    graph
        Street graph whose every edge has the attribute `weight`, not negative.
    pairs
        `(source, target)` node ids.
    weight
        Edge attribute to add up.

    Returns
    -------
    paths
        One list of `(u, v, key)` per pair, in the order of `pairs`.

    Raises
    ------
    NetworkError
        If a pair has no path, because a route with a gap cannot be walked.

    Examples
    --------
    >>> import networkx as nx
    >>> graph = nx.MultiDiGraph()
    >>> _ = graph.add_edge(1, 2, travel_time=30.0), graph.add_edge(2, 3, travel_time=5.0)
    >>> shortest_paths(graph, [(1, 3), (2, 2)])
    [[(1, 2, 0), (2, 3, 0)], []]
    """
    arcs = _arcs(graph, weight)
    ends = [(arcs.position[source], arcs.position[target]) for source, target in pairs]
    sources = np.unique(np.array([source for source, _ in ends], dtype=np.intp))
    paths: dict[tuple[int, int], list[Edge]] = {}
    step = max(1, CHUNK_CELLS // max(1, len(arcs.nodes)))
    for start in range(0, sources.size, step):
        chunk = sources[start : start + step]
        _, before = dijkstra(arcs.matrix, indices=chunk, return_predecessors=True)
        row_of = {int(source): row for row, source in enumerate(chunk)}
        for source, target in ends:
            if source in row_of and (source, target) not in paths:
                paths[source, target] = _trace(arcs, before[row_of[source]], source, target)
    return [list(paths[pair]) for pair in ends]


def _arcs(graph: StreetGraph, weight: str) -> _Arcs:
    """Read the graph into arrays; zero costs stay stored, or SciPy would see no street there."""
    nodes = list(graph)
    position: dict[Hashable, int] = {node: i for i, node in enumerate(nodes)}
    edges = [(position[u], position[v], k, d[weight]) for u, v, k, d in graph.edges.data(keys=True)]
    if not edges:
        return _Arcs(nodes, position, csr_array((len(nodes), len(nodes))), [])
    start, end, key, cost = (np.array(column) for column in zip(*edges, strict=True))
    order = np.lexsort((cost.astype(float), end, start))
    start, end = start[order], end[order]
    cheapest = np.ones(order.size, dtype=bool)
    cheapest[1:] = (start[1:] != start[:-1]) | (end[1:] != end[:-1])
    counts = np.bincount(start[cheapest], minlength=len(nodes))
    matrix = csr_array(
        (
            cost[order][cheapest].astype(float),
            end[cheapest].astype(np.int32),
            np.concatenate([[0], np.cumsum(counts)]).astype(np.int32),
        ),
        shape=(len(nodes), len(nodes)),
    )
    return _Arcs(nodes, position, matrix, key[order][cheapest].tolist())


def _trace(arcs: _Arcs, before: NDArray[np.int32], source: int, target: int) -> list[Edge]:
    """Follow the predecessors back from the target and name the edges taken."""
    steps = [target]
    while steps[-1] != source:
        previous = int(before[steps[-1]])
        if previous < 0:
            what = Message.of(
                N_("No street leads from node {source} to node {target}."),
                source=arcs.nodes[source],
                target=arcs.nodes[target],
            )
            raise NetworkError(what, N_("Check closed gates and one-way streets on the map."))
        steps.append(previous)
    steps.reverse()
    return [(arcs.nodes[a], arcs.nodes[b], _key(arcs, a, b)) for a, b in pairwise(steps)]


def _key(arcs: _Arcs, start: int, end: int) -> int:
    """Look up the key of the cheapest edge between two positions."""
    first, last = arcs.matrix.indptr[start : start + 2]
    offset = np.searchsorted(arcs.matrix.indices[first:last], end)
    return arcs.keys[int(first + offset)]
