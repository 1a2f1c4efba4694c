import datetime as dt
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from data.ledger.dates import read_moments
from data.ledger.findings import Findings
from data.ledger.moment_rules import BITS
from data.ledger.records import TIME_PRECISIONS
from data.ledger.wall_times import UNREADABLE

ZONE = "Asia/Shanghai"
NOW = dt.datetime(2018, 2, 1, 12, tzinfo=ZoneInfo(ZONE))


def read(
    *rows: Mapping[str, str], timezone: str = ZONE, now: dt.datetime = NOW, **options: Any
) -> tuple[pd.DataFrame, dict[str, int]]:
    """Read rows of texts; return local times as texts, and what was counted."""
    table = pd.DataFrame(list(rows), dtype=str).fillna("")
    table.index = pd.RangeIndex(2, len(table) + 2)
    findings = Findings()
    moments = read_moments(table, timezone=timezone, now=now, findings=findings, **options)
    assert moments.index.equals(table.index)
    shown = moments.copy()
    for name in ("received_at", "occurred_from", "occurred_to", "closed_at"):
        assert str(moments[name].dtype) == "datetime64[us, UTC]"
        local = moments[name].dt.tz_convert(timezone)
        shown[name] = local.dt.strftime("%Y-%m-%d %H:%M").fillna("")
    return shown, findings.counts


def occurred(*texts: str, received: str = "2018-01-16 09:20") -> dict[str, tuple[str, str, str]]:
    """Read texts as times of occurrences that were reported at `received`."""
    found, _ = read(*({"occurred_from": text, "received_at": received} for text in texts))
    columns = (found[name] for name in ("occurred_from", "occurred_to", "time_precision"))
    return dict(zip(texts, zip(*columns, strict=True), strict=True))


SPELLINGS = (
    "2018-01-15 08:30",
    "2018-01-15T08:30:00",
    "2018/1/15 8:30",
    "2018.1.15 8:30",
    "2018年1月15日 8:30",
    "2018年1月15日8时30分",
    "2018年1月15日上午8点半",
    "2018年1月15日（周一）8：30",
    "二〇一八年一月十五日八时三十分",
    "２０１８－０１－１５　０８：３０",
    "2018/1/15 上午 8:30:00",
    "2018-1-15 8:30 AM",
    "Jan 15, 2018 8:30 a.m.",
    "15-Jan-2018 08:30",
    "15 January 2018 08:30",
    "20180115 0830",
    "20180115083000",
    "43115.3541666667",
    "2018-01-15T08:30:00+08:00",
    "2018-01-15T01:30:00+01:00",
    "1515976200",
    "1515976200000",
    "1月15日8:30",
    "1.15 8:30",
    "1/15 8:30",
    "昨天8点30分",
    "15日上午8:30",
)


def test_one_minute_in_many_spellings() -> None:
    """Every usual way to write a minute gives that minute, and says that it is one."""
    minute = ("2018-01-15 08:30", "2018-01-15 08:30", "minute")
    assert occurred(*SPELLINGS) == dict.fromkeys(SPELLINGS, minute)


