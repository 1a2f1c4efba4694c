import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from spatial.grid import Lattice
from spatial.risk_layers import DENSITY, PROXIMITY, build_risk_layers, straight_distances


@settings(max_examples=12, deadline=None)
@given(st.integers(1, 12), st.integers(0, 10_000))
def test_near_layers_hold_each_other(n: int, seed: int) -> None:
    """Whoever is near at 50 m is near at 100 m; each layer tells cells apart and is no copy."""
    rng = np.random.default_rng(seed)
    distance_m = rng.uniform(0, 500, (n, 40))
    category = pd.Series(rng.choice(["pharmacy", "market"], n))
    cells = pd.Index([f"c{i}" for i in range(40)], name="cell_id")
    layers = build_risk_layers(distance_m, category, cells)
    assert layers.index.equals(cells)
    assert layers.columns.names == ["category", "kind", "distance_m"]
    assert layers.isin([0, 1]).all(axis=None)
    assert layers.sum().between(1, 39).all()
    for name in set(category):
        own = layers.get(name, pd.DataFrame())
        assert not own.T.duplicated().any()
        near = own.get(PROXIMITY, pd.DataFrame(index=cells))
        assert (near.diff(axis=1).iloc[:, 1:] >= 0).all(axis=None)


def test_dense_cells_are_those_among_many() -> None:
    """Of two groups, twenty shops and one, only the cells at the twenty lie among many."""
    lattice = Lattice.cover(shapely.box(0, 0, 1000, 1000), 50.0)
    cells = lattice.cells(shapely.box(0, 0, 1000, 1000))
    x, y = [175] * 20 + [825], [*range(165, 185), 825]
    shops = gpd.GeoDataFrame(
        {"category": "shop"}, geometry=gpd.points_from_xy(x, y), index=range(21)
    )
    layers = build_risk_layers(straight_distances(shops, cells), shops["category"], cells.index)
    dense = layers["shop", DENSITY, 100.0]
    near = layers["shop", PROXIMITY, 50.0]
    assert dense["c003r003"] == 1
    assert dense["c016r016"] == 0
    assert near["c003r003"] == near["c016r016"] == 1


def test_no_facility_is_no_layer() -> None:
    """An area without facilities has an empty table on its cells."""
    cells = pd.Index(["a", "b"], name="cell_id")
    layers = build_risk_layers(np.empty((0, 2)), pd.Series(dtype=str), cells)
    assert layers.shape == (2, 0)


def test_facility_that_nobody_can_walk_to_is_nowhere_near() -> None:
    """A class without any way to it has no layer, and no warning either."""
    cells = pd.Index(["a", "b"], name="cell_id")
    assert build_risk_layers(np.full((1, 2), np.inf), pd.Series(["x"]), cells).empty
