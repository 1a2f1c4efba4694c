import re
from dataclasses import replace
from pathlib import Path

import geopandas as gpd
import pandas as pd
import pytest
from shapely import Point
from streamlit.testing.v1 import AppTest

from app.panels import place_exposure, place_facilities
from app.panels.place_cells import lay_squares
from app.panels.place_scan import MAX_RADIUS_M, scan_new, scan_space
from app.panels.place_streets import StreetCounts, count_on_streets, days_of
from app.study import Study
from data.sample.make_sample import TRUTH
from spatial.concentration import top_units
from tests.app import panel_views
from tests.app.panel_views import with_incidents
from tests.app.test_pages import ENTRY, PATIENCE_S, SAMPLE, hostile_texts, is_live
from tests.app.test_panels_time import BAD

PANELS = ["集中度", "路段热点", "聚集区", "点位", "风险地形"]
NEAR_M = 150.0


def open_view(view: str = "place", folder: str = SAMPLE) -> AppTest:
    """Open a view of the page 研判, and no other on the way."""
    entry = AppTest.from_file(ENTRY, default_timeout=PATIENCE_S)
    entry.query_params["lang"] = "zh"
    entry.session_state["folder"] = folder
    entry.session_state["analysis_view"] = view
    return entry.switch_page("app/pages/analysis.py").run()


def said(page: AppTest) -> str:
    """Return every sentence of a page, without the signs that keep it from being Markdown."""
    parts = [*page.markdown, *page.caption, *page.warning, *page.info]
    return re.sub(r"\\(.)", r"\1", "\n".join(str(part.value) for part in parts))


def planted(study: Study) -> gpd.GeoSeries:
    """Project the middles of all planted hotspots."""
    points = [Point(spot.lon, spot.lat) for spot in TRUTH.hotspots]
    return gpd.GeoSeries(points, crs=4326).to_crs(study.area.crs)


@pytest.mark.parametrize("kind", BAD)
@pytest.mark.parametrize("view", ["place", "trust", "source"])
def test_bad_input_leaves_the_page_standing(study: Study, kind: str, view: str) -> None:
    """Whatever the incidents are, every panel of the view has its title and says a sentence."""
    shown = panel_views.open_view(with_incidents(study, BAD[kind](study), f"{kind} {view}"), view)
    assert len(shown.subheader) == {"place": 5, "trust": 3, "source": 3}[view]
    assert not shown.error
    assert len(shown.warning) + len(shown.caption) + len(shown.info) >= len(shown.subheader)


@pytest.fixture(scope="module")
def streets(study: Study) -> StreetCounts:
    """Count the sample on its streets."""
    return count_on_streets(study)


@pytest.fixture(scope="module")
def page() -> AppTest:
    """Open the view on the sample once."""
    return open_view()


def test_every_panel_says_something(page: AppTest) -> None:
    """All five panels open without a fault, each with n and the period."""
    assert not page.exception
    assert not page.error
    assert not page.warning
    assert [one.value for one in page.main.subheader] == PANELS
    text = said(page)
    assert "集中了一半的事件" in text
    assert "段显著热点路段" in text
    assert "处聚集区" in text
    assert text.count("2026-05-18 至 ") >= len(PANELS)


def test_top_segments_are_those_with_the_most(page: AppTest, streets: StreetCounts) -> None:
    """The table lists the fullest segments, each within its exact interval."""
    table = page.dataframe[0].value
    expected = top_units(streets.n, at_most=12)
    assert table["起数"].tolist() == expected["n"].tolist()
    for n, interval in zip(table["起数"], table["95 % 区间（起）"], strict=True):
        low, high = (float(end) for end in interval.split("–"))
        assert low <= n <= high


def test_the_terrain_is_worked_out_on_demand(page: AppTest) -> None:
    """Nothing slow runs before its button is pressed; afterwards the factors are there."""
    assert [one.key for one in page.button if one.key == "terrain"] == ["terrain"]
    after = page.button(key="terrain").click().run()
    assert not after.exception
    assert "类设施附近事件明显更多" in said(after) or "没有一类设施被证明" in said(after)


@pytest.mark.parametrize("view", ["new", "moran"])
def test_each_kind_of_cluster_has_its_sentence(page: AppTest, view: str) -> None:
    """The other views of the clusters open, and say what they are made of."""
    page = page.segmented_control(key="cluster_view").set_value(view).run()
    assert not page.exception
    assert {"new": "时空重排扫描", "moran": "不是证明"}[view] in said(page)


def test_segments_count_every_incident_once(study: Study, streets: StreetCounts) -> None:
    """What lies on the segments adds up to the incidents of the study, by shift as well."""
    assert streets.n.sum() == streets.found.n == study.hotspots.n
    assert streets.found.n_by_shift.sum() == pytest.approx(study.hotspots.n)
    assert days_of(study) == pytest.approx(180, abs=3)


