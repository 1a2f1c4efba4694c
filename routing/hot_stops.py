"""Hot cells thinned to places where a team can stand."""

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray
from shapely import Point

from data.area import Area
from data.errors import N_, Message
from data.settings import Patrol
from data.shifts import Shift
from routing.places import label_places
from routing.stops import stops_frame
from routing.thinning import Cluster, distance_m, thin_cells
from routing.unmet import Unmet, shift_name

MIN_UNPROVEN_N = 2.0
"""Whole incidents that a cell must hold to be visited although no test calls it hot."""
TOUCHING_M = 1.0
"""Cells this near each other (m) are neighbours: of a square, the eight around it."""


def hot_stops(
    area: Area, hotspots: gpd.GeoDataFrame, shift: Shift
) -> tuple[gpd.GeoDataFrame, tuple[Unmet, ...]]:
    """
    Thin the hot cells of a shift to places a team can stand at.

    Cells are chosen by the incidents in them and around them, no two nearer than
    `hot_stop_spacing_m`; the incidents of every hot cell go to the nearest chosen one, so the
    prizes of the proven stops add up to the incidents in hot cells. Cells with several incidents
    that the test does not call hot follow, further away and marked as not proven: they give teams
    a task whose jurisdiction holds no hot cell. `unproven_stops = false` leaves them out, except
    where no cell at all is hot.

    Parameters
    ----------
    area
        Its streets and key points lend the stops their names.
    hotspots
        HOTSPOTS long frame with the cells' geometry, in metres.
    shift
        Whose rows to use.

    Returns
    -------
    stops
        STOPS frame; geometry: centroid of the cells nearby, weighted by their incidents.
    unmet
        A notice below `min_n_ranking` incidents, because a ranking would be chance.

    Examples
    --------
    Two touching hot cells with 8 and 2 incidents become one stop near the heavier one.

    >>> import networkx as nx
    >>> from types import SimpleNamespace
    >>> from shapely import box
    >>> from data.settings import DAY, Settings
    >>> cells = gpd.GeoDataFrame(
    ...     {"cell_id": ["a", "b"], "shift": "day", "n": [8.0, 2.0], "hot": True},
    ...     geometry=[box(0, 0, 50, 50), box(50, 0, 100, 50)], crs=32650)
    >>> points = gpd.GeoDataFrame({"name": []}, geometry=[], crs=32650)
    >>> area = SimpleNamespace(settings=Settings(), crs=32650, streets=nx.MultiDiGraph(),
    ...                        key_points=points, gates=points)
    >>> stops, _ = hot_stops(area, cells, DAY)
    >>> stops["prize"].to_dict(), stops.geometry.iloc[0].wkt
    ({'day-a': 10.0}, 'POINT (35 25)')
    """
    stops, _, unmet = hot_places(area, hotspots, shift)
    return stops, unmet


def hot_places(
    area: Area, hotspots: gpd.GeoDataFrame, shift: Shift
) -> tuple[gpd.GeoDataFrame, dict[str, list[str]], tuple[Unmet, ...]]:
    """
    Do as `hot_stops` does, and tell for which cells each stop stands.

    Parameters
    ----------
    area, hotspots, shift
        As for `hot_stops`; the cells may be squares, hexagons, drawn areas or street segments.

    Returns
    -------
    stops, members, unmet
        `members` names the cells of each stop; no cell belongs to two.

    Examples
    --------
    `hot_stops` has one.
    """
    rules = area.settings.patrol
    cells = hotspots[hotspots["shift"] == shift.code].set_index("cell_id").sort_index()
    n = float(cells["n"].sum())
    least = area.settings.analysis.min_n_ranking
    if n < least:
        return stops_frame([], area), {}, (_too_few(n, least, shift),)
    hot = cells["hot"].to_numpy(dtype=bool)
    rows = _cluster(cells, hot, rules, proven=True, most=rules.max_hot_stops)
    if rules.unproven_stops or not hot.any():
        other = (cells["n"].to_numpy(dtype=float) >= MIN_UNPROVEN_N) & ~hot
        apart = other & _apart_from(cells, hot, rules.hot_stop_spacing_m)
        left = rules.max_hot_stops - len(rows)
        rows += _cluster(cells, apart, rules, proven=False, most=left)
    return _label(rows, area), {str(row["stop_id"]): _names(row["members"]) for row in rows}, ()


