"""The street network as one mode of patrol meets it in one shift."""

from collections.abc import Sequence
from typing import Any

import networkx as nx

from data.access import GATES, RULES, AccessRule
from data.errors import N_, Message, NetworkError
from data.graphs import EdgeRow, StreetGraph
from data.opening_hours import is_open_throughout
from data.settings import Streets
from data.shifts import Shift

MODE_NAMES = {
    "foot": Message(N_("on foot")),
    "e_bike": Message(N_("by e-bike")),
    "vehicle": Message(N_("by vehicle")),
}
"""Each mode of patrol, as a user reads it."""


def build_profile(streets: StreetGraph, mode: str, shift: Shift, rules: Streets) -> StreetGraph:
    """
    Return the part of the streets that a mode can use in a shift, with travel times.

    Walkers ignore one-way streets and may use stairs; e-bikes follow the rules for bicycles;
    vehicles keep to streets for cars. A gate whose opening hours do not cover the patrol windows,
    or that `rules` name for a dark shift, is cut: its node goes and each street to it becomes a
    dead end. Walkers keep what lies behind such a gate as an island; e-bikes and vehicles keep
    the largest part within which every place reaches every other.

    Parameters
    ----------
    streets
        Graph from `read_streets`.
    mode
        `foot`, `e_bike` or `vehicle`.
    shift
        Its patrol windows decide about gates, its darkness about light and named gates.
    rules
        Speeds, factors and gates shut at night.

    Returns
    -------
    profile
        A new graph; every edge has `travel_time` (s).

    Raises
    ------
    NetworkError
        If this mode can use no street at all, because its teams could not move.

    Examples
    --------
    >>> import shapely
    >>> from data.settings import DAY
    >>> graph = nx.MultiDiGraph(crs="EPSG:32650")
    >>> line = shapely.LineString([(0, 0), (120, 0)])
    >>> _ = graph.add_edge(1, 2, highway="residential", oneway=True, length=120.0, geometry=line)
    >>> walk = build_profile(graph, "foot", DAY, Streets(foot_mps=1.2))
    >>> sorted(walk.edges(data="travel_time"))
    [(1, 2, 100.0), (2, 1, 100.0)]
    """
    rule = RULES[mode]
    profile = streets.__class__(**streets.graph)
    profile.add_nodes_from((node, dict(data)) for node, data in streets.nodes(data=True))
    profile.add_edges_from(_usable(streets, mode, rule, shift))
    profile.remove_nodes_from(list(nx.isolates(profile)))
    if mode == "foot":
        _keep(profile, list(nx.weakly_connected_components(profile)))
    _cut(profile, [node for node in profile if _is_shut(profile, node, rule, shift, rules)])
    if mode != "foot":
        _keep(profile, list(nx.strongly_connected_components(profile)))
    if not profile.number_of_edges():
        what = Message.of(N_("No street of the area can be used {mode}."), mode=MODE_NAMES[mode])
        raise NetworkError(what, N_("Check the network file, or give the teams another mode."))
    for *_, data in profile.edges(data=True):
        data["travel_time"] = data["length"] / _speed_mps(data, mode, shift, rules)
    return profile


def _usable(streets: StreetGraph, mode: str, rule: AccessRule, shift: Shift) -> list[EdgeRow]:
    """Return the edges open to the mode, and their reverse where it may go against one-way."""
    rows: list[EdgeRow] = []
    for u, v, data in streets.edges(data=True):
        hours = str(data.get("opening_hours") or "")
        if not rule.admits(data) or not is_open_throughout(hours, shift.patrol):
            continue
        rows.append((u, v, dict(data)))
        if data.get("oneway") and _may_reverse(mode, data):
            rows.append((v, u, {**data, "geometry": data["geometry"].reverse()}))
    return rows


def _may_reverse(mode: str, data: dict[str, Any]) -> bool:
    """Tell whether the mode may go against the direction of a one-way street."""
    if mode == "e_bike":
        against = data.get("oneway:bicycle") == "no"
        return against or str(data.get("cycleway") or "").startswith("opposite")
    return mode == "foot"


def _is_shut(
    profile: StreetGraph, node: int, rule: AccessRule, shift: Shift, rules: Streets
) -> bool:
    """Tell whether a node cannot be passed by this mode in this shift."""
    if shift.dark and str(node) in rules.closed_gates:
        return True
    data: dict[str, Any] = profile.nodes[node]
    barrier = str(data.get("barrier") or "")
    if not barrier:
        return False
    if barrier in rule.stopped_by or not rule.admits(data):
        return True
    hours = str(data.get("opening_hours") or "")
    return barrier in GATES and not is_open_throughout(hours, shift.patrol)


def _cut(profile: StreetGraph, shut: Sequence[int]) -> None:
    """Replace each shut node by one dead end per neighbour, so streets to the gate stay."""
    new_id = min([0, *profile]) - 1
    for gate in shut:
        place = profile.nodes[gate]
        stubs: dict[int, int] = {}
        incident = [*profile.in_edges(gate, data=True), *profile.out_edges(gate, data=True)]
        rows: list[EdgeRow] = []
        for u, v, data in incident:
            if u == v:
                continue
            stub = stubs.setdefault(v if u == gate else u, new_id - len(stubs))
            rows.append((stub, v, data) if u == gate else (u, stub, data))
        new_id -= len(stubs)
        coordinates = {"x": place["x"], "y": place["y"]} if "x" in place else {}
        profile.add_nodes_from((stub, dict(coordinates)) for stub in stubs.values())
        profile.add_edges_from(rows)
        profile.remove_node(gate)


def _keep(profile: StreetGraph, parts: Sequence[set[int]]) -> None:
    """Keep only the part with the most nodes."""
    if parts:
        largest = max(parts, key=len)
        profile.remove_nodes_from([node for node in profile if node not in largest])


def _speed_mps(data: dict[str, Any], mode: str, shift: Shift, rules: Streets) -> float:
    """Return the speed on an edge (m/s), slower on stairs and on unlit ways in the dark."""
    speed = {
        "foot": rules.foot_mps,
        "e_bike": rules.e_bike_kph / 3.6,
        "vehicle": rules.vehicle_kph / 3.6,
    }[mode]
    if mode == "foot" and data.get("highway") == "steps":
        speed /= rules.steps_factor
    if shift.dark and data.get("lit") == "no":
        speed /= rules.unlit_factor
    return speed
