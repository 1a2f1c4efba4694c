import geopandas as gpd
import networkx as nx
import numpy as np
import pandas as pd
import pytest
import shapely

from data.errors import DegenerateDataError
from spatial.grid import Lattice
from spatial.lixel import cut_lixels
from spatial.network_kde import network_density
from spatial.segment_stability import segment_stability
from spatial.stability import Doubt, cell_stability

MASK = shapely.box(0, 0, 400, 300)
LATTICE = Lattice.cover(MASK, 50.0)
CELLS = LATTICE.cells(MASK)
RNG = np.random.default_rng(9)
X, Y = np.concatenate([RNG.normal(120, 25, (2, 30)), RNG.uniform(0, 300, (2, 20))], axis=1)
AROUND = {"lattice": LATTICE, "cells": CELLS}


def by_hand(
    n_patrolled: int, error_m: float, chance: float, bandwidth_m: float | None, seed: int
) -> np.ndarray:
    """Replicate one at a time, with corners and distances instead of cell numbers."""
    rng = np.random.default_rng(seed)
    centres = shapely.get_coordinates(CELLS.centroid)
    stays = np.zeros(len(CELLS))
    for _ in range(300):
        west, south = (
            axis.ravel() for axis in np.meshgrid(np.arange(-50, 450, 50), np.arange(-50, 400, 50))
        )
        corner = np.stack([west, south], axis=1) - rng.uniform(0, 50, 2)
        drawn = rng.integers(X.size, size=X.size)
        drawn = drawn[rng.random(X.size) < chance]
        spots = np.stack([X[drawn], Y[drawn]], axis=1) + rng.normal(0, error_m, (drawn.size, 2))
        holds = ((spots >= corner[:, None]) & (spots < corner[:, None] + 50)).all(axis=2)
        studied = ((centres >= corner[:, None]) & (centres < corner[:, None] + 50)).all(axis=2)
        values = holds.sum(axis=1).astype(float)
        if bandwidth_m is not None:
            near = np.exp(-((corner[:, None] - corner) ** 2).sum(axis=2) / 2 / bandwidth_m**2)
            values = near @ values / (near @ studied.any(axis=1)) * studied.any(axis=1)
        top = np.argsort(-(values + rng.random(values.size) * 1e-9))[:n_patrolled]
        stays += studied[top[values[top] > 0]].any(axis=0)
    return stays / 300


@pytest.mark.parametrize(
    ("error_m", "chance", "bandwidth_m"), [(0, 1, None), (30, 0.5, None), (15, 0.8, 60)]
)
def test_shares_are_those_of_replicates_made_by_hand(
    error_m: float, chance: float, bandwidth_m: float | None
) -> None:
    """The share of a cell is that of replicates with polygons, within their random error."""
    truth = by_hand(5, error_m, chance, bandwidth_m, seed=3)
    doubt = Doubt(error_m, np.full(X.size, chance))
    found = cell_stability(
        X, Y, **AROUND, n_patrolled=5, doubt=doubt, bandwidth_m=bandwidth_m, replicates=3000
    )
    assert found.index.equals(CELLS.index)
    assert abs(found - truth).max() < 5 * np.sqrt(0.25 / 300)
    assert abs(found - truth).mean() < 0.02


def test_nothing_in_doubt_is_one_replicate() -> None:
    """Without any doubt every cell stays always or never, and the fullest ones stay."""
    doubt = Doubt(resample=False)
    found = cell_stability(
        X, Y, **AROUND, n_patrolled=1, doubt=doubt, shift_grid=False, replicates=20
    )
    assert found.sum() == 1
    assert found.idxmax() == "c002r002"


def test_same_seed_same_shares() -> None:
    """The shares depend on the seed and on nothing else; another seed gives others."""
    first = cell_stability(X, Y, **AROUND, n_patrolled=4, replicates=50, seed=1)
    again = cell_stability(X, Y, **AROUND, n_patrolled=4, replicates=50, seed=1)
    other = cell_stability(X, Y, **AROUND, n_patrolled=4, replicates=50, seed=2)
    assert first.equals(again)
    assert not first.equals(other)


def test_hexagons_move_too() -> None:
    """Over hexagons a lone pile of incidents stays where it is, and nothing else does."""
    lattice = Lattice.cover(MASK, 60.0, "hexagon")
    cells = lattice.cells(MASK)
    pile = np.full(20, 180.0), np.full(20, 156.0)  # the middle of a hexagon
    found = cell_stability(*pile, lattice=lattice, cells=cells, n_patrolled=3, replicates=400)
    home = cells.distance(shapely.Point(180, 156)).idxmin()
    assert found.idxmax() == home
    assert found[cells.distance(shapely.Point(180, 156)) > 60].sum() == 0


def test_no_incident_stays_nowhere() -> None:
    """Without incidents no cell is ever patrolled for them."""
    found = cell_stability(np.empty(0), np.empty(0), **AROUND, n_patrolled=4, replicates=10)
    assert (found == 0).all()


def test_empty_questions_are_refused() -> None:
    """No cell to patrol, no replicate, or a surface over hexagons is refused."""
    with pytest.raises(DegenerateDataError, match="0 patrolled cells"):
        cell_stability(X, Y, **AROUND, n_patrolled=0)
    hexagons = Lattice.cover(MASK, 60.0, "hexagon")
    with pytest.raises(DegenerateDataError, match="shape hexagon"):
        cell_stability(
            X, Y, lattice=hexagons, cells=hexagons.cells(MASK), n_patrolled=1, bandwidth_m=9
        )


def cross() -> gpd.GeoDataFrame:
    """Make a crossing of four streets of 200 m, cut into lixels of 50 m."""
    streets = nx.MultiDiGraph(crs="EPSG:32650")
    for end, tip in enumerate([(200, 0), (-200, 0), (0, 200), (0, -200)], 1):
        streets.add_edge(0, end, geometry=shapely.LineString([(0, 0), tip]), length=200.0)
    return cut_lixels(streets, length_m=50)


def test_segments_without_doubt_are_the_densest() -> None:
    """Without doubt the lixels of the highest network density stay, up to the metres given."""
    lixels = cross()
    points = gpd.GeoSeries.from_xy([30, 40, 20, 8], [3, -2, 5, 180], crs="EPSG:32650")
    weights = pd.DataFrame({"n": np.ones(4)})
    density = network_density(points, weights, lixels, bandwidth_m=40)["n"]
    found = segment_stability(
        points, lixels, patrolled_m=150, bandwidth_m=40, doubt=Doubt(resample=False), replicates=3
    )
    assert found.index.equals(lixels.index)
    assert set(found[found == 1].index) == set(density.nlargest(3).index)
    assert found.sum() == 3


def test_location_error_blurs_segments() -> None:
    """The worse the places are known, the less sure the segment; the same seed gives the same."""
    lixels = cross()
    points = gpd.GeoSeries.from_xy([75] * 12, [1] * 12, crs="EPSG:32650")
    share = {
        error: segment_stability(
            points,
            lixels,
            patrolled_m=50,
            bandwidth_m=20,
            doubt=Doubt(error, np.full(12, 0.5)),
            max_snap_m=np.inf,
            replicates=200,
        )
        for error in (0.0, 20.0, 200.0)
    }
    home = share[0.0].idxmax()
    assert share[0.0][home] > 0.99
    assert share[0.0][home] > share[20.0][home] > share[200.0][home]
    with pytest.raises(DegenerateDataError, match="0 m of patrolled street"):
        segment_stability(points, lixels, patrolled_m=0, bandwidth_m=20)
