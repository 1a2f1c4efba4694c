"""Areas that somebody drew (网格, communities) as units, beside squares and hexagons."""

from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray
from scipy.sparse import csr_array

from data.errors import N_, DegenerateDataError, FaultList, Message

Integers = NDArray[np.int64]


def polygon_units(areas: gpd.GeoDataFrame, *, tolerance_m: float = 1.0) -> gpd.GeoDataFrame:
    """
    Check drawn areas for use as units, and measure them.

    Two areas may overlap by a sliver that is nowhere wider than `tolerance_m`: borders drawn twice
    never agree. More than that would count an incident for one area that lies in two.

    Parameters
    ----------
    areas
        Polygons in metres, with a unique index.
    tolerance_m
        Width of slivers and gaps between neighbours that are taken for slips of the pen.

    Returns
    -------
    units
        Index `cell_id` (text of the index of `areas`, same order), `area_m2` (above 0) and valid
        `geometry`; other columns are kept. Areas differ in size: their counts do not compare like
        those of equal cells, so look at the Poisson scan with a baseline as well.

    Raises
    ------
    DegenerateDataError
        If there is no area, two have one name, one has no extent, or two overlap; all are named.

    Examples
    --------
    >>> areas = gpd.GeoDataFrame(geometry=[shapely.box(0, 0, 9, 9), shapely.box(9, 0, 19, 9)])
    >>> polygon_units(areas)["area_m2"].to_dict()
    {'0': 81.0, '1': 90.0}
    """
    names = areas.index.astype(str)
    shapes = shapely.make_valid(areas.geometry.to_numpy())
    faults = FaultList()
    if len(areas) == 0:
        faults.add(N_("There is no area to count in."), N_("Add at least one polygon."))
    for name in names[names.duplicated()].unique():
        faults.add(
            Message.of(N_("Several areas are called {name}."), name=name),
            N_("Give every area a number of its own."),
        )
    missing = ~(shapely.area(shapes) > 0)
    for name in names[missing]:
        faults.add(
            Message.of(N_("The area {name} has no extent."), name=name),
            N_("Draw it as a polygon, or leave it out."),
        )
    present = np.flatnonzero(~missing)
    for first, second in _overlaps(shapes[present], tolerance_m):
        one, other = names[present[first]], names[present[second]]
        faults.add(
            Message.of(N_("The areas {one} and {other} overlap."), one=one, other=other),
            N_("Draw the common border once."),
        )
    faults.raise_if_any(DegenerateDataError)
    units = areas.set_geometry(gpd.GeoSeries(shapes, index=areas.index, crs=areas.crs))
    units.index = pd.Index(names, name="cell_id", dtype="str")
    return units.assign(area_m2=shapely.area(shapes))


def polygon_neighbours(units: gpd.GeoDataFrame, *, tolerance_m: float = 1.0) -> "csr_array[Any]":
    """
    Return binary weights between units that touch, itself included.

    Parameters
    ----------
    units
        Result of `polygon_units`.
    tolerance_m
        Units with a gap up to this wide between them touch as well.

    Returns
    -------
    neighbours
        Integer 0 or 1, shape (n, n), in the order of `units`, symmetric, 1 on the diagonal (queen
        contiguity: a common corner is enough). An island has only itself.

    Examples
    --------
    >>> boxes = [shapely.box(0, 0, 9, 9), shapely.box(9.5, 9, 19, 19), shapely.box(50, 0, 60, 9)]
    >>> units = gpd.GeoDataFrame(geometry=boxes)
    >>> polygon_neighbours(units).toarray().tolist()
    [[1, 1, 0], [1, 1, 0], [0, 0, 1]]
    """
    shapes = units.geometry.to_numpy()
    pairs = shapely.STRtree(shapes).query(shapes, "dwithin", tolerance_m)
    ones = np.ones(pairs.shape[1], dtype=np.int64)
    return csr_array((ones, (pairs[0], pairs[1])), shape=(len(units), len(units)))


def polygon_positions(
    points: gpd.GeoDataFrame | gpd.GeoSeries, units: gpd.GeoDataFrame
) -> Integers:
    """
    Find the unit that holds every point.

    Parameters
    ----------
    points
        Point geometry, in the CRS of the units.
    units
        Result of `polygon_units`.

    Returns
    -------
    positions
        Row number in `units` for each point, shape (n,), the first if several touch it; -1 where
        none does, so `(positions < 0).sum()` points are outside. Ready for `count_in_cells`.

    Examples
    --------
    >>> units = gpd.GeoDataFrame(geometry=[shapely.box(0, 0, 9, 9), shapely.box(9, 0, 19, 9)])
    >>> polygon_positions(gpd.GeoSeries.from_xy([1, 9, 10, 99], [1, 1, 1, 1]), units).tolist()
    [0, 0, 1, -1]
    """
    positions = np.full(len(points), len(units), dtype=np.int64)
    tree = shapely.STRtree(units.geometry.to_numpy())
    point, unit = tree.query(points.geometry.to_numpy(), "intersects")
    np.minimum.at(positions, point, unit)
    return np.where(positions < len(units), positions, -1)


def _overlaps(shapes: NDArray[np.object_], tolerance_m: float) -> NDArray[np.intp]:
    """Return the pairs of shapes whose common part is anywhere wider than the tolerance."""
    pairs = shapely.STRtree(shapes).query(shapes, "intersects").T
    pairs = pairs[pairs[:, 0] < pairs[:, 1]]
    common = shapely.intersection(shapes[pairs[:, 0]], shapes[pairs[:, 1]])
    # what shrinks away by half the width from every side was a sliver
    wide = ~shapely.is_empty(shapely.buffer(common, -tolerance_m / 2, quad_segs=2))
    found: NDArray[np.intp] = pairs[wide]
    return found
