"""After a clean-up: did it fall more than elsewhere, and did it only move next door."""

from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from scipy.special import ndtri
from shapely.geometry.base import BaseGeometry

from data.errors import N_, DegenerateDataError, Message

AREAS = ("treated", "comparison", "ring", "comparison_ring")
SIGNS = {"treated": 1, "comparison": -1, "ring": 1, "comparison_ring": -1}
LEAST_COUNT = 5
"""Incidents before and after together, in each area that is compared, from which the normal
approximation is worth an opinion."""


@dataclass(frozen=True)
class Displacement:
    """Weighted displacement difference: what changed beyond the change elsewhere.

    Below 0 it fell. The local part is the treated area against its comparison, the displaced part
    the ring against its own; the total is their sum.
    """

    table: pd.DataFrame
    """Indexed by `part` (local, displaced, total): `estimate` in incidents per period after the
    clean-up, `standard_error`, `z`, `lower`, `upper`."""
    alpha: float
    enough: bool
    """False where the counts are too small for a verdict; then no star may be shown."""

    @property
    def verdict(self) -> Message:
        """Say in one sentence what the counts allow to say."""
        if not self.enough:
            return Message.of(
                N_("Too few incidents to say whether the clean-up worked (at least {n} an area)."),
                n=LEAST_COUNT,
            )
        total, displaced = self.table.loc["total"], self.table.loc["displaced"]
        if displaced["lower"] > 0:
            return Message.of(N_("It rose in the ring: part of it may have moved next door."))
        if total["upper"] < 0:
            return Message.of(N_("It fell beyond the change elsewhere, also with what moved."))
        if total["lower"] > 0:
            return Message.of(N_("It rose beyond the change elsewhere."))
        return Message.of(N_("The change is within what chance makes."))


def weighted_displacement(
    counts: pd.DataFrame,
    *,
    days_before: float = 1.0,
    days_after: float = 1.0,
    area_weight: pd.Series | None = None,
    alpha: float = 0.05,
) -> Displacement:
    """
    Estimate the weighted displacement difference with its standard error and interval.

    Counts are taken as Poisson. Counts before are scaled to the length of the period after, so the
    estimate is in incidents per such period.

    Parameters
    ----------
    counts
        Incidents, indexed by `treated`, `comparison`, and if there are any `ring` and
        `comparison_ring`; columns `before` and `after`.
    days_before, days_after
        Lengths of the two periods, in the same unit, above 0.
    area_weight
        By area, what one unit of it counts, such as its length of street; the estimate is then per
        unit. Omitted: 1.
    alpha
        1 minus the level of the two-sided interval.

    Returns
    -------
    displacement
        See `Displacement`.

    Raises
    ------
    DegenerateDataError
        If an area is missing or unknown, a count is below 0, or a period has no length.

    References
    ----------
    Wheeler & Ratcliffe (2018), Crime Science 7(11), doi:10.1186/s40163-018-0085-5

    Examples
    --------
    >>> counts = pd.DataFrame(
    ...     {"before": [20, 20], "after": [10, 20]}, index=["treated", "comparison"]
    ... )
    >>> found = weighted_displacement(counts).table.loc["local"]
    >>> float(found["estimate"]), float(found["standard_error"].round(2))
    (-10.0, 8.37)
    """
    _check(counts, days_before, days_after)
    filled = counts.reindex(AREAS).fillna(0).astype(np.float64)
    weight = pd.Series(1.0, index=AREAS) if area_weight is None else area_weight.reindex(AREAS)
    weight = weight.fillna(1.0)
    scale = days_after / days_before
    sign = pd.Series(SIGNS)
    change = sign * (filled["after"] - scale * filled["before"]) / weight
    variance = (filled["after"] + scale**2 * filled["before"]) / weight**2
    parts = {"local": list(AREAS[:2]), "displaced": list(AREAS[2:]), "total": list(AREAS)}
    estimate = pd.Series({part: change[areas].sum() for part, areas in parts.items()})
    error = pd.Series({part: np.sqrt(variance[areas].sum()) for part, areas in parts.items()})
    half = -ndtri(alpha / 2) * error
    table = pd.DataFrame(
        {
            "estimate": estimate,
            "standard_error": error,
            "z": estimate / error.where(error > 0),
            "lower": estimate - half,
            "upper": estimate + half,
        }
    ).rename_axis("part")
    enough = bool((counts.sum(axis=1) >= LEAST_COUNT).all())
    return Displacement(table, alpha, enough)