MEANT = {
    "1月15日早上8点多": ("01-15 08:00", "01-15 09:00", "hour"),
    "1月15日上午8点": ("01-15 08:00", "01-15 09:00", "hour"),
    "1月15日下午3点半": ("01-15 15:30", "01-15 15:30", "minute"),
    "1月15日晚上9时许": ("01-15 21:00", "01-15 22:00", "hour"),
    "1月15日9:30左右": ("01-15 09:30", "01-15 10:30", "hour"),
    "1月15日中午12点": ("01-15 12:00", "01-15 13:00", "hour"),
    "1月15日傍晚": ("01-15 17:00", "01-15 20:00", "period"),
    "1月15日凌晨": ("01-15 00:00", "01-15 06:00", "period"),
    "1月15日中午": ("01-15 11:00", "01-15 14:00", "period"),
    "1月15日早上": ("01-15 06:00", "01-15 09:00", "period"),
    "1月15日上午、下午": ("01-15 08:00", "01-15 18:00", "period"),
    "昨晚": ("01-15 18:00", "01-16 00:00", "period"),
    "昨晚9点": ("01-15 21:00", "01-15 22:00", "hour"),
    "昨夜1点": ("01-16 01:00", "01-16 02:00", "hour"),
    "今天上午": ("01-16 08:00", "01-16 12:00", "period"),
    "今早7点": ("01-16 07:00", "01-16 08:00", "hour"),
    "前天": ("01-14 00:00", "01-15 00:00", "day"),
    "08:10-08:40": ("01-16 08:10", "01-16 08:40", "period"),
    "8点至9点": ("01-16 08:00", "01-16 09:00", "period"),
    "8-9点": ("01-16 08:00", "01-16 09:00", "period"),
    "8:00—10:00": ("01-16 08:00", "01-16 10:00", "period"),
    "上午10点到下午2点": ("01-15 10:00", "01-15 14:00", "period"),
    "23:30-00:20": ("01-15 23:30", "01-16 00:20", "period"),
    "2018-01-15 08:10 - 08:40": ("01-15 08:10", "01-15 08:40", "period"),
    "1月13日至1月15日": ("01-13 00:00", "01-16 00:00", "day"),
    "1月13日-15日": ("01-13 00:00", "01-16 00:00", "day"),
    "2018.1.13-2018.1.15": ("01-13 00:00", "01-16 00:00", "day"),
    "1月14日22时至15日6时": ("01-14 22:00", "01-15 06:00", "period"),
    "2018-01-15": ("01-15 00:00", "01-16 00:00", "day"),
    "43105": ("01-05 00:00", "01-06 00:00", "day"),
    "43105.3958": ("01-05 09:30", "01-05 09:30", "minute"),
    "2018-01-15 25:61": ("01-15 00:00", "01-16 00:00", "day"),
    "2018-01-15 24:00": ("01-16 00:00", "01-16 00:00", "minute"),
}


def test_words_and_intervals() -> None:
    """Words give hours or parts of the day, intervals their two ends, and a bare date the day."""
    meant = {text: (f"2018-{row[0]}", f"2018-{row[1]}", row[2]) for text, row in MEANT.items()}
    assert occurred(*MEANT) == meant


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        ("2018.1.15 9:20", "date_dotted"),
        ("2018/1/15 9:20", "date_slashed"),
        ("2018年1月15日 9:20", "date_chinese"),
        ("15 Jan 2018 9:20", "date_month_name"),
        ("20180115 0920", "date_compact"),
        ("2018-01-15 ０９：２０", "time_full_width"),
        ("2018年一月十五日 9:20", "time_numerals"),
        ("43115.3889", "excel_serial"),
        ("1515979200", "epoch_seconds"),
        ("1515979200000", "epoch_milliseconds"),
        ("2018-01-15 9:20 AM", "clock_twelve_hours"),
        ("1月15日上午9点", "clock_in_words"),
        ("1月15日9:20左右", "clock_about"),
        ("1月15日上午", "period_in_words"),
        ("1月15日8点到9点", "interval_in_cell"),
        ("1月15日23:30-00:20", "interval_past_midnight"),
        ("18年1月15日9:20", "two_digit_year"),
        ("15/1/2018 9:20", "day_first"),
        ("1/15/2018 9:20", "month_first"),
        ("2018-01-15 9:75", "clock_impossible"),
        ("2018-02-30 9:20", "date_impossible"),
        ("每天早上9点", "time_habitual"),
        ("桥底下", "time_unread"),
        ("1月15日9:20", "year_from_report"),
        ("昨晚9点", "relative_day"),
        ("08:10", "date_from_report"),
        ("", "occurred_from_report"),
        ("2018-01-15", "date_only"),
        ("2018-01-15T01:20:00+00:00", "z_taken_as_local"),
        ("2018-01-15T09:20:00+09:00", "zone_converted"),
        ("2019-01-15 9:20", "date_in_future"),
        ("1899-12-31 9:20", "date_before_1990"),
        ("2018-01-20 9:20", "occurred_after_report"),
    ],
)
def test_each_fault_has_its_rule(text: str, rule: str) -> None:
    """What is unusual about a time is counted under a rule of its own, once for each row."""
    row = {"occurred_from": text, "received_at": "2018-01-16 09:21"}
    plain = {"occurred_from": "2018-01-13 10:11", "received_at": "2018-01-13 11:12"}
    assert read(row, row)[1][rule] == 2
    assert rule not in read(plain, plain)[1]


