import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from data.errors import DegenerateDataError
from spatial.facility import count_near_key_points
from spatial.facility_bands import BANDS_M, count_in_bands, count_in_gate_bands
from spatial.facility_risk import rate_key_points

KEY_POINTS = gpd.GeoDataFrame(index=pd.Index(["K1", "K2", "K3"], name="key_point_id"))
GATES = gpd.GeoDataFrame(
    {"key_point_id": ["K1", "K2", "K1"]}, index=pd.Index(["G1", "G2", "G3"], name="gate_id")
)


def table(counts: pd.DataFrame) -> pd.DataFrame:
    """Spread the numbers of each place over columns, a band each."""
    bands = {band: counts["n"].xs(band, level="within_m") for band in BANDS_M}
    return pd.DataFrame(bands)


@settings(max_examples=10, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 12), *[st.integers(0, 400)] * 3), max_size=10))
def test_bands_hold_each_other_and_shifts_add_up(rows: list[tuple[int, int, int, int]]) -> None:
    """Wider bands hold no fewer incidents, day and night add up, gates bound their key point."""
    day = np.array([row[0] for row in rows], dtype=np.int64)
    twelfths = pd.DataFrame({"day": day, "night": 12 - day})
    distance_m = np.array([row[1:] for row in rows], dtype=float).reshape(-1, 3).T
    counts = count_in_bands(KEY_POINTS, GATES, twelfths, distance_m)
    assert counts.index.names == ["key_point_id", "within_m"]
    assert np.allclose(counts["n_day"] + counts["n_night"], counts["n"])
    wide = table(counts)
    assert (wide.diff(axis=1).iloc[:, 1:] >= 0).all(axis=None)
    for band in BANDS_M:
        one = count_near_key_points(KEY_POINTS, GATES, twelfths, distance_m, band)
        pd.testing.assert_frame_equal(counts.xs(band, level="within_m"), one)
    gates = table(count_in_gate_bands(GATES, twelfths, distance_m))
    both = gates.loc[["G1", "G3"]]
    assert (wide.loc["K1"] >= both.max() - 1e-9).all()
    assert (wide.loc["K1"] <= both.sum() + 1e-9).all()
    assert (wide.loc["K3"] == 0).all()


def test_bands_follow_the_ways_not_the_air() -> None:
    """A band has what is no further on foot than its bound, its bound included; inf is in none."""
    twelfths = pd.DataFrame({"all": [12, 12, 12, 12]})
    distance_m = np.array([[50, 50.1, 300, np.inf], [np.inf] * 4, [np.inf] * 4])
    counts = count_in_bands(KEY_POINTS, GATES, twelfths, distance_m)
    assert counts.loc["K1", "n"].tolist() == [1, 2, 2, 3]


def test_rates_need_known_visits() -> None:
    """Key points without visits keep their count and have no rate; the others are per 1,000."""
    names = pd.Index([f"K{i}" for i in range(7)], name="key_point_id")
    counts = pd.Series([2.0, 1.5, 30.0, 12.0, 3.0, 9.0, 4.0], names)
    visits = pd.Series([4e3, 2e3, 5e4, 8e4, 6e3, np.nan, 0.0], names)
    rates, notes = rate_key_points(counts, visits, days=365.25 / 2)
    assert rates.index.equals(names)
    assert rates.loc["K2", "visits"] == pytest.approx(25)
    assert rates.loc["K2", "rate"] == pytest.approx(1.2)
    assert rates[["rate", "shrunk", "low", "high"]].isna().all(axis=1).tolist()[5:] == [True, True]
    assert rates["n"].equals(counts.rename("n"))
    assert str(notes[0]) == "2 key points without a number of visits have counts only."


def test_equal_rates_are_said_to_be_equal() -> None:
    """Where rates differ as chance makes them a note says so."""
    visits = pd.Series([1e3, 2e3, 3e3, 4e3, 5e3])
    _, notes = rate_key_points(visits / 1e3, visits, days=365.25)
    assert "differ no more than chance" in str(notes[0])


def test_too_few_known_visits_are_refused() -> None:
    """Four key points with visits make no common rate: a sentence says what is missing."""
    counts = pd.Series([1.0] * 6)
    visits = pd.Series([1e3, 1e3, 1e3, 1e3, None, None])
    with pytest.raises(DegenerateDataError, match="There are 4 places"):
        rate_key_points(counts, visits, days=100)
