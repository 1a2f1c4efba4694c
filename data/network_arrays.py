"""A street network as plain arrays, for the disk: quick to load, and no code inside."""

import json
from typing import Any

import networkx as nx
import numpy as np
import shapely
from pyproj import CRS

from data.cache import Arrays
from data.errors import Message
from data.graphs import StreetGraph
from data.osmnx_settings import NODE_TAGS
from data.street_graph import TEXT_TAGS

Network = tuple[StreetGraph, tuple[Message, ...]]


def to_arrays(streets: StreetGraph, notices: tuple[Message, ...]) -> Arrays:
    """Return a network from `read_streets` as arrays; numbers keep every digit."""
    nodes: list[Any] = list(streets.nodes(data=True))
    edges: list[Any] = list(streets.edges(keys=True, data=True))
    lines = [data["geometry"] for *_, data in edges]
    said = [[notice.text, notice.values] for notice in notices]
    arrays: dict[str, Any] = {
        "crs": np.array(streets.graph["crs"].to_wkt()),
        "notices": np.array(json.dumps(said)),
        "node": np.array([node for node, _ in nodes], dtype=np.int64),
        "xy": np.array([(data["x"], data["y"]) for _, data in nodes]),
        "edge": np.array([edge[:3] for edge in edges], dtype=np.int64),
        "length": np.array([data["length"] for *_, data in edges]),
        "oneway": np.array([data["oneway"] for *_, data in edges]),
        "line_xy": shapely.get_coordinates(lines),
        "line_n": shapely.get_num_coordinates(lines),
    }
    for tag in NODE_TAGS:
        arrays[f"node {tag}"] = np.array([data.get(tag, "") for _, data in nodes], dtype=str)
    for tag in TEXT_TAGS:
        arrays[f"edge {tag}"] = np.array([data[tag] for *_, data in edges], dtype=str)
    return arrays


def from_arrays(arrays: Arrays | None) -> Network | None:
    """Return the network that was kept as arrays; None if they are not those of a network."""
    if arrays is None:
        return None
    try:
        columns = {name: array.tolist() for name, array in arrays.items()}
        streets: StreetGraph = nx.MultiDiGraph(crs=CRS.from_wkt(columns["crs"]), simplified=True)
        tags = zip(*(columns[f"node {tag}"] for tag in NODE_TAGS), strict=True)
        for node, (x, y), texts in zip(columns["node"], columns["xy"], tags, strict=True):
            known = {tag: text for tag, text in zip(NODE_TAGS, texts, strict=True) if text}
            streets.add_node(node, x=x, y=y, **known)
        owner = np.repeat(np.arange(len(arrays["line_n"])), arrays["line_n"].astype(int))
        lines: Any = shapely.linestrings(arrays["line_xy"].astype(float), indices=owner)
        names = ("length", "oneway", *(f"edge {tag}" for tag in TEXT_TAGS))
        rows = zip(*(columns[name] for name in names), strict=True)
        for edge, line, row in zip(columns["edge"], lines, rows, strict=True):
            values = dict(zip(("length", "oneway", *TEXT_TAGS), row, strict=True))
            streets.add_edge(*edge, geometry=line, **values)
        said = json.loads(columns["notices"])
    except (KeyError, ValueError, TypeError):
        return None  # written by another version, or damaged
    return streets, tuple(Message.of(text, **dict(values)) for text, values in said)