def test_sample_ledger_of_an_office() -> None:
    """The three rows of the sample ledger are read as a person would read them."""
    found, counts = read(
        {"received_at": "2018.1.15 9:20", "occurred_from": "1月15日早上8点多"},
        {"received_at": "2018/1/16", "occurred_from": ""},
        {"received_at": "43117.3958", "occurred_from": "08:10-08:40"},
    )
    assert found["received_at"].tolist() == [
        "2018-01-15 09:20",
        "2018-01-16 00:00",
        "2018-01-17 09:30",
    ]
    assert found["occurred_from"].tolist() == [
        "2018-01-15 08:00",
        "2018-01-16 00:00",
        "2018-01-17 08:10",
    ]
    assert found["occurred_to"].tolist() == [
        "2018-01-15 09:00",
        "2018-01-17 00:00",
        "2018-01-17 08:40",
    ]
    assert found["time_precision"].tolist() == ["hour", "day", "period"]
    assert counts == {
        "date_dotted": 1,
        "date_slashed": 1,
        "excel_serial": 1,
        "date_chinese": 1,
        "clock_in_words": 1,
        "clock_about": 1,
        "interval_in_cell": 1,
        "year_from_report": 1,
        "date_from_report": 1,
        "occurred_from_report": 1,
    }


@pytest.mark.parametrize(
    ("serial", "day"), [("43105", "2018-01-05"), ("43117", "2018-01-17"), ("44927", "2023-01-01")]
)
def test_serial_numbers_are_those_of_spreadsheets(serial: str, day: str) -> None:
    """A serial number gives the day that a spreadsheet shows for it."""
    found, _ = read({"occurred_from": serial}, now=dt.datetime(2026, 1, 1, tzinfo=ZoneInfo(ZONE)))
    assert found["occurred_from"].tolist() == [f"{day} 00:00"]


def test_year_from_the_report() -> None:
    """A date without a year is the last of that name before its report."""
    texts = ("12月30日 9:20", "1月3日 9:20", "2月29日 9:20")
    found = occurred(*texts, received="2018-01-03 10:00")
    assert [found[text][0] for text in texts] == [
        "2017-12-30 09:20",
        "2018-01-03 09:20",
        "2016-02-29 09:20",
    ]


def test_year_from_the_rows_beside() -> None:
    """Without a report the rows beside give the year, over the turn of the year too."""
    found, counts = read(
        {"occurred_from": "2016-12-28 08:00"},
        {"occurred_from": "12月30日 8:00"},
        {"occurred_from": "1月2日 8:00"},
    )
    assert found["occurred_from"].tolist()[1:] == ["2016-12-30 08:00", "2017-01-02 08:00"]
    assert counts["year_from_neighbours"] == 2


def test_year_from_the_file_or_today() -> None:
    """A file without any year has the year of its name, or else its dates are the last ones."""
    row = {"occurred_from": "3月5日 8:00"}
    found, counts = read(row, year_hint=2016)
    assert (found["occurred_from"].iloc[0], counts["year_from_hint"]) == ("2016-03-05 08:00", 1)
    found, counts = read(row)
    assert (found["occurred_from"].iloc[0], counts["year_from_today"]) == ("2017-03-05 08:00", 1)


def test_clock_and_date_in_two_columns() -> None:
    """A date and a clock in two columns make one moment, whatever the clock looks like."""
    clocks = ["9:20", "上午9点20分", "0920", "9.20", "0.388888888888889", "９：２０"]
    rows = [{"date": "2018/1/15", "clock": clock} for clock in clocks]
    found, counts = read(*rows)
    assert set(found["occurred_from"]) == {"2018-01-15 09:20"}
    assert set(found["time_precision"]) == {"minute"}
    assert counts["date_and_clock_joined"] == len(clocks)
    assert counts["clock_without_colon"] == 2


def test_interval_beside_a_date_column() -> None:
    """An interval of clocks belongs to the day that another column names."""
    found, _ = read({"date": "2018-01-15", "occurred_from": "08:10-08:40"})
    assert found.iloc[0].tolist()[1:3] == ["2018-01-15 08:10", "2018-01-15 08:40"]


def test_date_column_that_a_spreadsheet_gave_a_midnight() -> None:
    """The midnight of a date cell does not hide the clock in the column beside it."""
    rows = [{"date": f"2018-01-{n} 00:00:00", "clock": f"{n}:15"} for n in (10, 11, 12)]
    found, _ = read(*rows)
    assert found["occurred_from"].str[-5:].tolist() == ["10:15", "11:15", "12:15"]


