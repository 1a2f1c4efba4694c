import geopandas as gpd
import numpy as np
import pytest
import shapely
from hypothesis import example, given, settings
from hypothesis import strategies as st

from data.errors import DegenerateDataError
from data.schema import CELLS
from spatial.count import cell_positions, count_in_cells
from spatial.grid import SHAPES, Lattice

SIZES = st.floats(20, 300)
CORNERS = st.tuples(st.floats(-900, 900), st.floats(-900, 900))
TRIANGLES = st.tuples(CORNERS, CORNERS, CORNERS).map(shapely.Polygon)
SEEDS = st.integers(0, 2**32 - 1)


def points_within(triangle: shapely.Polygon, n: int, seed: int) -> np.ndarray:
    """Draw points strictly inside a triangle."""
    share = np.random.default_rng(seed).dirichlet([1, 1, 1], n)
    return share @ shapely.get_coordinates(triangle)[:3]


@settings(max_examples=60, deadline=None)
@given(TRIANGLES.filter(lambda t: t.area > 100), SIZES, st.sampled_from(SHAPES), SEEDS)
def test_every_point_of_the_area_is_counted_once(
    mask: shapely.Polygon, cell_size_m: float, shape: str, seed: int
) -> None:
    """Counts conserve: the cells of an area hold each point of the area exactly once."""
    lattice = Lattice.cover(mask, cell_size_m, shape)
    cells = lattice.cells(mask)
    points = gpd.GeoSeries.from_xy(*points_within(mask, 40, seed).T)
    positions = cell_positions(points, lattice=lattice, cells=cells)
    assert count_in_cells(positions, cells)["n"].sum() == 40
    assert shapely.distance(cells.geometry.to_numpy()[positions], points.to_numpy()).max() < 1e-6


@settings(max_examples=60, deadline=None)
@given(TRIANGLES.filter(lambda t: t.area > 100), SIZES, st.sampled_from(SHAPES))
def test_cells_tile_the_area(mask: shapely.Polygon, cell_size_m: float, shape: str) -> None:
    """The clipped cells fill the study area without gap or overlap, each with its true area."""
    cells = Lattice.cover(mask, cell_size_m, shape).cells(mask)
    CELLS.validate(cells)
    assert (cells["area_m2"] > 0).all()
    assert np.allclose(cells["area_m2"], cells.area)
    assert cells["area_m2"].sum() == pytest.approx(mask.area, rel=1e-9)
    assert cells.union_all().symmetric_difference(mask).area < 1e-6 * mask.area


@settings(deadline=None)
@given(st.floats(-500, 1500), st.floats(-500, 1500), st.floats(5, 400))
@example(-500.0, 5.0, 5.0)
def test_hexagon_is_that_of_the_nearest_centre(x: float, y: float, cell_size_m: float) -> None:
    """Axial rounding finds the hexagon whose centre is nearest."""
    lattice = Lattice.cover(shapely.box(-500, -500, 1500, 1500), cell_size_m, "hexagon")
    number = lattice.locate([x], [y])
    centre_x, centre_y = lattice.centres(np.arange(lattice.columns * lattice.rows))
    distance = np.hypot(centre_x - x, centre_y - y)
    assert distance[number[0]] == pytest.approx(distance.min(), abs=1e-9)


def test_squares_are_half_open() -> None:
    """A point on a line between two squares belongs to the right and upper one, and only to it."""
    lattice = Lattice("square", 10.0, (100.0, 200.0), columns=2, rows=2)
    assert lattice.locate([110, 110, 109.999], [200, 210, 210]).tolist() == [1, 3, 2]


def test_outer_edge_belongs_to_the_lattice_and_nothing_beyond_it() -> None:
    """The right and upper edge of a lattice are inside it; everything further is -1."""
    lattice = Lattice("square", 10.0, (0.0, 0.0), columns=2, rows=2)
    inside = lattice.locate([20, 0, 20], [0, 20, 20])
    outside = lattice.locate([20.01, -0.01, 5, 5], [5, 5, 20.01, -0.01])
    assert inside.tolist() == [1, 2, 3]
    assert outside.tolist() == [-1] * 4


def test_hexagon_size_is_the_distance_between_opposite_sides() -> None:
    """A hexagon of size 100 m is 100 m wide, 8,660 m2 large and 100 m from its neighbours."""
    lattice = Lattice.cover(shapely.box(0, 0, 1000, 1000), 100.0, "hexagon")
    polygon = lattice.polygons(np.array([lattice.columns * 2 + 2]))[0]
    west, south, east, north = polygon.bounds
    assert east - west == pytest.approx(100)
    assert north - south == pytest.approx(200 / np.sqrt(3))
    assert polygon.area == pytest.approx(100**2 * np.sqrt(3) / 2) == lattice.cell_area_m2


