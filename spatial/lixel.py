"""Street segments as units: every street of the graph cut into lixels of a stated length."""

from typing import TYPE_CHECKING, Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from data.errors import N_, DegenerateDataError, Message

if TYPE_CHECKING:  # only named here, and slow to load
    from data.graphs import StreetGraph

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]

MAX_LIXELS = 1_000_000
SAME_PLACE_M = 1e-6
"""A bend closer than this to a cut is the cut."""


def cut_lixels(streets: "StreetGraph", *, length_m: float = 50.0) -> gpd.GeoDataFrame:
    """
    Cut every street into lixels of equal length, as near to `length_m` as whole parts allow.

    The two directions of a street are one line and give one set of lixels. A street shorter than
    1.5 times `length_m` stays whole, so no crumbs are left over at crossings; `length_m` of the
    frame says how long each lixel is, because counts of a short and a long one do not compare.

    Parameters
    ----------
    streets
        Projected street graph; every edge has a `geometry` (LineString, m).
    length_m
        Length to come near to, above 0.

    Returns
    -------
    lixels
        Index `lixel_id` (`u-v-key-part`, stable as long as the nodes keep their ids); `u`, `v`,
        `key` (the edge), `part` and `parts` (from 0, in the direction of the edge), `from_m`,
        `to_m` and `length_m` along its line, `name` of the street ('' if unknown), `geometry`.

    Raises
    ------
    DegenerateDataError
        If there is no street, the length is not above 0, or more than a million lixels would be
        needed, which no map shows.

    References
    ----------
    Xie & Yan (2008), Computers, Environment and Urban Systems 32(5),
    doi:10.1016/j.compenvurbsys.2008.05.001

    Examples
    --------
    >>> import networkx as nx
    >>> street = shapely.LineString([(0, 0), (30, 0), (30, 70)])
    >>> streets = nx.MultiDiGraph(crs="EPSG:32650")
    >>> _ = streets.add_edge(1, 2, geometry=street, length=100.0)
    >>> _ = streets.add_edge(2, 1, geometry=street.reverse(), length=100.0)
    >>> cut_lixels(streets, length_m=40).geometry.to_dict()
    {'1-2-0-0': <LINESTRING (0 0, 30 0, 30 20)>, '1-2-0-1': <LINESTRING (30 20, 30 70)>}
    """
    edges = _streets_once(streets)
    lines = np.array([line for *_, line in edges], dtype=object)
    whole_m = shapely.length(lines)
    _check(whole_m, length_m)
    parts = np.maximum(np.rint(whole_m / length_m), 1).astype(np.int64)
    street = np.repeat(np.arange(len(edges)), parts)
    part = np.arange(street.size) - np.repeat(np.cumsum(parts) - parts, parts)
    step_m = (whole_m / parts)[street]
    # the end of the last part is the length itself, not a sum that has been rounded
    last = part == parts[street] - 1
    from_m, to_m = part * step_m, np.where(last, whole_m[street], (part + 1) * step_m)
    u, v, key = (np.array([edge[at] for edge in edges], dtype=np.int64)[street] for at in range(3))
    names = np.array([edge[3] for edge in edges], dtype=object)[street]
    ids = [f"{a}-{b}-{k}-{p}" for a, b, k, p in zip(u, v, key, part, strict=True)]
    return gpd.GeoDataFrame(
        {
            "u": u,
            "v": v,
            "key": key,
            "part": part,
            "parts": parts[street],
            "from_m": from_m,
            "to_m": to_m,
            "length_m": to_m - from_m,
            "name": pd.array(names, dtype="str"),
        },
        geometry=_substrings(lines, street, part, from_m, to_m),
        index=pd.Index(ids, name="lixel_id", dtype="str"),
        crs=streets.graph.get("crs"),
    )


