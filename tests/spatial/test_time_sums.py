"""Sums over time: hours, weeks and months add up to the incidents."""

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.study import Study
from data.errors import DegenerateDataError
from spatial.busy_hours import find_busy_hours
from spatial.hour_table import tabulate_hours
from spatial.month_counts import count_months
from spatial.time_knowledge import count_time_knowledge
from spatial.week_counts import count_weeks

START = pd.Timestamp("2026-01-01", tz="Asia/Shanghai")
COUNTS = st.lists(st.integers(0, 9), min_size=24, max_size=24)
MINUTES_PER_DAY = 1440
MINUTES = st.lists(st.integers(0, 120 * MINUTES_PER_DAY), min_size=1, max_size=30)


def incidents_after(minutes: list[int]) -> pd.DataFrame:
    """Make incidents so many minutes after the start."""
    times = START + pd.to_timedelta(minutes, unit="min")
    return pd.DataFrame({"occurred_from": times, "occurred_to": times})


@given(COUNTS, st.integers(1, 24))
def test_no_hours_in_a_row_hold_more(counts: list[int], hours: int) -> None:
    """No hours in a row, past midnight or not, hold more than those found."""
    found = find_busy_hours(pd.Series(counts), hours=hours)
    sums = [sum(counts[(first + k) % 24] for k in range(hours)) for first in range(24)]
    assert found.n == max(sums) == sums[found.first]
    assert (found.first + hours - found.last) % 24 == 0


@given(MINUTES, st.integers(7, 120))
def test_weeks_hold_what_is_in_them(minutes: list[int], length: int) -> None:
    """The weeks of a period hold its incidents but for those of a head shorter than a week."""
    end = START + pd.Timedelta(days=length)
    weeks = count_weeks(incidents_after(minutes), start=START, end=end)
    head = length % 7
    inside = sum(head <= minute / MINUTES_PER_DAY < length for minute in minutes)
    assert int(weeks.sum()) == inside
    assert len(weeks) == length // 7
    assert weeks.index[-1] == end - pd.Timedelta(weeks=1)


def test_no_week_is_refused() -> None:
    """A period shorter than a week is refused: a part of one would look quiet."""
    with pytest.raises(DegenerateDataError, match="shorter than one slice"):
        count_weeks(incidents_after([1]), start=START, end=START + pd.Timedelta(days=6))


@given(MINUTES)
def test_months_add_up(minutes: list[int]) -> None:
    """Every incident is in one month and of one kind, and no month between is left out."""
    incidents, n = incidents_after(minutes), len(minutes)
    counts = count_months(incidents, pd.Series(["a", "b"] * n).head(n))
    assert int(counts.to_numpy().sum()) == n
    every = pd.period_range(counts.index[0], counts.index[-1], freq="M")
    assert counts.index.tolist() == every.astype(str).tolist()


def test_knowledge_agrees_with_the_hour_table(study: Study) -> None:
    """The classes of knowledge add up to all incidents, and are those of the hour table."""
    incidents = study.area.incidents.loc[study.hotspots.parts.index].copy()
    # one known to the month only
    incidents.iloc[0, incidents.columns.get_loc("occurred_to")] += pd.Timedelta(days=30)
    known = count_time_knowledge(incidents)
    table = tabulate_hours(incidents, study.area.shifts)
    assert int(known.sum()) == len(incidents) == table.n
    assert known["hour"] == table.n_known
    assert known["week"] == table.n_uniform == 1
