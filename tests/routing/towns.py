"""Small towns built by hand: a grid of streets, staff, key points and hot cells."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import geopandas as gpd
import networkx as nx
import pandas as pd
from shapely import LineString, Point, box

from data.settings import Patrol, Settings
from data.shifts import Shift

CRS = "EPSG:32650"
BLOCK_M = 120.0
"""One block is walked in 100 s at 1.2 m/s."""
MORNING = Shift("day", 360, 1080, patrol=((480, 600),))
EVENING = Shift("night", 1080, 360, patrol=((1110, 1230),), dark=True)
STILL = Patrol(start_jitter_min=0, iterations=200)
"""Rules without jitter, and few steps: the towns are tiny."""


def grid_streets(
    columns: int, rows: int, missing: Sequence[tuple[int, int]] = ()
) -> nx.MultiDiGraph:
    """Build two-way streets; crossing number = row * columns + column."""
    streets = nx.MultiDiGraph(crs=CRS)
    for node in range(columns * rows):
        streets.add_node(node, x=BLOCK_M * (node % columns), y=BLOCK_M * (node // columns))
    for node in range(columns * rows):
        right = [node + 1] if node % columns < columns - 1 else []
        up = [node + columns] if node + columns < columns * rows else []
        for other in right + up:
            if (node, other) not in missing:
                _add_street(streets, node, other)
    return streets


def _add_street(streets: nx.MultiDiGraph, a: int, b: int) -> None:
    """Add a street in both directions."""
    for u, v in ((a, b), (b, a)):
        ends = [(streets.nodes[n]["x"], streets.nodes[n]["y"]) for n in (u, v)]
        line = LineString(ends)
        streets.add_edge(
            u, v, geometry=line, length=line.length, highway="residential", name="", oneway=False
        )


def staffing(*rows: Mapping[str, Any]) -> gpd.GeoDataFrame:
    """Build a STAFFING frame; whatever a row leaves out has a plain default."""
    plain = {
        "org": "office",
        "min_count": 2,
        "counted_in": "",
        "can_enforce": True,
        "night_count": 0,
        "mode": "foot",
        "community": "",
        "geometry": Point(0, 0),
    }
    filled = [{**plain, "max_count": row.get("min_count", 2), **row} for row in rows]
    index = pd.Index([f"S{n}" for n in range(1, len(rows) + 1)], name="row_id")
    return gpd.GeoDataFrame(filled, index=index, geometry="geometry", crs=CRS)


def key_points(places: Mapping[str, Sequence[Point]]) -> tuple[gpd.GeoDataFrame, gpd.GeoDataFrame]:
    """Build KEY_POINTS and GATES frames from the gates of each key point, all due daily."""
    points = gpd.GeoDataFrame(
        {
            "name": list(places),
            "category": "market",
            "community": "",
            "daily_required": pd.Series([True] * len(places), dtype=bool, index=list(places)),
        },
        index=pd.Index(list(places), name="key_point_id", dtype=str),
        geometry=[gates[0] for gates in places.values()],
        crs=CRS,
    )
    rows = [
        {"gate_id": f"{name}-{n}", "key_point_id": name, "gate_name": f"gate {n}", "geometry": gate}
        for name, gates in places.items()
        for n, gate in enumerate(gates, start=1)
    ]
    columns = ["gate_id", "key_point_id", "gate_name", "geometry"]
    gates = gpd.GeoDataFrame(rows, columns=columns, geometry="geometry", crs=CRS)
    gates = gates.astype(dict.fromkeys(columns[:3], str))
    return points, gates.set_index("gate_id")


def hot_cells(
    places: Mapping[str, tuple[float, float, float]],
    *,
    shifts: Sequence[str] = ("day",),
    hot: bool = True,
) -> gpd.GeoDataFrame:
    """Build a HOTSPOTS frame of 20 m cells centred at x, y with n incidents each."""
    rows = [
        {
            "cell_id": name,
            "shift": shift,
            "n": float(n),
            "expected": 1.0,
            "p_value": 0.01,
            "q_value": 0.01,
            "hot": hot,
            "geometry": box(x - 10, y - 10, x + 10, y + 10),
        }
        for shift in shifts
        for name, (x, y, n) in places.items()
    ]
    columns = ["cell_id", "shift", "n", "expected", "p_value", "q_value", "hot", "geometry"]
    frame = gpd.GeoDataFrame(rows, columns=columns, geometry="geometry", crs=CRS)
    return frame.astype({"cell_id": str, "shift": str, "n": float, "hot": bool})


def town(
    graph: nx.MultiDiGraph,
    staff: gpd.GeoDataFrame,
    places: Mapping[str, Sequence[Point]] | None = None,
    *,
    shifts: Sequence[Shift] = (MORNING,),
    rules: Patrol = STILL,
    communities: Mapping[str, Any] | None = None,
    **sections: Any,
) -> SimpleNamespace:
    """Build an area with what routing reads of one."""
    points, gates = key_points(places or {})
    names = communities or {}
    return SimpleNamespace(
        name="town",
        timezone="Asia/Shanghai",
        crs=staff.crs,
        boundary=box(-50, -50, 5000, 5000),
        base=Point(0, 0),
        settings=replace(Settings(), patrol=rules, shifts=tuple(shifts), **sections),
        shifts=tuple(shifts),
        streets=graph,
        staffing=staff,
        key_points=points,
        gates=gates,
        communities=gpd.GeoDataFrame(
            {"name": list(names)},
            index=pd.Index([f"C-{name}" for name in names], name="community_id", dtype=str),
            geometry=list(names.values()),
            crs=CRS,
        ),
        booths=gpd.GeoDataFrame({"name": [], "status": []}, geometry=[], crs=CRS),
        incidents=gpd.GeoDataFrame({"type": []}, geometry=[], crs=CRS),
    )
