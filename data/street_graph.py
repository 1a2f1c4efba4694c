"""A street graph made uniform: projected, simplified, one part, plain attributes."""

import math
from typing import Any

import networkx as nx
import shapely
from pyproj import CRS, Transformer

from data.errors import N_, Message
from data.graphml import straight
from data.graphs import StreetGraph
from data.osmnx_settings import NODE_TAGS, ROUTING_TAGS, WAY_TAGS, load_osmnx
from data.projection import WGS84, utm_crs

UNROUTED_TAGS = ("service", "surface")
TEXT_TAGS = tuple(tag for tag in WAY_TAGS if tag not in {"junction", "oneway"})


def project(graph: StreetGraph, crs: CRS | None) -> StreetGraph:
    """
    Return the graph in metres, with the lengths of its lines on the map.

    Parameters
    ----------
    graph
        Street graph with `x`, `y` on nodes and its CRS in `graph.graph["crs"]`.
    crs
        Projected CRS; None takes the UTM zone of the graph's middle.

    Examples
    --------
    >>> graph = nx.MultiDiGraph(crs="EPSG:4326")
    >>> graph.add_nodes_from([(1, {"x": 117.0, "y": 39.0}), (2, {"x": 117.0, "y": 39.001})])
    >>> _ = graph.add_edge(1, 2)
    >>> round(project(graph, None).edges[1, 2, 0]["length"], 1)
    111.0
    """
    source = CRS.from_user_input(graph.graph["crs"])
    nodes = list(graph)
    xy = shapely.points([(graph.nodes[node]["x"], graph.nodes[node]["y"]) for node in nodes])
    if crs is None:
        to_wgs84 = Transformer.from_crs(source, WGS84, always_xy=True)
        west, south, east, north = to_wgs84.transform_bounds(*shapely.total_bounds(xy))
        crs = utm_crs((west + east) / 2, (south + north) / 2)
    to_crs = Transformer.from_crs(source, crs, always_xy=True)
    projected = graph.copy()
    projected.graph["crs"] = crs
    places = shapely.get_coordinates(_transform(xy, to_crs)).tolist()
    for node, (x, y) in zip(nodes, places, strict=True):
        projected.nodes[node].update(x=x, y=y)
    edges: list[Any] = list(projected.edges(data=True))
    bent = [data for *_, data in edges if data.get("geometry") is not None]
    lines = _transform([data["geometry"] for data in bent], to_crs)
    for data, line in zip(bent, lines, strict=True):
        data["geometry"] = line
    for u, v, data in edges:
        line = data.get("geometry")
        data["length"] = _span_m(projected, u, v) if line is None else line.length
    return projected


def _span_m(graph: StreetGraph, u: int, v: int) -> float:
    """Return the distance between two nodes (m)."""
    start, end = graph.nodes[u], graph.nodes[v]
    return math.dist((start["x"], start["y"]), (end["x"], end["y"]))


def _transform(shapes: Any, to_crs: Transformer) -> Any:
    """Project shapes; where source and target are the same they stay as they are."""
    if to_crs.source_crs == to_crs.target_crs:
        return shapes
    project_xy: Any = to_crs.transform
    return shapely.transform(shapes, project_xy, interleaved=False)


def simplify(graph: StreetGraph) -> StreetGraph:
    """
    Return the graph with junctions, dead ends and barriers as nodes, and bends in the lines.

    A node also stays where a tag changes that decides who may pass, how fast, or the name.

    References
    ----------
    Boeing (2025), Transactions in GIS 29(3), e70037, doi:10.1111/tgis.70037
    """
    if graph.graph.get("simplified"):
        return graph
    # one attribute instead of many: OSMnx looks at each of them at every node
    bare: StreetGraph = nx.MultiDiGraph(**graph.graph)
    bare.add_nodes_from(graph.nodes(data=True))
    for u, v, data in graph.edges(data=True):
        traits = tuple((tag, data[tag]) for tag in (*ROUTING_TAGS, "oneway") if tag in data)
        rest = {tag: data[tag] for tag in (*UNROUTED_TAGS, "length") if tag in data}
        bare.add_edge(u, v, traits=traits, **rest)
    simple: StreetGraph = load_osmnx().simplify_graph(
        bare, node_attrs_include=["barrier"], edge_attrs_differ=["traits"], remove_rings=False
    )
    for *_, data in simple.edges(data=True):
        data.update(data.pop("traits"))
    return simple


