"""Objects of OpenStreetMap as an Overpass server gives them -> a file that osmium reads."""

from collections.abc import Iterable
from pathlib import Path
from typing import Any

import osmium

_RANK = {"node": 0, "way": 1, "relation": 2}


def write_osm(elements: Iterable[dict[str, Any]], path: Path) -> None:
    """
    Write objects to an OSM file: nodes before ways before relations, each by its number.

    Parameters
    ----------
    elements
        As the list `elements` of an Overpass answer in JSON holds them.
    path
        A new file; its suffix says which form it has, such as `.osm.pbf`.

    Examples
    --------
    >>> from tempfile import TemporaryDirectory
    >>> node = {"type": "node", "id": 7, "lat": 38.85, "lon": 117.9, "tags": {"barrier": "gate"}}
    >>> with TemporaryDirectory() as folder:
    ...     write_osm([node], Path(folder, "one.osm"))
    ...     [(n.id, dict(n.tags)) for n in osmium.FileProcessor(str(Path(folder, "one.osm")))]
    [(7, {'barrier': 'gate'})]
    """
    writer = osmium.SimpleWriter(str(path))
    try:
        for element in sorted(elements, key=lambda item: (_RANK[item["type"]], item["id"])):
            _add(writer, element)
    finally:
        writer.close()


def _add(writer: osmium.SimpleWriter, element: dict[str, Any]) -> None:
    common = {"id": element["id"], "version": 1, "tags": element.get("tags", {})}
    if element["type"] == "node":
        place = (element["lon"], element["lat"])
        writer.add_node(osmium.osm.mutable.Node(location=place, **common))
    elif element["type"] == "way":
        writer.add_way(osmium.osm.mutable.Way(nodes=element["nodes"], **common))
    else:
        members = [(m["type"][0], m["ref"], m.get("role", "")) for m in element["members"]]
        writer.add_relation(osmium.osm.mutable.Relation(members=members, **common))
