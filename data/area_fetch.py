"""A new area from OpenStreetMap's servers: the one place from which anything is asked outside.

OSMnx builds the street graph, but does not do the asking. Its own requests (2.1) repeat a 429 or a
504 for ever and 55 s apart, whatever `Retry-After` says; they take answers of any size, and take a
`remark` that the server gave up for a whole answer; and where a name cannot be resolved they ask
8.8.8.8. So `data.downloads` asks, the answers are checked and written to an OSM file, and
`data.osm_streets` hands its streets to `osmnx.graph_from_xml` as it does with any other map file.
"""

import os
import re
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

import geopandas as gpd
import shapely
from shapely.geometry.base import BaseGeometry

from data import nominatim, overpass
from data.area import Area, read_area
from data.errors import N_, AreaError, FaultList, Message
from data.fetch_request import (
    FetchRequest,
    check_size,
    describe_request,
    known_outline,
    widen,
    write_box,
)
from data.ledger.findings import Findings
from data.ledger.osm_facilities import facilities_from_osm
from data.new_area import create_area
from data.osm_elements import write_osm
from data.overpass_answers import Answer
from data.sources import OSM_KEY_POINTS, Sources
from data.tables import WGS84
from data.web_questions import Clock, Limits, Tell, host_of

CREDIT = "# © OpenStreetMap contributors, ODbL 1.0, https://www.openstreetmap.org/copyright"
KEY_POINTS = OSM_KEY_POINTS | {"community_health_center", "tertiary_hospital"}
_STAMP = re.compile(r"[0-9TZ:-]+")
_FIRST_TABLE = re.compile(r"^\[", re.MULTILINE)
STAGES = (overpass.STREETS, overpass.PLACES, overpass.BASEMAP)


def fetch_area(
    request: FetchRequest,
    out: Path,
    tell: Tell,
    *,
    limits: Limits | None = None,
    clock: Clock | None = None,
) -> Area:
    """
    Fetch an area and write it as a new folder, or write nothing at all.

    Parameters
    ----------
    request
        What to fetch; `describe_request` says what that reveals.
    out
        The folder to make; it must not exist, or be empty.
    tell
        Called with the stage and the bytes received so far.
    limits, clock
        The usual ones if None.

    Returns
    -------
    area
        Streets with all tags, base map and facilities in one OSM file; the boundary; hospitals,
        pharmacies and police posts as key points. `osm = true` keeps the attribution.

    Raises
    ------
    AreaError
        If anything is wrong with the request, the folder, the network or an answer.
    NetworkError
        If no street of the answers lies in the area.

    Examples
    --------
    `tests/data/test_area_fetch.py` fetches the sample area from a server of its own.
    """
    describe_request(request)  # refuses what is wrong with the request
    _check_target(out)
    name, outline = request.name, known_outline(request)
    if outline is None:
        found, outline = nominatim.find_place(
            request.place or "", request.nominatim_url, tell, limits=limits, clock=clock
        )
        tell(Message.of(N_("Found: {name}"), name=found), 0)
        name = name or request.place
    box = widen(outline.bounds)
    check_size(box, request.max_km2)
    url = request.overpass_url
    answer = overpass.fetch_elements(STAGES, box, url, tell, limits=limits, clock=clock)
    if not any("highway" in element.get("tags", {}) for element in answer.elements.values()):
        what = Message.of(N_("There is no street in the box {box}."), box=write_box(box))
        raise AreaError(what, N_("Check the order: west, south, east, north in degrees."))
    tell(Message.of(N_("The area folder")), 0)
    with TemporaryDirectory(prefix="xunge-") as scratch:
        sources = _write_sources(Path(scratch), answer, outline)
        create_area(out, replace(sources, name=name, timezone=request.timezone))
    _name_origin(out / "area.toml", answer, host_of(url))
    return read_area(out)


def _check_target(out: Path) -> None:
    """Refuse a folder that cannot be made before anybody is asked for anything."""
    faults = FaultList(str(out))
    if out.exists() and (not out.is_dir() or any(out.iterdir())):
        faults.add(N_("There is already something here."), N_("Name a folder that does not exist."))
    above = next(folder for folder in out.absolute().parents if folder.exists())
    if not above.is_dir():
        faults.add(N_("A file stands where a folder should be."), N_("Name another folder."))
    elif not os.access(above, os.W_OK):
        faults.add(N_("Nothing may be written there."), N_("Name another folder."))
    faults.raise_if_any(AreaError)


def _write_sources(scratch: Path, answer: Answer, outline: BaseGeometry) -> Sources:
    """Write the files of which the area is made, and return which is what."""
    network, boundary = scratch / "streets.osm.pbf", scratch / "boundary.geojson"
    write_osm(answer.elements.values(), network)
    areas = [part for part in shapely.get_parts(outline) if part.geom_type.endswith("Polygon")]
    whole = shapely.union_all(areas)
    gpd.GeoDataFrame(geometry=[whole], crs=WGS84).to_file(boundary, driver="GeoJSON")
    found = facilities_from_osm(network, within=whole, findings=Findings())
    points = found[found["category"].isin(KEY_POINTS)]
    sources = Sources(network=str(network), boundary=str(boundary))
    if points.empty:
        return sources
    table = points[["name", "category", "address"]].assign(
        lon=points.geometry.x.map("{:.7f}".format), lat=points.geometry.y.map("{:.7f}".format)
    )
    key_points = scratch / "key_points.csv"
    table.to_csv(key_points, index_label="facility_id", encoding="utf-8-sig")
    return replace(sources, key_points=str(key_points))


def _name_origin(spec: Path, answer: Answer, host: str) -> None:
    """Say in `area.toml` whose data these are; the folder is whole before and after."""
    text = spec.read_text(encoding="utf-8")
    as_of = answer.as_of if _STAMP.fullmatch(answer.as_of) else "-"
    origin = f"{CREDIT}\n# {host}, {as_of}\n"
    part = spec.with_name("area.toml.part")
    try:
        part.write_text(
            origin + _FIRST_TABLE.sub("osm = true\n\n[", text, count=1), encoding="utf-8"
        )
        part.replace(spec)
    finally:
        part.unlink(missing_ok=True)
