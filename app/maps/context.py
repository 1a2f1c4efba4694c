"""What stands in an area, as signs: facilities and booths, without any figures."""

from typing import Any

import geopandas as gpd

from app.i18n import t
from app.labels import name_booth_status, name_category, sign_category
from app.maps import theme
from app.maps.geometry import Layer, lat_lon, to_lonlat
from app.maps.points import LEAST_RANK, NAMES_FROM_ZOOM, category_color

SIGN_PX = 22
BOOTH_PX = 26


def facility_signs(facilities: gpd.GeoDataFrame) -> list[Layer]:
    """Draw facilities with their names."""
    places = to_lonlat(facilities.geometry)
    signs: list[dict[str, object]] = []
    names: list[dict[str, object]] = []
    for row, place in zip(facilities.itertuples(), places, strict=True):
        signs.append({"at": lat_lon(place), "rank": 1, "tip": [row.name], **_facility_look(row)})
        names.append(
            {
                "at": lat_lon(place),
                "text": row.name,
                "beside": SIGN_PX / 2 + 3,
                "look": "place",
                "rank": LEAST_RANK,
                "from": NAMES_FROM_ZOOM,
            }
        )
    return [{"kind": "icons", "items": signs, "spread": True}, {"kind": "labels", "items": names}]


def facility_rows(facilities: gpd.GeoDataFrame) -> list[dict[str, object]]:
    """Return the legend's rows: the categories that are there."""
    kinds = facilities.drop_duplicates("category").sort_values("category")
    return [
        {"swatch": "icon", **_facility_look(row), "label": name_category(row.category)}
        for row in kinds.itertuples()
    ]


def booth_signs(booths: gpd.GeoDataFrame) -> list[Layer]:
    """Draw booths."""
    items = [
        {
            "at": lat_lon(place),
            "text": t("岗"),
            "shape": "shield",
            "color": theme.BOOTH_COLORS.get(row.status, theme.OTHER_COLOR),
            "ink": theme.PAPER,
            "size": BOOTH_PX,
            "rank": 2,
            "tip": [row.name or row.Index, name_booth_status(row.status)],
        }
        for row, place in zip(booths.itertuples(), to_lonlat(booths.geometry), strict=True)
    ]
    return [{"kind": "icons", "items": items, "spread": False}]


def _facility_look(row: Any) -> dict[str, object]:
    """Return shape, colour and sign of a facility."""
    return {
        "text": sign_category(row.category),
        "shape": "square",
        "color": category_color(row.category),
        "ink": theme.PAPER,
        "size": SIGN_PX,
    }
