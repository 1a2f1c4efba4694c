"""Two real places that nobody here drew, from files to plan (skipped without the files)."""

import datetime as dt
from dataclasses import dataclass
from pathlib import Path

import pandas as pd
import pytest
import shapely

from app.study import Study, run_study, write_study
from data.new_area import create_area
from data.sources import Sources

SHARED = Path(__file__).parents[2] / "shared" / "data"
MONACO = SHARED / "osm_monaco" / "monaco.osm.gz"
MONTREAL = SHARED / "montreal" / "montreal.gpkg"
DAY = dt.date(2026, 11, 23)

pytestmark = pytest.mark.real_data


@dataclass(frozen=True)
class Case:
    """A place, and what is known of it."""

    sources: Sources
    key_points: int
    incidents: int
    shifts: tuple[str, ...]
    osm: bool


CASES = {
    "monaco": Case(
        Sources(
            network=str(MONACO),
            key_points_from_osm=True,
            demo_incidents=120,
            seed=1,
            timezone="Europe/Monaco",
            teams=4,
        ),
        key_points=15,  # 3 hospitals, 6 pharmacies, 6 police posts
        incidents=120,
        shifts=("day", "night"),
        osm=True,
    ),
    "montreal": Case(
        Sources(
            network=f"{MONTREAL}#mtl_network",
            incidents=f"{MONTREAL}#bike_accidents",
            key_points=f"{MONTREAL}#mtl_libraries",
            timezone="America/Toronto",
            teams=8,
        ),
        key_points=55,
        incidents=347,
        shifts=("all",),
        osm=False,
    ),
}


@pytest.fixture(scope="module", params=CASES)
def planned(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> tuple[Case, Study, Path]:
    """Build a real area, plan it and write its files."""
    if not (MONACO.is_file() and MONTREAL.is_file()):
        pytest.skip("the real files are not beside the checkout")
    case = CASES[request.param]
    folder = tmp_path_factory.mktemp(request.param)
    create_area(folder / "area", case.sources)
    study = run_study(folder / "area", day=DAY, seed=1)
    write_study(study, folder / "out")
    return case, study, folder / "out"


def test_everything_in_the_files_arrives(planned: tuple[Case, Study, Path]) -> None:
    """Key points, incidents and shifts are as many as the files hold."""
    case, study, _ = planned
    assert len(study.area.key_points) == case.key_points
    assert len(study.area.incidents) == case.incidents
    assert tuple(shift.code for shift in study.area.shifts) == case.shifts
    assert study.area.osm is case.osm


def test_every_key_point_is_visited_or_has_a_reason(planned: tuple[Case, Study, Path]) -> None:
    """No key point is forgotten: it is visited at a gate, or named with reason and remedy."""
    _, study, out = planned
    visited = set(pd.read_csv(out / "visits.csv")["stop_id"])
    unmet = pd.read_csv(out / "unmet.csv")
    assert unmet[["what", "reason", "remedy"]].notna().all(axis=None)
    for key_point_id, name in study.area.key_points["name"].items():
        assert key_point_id in visited or unmet["what"].str.contains(name, regex=False).any()


def test_routes_run_on_streets_that_exist(planned: tuple[Case, Study, Path]) -> None:
    """Every edge of every route exists in the graph of that shift and mode, and on the map."""
    _, study, _ = planned
    plan = study.plan
    assert len(plan.routes)
    for route in plan.routes.itertuples():
        graph = plan.graphs[route.shift, route.mode]
        assert all(graph.has_edge(*edge) for edge in route.edges)
    streets = shapely.union_all(
        [data["geometry"] for *_, data in study.area.streets.edges(data=True)]
    ).buffer(0.5)
    shapely.prepare(streets)
    assert plan.routes.within(streets).all()


def test_nobody_goes_alone_and_hot_stops_are_visited(planned: tuple[Case, Study, Path]) -> None:
    """Teams are two or more, and the plan visits what is proven hot."""
    _, study, _ = planned
    assert (study.plan.teams["size"] >= 2).all()
    assert study.hotspots.hotspots["hot"].any()
    assert study.plan.headline["proven_stops_visited"] == study.plan.headline["proven_stops"]


def test_the_map_names_its_sources_and_calls_nobody(planned: tuple[Case, Study, Path]) -> None:
    """The map is self-contained, names OpenStreetMap where due, and labels invented data."""
    case, study, out = planned
    text = (out / "map.html").read_text(encoding="utf-8")
    assert ("OpenStreetMap" in text) is case.osm
    assert ("演示数据" in text) is study.area.demo
    for source in ('src="http', "src='http", 'href="http', "url(http", "fetch(", "@import"):
        assert source not in text
