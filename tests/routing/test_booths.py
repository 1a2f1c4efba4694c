"""Booths: where, what they cover by day and night, and what they cannot."""

from itertools import combinations
from types import SimpleNamespace
from typing import Any

import geopandas as gpd
import networkx as nx
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely import Point, box

from data import schema
from data.errors import Message
from data.settings import BoothRules, Streets
from routing.booths import plan_booths
from tests.routing.towns import BLOCK_M, CRS, EVENING, MORNING, grid_streets, staffing, town


def _town(
    graph: nx.MultiDiGraph, booths: dict[str, Point] | None = None, **rules: Any
) -> SimpleNamespace:
    """Build a town with booths in use."""
    streets = rules.pop("streets", Streets())
    area = town(
        graph,
        staffing({}),
        shifts=(MORNING, EVENING),
        booths=BoothRules(**rules),
        streets=streets,
    )
    standing = booths or {}
    area.booths = gpd.GeoDataFrame(
        {"name": list(standing), "status": ["existing"] * len(standing)},
        index=pd.Index(list(standing), name="booth_id", dtype=str),
        geometry=list(standing.values()),
        crs=CRS,
    )
    return area


def _demand(*stops: tuple[float, float, float], shift: str = "day") -> gpd.GeoDataFrame:
    """Build hot stops from x, y and incidents."""
    ids = [f"{shift}-{n}" for n in range(len(stops))]
    facts = {
        "shift": shift,
        "stop_kind": "hotspot",
        "place_id": ids,
        "label": ids,
        "prize": [n for *_, n in stops],
        "required": False,
    }
    points = [Point(x, y) for x, y, _ in stops]
    return gpd.GeoDataFrame(facts, index=ids, geometry=points, crs=CRS)


STOPS = st.lists(
    st.tuples(st.integers(0, 4), st.integers(0, 4), st.integers(1, 9)), min_size=1, max_size=8
)


@settings(max_examples=15)
@given(STOPS, st.integers(0, 3), st.sampled_from([{}, {"B": Point(0, 0)}]))
def test_no_other_junctions_cover_more(
    stops: list[tuple[int, int, int]], most: int, booths: dict[str, Point]
) -> None:
    """On a grid the plan covers as much as the best of all choices of junctions."""
    area = _town(grid_streets(5, 5), booths, new_booths=most, cover_min=3)
    demand = _demand(*[(BLOCK_M * x, BLOCK_M * y, k) for x, y, k in stops])
    plan = plan_booths(area, demand)
    # 3 minutes are 216 m: a booth covers its own corner and those one block away
    corners = [(x, y) for x in range(5) for y in range(5) if x in range(1, 4) or y in range(1, 4)]
    kept = [(0, 0) for _ in booths]

    def share(sites: list[tuple[int, int]]) -> float:
        near = [k for x, y, k in stops if any(abs(x - a) + abs(y - b) <= 1 for a, b in sites)]
        return sum(near) / sum(k for *_, k in stops)

    best = max(
        share([*kept, *choice]) for n in range(most + 1) for choice in combinations(corners, n)
    )
    reached = plan.coverage.query("shift == 'day' and minutes == 3")
    assert reached["planned"].item() == pytest.approx(best)
    assert reached["now"].item() == pytest.approx(share(kept))
    assert plan.gap == pytest.approx(0, abs=1e-9)
    assert plan.uncovered["weight"].sum() == pytest.approx((1 - best) * sum(k for *_, k in stops))
    schema.BOOTHS.validate(plan.booths)


def test_existing_booth_stays_and_its_cover_is_not_bought_again() -> None:
    """The heaviest stop has a booth already; the new one goes to the other."""
    area = _town(grid_streets(7, 2), {"old": Point(0, 0)}, new_booths=1)
    plan = plan_booths(area, _demand((0, 0, 9), (720, 0, 2)))
    assert plan.booths["status"].to_dict() == {"old": "existing", "P1": "proposed"}
    assert plan.booths["covered_share"].tolist() == pytest.approx([9 / 11, 2 / 11])
    assert plan.booths["crew"].tolist() == [3, 3]
    assert plan.booths.geometry["P1"].distance(Point(720, 0)) <= 216


def test_night_demand_is_reached_on_the_night_network() -> None:
    """A gate that shuts at night keeps a booth's crew from night demand, not from day demand."""
    graph = grid_streets(3, 1)
    rules = {"new_booths": 0, "streets": Streets(closed_gates=("1",))}
    area = _town(graph, {"old": Point(0, 0)}, **rules)
    demand = pd.concat([_demand((200, 0, 1)), _demand((200, 0, 1), shift="night")])
    plan = plan_booths(area, demand)
    at_three = plan.coverage[plan.coverage["minutes"] == 3]
    assert at_three.set_index("shift")["now"].to_dict() == {"day": 1, "night": 0}


def test_useless_booths_are_not_proposed() -> None:
    """Where one booth covers everything the second is refused, with the reason."""
    plan = plan_booths(_town(grid_streets(4, 4), new_booths=2), _demand((120, 120, 3)))
    assert list(plan.booths.index) == ["P1"]
    assert plan.booths.geometry["P1"] == Point(120, 120)
    assert [str(what) for what in plan.unmet["what"]] == ["1 further booths"]


def test_demand_out_of_reach_is_named() -> None:
    """A stop that no junction reaches in time is unmet, by its name."""
    plan = plan_booths(_town(grid_streets(3, 3), new_booths=1), _demand((120, 120, 3), (900, 0, 5)))
    assert "A booth near day-1 in the day shift" in [str(what) for what in plan.unmet["what"]]


def test_no_demand_is_no_fault() -> None:
    """Without demand there is nothing to propose."""
    plan = plan_booths(_town(grid_streets(3, 3), {"P1": Point(0, 0)}), _demand())
    assert list(plan.booths.index) == ["P1"]
    assert (plan.coverage["planned"] == 0).all()


def test_proposals_take_free_names_and_candidates_stay_inside() -> None:
    """A booth that is called P1 keeps its name, and no booth is proposed beyond the boundary."""
    area = _town(grid_streets(9, 3), {"P1": Point(0, 0)}, new_booths=2)
    area.boundary = box(-10, -10, 500, 500)
    said: list[str] = []

    def note(_: float, doing: Message) -> None:
        said.append(str(doing))

    plan = plan_booths(area, _demand((360, 120, 5), (960, 120, 9)), progress=note)
    assert plan.booths["status"].to_dict() == {"P1": "existing", "P2": "proposed"}
    assert plan.booths.within(area.boundary).all()
    assert len(said) == 3