@pytest.mark.parametrize(
    ("parts", "begin", "precision"),
    [
        (("2018", "1", "15", "8", "30"), "2018-01-15 08:30", "minute"),
        (("2018年", "1月", "15日", "8时", "30分"), "2018-01-15 08:30", "minute"),
        (("18", "Jan", "15", "8.0", "5"), "2018-01-15 08:05", "minute"),
        (("2018", "01", "15", "08", ""), "2018-01-15 08:00", "hour"),
        (("2018", "1", "15", "", ""), "2018-01-15 00:00", "day"),
        (("2018", "2", "30", "8", "30"), "", "none"),
    ],
)
def test_five_columns(parts: tuple[str, ...], begin: str, precision: str) -> None:
    """Year, month, day, hour and minute in columns of their own make a moment."""
    names = ("year", "month", "day", "hour", "minute")
    found, _ = read(dict(zip(names, parts, strict=True)))
    assert (found["occurred_from"].iloc[0], found["time_precision"].iloc[0]) == (begin, precision)


def test_clock_after_the_report_is_of_the_day_before() -> None:
    """A clock without a date is the last such time before the report."""
    found = occurred("22:00", "8:00", received="2018-01-16 09:20")
    assert found["22:00"][0] == "2018-01-15 22:00"
    assert found["8:00"][0] == "2018-01-16 08:00"


@pytest.mark.parametrize("text", ["昨晚9点", "08:10"])
def test_without_a_report_no_day(text: str) -> None:
    """A relative day or a bare clock is no time if nobody knows when it was reported."""
    found, counts = read({"occurred_from": text})
    assert found["time_precision"].tolist() == ["none"]
    assert counts["time_without_date"] == 1


def test_midnight_in_all_rows_means_dates() -> None:
    """A column of nothing but midnights is a column of dates; one other clock makes it times."""
    rows = [{"occurred_from": f"2018-01-{n} 00:00:00"} for n in (10, 11, 12)]
    found, counts = read(*rows)
    assert set(found["time_precision"]) == {"day"}
    assert counts["midnights_are_dates"] == 3
    found, counts = read(*rows, {"occurred_from": "2018-01-12 00:01:00"})
    assert set(found["time_precision"]) == {"minute"}
    assert "midnights_are_dates" not in counts


def test_many_midnights_are_noted() -> None:
    """Far more midnights than hours beside them are noted, an even spread is not."""
    hours = [{"occurred_from": f"2018-01-12 {hour:02d}:00"} for hour in range(24)]
    midnights = [{"occurred_from": "2018-01-12 00:00"}] * 6
    assert read(*hours, *midnights)[1]["midnight_suspicious"] == 7
    assert "midnight_suspicious" not in read(*(hours * 6))[1]


def test_report_stands_for_the_occurrence() -> None:
    """Where nothing is said it happened on the day of the report, before it; so is a habit."""
    day = ("2018-01-16 00:00", "2018-01-16 09:20", "day")
    assert occurred("", "不详", "每天早上") == {"": day, "不详": day, "每天早上": day}


def test_occurrence_copied_from_the_report_is_noted() -> None:
    """Occurrences in the very minute of their report are noted where nearly all are."""
    same = [
        {"occurred_from": f"2018-01-{n} 08:{n}", "received_at": f"2018-01-{n} 08:{n}"}
        for n in range(10, 20)
    ]
    assert read(*same)[1]["occurred_equals_report"] == 10
    other = [{**row, "occurred_from": "2018-01-01 08:01"} for row in same]
    assert "occurred_equals_report" not in read(*same[:3], *other)[1]


@pytest.mark.parametrize(
    ("begin", "end", "expected", "rule"),
    [
        ("2018-01-15 08:00", "2018-01-15 09:00", ("01-15 08:00", "01-15 09:00"), None),
        ("2018-01-15 08:00", "9:00", ("01-15 08:00", "01-15 09:00"), None),
        ("2018-01-15 23:30", "0:20", ("01-15 23:30", "01-16 00:20"), "end_past_midnight"),
        (
            "2018-01-15 23:30",
            "2018-01-15 00:20",
            ("01-15 23:30", "01-16 00:20"),
            "end_past_midnight",
        ),
        ("2018-01-15 10:00", "8:00", ("01-15 08:00", "01-15 10:00"), "times_exchanged"),
        (
            "2018-01-15 10:00",
            "2018-01-13 08:00",
            ("01-13 08:00", "01-15 10:00"),
            "times_exchanged",
        ),
        ("1月15日8:00", "1月16日9:00", ("01-15 08:00", "01-16 09:00"), None),
    ],
)
def test_begin_and_end_in_two_columns(
    begin: str, end: str, expected: tuple[str, str], rule: str | None
) -> None:
    """An end before the begin is past midnight if that is shorter, else the two are exchanged."""
    found, counts = read({"occurred_from": begin, "occurred_to": end})
    assert tuple(found.iloc[0, 1:3]) == tuple(f"2018-{text}" for text in expected)
    assert found["time_precision"].tolist() == ["period"]
    assert {"end_past_midnight", "times_exchanged"} & set(counts) == ({rule} if rule else set())


