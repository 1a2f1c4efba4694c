"""When the records of a ledger were reported and happened, and how exactly that is known."""

from datetime import datetime

import numpy as np
import pandas as pd

from data.errors import N_
from data.ledger.blank_words import without_blanks
from data.ledger.findings import Findings, Rule
from data.ledger.missing_years import fill_years
from data.ledger.moment_notes import note_midnights, note_reports
from data.ledger.moment_rules import BITS
from data.ledger.moment_units import DAY_S, GRAINS
from data.ledger.occurrence import join_columns, place_days
from data.ledger.spans import add_ends, coarsen, keep_possible, read_spans
from data.ledger.time_columns import NAMES, time_columns
from data.ledger.utc_habit import Utc
from data.ledger.wall_times import Calendar, wall_clock, wall_times

OCCURRED_FROM_REPORT = Rule(
    "occurred_from_report",
    N_(
        "{n} records do not say when it happened: some time between the beginning of the day of "
        "the report and the report."
    ),
    "assumed",
    N_("Ask when it happened."),
)
DATE_ONLY = Rule("date_only", N_("{n} records have a date and no time of day."), "noted")
_PRECISIONS = np.array(["day", "minute", "hour", "period"])


def read_moments(
    table: pd.DataFrame,
    *,
    timezone: str,
    now: datetime,
    findings: Findings,
    year_hint: int | None = None,
    utc: Utc = "auto",
) -> pd.DataFrame:
    """
    Read when each record was reported and when it happened.

    Parameters
    ----------
    table
        Texts under our names: of `received_at`, `occurred_from`, `occurred_to`, `closed_at`,
        `time_precision`, `date`, `clock`, `year`, `month`, `day`, `hour` and `minute` those that
        the file has.
    timezone
        Zone of the place, such as `Asia/Shanghai`; times without a zone are local.
    now
        Moment of reading; nothing happened later. Without a zone it is local.
    findings
        Counts every repair and assumption.
    year_hint
        Year that the name of the file or its title names, for dates without one.
    utc
        What times in UTC are: `as_written` takes them as local, `convert` as UTC; `auto` lets
        their hours decide (`data.ledger.utc_habit`).

    Returns
    -------
    moments
        On the index of `table`: `received_at`, `occurred_from`, `occurred_to`, `closed_at`
        (datetime64[us, UTC], NaT if unknown) and `time_precision`: `minute` (the two times are
        the same), `hour` (one hour), `period` (a known interval), `day` (from midnight to
        midnight, or to the report) or `none`.

    Examples
    --------
    >>> table = pd.DataFrame({"received_at": ["2018.1.15 9:20"]})
    >>> table = table.assign(occurred_from=["1月15日早上8点多"])
    >>> now = datetime(2018, 2, 1)
    >>> found = read_moments(table, timezone="Asia/Shanghai", now=now, findings=Findings())
    >>> found["occurred_from"].dt.tz_convert("Asia/Shanghai").dt.strftime("%F %R").tolist()
    ['2018-01-15 08:00']
    >>> found["time_precision"].tolist()
    ['hour']
    """
    calendar = _calendar(timezone, now, year_hint, utc)
    report, received_utc_s = _read_alone(table, "received_at", calendar, findings)
    closed, closed_utc_s = _read_alone(table, "closed_at", calendar, findings)
    said = _said(table)
    walls = _read_occurrence(table, report, said, calendar, findings)
    spans = read_spans(walls)
    if "occurred_to" in table:
        texts = _column(table, "occurred_to")
        ends = wall_times(texts, calendar, findings, column="occurred_to")
        spans = add_ends(spans, ends, report, texts, findings)
    spans = keep_possible(spans, said, calendar, findings, column="occurred_from")
    spans = coarsen(spans, _column(table, "time_precision"))
    note_midnights(spans, said, findings)
    note_reports(spans, report, said, findings)
    dates = (spans["grain"] == 0) & spans["begin_s"].notna()
    findings.add(DATE_ONLY, said[dates], column="occurred_from")
    spans = _from_report(spans, report, walls, said, findings)
    exact = walls["utc_s"].where(spans["grain"] == GRAINS["minute"])
    precision = _PRECISIONS[spans["grain"].fillna(0).to_numpy().astype(int)]
    return pd.DataFrame(
        {
            "received_at": _moments(report["begin_s"], timezone, received_utc_s),
            "occurred_from": _moments(spans["begin_s"], timezone, exact),
            "occurred_to": _moments(
                spans["end_s"], timezone, exact.where(spans["begin_s"] == spans["end_s"])
            ),
            "closed_at": _moments(closed["begin_s"], timezone, closed_utc_s),
            "time_precision": pd.Series(precision, table.index, dtype=str).mask(
                spans["begin_s"].isna(), "none"
            ),
        }
    )


