import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st
from pandas.testing import assert_frame_equal

from spatial import kernels
from spatial.count import (
    cell_positions,
    count_in_cells,
    count_points,
    count_points_by_layer,
    counts_on_cells,
)
from spatial.grid import Lattice

MASK = shapely.Point(0, 0).buffer(300)
LATTICE = Lattice.cover(MASK, 50.0)
CELLS = LATTICE.cells(MASK, crs=32650)
RNG = np.random.default_rng(5)
POINTS = gpd.GeoDataFrame(
    geometry=gpd.points_from_xy(RNG.uniform(-300, 300, 500), RNG.uniform(-300, 300, 500)), crs=32650
)


def test_counts_equal_a_spatial_join() -> None:
    """Integer arithmetic counts the same points per cell as geometry does."""
    inside = POINTS[POINTS.within(MASK)]
    joined = gpd.sjoin(inside, CELLS).groupby("cell_id").size()
    positions = cell_positions(inside, lattice=LATTICE, cells=CELLS)
    counts = count_in_cells(positions, CELLS)
    assert counts.index.equals(CELLS.index)
    assert counts["n"].equals(joined.reindex(CELLS.index, fill_value=0).rename("n"))


def test_weights_add_up_exactly_by_layer() -> None:
    """Every layer of whole-number weights keeps its sum, and stays whole numbers."""
    weights = pd.DataFrame({"day": RNG.integers(0, 13, 500), "night": RNG.integers(0, 13, 500)})
    positions = cell_positions(POINTS, lattice=LATTICE, cells=CELLS)
    counts = count_in_cells(positions, CELLS, weights)
    inside = positions >= 0
    assert counts.sum().equals(weights[inside].sum())
    assert (counts.dtypes == np.int64).all()


def test_points_outside_are_known_and_not_counted() -> None:
    """The number of points that no cell holds is at hand: all others are counted."""
    positions = cell_positions(POINTS, lattice=LATTICE, cells=CELLS)
    outside = int((positions < 0).sum())
    assert outside > 0
    assert count_in_cells(positions, CELLS)["n"].sum() == len(POINTS) - outside


def test_arguments_are_not_changed() -> None:
    """Counting changes neither the cells nor the points."""
    cells, points = CELLS.copy(), POINTS.copy()
    count_in_cells(cell_positions(points, lattice=LATTICE, cells=cells), cells)
    assert_frame_equal(cells, CELLS)
    assert_frame_equal(points, POINTS)


def corners(n: int, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Draw points of which many lie exactly on the lines of a 50 m lattice, some nowhere."""
    rng = np.random.default_rng(seed)
    x, y = rng.choice([*np.arange(-400, 401, 25.0), np.nan, np.inf, 1e300], (2, n))
    return x + rng.choice([0, 1e-9, 13.7], n), y


@pytest.mark.parametrize("shape", ["square", "hexagon"])
def test_one_pass_counts_as_geometry_does(shape: str) -> None:
    """Counting coordinates gives the same cells as locating every point."""
    lattice = Lattice.cover(MASK, 50.0, shape)
    cells = lattice.cells(MASK, crs=32650)
    x, y = POINTS.geometry.x.to_numpy(), POINTS.geometry.y.to_numpy()
    counts = counts_on_cells(count_points(x, y, lattice=lattice), lattice=lattice, cells=cells)
    positions = cell_positions(POINTS, lattice=lattice, cells=cells)
    assert counts.tolist() == count_in_cells(positions, cells)["n"].tolist()


@given(st.integers(0, 10_000))
def test_machine_code_and_arrays_agree_to_the_last_point(seed: int) -> None:
    """Compiled loops put points on lines, outside and without a number where arrays put them."""
    x, y = corners(300, seed)
    layer = np.random.default_rng(seed).integers(-1, 3, 300)
    by_array = count_points(x, y, lattice=LATTICE)
    layers_by_array = count_points_by_layer(x, y, layer, layers=3, lattice=LATTICE)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("spatial.count.LEAST", 0)
        assert count_points(x, y, lattice=LATTICE).tolist() == by_array.tolist()
        layers = count_points_by_layer(x, y, layer, layers=3, lattice=LATTICE)
    assert layers.tolist() == layers_by_array.tolist()
    assert layers.sum() <= by_array.sum()


def test_plain_python_and_machine_code_agree() -> None:
    """The bodies of the compiled loops give the same counts when Python runs them."""
    x, y = corners(300, 1)
    total, compiled = np.zeros((2, LATTICE.rows * LATTICE.columns), dtype=np.int64)
    frame = (*LATTICE.origin, LATTICE.cell_size_m, LATTICE.columns, LATTICE.rows)
    kernels.count_squares(x, y, frame, total)
    kernels.compiled(kernels.count_squares)(x, y, frame, compiled)
    assert total.tolist() == compiled.tolist() == count_points(x, y, lattice=LATTICE).tolist()