def test_days_of_begin_and_end() -> None:
    """Two dates without clocks are days from the first to the end of the last."""
    found, _ = read({"occurred_from": "2018-01-13", "occurred_to": "2018-01-15"})
    assert found.iloc[0].tolist()[1:3] == ["2018-01-13 00:00", "2018-01-16 00:00"]
    assert found["time_precision"].tolist() == ["day"]


def test_impossible_and_future_times_stay_unread() -> None:
    """A day that does not exist or is still to come is no time, and the report is no substitute."""
    texts = ("2018-02-30 09:20", "2月30日", "2018-13-01", "2030-01-01 08:00")
    assert occurred(*texts) == dict.fromkeys(texts, ("", "", "none"))


def test_two_digit_years_are_ordered_by_the_column() -> None:
    """The order of short dates is the one in which all of them exist and the file is sorted."""
    texts = ["18.1.5", "18.1.16", "18.1.20"]
    found, counts = read(*({"occurred_from": text} for text in texts))
    assert found["occurred_from"].str[:10].tolist() == ["2018-01-05", "2018-01-16", "2018-01-20"]
    assert counts["two_digit_year"] == 3
    found, _ = read(*({"occurred_from": text} for text in ("1/30/17", "2/1/17", "12/3/17")))
    assert found["occurred_from"].str[:10].tolist() == ["2017-01-30", "2017-02-01", "2017-12-03"]


def test_day_and_month_that_nothing_tells_apart() -> None:
    """Where no row tells the day from the month, dates that depend on it stay unread."""
    found, counts = read({"occurred_from": "5/1/2017 8:00"}, {"occurred_from": "1/1/2017 8:00"})
    assert found["occurred_from"].tolist() == ["", "2017-01-01 08:00"]
    assert counts["day_month_unclear"] == 1


def test_future_settles_day_and_month() -> None:
    """Dates that would be still to come in one order are in the other."""
    found, counts = read({"occurred_from": "5/1/2018 8:00"}, {"occurred_from": "6/1/2018 8:00"})
    assert found["occurred_from"].tolist() == ["2018-01-05 08:00", "2018-01-06 08:00"]
    assert counts["day_first"] == 2


@pytest.mark.parametrize(("stated", "precision"), [("日", "day"), ("时", "hour"), ("分", "minute")])
def test_stated_precision_coarsens(stated: str, precision: str) -> None:
    """What the record says of its exactness takes minutes back; it never adds them."""
    row = {"occurred_from": "2018-01-15 08:30", "time_precision": stated}
    assert read(row)[0]["time_precision"].tolist() == [precision]
    row = {"occurred_from": "2018-01-15", "time_precision": stated}
    assert read(row)[0]["time_precision"].tolist() == ["day"]


def stamps(hours: list[int], suffix: str) -> list[dict[str, str]]:
    """Write one stamp for each hour."""
    return [
        {"occurred_from": f"2018-01-{1 + n % 28:02d}T{hour:02d}:17:00{suffix}"}
        for n, hour in enumerate(hours)
    ]


@pytest.mark.parametrize("suffix", ["Z", "+00:00"])
def test_utc_that_is_local_time_is_not_shifted(suffix: str) -> None:
    """Stamps that all end in Z stay as written, unless their hours clearly speak for UTC."""
    local = [8, 9, 10, 11, 14, 15, 16, 19, 20, 21] * 30
    found, counts = read(*stamps(local, suffix))
    assert counts["z_taken_as_local"] == 300
    assert sorted(set(found["occurred_from"].str[11:13].astype(int))) == sorted(set(local))
    true_utc = [(hour - 8) % 24 for hour in local]
    found, counts = read(*stamps(true_utc, suffix))
    assert counts["z_taken_as_utc"] == 300
    assert sorted(set(found["occurred_from"].str[11:13].astype(int))) == sorted(set(local))


