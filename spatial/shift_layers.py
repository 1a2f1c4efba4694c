"""Counts per shift and cell of tables too large to make points of."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from data.errors import N_, DegenerateDataError, Message
from data.shifts import Shift
from spatial.aoristic import TWELFTHS, shift_twelfths
from spatial.count import BLOCK, cell_numbers, count_points_by_layer
from spatial.grid import Lattice

Integers = NDArray[np.int64]
Floats = NDArray[np.float64]

COLUMNS = ("x", "y", "occurred_from", "occurred_to", "time_precision")
DAY_MIN = 1440
ROWS_AT_ONCE = 8 * BLOCK


def count_shift_layers(
    table: Mapping[str, Any] | pd.DataFrame, *, lattice: Lattice, shifts: Sequence[Shift]
) -> Integers:
    """
    Count the incidents of a table in twelfths per shift and cell.

    The same as `shift_twelfths` and `count_in_cells` over points, but straight from columns: an
    incident known to the minute goes wholly into its shift, only the others are spread.

    Parameters
    ----------
    table
        Columns `x` and `y` (m), `occurred_from` and `occurred_to` (local time, with or without
        zone), and `time_precision`, in any order of rows; others are not read.
    lattice
        Squares or hexagons.
    shifts
        Shifts that hold each minute of the day exactly once.

    Returns
    -------
    twelfths
        Shape (shifts, rows x columns), whole numbers.

    Raises
    ------
    DegenerateDataError
        If a column is missing, an incident ends before it begins or has no time, or the shifts do
        not add up to a day.

    Examples
    --------
    >>> day, night = Shift("day", 360, 1080, ()), Shift("night", 1080, 360, ())
    >>> table = pd.DataFrame(
    ...     {
    ...         "x": [10.0, 60.0],
    ...         "y": [10.0, 10.0],
    ...         "occurred_from": pd.to_datetime(["2026-03-04 07:00", "2026-03-04 16:00"]),
    ...         "occurred_to": pd.to_datetime(["2026-03-04 07:00", "2026-03-04 19:00"]),
    ...         "time_precision": ["minute", "period"],
    ...     }
    ... )
    >>> lattice = Lattice("square", 50.0, (0.0, 0.0), columns=2, rows=1)
    >>> count_shift_layers(table, lattice=lattice, shifts=[day, night]).tolist()
    [[12, 8], [0, 4]]
    """
    _check(table)
    shift_of_minute = _shift_of_minute(shifts)
    total = np.zeros((len(shifts), lattice.rows * lattice.columns), dtype=np.int64)
    columns = {name: table[name] for name in COLUMNS}
    for start in range(0, len(columns["x"]), ROWS_AT_ONCE):
        part = slice(start, start + ROWS_AT_ONCE)
        block = pd.DataFrame({name: column[part] for name, column in columns.items()}, copy=False)
        total += _count_block(block, lattice, shifts, shift_of_minute)
    return total


def _count_block(
    block: pd.DataFrame, lattice: Lattice, shifts: Sequence[Shift], shift_of_minute: Integers
) -> Integers:
    """Count some rows."""
    begin, end = block["occurred_from"], block["occurred_to"]
    if (n := int((begin.isna() | end.isna()).sum())) > 0:
        raise DegenerateDataError(
            Message.of(N_("{n} incidents have no time."), n=n),
            N_("Count them without shifts, or fill in when they occurred."),
        )
    sure = ((begin == end) & (block["time_precision"] != "day")).to_numpy()
    minute = pd.DatetimeIndex(begin).tz_localize(None).to_numpy().astype("datetime64[m]")
    minute_of_day = minute.astype(np.int64) % DAY_MIN
    layer = np.where(sure, shift_of_minute[minute_of_day], -1)
    x, y = (block[axis].to_numpy(dtype=np.float64) for axis in ("x", "y"))
    twelfths = TWELFTHS * count_points_by_layer(x, y, layer, layers=len(shifts), lattice=lattice)
    if sure.all():
        return twelfths
    rest = ~sure
    number = cell_numbers(x[rest], y[rest], lattice=lattice)
    parts = shift_twelfths(block[rest], shifts).to_numpy()[number >= 0]
    inside, cells = number[number >= 0], twelfths.shape[1]
    # sums stay exact: a float holds every whole number up to 2^53
    spread = [np.bincount(inside, part, cells) for part in parts.T]
    return np.asarray(twelfths + np.array(spread).astype(np.int64))


def _shift_of_minute(shifts: Sequence[Shift]) -> Integers:
    """Return the number of the shift of each minute of the day."""
    times = np.zeros(DAY_MIN, dtype=np.int64)
    number = np.zeros(DAY_MIN, dtype=np.int64)
    for shift, each in enumerate(shifts):
        for first, last in each.spans:
            times[first:last] += 1
            number[first:last] = shift
    if (times != 1).any():
        raise DegenerateDataError(
            N_("The hours of the shifts do not add up to one whole day."),
            N_("Let each shift begin when another ends."),
        )
    return number


def _check(table: Mapping[str, Any] | pd.DataFrame) -> None:
    """Raise if a column is missing."""
    if missing := [name for name in COLUMNS if name not in table]:
        raise DegenerateDataError(
            Message.of(N_("The table has no column {columns}."), columns=", ".join(missing)),
            N_("Add it; places in metres, times as local time."),
        )
