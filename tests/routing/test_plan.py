"""Whole plans: lawful on random towns, repeatable, and honest about what they leave."""

import datetime as dt
from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import geopandas as gpd
import networkx as nx
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pandas.testing import assert_frame_equal
from shapely import Point, box

from data import schema
from data.errors import Message, PlanError
from data.settings import Patrol, Streets
from data.shifts import Shift, undivided
from routing import shift_plan
from routing.plan import PatrolPlan, plan_patrols
from tests.routing.towns import (
    EVENING,
    MORNING,
    STILL,
    grid_streets,
    hot_cells,
    staffing,
    town,
)

DATE = dt.date(2024, 5, 6)
BOTH = (MORNING, EVENING)
SPOT = st.tuples(st.integers(-1, 4), st.integers(-1, 4))
HALVES = {"east": box(200, -200, 700, 700), "west": box(-200, -200, 200, 700)}


def _plan(
    area: SimpleNamespace, cells: gpd.GeoDataFrame | None = None, seed: int = 1
) -> PatrolPlan:
    """Plan the patrols of one date."""
    return plan_patrols(area, hot_cells({}) if cells is None else cells, date=DATE, seed=seed)


@st.composite
def _towns(draw: st.DrawFn) -> SimpleNamespace:
    """Draw a town of 4 x 4 crossings with missing streets, mixed staff and shut gates."""
    streets = grid_streets(
        4,
        4,
        missing=draw(
            st.lists(
                st.sampled_from(sorted((u, v) for u, v in grid_streets(4, 4).edges() if u < v)),
                max_size=6,
            )
        ),
    )
    main = max(nx.weakly_connected_components(streets), key=len)
    rows = draw(
        st.lists(
            st.fixed_dictionaries(
                {
                    "org": st.sampled_from(["police", "brigade", "helpers"]),
                    "min_count": st.integers(1, 4),
                    "night_count": st.integers(0, 2),
                    "can_enforce": st.booleans(),
                    "mode": st.sampled_from(["foot", "e_bike", "vehicle"]),
                    "community": st.sampled_from(["", "", "east", "west", "nowhere"]),
                }
            ),
            min_size=1,
            max_size=4,
        )
    )
    gates = draw(st.lists(st.lists(SPOT, min_size=1, max_size=2), max_size=4))
    places = {f"K{n}": [Point(120 * x, 120 * y + 7) for x, y in g] for n, g in enumerate(gates)}
    rules = Patrol(iterations=40, visits_per_key_point=draw(st.integers(1, 2)))
    closed = draw(st.lists(st.integers(0, 15).map(str), max_size=2))
    return town(
        streets.subgraph(main).copy(),
        staffing(*rows),
        places,
        shifts=draw(st.sampled_from([BOTH, (undivided(MORNING),), (EVENING, MORNING)])),
        rules=rules,
        communities=draw(st.sampled_from([None, HALVES])),
        streets=Streets(closed_gates=tuple(closed)),
    )


@settings(max_examples=15)
@given(_towns(), st.lists(st.tuples(SPOT, st.integers(0, 9)), max_size=8), st.integers(0, 9))
def test_every_plan_is_lawful(
    area: SimpleNamespace, hot: list[tuple[tuple[int, int], int]], seed: int
) -> None:
    """Frames keep their schemas, no team of one, and each duty is met or named with a remedy."""
    codes = [shift.code for shift in area.shifts]
    cells = hot_cells(
        {f"c{n}": (120 * x + 30, 120 * y, k) for n, ((x, y), k) in enumerate(hot)}, shifts=codes
    )
    try:
        plan = _plan(area, cells, seed)
    except PlanError:
        return
    for frame, of in (
        (plan.teams, schema.TEAMS),
        (plan.stops, schema.STOPS),
        (plan.visits, schema.VISITS),
        (plan.routes, schema.ROUTES),
        (plan.unmet, schema.UNMET),
    ):
        of.validate(frame)
    places = plan.visits["stop_id"].map(plan.stops["place_id"])
    named = " ".join(str(row) for row in plan.unmet["what"])
    for name in area.key_points.index:
        made = int((places[plan.visits["stop_kind"] == "key_point"] == name).sum())
        due = area.settings.patrol.visits_per_key_point
        assert made == due or f"Key point {name}: {due - made} of" in named
    assert all(str(row) for row in plan.unmet["remedy"])
    for route in plan.routes.itertuples():
        graph = plan.graphs[route.shift, route.mode]
        assert all(graph.has_edge(*edge) for edge in route.edges)