def compare_cleanup(
    incidents: gpd.GeoDataFrame,
    cells: gpd.GeoDataFrame,
    treated: BaseGeometry,
    *,
    start: pd.Timestamp,
    days: int = 28,
    ring_m: float = 200.0,
    n_comparison: int = 1,
    seed: int = 0,
) -> tuple[pd.DataFrame, pd.Series]:
    """
    Count before and after a clean-up in its place, its ring, and cells that were alike.

    Cells whose middle lies in `treated` are treated; those within `ring_m` of it are its ring. For
    each treated cell `n_comparison` cells beyond the ring are drawn that are nearest to it in the
    number of incidents before, ties broken by lot; the cells within `ring_m` of those, and of no
    treated cell, are their ring, if they are no comparison themselves. Nothing is chosen by what
    happened after.

    Parameters
    ----------
    incidents
        INCIDENTS frame, in metres; each counts at its `occurred_from`.
    cells
        CELLS frame.
    treated
        Where the clean-up was, in metres.
    start
        When it began: `days` before and `days` from then on are compared.
    days
        Length of each period, at least 1.
    ring_m
        Width of the ring, in metres.
    n_comparison
        Comparison cells for each treated one, at least 1.
    seed
        Of the lots.

    Returns
    -------
    counts, areas
        For `weighted_displacement`: counts by area, and the area of each cell on the index of
        `cells` ('' for none). Comparison counts are scaled by nothing: with `n_comparison` above 1
        or rings of different size pass `areas.value_counts()` as `area_weight`.

    Raises
    ------
    DegenerateDataError
        If no cell is treated, no cell is left to compare with, or a number is not above 0.

    Examples
    --------
    >>> from spatial.grid import Lattice
    >>> mask = shapely.box(0, 0, 500, 50)
    >>> cells = Lattice.cover(mask, 50.0).cells(mask)
    >>> times = pd.to_datetime(["2026-03-01"] * 4 + ["2026-03-20"] * 2)
    >>> incidents = gpd.GeoDataFrame(
    ...     {"occurred_from": times},
    ...     geometry=gpd.points_from_xy([10, 20, 410, 420, 60, 430], [9] * 6),
    ... )
    >>> counts, _ = compare_cleanup(
    ...     incidents, cells, shapely.box(0, 0, 50, 50), start=pd.Timestamp("2026-03-10"), ring_m=50
    ... )
    >>> counts.loc[["treated", "comparison", "ring"]].to_numpy().tolist()
    [[2, 0], [2, 1], [0, 1]]
    """
    _check_question(days, ring_m, n_comparison)
    moment = incidents["occurred_from"]
    span = pd.Timedelta(days=days)
    periods = {
        "before": (moment >= start - span) & (moment < start),
        "after": (moment >= start) & (moment < start + span),
    }
    cell_of = _cells_of(incidents, cells)
    by_cell = pd.DataFrame(
        {
            name: np.bincount(cell_of[inside & (cell_of >= 0)], minlength=len(cells))
            for name, inside in periods.items()
        },
        index=cells.index,
    )
    areas = _areas(
        cells, treated, by_cell["before"], ring_m=ring_m, n_comparison=n_comparison, seed=seed
    )
    counts = by_cell.groupby(areas).sum().reindex(AREAS, fill_value=0)
    return counts, areas


def _cells_of(incidents: gpd.GeoDataFrame, cells: gpd.GeoDataFrame) -> np.ndarray:
    """Return the row of the cell that holds each incident, the first of two that touch it."""
    found = np.full(len(incidents), len(cells))
    point, cell = shapely.STRtree(cells.geometry.to_numpy()).query(
        incidents.geometry.to_numpy(), "intersects"
    )
    np.minimum.at(found, point, cell)
    return np.where(found < len(cells), found, -1)


def _areas(
    cells: gpd.GeoDataFrame,
    treated: BaseGeometry,
    before: pd.Series,
    *,
    ring_m: float,
    n_comparison: int,
    seed: int,
) -> pd.Series:
    """Give each cell its part in the comparison."""
    middle = cells.representative_point()
    areas = pd.Series("", index=cells.index, name="area")
    inside = middle.intersects(treated).to_numpy()
    if not inside.any():
        raise DegenerateDataError(
            N_("No cell lies in the place of the clean-up."),
            N_("Draw the place larger, or inside the study area."),
        )
    near = middle.distance(treated).to_numpy() <= ring_m
    areas[near] = "ring"
    areas[inside] = "treated"
    free = np.flatnonzero(~near)
    lot = np.random.default_rng(seed).permutation(free)
    wanted = np.repeat(before.to_numpy()[inside], n_comparison)
    if lot.size < wanted.size:
        raise DegenerateDataError(
            Message.of(
                N_("Beyond the ring {n} cells are left to compare {wanted} with."),
                n=lot.size,
                wanted=wanted.size,
            ),
            N_("Use a narrower ring, smaller cells or a larger study area."),
        )
    for n in np.sort(wanted)[::-1]:
        best = lot[np.argmin(np.abs(before.to_numpy()[lot] - n))]
        areas.iloc[best] = "comparison"
        lot = lot[lot != best]
    around = shapely.union_all(cells.geometry.to_numpy()[areas == "comparison"])
    beside = middle.distance(around).to_numpy() <= ring_m
    areas[beside & (areas == "").to_numpy()] = "comparison_ring"
    return areas


def _check(counts: pd.DataFrame, days_before: float, days_after: float) -> None:
    """Raise if the counts are none of these areas and periods."""
    unknown = sorted(set(counts.index) - set(AREAS))
    missing = sorted(set(AREAS[:2]) - set(counts.index))
    if unknown or missing:
        raise DegenerateDataError(
            Message.of(
                N_("The areas compared are {areas}."), areas=", ".join(map(str, counts.index))
            ),
            N_("Give treated and comparison, and if there are any ring and comparison_ring."),
        )
    if not (counts[["before", "after"]].to_numpy() >= 0).all():
        raise DegenerateDataError(N_("A count is below 0 or missing."), N_("Count again."))
    if not (days_before > 0 and days_after > 0):
        raise DegenerateDataError(
            Message.of(
                N_("Periods of {before} and {after} days cannot be compared."),
                before=days_before,
                after=days_after,
            ),
            N_("Give two periods of some length."),
        )


def _check_question(days: int, ring_m: float, n_comparison: int) -> None:
    """Raise if there is no period, ring or comparison."""
    if not (days >= 1 and ring_m > 0 and n_comparison >= 1):
        raise DegenerateDataError(
            Message.of(
                N_("{days} days, a ring of {ring} m and {n} comparison cells compare nothing."),
                days=days,
                ring=ring_m,
                n=n_comparison,
            ),
            N_("Give at least one day, a ring above 0 m and one comparison cell."),
        )