def test_utc_in_a_few_rows_is_utc() -> None:
    """A Z in only some rows is meant; a person can decide for all."""
    rows = [*stamps([1], "Z"), *stamps([9], "")]
    assert read(*rows)[0]["occurred_from"].str[11:].tolist() == ["09:17", "09:17"]
    assert read(*rows, utc="as_written")[0]["occurred_from"].str[11:13].tolist() == ["01", "09"]
    row = stamps([1], "Z")
    assert read(*row)[0]["occurred_from"].str[11:].tolist() == ["01:17"]
    assert read(*row, utc="convert")[0]["occurred_from"].str[11:].tolist() == ["09:17"]


def test_hour_that_comes_twice() -> None:
    """A time in UTC keeps its moment in the hour that comes twice when summer time ends."""
    rows = [{"occurred_from": f"2017-11-05T0{hour}:30:00Z"} for hour in (6, 7)]
    table = pd.DataFrame(rows, dtype=str)
    found = read_moments(
        table, timezone="America/Chicago", now=NOW, findings=Findings(), utc="convert"
    )
    assert found["occurred_from"].dt.hour.tolist() == [6, 7]


def test_closed_at_is_read_too() -> None:
    """The time at which a matter was closed is read like the others."""
    found, _ = read({"received_at": "2018-01-15 09:00", "closed_at": "2018.1.16 10:00"})
    assert found["closed_at"].tolist() == ["2018-01-16 10:00"]


def test_arguments_are_left_alone() -> None:
    """Reading does not change the table."""
    table = pd.DataFrame(
        {"occurred_from": ["1月15日"], "received_at": ["2018.1.15 9:20"]}, dtype=str
    )
    before = table.copy()
    read_moments(table, timezone=ZONE, now=NOW, findings=Findings())
    pd.testing.assert_frame_equal(table, before)


def test_empty_table() -> None:
    """A table without rows or without times gives no times."""
    for table in (pd.DataFrame({"occurred_from": []}, dtype=str), pd.DataFrame(index=[2, 3])):
        found = read_moments(table, timezone=ZONE, now=NOW, findings=Findings())
        assert (found["time_precision"] == "none").all()
        assert found.index.equals(table.index)


_SIGNS = "0123456789０５：:.-/年月日号点时分半上下午早晚昨今前至到—~ aApPmMZT+,三十多约每天"
_TEXTS = st.lists(st.text(_SIGNS, max_size=16) | st.text(max_size=8), min_size=10, max_size=10)
_WRITTEN = ("occurred_from", "occurred_to", "received_at", "date", "clock", "year", "hour")


@settings(max_examples=20)
@given(st.fixed_dictionaries(dict.fromkeys(_WRITTEN, _TEXTS)))
def test_no_text_is_too_strange(columns: dict[str, list[str]]) -> None:
    """Whatever stands in the cells, reading ends, and what it says is in order and not to come."""
    table = pd.DataFrame(columns, dtype=str)
    found = read_moments(table, timezone=ZONE, now=NOW, findings=Findings())
    known = found["occurred_from"].notna()
    assert found["time_precision"].isin(TIME_PRECISIONS).all()
    assert (known == (found["time_precision"] != "none")).all()
    assert (found["occurred_to"] >= found["occurred_from"])[known].all()
    assert (found["occurred_from"][known] <= NOW).all()


@settings(max_examples=15)
@given(
    st.lists(
        st.datetimes(pd.Timestamp("1990-01-02"), pd.Timestamp("2018-01-31")),
        min_size=1,
        max_size=40,
    ),
    st.sampled_from(["%Y-%m-%d %H:%M", "%Y/%m/%d %H:%M", "%Y.%m.%d %H:%M", "%Y年%m月%d日%H时%M分"]),
)
def test_written_moments_come_back(moments: list[dt.datetime], form: str) -> None:
    """A moment written to the minute in a usual form is read as that minute."""
    table = pd.DataFrame({"occurred_from": [m.strftime(form) for m in moments]}, dtype=str)
    found = read_moments(table, timezone="UTC", now=NOW, findings=Findings())
    local = found["occurred_from"].dt.tz_localize(None)
    whole = pd.Series(moments).dt.floor("min")
    assert (local.dt.normalize() == whole.dt.normalize()).all()
    if (whole != whole.dt.normalize()).any():
        assert (local == whole).all()


