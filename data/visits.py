"""Patrol records -> visits: which point was visited when, for how long, and with what result."""

import pandas as pd

from data.errors import N_, FaultList, Message
from data.row_checks import check_rows, read_codes
from data.row_ids import number_rows
from data.schema import FILES, PATROL_RECORDS
from data.times import parse_times, start_of_day

MOST_HOURS = 12
"""A visit that seems to last longer has a slip in one of its times."""
NOT_REACHED = "not_reached"
_CLOCK_ONLY = r"\s*\d{1,2}\s*[:：时点]"


def visit_frame(table: pd.DataFrame, timezone: str, faults: FaultList) -> pd.DataFrame:
    """
    Turn patrol records into visits.

    Parameters
    ----------
    table
        Text columns as `data.tables.read_table` gives them; who filled in a record is not among
        them. A clock without a date is of the record's date, a leaving time before the arrival of
        the next day.
    timezone
        Zone of the times that name none.
    faults
        Collects what is wrong, row by row.

    Returns
    -------
    visits
        As `data.schema.PATROL_RECORDS` says. `dwell_min` is missing where nobody wrote down when
        the patrol left, and 0 where it did not get there.

    Examples
    --------
    >>> table = pd.DataFrame(
    ...     {"date": ["2026-11-02"], "point_id": ["KP-01"], "arrived_at": ["8:05"],
    ...      "left_at": ["8:20"], "result": ["无异常"]}, index=[2], dtype=str,
    ... )
    >>> visits = visit_frame(table, "Asia/Shanghai", FaultList())
    >>> visits[["point_id", "result", "dwell_min"]].to_numpy().tolist()
    [['KP-01', 'nothing_found', 15.0]]
    """
    typed = check_rows(table, FILES["visits"], faults)
    table = table.loc[typed.index]
    blank = pd.Series("", table.index, dtype=str)
    result = read_codes(table, "result", faults, closed=True)
    reached = result != NOT_REACHED
    day, arrived, left = _times(table, timezone, reached, faults)
    none = pd.Series(float("nan"), table.index)
    frame = pd.DataFrame(
        {
            "date": day,
            "shift": read_codes(table, "shift", faults),
            "team": table.get("team", blank),
            "headcount": typed.get("headcount", none),
            "enforcers": typed.get("enforcers", none),
            "point_id": table["point_id"],
            "arrived_at": arrived,
            "left_at": left,
            "dwell_min": ((left - arrived).dt.total_seconds() / 60).where(reached, 0.0),
            "mode": read_codes(table, "mode", faults, closed=True),
            "result": result,
            "incident_id": table.get("incident_id", blank),
            "weather": table.get("weather", blank),
        }
    )
    ids = number_rows(blank, pd.Series(data=True, index=table.index), "V")
    frame = frame.set_axis(pd.Index(ids.astype(str), name="visit_id"))
    return frame if faults.faults else PATROL_RECORDS.validate(frame)


def empty_visits(timezone: str) -> pd.DataFrame:
    """
    Make the frame of an area that keeps no patrol records.

    Examples
    --------
    >>> len(empty_visits("Asia/Shanghai"))
    0
    """
    columns = [*FILES["visits"].columns, "point_id", "date", "arrived_at"]
    nothing = pd.DataFrame({column: pd.Series(dtype=str) for column in columns})
    return visit_frame(nothing, timezone, FaultList())


def _times(
    table: pd.DataFrame, timezone: str, reached: pd.Series, faults: FaultList
) -> tuple[pd.Series, pd.Series, pd.Series]:
    """Read the day of each visit, and when the patrol came and went."""
    blank = pd.Series("", table.index, dtype=str)
    texts = {name: table.get(name, blank) for name in ("date", "arrived_at", "left_at")}
    read = {"date": parse_times(texts["date"], timezone)[0]}
    clock = {name: texts[name].str.match(_CLOCK_ONLY) for name in ("arrived_at", "left_at")}
    for name, alone in clock.items():
        full = texts[name].where(~alone, texts["date"] + " " + texts[name])
        read[name] = parse_times(full, timezone)[0]
    for name, text in texts.items():
        wrong = read[name].isna() & ((text != "") | (reached & (name == "arrived_at")))
        for row in table.index[wrong][:20]:
            faults.add(
                N_("This time cannot be read."),
                N_("Write it like 2026-09-03 08:15."),
                row=row,
                column=name,
                value=text[row],
            )
    arrived, left = read["arrived_at"], read["left_at"]
    past_midnight = clock["left_at"] & (left < arrived)
    left = left.where(~past_midnight, left + pd.Timedelta(days=1))
    _refuse_long(left - arrived, texts["left_at"], faults)
    return start_of_day(read["date"]), arrived, left


def _refuse_long(length: pd.Series, left: pd.Series, faults: FaultList) -> None:
    """Note the visits that end before they begin or last for most of a day."""
    wrong = (length < pd.Timedelta(0)) | (length > pd.Timedelta(hours=MOST_HOURS))
    for row in length.index[wrong][:20]:
        faults.add(
            Message.of(
                N_("The visit ends before it begins, or lasts more than {hours} hours."),
                hours=MOST_HOURS,
            ),
            N_("Correct the times of arrival and leaving."),
            row=row,
            column="left_at",
            value=left[row],
        )
