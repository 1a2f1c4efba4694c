"""How many people of each row of the staffing table are on duty in each shift."""

from collections.abc import Sequence

import geopandas as gpd
import pandas as pd

from data.settings import Patrol
from data.shifts import Shift


def count_on_duty(
    staffing: gpd.GeoDataFrame, shifts: Sequence[Shift], rules: Patrol
) -> pd.DataFrame:
    """
    Count the people on duty of each row and shift; a person works one shift a date.

    Parameters
    ----------
    staffing
        STAFFING frame. A row whose `counted_in` names the org of another row holds people whom
        that row already counts: they are not added again.
    shifts
        Shifts of the date. `night_count` people of a row work the dark ones, the others the
        rest; where only one kind of shift exists everybody works it.
    rules
        Which head-count (`staffing_use`) to plan with.

    Returns
    -------
    people
        Whole people, one row per row of `staffing` that has any, one column per shift.

    Examples
    --------
    >>> from data.settings import DAY, NIGHT
    >>> staffing = pd.DataFrame(
    ...     {"org": ["street office", "brigade"], "min_count": [3, 2], "max_count": [4, 2],
    ...      "counted_in": ["", "street office"], "night_count": [1, 0]}, index=["S1", "S2"])
    >>> count_on_duty(staffing, (DAY, NIGHT), Patrol())
        day  night
    S1    2      1
    """
    column = "max_count" if rules.staffing_use == "max" else "min_count"
    counts = staffing[[column, "night_count"]].rename(columns={column: "count"})
    own = [row_id for row_id in staffing.index if not _counted_elsewhere(str(row_id), staffing)]
    present = counts.loc[own].query("count > 0")
    duty = [
        _share_out(int(row["count"]), int(row["night_count"]), shifts, rules.team_size)
        for _, row in present.iterrows()
    ]
    return pd.DataFrame(duty, index=present.index, columns=[shift.code for shift in shifts])


def _counted_elsewhere(row_id: str, staffing: gpd.GeoDataFrame) -> bool:
    """Tell whether another row already counts the people of this one.

    Rows that count each other's people in a ring are counted at the first of them.
    """
    trail = [row_id]
    while (host := _host_row(trail[-1], staffing)) is not None:
        if host in trail:
            ring = trail[trail.index(host) :]
            return row_id != min(ring, key=list(staffing.index).index)
        trail.append(host)
    return len(trail) > 1


def _host_row(row_id: str, staffing: gpd.GeoDataFrame) -> str | None:
    """Find the other row that counts the people of this one, if there is one."""
    org = str(staffing.loc[row_id, "counted_in"])
    rows = [str(other) for other in staffing.index[staffing["org"] == org] if other != row_id]
    return rows[0] if org and rows else None


def _share_out(count: int, night_count: int, shifts: Sequence[Shift], size: int) -> dict[str, int]:
    """Divide the people of a row among the shifts."""
    dark = [shift for shift in shifts if shift.dark]
    light = [shift for shift in shifts if not shift.dark]
    if not dark or not light:
        return _deal(count, shifts, size)
    night = min(count, night_count)
    return {**_deal(night, dark, size), **_deal(count - night, light, size)}


def _deal(count: int, shifts: Sequence[Shift], size: int) -> dict[str, int]:
    """Deal people to shifts in turn, a whole team at a time, so that pairs stay pairs."""
    dealt = {shift.code: 0 for shift in shifts}
    for turn, first in enumerate(range(0, count, size)):
        dealt[shifts[turn % len(shifts)].code] += min(size, count - first)
    return dealt
