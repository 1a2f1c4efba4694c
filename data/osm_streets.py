"""Streets from an OpenStreetMap file: highways of the area, handed to OSMnx."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from xml.sax.saxutils import quoteattr

import osmium
import shapely
from osmium.filter import EntityFilter, KeyFilter
from osmium.osm import NODE, WAY
from shapely.geometry.base import BaseGeometry

from data.errors import N_, Message
from data.graphs import StreetGraph
from data.map_files import refusal
from data.osm_file import open_osm, osm_objects
from data.osmnx_settings import NODE_TAGS, WAY_TAGS, load_osmnx

NO_STREETS = frozenset(
    {
        "abandoned",
        "bus_guideway",
        "construction",
        "corridor",
        "demolished",
        "disused",
        "elevator",
        "emergency_bay",
        "escape",
        "no",
        "planned",
        "platform",
        "proposed",
        "raceway",
        "razed",
        "rest_area",
        "services",
        "via_ferrata",
    }
)
"""Values of `highway` on which nobody patrols: not built, not there any more, or not a street."""


@dataclass
class _Extract:
    """The streets found in a file, and what was passed over."""

    ways: list[tuple[int, list[int], dict[str, str]]] = field(default_factory=list)
    places: dict[int, tuple[float, float]] = field(default_factory=dict)
    n_other: int = 0
    n_outside: int = 0
    n_missing: int = 0


def read_osm_streets(
    path: Path, *, clip: BaseGeometry | None = None
) -> tuple[StreetGraph, tuple[Message, ...]]:
    """
    Return the streets of an OSM file as OSMnx reads them, in lon/lat and not simplified.

    Buildings, rivers and railways are left out before OSMnx sees the file, because it would
    take every way for a street. A way whose nodes were clipped away is kept up to the gap.

    Parameters
    ----------
    path
        `.osm`, `.osm.gz`, `.osm.bz2` or `.osm.pbf`.
    clip
        Area in lon/lat; ways that do not touch its bounding box are left out. None keeps all.

    Returns
    -------
    streets, notices
        The graph, and what was left out, in words.

    Raises
    ------
    NetworkError
        If the file cannot be read or has no street in the area.
    """
    buffer = open_osm(path)
    extract = _extract(path, buffer, clip)
    if not extract.ways:
        what = N_("The file has no street in the area.")
        raise refusal(path, what, N_("Use a map file that covers the area and holds its streets."))
    tags = _node_tags(path, buffer, extract.places)
    with TemporaryDirectory() as folder:
        cut = Path(folder, "streets.osm")
        cut.write_text("\n".join(_xml(extract, tags)), encoding="utf-8")
        graph = load_osmnx().graph_from_xml(cut, retain_all=True, simplify=False)
    return graph, tuple(_notices(extract))


def _extract(path: Path, buffer: osmium.io.FileBuffer, clip: BaseGeometry | None) -> _Extract:
    """Collect the streets that touch the bounding box of the area."""
    extract = _Extract()
    window = None if clip is None else shapely.box(*clip.bounds)
    gap_ids = count(-1, -1)
    processor = osmium.FileProcessor(buffer, NODE | WAY).with_locations()
    for way in osm_objects(path, processor.with_filter(EntityFilter(WAY))):
        tags = {tag.k: tag.v for tag in way.tags if tag.k in WAY_TAGS}
        if tags.get("highway", "no") in NO_STREETS:
            extract.n_other += 1
            continue
        runs, n_missing = _runs(way)
        if window is not None and not any(_touches(run, window) for run in runs):
            extract.n_outside += 1
            continue
        extract.n_missing += n_missing
        for position, run in enumerate(runs):
            way_id = next(gap_ids) if position else way.id
            extract.ways.append((way_id, [ref for ref, _ in run], tags))
            extract.places.update(run)
    return extract


def _runs(way: Any) -> tuple[list[list[tuple[int, tuple[float, float]]]], int]:
    """Split a way where nodes are missing; return its parts of two nodes or more, and how many."""
    runs: list[list[tuple[int, tuple[float, float]]]] = [[]]
    n_missing = 0
    for node in way.nodes:
        if node.location.valid():
            runs[-1].append((node.ref, (node.location.lon, node.location.lat)))
        else:
            n_missing += 1
            runs.append([])
    return [run for run in runs if len(run) > 1], n_missing


def _touches(run: list[tuple[int, tuple[float, float]]], window: shapely.Polygon) -> bool:
    """Tell whether a part of a way meets the window."""
    line = shapely.LineString([place for _, place in run])
    return bool(window.intersects(line))


def _node_tags(
    path: Path, buffer: osmium.io.FileBuffer, places: Iterable[int]
) -> dict[int, dict[str, str]]:
    """Return the tags of gates and other barriers on the streets."""
    wanted = set(places)
    processor = osmium.FileProcessor(buffer, NODE).with_filter(KeyFilter("barrier"))
    return {
        node.id: {tag.k: tag.v for tag in node.tags if tag.k in NODE_TAGS}
        for node in osm_objects(path, processor)
        if node.id in wanted
    }


def _xml(extract: _Extract, node_tags: dict[int, dict[str, str]]) -> Iterator[str]:
    """Write the extract as OSM XML, line by line."""
    yield '<?xml version="1.0" encoding="UTF-8"?>\n<osm version="0.6">'
    for ref, (lon, lat) in extract.places.items():
        yield f'<node id="{ref}" lon="{lon:.7f}" lat="{lat:.7f}">'
        yield from _xml_tags(node_tags.get(ref, {}))
        yield "</node>"
    for way_id, refs, tags in extract.ways:
        yield f'<way id="{way_id}">'
        yield from (f'<nd ref="{ref}"/>' for ref in refs)
        yield from _xml_tags(tags)
        yield "</way>"
    yield "</osm>"


def _xml_tags(tags: dict[str, str]) -> Iterator[str]:
    """Write tags; characters that XML forbids are no part of a name."""
    for key, value in tags.items():
        text = "".join(letter for letter in value if letter.isprintable())
        yield f"<tag k={quoteattr(key)} v={quoteattr(text)}/>"


def _notices(extract: _Extract) -> Iterator[Message]:
    """Say what of the file was passed over."""
    if extract.n_other:
        text = N_("{n} ways of the map file are no streets and were left out.")
        yield Message.of(text, n=extract.n_other)
    if extract.n_outside:
        text = N_("{n} streets of the map file lie outside the area and were left out.")
        yield Message.of(text, n=extract.n_outside)
    if extract.n_missing:
        text = N_("{n} points of streets are missing from the map file; streets end there.")
        yield Message.of(text, n=extract.n_missing)
