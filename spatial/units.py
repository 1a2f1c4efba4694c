"""What incidents are counted by: cells of a lattice, drawn areas (网格), or street segments."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

import geopandas as gpd
import numpy as np
import shapely
from numpy.typing import NDArray
from scipy.sparse import csr_array
from shapely.geometry.base import BaseGeometry

from data.errors import N_, DegenerateDataError
from data.settings import Analysis
from spatial.count import cell_positions
from spatial.grid import Lattice
from spatial.lixel import cut_lixels, lixel_positions
from spatial.lixel_neighbours import lixel_neighbours
from spatial.polygon_units import polygon_neighbours, polygon_positions, polygon_units

if TYPE_CHECKING:  # the graph library takes longer to load than what is done here
    from data.graphs import StreetGraph

Integers = NDArray[np.int64]

SQUARE, HEXAGON, AREA, SEGMENT = "square", "hexagon", "area", "segment"
UNIT_NAMES: Mapping[str, str] = MappingProxyType(
    {
        SQUARE: N_("cells"),
        HEXAGON: N_("hexagons"),
        AREA: N_("areas"),
        SEGMENT: N_("street segments"),
    }
)
REACH_IN_SEGMENTS = 1.5
"""Segments are neighbours up to this many segment lengths from middle to middle along the streets.
That holds the next ones, which are up to 1.5 lengths long, and at crossings all that meet there."""


@dataclass(frozen=True)
class Units:
    """The units of an analysis: where each is, which holds a point, and which are neighbours."""

    kind: str
    """`square`, `hexagon`, `area` or `segment`."""
    size_m: float
    """Side of a square, inner diameter of a hexagon, length of a segment about; 0 for areas."""
    frame: gpd.GeoDataFrame
    """Index `cell_id`; geometry: polygons, or the lines of segments."""
    lattice: Lattice | None = None
    """From which squares and hexagons were cut."""
    whole: gpd.GeoDataFrame | None = None
    """All segments of every street, also those beyond the study area."""

    def positions(
        self, points: gpd.GeoDataFrame | gpd.GeoSeries, *, max_snap_m: float = 100.0
    ) -> Integers:
        """Return the row in `frame` that holds each point, or is nearest on the streets; or -1."""
        if self.lattice is not None:
            return cell_positions(points, lattice=self.lattice, cells=self.frame)
        if self.kind == SEGMENT:
            return lixel_positions(points, self.frame, max_snap_m=max_snap_m)
        return polygon_positions(points, self.frame)

    def neighbours(self) -> "csr_array[Any]":
        """Return binary weights between neighbours, 1 on the diagonal, in the order of `frame`."""
        if self.lattice is not None:
            return self.lattice.neighbours(self.frame)
        if self.kind == SEGMENT:
            return lixel_neighbours(self.frame, reach_m=REACH_IN_SEGMENTS * self.size_m)
        return polygon_neighbours(self.frame)

    def keep(self, chosen: NDArray[np.bool_]) -> "Units":
        """Return the units without those that are not chosen."""
        return replace(self, frame=self.frame[chosen])


def unit_kind(analysis: Analysis) -> str:
    """
    Name the kind of units that the settings ask for.

    Examples
    --------
    >>> unit_kind(Analysis(cell_shape="hexagon")), unit_kind(Analysis(unit="segment"))
    ('hexagon', 'segment')
    """
    return analysis.cell_shape if analysis.unit == "cell" else analysis.unit


def lay_units(
    analysis: Analysis,
    mask: BaseGeometry,
    *,
    crs: Any = None,
    areas: gpd.GeoDataFrame | None = None,
    graph: "StreetGraph | None" = None,
) -> Units:
    """
    Lay the units that the settings ask for over a study area.

    Parameters
    ----------
    analysis
        `unit`, and `cell_size_m`, `cell_shape` or `segment_m`.
    mask
        Study area, in metres. A segment belongs to it if its middle does; drawn areas count whole
        where they share ground with it.
    crs
        Coordinate system of `mask`.
    areas
        Drawn areas, for `area`.
    graph
        Projected street graph, for `segment`.

    Raises
    ------
    DegenerateDataError
        If there are no areas or streets, none within the study area, or too many units.

    Examples
    --------
    >>> units = lay_units(Analysis(cell_size_m=100.0), shapely.box(0, 0, 200, 100))
    >>> units.kind, units.frame.index.tolist()
    ('square', ['c000r000', 'c001r000'])
    """
    kind = unit_kind(analysis)
    if kind == AREA:
        return _drawn_areas(areas, mask)
    if kind == SEGMENT:
        return _segments(graph, mask, analysis.segment_m)
    lattice = Lattice.cover(mask, analysis.cell_size_m, kind)
    return Units(kind, analysis.cell_size_m, lattice.cells(mask, crs=crs), lattice)


def _drawn_areas(areas: gpd.GeoDataFrame | None, mask: BaseGeometry) -> Units:
    """Take the drawn areas that share ground with the study area."""
    if areas is None or areas.empty:
        raise DegenerateDataError(
            N_("No areas are drawn to count by."),
            N_("Add polygons of the communities or grids, or count by cells."),
        )
    units = polygon_units(areas)
    within = shapely.intersects(units.geometry.to_numpy(), mask)
    return Units(AREA, 0.0, _some(units[within]))


def _segments(graph: "StreetGraph | None", mask: BaseGeometry, length_m: float) -> Units:
    """Cut the streets and take the segments with their middle in the study area."""
    if graph is None or graph.number_of_edges() == 0:
        raise DegenerateDataError(
            N_("There is no street to cut into segments."), N_("Add a street network to the area.")
        )
    lixels = cut_lixels(graph, length_m=length_m).rename_axis("cell_id")
    middle = shapely.line_interpolate_point(lixels.geometry.to_numpy(), 0.5, normalized=True)
    shapely.prepare(mask)
    within = shapely.intersects_xy(mask, shapely.get_x(middle), shapely.get_y(middle))
    return Units(SEGMENT, length_m, _some(lixels[within]), whole=lixels)


def _some(frame: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Return the units of a study area; raise if there are none."""
    if frame.empty:
        raise DegenerateDataError(
            N_("No unit lies in the study area."),
            N_("Check the boundary, the communities and the streets."),
        )
    return frame
