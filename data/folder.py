"""The files of an area folder: find them, read them, and collect every fault of all of them."""

import math
import tomllib
import zoneinfo
from collections.abc import Mapping
from dataclasses import dataclass, fields
from pathlib import Path
from types import MappingProxyType
from typing import Any

import geopandas as gpd
from pyproj import CRS
from pyproj.exceptions import CRSError
from shapely import Point, make_valid
from shapely.geometry.base import BaseGeometry

from data import frames
from data.errors import N_, AreaError, Fault, FaultList, Message, XungeError
from data.graphs import StreetGraph
from data.line_layers import split_layer
from data.network import read_streets
from data.settings import Settings, read_settings
from data.tables import WGS84, read_layer, read_table
from data.visits import visit_frame

FILES = MappingProxyType(
    {
        "network": "streets.osm",
        "boundary": "boundary.geojson",
        "communities": "communities.geojson",
        "key_points": "key_points.csv",
        "staffing": "staffing.csv",
        "incidents": "incidents.csv",
        "booths": "booths.csv",
        "cameras": "cameras.csv",
        "visits": "visits.csv",
    }
)
"""What the files are called where `[files]` of `area.toml` says nothing else."""

OWN_NAMES = ("name", "id", "timezone", "demo", "osm", "crs", "files", "base")
"""What may stand in `area.toml` besides the settings."""
LON_LAT_BOUNDS = MappingProxyType({"lon": 180.0, "lat": 90.0})

STREET_MARGIN_M = 800.0
"""Streets are kept this far beyond the boundary: the way round may lie outside."""


@dataclass(frozen=True)
class Folder:
    """What the files of an area say, before they are fitted together; places in lon/lat."""

    path: Path
    key: str
    """Names the area in a store that holds several."""
    name: str
    spec: Mapping[str, Any]
    settings: Settings
    timezone: str
    paths: Mapping[str, str]
    base: Point | None
    """Where teams without a base of their own start."""
    boundary: BaseGeometry | None
    tables: Mapping[str, Any]
    streets: StreetGraph | None
    """None where there is no such file and nobody needs one."""
    notices: tuple[Message, ...]


def read_key(path: Path) -> str:
    """Return under which name a store keeps an area: its `id`, else its name, else the folder's."""
    spec = _read_spec(path)
    return str(spec.get("id", _read_name(spec, path)))


def read_timezone(path: Path) -> str:
    """Return the time zone of an area, that of China where `area.toml` names none that exists."""
    return _read_timezone(_read_spec(path), FaultList("area.toml"))


def find_streets(path: Path) -> Path | None:
    """Return the file of an area's street network; None where there is none."""
    found = _find_files(path, _read_spec(path), FaultList())
    file, _ = split_layer(found["network"])
    return file if file.is_file() else None


def _read_name(spec: Mapping[str, Any], path: Path) -> str:
    return str(spec.get("name", path.resolve().name))


def read_folder(
    path: Path, *, boundary: BaseGeometry | None = None, streets_needed: bool = True
) -> Folder:
    """
    Read every file of an area folder.

    Parameters
    ----------
    path
        Holds `area.toml` and the files that it names. Only the street network must be there.
    boundary
        An outline in longitude and latitude that stands in the place of the file's.
    streets_needed
        Whether a folder without streets is a fault.

    Returns
    -------
    folder
        The frames by table name, None where there is no such file.

    Raises
    ------
    AreaError
        If anything is wrong with any file; every fault of every file is in it.
    """
    spec = _read_spec(path)
    own = FaultList("area.toml")
    _check_names(spec, own)
    settings = read_settings(spec, own)
    timezone = _read_timezone(spec, own)
    crs = _read_crs(spec, own)
    base = _read_base(spec, own)
    paths = _find_files(path, spec, own)
    reader = _Reader(paths, timezone, own.faults)
    drawn = reader.read("boundary", _read_boundary)
    boundary = drawn if boundary is None else boundary
    tables = {name: reader.read(name, read) for name, read in _READERS.items()}
    clip = _surroundings(boundary)
    if not streets_needed and not split_layer(paths["network"])[0].is_file():
        del paths["network"]
    network = reader.read(
        "network", lambda file, _zone, _faults: read_streets(file, crs=crs, clip=clip)
    )
    if reader.faults:
        raise AreaError(reader.faults)
    streets, notices = network or (None, ())
    return Folder(
        path=path,
        key=str(spec.get("id", _read_name(spec, path))),
        name=_read_name(spec, path),
        spec=spec,
        settings=settings,
        timezone=timezone,
        paths=paths,
        base=base,
        boundary=boundary,
        tables=tables,
        streets=streets,
        notices=notices,
    )


class _Reader:
    """Reads the files of an area one by one and keeps every fault under its file's name."""

    def __init__(self, paths: Mapping[str, str], timezone: str, faults: list[Fault]) -> None:
        self.paths, self.timezone, self.faults = paths, timezone, faults

    def read(self, name: str, reader: Any) -> Any:
        """Return what `reader` makes of the file, or None if there is none or it is faulty."""
        if name not in self.paths:
            return None
        own = FaultList(Path(self.paths[name]).name)
        try:
            return reader(self.paths[name], self.timezone, own)
        except XungeError as error:
            own.faults.extend(error.named(own.file))
            return None
        finally:
            self.faults.extend(own.faults)


