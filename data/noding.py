"""Lines cut where they meet, and the junctions they then share."""

from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components
from scipy.spatial import cKDTree

Floats = NDArray[np.float64]
Ints = NDArray[np.intp]
Lines = NDArray[np.object_]
LINE_TYPES = (1, 5)  # LineString, MultiLineString
COINCIDENT_M = 1e-6


@dataclass(frozen=True)
class NodedLines:
    """Pieces of lines that meet only at their ends."""

    lines: Lines
    source: Ints
    """Position of the line that each piece was cut from."""
    ends: Ints
    """Junctions at the first and the last point of each piece, shape (n, 2)."""
    junctions: Floats
    """Coordinates of the junctions, shape (m, 2)."""


def node_lines(lines: Lines, *, tolerance_m: float, level: Ints | None = None) -> NodedLines:
    """
    Cut lines where they cross or touch, and join ends that nearly meet.

    Parameters
    ----------
    lines
        LineStrings in metres, none of them empty.
    tolerance_m
        Ends closer than this (m) to each other or to a line are one junction with it.
    level
        Height of each line: lines of different levels cross without a junction, like a bridge
        over a street; ends meet whatever their level. None: all are on the ground.

    Returns
    -------
    noded
        The pieces, in the direction of their lines; of pieces in one place the first.

    Examples
    --------
    >>> cross = [shapely.LineString([(0, 0), (10, 0)]), shapely.LineString([(5, -5), (5, 5)])]
    >>> noded = node_lines(np.array(cross), tolerance_m=0.5)
    >>> len(noded.lines), len(noded.junctions), noded.source.tolist()
    (4, 5, [0, 0, 1, 1])
    """
    level = np.zeros(len(lines), dtype=np.intp) if level is None else level
    simple, origin = _make_simple(lines)
    line, at_m = _cuts(simple, level[origin], tolerance_m)
    xy, piece, source = _cut(simple, line, at_m)
    first = np.flatnonzero(np.diff(piece, prepend=-1))
    last = np.append(first[1:], len(piece)) - 1
    node, junctions = _join(np.concatenate([xy[first], xy[last]]), tolerance_m)
    xy[np.concatenate([first, last])] = junctions[node]
    pieces = np.asarray(shapely.linestrings(xy, indices=piece))
    ends = node.reshape(2, -1).T
    keep = _distinct(pieces) & ((ends[:, 0] != ends[:, 1]) | (shapely.length(pieces) > tolerance_m))
    return NodedLines(pieces[keep], origin[source][keep], ends[keep], junctions)


def _make_simple(lines: Lines) -> tuple[Lines, Ints]:
    """Part lines that cross themselves; return the lines and where each came from."""
    origin = np.arange(len(lines))
    tangled = ~shapely.is_simple(lines)
    parts, part_of = shapely.get_parts(shapely.node(lines[tangled]), return_index=True)
    return (
        np.concatenate([lines[~tangled], parts]),
        np.concatenate([origin[~tangled], origin[tangled][part_of]]),
    )


def _cuts(lines: Lines, level: Ints, tolerance_m: float) -> tuple[Ints, Floats]:
    """Return the lines to cut and where (m from their start), ends included."""
    tree = shapely.STRtree(lines)
    one, other = tree.query(lines, predicate="intersects")
    once = (one < other) & (level[one] == level[other])
    one, other = one[once], other[once]
    shared = shapely.intersection(lines[one], lines[other])
    overlap = np.isin(shapely.get_type_id(shared), LINE_TYPES)
    shared[overlap] = shapely.boundary(shapely.line_merge(shared[overlap]))
    xy, pair = shapely.get_coordinates(shared, return_index=True)
    tips = np.asarray(shapely.points(shapely.get_coordinates(_tips(lines))))
    tip, near = tree.query(tips, predicate="dwithin", distance=tolerance_m)
    line = np.concatenate([one[pair], other[pair], near])
    places = np.concatenate([shapely.points(xy), shapely.points(xy), tips[tip]])
    at_m = shapely.line_locate_point(lines[line], places)
    length_m = shapely.length(lines)
    inside = (at_m > tolerance_m) & (at_m < length_m[line] - tolerance_m)
    own = np.arange(len(lines))
    line = np.concatenate([own, line[inside], own])
    at_m = np.concatenate([np.zeros(len(lines)), at_m[inside], length_m])
    order = np.lexsort((at_m, line))
    line, at_m = line[order], at_m[order]
    apart = np.diff(at_m, prepend=-np.inf) > tolerance_m
    is_end = (at_m == 0) | (at_m == length_m[line])
    return line[apart | is_end], at_m[apart | is_end]


