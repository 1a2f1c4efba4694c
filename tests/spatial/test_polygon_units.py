from typing import Any

import geopandas as gpd
import numpy as np
import pytest
import shapely
from shapely import Point, Polygon, box

from data.errors import DegenerateDataError
from spatial.count import count_in_cells
from spatial.gi_star import exact_gi_star
from spatial.grid import Lattice
from spatial.polygon_units import polygon_neighbours, polygon_positions, polygon_units

CRS = "EPSG:32650"


def areas(*shapes: Any, names: list[Any] | None = None) -> gpd.GeoDataFrame:
    """Frame some shapes."""
    return gpd.GeoDataFrame(geometry=list(shapes), index=names, crs=CRS)


def test_squares_as_polygons_are_the_same_units() -> None:
    """A lattice given as polygons has the same neighbours, counts and p-values."""
    mask = box(0, 0, 500, 300).difference(box(200, 100, 300, 200))
    lattice = Lattice.cover(mask, 50.0)
    cells = lattice.cells(mask, crs=CRS)
    units = polygon_units(cells[["geometry"]])
    assert units.index.equals(cells.index)
    assert np.allclose(units["area_m2"], cells["area_m2"])
    near = polygon_neighbours(units, tolerance_m=0.001)
    assert np.array_equal(near.toarray(), lattice.neighbours(cells).toarray())
    rng = np.random.default_rng(3)
    points = gpd.GeoSeries.from_xy(*rng.uniform(1, 299, (2, 60)), crs=CRS)
    counts = count_in_cells(polygon_positions(points, units), units)["n"]
    assert counts.sum() == shapely.contains_xy(mask, points.x, points.y).sum()
    assert exact_gi_star(counts, near, parts_per_incident=1)["p_value"].between(0, 1).all()


def test_published_contiguity_is_reproduced(published: Any) -> None:
    """On columbus the neighbours are those of libpysal's queen contiguity, and each unit itself."""
    from libpysal.examples import get_path  # noqa: PLC0415  # slow, and only this test needs it

    _, queen = published("columbus.shp", "CRIME")
    found = polygon_neighbours(gpd.read_file(get_path("columbus.shp")), tolerance_m=0.0).toarray()
    assert np.array_equal(found, (queen.toarray() > 0) | np.eye(len(found), dtype=bool))


def test_a_drawn_gap_does_not_part_neighbours() -> None:
    """A gap of half a metre is a slip of the pen; a road of 20 m is not."""
    units = polygon_units(areas(box(0, 0, 99.5, 50), box(100, 0, 200, 50), box(220, 0, 300, 50)))
    assert polygon_neighbours(units).toarray().tolist() == [[1, 1, 0], [1, 1, 0], [0, 0, 1]]


def test_a_bow_tie_is_mended_and_columns_are_kept() -> None:
    """A self-crossing outline is made valid; other columns and the order stay."""
    drawn = areas(
        Polygon([(0, 0), (10, 10), (10, 0), (0, 10)]), box(50, 0, 60, 10), names=["b", "a"]
    )
    drawn["name"] = ["first", "second"]
    before = drawn.copy()
    units = polygon_units(drawn)
    assert units.is_valid.all()
    assert units["area_m2"].tolist() == [50, 100]
    assert units["name"].tolist() == ["first", "second"]
    assert units.index.tolist() == ["b", "a"]
    assert drawn.equals(before)


def test_slivers_are_forgiven_and_overlaps_are_named() -> None:
    """Half a metre of overlap passes; ten metres are refused with both names."""
    polygon_units(areas(box(0, 0, 100, 100), box(99.5, 0, 200, 100)))
    with pytest.raises(DegenerateDataError, match="areas A and B overlap"):
        polygon_units(areas(box(0, 0, 100, 100), box(90, 0, 200, 100), names=["A", "B"]))


def test_all_faults_are_named_at_once() -> None:
    """Equal names and areas without extent are listed together."""
    with pytest.raises(DegenerateDataError, match="called 7") as caught:
        polygon_units(areas(box(0, 0, 1, 1), box(5, 0, 6, 1), Point(9, 9), names=["7", 7, "x"]))
    assert "area x has no extent" in str(caught.value)
    with pytest.raises(DegenerateDataError, match="no area to count in"):
        polygon_units(areas())


def test_outside_is_outside() -> None:
    """A point in no unit is in none, and one on a border belongs to the first."""
    units = polygon_units(areas(box(0, 0, 10, 10), box(10, 0, 20, 10)))
    points = gpd.GeoSeries.from_xy([10, 5, 30], [5, 5, 5], crs=CRS)
    assert polygon_positions(points, units).tolist() == [0, 0, -1]