def test_hot_segments_lie_where_something_was_planted(study: Study, streets: StreetCounts) -> None:
    """In each shift some segment is hot, and none is far from every planted hotspot."""
    middles = planted(study)
    for shift in ("day", "night"):
        rows = streets.rows(shift)
        hot = streets.lixels.loc[rows.index[rows["hot"]]]
        assert len(hot)
        assert max(middles.distance(line).min() for line in hot.geometry) < NEAR_M


def test_the_scan_finds_all_that_was_planted(study: Study, streets: StreetCounts) -> None:
    """Every planted hotspot has a proven cluster, none larger than the caps that are shown."""
    found = scan_space(study, streets)
    proven = found.scan.clusters["p_value"] <= study.area.settings.analysis.alpha
    assert (found.scan.clusters["radius_m"] <= MAX_RADIUS_M).all()
    lines = [
        streets.lixels.geometry.loc[each].union_all()
        for each, sure in zip(found.members, proven, strict=True)
        if sure
    ]
    for middle in planted(study):
        assert min(line.distance(middle) for line in lines) < NEAR_M / 2


def test_what_moved_is_new(study: Study, streets: StreetCounts) -> None:
    """The spot to which the planted hotspot moved is the place that has become hotter lately."""
    found = scan_new(study, streets)
    assert found.scan.clusters["p_value"].iloc[0] <= study.area.settings.analysis.alpha
    line = streets.lixels.geometry.loc[found.members[0]].union_all()
    moved = gpd.GeoSeries([Point(TRUTH.after_cleanup.lon, TRUTH.after_cleanup.lat)], crs=4326)
    assert line.distance(moved.to_crs(study.area.crs).iloc[0]) < NEAR_M


def test_squares_stand_in_for_any_other_unit(study: Study) -> None:
    """Where hotspots are counted by streets, squares hold the same incidents as by squares."""
    by_streets = replace(study, hotspots=count_on_streets(study).found, seed=study.seed + 1)
    squares = lay_squares(by_streets)
    own = lay_squares(study)
    pd.testing.assert_series_equal(squares.n, own.n)
    assert squares.studied.sum() == len(own.cells)


def test_visits_are_asked_for_where_there_are_none(area_folder: Path) -> None:
    """Without outpatient visits one sentence says what to enter, and no rate is shown."""
    page = open_view(folder=str(area_folder))
    assert not page.exception
    assert "outpatient_visits" in said(page)
    assert not any("收缩后（起/千人次）" in table.value for table in page.dataframe)


def test_visits_of_too_few_points_make_no_scan(study: Study) -> None:
    """The scan by visits is offered only with five known numbers; 0 is not known."""
    points = study.area.key_points
    few = points.assign(outpatient_visits=[100.0] * 4 + [0.0] * (len(points) - 4))
    assert not place_exposure.is_known(replace(study, area=replace(study.area, key_points=few)))
    enough = points.assign(outpatient_visits=[100.0] * 5 + [float("nan")] * (len(points) - 5))
    assert place_exposure.is_known(replace(study, area=replace(study.area, key_points=enough)))


def test_the_fullest_key_point_is_named_only_if_it_is_one(study: Study) -> None:
    """One incident, or as many at two key points, name none; a clear lead does."""
    points = study.area.key_points.index
    blank = pd.DataFrame(0.0, index=points, columns=["n", "n_day", "n_night"])

    def told(*counts: float) -> str:
        near = blank.copy()
        near.loc[points[: len(counts)], ["n", "n_day"]] = [[n, n] for n in counts]
        return place_facilities._verdict(study, near)  # noqa: SLF001

    assert "都不足 10 起（最多 1 起）" in told(1)
    assert "有 2 处点位并列最多，各 20 起" in told(20, 20, 3)
    assert f"最多的是{study.area.key_points['name'].iloc[0]}：20 起" in told(20, 19)


def test_no_incident_gives_sentences(area_folder: Path) -> None:
    """An area without incidents opens: every panel says why it has nothing to show."""
    file = area_folder / "incidents.csv"
    file.write_text(file.read_text("utf-8").splitlines()[0] + "\n", "utf-8")
    page = open_view(folder=str(area_folder))
    assert not page.exception
    assert [one.value for one in page.main.subheader] == PANELS
    assert len(page.warning) >= 4


def test_markdown_in_names_stays_text(hostile_folder: Path) -> None:
    """Names of streets, key points and shifts that are pictures or links are shown as text."""
    page = open_view(folder=str(hostile_folder))
    assert not page.exception
    texts = hostile_texts(page)
    assert texts
    assert not [text for text in texts if is_live(text)]
