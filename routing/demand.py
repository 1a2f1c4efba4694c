"""Where to go: key points that are due, and hot stops worth a prize."""

import geopandas as gpd
import numpy as np
import pandas as pd

from data.area import Area
from data.profiles import build_profile
from data.shifts import Shift
from data.snapping import attach_points
from routing.hot_stops import hot_places
from routing.stops import stops_frame
from routing.unmet import Unmet
from spatial.prize_surface import pool_prizes, prize_surface

UNCERTAINTY = ["prize_low", "prize_high", "stability"]
"""What is not known of a prize; NaN for places that are due anyway."""


def make_stops(
    area: Area, hotspots: gpd.GeoDataFrame, shift: Shift
) -> tuple[gpd.GeoDataFrame, tuple[Unmet, ...]]:
    """
    Turn key points and hot cells into the stops of a shift.

    Parameters
    ----------
    area
        Its key points, gates, streets (for names) and settings.
    hotspots
        HOTSPOTS long frame with the cells' geometry, in metres.
    shift
        Whose risk layer to use.

    Returns
    -------
    stops
        STOPS frame: one row per gate of a daily key point, one per hot stop; `prize_low`,
        `prize_high` and `stability` as in `demand_points`, NaN for gates. Booths are sited for the
        same points.
    unmet
        A notice if the shift has too few incidents to rank places (样本不足).

    References
    ----------
    Dwell: Koper (1995), Justice Quarterly 12(4), doi:10.1080/07418829500096231

    Examples
    --------
    See `hot_stops` for how cells become a stop; `tests/routing/test_demand.py` runs both.
    """
    gates = key_point_stops(area, shift)
    hot, unmet = demand_points(area, hotspots, shift)
    kept = [frame for frame in (gates, hot, facility_stops(area, shift)) if not frame.empty]
    stops = pd.concat(kept) if kept else gates
    missing = dict.fromkeys((name for name in UNCERTAINTY if name not in stops), np.nan)
    return stops.assign(**missing), unmet


def demand_points(
    area: Area, hotspots: gpd.GeoDataFrame, shift: Shift
) -> tuple[gpd.GeoDataFrame, tuple[Unmet, ...]]:
    """
    Turn the cells or segments of a shift into demand points on the street network.

    The one way from a map of incidents to places with a prize: patrol stops are these points, and
    booths are sited for the same ones (`plan_booths` takes the stops).

    Parameters
    ----------
    area
        Its streets, names and settings.
    hotspots
        HOTSPOTS frame of cells, areas or segments; `stability` may be missing.
    shift
        Whose rows to use, and whose gates are shut.

    Returns
    -------
    points
        STOPS frame of hot stops, see `hot_stops`, and `prize_low`, `prize_high` (95 %, exact) and
        `stability` (share of replicates in which its cells stay among the hottest; NaN for stops
        without a hot cell). Geometry: on the nearest street open on foot in this shift; where none
        is within `streets.max_snap_m`, the place itself, which is then named as unmet.
    unmet
        A notice below `min_n_ranking` incidents.

    Examples
    --------
    `tests/routing/test_demand.py` makes the same points of cells and of segments.
    """
    places, members, unmet = hot_places(area, hotspots, shift)
    if places.empty:
        return places, unmet
    prizes = pool_prizes(prize_surface(hotspots, shift.code), members)
    # without a hot cell there is no set of hottest cells to stay in
    prizes["stability"] = prizes["stability"].where(places["proven"])
    points = places.join(prizes[UNCERTAINTY])
    return points.set_geometry(_on_streets(area, places.geometry, shift)), unmet


def _on_streets(area: Area, places: gpd.GeoSeries, shift: Shift) -> gpd.GeoSeries:
    """Move places to the street from which a team would reach them on foot."""
    if not area.streets.number_of_edges():
        return places
    rules = area.settings.streets
    profile = build_profile(area.streets, "foot", shift, rules)
    graph, found = attach_points(profile, places, max_distance_m=rules.max_snap_m)
    near = found["node"].notna()
    nodes = [graph.nodes[int(node)] for node in found.loc[near, "node"]]
    x, y = ([node[axis] for node in nodes] for axis in ("x", "y"))
    moved = gpd.GeoSeries.from_xy(x, y, index=places.index[near], crs=places.crs)
    return places.where(~near, moved.reindex(places.index))


def key_point_stops(area: Area, shift: Shift) -> gpd.GeoDataFrame:
    """Make one stop per gate of every key point that needs a daily visit; one gate is enough."""
    rules = area.settings.patrol
    names = area.key_points["name"][area.key_points["daily_required"].astype(bool)]
    gates = area.gates[area.gates["key_point_id"].isin(names.index)]
    rows = [
        {
            "stop_id": str(gate_id),
            "shift": shift.code,
            "stop_kind": "key_point",
            "place_id": str(gate["key_point_id"]),
            "label": " · ".join(filter(None, [names[gate["key_point_id"]], gate["gate_name"]])),
            "prize": 0.0,
            "dwell_min": rules.key_point_dwell_min,
            "required": True,
            "needs_enforcement": rules.key_points_need_enforcement,
            "proven": True,
            "geometry": gate.geometry,
        }
        for gate_id, gate in gates.iterrows()
    ]
    return stops_frame(rows, area)


def facility_stops(area: Area, shift: Shift) -> gpd.GeoDataFrame:
    """
    Make an optional stop of every facility that is not due daily, for teams with time to look in.

    To look needs no certificate, so that observers, too, have somewhere to go. By night the
    facilities are shut, and there are no such stops.

    Parameters
    ----------
    area
        Its key points, gates and settings.
    shift
        A dark one has none.

    Returns
    -------
    stops
        STOPS frame: the first gate of each facility, with `facility_prize`.

    Examples
    --------
    `tests/routing/test_demand.py` has a pharmacy by day and by night.
    """
    rules = area.settings.patrol
    others = area.key_points[~area.key_points["daily_required"].astype(bool)]
    if shift.dark or not rules.facility_prize:
        others = others.iloc[:0]
    gates = area.gates[area.gates["key_point_id"].isin(others.index)]
    gates = gates[~gates["key_point_id"].duplicated()]
    rows = [
        {
            "stop_id": str(gate_id),
            "shift": shift.code,
            "stop_kind": "key_point",
            "place_id": str(gate["key_point_id"]),
            "label": str(others["name"][gate["key_point_id"]]),
            "prize": rules.facility_prize,
            "dwell_min": rules.hot_dwell_min,
            "required": False,
            "needs_enforcement": False,
            "proven": False,
            "geometry": gate.geometry,
        }
        for gate_id, gate in gates.iterrows()
    ]
    return stops_frame(rows, area)
