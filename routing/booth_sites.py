"""Where booths stand and where new ones could: at street junctions."""

import geopandas as gpd
import networkx as nx
import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from data.graphs import StreetGraph
from routing.thinning import choose_apart

JUNCTION_ARMS = 3
"""Streets that meet at a junction, at least."""


def booth_sites(
    profile: StreetGraph,
    existing: gpd.GeoDataFrame,
    *,
    boundary: BaseGeometry,
    spacing_m: float,
) -> gpd.GeoDataFrame:
    """
    List the existing booths, and the junctions where another one could stand.

    Parameters
    ----------
    profile
        Streets as walkers use them by daylight.
    existing
        BOOTHS frame of the area; only those in use are kept.
    boundary
        Candidates lie within it.
    spacing_m
        Candidates are at least this far (m) apart; those with more arms are preferred.

    Returns
    -------
    sites
        `name`, `status` (`existing` or `proposed`); existing ones first, candidates numbered.

    Examples
    --------
    A crossing of four streets is the only junction.

    >>> from shapely import Point, box
    >>> cross = nx.MultiDiGraph(crs="EPSG:32650")
    >>> cross.add_nodes_from((n, {"x": x, "y": y}) for n, (x, y) in enumerate(
    ...     [(0, 0), (100, 0), (0, 100), (-100, 0), (0, -100)]))
    >>> cross.add_edges_from((0, n, {"name": name}) for n, name in enumerate("ABAB", start=1))
    [0, 0, 0, 0]
    >>> none = gpd.GeoDataFrame({"name": [], "status": []}, geometry=[], crs=32650)
    >>> sites = booth_sites(cross, none, boundary=box(-500, -500, 500, 500), spacing_m=50)
    >>> sites[["name", "status"]].to_numpy().tolist(), sites.geometry.iloc[0].wkt
    ([['A / B', 'proposed']], 'POINT (0 0)')
    """
    kept = existing[existing["status"] == "existing"]
    streets = nx.Graph(profile)
    streets.remove_edges_from(list(nx.selfloop_edges(streets)))
    nodes = [node for node, arms in streets.degree if arms >= JUNCTION_ARMS] or list(streets)
    points = np.array([[profile.nodes[n]["x"], profile.nodes[n]["y"]] for n in nodes])
    inside = np.flatnonzero(shapely.intersects_xy(boundary, points[:, 0], points[:, 1]))
    # sorted by place, so that the order of a file decides nothing
    inside = inside[np.lexsort((points[inside, 1], points[inside, 0]))]
    arms = np.array([streets.degree[nodes[position]] for position in inside], dtype=float)
    chosen = inside[choose_apart(points[inside], arms, spacing_m=spacing_m)]
    rows = {
        "name": [*kept["name"], *(_junction_name(profile, nodes[place]) for place in chosen)],
        "status": ["existing"] * len(kept) + ["proposed"] * len(chosen),
    }
    index = [*kept.index.astype(str), *(f"candidate {n}" for n in range(1, len(chosen) + 1))]
    geometry = [*kept.geometry, *map(shapely.Point, points[chosen])]
    return gpd.GeoDataFrame(rows, index=index, geometry=geometry, crs=existing.crs)


def _junction_name(profile: StreetGraph, node: int) -> str:
    """Name a junction by the streets that meet there."""
    edges = [*profile.in_edges(node, data="name"), *profile.out_edges(node, data="name")]
    return " / ".join(sorted({str(name) for *_, name in edges if name}))
