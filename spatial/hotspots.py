"""From incidents to proven hot cells, one layer a shift."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from data.errors import Message
from data.incident_types import RESTRICTED_TYPES
from data.settings import Analysis
from data.shifts import Shift
from spatial import notes
from spatial.aoristic import TWELFTHS, shift_twelfths
from spatial.count import count_in_cells
from spatial.grid import Lattice
from spatial.hot_layers import hot_by_chance, rank_units
from spatial.shift_density import shift_density
from spatial.units import Units, lay_units

if TYPE_CHECKING:  # the graph library takes longer to load than what is done here
    from data.graphs import StreetGraph

Lines: TypeAlias = gpd.GeoDataFrame | gpd.GeoSeries | NDArray[np.object_] | None


@dataclass(frozen=True)
class HotspotAnalysis:
    """Hot cells of every shift, and what they were found from."""

    lattice: Lattice
    """Of the cell size over the study area, also where other units are counted."""
    cells: gpd.GeoDataFrame
    """The units that were tested: a CELLS frame clipped to the mask, drawn areas, or segments."""
    hotspots: gpd.GeoDataFrame
    """HOTSPOTS frame, one row a shift and cell. `n` is the cell's own number of incidents;
    `n_block` and `expected` are those of the cell and its neighbours, which the test compares;
    `stability` is the share of replicates in which it is among as many of the hottest (NaN in a
    shift without a hot cell)."""
    n_by_shift: pd.Series
    """Incidents by shift code; they add up to `n`."""
    density: pd.DataFrame | None
    """Incidents per km2, cells x shifts; a shift with too few incidents for a surface is NaN, and
    the whole is None if there is no other."""
    n: int
    """Incidents of the street inside the study area and the period."""
    period: tuple[pd.Timestamp, pd.Timestamp]
    notes: tuple[Message, ...]
    parts: pd.DataFrame
    """Twelfths of each of the `n` incidents (rows) in each shift (columns)."""
    units: Units
    """The same units with what finds their points and neighbours."""
    by_chance: pd.DataFrame
    """Index shift: `n_hot`, `level` (largest p-value that is hot) and `n_chance`, the number of
    units that a map of chance has at that level; NaN for a shift that is not tested."""
    bandwidth_m: float | None
    """Of the density, in metres; None without one."""


def find_hotspots(
    incidents: gpd.GeoDataFrame,
    *,
    mask: BaseGeometry,
    shifts: Sequence[Shift],
    analysis: Analysis,
    streets: Lines = None,
    areas: gpd.GeoDataFrame | None = None,
    graph: "StreetGraph | None" = None,
    now: pd.Timestamp | None = None,
    seed: int = 0,
) -> HotspotAnalysis:
    """
    Count incidents by cell and shift, and find the cells that are hot beyond chance.

    A cell is hot in a shift if it and its neighbours hold more incidents than expected and the
    exact permutation test says so after Benjamini-Hochberg (or, if `correction` is `by`,
    Benjamini-Yekutieli) over all cells of that shift. Incidents with an uncertain time count in
    every shift they may belong to, in twelfths. Storage dens and finds on the net are no incidents
    of the street: they are counted in a note and left out. The cells are squares or hexagons, drawn
    areas or street segments, as `analysis.unit` says.

    Parameters
    ----------
    incidents
        INCIDENTS frame, in metres.
    mask
        Study area in the same CRS, such as the boundary and `analysis.edge_buffer_m` around it.
    shifts
        Shifts that hold each minute of the day exactly once.
    analysis
        Units, bandwidth, level `alpha`, limits for small numbers, period, replicates.
    streets
        Lines of the streets, in the same CRS. Given, squares and hexagons further than a cell size
        from any of them and without incidents are not tested: water and fields nobody walks would
        make every street look hot.
    areas
        Polygons to count by, if `unit` is `area`.
    graph
        Street graph to cut into segments, if `unit` is `segment`.
    now
        End of the period; by default the time of the last incident. Used if `period_weeks` > 0.
    seed
        Of the replicates behind `stability`; nothing else is random.

    Returns
    -------
    found
        See `HotspotAnalysis`. With fewer than `min_n_ranking` incidents a shift has no p- and
        q-values and no hot cells; with fewer than `min_n_surface` no density.

    Raises
    ------
    DegenerateDataError
        If no units can be laid, an incident ends before it begins, or the shifts do not add up to a
        day.

    Examples
    --------
    Twelve incidents at noon at one gate, in 300 m x 300 m: chance puts the one full cell there in 1
    of 36 maps.

    >>> noon = pd.to_datetime(["2024-03-04 12:00+08:00"] * 12)
    >>> incidents = gpd.GeoDataFrame(
    ...     {"occurred_from": noon, "occurred_to": noon, "time_precision": "minute", "type": ""},
    ...     geometry=gpd.points_from_xy([110] * 12, [110] * 12),
    ... )
    >>> shifts = (Shift("day", 360, 1080, ()), Shift("night", 1080, 360, ()))
    >>> found = find_hotspots(
    ...     incidents, mask=shapely.box(0, 0, 300, 300), shifts=shifts, analysis=Analysis()
    ... )
    >>> row = found.hotspots.set_index(["shift", "cell_id"]).loc[("day", "c002r002")]
    >>> row[["n", "n_block", "expected", "p_value"]].astype(float).round(4).tolist()
    [12.0, 12.0, 3.0, 0.0278]
    >>> print(found.notes[-1])
    night: only points and counts are shown (0 incidents, 30 for a surface).
    """
    street = incidents[~incidents["type"].isin(RESTRICTED_TYPES)]
    timed = street[street["occurred_from"].notna() & street["occurred_to"].notna()]
    recent, period = _within_period(timed, analysis.period_weeks, now)
    units = lay_units(analysis, mask, crs=incidents.crs, areas=areas, graph=graph)
    inside = recent[_inside(recent, mask)]
    position = units.positions(inside)
    studied = inside[position >= 0]
    parts = shift_twelfths(studied, shifts)
    counts = count_in_cells(position[position >= 0], units.frame, parts)
    reached = _reached(units, counts, streets)
    n_cut = len(units.frame)
    units, counts = units.keep(reached), counts[reached]

    neighbours = units.neighbours()
    hotspots = rank_units(
        studied, parts, counts, units=units, neighbours=neighbours, analysis=analysis, seed=seed
    )
    chance = hot_by_chance(hotspots, counts, neighbours, analysis)
    n_by_shift = (parts.sum() / TWELFTHS).rename("n")
    density, bandwidth_m, why = shift_density(studied, parts, mask, units.frame, analysis)
    said = [
        *notes.restricted_note(len(incidents) - len(street)),
        *notes.timeless_note(len(street) - len(timed)),
        *notes.period_note(len(timed) - len(recent)),
        *notes.outside_note(len(recent) - len(inside)),
        *notes.area_note(units.kind),
        *notes.unitless_note(len(inside) - len(studied), units.kind),
        *notes.unreached_note(n_cut - len(units.frame), len(units.frame)),
        *why,
        *_shift_notes(chance, n_by_shift, units, analysis),
    ]
    return HotspotAnalysis(
        lattice=units.lattice or Lattice.cover(mask, analysis.cell_size_m, analysis.cell_shape),
        cells=units.frame,
        hotspots=hotspots,
        n_by_shift=n_by_shift,
        density=density,
        n=len(studied),
        period=period,
        notes=tuple(said),
        parts=parts,
        units=units,
        by_chance=chance,
        bandwidth_m=bandwidth_m,
    )


def _within_period(
    incidents: gpd.GeoDataFrame, weeks: int, now: pd.Timestamp | None
) -> tuple[gpd.GeoDataFrame, tuple[pd.Timestamp, pd.Timestamp]]:
    """Return the incidents of the last weeks and the period that they cover."""
    first, last = incidents["occurred_from"].min(), incidents["occurred_to"].max()
    if not weeks:
        return incidents, (first, last)
    end = last if now is None else now
    start = end - pd.Timedelta(weeks=weeks)
    return incidents[incidents["occurred_from"].between(start, end)], (start, end)


def _inside(incidents: gpd.GeoDataFrame, mask: BaseGeometry) -> NDArray[np.bool_]:
    """Tell which incidents lie in the study area; what has no coordinates lies nowhere."""
    geometry = incidents.geometry
    shapely.prepare(mask)
    return np.asarray(
        shapely.intersects_xy(mask, geometry.x.to_numpy(), geometry.y.to_numpy()), dtype=bool
    )


def _reached(units: Units, counts: pd.DataFrame, streets: Lines) -> NDArray[np.bool_]:
    """Tell which cells hold incidents or lie within a cell size of a street."""
    if units.lattice is None or streets is None or len(streets) == 0:
        return np.ones(len(units.frame), dtype=bool)
    lines = streets if isinstance(streets, np.ndarray) else streets.geometry.to_numpy()
    near, _ = shapely.STRtree(np.asarray(lines)).query(
        units.frame.geometry.to_numpy(), "dwithin", units.size_m
    )
    counted = counts.to_numpy().any(axis=1)
    return np.asarray(counted | np.isin(np.arange(len(units.frame)), near))


def _shift_notes(
    chance: pd.DataFrame, n_by_shift: pd.Series, units: Units, analysis: Analysis
) -> list[Message]:
    """Say of every shift what its number of incidents allows, and what chance adds."""
    said: list[Message] = []
    for code, n in n_by_shift.items():
        if n < analysis.min_n_ranking:
            said += notes.ranking_note(str(code), n, analysis.min_n_ranking)
        else:
            n_hot, n_chance = int(chance["n_hot"][str(code)]), float(chance["n_chance"][str(code)])
            said += notes.chance_note(str(code), n_hot, len(units.frame), n_chance, units.kind)
        if n < analysis.min_n_surface:
            said += notes.surface_note(str(code), n, analysis.min_n_surface)
    return said
