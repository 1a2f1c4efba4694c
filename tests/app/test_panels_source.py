from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from app.i18n import LANGUAGES, in_language
from app.panels.source_effort import weigh_finds
from app.panels.source_hotspots import rely, say_chance
from app.panels.source_layers import layer_rows
from app.study import Study
from data.errors import DegenerateDataError
from spatial.find_places import nearest_key_points
from spatial.source_layers import count_by_source
from tests.app.attacks import MARKDOWN
from tests.app.panel_views import (
    START,
    check_charts,
    make_incidents,
    open_view,
    said,
    with_incidents,
)
from tests.app.test_pages import hostile_texts, is_live

N = 60
TIMES = pd.Series(START + pd.to_timedelta(np.arange(N) * 1501, unit="min"))


def mixed(study: Study, n_patrol: int) -> Study:
    """Make a study whose first incidents are finds of patrols, all in neighbouring cells."""
    places = np.random.default_rng(4).normal(0, 400, (N, 2))
    places[:n_patrol] = 30 * places[:n_patrol] / 400 + (300.0, 0.0)
    noon = TIMES.dt.normalize() + pd.Timedelta(hours=12)
    incidents = make_incidents(study, noon, places=places)
    incidents.iloc[:n_patrol, incidents.columns.get_loc("source")] = "patrol_find"
    return with_incidents(study, incidents, f"mixed {n_patrol}")


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_view_is_filled(study: Study, language: str) -> None:
    """On the sample every panel shows figures with n and period, and every chart its units."""
    with in_language(language):
        shown = open_view(study, "source")
    assert not shown.warning
    assert len(shown.subheader) == 3
    assert str(study.hotspots.n) in shown.caption[0].value
    check_charts(shown)


@pytest.mark.parametrize("view", ["time", "source"])
def test_names_stay_text(study: Study, view: str) -> None:
    """A shift, street or key point named like a picture or a link is shown as it is written."""
    day, night = study.area.shifts
    area = replace(
        study.area,
        shifts=(replace(day, code=MARKDOWN), night),
        key_points=study.area.key_points.assign(name=MARKDOWN),
    )
    shown = open_view(with_incidents(replace(study, area=area), area.incidents, "named"), view)
    texts = hostile_texts(shown)
    assert texts
    assert not [text for text in texts if is_live(text)]


def test_layers_add_up(study: Study) -> None:
    """The four layers add up to the sum row, in every shift and in all."""
    incidents = study.area.incidents.loc[study.hotspots.parts.index]
    counts = count_by_source(incidents["source"], study.hotspots.parts)
    rows = layer_rows(counts, study.area.shifts)
    for column in [name for name in rows if name.endswith("（起）")]:
        *parts, whole = (float(n) for n in rows[column])
        assert sum(parts) == pytest.approx(whole)
    assert float(rows["合计（起）"].iloc[-1]) == study.hotspots.n


def test_a_map_of_police_activity_is_said_loudly(study: Study) -> None:
    """Where half or more are finds of patrols there is a warning, below it only a sentence."""
    assert open_view(mixed(study, 40), "source").warning[0].value.startswith("68")
    shown = open_view(mixed(study, 12), "source")
    assert not shown.warning
    assert "21% 的事件是巡查发现" in said(shown)


def test_hot_only_by_finds_is_found(study: Study) -> None:
    """A hotspot made of patrol finds alone is gone without them, and chance does not explain it."""
    found = rely(mixed(study, 12), "day")
    kinds = found.cells["reliance"].value_counts()
    assert kinds["only_all"] >= 1
    assert "both" not in kinds
    assert found.n_patrol == 12
    hot = int(found.cells["hot"].sum())
    assert "巡查去了哪里有关" in say_chance(hot, int(kinds["only_all"]), found.remaining, 0.05)


def test_fewer_incidents_are_not_blamed_on_patrols() -> None:
    """Where losing any incidents costs as many hot cells, patrols are not named as the cause."""
    assert "不能说是巡查造成的" in say_chance(9, 1, np.full(39, 8), 0.05)
    none_lost = say_chance(9, 0, np.full(39, 9), 0.05)
    assert "没有少一个热点格" in none_lost
    assert "造成" not in none_lost


def test_nothing_remains_without_finds(study: Study) -> None:
    """Where all but a few are finds of patrols there is no map without them, which is refused."""
    with pytest.raises(DegenerateDataError, match="at least 10 are needed"):
        rely(mixed(study, 55), "day")


def test_missing_visits_are_asked_for(study: Study) -> None:
    """Without visits the panel says what to supply instead of a rate."""
    area = replace(study.area, visits=study.area.visits.head(0))
    assert "visits.csv" in said(open_view(replace(study, area=area), "source"))


def test_finds_are_weighed_by_the_hours_of_their_days(study: Study) -> None:
    """Only finds within the days of the visits count, each at one key point or at none."""
    visits = study.area.visits
    found = weigh_finds(study, visits)
    incidents = study.area.incidents.loc[study.hotspots.parts.index]
    patrol = incidents[incidents["source"] == "patrol_find"]
    assert found.n_finds + found.n_before == len(patrol)
    assert found.rates["n"].sum() + found.n_elsewhere == found.n_finds
    assert found.rates["visit_hours"].sum() == pytest.approx(visits["dwell_min"].sum() / 60)
    first, last = found.days
    days = patrol["occurred_from"].dt.normalize()
    assert int(days.between(first, last).sum()) == found.n_finds


def test_a_visit_that_was_not_reached_counts_for_nothing(study: Study) -> None:
    """Visits of no length are neither visits nor days on record, nor give they a find its place."""
    visits = study.area.visits
    happened = visits[visits["dwell_min"] > 0]
    found, own = weigh_finds(study, visits), weigh_finds(study, happened)
    assert found.n_visits == own.n_visits == len(happened)
    assert found.n_without_stay == len(visits) - len(happened) > 0
    pd.testing.assert_frame_equal(found.rates, own.rates)


def test_each_incident_is_at_its_nearest_gate(study: Study) -> None:
    """Of all gates within reach the nearest one gives its key point."""
    rng = np.random.default_rng(0)
    gates = study.area.gates
    incidents = study.area.incidents.head(25)
    distance_m = rng.uniform(0, 400, (len(gates), 25))
    place = nearest_key_points(incidents, gates, distance_m, 20.0)
    for column, name in enumerate(place):
        best = int(np.argmin(distance_m[:, column]))
        near = distance_m[best, column] <= 20.0
        assert name == (gates["key_point_id"].iloc[best] if near else "")
