from datetime import datetime
from zoneinfo import ZoneInfo

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from data.times import is_hour_only, parse_times, start_of_day

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
        "2026年9月3日8时15分",
        "2026年9月3日 8点15分0秒",
        "２０２６年９月３日８：１５",
        "2026-09-03 08:15:00.000",
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


@pytest.mark.parametrize("text", ["昨晚", "", "1月5日", "2026-13-01", "99", "8时"])
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


def test_an_hour_is_read_and_known_to_the_hour() -> None:
    """`8时` is eight o'clock, and says no minute."""
    texts = pd.Series(["2026年9月3日8时", "2026-09-03 08:00", "2026年9月3日"])
    times, has_hour = parse_times(texts, ZONE)
    assert times.dt.strftime("%d %H:%M").tolist() == ["03 08:00", "03 08:00", "03 00:00"]
    assert has_hour.tolist() == [True, True, False]
    assert is_hour_only(texts).tolist() == [True, False, False]


@pytest.mark.parametrize(
    ("texts", "read"),
    [
        (["03/09/2026 08:15", "25/09/2026"], ["09-03 08:15", "09-25 00:00"]),
        (["09/03/2026 08:15:00 PM", "09/25/2026"], ["09-03 20:15", "09-25 00:00"]),
        (["03.09.2026", "2026-09-25"], [None, "09-25 00:00"]),
        (["03/09/2026", "04/09/2026 08:15"], [None, None]),
        (["25/09/2026", "09/25/2026"], [None, None]),
        (["09/09/2026"], ["09-09 00:00"]),
    ],
)
def test_the_column_shows_whether_day_or_month_comes_first(
    texts: list[str], read: list[str | None]
) -> None:
    """A part above twelve decides for the column; else only what reads the same both ways is."""
    times, _ = parse_times(pd.Series(texts), ZONE)
    assert [None if pd.isna(t) else f"{t:%m-%d %H:%M}" for t in times] == read


@pytest.mark.parametrize(
    ("zone", "date", "starts"),
    [
        ("Africa/Cairo", "2026-04-24", "04-24 01:00:00+03:00"),
        ("America/Santiago", "2026-09-06", "09-06 01:00:00-03:00"),
        ("America/Havana", "2026-11-01", "11-01 00:00:00-04:00"),
        ("Asia/Beirut", "2026-03-29", "03-29 01:00:00+03:00"),
    ],
)
def test_days_whose_midnight_is_skipped_or_repeated(zone: str, date: str, starts: str) -> None:
    """Such a day begins with its first moment, is a date like any other, and keeps its zone."""
    times, has_hour = parse_times(pd.Series([date, f"{date} 00:00:00"]), zone)
    assert not has_hour.any()
    begin = start_of_day(times)
    assert str(begin.dt.tz) == zone
    assert [str(moment) for moment in begin] == [f"2026-{starts}"] * 2
    assert (start_of_day(times, later_days=-1) < begin).all()


@given(
    st.datetimes(datetime(1990, 1, 1), datetime(2035, 1, 1)),  # noqa: DTZ001  # local wall clock
    st.sampled_from(["Africa/Cairo", "America/Havana", "Asia/Beirut", "Asia/Shanghai"]),
)
def test_every_time_lies_in_its_day(moment: datetime, zone: str) -> None:
    """A time is not before its day's start and is before the next day's, in every zone."""
    times, _ = parse_times(pd.Series([f"{moment:%Y-%m-%d %H:%M}"]), zone)
    assert (start_of_day(times) <= times).all()
    assert (times < start_of_day(times, later_days=1)).all()