def test_same_seed_same_plan_and_another_seed_another() -> None:
    """The seed alone decides: it repeats a plan to the second, and another one varies it."""
    area = town(
        grid_streets(4, 4),
        staffing({"min_count": 4}),
        {"K": [Point(240, 240)]},
        rules=Patrol(iterations=60),
    )
    cells = hot_cells({f"c{n}": (n * 97 % 360, n * 41 % 360, 1 + n % 4) for n in range(8)})
    first, again, other = (_plan(area, cells, seed) for seed in (1, 1, 2))
    assert_frame_equal(first.visits, again.visits)
    assert_frame_equal(first.routes, again.routes)
    assert first.visits["arrive_at"].tolist() != other.visits["arrive_at"].tolist()


def test_visit_passes_from_the_day_to_the_night() -> None:
    """What no certified team can do by day is done at night, and nothing is unmet."""
    area = town(
        grid_streets(3, 3),
        staffing({"can_enforce": False}, {"org": "police", "night_count": 2}),
        {"K": [Point(240, 0)]},
        shifts=BOTH,
    )
    plan = _plan(area)
    assert plan.visits[["shift", "stop_id"]].to_numpy().tolist() == [["night", "K-1"]]
    assert plan.stops["shift"].to_dict() == {"K-1": "night"}
    assert not any("Key point" in str(what) for what in plan.unmet["what"])


def test_windows_after_midnight_are_visited_on_the_next_date() -> None:
    """A night with windows before and after midnight is planned, each visit on its own date."""
    night = Shift("night", 1080, 360, patrol=((1320, 1430), (1470, 1590)), dark=True)
    rules = replace(STILL, visits_per_key_point=2)
    area = town(
        grid_streets(3, 1), staffing({}), {"K": [Point(240, 0)]}, shifts=(night,), rules=rules
    )
    first, second = _plan(area).visits["arrive_at"]
    assert (first.date(), second.date()) == (DATE, DATE + dt.timedelta(days=1))


def test_places_off_the_street_are_named_with_the_plan() -> None:
    """What no street is near is among what is not done, although it is due to nobody."""
    area = town(grid_streets(2, 2), staffing({}), {"K": [Point(900, 900)]})
    area.key_points["daily_required"] = False
    assert "Facility K" in [str(what) for what in _plan(area).unmet["what"]]


def test_gate_closed_at_night_is_the_named_reason() -> None:
    """A key point behind a gate that the night shift alone could visit is unmet, with why."""
    area = town(
        grid_streets(3, 1),
        staffing({"can_enforce": False}, {"org": "police", "night_count": 2}),
        {"K": [Point(240, 0)]},
        shifts=BOTH,
        streets=Streets(closed_gates=("1",)),
    )
    plan = _plan(area)
    (row,) = [r for r in plan.unmet.itertuples() if "Key point K" in str(r.what)]
    assert "In the day shift: It takes 2 certified officers" in str(row.reason)
    assert "In the night shift: No way leads there and back" in str(row.reason)
    assert "Open the gate" in str(row.remedy)


def test_community_binds_its_team_and_border_streets_belong_to_both() -> None:
    """A team of the west visits up to 30 m beyond its border, and no further."""
    area = town(
        grid_streets(4, 1),
        staffing({"community": "west"}),
        {"K": [Point(220, 0)], "L": [Point(300, 0)]},
        communities=HALVES,
    )
    plan = _plan(area)
    assert plan.visits["stop_id"].tolist() == ["K-1"]
    assert any("outside the jurisdiction" in str(reason) for reason in plan.unmet["reason"])


def test_unknown_community_limits_nobody_and_is_named() -> None:
    """Without the community's boundary its team goes everywhere, and the plan says so."""
    area = town(grid_streets(3, 1), staffing({"community": "west"}), {"K": [Point(240, 0)]})
    plan = _plan(area)
    assert len(plan.visits) == 1
    assert "The jurisdiction west" in [str(what) for what in plan.unmet["what"]]


def test_repeated_visits_to_a_key_point_are_apart() -> None:
    """Two visits a day are planned where the rules ask for two, half an hour apart."""
    rules = replace(STILL, visits_per_key_point=2)
    plan = _plan(town(grid_streets(3, 1), staffing({}), {"K": [Point(240, 0)]}, rules=rules))
    first, second = plan.visits.itertuples()
    assert second.arrive_at - first.depart_at >= pd.Timedelta(minutes=30)


