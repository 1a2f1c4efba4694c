from itertools import combinations

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest

from data.errors import DegenerateDataError
from spatial.knox import knox
from spatial.near_repeat import find_near_repeats
from spatial.near_repeat_table import near_repeat_table


@pytest.fixture
def burkitt() -> tuple[np.ndarray, np.ndarray]:
    """Places (km) and days of the 188 cases of Burkitt's lymphoma that ship inside libpysal."""
    from libpysal.examples import get_path  # noqa: PLC0415  # slow, and only these tests need it

    cases = gpd.read_file(get_path("burkitt.shp"))
    return cases[["X", "Y"]].to_numpy(), cases["T"].to_numpy()


def incidents(places: np.ndarray, days: np.ndarray, hours: float = 0.0) -> gpd.GeoDataFrame:
    """Make incidents at places (m) and days since a Monday, each lasting some hours."""
    start = pd.Timestamp("2024-03-04", tz="Asia/Shanghai") + pd.to_timedelta(days, unit="D")
    return gpd.GeoDataFrame(
        {"occurred_from": start, "occurred_to": start + pd.Timedelta(hours=hours)},
        geometry=gpd.points_from_xy(*places.T),
        crs=32650,
    )


def test_bands_add_up_to_the_published_knox_counts(burkitt: tuple[np.ndarray, np.ndarray]) -> None:
    """Bands up to (5, 2), (10, 10), (20, 30) and (5, 30) hold the pairs of R's surveillance."""
    table = near_repeat_table(*burkitt, bands_m=[5, 10, 20], bands_days=[2, 10, 30], permutations=1)
    for km, days, n_pairs, expected in [
        (5, 2, 1, 0.4915235),
        (10, 10, 6, 5.55285),
        (20, 30, 54, 44.67181),
        (5, 30, 7, 4.689953),
    ]:
        within = table[(table["to_m"] <= km) & (table["to_days"] <= days)]
        assert within["n_pairs"].sum() == n_pairs
        assert within["expected"].sum() == pytest.approx(expected, abs=5e-6)


def test_one_band_is_the_knox_test(burkitt: tuple[np.ndarray, np.ndarray]) -> None:
    """A table of one pair of bands has the Knox test's numbers, and nothing to adjust for."""
    table = near_repeat_table(*burkitt, bands_m=[20], bands_days=[5], permutations=999, seed=3)
    test = knox(*burkitt, distance_m=20, interval_days=5, permutations=999, seed=3)
    row = table.iloc[0]
    assert row["n_pairs"] == test.n_pairs
    assert row["expected"] == pytest.approx(test.expected)
    assert row["p_value"] == row["p_adjusted"] == test.p_value


def test_counts_are_those_of_looking_at_every_pair() -> None:
    """Bands are open below and closed above, and a first band of 0 m holds repeats in place."""
    rng = np.random.default_rng(1)
    places, days = rng.integers(0, 5, (25, 2)) * 50.0, rng.integers(0, 40, 25).astype(float)
    bands_m, bands_days = [0, 50, 150], [7, 14]
    table = near_repeat_table(places, days, bands_m=bands_m, bands_days=bands_days, permutations=5)
    for row in table.itertuples():
        n = 0
        for a, b in combinations(range(25), 2):
            apart_m, apart = np.hypot(*(places[a] - places[b])), abs(days[a] - days[b])
            near = row.from_m < apart_m <= row.to_m or apart_m == row.to_m == 0
            n += near and (row.from_days < apart <= row.to_days or apart == row.from_days == 0)
        assert n == row.n_pairs


def test_planted_near_repeats_are_found() -> None:
    """Incidents followed by one within 80 m and 5 days stand out in that band, adjusted too."""
    rng = np.random.default_rng(7)
    places, days = rng.uniform(0, 2000, (40, 2)), rng.uniform(0, 180, 40)
    places = np.vstack([places, places[:15] + rng.uniform(-50, 50, (15, 2))])
    days = np.concatenate([days, days[:15] + rng.uniform(0, 5, 15)])
    found = find_near_repeats(incidents(places, days), seed=1)
    first = found.table.iloc[0]
    assert found.n == 55
    assert first["ratio"] > 3
    assert first["p_adjusted"] <= 0.002
    assert (found.table["p_adjusted"] >= found.table["p_value"]).all()


def test_no_more_false_tables_than_the_level() -> None:
    """Where time is independent of place, 5 % of tables have an adjusted p of 5 %, not of 9 bands.

    Of 200 tables at most 19 may: a binomial number with share 0.05 exceeds that once in 1,000.
    """
    rng = np.random.default_rng(11)
    false = 0
    for seed in range(200):
        places, days = rng.uniform(0, 1000, (30, 2)), rng.uniform(0, 90, 30)
        table = near_repeat_table(places, days, permutations=99, seed=seed)
        false += bool((table["p_adjusted"] <= 0.05).any())
    assert false <= 19


def test_vague_times_are_left_out_and_counted() -> None:
    """An incident known only to the month is in no band; the reader learns how many these are."""
    rng = np.random.default_rng(2)
    rows = incidents(rng.uniform(0, 500, (14, 2)), np.arange(14.0))
    rows.loc[:2, "occurred_to"] = rows.loc[:2, "occurred_from"] + pd.Timedelta(days=30)
    found = find_near_repeats(rows)
    assert found.n == 11
    assert str(found.notes[0]) == ("3 incidents are left out, their time is not known to 7 days.")


SPREAD = np.column_stack([np.arange(12.0) * 30, np.zeros(12)])


@pytest.mark.parametrize(
    ("rows", "sentence"),
    [
        (incidents(SPREAD[:0], np.arange(0.0)), "There is no incident"),
        (incidents(SPREAD[:1], np.arange(1.0)), "only one incident"),
        (incidents(SPREAD * 0, np.arange(12.0)), "All 12 incidents lie at the same point"),
        (incidents(SPREAD, np.zeros(12)), "All 12 incidents bear the same time"),
        (incidents(SPREAD, np.arange(12.0), hours=31 * 24), "known only to the month"),
        (incidents(SPREAD, np.arange(12.0)).assign(occurred_from=pd.NaT), "has a time"),
    ],
)
def test_what_cannot_repeat_is_refused(rows: gpd.GeoDataFrame, sentence: str) -> None:
    """Too little, one place, one time or none: a sentence says which, instead of a table."""
    with pytest.raises(DegenerateDataError, match=sentence):
        find_near_repeats(rows)
