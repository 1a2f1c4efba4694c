from dataclasses import replace

import geopandas as gpd
import networkx as nx
import numpy as np
import pytest
import shapely

from app.study import Study
from data.profiles import build_profile
from data.snapping import attach_points
from routing.reach import reached_streets

RINGS_MIN = (1.0, 3.0, 5.0)


def test_rings_end_where_a_plain_search_ends(study: Study) -> None:
    """The street length reached within the largest ring is that of NetworkX's own search."""
    area = study.area
    places = study.booths.booths.geometry
    rules = area.settings.streets
    profile = build_profile(area.streets, "foot", area.shifts[0], rules)
    graph, found = attach_points(profile, places, max_distance_m=rules.max_snap_m)
    limit_s = RINGS_MIN[-1] * 60
    starts = set(found["node"].dropna().astype(int))
    at_s = nx.multi_source_dijkstra_path_length(graph, starts, cutoff=limit_s, weight="travel_time")
    expected_m = sum(
        data["geometry"].length * min(1.0, (limit_s - at_s[u]) / data["travel_time"])
        for u, _, data in graph.edges(data=True)
        if u in at_s
    )
    reached_m = sum(ring.length.sum() for ring in reached_streets(area, places, RINGS_MIN))
    assert reached_m == pytest.approx(expected_m, rel=1e-6)


def test_nothing_is_reached_from_far_away(study: Study) -> None:
    """A booth further from any street than the area allows reaches nothing."""
    west, south, *_ = study.area.boundary.bounds
    far = gpd.GeoSeries([shapely.Point(west - 50_000, south - 50_000)], crs=study.area.crs)
    assert all(ring.empty for ring in reached_streets(study.area, far, RINGS_MIN))


def test_slower_walkers_reach_less(study: Study) -> None:
    """Half the walking speed shortens what is reached."""
    area, places = study.area, study.booths.booths.geometry
    slow = replace(area.settings.streets, foot_mps=area.settings.streets.foot_mps / 2)
    slow_area = replace(area, settings=replace(area.settings, streets=slow))
    lengths = [
        np.sum([ring.length.sum() for ring in reached_streets(each, places, RINGS_MIN)])
        for each in (area, slow_area)
    ]
    assert lengths[1] < lengths[0]