def _read_spec(folder: Path) -> dict[str, Any]:
    """Parse `area.toml`."""
    file = folder / "area.toml"
    if not file.is_file():
        faults = FaultList(str(file))
        faults.add(
            N_("This folder is not an area: it has no area.toml."),
            N_("Choose the folder that holds area.toml, or make one with: xunge new-area"),
        )
        faults.raise_if_any(AreaError)
    try:
        return tomllib.loads(file.read_bytes().decode("utf-8-sig"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        faults = FaultList("area.toml")
        faults.add(
            N_("The settings file cannot be read."),
            N_("Correct the line named here, and save the file as UTF-8."),
            value=error,
        )
        raise AreaError(faults.faults) from error


def _check_names(spec: Mapping[str, Any], faults: FaultList) -> None:
    """Refuse names that mean nothing, and what is not written as its name asks."""
    known = (*OWN_NAMES, *(section.name for section in fields(Settings)))
    for name in sorted(set(spec) - set(known)):
        choice = Message.of(N_("Use one of: {names}."), names=", ".join(known))
        faults.add(N_("There is no such setting."), choice, column=name)
    for name in ("files", "base"):
        if not isinstance(spec.get(name, {}), Mapping):
            brackets = N_("Write its name in square brackets.")
            faults.add(N_("This must be a table."), brackets, column=name, value=spec[name])
    for name in ("demo", "osm"):
        if not isinstance(spec.get(name, False), bool):
            remedy = Message.of(N_("Write it like this: {example}."), example="true")
            what = N_("This setting has the wrong type.")
            faults.add(what, remedy, column=name, value=spec[name])


def _read_base(spec: Mapping[str, Any], faults: FaultList) -> Point | None:
    """Read longitude and latitude of the base, or note what is wrong with them."""
    given = spec.get("base")
    if not isinstance(given, Mapping):
        return None
    own = FaultList(faults.file)
    for name in sorted(set(given) - set(LON_LAT_BOUNDS)):
        choice = Message.of(N_("Use one of: {names}."), names=", ".join(LON_LAT_BOUNDS))
        own.add(N_("There is no such setting."), choice, column=f"base.{name}")
    for name, bound in LON_LAT_BOUNDS.items():
        value = given.get(name, math.nan)
        number = isinstance(value, int | float) and not isinstance(value, bool)
        if not number or not -bound <= value <= bound:
            own.add(
                N_("The base needs a longitude and a latitude in degrees."),
                N_("Write it like lon = 117.9 and lat = 38.85."),
                column=f"base.{name}",
                value=given.get(name),
            )
    faults.faults.extend(own.faults)
    return None if own.faults else Point(given["lon"], given["lat"])


def _read_timezone(spec: Mapping[str, Any], faults: FaultList) -> str:
    name = str(spec.get("timezone", "Asia/Shanghai"))
    if name not in zoneinfo.available_timezones():
        faults.add(
            N_("There is no such time zone."),
            N_("Write it like Asia/Shanghai."),
            column="timezone",
            value=name,
        )
        return "Asia/Shanghai"
    return name


def _read_crs(spec: Mapping[str, Any], faults: FaultList) -> CRS | None:
    name = spec.get("crs", "auto")
    if name == "auto":
        return None
    try:
        crs = CRS.from_user_input(name)
    except CRSError:
        crs = None
    if crs is None or not crs.is_projected:
        faults.add(
            N_("This is not a projected coordinate system in metres."),
            N_('Write "auto", or one like EPSG:4548.'),
            column="crs",
            value=name,
        )
        return None
    return crs


def _find_files(folder: Path, spec: Mapping[str, Any], faults: FaultList) -> dict[str, str]:
    """Say where each file is: as `[files]` names it, or under its usual name if it is there."""
    named = spec.get("files", {})
    named = named if isinstance(named, Mapping) else {}
    for name in sorted(set(named) - set(FILES)):
        choice = Message.of(N_("Use one of: {names}."), names=", ".join(FILES))
        faults.add(N_("There is no such file entry."), choice, column=f"files.{name}")
    paths = {}
    for name, usual in FILES.items():
        path = str(folder / str(named.get(name, usual)))
        if name in named or name == "network" or split_layer(path)[0].is_file():
            paths[name] = path
    return paths


def _read_boundary(path: str, _timezone: str, faults: FaultList) -> BaseGeometry | None:
    layer = read_layer(path)
    areas = layer.geometry[layer.geom_type.isin(["Polygon", "MultiPolygon"])]
    if areas.empty:
        faults.add(N_("The boundary holds no area."), N_("Draw it as a closed polygon."))
        return None
    outline: BaseGeometry = make_valid(areas.union_all())
    return outline


def _read_communities(path: str, _timezone: str, faults: FaultList) -> gpd.GeoDataFrame:
    table = read_table(path, "communities")
    return frames.community_frame(table, read_layer(path).geometry, faults)


def _read_incidents(path: str, timezone: str, faults: FaultList) -> Any:
    return frames.incident_frame(read_table(path, "incidents"), timezone, faults)


_READERS = MappingProxyType(
    {
        "communities": _read_communities,
        "key_points": lambda path, _zone, faults: frames.key_point_frames(
            read_table(path, "key_points"), faults
        ),
        "staffing": lambda path, _zone, faults: frames.staffing_frame(
            read_table(path, "staffing"), faults
        ),
        "incidents": _read_incidents,
        "booths": lambda path, _zone, faults: frames.booth_frame(
            read_table(path, "booths"), faults
        ),
        "cameras": lambda path, _zone, faults: frames.camera_frame(
            read_table(path, "cameras"), faults
        ),
        "visits": lambda path, zone, faults: visit_frame(read_table(path, "visits"), zone, faults),
    }
)


def _surroundings(boundary: BaseGeometry | None) -> BaseGeometry | None:
    """Return the part of the world whose streets matter, in lon/lat; None: all of the file."""
    if boundary is None:
        return None
    outline = gpd.GeoSeries([boundary], crs=WGS84)
    near = outline.to_crs(outline.estimate_utm_crs()).buffer(STREET_MARGIN_M)
    surroundings: BaseGeometry = near.to_crs(WGS84).iloc[0]
    return surroundings
