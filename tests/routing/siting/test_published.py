"""The location models on published instances."""

import sys
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from routing.siting.cover_matrix import cover_by_distance
from routing.siting.maximal_cover import maximal_cover
from routing.siting.p_centre import p_centre
from routing.siting.p_median import p_median
from routing.siting.rules import SiteRules
from routing.siting.set_cover import set_cover

sys.path.insert(0, str(Path(__file__).parents[3] / "benchmarks"))

import location

FOLDER = Path(__file__).parents[4] / "shared" / "data" / "bench_pmedian_dev"
MEDIANS = (5819, 4093, 4250, 3034, 1355, 7824, 5631, 4445, 2734, 1255)
CENTRES = (127, 98, 93, 74, 48, 84, 64, 55, 37, 20)

pytestmark = pytest.mark.real_data


@pytest.fixture(autouse=True)
def folder() -> Path:
    """Skip where the instances are missing."""
    if not FOLDER.is_dir():
        pytest.skip("the instances are not here")
    return FOLDER


@pytest.mark.parametrize("number", [1, 2, 3, 4, 5, 6, 8, 10])
def test_or_library(number: int) -> None:
    """p-median and p-centre are the published optima, proven; the benchmark has pmed7 and pmed9."""
    distance, p = location.read_graph(FOLDER / "pmed" / f"pmed{number}.txt")
    rules = SiteRules(len(distance), most=p)
    median = p_median(distance, np.ones(len(distance)), rules)
    assert (median.objective, median.bound) == (MEDIANS[number - 1],) * 2
    centre = p_centre(distance, np.ones(len(distance)), rules)
    assert (centre.objective, centre.bound) == (CENTRES[number - 1],) * 2


def test_san_francisco() -> None:
    """p-median, maximal cover, set cover and p-centre are the published values, with the stores."""
    file = "SF_network_distance_candidateStore_16_censusTract_205_new.csv"
    table = pd.read_csv(FOLDER / "spopt_sf" / file)
    far = table.pivot_table(index="DestinationName", columns="name", values="distance")
    distance_m = far.to_numpy(dtype=float)
    tract = table.groupby("DestinationName")["demand"].first().reindex(far.index)
    people = tract.to_numpy(dtype=float)
    four = SiteRules(16, most=4)
    median = p_median(distance_m, people, four)
    assert round(median.objective, 4) == 2_848_268_129.7145
    assert {far.columns[site] for site in median.chosen} == stores(2, 11, 12, 15)
    near = cover_by_distance(distance_m, 5_000)
    assert maximal_cover(near, people, four).objective == 875_247
    assert set_cover(near, people, SiteRules(16)).objective == 8
    assert set_cover(cover_by_distance(distance_m, 8_000), people, SiteRules(16)).objective == 3
    centre = p_centre(distance_m, people, four)
    assert round(centre.objective, 4) == 7_403.0638
    assert {far.columns[site] for site in centre.chosen} == stores(7, 11, 13, 15)
    assert median.proven
    assert centre.proven


def stores(*numbers: int) -> set[str]:
    """Name stores as the file does."""
    return {f"Store_{number}" for number in numbers}