def test_hot_stops_alone_make_a_plan() -> None:
    """Without key points, and with one undivided shift, there are hot stops and figures."""
    shifts = (undivided(MORNING),)
    cells = hot_cells({"a": (120, 0, 9), "b": (360, 360, 3), "far": (2000, 0, 3)}, shifts=("all",))
    plan = _plan(town(grid_streets(4, 4), staffing({}), shifts=shifts), cells)
    assert set(plan.visits["stop_id"]) == {"all-a", "all-b"}
    assert plan.headline["hot_stops_visited"] == 2
    assert plan.headline["hot_stops"] == 3
    assert plan.headline["prize_share"] == pytest.approx(12 / 15)
    assert plan.headline["key_points_required"] == 0
    assert plan.headline["walk_km"]["all"] == pytest.approx(1.44)
    assert [str(what) for what in plan.unmet["what"]] == ["Hot stop all-far in the undivided shift"]


def test_hot_stops_crowded_out_are_counted() -> None:
    """What time does not allow is one row, with how many of how many."""
    cells = hot_cells({f"c{n}": (120 * (n % 4), 120 * (n // 4), 2) for n in range(16)})
    plan = _plan(town(grid_streets(4, 4), staffing({})), cells)
    left = 16 - len(plan.visits)
    assert left > 0
    whats = [str(what) for what in plan.unmet["what"]]
    assert whats == [f"{left} of 16 hot stops in the day shift"]


def test_idle_team_is_named() -> None:
    """A team in whose community nothing is to do has no visit, and the plan says so."""
    staff = staffing({"org": "police"}, {"org": "helpers", "community": "east"})
    area = town(grid_streets(2, 2), staff, {"K": [Point(0, 0)]}, communities=HALVES)
    whats = [str(what) for what in _plan(area).unmet["what"]]
    assert "1 of 2 teams have no visit in the day shift: helpers" in whats


def test_key_point_without_a_gate_is_named() -> None:
    """A daily key point that has no gate anywhere is unmet, not forgotten."""
    area = town(grid_streets(2, 2), staffing({}), {"K": [Point(0, 0)]})
    area.gates = area.gates.iloc[:0]
    plan = _plan(area)
    assert "no gate" in str(plan.unmet["reason"].iloc[-1])


def test_progress_rises_to_the_end() -> None:
    """Whoever waits sees a rising share and what is being done in which shift."""
    seen: list[tuple[float, str]] = []
    area = town(grid_streets(2, 2), staffing({"min_count": 4, "night_count": 2}), shifts=BOTH)

    def note(share: float, doing: Message) -> None:
        seen.append((share, str(doing)))

    plan_patrols(area, hot_cells({}), date=DATE, seed=0, progress=note)
    shares = [share for share, _ in seen]
    assert shares == sorted(shares)
    assert 0 <= shares[0] <= shares[-1] <= 1
    assert seen[-1][1].startswith("night shift: ")


def test_unlawful_plan_is_our_bug(monkeypatch: pytest.MonkeyPatch) -> None:
    """A plan that the checker refuses is never handed out."""

    def refuse(*_: Any, **__: Any) -> list[Message]:
        return [Message("The checker objects.")]

    monkeypatch.setattr(shift_plan, "find_violations", refuse)
    with pytest.raises(AssertionError, match="objects"):
        _plan(town(grid_streets(2, 2), staffing({})))


def test_each_day_differs_and_repeats_itself() -> None:
    """The same date gives the same plan again; the next day has other starts and times."""
    area = town(
        grid_streets(4, 4), staffing({}), {"K": [Point(240, 240)]}, rules=Patrol(iterations=60)
    )
    cells = hot_cells({"c": (120, 0, 12)})
    plans = [
        plan_patrols(area, cells, date=DATE + dt.timedelta(days=days), seed=1)
        for days in (0, 0, 1, 2)
    ]
    clocks = [plan.visits["arrive_at"].dt.time.tolist() for plan in plans]
    assert clocks[0] == clocks[1]
    assert clocks[0] != clocks[2] != clocks[3]


def test_two_pairs_share_the_work_of_a_day() -> None:
    """Duties that one pair could do alone are shared between two pairs, and none is lost."""
    gates = {f"K{n}": [Point(120 * (n % 4), 120 * (n // 4))] for n in range(8)}
    area = town(grid_streets(4, 4), staffing({"min_count": 4}), gates, rules=Patrol(iterations=200))
    plan = _plan(area)
    assert plan.headline["key_points_visited"] == 8
    assert plan.visits.groupby("team").size().tolist() == [4, 4]
