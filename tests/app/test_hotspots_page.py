from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from streamlit.testing.v1 import AppTest

from app import hot_beside
from app.hot_choice import (
    HotChoice,
    chosen_incidents,
    describe_places,
    find_chosen,
    kinds_of,
    measures_of,
    surface_of,
    units_of,
)
from app.i18n import in_language
from app.maps.measures import value_block, value_layer
from app.maps.views import hotspot_map
from app.panels import place_segments
from app.panels.place_streets import count_on_streets
from app.study import Study
from app.tables import hotspot_rows
from data.incident_types import RESTRICTED_TYPES
from tests.app.panel_views import START, make_incidents, with_incidents

ENTRY = str(Path(__file__).parents[2] / "streamlit_app.py")


def open_page(folder: Path) -> AppTest:
    """Open the page of hotspots of a small area."""
    entry = AppTest.from_file(ENTRY, default_timeout=300)
    entry.query_params["lang"] = "zh"
    entry.session_state["folder"] = str(folder)
    return entry.switch_page("app/pages/hotspots.py").run()


def texts(page: AppTest) -> str:
    """Join what the page says."""
    parts = [*page.markdown, *page.caption, *page.info, *page.warning]
    return "\n".join(part.value.replace("\\", "") for part in parts)


def test_the_page_says_what_chance_would_make_and_what_is_missing(area_folder: Path) -> None:
    """Beside the map stand n, the number hot by chance, the sources and the match rate."""
    page = open_page(area_folder)
    assert not page.exception
    said = texts(page)
    assert "起数随机换位，平均" in said
    assert "来源：居民 40 起，部门 0 起，巡查发现 0 起" in said
    assert "定位率 100%（40/40 起）" in said
    rows = page.dataframe[0].value
    assert {"地点（街道 · 附近点位）", "自何日起可证实"} <= set(rows)
    k = int((rows["结论"] == "显著热点").sum())
    assert (f"稳定度（最热 {k} 处之内）" if k else "稳定度") in set(rows)
    assert (f"仍在最热的 {k} 处之内的比例" in said) == bool(k)


def test_every_choice_can_be_made(area_folder: Path) -> None:
    """Units, sources, types and periods can be chosen one after the other without an error."""
    page = open_page(area_folder)
    for unit in ("hexagon", "segment", "square"):
        page.segmented_control(key="hot_unit").set_value(unit).run()
        assert not page.exception
        assert not page.error
    page.segmented_control(key="hot_shift").set_value("night").run()
    assert "夜间" in page.subheader[0].value
    page.selectbox(key="hot_weeks").set_value(4).run()
    assert not page.exception
    page.segmented_control(key="hot_layer").set_value("patrol").run()
    assert not page.exception
    said = texts(page)
    assert "样本不足：该时段只有 0 起" in said
    assert "不属于所选的来源、类型或时期。" in str(page.table[0].value.to_numpy())


def test_what_cannot_be_computed_is_said_and_the_rest_is_there(area_folder: Path) -> None:
    """An area whose own units cannot be laid is told in one sentence; the sidebar stays."""
    page = open_page(area_folder)
    toml = area_folder / "area.toml"
    toml.write_text(toml.read_text("utf-8") + "[analysis]\nunit = 'area'\n", "utf-8")
    page = open_page(area_folder)
    assert not page.exception
    assert len(page.error) == 1  # the study itself needs units: a sentence, and the sidebar
    assert page.text_input(key="folder").value == str(area_folder)


def test_own_choice_is_the_study_itself(study: Study) -> None:
    """What is chosen at first is what the other pages show."""
    assert find_chosen(study, HotChoice(units_of(study.area)[0])) is study.hotspots
    assert kinds_of(study.area)[0] == "all"
    assert not set(kinds_of(study.area)) & RESTRICTED_TYPES


def test_sources_part_the_incidents(study: Study) -> None:
    """Reports and patrol finds together are all incidents whose source is known."""
    reports, finds = (
        chosen_incidents(study.area, HotChoice("square", layer=layer))
        for layer in ("reports", "patrol")
    )
    assert set(finds["source"]) == {"patrol_find"}
    assert not set(reports.index) & set(finds.index)
    assert len(reports) + len(finds) == len(study.area.incidents)


