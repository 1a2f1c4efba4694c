"""Year, month, day, hour and minute in columns of their own."""

import numpy as np
import pandas as pd

from data.errors import N_
from data.ledger.calendar_days import day_numbers
from data.ledger.findings import MOST_LISTED, Findings, Rule
from data.ledger.moment_rules import BITS
from data.ledger.moment_units import GRAINS, HOUR_S, MINUTE_S, SIXTY, THIS_CENTURY
from data.ledger.moment_words import MONTHS
from data.ledger.text_groups import plain_numbers
from data.ledger.wall_times import no_walls

TIME_IN_PARTS = Rule(
    "time_in_parts",
    N_("{n} times have year, month, day, hour or minute in columns of their own."),
    "repaired",
)
NAMES = ("year", "month", "day", "hour", "minute")
_LAST_HOUR = 23
_UNIT = r"\s*[年月日号时点分]\s*$"


def time_columns(table: pd.DataFrame, findings: Findings) -> pd.DataFrame:
    """
    Put dates and clocks together of the columns of their parts.

    Parameters
    ----------
    table
        Texts under our names; of `year`, `month`, `day`, `hour` and `minute` those that it has.
    findings
        Counts the rows that say something in these columns.

    Returns
    -------
    walls
        Columns as of `data.ledger.wall_times.wall_times`, on the index of `table`.

    Examples
    --------
    >>> table = pd.DataFrame({"year": ["2020"], "month": ["1月"], "day": ["5"], "hour": ["8"]})
    >>> walls = time_columns(table, Findings())
    >>> walls[["day", "begin_s", "end_s", "grain"]].to_numpy().tolist()
    [[18266.0, 28800.0, 32400.0, 2.0]]
    """
    number = {name: _numbers(table, name) for name in NAMES}
    year = number["year"].mask(number["year"] < THIS_CENTURY // 20, number["year"] + THIS_CENTURY)
    day = day_numbers(year, number["month"], number["day"])
    yearless = year.isna() & number["month"].notna() & number["day"].notna()
    hour, minute = number["hour"], number["minute"]
    possible = hour.between(0, _LAST_HOUR) & (minute.isna() | minute.between(0, SIXTY - 1))
    begin_s = (hour * HOUR_S + minute.fillna(0) * MINUTE_S).where(possible)
    hours_only = minute.isna()
    impossible = number["day"].notna() & number["month"].notna() & day.isna() & ~yearless
    walls = no_walls(table.index).assign(
        day=day,
        month=number["month"].where(yearless),
        of_month=number["day"].where(yearless),
        begin_s=begin_s,
        end_s=begin_s + HOUR_S * hours_only,
        grain=begin_s.notna() * np.where(hours_only, GRAINS["hour"], GRAINS["minute"]),
        marks=impossible * BITS["date_impossible"],
    )
    said = walls[["day", "of_month", "begin_s"]].notna().any(axis=1)
    findings.add(TIME_IN_PARTS, _listed(table, said), column="occurred_from")
    return walls


def _numbers(table: pd.DataFrame, name: str) -> pd.Series:
    """Read a column of whole numbers; units behind them and names of months are allowed."""
    if name not in table:
        return pd.Series(np.nan, table.index)
    numbers = plain_numbers(table[name])
    rest = table[name][numbers.isna() & (table[name] != "")]
    if not rest.empty:
        texts = rest.str.normalize("NFKC").str.replace(_UNIT, "", regex=True)
        read = plain_numbers(texts)
        if name == "month":
            named = texts.str.lower().str[:3].map({month: n for n, month in enumerate(MONTHS, 1)})
            read = read.fillna(named.astype(float))
        numbers = numbers.fillna(read)
    return numbers.where(numbers == numbers.round())


def _listed(table: pd.DataFrame, rows: pd.Series) -> pd.Series:
    """Write the parts of the rows that a finding lists side by side; others are only counted."""
    names = [name for name in NAMES if name in table]
    texts = table[names[0]][rows].copy() if names else pd.Series(dtype=str)
    top = table.loc[texts.index[:MOST_LISTED], names]
    texts.iloc[: len(top)] = [" ".join(cells) for cells in top.itertuples(index=False)]
    return texts
