"""Map files at the door: the first checks, and the sentence for what cannot be read."""

from pathlib import Path

from data.errors import N_, FaultList, Message, NetworkError

OSM_FORMATS = {
    ".osm": "osm",
    ".osm.gz": "osm.gz",
    ".osm.bz2": "osm.bz2",
    ".osm.pbf": "osm.pbf",
    ".pbf": "osm.pbf",
}
LINE_SUFFIXES = (".shp", ".gpkg", ".geojson", ".json")
DAMAGED = N_("The file is damaged, cut short or not what its name says.")
FETCH_AGAIN = N_("Export or copy it again, and keep its file name extension.")


def refusal(
    path: str | Path, what: str | Message, remedy: str | Message, value: object = None
) -> NetworkError:
    """
    Return the error that refuses a map file; the file is named without its folder.

    Examples
    --------
    >>> print(refusal("maps/town.osm", "The file is empty.", "Copy it again."))
    town.osm: The file is empty. Copy it again.
    """
    faults = FaultList(Path(path).name)
    faults.add(what, remedy, value=value)
    return NetworkError(faults.faults)


def osm_format(path: Path) -> str | None:
    """
    Return the name of an OSM file's format by its suffix, None if it has another.

    Examples
    --------
    >>> osm_format(Path("Town.OSM.PBF")), osm_format(Path("streets.shp"))
    ('osm.pbf', None)
    """
    name = path.name.lower()
    return next((kind for suffix, kind in OSM_FORMATS.items() if name.endswith(suffix)), None)


def read_content(path: Path) -> bytes:
    """
    Return the bytes of a file.

    Raises
    ------
    NetworkError
        If the file is missing, empty or may not be read, because nothing can be made of it.
    """
    try:
        content = path.read_bytes()
    except FileNotFoundError:
        raise refusal(path, N_("The file does not exist."), N_("Check its name.")) from None
    except OSError as error:
        what, remedy = N_("The file cannot be opened."), N_("Close it elsewhere and allow access.")
        raise refusal(path, what, remedy, error.strerror) from None
    if not content:
        raise refusal(path, N_("The file is empty."), FETCH_AGAIN)
    return content
