"""Places and dates of a clean-up that a reader may choose, and one that an area records itself."""

import json
from dataclasses import dataclass
from datetime import date
from typing import Any

import geopandas as gpd
from shapely import Point

from app.panels.place_streets import count_on_streets
from app.study import Study
from spatial.concentration import top_units

RECORD = "truth.json"
"""What an invented area records of the clean-up that was planted in it (data/sample)."""
TOP = 12
RADIUS_M = 75.0


@dataclass(frozen=True)
class Cleanup:
    """A clean-up as an area records it."""

    name: str
    place: Point
    """Metres, in the area's CRS."""
    day: date
    radius_m: float


def recorded_cleanup(study: Study) -> Cleanup | None:
    """Return the clean-up that the area's folder records; None where it records none."""
    file = study.area.folder / RECORD
    try:
        found: Any = json.loads(file.read_text(encoding="utf-8"))["displacement"]
        before = found["before"]
        lonlat = Point(float(before["lon"]), float(before["lat"]))
        return Cleanup(
            str(before["name"]),
            gpd.GeoSeries([lonlat], crs=4326).to_crs(study.area.crs).iloc[0],
            date.fromisoformat(found["cleanup_on"]),
            float(found["treated_m"]),
        )
    except (OSError, ValueError, KeyError, TypeError):  # no such record, or another layout
        return None


def places_to_choose(study: Study, recorded: Cleanup | None) -> dict[str, tuple[str, Point]]:
    """List places by a key: name and middle; the recorded one, full segments, key points."""
    places: dict[str, tuple[str, Point]] = {}
    if recorded is not None:
        places["recorded"] = (recorded.name, recorded.place)
    streets = count_on_streets(study)
    top = top_units(streets.n, at_most=TOP).index
    for segment, name in zip(top, streets.tell(top), strict=True):
        middle = streets.lixels.geometry[segment].interpolate(0.5, normalized=True)
        places[f"segment {segment}"] = (name, middle)
    for point, name, place in study.area.key_points[["name", "geometry"]].itertuples():
        places[f"point {point}"] = (str(name), place)
    return places
