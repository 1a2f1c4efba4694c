from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pandas.testing import assert_frame_equal

from data.errors import DegenerateDataError
from data.settings import DAY, NIGHT
from data.shifts import Shift, undivided
from spatial.aoristic import effective_incidents, shift_twelfths
from spatial.hour_table import tabulate_hours

SHARED = Path(__file__).parents[3] / "shared" / "data"
THEFTS = SHARED / "crime_hourly" / "vancouver_thefts.csv.gz"
MONDAY = pd.Timestamp("2024-03-04", tz="Asia/Shanghai")


def ledger(*rows: tuple[int, int], precision: str = "period") -> pd.DataFrame:
    """Make incidents from minutes after a Monday's midnight: first and last possible one."""
    first, last = (MONDAY + pd.to_timedelta(list(side), unit="min") for side in zip(*rows))  # noqa: B905
    return pd.DataFrame(
        {"occurred_from": first, "occurred_to": last, "time_precision": precision},
        index=pd.Index([f"A{i}" for i in range(len(rows))], name="incident_id"),
    )


@st.composite
def ledgers(draw: st.DrawFn) -> pd.DataFrame:
    """Draw incidents that last from no time to three weeks, one of them at a known minute."""
    rows = draw(
        st.lists(st.tuples(st.integers(0, 60_000), st.integers(0, 30_000)), min_size=1, max_size=8)
    )
    return ledger((7, 7), *((first, first + length) for first, length in rows))


@settings(max_examples=15, deadline=None)
@given(ledgers(), st.integers(0, 1439), st.integers(1, 1439))
def test_hours_and_shifts_add_up_to_the_incidents(
    incidents: pd.DataFrame, cut: int, length: int
) -> None:
    """The table holds each incident once, in layers within a twelfth an incident of its twelfths.

    Shifts may begin at any minute and pass midnight.
    """
    other = (cut + length) % 1440
    shifts = (Shift("a", cut, other, ()), Shift("b", other, cut, ()))
    before = incidents.copy()
    found = tabulate_hours(incidents, shifts, least=1)
    assert found.n == len(incidents)
    assert found.table.to_numpy().sum() == pytest.approx(len(incidents))
    assert (found.table.to_numpy() >= 0).all()
    assert 0 < found.n_effective <= found.n + 1e-9
    short = incidents["occurred_to"] - incidents["occurred_from"] < pd.Timedelta(weeks=1)
    if short.all():
        twelfths = shift_twelfths(incidents, shifts).sum() / 12
        assert (abs(found.table.sum() - twelfths) <= len(incidents) / 12).all()
    assert_frame_equal(incidents, before)


