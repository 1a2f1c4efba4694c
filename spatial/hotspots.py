"""From incidents to proven hot cells, one layer a shift."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray
from scipy.sparse import csr_array
from shapely.geometry.base import BaseGeometry

from data.area import RESTRICTED_TYPES
from data.errors import Message
from data.settings import Analysis
from data.shifts import Shift
from spatial import notes
from spatial.aoristic import TWELFTHS, shift_twelfths
from spatial.count import cell_positions, count_in_cells
from spatial.gi_star import benjamini_hochberg, exact_gi_star
from spatial.grid import Lattice
from spatial.kde import kernel_density


@dataclass(frozen=True)
class HotspotAnalysis:
    """Hot cells of every shift, and what they were found from."""

    lattice: Lattice
    cells: gpd.GeoDataFrame
    """CELLS frame that was tested: `column`, `row`, `area_m2`, geometry clipped to the mask."""
    hotspots: gpd.GeoDataFrame
    """HOTSPOTS frame, one row a shift and cell. `n` is the cell's own number of incidents;
    `n_block` and `expected` are those of the cell and its neighbours, which the test compares."""
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


def find_hotspots(
    incidents: gpd.GeoDataFrame,
    *,
    mask: BaseGeometry,
    shifts: Sequence[Shift],
    analysis: Analysis,
    streets: gpd.GeoDataFrame | gpd.GeoSeries | NDArray[np.object_] | None = None,
    now: pd.Timestamp | None = None,
) -> HotspotAnalysis:
    """
    Count incidents by cell and shift, and find the cells that are hot beyond chance.

    A cell is hot in a shift if it and its neighbours hold more incidents than expected and the
    exact permutation test says so after Benjamini-Hochberg over all cells of that shift. Incidents
    with an uncertain time count in every shift they may belong to, in twelfths. Storage dens and
    finds on the net are no incidents of the street: they are counted in a note and left out.

    Parameters
    ----------
    incidents
        INCIDENTS frame, in metres.
    mask
        Study area in the same CRS, such as the boundary and `analysis.edge_buffer_m` around it.
    shifts
        Shifts that hold each minute of the day exactly once.
    analysis
        Cell size and shape, bandwidth, level `alpha`, limits for small numbers, period.
    streets
        Lines of the streets, in the same CRS. Given, cells further than a cell size from any of
        them and without incidents are not tested: water and fields nobody walks would make every
        street look hot.
    now
        End of the period; by default the time of the last incident. Used if `period_weeks` > 0.

    Returns
    -------
    found
        See `HotspotAnalysis`. With fewer than `min_n_ranking` incidents a shift has no p- and
        q-values and no hot cells; with fewer than `min_n_surface` no density.

    Raises
    ------
    DegenerateDataError
        If no lattice can be laid, an incident ends before it begins, or the shifts do not add up to
        a day.

    Examples
    --------
    Twelve incidents at noon at one gate, in 300 m x 300 m: chance puts the one full cell among the
    9 of the middle block in 9 of 36 maps.

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
    >>> float(row["n"]), float(row["n_block"]), float(row["expected"]), float(row["p_value"])
    (12.0, 12.0, 3.0, 0.25)
    >>> print(found.notes[-1])
    night: only points and counts are shown (0 incidents, 30 for a surface).
    """
    street = incidents[~incidents["type"].isin(RESTRICTED_TYPES)]
    recent, period = _within_period(street, analysis.period_weeks, now)
    lattice = Lattice.cover(mask, analysis.cell_size_m, analysis.cell_shape)
    cells = lattice.cells(mask, crs=incidents.crs)
    studied = recent[_inside(recent, mask, lattice, cells)]
    parts = shift_twelfths(studied, shifts)

    positions = cell_positions(studied, lattice=lattice, cells=cells)
    counts = count_in_cells(positions, cells, parts)
    reached = _reached(cells, counts, streets, analysis.cell_size_m)
    cells, counts = cells[reached], counts[reached]

    hotspots = _rank(cells, counts, lattice.neighbours(cells), analysis)
    n_by_shift = (parts.sum() / TWELFTHS).rename("n")
    density = _density(studied, parts, mask, cells, analysis)
    said = [
        *notes.restricted_note(len(incidents) - len(street)),
        *notes.period_note(len(street) - len(recent)),
        *notes.outside_note(len(recent) - len(studied)),
        *notes.unreached_note(int((~reached).sum()), len(cells)),
        *_shift_notes(hotspots, n_by_shift, analysis),
    ]
    return HotspotAnalysis(
        lattice, cells, hotspots, n_by_shift, density, len(studied), period, tuple(said), parts
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


def _inside(
    incidents: gpd.GeoDataFrame, mask: BaseGeometry, lattice: Lattice, cells: gpd.GeoDataFrame
) -> NDArray[np.bool_]:
    """Tell which incidents lie in the study area and in one of its cells."""
    geometry = incidents.geometry
    shapely.prepare(mask)
    in_mask = shapely.intersects_xy(mask, geometry.x.to_numpy(), geometry.y.to_numpy())
    return np.asarray(in_mask & (cell_positions(incidents, lattice=lattice, cells=cells) >= 0))


def _reached(
    cells: gpd.GeoDataFrame,
    counts: pd.DataFrame,
    streets: gpd.GeoDataFrame | gpd.GeoSeries | NDArray[np.object_] | None,
    cell_size_m: float,
) -> NDArray[np.bool_]:
    """Tell which cells hold incidents or lie within a cell size of a street."""
    if streets is None or len(streets) == 0:
        return np.ones(len(cells), dtype=bool)
    lines = streets if isinstance(streets, np.ndarray) else streets.geometry.to_numpy()
    near, _ = shapely.STRtree(np.asarray(lines)).query(
        cells.geometry.to_numpy(), "dwithin", cell_size_m
    )
    counted = counts.to_numpy().any(axis=1)
    return np.asarray(counted | np.isin(np.arange(len(cells)), near))


def _rank(
    cells: gpd.GeoDataFrame, counts: pd.DataFrame, neighbours: "csr_array[Any]", analysis: Analysis
) -> gpd.GeoDataFrame:
    """Test the cells of every shift; return the HOTSPOTS frame."""
    layers = []
    for code, parts in counts.items():
        layer = exact_gi_star(parts, neighbours)
        layer["q_value"] = benjamini_hochberg(layer["p_value"])
        above = layer["n_block"] > layer["expected"]
        layer["hot"] = (layer["q_value"] <= analysis.alpha) & above
        if parts.sum() < analysis.min_n_ranking * TWELFTHS:
            layer = layer.assign(p_value=np.nan, q_value=np.nan, hot=False)
        layer.insert(0, "n", parts / TWELFTHS)
        layer.insert(0, "shift", str(code))
        layers.append(layer.reset_index())
    table = pd.concat(layers, ignore_index=True)
    geometry = np.tile(cells.geometry.to_numpy(), len(layers))
    return gpd.GeoDataFrame(table, geometry=geometry, crs=cells.crs)


def _density(
    incidents: gpd.GeoDataFrame,
    parts: pd.DataFrame,
    mask: BaseGeometry,
    cells: gpd.GeoDataFrame,
    analysis: Analysis,
) -> pd.DataFrame | None:
    """Return the surfaces of the shifts that have incidents enough for one."""
    enough = parts.sum() >= analysis.min_n_surface * TWELFTHS
    if not enough.any():
        return None
    density = kernel_density(
        incidents, parts / TWELFTHS, mask=mask, cells=cells, bandwidth_m=analysis.bandwidth_m
    )
    return density.where(enough, np.nan, axis=1)


def _shift_notes(
    hotspots: gpd.GeoDataFrame, n_by_shift: pd.Series, analysis: Analysis
) -> list[Message]:
    """Say of every shift what its number of incidents allows, and what chance adds."""
    said: list[Message] = []
    for code, n in n_by_shift.items():
        layer = hotspots[hotspots["shift"] == code]
        if n < analysis.min_n_ranking:
            said += notes.ranking_note(str(code), n, analysis.min_n_ranking)
        else:
            n_hot = int(layer["hot"].sum())
            said += notes.false_alarm_note(str(code), n_hot, len(layer), analysis.alpha)
        if n < analysis.min_n_surface:
            said += notes.surface_note(str(code), n, analysis.min_n_surface)
    return said
