"""What is to be fetched from OpenStreetMap's servers, checked and said before anything is asked."""

import math
import zoneinfo
from dataclasses import dataclass
from pathlib import Path

import shapely
from pyproj import Geod
from shapely.geometry.base import BaseGeometry

from data import nominatim, overpass
from data.errors import N_, AreaError, FaultList, Message
from data.folder import STREET_MARGIN_M
from data.overpass import Box
from data.tables import read_layer
from data.web_questions import host_of

MOST_KM2 = 100.0
_M_PER_DEGREE = 111_320.0
"""Of latitude; within half a percent everywhere."""
_POLAR = 85.0


@dataclass(frozen=True)
class FetchRequest:
    """What is to be fetched, from whom; exactly one of place, bbox and boundary is given."""

    place: str | None = None
    bbox: Box | None = None
    boundary: Path | None = None
    """A file with the outline; it is not sent, only the box around it."""
    overpass_url: str = overpass.PUBLIC
    nominatim_url: str = nominatim.PUBLIC
    max_km2: float = MOST_KM2
    name: str | None = None
    timezone: str = "Asia/Shanghai"


def describe_request(request: FetchRequest) -> list[Message]:
    """
    Say what will be asked of which server, and what it learns by that.

    Raises
    ------
    AreaError
        If the request is not one: no area or several, a box that is none, a wrong address.

    Examples
    --------
    >>> for sentence in describe_request(FetchRequest(bbox=(117.19, 39.13, 117.21, 39.15))):
    ...     print(sentence)
    overpass-api.de is asked for the map of the box 117.1807,39.1228,117.2193,39.1572, 12.7 km².
    It learns this, and the network address of this computer, as every web server does.
    Nothing else leaves this computer: no incident, no list and no name of a person.
    """
    host = host_of(request.overpass_url)
    if request.timezone not in zoneinfo.available_timezones():
        raise AreaError(
            Message.of(N_("There is no time zone {name}."), name=request.timezone),
            N_("Write it like Asia/Shanghai."),
        )
    outline = known_outline(request)
    said = []
    if outline is None:
        text = N_("{host} is asked where {name} lies.")
        asked = host_of(request.nominatim_url)
        said.append(Message.of(text, host=asked, name=request.place))
        text = N_("{host} is asked for the map of the box around that place.")
        said.append(Message.of(text, host=host))
        learns = N_("They learn this, and the network address of this computer, as web servers do.")
    else:
        box = widen(outline.bounds)
        check_size(box, request.max_km2)
        text = N_("{host} is asked for the map of the box {box}, {km2} km².")
        said.append(Message.of(text, host=host, box=write_box(box), km2=round(area_km2(box), 1)))
        learns = N_(
            "It learns this, and the network address of this computer, as every web server does."
        )
    nothing = N_("Nothing else leaves this computer: no incident, no list and no name of a person.")
    return [*said, Message.of(learns), Message.of(nothing)]


def widen(bounds: Box) -> Box:
    """
    Widen a box by the margin within which streets around an area are used.

    Examples
    --------
    >>> widen((117.0, 0.0, 117.1, 0.1))[1]  # 800 m south of the equator
    -0.007...
    """
    west, south, east, north = bounds
    lat = STREET_MARGIN_M / _M_PER_DEGREE
    lon = lat / math.cos(math.radians(min(max(abs(south), abs(north)), _POLAR)))
    south, north = max(south - lat, -90.0), min(north + lat, 90.0)
    return max(west - lon, -180.0), south, min(east + lon, 180.0), north


def area_km2(box: Box) -> float:
    """
    Return the area of a box on the ground.

    Examples
    --------
    >>> round(area_km2((117.0, 0.0, 118.0, 1.0)))
    12309
    """
    square_m, _ = Geod(ellps="WGS84").geometry_area_perimeter(shapely.box(*box))
    return abs(float(square_m)) / 1e6


def write_box(box: Box) -> str:
    """Write a box as an option of the command line has it."""
    return ",".join(f"{degrees:.4f}" for degrees in box)


def known_outline(request: FetchRequest) -> BaseGeometry | None:
    """Return the outline that the request itself gives; None if a server must be asked for it."""
    given = [request.place, request.bbox, request.boundary]
    if sum(part is not None for part in given) != 1:
        remedy = N_("Give exactly one of --place, --bbox and --boundary.")
        raise AreaError(N_("It is not clear which area is meant."), remedy)
    if request.bbox is not None:
        return _box_outline(request.bbox)
    if request.boundary is not None:
        return _file_outline(request.boundary)
    if not (request.place or "").strip():
        raise AreaError(N_("The name of the place is empty."), nominatim.SAY_WHERE)
    return None


def _box_outline(box: Box) -> BaseGeometry:
    west, south, east, north = box
    if not (-180 <= west < east <= 180 and -90 <= south < north <= 90):  # noqa: PLR2004  # degrees
        raise AreaError(
            Message.of(N_("{box} is not a box in degrees."), box=write_box(box)),
            N_("Write west,south,east,north, such as 117.19,39.13,117.21,39.15."),
        )
    return shapely.box(*box)


def _file_outline(file: Path) -> BaseGeometry:
    """Unite the areas of a map layer."""
    try:
        layer = read_layer(file)
    except AreaError as error:
        raise AreaError(error.named(file.name)) from error
    areas = layer.geometry[layer.geom_type.isin(["Polygon", "MultiPolygon"])]
    if areas.empty:
        faults = FaultList(file.name)
        faults.add(N_("The boundary holds no area."), N_("Draw it as a closed polygon."))
        faults.raise_if_any(AreaError)
    outline: BaseGeometry = areas.make_valid().union_all()
    return outline


def check_size(box: Box, max_km2: float) -> None:
    """Refuse a box that is larger than agreed."""
    km2 = area_km2(box)
    if km2 > max_km2:
        text = N_("The box to ask for measures {km2} km², more than {most} km².")
        raise AreaError(
            Message.of(text, km2=round(km2), most=round(max_km2)),
            N_("Choose a smaller area, or allow more with --max-km2."),
        )
