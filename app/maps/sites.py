"""Booths, those that stand and those proposed, and the streets one reaches from them on foot."""

from __future__ import annotations

from typing import TYPE_CHECKING

from app.i18n import t
from app.labels import name_booth_status
from app.maps import theme
from app.maps.geometry import Layer, lat_lon, shapes, to_lonlat
from data.errors import N_
from routing.booth_report import RINGS_MIN

if TYPE_CHECKING:  # app/study.py writes the map of a study: at run time the arrow is the other way
    from app.study import Study

REACH = {"fill": False, "width_m": 9.0, "least": 4.0, "opacity": 1, "lineCap": "butt"}
SIGNS = {"existing": N_("岗"), "proposed": N_("拟")}


def booth_layers(study: Study) -> list[Layer]:
    """Mark the existing and the proposed booths."""
    booths = study.booths.booths
    items = []
    for row, place in zip(booths.itertuples(), to_lonlat(booths.geometry), strict=True):
        tip = [row.name or row.Index, name_booth_status(row.status)]
        items.append(
            {"at": lat_lon(place), "size": 34, "rank": 900, "tip": tip, **_sign(row.status)}
        )
    return [{"kind": "icons", "items": items, "spread": False}]


def booth_rows(study: Study) -> list[dict[str, object]]:
    """Return the legend's rows: the kinds of booths that are shown."""
    shown = set(study.booths.booths["status"])
    return [
        {"swatch": "icon", **_sign(status), "label": name_booth_status(status)}
        for status in SIGNS
        if status in shown
    ]


def reach_layers(study: Study) -> list[Layer]:
    """Draw the streets that one reaches on foot from any booth, the nearest ring strongest."""
    if study.booths.booths.empty:
        return []
    return [
        shapes(ring, [{**REACH, "color": color}], pane="lines", metres=True)
        for ring, color in reversed(list(zip(study.reach, theme.REACH_COLORS, strict=True)))
        if len(ring)
    ]


def reach_rows() -> list[dict[str, object]]:
    """Return the legend's rows: the rings."""
    return [
        {"swatch": "line", "color": color, "label": t("{n:g} 分钟以内", n=ring)}
        for ring, color in zip(RINGS_MIN, theme.REACH_COLORS, strict=True)
    ]


def _sign(status: str) -> dict[str, object]:
    """Return the look of a booth: filled where it stands, framed where it is proposed."""
    color = theme.BOOTH_COLORS.get(status, theme.OTHER_COLOR)
    look = {"text": t(SIGNS.get(status, N_("岗"))), "shape": "shield"}
    if status == "existing":
        return {**look, "color": color, "ink": theme.PAPER}
    return {**look, "color": theme.PAPER, "ink": color, "edge": color}
