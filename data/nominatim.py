"""The name of a place -> its outline, as a Nominatim server knows it."""

from collections.abc import Iterator
from typing import Any

import shapely
from shapely.errors import ShapelyError
from shapely.geometry import shape
from shapely.geometry.base import BaseGeometry

from data.downloads import download
from data.errors import N_, AreaError, Message
from data.overpass_answers import read_json
from data.web_questions import Clock, Limits, Question, Tell, host_of

PUBLIC = "https://nominatim.openstreetmap.org"
MOST_FOUND = "5"
SAY_WHERE = N_("Give its box with --bbox, or its outline with --boundary.")


def find_place(
    name: str,
    url: str,
    tell: Tell,
    *,
    limits: Limits | None = None,
    clock: Clock | None = None,
) -> tuple[str, BaseGeometry]:
    """
    Ask a Nominatim server where a place lies.

    Parameters
    ----------
    name
        As one would write it in a search box; nothing else is sent.
    url
        Address of the server's interface, with or without `/search`.
    tell, limits, clock
        As `data.downloads.download` takes them.

    Returns
    -------
    full_name, outline
        Of the first place found that has an outline; in longitude and latitude.

    Raises
    ------
    AreaError
        If there is no such place, it is known as a point or a line only, or the answer is damaged.
    """
    stage = Message.of(N_("The place"))
    tell(stage, 0)
    address = url.rstrip("/").removesuffix("/search") + "/search"
    query = {"q": name, "format": "jsonv2", "polygon_geojson": "1", "limit": MOST_FOUND}
    content = download(Question(address, query), stage, tell, limits=limits, clock=clock)
    found = read_json(content, host_of(url))
    if not isinstance(found, list) or not all(isinstance(place, dict) for place in found):
        what = N_("The answer of {host} is not that of a Nominatim server.")
        raise AreaError(Message.of(what, host=host_of(url)), SAY_WHERE)
    if not found:
        what = N_("No place of this name is known: {name}.")
        raise AreaError(Message.of(what, name=name), SAY_WHERE)
    outlined = next(_with_outline(found), None)
    if outlined is None:
        what = N_("{name} is known as a point or a line only, not as an area.")
        raise AreaError(Message.of(what, name=name), SAY_WHERE)
    return outlined


def _with_outline(found: list[dict[str, Any]]) -> Iterator[tuple[str, BaseGeometry]]:
    """Yield the places that are areas, the likeliest first."""
    for place in found:
        try:
            outline = shapely.make_valid(shape(place.get("geojson") or {}))
            west, south, east, north = outline.bounds
        except (ShapelyError, AttributeError, KeyError, TypeError, ValueError):
            continue  # a shape that is none
        is_area = outline.geom_type in {"Polygon", "MultiPolygon"} and outline.area > 0
        if is_area and -180 <= west <= east <= 180 and -90 <= south <= north <= 90:  # noqa: PLR2004
            yield str(place.get("display_name", "")), outline
