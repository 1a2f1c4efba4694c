"""Maps of cells by a class: how a hotspot came and went, and on which reports it rests."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import folium
import geopandas as gpd
import numpy as np
import pandas as pd

from app.i18n import t
from app.maps import legend
from app.maps.geometry import Layer, shapes
from app.maps.panel import panel_map
from data.errors import N_

if TYPE_CHECKING:  # app/study.py writes the map of a study: at run time the arrow is the other way
    from app.study import Study

PATTERN_NAMES = {
    "new": N_("新增"),
    "consecutive": N_("连续"),
    "intensifying": N_("加强"),
    "persistent": N_("持续"),
    "diminishing": N_("减弱"),
    "sporadic": N_("零星"),
    "oscillating": N_("反复"),
    "historical": N_("历史"),
}
"""In the order of `spatial.emerging.PATTERNS`, without the cells that have none."""
PATTERN_COLORS = {
    "new": "#d7263d",
    "consecutive": "#f46036",
    "intensifying": "#8c1c5a",
    "persistent": "#b0357e",
    "diminishing": "#6a9bc3",
    "sporadic": "#e0a030",
    "oscillating": "#2c8374",
    "historical": "#7b858e",
}
RELIANCE_NAMES = {
    "both": N_("有没有巡查发现都热"),
    "only_all": N_("加上巡查发现才热"),
    "only_without": N_("去掉巡查发现才热"),
}
RELIANCE_COLORS = {"both": "#a31422", "only_all": "#d98a2b", "only_without": "#0072b2"}


def pattern_map(
    study: Study, cells: gpd.GeoDataFrame, tips: Sequence[Sequence[str]], caption: str
) -> folium.Map:
    """Show the cells with a pattern (column `pattern`), each in the colour of its own."""
    named = (PATTERN_NAMES, PATTERN_COLORS)
    return _class_map(study, cells, "pattern", named, tips=tips, caption=caption)


def reliance_map(
    study: Study, cells: gpd.GeoDataFrame, tips: Sequence[Sequence[str]], caption: str
) -> folium.Map:
    """Show the hot cells by whether they are hot without the finds of patrols (`reliance`)."""
    named = (RELIANCE_NAMES, RELIANCE_COLORS)
    return _class_map(study, cells, "reliance", named, tips=tips, caption=caption)


def _class_map(
    study: Study,
    cells: gpd.GeoDataFrame,
    column: str,
    named: tuple[Mapping[str, str], Mapping[str, str]],
    *,
    tips: Sequence[Sequence[str]],
    caption: str,
) -> folium.Map:
    """Colour cells by their class, and name the classes that there are in the legend."""
    (names, colors), kind = named, cells[column]
    used = [code for code in names if (kind == code).any()]
    layers = [_cells(cells, kind, used, colors, tips)] if used else []
    rows = [
        {"swatch": "fill", "color": colors[code], "edge": "#ffffff", "label": t(names[code])}
        for code in used
    ]
    blocks: list[legend.Block] = [{"title": t("热点格"), "rows": rows}] if rows else []
    return panel_map(study, layers, caption, blocks)


def _cells(
    cells: gpd.GeoDataFrame,
    kind: pd.Series,
    used: list[str],
    colors: Mapping[str, str],
    tips: Sequence[Sequence[str]],
) -> Layer:
    """Draw cells, or the lines of segments, in the colour of their class."""
    if cells.geom_type.str.endswith("LineString").all():
        styles = [{"color": colors[code], "weight": 6, "fill": False} for code in used]
    else:
        styles = [
            {"color": "#fff", "weight": 1, "fill": True, "fillColor": colors[c], "fillOpacity": 0.8}
            for c in used
        ]
    style_of = np.array([used.index(code) for code in kind], dtype=int)
    return shapes(cells.geometry, styles, style_of=style_of, tips=tips, pane="area")
