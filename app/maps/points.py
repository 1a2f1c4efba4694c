"""Key points as signs: one character and one colour for each category."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pandas as pd
import shapely

from app.i18n import t
from app.labels import name_category, name_shift, sign_category
from app.maps import theme
from app.maps.geometry import Layer, lat_lon, to_lonlat
from app.text import number

if TYPE_CHECKING:  # app/study.py writes the map of a study: at run time the arrow is the other way
    from app.study import Study

SIGN_PX = {"tertiary_hospital": 30, "community_health_center": 28, "private_hospital": 28}
OTHER_SIGN_PX = 23
NAMES_FROM_ZOOM = 15.0
LEAST_RANK = 9
"""Behind every street's name, see `app/maps/names.py`."""


def category_color(category: object) -> str:
    """Return the colour of a category of key points."""
    return theme.CATEGORY_COLORS.get(str(category), theme.OTHER_COLOR)


def key_point_signs(study: Study) -> list[Layer]:
    """Return the signs of all key points and their names."""
    # the important first: they win the room for their name
    points = study.area.key_points
    points = points.assign(
        size_px=points["category"].map(SIGN_PX).fillna(OTHER_SIGN_PX).astype(int)
    )
    points = points.sort_values("size_px", ascending=False, kind="stable")
    shifts = [shift.code for shift in study.area.shifts]
    signs, names = [], []
    for row, place in zip(points.itertuples(), to_lonlat(points.geometry), strict=True):
        counts = _counts(study.key_point_table, row.Index, shifts)
        signs.append(_sign(row, place, counts))
        names.append(_name(row, place))
    return [
        {"kind": "icons", "items": signs, "spread": True},
        {"kind": "labels", "items": names},
    ]


def _sign(row: Any, place: shapely.Point, counts: list[str]) -> dict[str, object]:
    """Describe the sign of a key point."""
    return {
        "at": lat_lon(place),
        "text": sign_category(row.category),
        "shape": "square",
        "color": category_color(row.category),
        "ink": theme.PAPER,
        "size": row.size_px,
        "rank": row.size_px,
        "tip": [row.name, name_category(row.category), *counts],
    }


def _name(row: Any, place: shapely.Point) -> dict[str, object]:
    """Describe the name beside the sign of a key point."""
    return {
        "at": lat_lon(place),
        "text": row.name,
        "beside": row.size_px / 2 + 3,
        "look": "place",
        "rank": -row.size_px if row.category in SIGN_PX else LEAST_RANK,
        "from": NAMES_FROM_ZOOM,
    }


def key_point_rows(study: Study) -> list[dict[str, object]]:
    """Return the legend's rows: the categories that the area has."""
    known = list(theme.CATEGORY_COLORS)
    categories = sorted(
        study.area.key_points["category"].unique(),
        key=lambda category: known.index(category) if category in known else len(known),
    )
    return [
        {
            "swatch": "icon",
            "shape": "square",
            "color": category_color(category),
            "ink": theme.PAPER,
            "text": sign_category(category),
            "label": name_category(category),
        }
        for category in categories
    ]


def _counts(table: pd.DataFrame, key_point: str, shifts: list[str]) -> list[str]:
    """Say how many incidents lie near a key point, by shift."""
    if key_point not in table.index:
        return []
    row = table.loc[key_point].to_dict()
    said = [
        t("{shift} {n} 起", shift=name_shift(shift), n=number(row[f"n_{shift}"]))
        for shift in shifts
        if f"n_{shift}" in table.columns
    ]
    return [t("沿街可达范围内：{counts}", counts=" · ".join(said))]
