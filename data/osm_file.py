"""OpenStreetMap files for osmium: opened, put in order, and refused in words if damaged."""

from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import osmium

from data.errors import N_, Message
from data.map_files import DAMAGED, FETCH_AGAIN, OSM_FORMATS, osm_format, read_content, refusal

OSMIUM_ERRORS = (RuntimeError, osmium.InvalidLocationError)
"""What osmium raises for damaged content; it has no kind of its own for that."""


def open_osm(path: Path) -> osmium.io.FileBuffer:
    """
    Return the content of an OSM file for osmium, nodes before ways and ids in rising order.

    It is read by Python, because osmium opens no path with Chinese characters on Windows.

    Raises
    ------
    NetworkError
        If the file is missing, empty, damaged or of another kind.
    """
    kind = osm_format(path)
    if kind is None:
        remedy = Message.of(N_("Use one of: {names}."), names=", ".join(OSM_FORMATS))
        raise refusal(path, N_("This is not an OpenStreetMap file."), remedy)
    content = read_content(path)
    buffer = osmium.io.FileBuffer(content, kind)
    # binary extracts are sorted by every tool that writes them; XML from editors may not be
    if kind == "osm.pbf" or _is_sorted(path, buffer):
        return buffer
    return osmium.io.FileBuffer(_sort(content, kind), "osm.pbf")


def osm_objects(path: Path, processor: osmium.FileProcessor) -> Iterator[Any]:
    """
    Yield the objects of an OSM file; each is valid only until the next one.

    Raises
    ------
    NetworkError
        If the file turns out to be damaged or cut short.
    """
    try:
        yield from processor
    except OSMIUM_ERRORS as error:
        raise refusal(path, DAMAGED, FETCH_AGAIN, error) from None


def _is_sorted(path: Path, buffer: osmium.io.FileBuffer) -> bool:
    """Tell whether nodes come before ways before relations, each by id."""
    last = (0, 0)
    for item in osm_objects(path, osmium.FileProcessor(buffer)):
        place = (0 if item.is_node() else 1 if item.is_way() else 2, item.id)
        if place < last and last != (0, 0):
            return False
        last = place
    return True


def _sort(content: bytes, kind: str) -> bytes:
    """Return the same objects in order."""
    inputs = osmium.MergeInputReader()
    inputs.add_buffer(content, kind)
    with TemporaryDirectory() as folder:
        path = Path(folder, "sorted.osm.pbf")
        writer = osmium.SimpleWriter(str(path))
        inputs.apply(writer)
        writer.close()
        return path.read_bytes()
