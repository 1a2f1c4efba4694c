"""Clusters as the street segments that they are made of, and cells in classes."""

from collections.abc import Mapping, Sequence
from typing import Any

import geopandas as gpd
import numpy as np
from numpy.typing import NDArray

from app.i18n import t
from app.maps import theme
from app.maps.geometry import Layer, lat_lon, shapes, to_lonlat
from app.maps.legend import Block

LINE = {"fill": False, "opacity": 1, "lineCap": "round", "width_m": 13.0, "least": 7.0}
PROVEN = "#a31422"
UNPROVEN = "#8a97a3"
SIGN_PX = 26


def cluster_lines(members: Sequence[gpd.GeoSeries], proven: Sequence[bool]) -> list[Layer]:
    """Draw the segments of each cluster, grey where chance explains it."""
    return [
        shapes(lines, [{**LINE, "color": cluster_color(sure)}], pane="lines", metres=True)
        for lines, sure in zip(members, proven, strict=True)
    ]


def cluster_signs(
    centres: gpd.GeoSeries, proven: Sequence[bool], tips: Sequence[Sequence[str]]
) -> Layer:
    """Write the number of each cluster at its middle, the best cluster first."""
    items = [
        {
            "at": lat_lon(place),
            "text": str(number),
            "shape": "circle",
            "color": cluster_color(sure),
            "ink": theme.PAPER,
            "size": SIGN_PX,
            "rank": 950,
            "tip": list(tip),
        }
        for number, (place, sure, tip) in enumerate(
            zip(to_lonlat(centres), proven, tips, strict=True), 1
        )
    ]
    return {"kind": "icons", "items": items, "spread": False}


def cluster_block() -> Block:
    """Explain the two colours of clusters."""
    return {
        "title": t("聚集区（编号同下表）"),
        "rows": [
            {"swatch": "line", "color": PROVEN, "label": t("超出随机")},
            {"swatch": "line", "color": UNPROVEN, "label": t("可能出于随机")},
        ],
    }


def class_cells(
    cells: gpd.GeoSeries,
    class_of: NDArray[np.int_],
    colors: Sequence[str],
    tips: Sequence[Sequence[str]],
) -> Layer:
    """Fill cells with the colour of their class."""
    styles: list[Mapping[str, Any]] = [
        {"color": theme.PAPER, "weight": 0.6, "fill": True, "fillColor": color, "fillOpacity": 0.7}
        for color in colors
    ]
    return shapes(cells, styles, style_of=class_of, tips=tips, pane="area")


def class_lines(
    lines: gpd.GeoSeries,
    class_of: NDArray[np.int_],
    colors: Sequence[str],
    tips: Sequence[Sequence[str]],
) -> Layer:
    """Draw street segments in the colour of their class."""
    styles = [{**LINE, "color": color} for color in colors]
    return shapes(lines, styles, style_of=class_of, tips=tips, pane="lines", metres=True)


def class_block(title: str, classes: Mapping[str, str]) -> Block:
    """Explain colours of classes: label by colour."""
    rows = [{"swatch": "fill", "color": color, "label": label} for label, color in classes.items()]
    return {"title": title, "rows": rows}


def cluster_color(sure: bool) -> str:  # noqa: FBT001  # the one thing that it depends on
    """Return the colour of a cluster."""
    return PROVEN if sure else UNPROVEN
