from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from scipy.sparse import csr_array

from data.errors import DegenerateDataError
from spatial.emerging import PATTERNS, find_emerging_hotspots, name_patterns
from spatial.grid import Lattice

SLICES = 12


@pytest.fixture(scope="module")
def grid() -> tuple[gpd.GeoDataFrame, "csr_array[Any]"]:
    """Lay 20 x 20 cells of 50 m and return them with their queen neighbours."""
    mask = shapely.box(0, 0, 1000, 1000)
    lattice = Lattice.cover(mask, 50.0)
    cells = lattice.cells(mask)
    return cells, lattice.neighbours(cells)


def planted(
    cells: gpd.GeoDataFrame, strength: list[int], *, background: int = 12, seed: int = 0
) -> pd.DataFrame:
    """Scatter incidents over cells and slices, and put some more into each cell of a 3 x 3 block.

    `strength` is the number more in each slice; the block is around column 10 and row 10.
    """
    rng = np.random.default_rng(seed)
    counts = rng.multinomial(background, np.full(len(cells), 1 / len(cells)), size=SLICES).T
    block = (cells["column"].sub(10).abs() <= 1) & (cells["row"].sub(10).abs() <= 1)
    return pd.DataFrame(counts + np.outer(block, strength), index=cells.index)


@pytest.mark.parametrize(
    ("strength", "pattern"),
    [
        ([0] * 11 + [3], "new"),
        ([0] * 8 + [3] * 4, "consecutive"),
        (list(range(2, 14)), "intensifying"),
        ([3] * 12, "persistent"),
        (list(range(13, 1, -1)), "diminishing"),
        ([3, 0, 0, 3, 3, 0, 0, 0, 3, 0, 0, 3], "sporadic"),
        ([3] * 11 + [0], "historical"),
        ([0] * 12, "none"),
    ],
)
def test_planted_pattern_is_named(
    grid: tuple[gpd.GeoDataFrame, "csr_array[Any]"], strength: list[int], pattern: str
) -> None:
    """A block planted with each pattern gets its name, and cells far from it get none."""
    cells, neighbours = grid
    counts = planted(cells, strength)
    before = counts.copy()
    found = find_emerging_hotspots(counts, neighbours, reach=0, parts_per_incident=1)
    assert found.cells.loc["c010r010", "pattern"] == pattern
    far = (cells["column"].sub(10).abs() > 2) | (cells["row"].sub(10).abs() > 2)
    assert (found.cells.loc[far, "pattern"] == "none").all()
    assert found.cells.index.equals(counts.index)
    assert found.cells["n_hot"].equals(found.hot.sum(axis=1).rename("n_hot"))
    pd.testing.assert_frame_equal(counts, before)


def test_twelfths_and_counts_give_the_same_patterns(
    grid: tuple[gpd.GeoDataFrame, "csr_array[Any]"],
) -> None:
    """Incidents in twelfths have the patterns of the same incidents counted whole."""
    cells, neighbours = grid
    counts = planted(cells, [0] * 6 + [3] * 6)
    whole = find_emerging_hotspots(counts, neighbours, parts_per_incident=1)
    twelfths = find_emerging_hotspots(counts * 12, neighbours)
    pd.testing.assert_frame_equal(whole.hot, twelfths.hot)
    pd.testing.assert_series_equal(whole.cells["pattern"], twelfths.cells["pattern"])


def test_reach_adds_the_slice_before(grid: tuple[gpd.GeoDataFrame, "csr_array[Any]"]) -> None:
    """A block too weak in each slice alone is found when each is counted with the one before."""
    cells, neighbours = grid
    counts = planted(cells, [1, 0, 0] * 4, background=120, seed=3)
    alone = find_emerging_hotspots(counts, neighbours, reach=0, parts_per_incident=1)
    pooled = find_emerging_hotspots(counts, neighbours, reach=2, parts_per_incident=1)
    assert pooled.cells.loc["c010r010", "n_hot"] > alone.cells.loc["c010r010", "n_hot"]


def name(hot: str, cold: str = "", s: int = 0, p_value: float = 1.0) -> str:
    """Name the pattern of one cell from the slices in which it was hot (x) and cold (x)."""
    flags = [pd.DataFrame([[c == "x" for c in text.ljust(len(hot))]]) for text in (hot, cold)]
    return str(name_patterns(*flags, pd.DataFrame({"s": [s], "p_value": [p_value]}))[0])


@pytest.mark.parametrize(
    ("hot", "cold", "s", "p_value", "pattern"),
    [
        ("         x", "", 0, 1.0, "new"),
        ("         x", "x", 0, 1.0, "new"),
        ("       xxx", "", 0, 1.0, "consecutive"),
        (" xxxxxxxxx", "", 30, 0.01, "intensifying"),
        (" xxxxxxxxx", "", -30, 0.01, "diminishing"),
        (" xxxxxxxxx", "", 30, 0.2, "persistent"),
        ("xxxxx xxxx", "", 0, 1.0, "persistent"),
        ("xxxxxxxxx ", "", 30, 0.01, "historical"),
        ("xx  xx   x", "", 0, 1.0, "sporadic"),
        ("xx  xx   x", "   x", 0, 1.0, "oscillating"),
        ("xx  xx    ", "", 0, 1.0, "none"),
        ("          ", "x", 0, 1.0, "none"),
    ],
)
def test_names_follow_the_published_definitions(
    hot: str, cold: str, s: int, p_value: float, pattern: str
) -> None:
    """Each of the nine names stands for the hot and cold slices that ArcGIS gives it."""
    assert name(hot, cold, s, p_value) == pattern


def test_every_name_is_explained() -> None:
    """The nine names are those that a reader finds explained."""
    assert len(PATTERNS) == 9
    assert all(text.startswith(key) for key, text in PATTERNS.items() if key != "none")


def test_too_few_slices_or_incidents_are_refused(
    grid: tuple[gpd.GeoDataFrame, "csr_array[Any]"],
) -> None:
    """Nine slices, no incident, one, or nine a slice on average are a sentence, not a map."""
    cells, neighbours = grid
    counts = planted(cells, [0] * 12, background=9)
    for rows, sentence in [
        (counts.iloc[:, :9], "There are 9 slices of time; 10 are needed"),
        (counts * 0, "There is no incident; at least 120"),
        (counts, "There are only 108 incidents; at least 120"),
    ]:
        with pytest.raises(DegenerateDataError, match=sentence):
            find_emerging_hotspots(rows, neighbours, parts_per_incident=1)


def test_everything_at_one_point_or_in_one_slice_is_no_hotspot(
    grid: tuple[gpd.GeoDataFrame, "csr_array[Any]"],
) -> None:
    """One full cell among 400 is no block of many, and empty slices are none: nothing is hot."""
    cells, neighbours = grid
    counts = pd.DataFrame(0, index=cells.index, columns=range(SLICES))
    counts.iloc[210, 5] = 150
    found = find_emerging_hotspots(counts, neighbours, parts_per_incident=1)
    assert (found.cells["pattern"] == "none").all()
    assert str(found.notes[0]) == "11 of 12 slices of time hold fewer than 10 incidents."
