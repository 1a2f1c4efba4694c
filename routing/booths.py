"""Where booths help most: key points and hot stops within a short walk, by day and by night."""

from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import pandas as pd
from numpy.typing import NDArray

from data.area import Area
from data.errors import N_, Message
from data.profiles import build_profile
from routing.booth_report import RINGS_MIN, booth_notices, booth_table, coverage_by_ring
from routing.booth_sites import booth_sites
from routing.booth_walks import walking_s
from routing.covering import maximal_cover
from routing.progress import Progress, report
from routing.unmet import unmet_frame


@dataclass(frozen=True)
class BoothPlan:
    """Which booths stand, which are proposed and what they cover."""

    booths: gpd.GeoDataFrame
    """BOOTHS frame: `name`, `status`, `crew`, `covered_share` (of all demand, by this booth
    alone), `marginal_share` (lost without it); geometry: the place."""
    coverage: pd.DataFrame
    """By `shift` and `minutes` of walking: the share of demand covered `now` and `planned`."""
    uncovered: gpd.GeoDataFrame
    """Demand that no booth of the plan covers: `label`, `shift`, `weight`."""
    unmet: pd.DataFrame
    """`what`, `reason`, `remedy`: messages."""
    gap: float
    """Relative distance from the proven bound; 0: no other choice covers more."""


def plan_booths(
    area: Area, demand: gpd.GeoDataFrame, *, progress: Progress | None = None
) -> BoothPlan:
    """
    Propose booths so that the most demand lies within a short walk of one.

    Existing booths stay. A place counts as covered if a booth's crew walks to it within
    `cover_min` on the network of its shift: night demand on the night network.

    Parameters
    ----------
    area
        Its streets, boundary, booths and settings.
    demand
        Stops of all shifts, such as `PatrolPlan.stops`: `shift`, `stop_kind`, `place_id`,
        `label`, `prize`, `required`; geometry.
    progress
        Called between the steps.

    Returns
    -------
    plan
        Proven optimal for these candidates; same input, same booths.

    References
    ----------
    Church & ReVelle (1974), doi:10.1007/BF01942293

    Examples
    --------
    `tests/routing/test_booths.py` compares with every possible choice.
    """
    rules = area.settings.booths
    report(progress, 0.0, Message(N_("Listing junctions")))
    day = min(area.shifts, key=lambda shift: shift.dark)
    profile = build_profile(area.streets, "foot", day, area.settings.streets)
    sites = booth_sites(
        profile, area.booths, boundary=area.boundary, spacing_m=rules.candidate_spacing_m
    )
    weight = demand_weight(demand)
    weighted = demand.assign(weight=weight)
    report(progress, 0.2, Message(N_("Measuring walks")))
    walk_s = walking_s(
        area.streets,
        sites.geometry,
        demand,
        shifts=area.shifts,
        rules=area.settings.streets,
        limit_min=max(*RINGS_MIN, rules.cover_min),
    )
    report(progress, 0.6, Message(N_("Choosing booths")))
    order = _preference(walk_s, weight, rules.cover_min * 60)
    existing = (sites["status"] == "existing").to_numpy()
    cover = maximal_cover(
        walk_s[:, order] <= rules.cover_min * 60,
        weight,
        fixed=existing[order],
        most=rules.new_booths,
    )
    chosen = order[list(cover.chosen)].astype(np.intp)
    # the best of them first; existing ones keep their order
    within = walk_s <= rules.cover_min * 60
    chosen = chosen[np.argsort(-(weight @ within[:, chosen]), kind="stable")]
    opened = np.concatenate([np.flatnonzero(existing), chosen])
    columns = [name for name in ("label", "shift", "weight", "geometry") if name in weighted]
    return BoothPlan(
        booths=booth_table(sites, opened, within, weight, crew=rules.crew_size),
        coverage=coverage_by_ring(area, weighted, walk_s, np.flatnonzero(existing), opened),
        uncovered=weighted.loc[~within[:, opened].any(axis=1), columns],
        unmet=unmet_frame(booth_notices(area, weighted[~within.any(axis=1)], len(chosen))),
        gap=cover.gap,
    )


def demand_weight(demand: gpd.GeoDataFrame) -> NDArray[np.float64]:
    """
    Weigh places: a hot stop by its incidents, a daily key point as the mean of them.

    Parameters
    ----------
    demand
        Stops with `stop_kind`, `place_id`, `required` and `prize`.

    Returns
    -------
    weight
        Shape (m,); a facility that is not due daily keeps its small prize; the gates of a daily key
        point share its weight, which without hot stops is 1.

    Examples
    --------
    >>> demand = pd.DataFrame({
    ...     "stop_kind": ["key_point", "key_point", "key_point", "hotspot", "hotspot"],
    ...     "place_id": ["K", "K", "P", "c", "d"], "prize": [0.0, 0, 0.5, 2, 6],
    ...     "required": [True, True, False, False, False]})
    >>> demand_weight(demand).tolist()
    [2.0, 2.0, 0.5, 2.0, 6.0]
    """
    is_hot = (demand["stop_kind"] == "hotspot").to_numpy()
    prize = demand["prize"].to_numpy(dtype=float)
    of_key_point = prize[is_hot].mean() if prize[is_hot].any() else 1.0
    due = demand["required"].to_numpy(dtype=bool)
    gates = demand["place_id"].map(demand.loc[due, "place_id"].value_counts())
    shared: NDArray[np.float64] = of_key_point / gates.fillna(1).to_numpy(dtype=float)
    return np.where(due, shared, prize)


def _preference(
    walk_s: NDArray[np.float64], weight: NDArray[np.float64], ring_s: float
) -> NDArray[np.intp]:
    """Order sites so that of those covering the same demand the one nearest to it comes first."""
    walked = np.where(walk_s <= ring_s, walk_s, ring_s)
    order: NDArray[np.intp] = np.argsort(np.round(weight @ walked, 6), kind="stable")
    return order
