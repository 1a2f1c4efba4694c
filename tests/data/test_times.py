from datetime import datetime
from zoneinfo import ZoneInfo

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from data.times import parse_times

ZONE = "Asia/Shanghai"


@pytest.mark.parametrize(
    "text",
    [
        "2026-09-03 08:15",
        "2026-09-03 08:15:00",
        "2026-09-03T08:15",
        "2026/9/3 8:15",
        "2026.9.3 8:15",
        "2026年9月3日 8:15",
        "2026年9月3日8:15",
        "09/03/2026 08:15:00 AM",
        "2026-09-03T00:15:00Z",
        "2026-09-03T08:15:00+08:00",
        "1788394500",
    ],
)
def test_one_minute_in_many_spellings(text: str) -> None:
    """Every usual way to write a minute gives the same minute, known to the minute."""
    times, has_hour = parse_times(pd.Series([text]), ZONE)
    assert times[0] == pd.Timestamp("2026-09-03 08:15", tz=ZONE)
    assert has_hour[0]


@pytest.mark.parametrize("text", ["昨晚", "", "1月5日", "2026-13-01", "99"])
def test_what_is_no_time_stays_unread(text: str) -> None:
    """A text that names no day of a year is not guessed."""
    times, has_hour = parse_times(pd.Series([text]), ZONE)
    assert times.isna().all()
    assert not has_hour.any()


def test_a_column_of_midnights_is_a_column_of_dates() -> None:
    """Midnight in every row means that no hour was written down."""
    dates = pd.Series(["2026-09-03 00:00:00", "2026-09-04 00:00:00"])
    assert not parse_times(dates, ZONE)[1].any()
    assert parse_times(pd.concat([dates, pd.Series(["2026-09-04 00:01"])]), ZONE)[1].all()


def test_hours_that_summer_time_skips_or_repeats() -> None:
    """A wall-clock time that does not exist moves forward; one that comes twice is the first."""
    texts = pd.Series(["2026-03-08 02:30", "2026-11-01 01:30"])
    times, _ = parse_times(texts, "America/New_York")
    assert times.dt.tz_convert("UTC").dt.strftime("%H:%M").tolist() == ["07:00", "05:30"]


@given(st.datetimes(datetime(1990, 1, 1), datetime(2100, 1, 1)))  # noqa: DTZ001  # local wall clock
def test_minutes_survive_writing_and_reading(moment: datetime) -> None:
    """A minute written in the plain way is read back as itself."""
    written = pd.Series([f"{moment:%Y-%m-%d %H:%M}"])
    times, _ = parse_times(written, "UTC")
    assert times[0] == moment.replace(second=0, microsecond=0, tzinfo=ZoneInfo("UTC"))
