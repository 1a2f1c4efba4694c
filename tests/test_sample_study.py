"""The sample area from folder to plan: what was planted is found, and what is planned is lawful."""

import geopandas as gpd
import networkx as nx
import numpy as np
import pytest
from shapely import Point

from app.study import Study
from data.paths import travel_costs
from data.profiles import build_profile
from data.sample.make_sample import TRUTH

WALK_FROM_CENTRE_M = 75.0
"""A hot cell of 50 m whose centre is this near a planted centre belongs to it."""


def place(study: Study, lon: float, lat: float) -> Point:
    """Project a planted centre."""
    return gpd.GeoSeries([Point(lon, lat)], crs=4326).to_crs(study.area.crs).iloc[0]


@pytest.mark.parametrize(("shift", "other"), [("day", "night"), ("night", "day")])
def test_the_planted_hotspots_are_found_in_their_shift(
    study: Study, shift: str, other: str
) -> None:
    """The morning hotspot is hot by day and not by night, the evening one the other way round."""
    planted = {"day": TRUTH.day, "night": TRUTH.evening}[shift]
    centre = place(study, planted.lon, planted.lat)
    cells = study.hotspots.hotspots
    near = cells[cells.centroid.distance(centre) < WALK_FROM_CENTRE_M]
    assert near.loc[near["shift"] == shift, "hot"].any()
    assert not near.loc[near["shift"] == other, "hot"].any()


def test_hot_cells_lie_where_something_was_planted(study: Study) -> None:
    """No hot cell is far from every planted hotspot."""
    centres = gpd.GeoSeries([place(study, spot.lon, spot.lat) for spot in TRUTH.hotspots])
    hot = study.hotspots.hotspots[study.hotspots.hotspots["hot"]]
    assert len(hot)
    assert max(centres.distance(cell).min() for cell in hot.centroid) < 130


def test_day_and_night_add_up_to_the_whole(study: Study) -> None:
    """Every incident of the area is in the layers once, in twelfths."""
    parts = study.hotspots.parts
    assert (parts.sum(axis=1) == 12).all()
    assert study.hotspots.n_by_shift.sum() == pytest.approx(len(parts))


def test_every_key_point_is_visited_by_two_certified_officers(study: Study) -> None:
    """Each daily key point has its visit, by a team with two certificates; nobody goes alone."""
    plan = study.plan
    due = study.area.key_points.index[study.area.key_points["daily_required"]]
    duties = plan.visits[plan.visits["required"]]
    assert set(due) <= set(duties["place_id"])
    assert (plan.teams["enforcers"][duties["team"]] >= 2).all()
    assert (plan.teams["size"] >= 2).all()


def test_every_route_edge_exists_in_its_profile(study: Study) -> None:
    """Routes run on edges of the graph of their shift and mode, and never through a shut gate."""
    for route in study.plan.routes.itertuples():
        graph = study.plan.graphs[route.shift, route.mode]
        assert all(graph.has_edge(*edge) for edge in route.edges)


def test_the_plan_has_a_day_and_a_night(study: Study) -> None:
    """Both shifts have visits, both hotspots are among them, and two booths are proposed."""
    visited = study.plan.visits[study.plan.visits["proven"]]
    assert set(visited.loc[visited["stop_kind"] == "hotspot", "shift"]) == {"day", "night"}
    assert (study.booths.booths["status"] == "proposed").sum() == 2
    assert study.booths.gap == 0


def test_times_agree_with_networkx_on_the_sample(study: Study) -> None:
    """The travel-time matrix of the sample equals NetworkX's, entry by entry."""
    area = study.area
    graph = build_profile(area.streets, "foot", area.shifts[-1], area.settings.streets)
    nodes = np.random.default_rng(0).choice(list(graph), 30, replace=False).tolist()
    ours = travel_costs(graph, nodes, nodes)
    for row, source in enumerate(nodes):
        found = nx.single_source_dijkstra_path_length(graph, source, weight="travel_time")
        assert ours[row] == pytest.approx([found.get(node, np.inf) for node in nodes])
