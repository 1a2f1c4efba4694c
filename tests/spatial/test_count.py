import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from pandas.testing import assert_frame_equal

from spatial.count import cell_positions, count_in_cells
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
