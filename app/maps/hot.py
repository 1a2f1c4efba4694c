"""Where it happens: counts or density by cell, proven hot cells, and the incidents themselves."""

from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
from numpy.typing import NDArray

from app.i18n import t
from app.labels import name_incident_type, name_shift, name_source
from app.maps import theme
from app.maps.geometry import Layer, shapes
from app.text import number, probability, stability
from data.incident_types import RESTRICTED_TYPES
from spatial.hotspots import HotspotAnalysis

COUNT_STEPS = (1.0, 2.0, 4.0, 8.0)
"""Upper ends of the classes of incidents a cell; the last class is open."""
LINE = {"fill": False, "opacity": 1, "lineCap": "butt", "width_m": 9.0, "least": 4.0}
DENSITY_STEPS = 5
DENSITY_FLOOR = 0.1
"""Share of the highest density below which a cell stays blank."""


def cells_of(analysis: HotspotAnalysis, shift: str) -> gpd.GeoDataFrame:
    """Return the rows of one shift, with the cells' geometry."""
    rows = analysis.hotspots
    return rows[rows["shift"] == shift]


def count_cells(analysis: HotspotAnalysis, shift: str) -> Layer:
    """Colour each cell that holds incidents by their number."""
    rows = cells_of(analysis, shift)
    rows = rows[rows["n"] > 0]
    step = np.searchsorted(COUNT_STEPS, rows["n"].to_numpy(), side="left")
    return _colored(rows, step, shift)


def density_cells(analysis: HotspotAnalysis, shift: str) -> Layer:
    """Colour each cell by its smoothed density; only where the analysis gives one."""
    rows = cells_of(analysis, shift)
    share = _density_share(analysis, rows, shift)
    seen = share >= DENSITY_FLOOR
    step = np.minimum((share[seen] * DENSITY_STEPS).astype(int), DENSITY_STEPS - 1)
    return _colored(rows[seen], step, shift, seamless=True)


def has_density(analysis: HotspotAnalysis, shift: str) -> bool:
    """Tell whether a shift has incidents enough for a smoothed surface."""
    return analysis.density is not None and bool(analysis.density[shift].notna().any())


def density_steps(analysis: HotspotAnalysis, shift: str) -> list[str]:
    """Name the upper ends of the density's classes, incidents per square kilometre."""
    if analysis.density is None:
        return []
    most = float(analysis.density[shift].max())
    ends = [most * (i + 1) / DENSITY_STEPS for i in range(DENSITY_STEPS)]
    return ["≤" + number(float(f"{end:.2g}"), 2) for end in ends]


def count_steps() -> list[str]:
    """Name the classes of incidents a cell."""
    return [f"≤{step:g}" for step in COUNT_STEPS] + [f">{COUNT_STEPS[-1]:g}"]


def hot_cells(analysis: HotspotAnalysis, shift: str, *, filled: bool = False) -> list[Layer]:
    """Outline the cells that are hot beyond chance; neighbours share one outline."""
    rows = cells_of(analysis, shift)
    rows = rows[rows["hot"]]
    if rows.empty:
        return []
    if _are_lines(rows):
        return _hot_lines(rows, shift)
    outline = gpd.GeoSeries([rows.geometry.buffer(0.5).union_all()], crs=rows.crs)
    edge = theme.HOT_EDGE[_known(shift)]
    fill = {
        "fill": filled,
        "fillColor": theme.RAMPS[_known(shift)][2],
        "fillOpacity": 0.4,
    }
    halo = {"color": "#ffffff", "weight": 6, "opacity": 0.9, "fill": False}
    line = {"color": edge, "weight": 3, "opacity": 1, **fill}
    layers = [shapes(outline, [halo], pane="area"), shapes(outline, [line], pane="area")]
    if filled:
        quiet = [{"stroke": False, "fill": True, "fillOpacity": 0}]
        tips = [_tip(row, shift) for row in rows.itertuples()]
        layers.append(shapes(rows.geometry, quiet, tips=tips, pane="area"))
    return layers


