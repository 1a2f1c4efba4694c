import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from scipy.stats import multivariate_normal

from data.errors import DegenerateDataError
from spatial.dual_kde import dual_density
from spatial.grid import Lattice

BOX = shapely.box(0, 0, 1200, 900)
CELLS = Lattice.cover(BOX, 100.0).cells(BOX)
RNG = np.random.default_rng(2)
HOMES = RNG.uniform((0, 0), (1200, 900), (60, 2))
PEOPLE = pd.Series(RNG.integers(1, 40, 60))


def risk(places: np.ndarray, floor: float = 0.05) -> pd.Series:
    """Divide incidents at these places by the people of the homes."""
    return dual_density(
        gpd.GeoSeries.from_xy(*places.T),
        pd.DataFrame({"all": np.ones(len(places))}),
        gpd.GeoSeries.from_xy(*HOMES.T),
        PEOPLE,
        mask=BOX,
        cells=CELLS,
        bandwidth_m=120,
        floor_share=floor,
    )["all"]


def test_ratio_of_exact_sums() -> None:
    """Where exposure reaches the floor the risk is the ratio of two exact sums of kernels."""
    places = RNG.uniform((0, 0), (1200, 900), (30, 2))
    centres = shapely.get_coordinates(CELLS.centroid)
    top, bottom = np.zeros(len(CELLS)), np.zeros(len(CELLS))
    for place in places:
        top += multivariate_normal(place, 120**2).pdf(centres)
    for home, people in zip(HOMES, PEOPLE, strict=True):
        bottom += people * multivariate_normal(home, 120**2).pdf(centres)
    found = risk(places, floor=0.3)
    # the exposure that the floor is measured by is edge-corrected, so blanks are checked by count
    assert found.index.equals(CELLS.index)
    assert 0 < found.isna().sum() < len(CELLS)
    known = found.notna().to_numpy()
    truth = (top / bottom)[known]
    assert found[known].to_numpy() == pytest.approx(truth, abs=0.005 * truth.max())


def test_even_risk_is_even() -> None:
    """Incidents in proportion to people give the same risk everywhere, also at the edge."""
    places = np.repeat(HOMES, PEOPLE, axis=0)
    assert risk(places, floor=0.01).dropna().to_numpy() == pytest.approx(1, rel=1e-9)


def test_nothing_exposed_is_refused() -> None:
    """No people, or people at unknown or negative numbers, are refused with a remedy."""
    gate, once = gpd.GeoSeries.from_xy([50], [50]), pd.DataFrame({"all": [1]})
    for people, said in (([0.0], "Nothing is exposed"), ([-1.0], "1 places"), ([np.nan], "1 pl")):
        with pytest.raises(DegenerateDataError, match=said):
            dual_density(
                gate, once, gate, pd.Series(people), mask=BOX, cells=CELLS, bandwidth_m=100
            )
    with pytest.raises(DegenerateDataError, match="A floor of 0 is no share"):
        dual_density(
            gate, once, gate, pd.Series([1.0]), mask=BOX, cells=CELLS, bandwidth_m=9, floor_share=0
        )
