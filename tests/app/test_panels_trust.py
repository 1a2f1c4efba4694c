import re
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from streamlit.testing.v1 import AppTest

from app.panels import trust_cleanup, trust_holdout
from app.panels.place_cells import lay_squares
from app.panels.trust_names import name_cells
from app.panels.trust_places import places_to_choose, recorded_cleanup
from app.panels.trust_staff import staff_of
from app.panels.trust_surfaces import name_surface
from app.study import Study
from data.sample.make_sample import TRUTH
from spatial.surfaces import PLAIN
from tests.app import panel_views
from tests.app.test_pages import hostile_texts, is_live
from tests.app.test_panels_place import open_view, said

PANELS = ["稳定性", "预测检验", "清理前后"]


@pytest.fixture(scope="module")
def page() -> AppTest:
    """Open the view on the sample once."""
    return open_view("trust")


@pytest.fixture(scope="module")
def tested(study: Study) -> trust_holdout.Tested:
    """Judge the surfaces by day on 60 cells."""
    squares = lay_squares(study)
    mine = trust_holdout.of_shift(study, "day")
    return trust_holdout.judge(study, squares, mine, 60)


def test_every_panel_says_something(page: AppTest) -> None:
    """All three panels open without a fault, each with n, period and a verdict."""
    assert not page.exception
    assert not page.error
    assert not page.warning
    assert [one.value for one in page.main.subheader] == PANELS
    text = said(page)
    assert "显著热点格中" in text
    assert "能碰上后来" in text
    assert "外圈上升：可能有一部分转移到了附近" in text
    assert text.count("2026-05-18 至 ") >= len(PANELS)


def test_stability_is_a_share_by_cells_and_by_streets(page: AppTest) -> None:
    """Every hot cell and every hot segment has its share, the surest first."""
    by_cells = page.dataframe[0].value.filter(regex=r"^稳定度（人手盖得住的 \d+ 格之内）$")
    page = page.segmented_control(key="stability_unit").set_value("segment").run()
    assert not page.exception
    by_streets = page.dataframe[0].value.filter(regex=r"^稳定度（人手盖得住的 \d+ 米街道之内）$")
    for column in (by_cells, by_streets):
        shares = [int(share.removesuffix("% 稳定")) for share in column.squeeze(axis=1)]
        assert shares == sorted(shares, reverse=True)
        assert shares[0] >= 90


def test_the_area_follows_from_the_plan(study: Study) -> None:
    """Teams, minutes and duties of the plan make the number of places; without a team it is 0."""
    staff = staff_of(study, "day")
    visits = study.plan.visits
    duties = visits[(visits["shift"] == "day") & visits["required"]]
    travel_min = study.plan.routes["travel_s"].sum() / 60 / len(visits)
    free_min = staff.teams * 420 - duties["dwell_min"].sum() - len(duties) * travel_min
    assert staff.teams == (study.plan.teams["shift"] == "day").sum()
    assert staff.cells == int(free_min / (12 + travel_min) / 4)
    nobody = replace(study, plan=replace(study.plan, teams=study.plan.teams.iloc[:0]))
    assert staff_of(nobody, "day").cells == 0


def test_the_measures_belong_together(tested: trust_holdout.Tested) -> None:
    """Hit rates are those that chose the surface; PAI is the hit rate over the share of area."""
    measures = tested.rolled.measures.loc[tested.judged.table.index]
    np.testing.assert_allclose(measures["hit_rate"], tested.judged.table["hit_rate"])
    np.testing.assert_allclose(measures["pai"], measures["hit_rate"] / tested.share)
    at_area = tested.rolled.curve.loc[tested.share]
    np.testing.assert_allclose(at_area[measures.index], measures["hit_rate"])
    assert (measures["pei_star"] <= 1 + 1e-12).all()


def test_curves_rise_from_nothing(tested: trust_holdout.Tested) -> None:
    """No cell reaches nothing; more cells never reach less; counts beat chance."""
    curve = tested.rolled.curve
    assert (curve.loc[0.0] == 0).all()
    assert (curve.diff().dropna() >= -1e-12).all(axis=None)
    assert (curve[PLAIN] >= curve["random"] - 1e-12).all()


def test_every_surface_has_a_name(tested: trust_holdout.Tested) -> None:
    """No code of a surface reaches the reader, and no two share a name."""
    names = [name_surface(str(surface)) for surface in [*tested.judged.table.index, "random"]]
    assert not [name for name in names if re.search("[a-z]", name)]
    assert len(set(names)) == len(names)


def test_the_recorded_clean_up_is_the_default(study: Study) -> None:
    """The sample's planted clean-up is offered first; an area without a record has none."""
    recorded = recorded_cleanup(study)
    assert recorded is not None
    assert recorded.day == TRUTH.cleanup_on
    first = next(iter(places_to_choose(study, recorded).values()))
    assert first[0] == TRUTH.before_cleanup.name
    elsewhere = replace(study, area=replace(study.area, folder=Path("no such folder")))
    assert recorded_cleanup(elsewhere) is None


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"displacement": {"before": {}}}'])
def test_another_file_of_that_name_is_no_record(study: Study, tmp_path: Path, text: str) -> None:
    """A file of the same name with other contents is passed over."""
    (tmp_path / "truth.json").write_text(text, "utf-8")
    assert recorded_cleanup(replace(study, area=replace(study.area, folder=tmp_path))) is None