def largest_part(graph: StreetGraph) -> tuple[StreetGraph, tuple[Message, ...]]:
    """
    Return the connected part with the most metres of street, and say what was dropped.

    Examples
    --------
    >>> graph = nx.MultiDiGraph()
    >>> _ = graph.add_edge(1, 2, length=50.0), graph.add_edge(3, 4, length=80.0)
    >>> part, notices = largest_part(graph)
    >>> sorted(part), str(notices[0])
    ([3, 4], '2 junctions with 50 m of street are not connected to the rest and were left out.')
    """
    parts = list(nx.weakly_connected_components(graph))
    if len(parts) == 1:
        return graph, ()
    part_of = {node: i for i, part in enumerate(parts) for node in part}
    metres = [0.0] * len(parts)
    for u, _, data in graph.edges(data=True):
        # a two-way street is two edges
        metres[part_of[u]] += data["length"] / (2 if data.get("oneway") is False else 1)
    best = max(range(len(parts)), key=metres.__getitem__)
    largest = graph.copy()
    largest.remove_nodes_from([node for node in graph if part_of[node] != best])
    text = N_(
        "{n} junctions with {metres} m of street are not connected to the rest and were left out."
    )
    dropped_m = round(sum(metres) - metres[best])
    return largest, (Message.of(text, n=len(graph) - len(largest), metres=dropped_m),)


def normalise(graph: StreetGraph) -> StreetGraph:
    """
    Return the graph with the attributes every part of this project relies on, and no others.

    Edges: `geometry` (LineString), `length` (m), `oneway` (bool), `highway`, and as texts, ''
    where unknown, the tags of `WAY_TAGS`. Nodes: `x`, `y` (m) and the tags of `NODE_TAGS` they
    have.

    Examples
    --------
    >>> graph = nx.MultiDiGraph(crs="EPSG:32650")
    >>> graph.add_nodes_from([(1, {"x": 0.0, "y": 0.0}), (2, {"x": 3.0, "y": 4.0})])
    >>> _ = graph.add_edge(1, 2, name=["East", "West"], length=5.0)
    >>> edge = normalise(graph).edges[1, 2, 0]
    >>> edge["name"], edge["oneway"], edge["highway"], edge["lit"]
    ('East / West', True, 'unclassified', '')
    """
    uniform: StreetGraph = nx.MultiDiGraph(
        crs=CRS.from_user_input(graph.graph["crs"]), simplified=True
    )
    for node, data in graph.nodes(data=True):
        tags = {tag: _text(tag, data[tag]) for tag in NODE_TAGS if data.get(tag)}
        uniform.add_node(int(node), x=float(data["x"]), y=float(data["y"]), **tags)
    edges: list[Any] = list(graph.edges(keys=True, data=True))
    for u, v, key, data in edges:
        line = data.get("geometry") or straight(graph, u, v)
        tags = {tag: _text(tag, data.get(tag)) for tag in TEXT_TAGS}
        tags["highway"] = tags["highway"] or "unclassified"
        oneway = data.get("oneway")
        if not isinstance(oneway, bool):
            oneway = not _has_mirror(graph, u, v, data["length"])
        uniform.add_edge(
            u, v, key, **tags, geometry=line, length=float(data["length"]), oneway=oneway
        )
    return uniform


def _text(tag: str, value: Any) -> str:
    """Return one text for a tag: names side by side, the first class, else only a common value."""
    if value is None:
        return ""
    if not isinstance(value, list):
        return str(value)
    texts = sorted({str(part) for part in value})
    if tag == "name":
        return " / ".join(texts)
    return str(value[0]) if tag == "highway" or len(texts) == 1 else ""


def _has_mirror(graph: StreetGraph, u: int, v: int, length_m: float) -> bool:
    """Tell whether an edge as long runs the other way."""
    back = graph.get_edge_data(v, u) or {}
    return any(abs(data["length"] - length_m) < 0.01 for data in back.values())  # noqa: PLR2004