def _tips(lines: Lines) -> Lines:
    """Return first and last point of every line, as multipoints."""
    ends = np.stack([shapely.get_point(lines, 0), shapely.get_point(lines, -1)], axis=1)
    return np.asarray(shapely.multipoints(ends))


def _cut(lines: Lines, line: Ints, at_m: Floats) -> tuple[Floats, Ints, Ints]:
    """Return the points of all pieces, the piece of each point, and the line of each piece."""
    xy, owner = shapely.get_coordinates(lines, return_index=True)
    step_m = np.hypot(*np.diff(xy, axis=0, prepend=xy[:1]).T)
    first = np.flatnonzero(np.diff(owner, prepend=-1))
    step_m[first] = 0
    run_m = np.cumsum(step_m)
    along_m = run_m - run_m[first][owner]
    inner = np.ones(len(xy), dtype=bool)
    inner[first] = inner[np.append(first[1:], len(xy)) - 1] = False
    cut_xy = shapely.get_coordinates(shapely.line_interpolate_point(lines[line], at_m))
    all_xy = np.concatenate([cut_xy, xy[inner]])
    all_line = np.concatenate([line, owner[inner]])
    all_at = np.concatenate([at_m, along_m[inner]])
    is_cut = np.arange(len(all_xy)) < len(cut_xy)
    order = np.lexsort((~is_cut, all_at, all_line))
    order = order[~_doubled(all_line[order], all_at[order], is_cut[order])]
    all_xy, all_line, is_cut = all_xy[order], all_line[order], is_cut[order]
    start = np.diff(all_line, prepend=-1) > 0
    end = np.append(start[1:], True)  # the last point ends the last line
    # a cut inside a line ends one piece and starts the next
    copies = 1 + (is_cut & ~start & ~end).astype(np.intp)
    row = np.repeat(np.arange(len(all_xy)), copies)
    again = np.append(False, row[1:] == row[:-1])
    piece = np.cumsum(start[row] | again) - 1
    return all_xy[row], piece, all_line[row][np.flatnonzero(start[row] | again)]


def _doubled(line: Ints, at_m: Floats, is_cut: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Mark bend points that coincide with the point before, or with a cut after."""
    close = (np.diff(line) == 0) & (np.diff(at_m) < COINCIDENT_M)
    after_any = np.append(np.array([False]), close)
    before_cut = np.append(close & is_cut[1:], np.array([False]))
    doubled: NDArray[np.bool_] = ~is_cut & (after_any | before_cut)
    return doubled


def _join(xy: Floats, tolerance_m: float) -> tuple[Ints, Floats]:
    """Give places nearer than the tolerance one junction, at the first of them."""
    near = cKDTree(xy).query_pairs(tolerance_m, output_type="ndarray")
    graph = coo_array((np.ones(len(near)), (near[:, 0], near[:, 1])), shape=(len(xy), len(xy)))
    _, label = connected_components(graph, directed=False)
    _, first = np.unique(label, return_index=True)
    return label.astype(np.intp), xy[first]


def _distinct(lines: Lines) -> NDArray[np.bool_]:
    """Mark the first of the lines that lie in one place, to the millimetre."""
    rounded = shapely.transform(shapely.normalize(lines), lambda xy: np.round(xy, 3))
    _, first = np.unique(shapely.to_wkb(rounded), return_index=True)
    distinct = np.zeros(len(lines), dtype=bool)
    distinct[first] = True
    return distinct
