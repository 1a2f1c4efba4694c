"""Shifts as an `area.toml` writes them: clock times become minutes from the plan's midnight."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from itertools import pairwise
from typing import Any

from data.errors import N_, FaultList, Message
from data.shifts import MINUTES_PER_DAY, Shift

SHIFT_KEYS = ("hours", "patrol", "dark")


def read_shifts(given: Any, faults: FaultList) -> tuple[Shift, ...]:
    """
    Read the table of shifts; together they must hold every minute of the day once.

    Parameters
    ----------
    given
        What `area.toml` says under `shifts`; None if nothing.
    faults
        Collects what is wrong.

    Returns
    -------
    shifts
        Their windows in rising order. A shift that runs past midnight begins on the plan's date:
        its windows before its first hour are meant after midnight, above 1440. Empty where
        nothing, or nothing that can be read, is given.

    Examples
    --------
    >>> faults = FaultList("area.toml")
    >>> night = {"hours": ["18:00", "06:00"], "patrol": [["00:30", "02:30"], ["18:30", "21:30"]]}
    >>> read_shifts({"night": night}, faults)[0].patrol
    ((1110, 1290), (1470, 1590))
    """
    if given is not None and not isinstance(given, Mapping):
        faults.add(
            N_("This must be a table."),
            N_("Write its name in square brackets."),
            column="shifts",
            value=given,
        )
    tables = given if isinstance(given, Mapping) else {}
    read = [_read_shift(str(code), table, faults) for code, table in tables.items()]
    shifts = tuple(shift for shift in read if shift is not None)
    for shift in shifts:
        for what, remedy in _window_faults(shift):
            faults.add(what, remedy, column=f"shifts.{shift.code}.patrol")
    covered = sorted(span for shift in shifts for span in shift.spans)
    joined = [0, *(minute for span in covered for minute in span), MINUTES_PER_DAY]
    if shifts and any(a != b for a, b in zip(joined[::2], joined[1::2], strict=True)):
        faults.add(
            N_("The hours of the shifts do not add up to one whole day."),
            N_("Let each shift begin when another ends."),
            column="shifts",
        )
    return shifts


def _read_shift(code: str, table: Any, faults: FaultList) -> Shift | None:
    """Read one shift, or note what is wrong with its table."""
    try:
        first, last = (_minute(text) for text in table["hours"])
        windows = [[_minute(text) for text in pair] for pair in table["patrol"]]
        pairs = [(start, end) for start, end in windows]
        unknown = sorted(set(table) - set(SHIFT_KEYS))
        dark = table.get("dark", False)
    except (KeyError, TypeError, ValueError, IndexError, AttributeError):
        faults.add(
            N_("This shift cannot be read."),
            N_('Give hours = ["06:00", "18:00"] and patrol = [["08:00", "11:30"]].'),
            column=f"shifts.{code}",
            value=table,
        )
        return None
    for key in unknown:
        remedy = Message.of(N_("Use one of: {names}."), names=", ".join(SHIFT_KEYS))
        faults.add(N_("There is no such setting."), remedy, column=f"shifts.{code}.{key}")
    if not isinstance(dark, bool):
        remedy = Message.of(N_("Write it like this: {example}."), example="true")
        faults.add(
            N_("This setting has the wrong type."), remedy, column=f"shifts.{code}.dark", value=dark
        )
    shift = Shift(code, first, last % MINUTES_PER_DAY, (), dark=dark is True)
    return replace(shift, patrol=tuple(sorted(_on_plan_date(pair, shift) for pair in pairs)))


def _on_plan_date(window: tuple[int, int], shift: Shift) -> tuple[int, int]:
    """Count a window from midnight of the date on which its shift begins."""
    start, end = window
    end += MINUTES_PER_DAY if end <= start else 0
    next_day = start < shift.from_min and shift.ends_min > MINUTES_PER_DAY
    later = MINUTES_PER_DAY if next_day else 0
    return start + later, end + later


def _window_faults(shift: Shift) -> Iterator[tuple[Message, Message]]:
    """Say which patrol windows overlap or leave the hours of their shift."""
    if not shift.patrol:
        yield (
            Message(N_("The shift has no patrol window.")),
            Message(N_("Say when its teams are out; join it to another shift if they never are.")),
        )
    for start, end in shift.patrol:
        if start < shift.from_min or end > shift.ends_min:
            yield (
                Message.of(
                    N_("The patrol window {window} lies outside the hours of its shift, {hours}."),
                    window=_clock_span(start, end),
                    hours=_clock_span(shift.from_min, shift.ends_min),
                ),
                Message(N_("Move the window into the hours, or change the hours.")),
            )
    for earlier, later in pairwise(shift.patrol):
        if later[0] < earlier[1]:
            yield (
                Message.of(
                    N_("The patrol windows {earlier} and {later} overlap."),
                    earlier=_clock_span(*earlier),
                    later=_clock_span(*later),
                ),
                Message(N_("Join them, or let one end before the other begins.")),
            )


def _clock_span(start: int, end: int) -> str:
    """Write a span as the clock shows it.

    Examples
    --------
    >>> _clock_span(1380, 1500)
    '23:00-01:00'
    """
    shown = [f"{minute // 60 % 24:02}:{minute % 60:02}" for minute in (start, end)]
    return "-".join(shown)


def _minute(text: str) -> int:
    """Read `HH:MM` as minutes after midnight."""
    hour, minute = (int(part) for part in text.split(":"))
    if not (0 <= hour <= 24 and 0 <= minute < 60 and hour * 60 + minute <= MINUTES_PER_DAY):  # noqa: PLR2004
        raise ValueError(text)
    return hour * 60 + minute