def test_marks_of_unreadable_texts() -> None:
    """The marks that block a row are those whose rules set it aside."""
    assert BITS["unread"] | BITS["date_impossible"] | BITS["day_month_unclear"] == UNREADABLE


@pytest.mark.real_data
@pytest.mark.parametrize(
    ("file", "column", "zone", "rule", "first"),
    [
        ("san_francisco_robbery.csv", "date_time", "America/Los_Angeles", "z_taken_as_local", 19),
        ("medellin_homicides.csv", "fecha_hecho", "America/Bogota", "z_taken_as_utc", 7),
        ("memphis_robberies_2019.csv", "epoch", "America/Chicago", "z_taken_as_local", 1),
        ("predictcode_example.csv", "Date", "America/Chicago", "month_first", 13),
    ],
)
def test_real_stamps(  # noqa: PLR0917  # one argument for each thing known of a file
    shared: Path, file: str, column: str, zone: str, rule: str, first: int
) -> None:
    """San Francisco and Memphis stay; Medellín is in UTC; Chicago writes months first."""
    separator = ";" if file.startswith("medellin") else ","
    path = shared / "crime_hourly" / file
    texts = pd.read_csv(path, sep=separator, dtype=str, keep_default_na=False)[column]
    findings = Findings()
    now = dt.datetime(2026, 1, 1, tzinfo=ZoneInfo(zone))
    table = pd.DataFrame({"occurred_from": texts})
    found = read_moments(table, timezone=zone, now=now, findings=findings)
    assert findings.counts[rule] == len(texts)
    assert found["occurred_from"].dt.tz_convert(zone).dt.hour.iloc[0] == first
    assert (found["time_precision"] == "minute").all()


@pytest.mark.real_data
def test_chicago_half_past_midnight(shared: Path) -> None:
    """12:30:00 AM is half past midnight."""
    path = shared / "crime_hourly" / "predictcode_example.csv"
    texts = pd.read_csv(path, dtype=str)["Date"]
    table = pd.DataFrame({"occurred_from": texts})
    now = dt.datetime(2026, 1, 1, tzinfo=ZoneInfo("America/Chicago"))
    found = read_moments(table, timezone="America/Chicago", now=now, findings=Findings())
    hour = found["occurred_from"].dt.tz_convert("America/Chicago").dt.hour
    assert set(hour[texts.str.contains(" 12:.*AM", regex=True)]) == {0}
    assert set(hour[texts.str.contains(" 12:.*PM", regex=True)]) == {12}


@pytest.mark.real_data
def test_vancouver_columns_and_midnights(shared: Path) -> None:
    """Five columns make the hours of the file, and its 1,086 exact midnights are noted."""
    path = shared / "crime_hourly" / "vancouver_thefts.csv.gz"
    table = pd.read_csv(path, dtype=str, keep_default_na=False).rename(columns=str.lower)
    findings = Findings()
    now = dt.datetime(2026, 1, 1, tzinfo=ZoneInfo("America/Vancouver"))
    parts = table[["year", "month", "day", "hour", "minute"]]
    found = read_moments(parts, timezone="America/Vancouver", now=now, findings=findings)
    hours = found["occurred_from"].dt.tz_convert("America/Vancouver").dt.hour
    assert np.bincount(hours)[0] == 1421
    assert findings.counts["time_in_parts"] == 21_918
    assert findings.counts["midnight_suspicious"] == 1086


@pytest.mark.parametrize("text", ["11月31日", "2018-11-31", "2月30日上午9点", "13月1日"])
def test_a_day_that_does_not_exist_has_its_own_sentence(text: str) -> None:
    """A day of no year is not merely unreadable; the 29th of February is one of some year."""
    findings = Findings()
    table = pd.DataFrame({"occurred_from": [text, "2月29日"], "received_at": "2018-12-15 9:20"})
    now = dt.datetime(2019, 1, 1, tzinfo=dt.UTC)
    moments = read_moments(table, timezone="Asia/Shanghai", now=now, findings=findings)
    assert findings.counts["date_impossible"] == 1
    assert "does not exist" in str(findings.rules["date_impossible"].said)
    assert "time_unread" not in findings.counts
    assert moments["occurred_from"].isna().tolist() == [True, False]
