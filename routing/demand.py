"""Where to go: key points that are due, and hot stops worth a prize."""

import geopandas as gpd
import pandas as pd

from data.area import Area
from data.shifts import Shift
from routing.hot_stops import hot_stops
from routing.stops import stops_frame
from routing.unmet import Unmet


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
        STOPS frame: one row per gate of a daily key point, one per hot stop.
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
    hot, unmet = hot_stops(area, hotspots, shift)
    kept = [frame for frame in (gates, hot, facility_stops(area, shift)) if not frame.empty]
    return (pd.concat(kept) if kept else gates), unmet


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