def compare(study: Study, day: date) -> trust_cleanup.Compared:
    """Compare eight weeks before and after a day at the planted place."""
    recorded = recorded_cleanup(study)
    assert recorded is not None
    asked = trust_cleanup.Asked("", recorded.place, day, 8, recorded.radius_m, 200.0)
    return trust_cleanup.compare(study, asked)


def test_the_clean_up_is_found_to_have_moved_it(study: Study) -> None:
    """It fell where it was cleaned up and rose in the ring, both beyond the change elsewhere."""
    change = compare(study, TRUTH.cleanup_on).change
    assert change.enough
    assert change.table.loc["local", "upper"] < 0
    assert change.table.loc["displaced", "lower"] > 0


def test_comparison_is_scaled_to_the_same_size(study: Study) -> None:
    """The change is that of the place, less that of the comparison cells for as many cells."""
    found = compare(study, TRUTH.cleanup_on)
    size = found.areas.value_counts()
    change = (found.counts["after"] - found.counts["before"]).astype(float)
    scaled = change["comparison"] * size["treated"] / size["comparison"]
    local = found.change.table.loc["local", "estimate"]
    assert local == pytest.approx(change["treated"] - scaled)


def test_cells_are_named_by_their_street(study: Study) -> None:
    """Each cell has the name of one street, in the order of the cells; no cell has no name."""
    cells = lay_squares(study).cells.iloc[::40]
    names = name_cells(study, cells)
    assert len(names) == len(cells)
    assert all(names)
    assert name_cells(study, cells.iloc[::-1]) == names[::-1]
    assert name_cells(study, cells.iloc[:0]) == []


def test_an_incident_of_either_shift_is_of_none(study: Study) -> None:
    """Incidents known by date alone, half by day and half by night, are left out and counted."""
    parts = pd.DataFrame({"day": [12, 6, 0, 6], "night": [0, 6, 12, 6]})
    split = replace(study, hotspots=replace(study.hotspots, parts=parts))
    assert trust_holdout.of_shift(split, "day").tolist() == [True, False, False, False]
    assert trust_holdout.of_shift(split, "night").tolist() == [False, False, True, False]
    assert trust_holdout.count_tied(split, "day") == 2


def test_the_surface_that_is_used_is_named(tested: trust_holdout.Tested) -> None:
    """The sentence names the ticked surface; a difference of shares is in percentage points."""
    judged = tested.judged
    assert name_surface(judged.chosen) in trust_holdout.say_choice(judged)
    table = judged.table.assign(gain=0.0, gain_lower=0.0)
    table.loc["block", ["gain", "gain_lower"]] = 0.034, 0.01
    better = replace(judged, table=table, chosen="block", plain_is_as_good=False)
    assert "3.4 个百分点" in trust_holdout.say_choice(better)
    unsure = trust_holdout.say_choice(replace(better, chosen=PLAIN))
    assert "所采用的“普通计数”" in unsure


def test_a_clean_up_needs_a_week_on_both_sides(study: Study) -> None:
    """Weeks without records are never compared: near the end fewer are offered, or none."""
    assert recorded_cleanup(study) is not None
    shown = panel_views.open_view(study, "trust")
    last = study.hotspots.period[1].date()
    picker = next(one for one in shown.date_input if str(one.key).startswith("cleanup_day"))
    picker.set_value(last - timedelta(days=20)).run()
    weeks = next(one for one in shown.number_input if str(one.key).startswith("cleanup_weeks"))
    assert weeks.max == weeks.value == 3
    picker = next(one for one in shown.date_input if str(one.key).startswith("cleanup_day"))
    picker.set_value(last - timedelta(days=2)).run()
    assert not shown.exception
    assert "前后的台账不足各一周" in said(shown)


def test_few_incidents_are_judged_by_nobody(area_folder: Path) -> None:
    """With twelve incidents at night the hold-out says what is missing; the rest stays."""
    page = open_view("trust", str(area_folder))
    page = page.segmented_control(key="holdout_shift").set_value("night").run()
    assert not page.exception
    assert [one.value for one in page.main.subheader] == PANELS
    assert "30" in said(page)
    assert len(page.warning) == 1


def test_no_incident_gives_sentences(area_folder: Path) -> None:
    """An area without incidents opens: every panel says why it has nothing to show."""
    file = area_folder / "incidents.csv"
    file.write_text(file.read_text("utf-8").splitlines()[0] + "\n", "utf-8")
    page = open_view("trust", str(area_folder))
    assert not page.exception
    assert len(page.warning) == len(PANELS)


def test_markdown_in_names_stays_text(hostile_folder: Path) -> None:
    """Names of streets, key points and shifts that are pictures or links are shown as text."""
    page = open_view("trust", str(hostile_folder))
    assert not page.exception
    texts = hostile_texts(page)
    assert texts
    assert not [text for text in texts if is_live(text)]
    rows = [table.value for table in page.dataframe]
    assert all(isinstance(table, pd.DataFrame) for table in rows)
