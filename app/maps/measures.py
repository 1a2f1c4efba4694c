"""Cells or segments coloured by any value, with the legend that explains it."""

import geopandas as gpd
import numpy as np
import pandas as pd
from numpy.typing import NDArray

from app.i18n import t
from app.labels import name_shift
from app.maps import theme
from app.maps.geometry import Layer
from app.maps.hot import COUNT_STEPS, DENSITY_FLOOR, DENSITY_STEPS, count_steps, ramp
from app.maps.legend import Block
from app.text import number, stability

STABLE_STEPS = (0.2, 0.4, 0.6, 0.8, 1.0)
"""Upper ends of the classes of stability."""


def unit_of(measure: str, *, lines: bool) -> str:
    """Name the unit of what the colours show."""
    units = {
        "count": t("起/路段") if lines else t("起/格"),
        "density": t("起/平方公里"),
        "network": t("起/千米街道（沿街密度）"),
        "street": t("起/千米街道（核密度之比）"),
        "visits": t("起/千门诊人次"),
        "stability": t("稳定度"),
    }
    return units[measure]


def value_layer(places: gpd.GeoDataFrame, shift: str, measure: str) -> Layer:
    """Colour places by their `value`; what has none, or hardly any, stays blank."""
    value = places["value"].astype(float)
    shown = places[value > _floor(value, measure)]
    step = _steps(shown["value"].to_numpy(dtype=float), measure)
    unit = unit_of(measure, lines=False)
    tips = [
        [name_shift(shift), *_name(cell), _say(measure, value, unit)]
        for cell, value in zip(shown.index, shown["value"], strict=True)
    ]
    return ramp(shown, step, shift, tips, seamless=measure == "density")


def value_block(places: gpd.GeoDataFrame, shift: str, measure: str, *, lines: bool) -> Block:
    """Explain the colours of a measure."""
    colors = theme.RAMPS.get(shift, theme.RAMPS["all"])
    labels = _labels(places["value"].astype(float), measure)
    return {
        "title": f"{name_shift(shift)} · {unit_of(measure, lines=lines)}",
        "ramp": [
            {"color": color, "label": label} for color, label in zip(colors, labels, strict=True)
        ],
    }


def hot_edge_block(shift: str) -> Block:
    """Explain the broad edge of the segments that are proven hot."""
    color = theme.HOT_EDGE.get(shift, theme.HOT_EDGE["all"])
    label = t("显著热点路段（{shift}）", shift=name_shift(shift))
    return {"rows": [{"swatch": "line", "color": color, "label": label}]}


def _floor(value: pd.Series, measure: str) -> float:
    """Return what a value must exceed to be shown."""
    if measure in {"count", "stability"}:
        return 0.0
    return DENSITY_FLOOR * float(np.nanmax(value, initial=0.0))


def _steps(value: NDArray[np.float64], measure: str) -> NDArray[np.int_]:
    """Return the class of each value."""
    if measure == "count":
        return np.searchsorted(COUNT_STEPS, value, side="left")
    if measure == "stability":
        return np.searchsorted(STABLE_STEPS[:-1], value, side="left")
    share = value / max(value.max(initial=0.0), np.finfo(float).tiny)
    return np.asarray(np.minimum((share * DENSITY_STEPS).astype(int), DENSITY_STEPS - 1))


def _labels(value: pd.Series, measure: str) -> list[str]:
    """Name the classes."""
    if measure == "count":
        return count_steps()
    if measure == "stability":
        return [f"≤{end:.0%}" for end in STABLE_STEPS]
    most = float(np.nanmax(value, initial=0.0))
    ends = [most * (i + 1) / DENSITY_STEPS for i in range(DENSITY_STEPS)]
    return ["≤" + number(float(f"{end:.2g}"), 3) for end in ends]


def _say(measure: str, value: float, unit: str) -> str:
    """Write one value."""
    if measure == "stability":
        return stability(value)
    return f"{number(float(f'{value:.3g}'), 3)} {unit}"


def _name(cell: object) -> list[str]:
    """Name a unit by its code."""
    return [t("单元 {cell}", cell=cell)]
