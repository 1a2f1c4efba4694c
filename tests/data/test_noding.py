import networkx as nx
import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from data.noding import NodedLines, node_lines

SEGMENTS = st.lists(
    st.tuples(*[st.integers(0, 12)] * 4).filter(lambda s: s[:2] != s[2:]), min_size=1, max_size=10
)


def _node(*lines: list[tuple[float, float]], level: list[int] | None = None) -> NodedLines:
    return node_lines(
        np.array([shapely.LineString(line) for line in lines]),
        tolerance_m=0.5,
        level=None if level is None else np.array(level),
    )


def _n_parts(noded: NodedLines) -> int:
    graph = nx.Graph(noded.ends.tolist())
    return int(nx.number_connected_components(graph))


@given(SEGMENTS)
def test_pieces_equal_the_noding_of_geos(segments: list[tuple[int, int, int, int]]) -> None:
    """With no tolerance to speak of, the pieces cover exactly what GEOS's union covers."""
    lines = np.array([shapely.LineString([s[:2], s[2:]]) for s in segments])
    noded = node_lines(lines, tolerance_m=1e-9)
    truth = shapely.union_all(lines)
    assert shapely.length(noded.lines).sum() == pytest.approx(truth.length)
    assert len(noded.lines) == len(shapely.get_parts(shapely.node(truth)))


@given(SEGMENTS)
def test_pieces_end_at_their_junctions(segments: list[tuple[int, int, int, int]]) -> None:
    """Every piece runs from its first junction to its second and meets others only there."""
    noded = node_lines(
        np.array([shapely.LineString([s[:2], s[2:]]) for s in segments]), tolerance_m=0.01
    )
    for line, (start, end) in zip(noded.lines, noded.ends, strict=True):
        assert line.coords[0] == tuple(noded.junctions[start])
        assert line.coords[-1] == tuple(noded.junctions[end])


def test_lines_that_cross_share_a_junction() -> None:
    """Two streets that cross in the middle are four stretches and one part."""
    noded = _node([(0, 0), (10, 0)], [(5, -5), (5, 5)])
    assert noded.source.tolist() == [0, 0, 1, 1]
    assert shapely.length(noded.lines).tolist() == [5, 5, 5, 5]
    assert _n_parts(noded) == 1


def test_bridge_crosses_without_junction() -> None:
    """Lines of different level pass each other, but ends on one spot meet."""
    apart = _node([(0, 0), (10, 0)], [(5, -5), (5, 5)], level=[0, 1])
    assert _n_parts(apart) == 2
    ramp = _node([(0, 0), (10, 0)], [(10, 0), (10, 9)], level=[0, 1])
    assert _n_parts(ramp) == 1


def test_near_ends_are_joined_and_far_ones_not() -> None:
    """Ends within the tolerance of a line or an end meet it; beyond it there is a gap."""
    assert _n_parts(_node([(0, 0), (10, 0)], [(5, 0.4), (5, 9)], [(10.3, 0.3), (20, 0)])) == 1
    assert _n_parts(_node([(0, 0), (10, 0)], [(5, 0.6), (5, 9)])) == 2


def test_line_over_itself_and_twice_counts_once() -> None:
    """A loop is cut where it crosses itself; a line drawn twice is one street."""
    loop = _node([(0, 0), (10, 0), (10, 10), (5, 10), (5, -5)])
    assert len(loop.lines) == 3
    assert _n_parts(loop) == 1
    assert len(_node([(0, 0), (10, 0)], [(10, 0), (0, 0)]).lines) == 1
    partly = _node([(0, 0), (10, 0)], [(4, 0), (20, 0)])
    assert sorted(shapely.length(partly.lines)) == [4, 6, 10]


def test_bend_at_a_crossing_stays_one_point() -> None:
    """Where a line bends in the crossing, the pieces have no doubled points."""
    noded = _node([(0, 0), (5, 0), (10, 5)], [(5, -5), (5, 0), (5, 5)])
    assert len(noded.lines) == 4
    assert {len(line.coords) for line in noded.lines} == {2}
