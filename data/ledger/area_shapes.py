"""Outlines of areas put right: flat, whole polygons, and how well neighbours fit together."""

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from pyproj import CRS

from data.errors import N_
from data.ledger.findings import Findings, Rule
from data.tables import WGS84

SLIVER_M2 = 1.0
"""Parts smaller than this are slips of a program, not ground."""
SLIP_M2 = 200.0
"""Neighbours drawn by hand along one street differ a little; more than this is said."""
SLIT_M = 20.0
"""Breadth up to which ground between neighbours belongs to one of them."""
MOST_CHECKED = 400_000
"""Vertices; more take longer to lay over each other than the answer is worth."""
_AREAS = np.array([shapely.GeometryType.POLYGON, shapely.GeometryType.MULTIPOLYGON])
_DEGREES = np.array([180.0, 90.0, 180.0, 90.0])

NO_SHAPE = Rule(
    "area_without_shape",
    N_("{n} rows have no outline, or only a point or a line, and are no area."),
    "set_aside",
)
FLATTENED = Rule("area_flattened", N_("{n} outlines had heights, which were left out."), "repaired")
REPAIRED = Rule(
    "area_repaired",
    N_("{n} outlines crossed or touched themselves and were put right."),
    "repaired",
    N_("Look at them on the map."),
)
SLIVERS = Rule(
    "area_slivers", N_("{n} areas had parts smaller than 1 m², which were left out."), "repaired"
)
IN_PARTS = Rule("area_in_parts", N_("{n} areas lie in several parts."), "noted")
WITH_HOLES = Rule("area_with_holes", N_("{n} areas have holes."), "noted")
TINY = Rule(
    "area_tiny",
    N_("{n} areas are smaller than 200 m²."),
    "noted",
    N_("Remove them if they are slips of the drawing."),
)
OVERLAPS = Rule(
    "area_overlaps",
    N_("{n} pairs of areas overlap by more than 200 m²."),
    "noted",
    N_("Correct their common line in the area editor; until then the first of two counts."),
)
GAPS = Rule(
    "area_gaps",
    N_("{n} gaps of more than 200 m² lie between the areas."),
    "noted",
    N_("Correct the lines beside them, if somebody should be responsible there."),
)
UNCHECKED = Rule(
    "area_neighbours_unchecked",
    N_("{n} outlines have too many vertices to be laid over each other."),
    "noted",
    N_("Simplify them in a map program."),
)


def repair_outlines(places: gpd.GeoSeries, *, findings: Findings) -> gpd.GeoSeries:
    """
    Return the outlines as flat valid polygons; rows without any are left out.

    Crossing lines are put right so that no ground within the outer line is lost.

    Parameters
    ----------
    places
        Shapes on the index of the table's rows; any CRS or none.
    findings
        Collects what was done.

    Examples
    --------
    >>> bow_tie = shapely.Polygon([(0, 0), (2, 2), (2, 0), (0, 2)])
    >>> findings = Findings()
    >>> repair_outlines(gpd.GeoSeries([bow_tie, None]), findings=findings).area.tolist()
    [2.0]
    >>> findings.counts
    {'area_without_shape': 1, 'area_repaired': 1, 'area_in_parts': 1}
    """
    kinds = shapely.get_type_id(places.to_numpy())
    is_area = np.isin(kinds, _AREAS) & ~shapely.is_empty(places.to_numpy())
    findings.add(NO_SHAPE, _kinds(places[~is_area]))
    found = places[is_area]
    high, wrong = found.has_z, ~found.is_valid
    findings.add(FLATTENED, _kinds(found[high]))
    findings.add(REPAIRED, _kinds(found[wrong]))
    flat = gpd.GeoSeries(shapely.force_2d(found.to_numpy()), found.index, crs=found.crs)
    sound = flat.where(~wrong, flat.make_valid(method="structure", keep_collapsed=False))
    # GEOS leaves parts side by side that share an edge, which is no valid outline
    sound = sound.where(sound.is_valid, sound.buffer(0))
    gone = sound.is_empty  # a line drawn as an area
    findings.add(NO_SHAPE, _kinds(sound[gone]))
    return _without_slivers(sound[~gone], findings)


