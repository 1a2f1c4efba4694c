"""What booths cover: each alone, all together, ring by ring."""

from collections.abc import Iterator

import geopandas as gpd
import numpy as np
import pandas as pd
from numpy.typing import NDArray

from data.area import Area
from data.errors import N_, Message
from routing.unmet import Unmet, shift_name

RINGS_MIN = (1.0, 3.0, 5.0)
"""The 1-3-5-minute rings of the 快警 norm, here walked and not driven."""


def booth_table(
    sites: gpd.GeoDataFrame,
    opened: NDArray[np.intp],
    within: NDArray[np.bool_],
    weight: NDArray[np.float64],
    *,
    crew: int,
) -> gpd.GeoDataFrame:
    """
    List the open booths with the share of demand that each covers.

    Parameters
    ----------
    sites
        All sites: `name`, `status`; geometry.
    opened
        Positions of the open ones.
    within
        Whether a site covers a demand; demands down, sites across.
    weight
        Weight of each demand.
    crew
        People who staff a booth.

    Returns
    -------
    booths
        BOOTHS frame with `covered_share`, `marginal_share` and `crew`; proposals are P1, P2, ...

    Examples
    --------
    >>> from shapely import Point
    >>> sites = gpd.GeoDataFrame({"name": ["东门", "A / B"], "status": ["existing", "proposed"]},
    ...                          index=["B1", "candidate 1"], geometry=[Point(0, 0)] * 2)
    >>> within = np.array([[True, True], [False, True]])
    >>> table = booth_table(sites, np.array([0, 1]), within, np.array([3.0, 1.0]), crew=3)
    >>> table[["covered_share", "marginal_share"]].to_records().tolist()
    [('B1', 0.75, 0.0), ('P1', 1.0, 0.25)]
    """
    booths = sites.iloc[opened]
    total = weight.sum() or 1.0
    covered = within[:, opened]
    only_one = covered.sum(axis=1) == 1
    names = _free_names(set(booths.index[booths["status"] == "existing"]))
    index = [
        booth_id if status == "existing" else next(names)
        for booth_id, status in booths["status"].items()
    ]
    shares = {
        "covered_share": weight @ covered / total,
        "marginal_share": (weight * only_one) @ covered / total,
    }
    return booths.assign(**shares, crew=crew).set_axis(pd.Index(index, name="booth_id", dtype=str))


def _free_names(taken: set[str]) -> Iterator[str]:
    """Yield numbered names for the proposals, skipping those that existing booths bear."""
    number = 0
    while True:
        number += 1
        if f"P{number}" not in taken:
            yield f"P{number}"


def coverage_by_ring(
    area: Area,
    demand: gpd.GeoDataFrame,
    walk_s: NDArray[np.float64],
    existing: NDArray[np.intp],
    opened: NDArray[np.intp],
) -> pd.DataFrame:
    """
    Return the share of demand within each ring, by shift, now and as planned.

    Parameters
    ----------
    area
        Its shifts and `cover_min`.
    demand
        Places with `shift` and `weight`.
    walk_s
        Walks (s) from all sites; demands down, sites across.
    existing
        Positions of the sites that stand now.
    opened
        Positions of the sites that stand as planned.

    Returns
    -------
    coverage
        `shift`, `minutes`, `now`, `planned`.

    Examples
    --------
    >>> from types import SimpleNamespace
    >>> from data.settings import DAY, Settings
    >>> area = SimpleNamespace(shifts=(DAY,), settings=Settings())
    >>> demand = pd.DataFrame({"shift": ["day", "day"], "weight": [3.0, 1.0]})
    >>> walk_s = np.array([[50.0], [170.0]])
    >>> none, first = np.array([], dtype=int), np.array([0])
    >>> coverage_by_ring(area, demand, walk_s, none, first)["planned"].tolist()
    [0.75, 1.0, 1.0]
    """
    rows = []
    for shift in area.shifts:
        of_shift = (demand["shift"] == shift.code).to_numpy()
        weight = demand["weight"].to_numpy(dtype=float)[of_shift]
        for minutes in sorted({*RINGS_MIN, area.settings.booths.cover_min}):
            near = walk_s[of_shift] <= minutes * 60
            now, planned = (
                float(weight[near[:, group].any(axis=1)].sum()) / weight.sum()
                if weight.any()
                else 0.0
                for group in (existing, opened)
            )
            rows.append((shift.code, minutes, now, planned))
    return pd.DataFrame(rows, columns=["shift", "minutes", "now", "planned"])


def booth_notices(area: Area, out_of_reach: gpd.GeoDataFrame, proposed: int) -> Iterator[Unmet]:
    """
    Name demand that no site can cover, and booths that would cover nothing more.

    Parameters
    ----------
    area
        Its booth rules.
    out_of_reach
        Places that neither a booth nor a junction covers: `label`, `shift`.
    proposed
        How many booths are proposed.

    Yields
    ------
    unmet
        One row per place, and one for all booths that are not proposed.

    Examples
    --------
    >>> from types import SimpleNamespace
    >>> from data.settings import Settings
    >>> area = SimpleNamespace(settings=Settings())
    >>> [str(row.what) for row in booth_notices(area, pd.DataFrame(), 1)]
    ['1 further booths']
    """
    rules = area.settings.booths
    for stop in out_of_reach.to_dict("records"):
        yield Unmet(
            Message.of(
                N_("A booth near {place} in the {shift}"),
                place=stop.get("label", ""),
                shift=shift_name(stop["shift"]),
            ),
            Message.of(
                N_("No junction and no booth lies within {minutes} minutes on foot."),
                minutes=rules.cover_min,
            ),
            Message(N_("Send a patrol there, or allow a longer walk (cover_min).")),
        )
    if proposed < rules.new_booths:
        yield Unmet(
            Message.of(N_("{n} further booths"), n=rules.new_booths - proposed),
            Message(N_("They would cover nothing that is not covered already.")),
            Message(N_("Plan fewer booths, or a shorter walk (cover_min).")),
        )
