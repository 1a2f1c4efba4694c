"""Streets from a layer of centre lines: shapefile, GeoPackage or GeoJSON."""

from pathlib import Path

import geopandas as gpd
import networkx as nx
import pandas as pd
from pyproj import CRS
from shapely.geometry.base import BaseGeometry

from data.errors import N_, Message
from data.graphs import EdgeRow, StreetGraph
from data.line_layers import read_lines
from data.noding import node_lines
from data.projection import WGS84, utm_crs

TOLERANCE_M = 0.5
"""Ends this near are one junction: digitised by hand, never nearer than real junctions."""
NAME_COLUMNS = (
    *("name", "路名", "道路名称", "道路名", "名称"),
    *("street", "street_name", "st_name", "fullname", "nom", "nom_voie", "rue"),
)
CLASS_COLUMNS = ("highway", "fclass", "道路等级", "等级", "类型", "type", "class", "clsrte")
CLASSES = {
    "autoroute": "motorway",
    "高速公路": "motorway",
    "高速": "motorway",
    "快速路": "trunk",
    "主干路": "primary",
    "主干道": "primary",
    "次干路": "secondary",
    "次干道": "secondary",
    "支路": "tertiary",
    "步行街": "pedestrian",
    "人行道": "footway",
    "步行道": "footway",
}
"""Words for classes of streets that change who may use them; others become `unclassified`."""
TAG_COLUMNS = ("lit", "access", "foot", "bicycle", "motor_vehicle", "opening_hours")
FORWARD = frozenset({"1", "f", "ft", "true", "yes", "是", "单行"})
BACKWARD = frozenset({"-1", "reverse", "t", "tf"})


def read_line_streets(
    path: str | Path, *, crs: CRS | None = None, clip: BaseGeometry | None = None
) -> tuple[StreetGraph, tuple[Message, ...]]:
    """
    Return the streets of a line layer, cut at every crossing.

    Lines that cross are joined there, because such layers rarely mark bridges; a column `layer`
    keeps lines of different height apart.

    Parameters
    ----------
    path
        `.shp`, `.gpkg` or `.geojson` file, or `FILE#layer`.
    crs
        Projected CRS of the result; None takes the UTM zone.
    clip
        Area in lon/lat; lines that do not touch its bounding box are left out. None keeps all.

    Returns
    -------
    streets, notices
        A graph in `crs`, both directions except on one-way streets, and what was made of it.

    Raises
    ------
    NetworkError
        If the file or layer cannot be read, has no CRS or a wrong one, or has no line in the area.
    """
    frame = read_lines(path, clip=clip)
    frame = frame.to_crs(crs or utm_crs(*_middle(frame)))
    graph, n_pieces = _graph(frame)
    text = N_("{n} lines were cut where they meet: {pieces} stretches of street.")
    return graph, (Message.of(text, n=len(frame), pieces=n_pieces),)


def _middle(frame: gpd.GeoDataFrame) -> tuple[float, float]:
    """Return lon and lat of the middle of the lines."""
    west, south, east, north = frame.geometry.to_crs(WGS84).total_bounds
    return (west + east) / 2, (south + north) / 2


def _column(frame: pd.DataFrame, names: tuple[str, ...]) -> pd.Series:
    """Return the first column with one of the names, in any case, as text; '' where empty."""
    found = {str(column).strip().lower(): column for column in frame.columns}
    for name in names:
        if name in found:
            texts = frame[found[name]]
            return texts.astype("string").fillna("").str.strip().astype(object)
    return pd.Series("", index=frame.index, dtype=object)


def _graph(frame: gpd.GeoDataFrame) -> tuple[StreetGraph, int]:
    """Build the graph of noded lines with their attributes."""
    level = pd.to_numeric(_column(frame, ("layer",)), errors="coerce").fillna(0).to_numpy(int)
    noded = node_lines(frame.geometry.to_numpy(), tolerance_m=TOLERANCE_M, level=level)
    columns = _attributes(frame).iloc[noded.source]
    attributes: list[dict[str, object]] = [
        dict(zip(map(str, columns.columns), row, strict=True))
        for row in columns.itertuples(index=False)
    ]
    oneway = _column(frame, ("oneway",)).str.lower().to_numpy()[noded.source]
    rows: list[EdgeRow] = []
    for line, (u, v), data, way in zip(noded.lines, noded.ends, attributes, oneway, strict=True):
        forth: EdgeRow = (int(u), int(v), {**data, "geometry": line})
        back: EdgeRow = (int(v), int(u), {**data, "geometry": line.reverse()})
        one = way in FORWARD or way in BACKWARD
        for edge in [back] if way in BACKWARD else [forth] if one else [forth, back]:
            edge[2].update(oneway=one, length=line.length)
            rows.append(edge)
    graph: StreetGraph = nx.MultiDiGraph(crs=frame.crs, simplified=True)
    graph.add_nodes_from((i, {"x": x, "y": y}) for i, (x, y) in enumerate(noded.junctions.tolist()))
    graph.add_edges_from(rows)
    graph.remove_nodes_from(list(nx.isolates(graph)))
    return graph, len(noded.lines)


def _attributes(frame: gpd.GeoDataFrame) -> pd.DataFrame:
    """Return name, class and access tags of every line."""
    columns = {tag: _column(frame, (tag,)) for tag in TAG_COLUMNS}
    words = _column(frame, CLASS_COLUMNS)
    lower = {str(column).strip().lower() for column in frame.columns}
    known = words.str.lower().map(CLASSES)
    highway = words.where(bool(lower & set(CLASS_COLUMNS[:2])) & (words != ""))
    columns["highway"] = known.fillna(highway).fillna("unclassified")
    columns["name"] = _column(frame, NAME_COLUMNS)
    return pd.DataFrame(columns)