def _calendar(timezone: str, now: datetime, year_hint: int | None, utc: Utc) -> Calendar:
    """Return what must be known of the place and the moment of reading."""
    moment = pd.Timestamp(now)
    local = moment if moment.tzinfo is None else moment.tz_convert(timezone).tz_localize(None)
    now_s = (local - pd.Timestamp(0)).total_seconds()
    return Calendar(timezone, int(now_s // DAY_S), now_s, year_hint, utc)


def _column(table: pd.DataFrame, name: str) -> pd.Series:
    """Pick a column of texts, empty where the table has none."""
    blank = pd.Series("", table.index, dtype=str)
    return without_blanks(table[name].str.strip()) if name in table else blank


def _said(table: pd.DataFrame) -> pd.Series:
    """Return what a record says of its time, all columns together."""
    names = [name for name in ("occurred_from", "date", "clock", *NAMES) if name in table]
    said = pd.Series("", table.index, dtype=str)
    for name in names:
        said = said.str.cat(_column(table, name), sep=" ") if said.any() else _column(table, name)
    return said.str.strip()


def _read_alone(
    table: pd.DataFrame, name: str, calendar: Calendar, findings: Findings
) -> tuple[pd.DataFrame, pd.Series]:
    """Read a moment that stands in one column, and the exact seconds of those in UTC."""
    texts = _column(table, name)
    walls = wall_times(texts, calendar, findings, column=name)
    unknown = pd.Series(np.nan, table.index)
    walls["day"] = fill_years(
        walls,
        unknown,
        texts,
        findings,
        today=calendar.today,
        year_hint=calendar.year_hint,
        column=name,
    )
    spans = keep_possible(read_spans(walls), texts, calendar, findings, column=name)
    clock_s = (spans["begin_s"] % DAY_S).where(spans["grain"] > 0)
    return spans.assign(day=spans["begin_s"] // DAY_S, clock_s=clock_s), walls["utc_s"]


def _read_occurrence(
    table: pd.DataFrame,
    report: pd.DataFrame,
    said: pd.Series,
    calendar: Calendar,
    findings: Findings,
) -> pd.DataFrame:
    """Read the time of the occurrence from all columns that say something of it."""
    walls, *others = (
        wall_times(_column(table, name), calendar, findings, column=name)
        for name in ("occurred_from", "clock", "date")
        if name in table or name == "occurred_from"
    )
    if set(NAMES) & set(table.columns):
        others.append(time_columns(table, findings))
    walls = join_columns(walls, others, said, findings)
    return place_days(walls, report, said, calendar, findings)


def _from_report(
    spans: pd.DataFrame,
    report: pd.DataFrame,
    walls: pd.DataFrame,
    said: pd.Series,
    findings: Findings,
) -> pd.DataFrame:
    """Take the day of the report where a record says nothing, or only a habit, of its time."""
    habit = (walls["marks"] & BITS["habitual"]) > 0
    silent = ((said == "") | habit) & spans["begin_s"].isna() & report["begin_s"].notna()
    findings.add(OCCURRED_FROM_REPORT, said[silent & ~habit], column="occurred_from")
    return pd.DataFrame(
        {
            "begin_s": spans["begin_s"].mask(silent, report["day"] * DAY_S),
            "end_s": spans["end_s"].mask(silent, report["end_s"]),
            "grain": spans["grain"].mask(silent, 0.0),
        }
    )


def _moments(seconds: pd.Series, timezone: str, utc_s: pd.Series) -> pd.Series:
    """Return moments of seconds on the wall clock; those known in UTC are taken from there."""
    # at the end of summer time an hour comes twice; the first one is as good a guess as any
    first = np.ones(len(seconds), dtype=bool)
    local = wall_clock(seconds).dt.tz_localize(
        timezone, ambiguous=first, nonexistent="shift_forward"
    )
    moments = local.dt.tz_convert("UTC").astype("datetime64[us, UTC]")
    exact = wall_clock(utc_s.where(seconds.notna())).dt.tz_localize("UTC")
    found: pd.Series = moments.mask(exact.notna(), exact)
    return found
