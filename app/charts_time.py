"""Charts of time and source: Vega-Lite, drawn by Streamlit itself, with units on every axis."""

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd
import streamlit as st

from app.i18n import t
from app.maps import theme

Spec = dict[str, Any]

LAYER_COLORS = {
    "citizen": "#0072b2",
    "agency": "#8c6d00",
    "patrol": "#d55e00",
    "unknown": "#8a8f94",
}
"""By the source's layer; told apart by colour-blind readers (after Okabe & Ito)."""
PERIOD_COLORS = {
    "now": "#1f5f8b",
    "before": "#d98a2b",
    "last_year": "#6a51a3",
    "other": "#c3ccd4",
}
QUIET, HOT = "#dfe5ea", "#a31422"
INTERVAL = {"type": "rule", "color": theme.INK, "strokeWidth": 1.2}
LEVEL = {"type": "rule", "color": "#59646e", "strokeDash": [5, 4]}


def show_chart(spec: Spec, *, height_px: int) -> None:
    """Show a chart over the width of its place."""
    st.vega_lite_chart({**spec, "height": height_px}, width="stretch")


def hour_map(cells: pd.DataFrame, *, shift: str, numbers: bool) -> Spec:
    """Colour the week by hour: `weekday` and `hours` (names, in their order), `n`."""
    ramp = theme.RAMPS.get(shift, theme.RAMPS["all"])
    most = float(cells["n"].max())
    where: Spec = {
        "x": _name_axis("hours", t("时刻（点）"), angle=0),
        "y": _name_axis("weekday", t("周几")),
        "tooltip": _tips({"weekday": t("周几"), "hours": t("时刻（点）"), "n": t("起数")}),
    }
    scale = {"range": ["#ffffff", *ramp[:4]], "domainMin": 0}
    color = {**_amount("n", t("起/格")), "scale": scale}
    ink = {"condition": {"test": f"datum.n > {0.75 * most}", "value": "#fff"}, "value": theme.INK}
    text = {"field": "n", "type": "quantitative", "format": ".1f"}
    drawn = [{"mark": "rect", "encoding": {**where, "color": color}}]
    if numbers:
        drawn.append({"mark": "text", "encoding": {**where, "text": text, "color": ink}})
    return {"data": _values(cells), "layer": drawn}


def part_bars(
    parts: pd.DataFrame,
    totals: pd.DataFrame,
    *,
    title: str | None,
    unit: str,
    colors: Mapping[str, str],
    level: float | None = None,
) -> Spec:
    """Stack bars of `n` by `part` over `place`; mark the interval of each whole bar.

    Parameters
    ----------
    parts
        `place`, `part` (names, in their order) and `n`.
    totals
        `place`, `n`, `low` and `high` of the whole bar; empty for no intervals.
    colors
        By the name of the part.
    level
        Where all bars would end if they were equal.
    """
    where = _name_axis("place", title, angle=0)
    bars: Spec = {
        "data": _values(parts),
        "mark": "bar",
        "encoding": {
            "x": where,
            "y": {**_amount("n", unit), "stack": "zero"},
            "color": _named_colors("part", colors),
            "order": {"field": "order", "type": "quantitative"},
            "tooltip": _tips({"place": title or "", "part": "", "n": unit}),
        },
    }
    drawn = [bars]
    if len(totals):
        ends = {"y": _amount("low", unit), "y2": {"field": "high"}}
        tips = _tips({"n": unit, "low": t("95% 下限"), "high": t("95% 上限")})
        encoding = {"x": where, **ends, "tooltip": tips}
        drawn.append({"data": _values(totals), "mark": INTERVAL, "encoding": encoding})
    if level is not None:
        line = pd.DataFrame({"level": [level]})
        across = {"y": _amount("level", unit)}
        drawn.append({"data": _values(line), "mark": LEVEL, "encoding": across})
    return {"layer": drawn}


def week_bars(weeks: pd.DataFrame, colors: Mapping[str, str]) -> Spec:
    """Draw a bar for each week: `start`, `end` (local days), `n`, `role` (a name)."""
    time = {"type": "temporal", "title": t("一周的第一天"), "axis": {"format": "%y-%m-%d"}}
    return {
        "data": _values(weeks),
        "mark": {"type": "bar", "stroke": "#ffffff"},
        "encoding": {
            "x": {"field": "start", **time},
            "x2": {"field": "end"},
            "y": _amount("n", t("起/周")),
            "y2": {"datum": 0},
            "color": _named_colors("role", colors),
            "tooltip": [
                {"field": "start", "type": "temporal", "title": t("自"), "format": "%Y-%m-%d"},
                *_tips({"n": t("起/周"), "role": ""}),
            ],
        },
    }


def slice_strip(cells: pd.DataFrame) -> Spec:
    """Draw when each place was hot: `place`, `slice` (names, in their order), `hot` (a name)."""
    names = list(dict.fromkeys(cells["hot"]))
    colors = {name: HOT if name == t("热") else QUIET for name in names}
    return {
        "data": _values(cells),
        "mark": {"type": "rect", "stroke": "#ffffff", "strokeWidth": 2},
        "encoding": {
            "x": _name_axis("slice", t("每期的第一天（年-月-日）"), angle=-45),
            "y": _name_axis("place", t("地点")),
            "color": _named_colors("hot", colors),
            "tooltip": _tips({"place": t("地点"), "slice": t("自"), "hot": ""}),
        },
    }


def _values(frame: pd.DataFrame) -> Spec:
    """Put a frame into the chart itself: nothing is fetched."""
    return {"values": frame.to_dict("records")}


def _name_axis(field: str, title: str | None, *, angle: int | None = None) -> Spec:
    """Lay out names in the order of the data."""
    axis: Spec = {"labelLimit": 260, "labelOverlap": True}
    if angle is not None:
        axis["labelAngle"] = angle
    return {"field": field, "type": "ordinal", "sort": None, "title": title, "axis": axis}


def _amount(field: str, title: str) -> Spec:
    """Lay out numbers from zero."""
    return {"field": field, "type": "quantitative", "title": title}


def _named_colors(field: str, colors: Mapping[str, str]) -> Spec:
    """Colour names; the legend stands above, where a phone has room for it."""
    return {
        "field": field,
        "type": "nominal",
        "title": None,
        "scale": {"domain": list(colors), "range": list(colors.values())},
        "legend": {"orient": "top"},
    }


def _tips(titles: Mapping[str, str]) -> Sequence[Spec]:
    """Show fields under the pointer, numbers with at most two decimals."""
    numbers = {"n", "low", "high"}
    return [
        {
            "field": field,
            "title": title or " ",
            "type": "quantitative" if field in numbers else "nominal",
            **({"format": ",.2~f"} if field in numbers else {}),
        }
        for field, title in titles.items()
    ]