@pytest.mark.parametrize("unit", ["square", "hexagon", "segment", "area"])
def test_maps_of_every_unit_and_measure_are_drawn(study: Study, unit: str) -> None:
    """Each unit gives a layer with as many colours as its legend for every measure it offers."""
    found = find_chosen(study, HotChoice(unit))
    offered = measures_of(study.area, found, "day")
    assert {"count", "density", "network", "street"} <= set(offered)
    for measure in offered:
        surface = surface_of(study, found, "day", measure)
        assert (surface["value"].dropna() >= 0).all()
        assert surface["value"].max() > 0
        layer = value_layer(surface, "day", measure)
        assert layer["features"]["features"]  # type: ignore[index]
        block = value_block(surface, "day", measure, lines=unit == "segment")
        assert len(block["ramp"]) == len(layer["styles"])  # type: ignore[arg-type]


def test_the_map_says_of_what_and_in_which_unit(study: Study) -> None:
    """Number, period and unit stand in the caption, whatever is shown."""
    found = find_chosen(study, HotChoice("segment"))
    surface = surface_of(study, found, "day", "network")
    with in_language("zh"):
        drawn = hotspot_map(study, "day", found=found, measure="network", surface=surface)
        page = str(drawn.get_root().render())
    assert "单位：起/千米街道（沿街密度）" in page
    assert "显著热点路段（白天）" in page


def test_places_have_names_and_hot_ones_a_date(study: Study) -> None:
    """Hot places are named by street and key point, dated, and told how stable they are."""
    places = describe_places(study, study.hotspots, "day")
    with in_language("zh"):
        rows = hotspot_rows(study.hotspots.hotspots, "day", places=places)
    hot = rows[rows["结论"] == "显著热点"]
    assert len(hot)
    assert hot["地点（街道 · 附近点位）"].str.contains("青梧").any()
    assert pd.to_datetime(hot["自何日起可证实"]).between("2026-05-18", "2026-11-16").all()
    stability = f"稳定度（最热 {len(hot)} 处之内）"
    assert hot[stability].str.contains("稳定").all()
    assert (rows.loc[rows["结论"] == "不显著", stability] == "—").all()


def test_nothing_chosen_is_an_empty_result(study: Study) -> None:
    """A choice without incidents gives cells, no hot one, and only counts to colour by."""
    nobody = replace(study.area, incidents=study.area.incidents.iloc[:0])
    found = find_chosen(replace(study, area=nobody), HotChoice("hexagon", kind="leafleting"))
    assert found.n == 0
    assert not found.hotspots["hot"].any()
    assert measures_of(nobody, found, "day") == ["count"]
    places = describe_places(replace(study, area=nobody), found, "day")
    assert places.empty
    assert hotspot_rows(found.hotspots, "day", places=places).empty


def test_a_pile_at_one_point_is_not_said_to_be_even(study: Study) -> None:
    """Where all lie at one gate no unit is hot, but nothing says that nothing is concentrated."""
    n = 200
    times = pd.Series(START + pd.to_timedelta(np.arange(n), unit="D")) + pd.Timedelta(hours=12)
    piled = with_incidents(
        study, make_incidents(study, times, places=np.zeros((n, 2))), "piled for the verdict"
    )
    assert not piled.hotspots.hotspots["hot"].any()
    verdict = hot_beside._verdict(piled.hotspots, "day", 10)  # noqa: SLF001
    streets = count_on_streets(piled)
    rows = streets.rows("day")
    along = place_segments._verdict(streets, rows[rows["hot"]], "day")  # noqa: SLF001
    for told in (verdict, along):
        assert "200 起" in told
        assert "更集中" not in told
    assert "单独一处的堆积它证不出来" in verdict
    assert "起数随机换位，平均" in verdict


def test_incidents_without_a_time_have_their_own_row(study: Study) -> None:
    """Incidents without any time are counted as such, whatever period is chosen."""
    times = pd.Series(START + pd.to_timedelta(np.arange(20), unit="D"))
    incidents = make_incidents(study, times.where(times.index >= 3).dt.tz_convert(START.tz))
    some = with_incidents(study, incidents, "three without a time")
    assert some.hotspots.n == 17
    for weeks in (0, 52):
        choice = HotChoice("square", weeks=weeks)
        left = hot_beside._left_by_choice(some.area, some.hotspots, choice)  # noqa: SLF001
        assert [(str(reason), n) for reason, n in left] == [("没有发生时间。", 3)]
