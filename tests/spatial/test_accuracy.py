from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.ndimage import gaussian_filter

from data.errors import DegenerateDataError
from spatial.accuracy import hit_rate_curve, patrolled_part, surface_accuracy
from spatial.count import count_points
from spatial.grid import Lattice
from spatial.surfaces import candidate_surfaces, smooth_counts

REFERENCE = Path(__file__).parents[3] / "shared" / "data" / "hotspot_reference"
MONTHS = range(7, 13)


@given(st.lists(st.integers(0, 4), min_size=1, max_size=30), st.integers(0, 30), st.integers(0, 99))
def test_ties_are_shared_as_lots_would_on_average(
    scores: list[int], n_patrolled: int, seed: int
) -> None:
    """The parts add up to the cells patrolled and are the average over drawing lots."""
    n_patrolled = min(n_patrolled, len(scores))
    found = patrolled_part(pd.Series(scores), n_patrolled)
    assert found.between(0, 1).all()
    assert found.sum() == pytest.approx(n_patrolled)
    rng = np.random.default_rng(seed)
    drawn = np.zeros(len(scores))
    for _ in range(400):
        lots = np.lexsort((rng.random(len(scores)), -np.array(scores)))
        drawn[lots[:n_patrolled]] += 1 / 400
    assert abs(found - drawn).max() < 0.15


def test_measures_are_their_definitions() -> None:
    """Hit rate, PAI, PEI* and RRI of a surface are what their papers define."""
    train, test = pd.Series([6, 3, 1, 0, 0]), pd.Series([2, 4, 1, 1, 0])
    scores = pd.DataFrame({"count": train, "reverse": -train})
    found = surface_accuracy(scores, train, test, area_share=0.4, n_test=10)
    assert found.loc["count"].to_dict() == pytest.approx(
        {"hits": 6, "hit_rate": 0.6, "pai": 1.5, "pei_star": 1.0, "rri": 0.6 / 0.9}
    )
    assert found.loc["reverse", "hits"] == 1
    assert np.isnan(found.loc["reverse", "rri"])


def test_curve_runs_from_nothing_to_all() -> None:
    """Patrolling nothing hits nothing, everything hits all, and chance is the share itself."""
    train, test = pd.Series([6, 3, 1, 0, 0]), pd.Series([2, 4, 1, 1, 0])
    curve = hit_rate_curve(train.to_frame("count"), test, [0, 0.4, 1])
    assert curve["count"].tolist() == [0, 0.75, 1]
    assert curve["random"].tolist() == [0, 0.4, 1]


def test_a_share_of_no_cell_is_refused() -> None:
    """A share that makes no whole cell is refused with the number of cells."""
    counts = pd.Series([1, 2])
    with pytest.raises(DegenerateDataError, match=r"A share of 0.1 of 2 cells makes 0 cells"):
        surface_accuracy(counts.to_frame("count"), counts, counts, area_share=0.1)


def memphis() -> tuple[pd.DataFrame, Lattice, np.ndarray, np.ndarray]:
    """Return robberies, the 250 m lattice, its study area and the population of each cell."""
    robberies = pd.read_csv(REFERENCE / "memphis_robberies_utm.csv", parse_dates=["date"])
    blocks = pd.read_csv(REFERENCE / "memphis_population.csv")
    origin = tuple(float(robberies[axis].min() // 500 * 500 + 125) for axis in "xy")
    lattice = Lattice("square", 250.0, origin, columns=150, rows=126)
    number = lattice.locate(blocks["x"], blocks["y"])
    inside = number >= 0
    people = np.bincount(number[inside], blocks["pop"][inside], 150 * 126)
    robbed = count_points(robberies["x"].to_numpy(), robberies["y"].to_numpy(), lattice=lattice)
    shape = (lattice.rows, lattice.columns)
    near = [gaussian_filter(v.reshape(shape).astype(float), 2) for v in (people > 0, robbed)]
    return robberies, lattice, ((near[0] > 1e-3) | (near[1] > 1e-3)).ravel(), people


@pytest.mark.real_data
@pytest.mark.skipif(not REFERENCE.exists(), reason="the reference data are not beside the checkout")
def test_memphis_is_that_of_the_table() -> None:
    """PAI (PEI*) of robberies, July to December 2019, each month from all before it.

    Surfaces without ties equal table 5d to its digits; those with ties, for which the table drew
    lots once, within 2.5 standard deviations of lots.
    """
    robberies, lattice, studied, people = memphis()
    assert studied.sum() == 13_389
    tables = []
    for month in MONTHS:
        end = pd.Timestamp(2019, month, 1)
        before, now = robberies[robberies["date"] < end], robberies["date"].dt.month == month
        age = ((end - before["date"]).dt.total_seconds() / 86_400).to_numpy()
        x, y = before["x"].to_numpy(), before["y"].to_numpy()
        count = count_points(x, y, lattice=lattice)
        fading = np.bincount(lattice.locate(x, y), 0.5 ** (age / 60), count.size)
        last = before[before["date"].dt.month == month - 1]
        mirrored = {
            f"KDE {h}": smooth_counts(count.astype(float), lattice=lattice, bandwidth_m=h)
            for h in (250, 400, 800)
        }
        scores = pd.DataFrame(
            {
                **mirrored,
                "fading": smooth_counts(fading, lattice=lattice, bandwidth_m=400),
                "population": smooth_counts(people, lattice=lattice, bandwidth_m=250),
                "last month": count_points(
                    last["x"].to_numpy(), last["y"].to_numpy(), lattice=lattice
                ),
            }
        )[studied].reset_index(drop=True)
        named = candidate_surfaces(x, y, age, lattice=lattice, studied=studied, bandwidths_m=[250])
        plain = named[["count", "block", "count, then density"]].reset_index(drop=True)
        scores = pd.concat([scores, plain], axis=1)
        test = robberies[now]
        hit = count_points(test["x"].to_numpy(), test["y"].to_numpy(), lattice=lattice)[studied]
        train, hit = pd.Series(count[studied]), pd.Series(hit)
        for share in (0.01, 0.05):
            table = surface_accuracy(scores, train, hit, area_share=share)
            tables.append(table.assign(share=share))
    mean = pd.concat(tables).groupby(["share", "surface"])[["pai", "pei_star"]].mean()
    pai, pei = mean["pai"], mean["pei_star"]
    top = {"KDE 250": 12.1, "KDE 400": 11.0, "fading": 10.9, "KDE 800": 8.3, "population": 6.1}
    assert pai[0.01][list(top)].round(1).to_dict() == top
    assert (pai[0.05]["KDE 250"].round(1), pei[0.01]["KDE 250"].round(2)) == (6.6, 0.16)
    for surface, share, printed, lots in (
        ("count", 0.01, 13.1, 0.40),
        ("block", 0.01, 10.4, 0.21),
        ("last month", 0.01, 7.8, 0.41),
        ("count", 0.05, 6.5, 0.15),
        ("block", 0.05, 6.2, 0.07),
    ):
        assert pai[share][surface] == pytest.approx(printed, abs=2.5 * lots)
    assert pei[0.01]["count"] == pytest.approx(0.17, abs=0.02)
    # the surface that the tool falls back on is not worse than plain counts
    for share in (0.01, 0.05):
        assert pai[share]["count, then density"] >= pai[share]["count"]