def _names(members: object) -> list[str]:
    """Return the names of the cells of a stop as a list of texts."""
    return [str(name) for name in members] if isinstance(members, pd.Index) else []


def _cluster(
    cells: gpd.GeoDataFrame, chosen: NDArray[np.bool_], rules: Patrol, *, proven: bool, most: int
) -> list[dict[str, object]]:
    """Make stops of the chosen cells, at most so many."""
    candidates = cells[chosen]
    points = shapely.get_coordinates(candidates.centroid)
    clusters = thin_cells(
        points,
        candidates["n"].to_numpy(dtype=float),
        _appeal(cells, candidates),
        spacing_m=rules.hot_stop_spacing_m,
        most=most,
    )
    stops = [_hot_stop(candidates, points, cluster, rules) for cluster in clusters]
    return [stop | {"proven": proven} for stop in stops]


def _apart_from(
    cells: gpd.GeoDataFrame, hot: NDArray[np.bool_], spacing_m: float
) -> NDArray[np.bool_]:
    """Mark the cells whose centre is further than the spacing from every hot cell's centre."""
    points = shapely.get_coordinates(cells.centroid)
    near = [distance_m(points, place) < spacing_m for place in points[hot]]
    return ~np.any(near, axis=0) if near else np.ones(len(cells), dtype=bool)


def _hot_stop(
    cells: gpd.GeoDataFrame, points: NDArray[np.float64], cluster: Cluster, rules: Patrol
) -> dict[str, object]:
    """Make a stop of one chosen cell and of the cells whose incidents it gathers."""
    n = cells["n"].to_numpy(dtype=float)
    # cells that are only nearest because the number of stops is limited must not drag it away
    near = cluster.members & (distance_m(points, points[cluster.seed]) <= rules.hot_stop_spacing_m)
    weights = n[near] if n[near].any() else None
    return {
        "stop_id": f"{cells['shift'].iloc[0]}-{cells.index[cluster.seed]}",
        "shift": cells["shift"].iloc[0],
        "stop_kind": "hotspot",
        "place_id": str(cells.index[cluster.seed]),
        "prize": float(n[cluster.members].sum()),
        "members": cells.index[cluster.members],
        "dwell_min": rules.hot_dwell_min,
        "required": False,
        "needs_enforcement": False,  # to be seen deters; it takes no certificate
        "geometry": Point(np.average(points[near], axis=0, weights=weights)),
    }


def _label(rows: list[dict[str, object]], area: Area) -> gpd.GeoDataFrame:
    """Name hot stops by the street and the key point nearest to them."""
    stops = stops_frame(rows, area)
    stops["label"] = label_places(stops.geometry, area.streets, area.key_points, area.gates)
    return stops


def _appeal(cells: gpd.GeoDataFrame, candidates: gpd.GeoDataFrame) -> NDArray[np.float64]:
    """Add up the incidents of each candidate cell and its neighbours."""
    n = cells["n"].to_numpy(dtype=float)
    own, other = cells.sindex.query(candidates.geometry, predicate="dwithin", distance=TOUCHING_M)
    block = np.zeros(len(candidates))
    np.add.at(block, own, n[other])
    # among equal blocks the cell with more incidents of its own is the place to stand
    appeal: NDArray[np.float64] = block + candidates["n"].to_numpy(dtype=float) / (1 + n.sum())
    return appeal


def _too_few(n: float, least: int, shift: Shift) -> Unmet:
    """Say that a ranking of so few incidents would be chance."""
    return Unmet(
        Message.of(N_("Hot stops of the {shift}"), shift=shift_name(shift.code)),
        Message.of(
            N_("Too small a sample: {n} incidents, at least {least} are needed to rank places."),
            n=round(n, 1),
            least=least,
        ),
        Message(N_("Collect more incidents, or join the shifts; key points are visited as ever.")),
    )
