from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pandas.testing import assert_frame_equal

from data.errors import DegenerateDataError
from data.settings import DAY, NIGHT
from data.shifts import Shift, undivided
from spatial.aoristic import aoristic_weights, shift_twelfths


def incident(begin: str, end: str, precision: str = "period") -> pd.DataFrame:
    """Make one incident in local time."""
    return pd.DataFrame(
        {
            "occurred_from": pd.to_datetime([begin]).tz_localize("Asia/Shanghai"),
            "occurred_to": pd.to_datetime([end]).tz_localize("Asia/Shanghai"),
            "time_precision": [precision],
        },
        index=pd.Index(["A1"], name="incident_id"),
    )


@st.composite
def ledgers(draw: st.DrawFn) -> pd.DataFrame:
    """Draw incidents that last from no time to ten days, some known only by their date."""
    rows = draw(
        st.lists(
            st.tuples(
                st.integers(0, 400 * 86400),
                st.one_of(st.just(0), st.integers(0, 10 * 86400)),
                st.sampled_from(["minute", "period", "day"]),
            ),
            max_size=12,
        )
    )
    start, length, precision = zip(*rows, strict=True) if rows else ((), (), ())
    begin = pd.Timestamp("2024-01-01", tz="Asia/Shanghai") + pd.to_timedelta(start, unit="s")
    return pd.DataFrame(
        {
            "occurred_from": begin,
            "occurred_to": begin + pd.to_timedelta(length, unit="s"),
            "time_precision": list(precision),
        },
        index=pd.Index([f"A{i}" for i in range(len(rows))], name="incident_id"),
    )


@st.composite
def days(draw: st.DrawFn) -> tuple[Shift, ...]:
    """Cut a day into one to five shifts at random minutes; one of them may pass midnight."""
    cuts = sorted(draw(st.sets(st.integers(0, 1439), min_size=2, max_size=5)))
    ends = [*cuts[1:], cuts[0]]
    return tuple(Shift(f"s{a}", a, b, ()) for a, b in zip(cuts, ends, strict=True))


@settings(max_examples=60, deadline=None)
@given(ledgers(), days())
def test_twelfths_of_every_incident_add_up_to_one(
    incidents: pd.DataFrame, shifts: tuple[Shift, ...]
) -> None:
    """Each incident is shared out in exactly 12 twelfths, within one twelfth of its true share."""
    before = incidents.copy()
    parts = shift_twelfths(incidents, shifts)
    assert parts.index.equals(incidents.index)
    assert list(parts.columns) == [shift.code for shift in shifts]
    assert (parts.sum(axis=1) == 12).all()
    assert ((parts >= 0) & (parts <= 12)).all(axis=None)
    timed = incidents["time_precision"] != "day"
    spans = {shift.code: shift.spans for shift in shifts}
    exact = aoristic_weights(incidents["occurred_from"], incidents["occurred_to"], spans)
    assert np.allclose(exact.sum(axis=1), 1)
    assert (abs(parts / 12 - exact)[timed] < 1 / 12 + 1e-9).all(axis=None)
    assert_frame_equal(incidents, before)


@pytest.mark.parametrize(
    ("begin", "end", "weight"),
    [
        ("08:00", "16:00", 1 / 2),
        ("08:00", "13:00", 1 / 5),
        ("14:33", "14:33", 1),
        ("14:00", "17:00", 2 / 3),
    ],
)
def test_weights_of_crime_analysis_toolbox_72(begin: str, end: str, weight: float) -> None:
    """The four weights of Esri/crime-analysis-toolbox#72 for a shift from noon to 4 pm."""
    row = incident(f"2016-04-19 {begin}", f"2016-04-19 {end}")
    spans = {"overtime": [(12 * 60, 16 * 60)]}
    found = aoristic_weights(row["occurred_from"], row["occurred_to"], spans)
    assert found.loc["A1", "overtime"] == pytest.approx(weight)


