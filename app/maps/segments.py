"""Street segments as lines: by count, by density along the street, and those proven hot."""

from collections.abc import Sequence

import geopandas as gpd
import numpy as np
import pandas as pd

from app.i18n import t
from app.labels import name_shift
from app.maps import theme
from app.maps.geometry import Layer, shapes
from app.maps.hot import COUNT_STEPS, DENSITY_FLOOR, DENSITY_STEPS, count_steps
from app.maps.legend import Block
from app.text import number

LINE = {"fill": False, "opacity": 1, "lineCap": "butt", "width_m": 9.0, "least": 4.0}
EDGE = {"fill": False, "opacity": 1, "lineCap": "round", "width_m": 17.0, "least": 9.0}
HALO = {"fill": False, "opacity": 0.9, "lineCap": "round", "width_m": 21.0, "least": 12.0}


def count_lines(
    lixels: gpd.GeoDataFrame, n: pd.Series, shift: str, tips: Sequence[Sequence[str]]
) -> Layer:
    """Colour each segment that holds incidents by their number."""
    held = (n > 0).to_numpy()
    step = np.searchsorted(COUNT_STEPS, n.to_numpy()[held], side="left")
    shown = [tip for tip, kept in zip(tips, held, strict=True) if kept]
    return _ramp(lixels[held], step, shift, shown)


def value_lines(
    lixels: gpd.GeoDataFrame, value: pd.Series, shift: str, tips: Sequence[Sequence[str]]
) -> Layer:
    """Colour each segment by a value that is at least 0; the lowest tenth stays blank."""
    share = value.to_numpy() / max(float(value.max()), np.finfo(float).tiny)
    seen = share >= DENSITY_FLOOR
    step = np.minimum((share[seen] * DENSITY_STEPS).astype(int), DENSITY_STEPS - 1)
    shown = [tip for tip, kept in zip(tips, seen, strict=True) if kept]
    return _ramp(lixels[seen], step, shift, shown)


def hot_lines(lixels: gpd.GeoDataFrame, shift: str) -> list[Layer]:
    """Draw a broad edge under the segments that are proven hot."""
    if lixels.empty:
        return []
    edge = {**EDGE, "color": theme.HOT_EDGE[_known(shift)]}
    halo = {**HALO, "color": theme.PAPER}
    return [shapes(lixels.geometry, [style], pane="lines", metres=True) for style in (halo, edge)]


def count_line_block(shift: str) -> Block:
    """Explain the colours of the counts."""
    return _block(shift, count_steps(), t("起/路段"))


def value_line_block(shift: str, most: float, unit: str) -> Block:
    """Explain the colours of a value, whose highest is `most`."""
    ends = [most * (i + 1) / DENSITY_STEPS for i in range(DENSITY_STEPS)]
    return _block(shift, ["≤" + number(float(f"{end:.2g}"), 2) for end in ends], unit)


def hot_line_block(shift: str) -> Block:
    """Explain the edge of the hot segments."""
    color = theme.HOT_EDGE[_known(shift)]
    label = t("显著热点路段（{shift}）", shift=name_shift(shift))
    return {"rows": [{"swatch": "line", "color": color, "label": label}]}


def _ramp(
    lixels: gpd.GeoDataFrame,
    step: "np.ndarray[tuple[int], np.dtype[np.int_]]",
    shift: str,
    tips: Sequence[Sequence[str]],
) -> Layer:
    """Draw segments in the ramp of their shift."""
    styles = [{**LINE, "color": color} for color in theme.RAMPS[_known(shift)]]
    return shapes(lixels.geometry, styles, style_of=step, tips=tips, pane="lines", metres=True)


def _block(shift: str, labels: Sequence[str], unit: str) -> Block:
    """Put a ramp into the legend."""
    colors = theme.RAMPS[_known(shift)]
    return {
        "title": f"{name_shift(shift)} · {unit}",
        "ramp": [
            {"color": color, "label": label} for color, label in zip(colors, labels, strict=True)
        ],
    }


def _known(shift: str) -> str:
    """Return the shift whose colours stand for an area's own shift."""
    return shift if shift in theme.RAMPS else "all"
