"""The streets of a sweep on the street graph, and the edges that its teams walk."""

from collections.abc import Sequence
from itertools import pairwise

import geopandas as gpd
import numpy as np
import pandas as pd
from shapely.geometry.base import BaseGeometry

from data.graphs import Edge, StreetGraph
from data.paths import shortest_paths, travel_costs
from routing.sweep.tours import STEPS, Sweep, plan_sweep


def sweep_streets(profile: StreetGraph, within: BaseGeometry) -> gpd.GeoDataFrame:
    """
    List the streets whose middle lies in an area, each once whichever way it can be walked.

    Parameters
    ----------
    profile
        Street graph of one mode and shift; each edge has `geometry`, `length` and `travel_time`.
    within
        Area to be swept, in the CRS of the graph.

    Returns
    -------
    streets
        One row per street: `u`, `v`, `key` (an edge of the graph), `name`, `length_m`, `forward_s`
        from `u` to `v`, `back_s` from `v` to `u` (`inf` where the graph has no such edge).

    Examples
    --------
    A street of two directions is one row.

    >>> import networkx as nx
    >>> from shapely import LineString, box
    >>> line = LineString([(0, 0), (120, 0)])
    >>> streets = nx.MultiDiGraph(crs="EPSG:32650")
    >>> _ = streets.add_edge(1, 2, geometry=line, length=120.0, travel_time=100.0)
    >>> _ = streets.add_edge(2, 1, geometry=line.reverse(), length=120.0, travel_time=150.0)
    >>> found = sweep_streets(streets, box(0, -9, 120, 9))
    >>> found[["u", "v", "forward_s", "back_s"]].to_numpy().tolist()
    [[1.0, 2.0, 100.0, 150.0]]
    """
    once: dict[tuple[int, int, bytes], dict[str, object]] = {}
    for u, v, key, data in sorted(profile.edges(keys=True, data=True), key=lambda edge: edge[:3]):
        line = data["geometry"]
        if not within.intersects(line.interpolate(0.5, normalized=True)):
            continue
        ends = min(u, v), max(u, v), line.normalize().wkb
        time_s = float(data["travel_time"])
        if ends in once and once[ends]["u"] == v:
            once[ends]["back_s"] = time_s
        elif ends not in once:
            once[ends] = {
                "u": u,
                "v": v,
                "key": key,
                "name": str(data.get("name", "")),
                "length_m": float(data["length"]),
                "forward_s": time_s,
                "back_s": np.inf,
                "geometry": line,
            }
    columns = ["u", "v", "key", "name", "length_m", "forward_s", "back_s", "geometry"]
    frame = pd.DataFrame(list(once.values()), columns=columns)
    return gpd.GeoDataFrame(frame, geometry="geometry", crs=profile.graph.get("crs"))


def sweep_on_streets(
    profile: StreetGraph,
    streets: gpd.GeoDataFrame,
    bases: Sequence[int],
    *,
    steps: int = STEPS,
    seed: int = 0,
) -> tuple[Sweep, list[list[Edge]]]:
    """
    Plan a sweep on the street graph.

    Parameters
    ----------
    profile
        Street graph of one mode and shift, with `travel_time` (s).
    streets
        From `sweep_streets`.
    bases
        Node of each team's base.
    steps, seed
        As for `plan_sweep`.

    Returns
    -------
    sweep
        See `Sweep`; its streets are labels of `streets`.
    walks
        Edges of each team's walk in order, from its base and back.

    Raises
    ------
    PlanError
        If there is no team, or a street cannot be reached from every base and left again.
    """
    nodes = sorted({*streets["u"].tolist(), *streets["v"].tolist(), *bases})
    position = {node: at for at, node in enumerate(nodes)}
    numbered = pd.DataFrame(
        {
            "tail": streets["u"].map(position),
            "head": streets["v"].map(position),
            "forward_s": streets["forward_s"],
            "back_s": streets["back_s"],
        },
        index=streets.index,
    )
    walk_s = travel_costs(profile, nodes, nodes)
    sweep = plan_sweep(walk_s, numbered, [position[base] for base in bases], steps=steps, seed=seed)
    walks = [_walk(profile, streets, sweep, team, base) for team, base in enumerate(bases)]
    return sweep, walks


def _walk(
    profile: StreetGraph, streets: gpd.GeoDataFrame, sweep: Sweep, team: int, base: int
) -> list[Edge]:
    """Return the edges of one team's walk: each street, and the fastest way to it."""
    visits = sweep.visits[sweep.visits["team"] == team].sort_values("order")
    swept = [
        _edge(profile, streets.loc[street], backwards=backwards)
        for street, backwards in zip(visits["street"], visits["backwards"], strict=True)
    ]
    if not swept:
        return []
    stops = [(base, base), *((edge[0], edge[1]) for edge in swept), (base, base)]
    ways = shortest_paths(profile, [(left[1], right[0]) for left, right in pairwise(stops)])
    walk: list[Edge] = []
    for way, edge in zip(ways, [*swept, None], strict=True):
        walk += [*way, edge] if edge is not None else way
    return walk


def _edge(profile: StreetGraph, street: pd.Series, *, backwards: bool) -> Edge:
    """Return the edge of a street in the direction in which it is swept."""
    u, v, key = int(street["u"]), int(street["v"]), int(street["key"])
    if not backwards:
        return u, v, key
    same = street["geometry"].normalize()
    for back, data in profile[v][u].items():
        if (u, int(back)) != (v, key) and data["geometry"].normalize().equals(same):
            return v, u, int(back)
    return v, u, key