def _without_slivers(sound: gpd.GeoSeries, findings: Findings) -> gpd.GeoSeries:
    """Leave out the tiny parts of areas, unless they are all there is."""
    parts = sound.explode(index_parts=False)
    size_m2 = pd.Series(to_metres(parts).area.to_numpy(), parts.index)
    largest = size_m2.groupby(level=0).transform("max")
    sliver = ((size_m2 < SLIVER_M2) & (size_m2 < largest)).to_numpy()
    trimmed = parts.index[sliver].unique()
    findings.add(SLIVERS, _kinds(sound[sound.index.isin(trimmed)]))
    whole = sound.copy()
    for row in trimmed:
        whole[row] = shapely.multipolygons(parts[~sliver].loc[[row]].to_numpy())
    count = shapely.get_num_geometries(whole.to_numpy())
    rings = shapely.get_num_interior_rings(parts.to_numpy())
    holed = whole.index.isin(parts.index[(rings > 0) & ~sliver])
    tiny = largest.groupby(level=0).first().reindex(whole.index) < SLIP_M2
    for rule, hit in ((IN_PARTS, count > 1), (WITH_HOLES, holed), (TINY, tiny.to_numpy())):
        findings.add(rule, _kinds(whole[hit]))
    return whole


def note_neighbours(areas: gpd.GeoSeries, *, findings: Findings) -> None:
    """
    Count the overlaps and the gaps between areas.

    Parameters
    ----------
    areas
        Valid polygons; with a CRS, or in degrees if they may be, else in metres.
    findings
        Collects the counts; a gap is ground that the areas enclose, or a slit between them.

    Examples
    --------
    >>> places = [shapely.box(0, 0, 100, 100), shapely.box(90, 0, 200, 100)]
    >>> findings = Findings()
    >>> note_neighbours(gpd.GeoSeries([*places, shapely.box(200, 5, 300, 95)]), findings=findings)
    >>> findings.counts
    {'area_overlaps': 1}
    """
    if len(areas) < 2:  # noqa: PLR2004  # neighbours are two
        return
    if shapely.get_num_coordinates(areas.to_numpy()).sum() > MOST_CHECKED:
        findings.note(UNCHECKED, len(areas))
        return
    shapes = to_metres(areas).make_valid(method="structure", keep_collapsed=False).to_numpy()
    one, other = shapely.STRtree(shapes).query(shapes, predicate="intersects")
    pairs = one < other
    common = shapely.area(shapely.intersection(shapes[one[pairs]], shapes[other[pairs]]))
    findings.note(OVERLAPS, int((common > SLIP_M2).sum()))
    whole = shapely.union_all(shapes)
    filled = shapely.union_all([shapely.Polygon(p.exterior) for p in shapely.get_parts(whole)])
    closed = shapely.buffer(shapely.buffer(whole, SLIT_M / 2), -SLIT_M / 2)
    between = shapely.difference(shapely.union(filled, closed), whole)
    findings.note(GAPS, int((shapely.area(shapely.get_parts(between)) > SLIP_M2).sum()))


def to_metres(areas: gpd.GeoSeries) -> gpd.GeoSeries:
    """
    Project areas so that their size is true.

    Examples
    --------
    >>> places = gpd.GeoSeries([shapely.box(117, 38, 117.1, 38.1)], crs=4326)
    >>> print(round(to_metres(places).area[0] / 1e6, 1))  # the same on the ellipsoid
    97.4
    """
    bounds = areas.total_bounds
    if areas.crs is None and not (np.abs(bounds) <= _DEGREES).all():
        return areas
    degrees = areas.set_crs(WGS84) if areas.crs is None else areas.to_crs(WGS84)
    west, south, east, north = degrees.total_bounds
    if not np.isfinite([west, south, east, north]).all():
        return areas
    middle = f"+lat_0={(south + north) / 2} +lon_0={(west + east) / 2}"
    return degrees.to_crs(CRS.from_proj4(f"+proj=laea {middle} +datum=WGS84 +units=m"))


def _kinds(places: gpd.GeoSeries) -> pd.Series:
    """Return what shapes are called, for the findings."""
    kinds: pd.Series = places.geom_type.fillna("").astype(str)
    return kinds
