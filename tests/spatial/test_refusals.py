import numpy as np
import pandas as pd
import pytest

from data.errors import DegenerateDataError
from spatial.refusals import (
    refuse_few,
    refuse_no_time,
    refuse_one_moment,
    refuse_one_place,
    refuse_vague_times,
)

WEEK = pd.Timedelta(weeks=1)


@pytest.mark.parametrize(
    ("n", "sentence"), [(0, "There is no"), (1, "There is only one"), (9, "There are only 9")]
)
def test_few_incidents_are_refused_with_their_number(n: int, sentence: str) -> None:
    """None, one and some are three sentences; each names what is needed and a remedy."""
    with pytest.raises(DegenerateDataError, match=sentence) as refused:
        refuse_few(n, 10)
    assert "at least 10" in str(refused.value.faults[0].what)
    assert str(refused.value.faults[0].remedy)
    refuse_few(10, 10)


def test_one_place_and_one_moment_are_refused() -> None:
    """All at one point, or all in one minute, is a default of some form and no pattern."""
    with pytest.raises(DegenerateDataError, match="All 3 incidents lie at the same point"):
        refuse_one_place(np.ones((3, 2)))
    times = pd.Series(pd.to_datetime(["2024-03-04 08:00"] * 3))
    with pytest.raises(DegenerateDataError, match="All 3 incidents bear the same time"):
        refuse_one_moment(times, times)
    refuse_one_moment(times, times + pd.to_timedelta([0, 0, 1], unit="min"))


def test_no_time_at_all_is_refused() -> None:
    """Where every incident lacks a time the remedy is in the import."""
    nothing = pd.Series(pd.to_datetime([None, None]))
    with pytest.raises(DegenerateDataError, match="None of the 2 incidents has a time") as refused:
        refuse_no_time(nothing, nothing)
    assert "importing" in str(refused.value.faults[0].remedy)


@pytest.mark.parametrize(
    ("days", "sentence"),
    [([30, 31], "only to the month"), ([1, 1], "only to the day"), ([2, 9], "48 h or longer")],
)
def test_vague_times_are_named(days: list[int], sentence: str) -> None:
    """Months, days and other long intervals are told apart."""
    with pytest.raises(DegenerateDataError, match=sentence):
        refuse_vague_times(pd.Series(pd.to_timedelta(days, unit="D")), pd.Timedelta(days=1))


def test_one_time_known_well_enough_is_enough() -> None:
    """Only where all times are vague is nothing known; without any incident nothing is vague."""
    refuse_vague_times(pd.Series([WEEK * 5, WEEK / 7]), WEEK)
    refuse_vague_times(pd.Series([], dtype="timedelta64[us]"), WEEK)
