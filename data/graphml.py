"""Streets from a GraphML file that OSMnx saved."""

from pathlib import Path
from typing import Any
from xml.etree.ElementTree import ParseError

import networkx as nx
import shapely
from pyproj import CRS, Transformer
from pyproj.exceptions import CRSError
from shapely.geometry.base import BaseGeometry

from data.errors import N_, Message
from data.graphs import StreetGraph
from data.map_files import refusal
from data.osm_streets import NO_STREETS
from data.osmnx_settings import load_osmnx
from data.projection import WGS84

FLAGS = {"True": True, "False": False}


def read_graphml_streets(
    path: Path, *, clip: BaseGeometry | None = None
) -> tuple[StreetGraph, tuple[Message, ...]]:
    """
    Return the streets of a GraphML file, in the CRS of the file.

    Parameters
    ----------
    path
        A file written by `osmnx.save_graphml`.
    clip
        Area in lon/lat; edges whose ends both lie outside its bounding box, and that do not
        cross it, are left out. None keeps all.

    Returns
    -------
    streets, notices
        The graph, simplified or not as it was saved, and what was left out.

    Raises
    ------
    NetworkError
        If the file was not written by OSMnx, is damaged or has no street in the area.
    """
    try:
        # not OSMnx's own reading of true and false, which refuses a one-way list
        graph = load_osmnx().load_graphml(path, edge_dtypes={"oneway": _flag, "reversed": _flag})
        CRS.from_user_input(graph.graph["crs"])
    except (ParseError, KeyError, ValueError, CRSError, nx.NetworkXError) as error:
        remedy = N_("Save it with osmnx.save_graphml, or use the OpenStreetMap file.")
        what = N_("This is not a street network saved by OSMnx.")
        raise refusal(path, what, remedy, type(error).__name__) from None
    outside = _outside(graph, clip)
    graph.remove_edges_from(outside)
    no_streets = [(u, v, k) for u, v, k, d in graph.edges(keys=True, data=True) if _is_no_street(d)]
    graph.remove_edges_from(no_streets)
    graph.remove_nodes_from(list(nx.isolates(graph)))
    if not graph.number_of_edges():
        what = N_("The file has no street in the area.")
        raise refusal(path, what, N_("Use a map file that covers the area and holds its streets."))
    text = N_("{n} streets of the map file lie outside the area and were left out.")
    return graph, (Message.of(text, n=len(outside)),) if outside else ()


def _flag(text: str) -> object:
    """Return true or false; a list of both is decided later, by the edges themselves."""
    return FLAGS.get(text)


def _is_no_street(data: dict[str, object]) -> bool:
    """Tell whether every class of an edge is none that one may use."""
    given = data.get("highway", "unclassified")
    classes = given if isinstance(given, list) else [given]
    return all(name in NO_STREETS for name in classes)


def _outside(graph: StreetGraph, clip: BaseGeometry | None) -> list[Any]:
    """Return the edges that do not meet the bounding box of the area."""
    if clip is None:
        return []
    to_file = Transformer.from_crs(WGS84, CRS.from_user_input(graph.graph["crs"]), always_xy=True)
    window = shapely.box(*to_file.transform_bounds(*clip.bounds))
    shapely.prepare(window)
    edges: list[Any] = list(graph.edges.data("geometry", keys=True))
    return [
        (u, v, key)
        for u, v, key, line in edges
        if not window.intersects(line or straight(graph, u, v))
    ]


def straight(graph: StreetGraph, u: int, v: int) -> shapely.LineString:
    """
    Return the straight line between two nodes.

    Examples
    --------
    >>> graph = nx.MultiDiGraph()
    >>> graph.add_nodes_from([(1, {"x": 0.0, "y": 0.0}), (2, {"x": 3.0, "y": 4.0})])
    >>> straight(graph, 1, 2).length
    5.0
    """
    return shapely.LineString([(graph.nodes[node]["x"], graph.nodes[node]["y"]) for node in (u, v)])
