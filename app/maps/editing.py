"""Maps that give something back: a place that was clicked, or shapes that were drawn."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import geopandas as gpd
import pandas as pd
import shapely
import streamlit as st

from app.i18n import current_language, t
from app.maps import legend
from app.maps.basemap import basemap
from app.maps.context import booth_signs, facility_rows, facility_signs
from app.maps.edit_frame import Ground, read_ground, show_editor
from app.maps.edit_words import draw_words, pick_words
from app.maps.frame import build_map
from app.maps.geometry import LONLAT, Layer, bounds_of
from app.maps.names import ground_names
from data.area import Area

EDIT_HEIGHT_PX = 560
MOST_GROUNDS = 12

AROUND_DEG = 0.002
"""What is shown around a place and its candidates: about 200 m."""


@dataclass(frozen=True)
class Picked:
    """A place that a person chose on the map."""

    lon: float
    lat: float
    candidate: int | None
    """Position of the candidate that was chosen; None for any other place."""


@dataclass(frozen=True)
class Drawn:
    """What a person has drawn since the editor was opened."""

    changed: gpd.GeoSeries
    """Shapes new or corrected, by number, in longitude and latitude."""
    removed: tuple[int, ...]


def pick_place(
    area: Area,
    *,
    key: str,
    revision: str,
    at: tuple[float, float] | None = None,
    candidates: pd.DataFrame | None = None,
    height_px: int = EDIT_HEIGHT_PX,
) -> Picked | None:
    """
    Let a reader choose one place by a click, by dragging its pin, or among candidates.

    Parameters
    ----------
    revision
        Of what the place is chosen; a new one forgets the place chosen before.
    at
        Longitude and latitude known so far.
    candidates
        Columns `lon`, `lat` and `name`; they are numbered from 1 on the map.

    Returns
    -------
    picked
        None until something was chosen.
    """
    places = pd.DataFrame(columns=["lon", "lat", "name"]) if candidates is None else candidates
    task: dict[str, object] = {
        "mode": "pick",
        "at": None if at is None else [at[1], at[0]],
        "candidates": [
            {"at": [float(lat), float(lon)], "tip": [f"{i}. {name}"]}
            for i, (lon, lat, name) in enumerate(places[["lon", "lat", "name"]].to_numpy(), 1)
        ],
        "focus": _focus(at, places),
    }
    said = t("候选地点 {n} 处", n=len(places)) if len(places) else t("在地图上指定地点")
    value = show_editor(
        _ground(area, said),
        task,
        revision=revision,
        words=pick_words(),
        names={},
        key=key,
        height_px=height_px,
    )
    if value is None:
        return None
    return Picked(float(value["lon"]), float(value["lat"]), value["candidate"])


def draw_shapes(
    area: Area,
    shapes: gpd.GeoSeries,
    names: Mapping[int, str],
    *,
    kind: str,
    unit: str,
    key: str,
    revision: str,
    last: int | None = None,
    single: bool = False,
    hidden: frozenset[str] = frozenset(),
    height_px: int = EDIT_HEIGHT_PX,
) -> Drawn | None:
    """
    Let a reader draw, correct and remove areas or points.

    Parameters
    ----------
    shapes
        In longitude and latitude, indexed by a number from 1 that the map shows.
    names
        Name of each shape, by its number.
    kind
        `polygon` or `point`.
    unit
        What one shape is, for the caption.
    revision
        Names this editing; a new one begins with `shapes` again.
    last
        The highest number that was ever given; the next shape gets the one above.
    single
        Whether there is only one shape, as there is one boundary.
    hidden
        What the ground leaves out because it is drawn here: names of `data.kept.LAYERS`.

    Returns
    -------
    drawn
        None until something was done.
    """
    task: dict[str, object] = {
        "mode": "draw",
        "shape": kind,
        "single": single,
        "together": True,
        "last": max([last or 0, *shapes.index]) if len(shapes) or last else 0,
        "shapes": [
            {"no": int(number), "geometry": json.loads(shapely.to_geojson(shape))}
            for number, shape in shapes.items()
        ],
        "focus": None,
    }
    value = show_editor(
        _ground(area, t("{unit} {n} 个", unit=unit, n=len(shapes)), hidden),
        task,
        revision=revision,
        words=draw_words(kind, unit),
        names=names,
        key=key,
        height_px=height_px,
    )
    return None if value is None else _read_drawn(value)


def _read_drawn(value: Mapping[str, Any]) -> Drawn:
    """Turn what the browser sent into shapes."""
    made = {
        int(item["no"]): shapely.from_geojson(json.dumps(item["geometry"]))
        for item in value["changed"]
    }
    changed = gpd.GeoSeries(list(made.values()), index=pd.Index(list(made), dtype=int), crs=LONLAT)
    return Drawn(changed, tuple(int(number) for number in value["removed"]))


def _focus(at: tuple[float, float] | None, places: pd.DataFrame) -> list[list[float]] | None:
    """Return the corners of what should be seen: the place and its candidates, with some ground."""
    lon = [*places["lon"].astype(float), *([at[0]] if at else [])]
    lat = [*places["lat"].astype(float), *([at[1]] if at else [])]
    if not lon:
        return None
    south, north = min(lat) - AROUND_DEG, max(lat) + AROUND_DEG
    return [[south, min(lon) - AROUND_DEG], [north, max(lon) + AROUND_DEG]]


def _ground(area: Area, caption: str, hidden: frozenset[str] = frozenset()) -> Ground:
    """Return the map of an area without incidents, drawn once for each state of the area."""
    return _kept_ground(area, caption, hidden, area.content_hash, current_language())


@st.cache_resource(show_spinner=False, max_entries=MOST_GROUNDS)
def _kept_ground(
    _area: Area, caption: str, hidden: frozenset[str], content: str, language: str
) -> Ground:
    """Draw the map; `content` and `language` only tell one drawing from another."""
    del content, language
    communities = _area.communities.head(0 if "communities" in hidden else len(_area.communities))
    shown = replace(_area, communities=communities)
    # the outline is the last layer of the ground, above everything else
    land = basemap(shown)[: -1 if "boundary" in hidden else None]
    layers: list[Layer] = [*land, ground_names(shown)]
    blocks: list[legend.Block] = [] if "boundary" in hidden else [legend.ground_block()]
    if "facilities" not in hidden and len(_area.key_points):
        layers += facility_signs(_area.key_points)
        blocks.append({"title": t("重点点位"), "rows": facility_rows(_area.key_points)})
    if "booths" not in hidden:
        layers += booth_signs(_area.booths)
    outline = gpd.GeoSeries([_area.boundary], crs=_area.crs)
    return read_ground(
        build_map(_area, layers, bounds=bounds_of(outline), caption=caption, legend=blocks)
    )