def incident_points(incidents: gpd.GeoDataFrame, analysis: HotspotAnalysis) -> Layer:
    """Draw each analysed incident of the street as a point in the colour of its likelier shift."""
    parts = analysis.parts
    open_to_all = ~incidents["type"].isin(RESTRICTED_TYPES)
    shown = incidents[incidents.index.isin(parts.index) & open_to_all]
    shifts = list(parts.columns)
    likelier = parts.loc[shown.index].to_numpy().argmax(axis=1) if len(shown) else np.zeros(0, int)
    styles = [_dot(theme.INCIDENT[_known(shift)]) for shift in shifts] or [_dot("#33475b")]
    tips = [_incident_tip(row) for row in shown.itertuples()]
    return shapes(shown.geometry, styles, style_of=likelier, tips=tips, pane="points")


def _density_share(
    analysis: HotspotAnalysis, rows: gpd.GeoDataFrame, shift: str
) -> NDArray[np.float64]:
    """Return each cell's density as a share of the highest one."""
    if analysis.density is None or not has_density(analysis, shift):
        return np.zeros(len(rows))
    density = analysis.density[shift].reindex(rows["cell_id"]).fillna(0).to_numpy(dtype=float)
    share: NDArray[np.float64] = density / max(density.max(initial=0), np.finfo(float).tiny)
    return share


def _colored(
    rows: gpd.GeoDataFrame, step: NDArray[np.int_], shift: str, *, seamless: bool = False
) -> Layer:
    """Draw cells in the ramp of their shift, with a light line between them or without."""
    tips = [_tip(row, shift) for row in rows.itertuples()]
    return ramp(rows, step, shift, tips, seamless=seamless)


def ramp(
    places: gpd.GeoDataFrame,
    step: NDArray[np.int_],
    shift: str,
    tips: list[list[str]],
    *,
    seamless: bool = False,
) -> Layer:
    """Draw cells or segments in the ramp of a shift, each in the colour of its step."""
    colors = theme.RAMPS[_known(shift)]
    if _are_lines(places):
        lines = [{**LINE, "color": color} for color in colors]
        return shapes(places.geometry, lines, style_of=step, tips=tips, pane="lines", metres=True)
    edge = {"stroke": False} if seamless else {"color": "#ffffff", "weight": 0.6}
    styles = [{**edge, "fill": True, "fillColor": color, "fillOpacity": 0.66} for color in colors]
    return shapes(places.geometry, styles, style_of=step, tips=tips, pane="area")


def _hot_lines(rows: gpd.GeoDataFrame, shift: str) -> list[Layer]:
    """Draw a broad edge under the segments that are proven hot."""
    tips = [_tip(row, shift) for row in rows.itertuples()]
    edge = {**LINE, "color": theme.HOT_EDGE[_known(shift)], "width_m": 17.0, "least": 9.0}
    return [shapes(rows.geometry, [edge], tips=tips, pane="area", metres=True)]


def _are_lines(rows: gpd.GeoDataFrame) -> bool:
    """Tell whether the units are street segments."""
    return bool(len(rows)) and rows.geometry.iloc[0].geom_type == "LineString"


def _tip(row: Any, shift: str) -> list[str]:
    """Say what is known of a cell."""
    lines = [t("单元 {cell} · {shift}", cell=row.cell_id, shift=name_shift(shift))]
    lines.append(t("{n} 起", n=number(row.n)))
    if pd.isna(row.p_value):
        return [*lines, t("样本不足，不作检验")]
    lines.append(
        t(
            "本处及相邻 {block} 起，期望 {expected} 起",
            block=number(row.n_block),
            expected=number(row.expected),
        )
    )
    lines.append(f"p {probability(row.p_value)} · q {probability(row.q_value)}")
    if row.hot:
        lines.append(t("显著热点"))
        if pd.notna(getattr(row, "stability", np.nan)):
            lines.append(stability(row.stability))
    return lines


def _incident_tip(row: Any) -> list[str]:
    """Say what kind of incident it was; no minute and no address, which would name a reporter."""
    return [name_incident_type(row.type), f"{row.occurred_from:%Y-%m}", name_source(row.source)]


def _dot(color: str) -> dict[str, object]:
    """Return the style of an incident's point."""
    return {
        "radius": 4,
        "color": "#ffffff",
        "weight": 1,
        "fill": True,
        "fillColor": color,
        "fillOpacity": 0.85,
    }


def _known(shift: str) -> str:
    """Return the shift whose colours stand for an area's own shift."""
    return shift if shift in theme.RAMPS else "all"
