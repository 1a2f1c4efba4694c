"""What may be unusual about the text of a moment: mark -> rule."""

from collections.abc import Mapping
from types import MappingProxyType

from data.errors import N_
from data.ledger.findings import Rule

MARK_RULES: Mapping[str, Rule] = MappingProxyType(
    {
        "dotted": Rule("date_dotted", N_("{n} dates are written with dots."), "repaired"),
        "slashed": Rule("date_slashed", N_("{n} dates are written with slashes."), "repaired"),
        "chinese": Rule(
            "date_chinese", N_("{n} dates are written with 年, 月 and 日."), "repaired"
        ),
        "month_name": Rule(
            "date_month_name", N_("{n} dates name the month in English."), "repaired"
        ),
        "compact": Rule("date_compact", N_("{n} dates are digits without signs."), "repaired"),
        "full_width": Rule(
            "time_full_width", N_("{n} times are written in full-width signs."), "repaired"
        ),
        "numerals": Rule(
            "time_numerals", N_("{n} times are written in Chinese numerals."), "repaired"
        ),
        "excel": Rule(
            "excel_serial",
            N_("{n} times are serial numbers of a spreadsheet; they were made dates."),
            "repaired",
        ),
        "epoch_s": Rule(
            "epoch_seconds",
            N_("{n} times are seconds since 1970; they were made dates."),
            "repaired",
        ),
        "epoch_ms": Rule(
            "epoch_milliseconds",
            N_("{n} times are milliseconds since 1970; they were made dates."),
            "repaired",
        ),
        "twelve_hour": Rule(
            "clock_twelve_hours", N_("{n} times are given with a.m. or p.m."), "repaired"
        ),
        "clock_words": Rule(
            "clock_in_words", N_("{n} times of day are written in words."), "repaired"
        ),
        "bare_clock": Rule(
            "clock_without_colon", N_("{n} clocks are written without a colon."), "repaired"
        ),
        "about": Rule(
            "clock_about",
            N_("{n} clocks are given roughly; the hour that begins then is taken."),
            "assumed",
        ),
        "period_words": Rule(
            "period_in_words",
            N_("{n} times name only a part of the day; its usual hours are taken."),
            "assumed",
        ),
        "interval": Rule("interval_in_cell", N_("{n} cells hold an interval."), "repaired"),
        "past_midnight": Rule(
            "interval_past_midnight", N_("{n} intervals end after midnight."), "repaired"
        ),
        "two_digit_year": Rule(
            "two_digit_year", N_("{n} years have two digits; they are of this century."), "assumed"
        ),
        "day_first": Rule("day_first", N_("{n} dates have the day before the month."), "repaired"),
        "month_first": Rule(
            "month_first", N_("{n} dates have the month before the day."), "repaired"
        ),
        "clock_impossible": Rule(
            "clock_impossible",
            N_("{n} times have no possible clock; only the date is taken."),
            "dropped",
            N_("Correct the clock."),
        ),
        "day_month_unclear": Rule(
            "day_month_unclear",
            N_("{n} dates do not tell which is the day and which the month."),
            "set_aside",
            N_("Write the year first, like 2026-09-03."),
        ),
        "date_impossible": Rule(
            "date_impossible",
            N_("{n} dates name a day that does not exist, such as 31 November."),
            "set_aside",
            N_("Ask which day it was, and correct the date."),
        ),
        "habitual": Rule(
            "time_habitual",
            N_(
                "{n} texts tell a habit (每天, 经常) and no moment; the day of the report is taken."
            ),
            "assumed",
        ),
        "unread": Rule(
            "time_unread",
            N_("{n} times cannot be read."),
            "set_aside",
            N_("Write it like 2026-09-03 08:15."),
        ),
    }
)
MARKS = tuple(MARK_RULES)
BITS: Mapping[str, int] = MappingProxyType({mark: 1 << n for n, mark in enumerate(MARKS)})
"""Marks of many texts are kept as the bits of a number."""