@pytest.mark.parametrize(
    ("begin", "end", "day"),
    [
        ("2024-03-04 22:00", "2024-03-05 10:00", 4),  # over midnight: 8 h of night, 4 h of day
        ("2024-03-04 06:00", "2024-03-06 18:00", 7),  # 60 h, 36 of them by day: 7.2 twelfths
        ("2024-03-04 06:00", "2024-03-11 06:00", 6),  # a week: half by day
        ("2024-03-04 18:00", "2024-03-04 18:00", 0),  # the first minute of the night
        ("2024-03-04 17:59", "2024-03-04 17:59", 12),  # the last of the day
        ("2024-03-04 06:00", "2024-03-04 06:00", 12),
        ("2024-03-04 00:00", "2024-03-04 00:00", 0),
        ("2024-03-04 17:00", "2024-03-04 19:00", 6),
        ("2024-03-04 17:58", "2024-03-04 18:22", 1),
    ],
)
def test_hours_of_day_and_night(begin: str, end: str, day: int) -> None:
    """An interval counts by the hours it has by day and by night; an instant wholly in one."""
    parts = shift_twelfths(incident(begin, end), (DAY, NIGHT))
    assert parts.loc["A1"].to_dict() == {"day": day, "night": 12 - day}


@pytest.mark.parametrize("end", ["2024-03-04 00:00", "2024-03-05 00:00", "2024-03-04 09:00"])
def test_date_only_is_spread_over_the_whole_day(end: str) -> None:
    """An incident known by its date counts 6 h of 24 in a quarter of the day, whatever its hour."""
    quarters = [Shift(f"q{i}", 360 * i, 360 * (i + 1), ()) for i in range(4)]
    parts = shift_twelfths(incident("2024-03-04 00:00", end, "day"), quarters)
    assert parts.loc["A1"].tolist() == [3, 3, 3, 3]


def test_equal_remainders_go_to_the_earlier_shift() -> None:
    """Five equal shares of 2.4 twelfths become 3, 3, 2, 2, 2: the same at every run."""
    fifths = [Shift(f"f{i}", 288 * i, 288 * (i + 1) % 1440, ()) for i in range(5)]
    parts = shift_twelfths(incident("2024-03-04 00:00", "2024-03-05 00:00"), fifths)
    assert parts.loc["A1"].tolist() == [3, 3, 2, 2, 2]


def test_undivided_shift_takes_everything() -> None:
    """Where no hour of day is known the one shift holds all twelfths."""
    parts = shift_twelfths(incident("2024-03-04", "2024-03-05", "day"), (undivided(DAY),))
    assert parts.loc["A1"].to_dict() == {"all": 12}


def test_local_wall_clock_decides() -> None:
    """Hours are local: the same moments fall into the day in Shanghai and the night in Berlin."""
    here = incident("2024-03-04 10:00", "2024-03-04 12:00")
    there = here.assign(
        occurred_from=here["occurred_from"].dt.tz_convert("Europe/Berlin"),
        occurred_to=here["occurred_to"].dt.tz_convert("Europe/Berlin"),
    )
    assert shift_twelfths(here, (DAY, NIGHT)).loc["A1", "day"] == 12
    assert shift_twelfths(there, (DAY, NIGHT)).loc["A1", "night"] == 12


def test_end_of_summer_time_loses_no_incident() -> None:
    """An interval that the clock change turns round is an instant, not an error."""
    utc = pd.to_datetime(["2024-10-27 00:50+00:00", "2024-10-27 01:10+00:00"])
    begin, end = utc.tz_convert("Europe/Berlin")  # 02:50 summer time, then 02:10
    row = incident("2024-10-27", "2024-10-27").assign(occurred_from=begin, occurred_to=end)
    assert shift_twelfths(row, (DAY, NIGHT)).loc["A1", "night"] == 12


def test_interval_that_ends_before_it_begins_is_refused() -> None:
    """A reversed interval has no hours to share out, and is reported with its remedy."""
    with pytest.raises(DegenerateDataError, match="1 incidents end before they begin"):
        shift_twelfths(incident("2024-03-04 10:00", "2024-03-04 09:00"), (DAY, NIGHT))


@pytest.mark.parametrize("shifts", [(DAY,), (DAY, NIGHT, replace(DAY, code="late"))])
def test_shifts_that_are_not_a_day_are_refused(shifts: tuple[Shift, ...]) -> None:
    """Shifts that leave out or repeat hours would make an incident count as less or more than 1."""
    with pytest.raises(DegenerateDataError, match="one whole day"):
        shift_twelfths(incident("2024-03-04", "2024-03-05", "day"), shifts)