def test_table_is_that_of_counting_minutes() -> None:
    """Intervals shorter than a week share themselves out as their single minutes do."""
    rows = [(17 * 60 + 40, 18 * 60 + 20), (23 * 60, 26 * 60), (6 * 1440, 8 * 1440), (600, 601)]
    found = tabulate_hours(ledger(*rows), (DAY, NIGHT), least=1).table
    counted = np.zeros((168, 2))
    for first, last in rows:
        for minute in range(first, last):
            night = not 360 <= minute % 1440 < 1080
            counted[minute // 60 % 168, int(night)] += 1 / (last - first)
    assert np.allclose(found.to_numpy(), counted)


@pytest.mark.parametrize(
    ("begin", "end", "weight"),
    [(8, 16, 1 / 2), (8, 13, 1 / 5), (14.55, 14.55, 1), (14, 17, 2 / 3)],
)
def test_shift_weights_of_crime_analysis_toolbox_72(
    begin: float, end: float, weight: float
) -> None:
    """The four weights of Esri/crime-analysis-toolbox#72 are those of the table's noon shift."""
    shifts = (Shift("noon", 720, 960, ()), Shift("rest", 960, 720, ()))
    rows = ledger((int(begin * 60), int(end * 60)), (0, 0))
    found = tabulate_hours(rows, shifts, least=1).table
    assert found["noon"].sum() == pytest.approx(weight)
    assert found.to_numpy().sum() == pytest.approx(2)


def test_a_week_or_longer_is_spread_evenly() -> None:
    """A month with five Mondays and a week count the same in every hour of the week."""
    rows = ledger((0, 29 * 1440), (700, 700 + 7 * 1440), (600, 600))
    found = tabulate_hours(rows, (undivided(DAY),), least=1)
    assert found.n_uniform == 2
    assert np.allclose(np.delete(found.table.to_numpy(), 10), 2 / 168)
    assert found.n_effective == pytest.approx(1 + 2 / 168)
    assert "2 incidents known only to the week or month" in str(found.notes[1])


def test_effective_number_of_layers() -> None:
    """An incident over m hours alike is worth 1 / m in the table, w^2 in a layer of share w."""
    rows = ledger((0, 240), (600, 660), (17 * 60, 19 * 60))
    found = tabulate_hours(rows, (DAY, NIGHT), least=1)
    assert found.n_effective == pytest.approx(1 / 4 + 1 + 1 / 2)
    assert found.n_known == 1
    layers = effective_incidents(shift_twelfths(rows, (DAY, NIGHT)))
    assert layers.to_dict() == {"day": 1.25, "night": 1.25}


def test_incidents_without_a_time_are_counted_in_a_note() -> None:
    """What has no time is in no hour, and the reader learns how many these are."""
    rows = ledger((0, 0), (90, 90), (200, 200))
    rows.loc["A1", "occurred_to"] = pd.NaT
    found = tabulate_hours(rows, (DAY, NIGHT), least=1)
    assert (found.n, found.table.to_numpy().sum()) == (2, 2)
    assert str(found.notes[-1]) == "1 incidents without a time are not counted."


@pytest.mark.parametrize(
    ("rows", "sentence"),
    [
        (ledger((0, 0))[:0], "There is no incident"),
        (ledger((0, 0)), "only one incident"),
        (ledger(*[(5, 5)] * 12), "All 12 incidents bear the same time"),
        (ledger(*[(0, 44_640), (44_640, 87_840)] * 6), "known only to the month"),
        (ledger(*[(0, 0), (1440, 1440)] * 6, precision="day"), "known only to the day"),
        (
            ledger(*[(0, 0)] * 12).assign(occurred_from=pd.NaT),
            "None of the 12 incidents has a time",
        ),
    ],
)
def test_a_flat_or_empty_table_is_refused(rows: pd.DataFrame, sentence: str) -> None:
    """Where no hour is known, or too little at all, a sentence says so instead of a table."""
    with pytest.raises(DegenerateDataError, match=sentence):
        tabulate_hours(rows, (DAY, NIGHT))


@pytest.mark.real_data
@pytest.mark.skipif(not THEFTS.exists(), reason="the real data are not there")
def test_thefts_of_vancouver_stand_in_their_hours() -> None:
    """Of 21,918 thefts at a known minute 1,421 are at 0 h and 1,475 at 18 h, the peak."""
    thefts = pd.read_csv(THEFTS)
    parts = thefts[["YEAR", "MONTH", "DAY", "HOUR", "MINUTE"]].rename(columns=str.lower)
    at = pd.to_datetime(parts).dt.tz_localize("Etc/GMT+8")  # one theft is in a lost hour of March
    rows = pd.DataFrame({"occurred_from": at, "occurred_to": at, "time_precision": "minute"})
    found = tabulate_hours(rows, (DAY, NIGHT))
    by_hour = found.table.sum(axis=1).groupby("hour").sum()
    assert found.n_effective == pytest.approx(len(at))
    assert by_hour[0] == pytest.approx(1421)
    assert by_hour.idxmax() == 18
    assert by_hour[18] == pytest.approx(1475)
    counted = pd.crosstab(at.dt.day_of_week + 1, at.dt.hour).to_numpy().ravel()
    assert np.allclose(found.table.sum(axis=1), counted)