@pytest.mark.parametrize(("shape", "size"), [("square", 9), ("hexagon", 7)])
def test_neighbours_are_the_cells_that_touch(shape: str, size: int) -> None:
    """Neighbours are exactly the cells whose outlines touch, the cell itself included."""
    mask = shapely.Point(0, 0).buffer(400).difference(shapely.box(-60, -60, 90, 200))
    lattice = Lattice.cover(mask, 50.0, shape)
    cells = lattice.cells(mask)
    column, row = cells["column"].to_numpy(), cells["row"].to_numpy()
    whole = lattice.polygons(row * lattice.columns + column)
    touching = shapely.distance(whole[:, None], whole) < 1e-6
    neighbours = lattice.neighbours(cells)
    assert (neighbours.toarray() == touching).all()
    assert neighbours.sum(axis=1).max() == size


def test_neighbours_follow_the_order_of_the_cells() -> None:
    """Weights are in the order of the cells they are given, also of a part of them, shuffled."""
    mask = shapely.box(0, 0, 200, 200)
    lattice = Lattice.cover(mask, 50.0)
    cells = lattice.cells(mask)
    some = cells.sample(9, random_state=3)
    at = cells.index.get_indexer(some.index)
    expected = lattice.neighbours(cells).toarray()[np.ix_(at, at)]
    assert (lattice.neighbours(some).toarray() == expected).all()


def test_cell_ids_survive_a_redrawn_boundary() -> None:
    """A boundary that grows by less than a cell to the north-east renames no cell."""
    before, after = shapely.box(3, 4, 180, 160), shapely.box(3, 4, 190, 190)
    old, new = (Lattice.cover(mask, 50.0).cells(mask) for mask in (before, after))
    assert old.index.isin(new.index).all()
    assert old.index[:2].tolist() == ["c000r000", "c001r000"]


def test_cell_along_a_slit_keeps_only_its_area() -> None:
    """Where a cell touches the area in a polygon and in a line, its geometry is the polygon."""
    mask = shapely.box(0, 0, 50, 100).union(shapely.box(50, 0, 100, 50))
    mask = mask.union(shapely.box(70, 50, 80, 100))
    lattice = Lattice("square", 50.0, (0.0, 50.0), columns=2, rows=1)
    cells = lattice.cells(mask)
    assert cells["area_m2"].to_dict() == {"c000r000": 2500.0, "c001r000": 500.0}
    assert set(cells.geom_type) == {"Polygon"}


def test_covered_share_is_exact() -> None:
    """The share of each cell in the area is its clipped over its whole area."""
    mask = shapely.Point(500, 500).buffer(333)
    lattice = Lattice.cover(shapely.box(0, 0, 1000, 1000), 40.0)
    share = lattice.covered_share(mask)
    whole = lattice.polygons(np.arange(share.size))
    expected = shapely.area(shapely.intersection(whole, mask)) / 1600
    assert share.shape == (lattice.rows, lattice.columns)
    assert np.allclose(share.ravel(), expected, atol=1e-9)


@pytest.mark.parametrize(
    ("mask", "cell_size_m", "shape", "said"),
    [
        (shapely.box(0, 0, 1e5, 1e5), 10, "square", "Use cells of 45 m or more."),
        (shapely.box(0, 0, 1e9, 1e9), 1e-9, "hexagon", "Use cells of"),
        (shapely.Polygon(), 50, "square", "no extent"),
        (shapely.LineString([(0, 0), (9, 9)]), 50, "square", "no extent"),
        (shapely.box(0, 0, 1, 1), 0, "square", "above 0 m"),
        (shapely.box(0, 0, 1, 1), 50, "triangle", "square or hexagon"),
    ],
)
def test_impossible_lattices_are_refused(
    mask: shapely.Geometry, cell_size_m: float, shape: str, said: str
) -> None:
    """A lattice that cannot be, or would hold over 5 million cells, is refused with a remedy."""
    with pytest.raises(DegenerateDataError, match=said):
        Lattice.cover(mask, cell_size_m, shape)


def test_remedy_of_a_refused_lattice_works() -> None:
    """The cell size named in the refusal is accepted."""
    mask = shapely.box(0, 0, 1e5, 1e5)
    assert Lattice.cover(mask, 45).columns == 2223


@pytest.mark.parametrize("shape", SHAPES)
def test_cells_stay_where_they_are_when_the_boundary_moves(shape: str) -> None:
    """Wherever the area begins, its cells are those of one and the same endless pattern."""
    pattern = None
    for south in np.arange(0, 200, 13.0):
        mask = shapely.box(1.1 * south, south, 900, 900)
        lattice = Lattice.cover(mask, 50.0, shape)
        at = lattice.locate([700, 651, 777], [700, 733, 612])
        centres = np.round(lattice.centres(at), 6).tolist()
        pattern = pattern or centres
        assert centres == pattern
