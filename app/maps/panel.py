"""The ground of the maps of a panel: the area, its names and key points, and what lies on it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import folium
import geopandas as gpd
import pandas as pd

from app.i18n import t
from app.maps import legend
from app.maps.basemap import basemap
from app.maps.frame import build_map
from app.maps.geometry import Layer, bounds_of
from app.maps.names import ground_names
from app.maps.points import key_point_signs

if TYPE_CHECKING:  # app/study.py writes the map of a study: at run time the arrow is the other way
    from app.study import Study

PANEL_MAP_PX = 480
NEARBY_M = 500.0
"""Key points further outside the area do not widen the view."""


def panel_map(
    study: Study, layers: list[Layer], caption: str, blocks: list[legend.Block]
) -> folium.Map:
    """Draw layers over the area, with its key points as signs."""
    area = study.area
    points = {"name": t("重点点位"), "shown": True, "instead": False}
    signs = [{**layer, "group": points} for layer in key_point_signs(study)]
    near = area.key_points[area.key_points.distance(area.boundary) <= NEARBY_M]
    places = pd.concat([gpd.GeoSeries([area.boundary], crs=area.crs), near.geometry])
    return build_map(
        area,
        [*basemap(area), *layers, ground_names(area), *signs],
        bounds=bounds_of(places),
        caption=caption,
        legend=[*blocks, legend.ground_block()],
    )