def lixel_positions(
    points: gpd.GeoDataFrame | gpd.GeoSeries, lixels: gpd.GeoDataFrame, *, max_snap_m: float = 100.0
) -> Integers:
    """
    Find the lixel nearest to every point.

    Parameters
    ----------
    points
        Point geometry, in the CRS of the lixels.
    lixels
        Result of `cut_lixels`.
    max_snap_m
        A point further than this (m, straight line) from every street belongs to none.

    Returns
    -------
    positions
        Row number in `lixels` for each point, shape (n,), the first of equally near ones; -1 where
        none is near, so `(positions < 0).sum()` points are off the streets. Ready for
        `count_in_cells`.

    Examples
    --------
    >>> lixels = gpd.GeoDataFrame(
    ...     geometry=[shapely.LineString([(0, 0), (50, 0)]), shapely.LineString([(50, 0), (99, 0)])]
    ... )
    >>> points = gpd.GeoSeries.from_xy([10, 50, 60, 60], [5, 0, -9, 500])
    >>> lixel_positions(points, lixels).tolist()
    [0, 0, 1, -1]
    """
    positions = np.full(len(points), len(lixels), dtype=np.int64)
    tree = shapely.STRtree(lixels.geometry.to_numpy())
    point, lixel = tree.query_nearest(points.geometry.to_numpy(), max_distance=max_snap_m)
    np.minimum.at(positions, point, lixel)
    return np.where(positions < len(lixels), positions, -1)


def _streets_once(streets: "StreetGraph") -> list[tuple[int, int, int, str, Any]]:
    """Return `u, v, key, name, line` of every street; of two directions the first in the graph."""
    edges: list[Any] = list(streets.edges(keys=True, data=True))
    lines = np.array([data["geometry"] for *_, data in edges], dtype=object)
    # rounded to the millimetre: the two directions may have been projected separately
    rounded = shapely.transform(lines, lambda xy: np.round(xy, 3))
    shapes = shapely.to_wkb(shapely.normalize(rounded))
    once: dict[tuple[int, int, bytes], tuple[int, int, int, str, Any]] = {}
    for (u, v, key, data), shape in zip(edges, shapes, strict=True):
        street = (u, v, key, data.get("name") or "", data["geometry"])
        once.setdefault((min(u, v), max(u, v), shape), street)
    return list(once.values())


def _check(whole_m: Floats, length_m: float) -> None:
    """Raise what makes lixels impossible."""
    if whole_m.size == 0:
        raise DegenerateDataError(
            N_("There is no street to cut into segments."), N_("Add a street network to the area.")
        )
    if not 0 < length_m < np.inf:
        raise DegenerateDataError(
            Message.of(N_("Segments of {size} m do not exist."), size=length_m),
            N_("Give a segment length above 0 m."),
        )
    if (n := int(whole_m.sum() / length_m)) > MAX_LIXELS:
        least_m = int(np.ceil(whole_m.sum() / MAX_LIXELS))
        raise DegenerateDataError(
            Message.of(
                N_("Segments of {size} m would cut the streets into {n}."), size=length_m, n=n
            ),
            Message.of(N_("Use segments of {least} m or more."), least=least_m),
        )


def _substrings(
    lines: NDArray[np.object_], street: Integers, part: Integers, from_m: Floats, to_m: Floats
) -> NDArray[np.object_]:
    """Return the pieces of the lines between two distances, all at once."""
    xy, line = shapely.get_coordinates(lines, return_index=True)
    along_m = np.concatenate([[0.0], np.cumsum(np.hypot(*np.diff(xy, axis=0).T))])
    first = np.searchsorted(line, np.arange(len(lines)))
    along_m -= along_m[first][line]
    # the piece that holds each bend; a bend on a cut is the cut itself
    step_m = np.maximum(to_m[part == 0], SAME_PLACE_M)[line]
    piece = np.searchsorted(street, line) + np.floor(along_m / step_m).astype(np.int64)
    piece = np.minimum(piece, np.searchsorted(street, line, side="right") - 1)
    inner = (along_m > from_m[piece] + SAME_PLACE_M) & (along_m < to_m[piece] - SAME_PLACE_M)
    ends = [
        shapely.get_coordinates(shapely.line_interpolate_point(lines[street], at))
        for at in (from_m, to_m)
    ]
    owner = np.concatenate([np.arange(street.size), piece[inner], np.arange(street.size)])
    at_m = np.concatenate([from_m - 1, along_m[inner], to_m + 1])
    points = np.concatenate([ends[0], xy[inner], ends[1]])
    order = np.lexsort((at_m, owner))
    return np.asarray(shapely.linestrings(points[order], indices=owner[order]))
