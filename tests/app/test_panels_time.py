import dataclasses
from collections.abc import Callable

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely

from app.i18n import LANGUAGES, in_language
from app.panels import time_repeats
from app.panels.time_change import name_role, say_change
from app.panels.time_emerging import ever_proven, propose_length
from app.panels.time_hours import BLOCKS, propose_block, split_rows, week_cells
from app.panels.time_incidents import ledger_days
from app.study import Study
from spatial.grid import Lattice
from spatial.hour_table import tabulate_hours
from spatial.knox import knox
from spatial.near_repeat_table import near_repeat_table
from spatial.period_change import compare_with_earlier
from tests.app.panel_views import (
    START,
    check_charts,
    make_incidents,
    open_view,
    said,
    specs,
    with_incidents,
)

N = 40
MINUTES = pd.Series(START + pd.to_timedelta(np.arange(N) * 3001, unit="min"))
BAD: dict[str, Callable[[Study], gpd.GeoDataFrame]] = {
    "none": lambda s: make_incidents(s, MINUTES[:0]),
    "one": lambda s: make_incidents(s, MINUTES[:1]),
    "one point": lambda s: make_incidents(s, MINUTES, places=np.zeros((N, 2))),
    "one minute": lambda s: make_incidents(s, pd.Series([START] * N)),
    "no time": lambda s: make_incidents(s, pd.Series([pd.NaT] * N).dt.tz_localize(START.tz)),
    "months only": lambda s: make_incidents(
        s, MINUTES, until=MINUTES + pd.Timedelta(days=30), precision="period"
    ),
    "days only": lambda s: make_incidents(s, MINUTES, precision="day"),
    "outside": lambda s: make_incidents(s, MINUTES, places=np.full((N, 2), 1e6)),
}
REASONS = {
    "none": "没有事件",
    "one minute": "40 起事件的时间都一样",
    "no time": "没有事件",
    "months only": "40 起事件的时间都只知道是哪个月",
    "days only": "40 起事件的时间都只知道是哪一天",
}
"""What stands in the way of a panel is named."""


@pytest.mark.parametrize(
    ("kind", "view"),
    [
        *((kind, "time") for kind in BAD),
        ("none", "source"),
        ("one", "source"),
        ("no time", "source"),
    ],
)
def test_bad_input_leaves_the_page_standing(study: Study, kind: str, view: str) -> None:
    """Whatever the incidents are, every panel of the view has its title and says a sentence."""
    shown = open_view(with_incidents(study, BAD[kind](study), kind), view)
    assert len(shown.subheader) == {"time": 4, "source": 3}[view]
    assert not shown.error
    told = len(shown.warning) + len(shown.caption) + len(shown.info)
    assert told >= len(shown.subheader)
    assert REASONS.get(kind, "") in said(shown)
    check_charts(shown)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_view_says_n_period_and_units(study: Study, language: str) -> None:
    """On the sample every panel is filled, and each figure stands with n and its period."""
    with in_language(language):
        shown = open_view(study, "time")
    assert not shown.warning
    assert len(shown.caption) >= 5
    assert len(specs(shown)) >= 5
    n = str(study.hotspots.n)
    assert n in shown.caption[0].value
    assert study.hotspots.period[0].strftime("%Y") in shown.caption[0].value
    check_charts(shown)


def test_shifts_make_up_the_whole(study: Study) -> None:
    """The shown incidents of the shifts add up to the shown whole, which is n."""
    rows = split_rows(study.hotspots.n_by_shift, study.area.shifts)
    *parts, whole = (float(n) for n in rows["起数"])
    assert sum(parts) == pytest.approx(whole)
    assert whole == study.hotspots.n


@pytest.mark.parametrize("size", BLOCKS)
def test_cells_of_the_week_add_up(study: Study, size: int) -> None:
    """However many hours a cell holds, the week holds all incidents."""
    incidents = study.area.incidents.loc[study.hotspots.parts.index]
    found = tabulate_hours(incidents, study.area.shifts)
    cells = week_cells(found.table.sum(axis=1), size)
    assert len(cells) == 7 * 24 // size
    assert cells["n"].sum() == pytest.approx(found.n)


def test_a_finer_week_needs_more_incidents() -> None:
    """The more incidents, the fewer hours a cell of the week holds."""
    sizes = [propose_block(n) for n in (10, 100, 200, 400, 10_000)]
    assert sizes == sorted(sizes, reverse=True)


def compare(n: int, before: int) -> pd.DataFrame:
    """Compare four weeks with the four before."""
    times = [START + pd.Timedelta(days=1)] * n + [START - pd.Timedelta(days=20)] * before
    return compare_with_earlier(
        pd.DataFrame({"occurred_from": times, "occurred_to": times}),
        start=START,
        end=START + pd.Timedelta(weeks=4),
        known_from=START - pd.Timedelta(weeks=5),
    )[0].assign(p_adjusted=lambda table: table["p_exact"])


def test_three_and_then_one_is_no_change() -> None:
    """A fall from three to one is said to be too little to judge, one from 40 to 5 a fall."""
    table = compare(1, 3)
    assert say_change("before", table.loc["before"]) == (
        "比上期：1 起对 3 起，变化不足以判断（p = 0.625）。"
    )
    assert "台账不够早" in say_change("last_year", table.loc["last_year"])
    assert "减少，超出偶然" in say_change("before", compare(5, 40).loc["before"])
    assert "增加，超出偶然" in say_change("before", compare(40, 5).loc["before"])


def test_weeks_are_named_by_their_period() -> None:
    """A week belongs to this period, the last, that of last year, or none of them."""
    end = START + pd.Timedelta(weeks=4)
    weeks = {"本期": 0, "上期": -4, "去年同期": -52, "其他周": -5}
    for name, offset in weeks.items():
        assert name_role(START + pd.Timedelta(weeks=offset), START, end) == name


def test_choices_are_followed(study: Study) -> None:
    """Twelve weeks to an earlier end are compared; slices too short are refused, by themselves."""
    shown = open_view(study, "time")
    _, end = ledger_days(study)
    earlier = (end - pd.Timedelta(weeks=1)).date()
    shown.segmented_control(key="time_change_weeks").set_value(12)
    shown.segmented_control(key="time_slice_days").set_value(7)
    shown.date_input(key="time_change_end").set_value(earlier).run()
    assert not shown.exception
    assert len(shown.warning) == 1
    assert len(shown.subheader) == 4
    assert f"至 {earlier:%Y-%m-%d}；上期" in said(shown)
    compared = next(frame.value for frame in shown.dataframe if "对照" in frame.value)
    assert compared["本期（起/天数）"].iloc[0].endswith("/ 84")


def test_knox_line_is_the_knox_test(study: Study) -> None:
    """The line on Knox gives the pairs, the expectation and the p-value of `spatial.knox`."""
    incidents = study.area.incidents.loc[study.hotspots.parts.index]
    row = time_repeats._compare(study, 200, 14).table.iloc[0]  # noqa: SLF001
    middle = (
        incidents["occurred_from"] + (incidents["occurred_to"] - incidents["occurred_from"]) / 2
    )
    places = np.column_stack([incidents.geometry.x, incidents.geometry.y])
    days = ((middle - middle.min()) / pd.Timedelta(days=1)).to_numpy()
    test = knox(places, days, distance_m=200, interval_days=14, seed=study.seed)
    assert (row["n_pairs"], row["expected"]) == (test.n_pairs, pytest.approx(test.expected))
    assert row["p_value"] == pytest.approx(test.p_value)


def test_repeats_are_said_with_their_meaning() -> None:
    """Planted repeats give a radius and days to patrol; chance gives no advice to send more."""
    rng = np.random.default_rng(0)
    places, days = rng.uniform(0, 2000, (60, 2)), rng.uniform(0, 180, 60)
    told = time_repeats.say_repeats(near_repeat_table(places, days), 0.05)
    assert "不必因为刚发生过就专门加派" in told
    twice = np.vstack([places, places + rng.uniform(-30, 30, (60, 2))])
    told = time_repeats.say_repeats(near_repeat_table(twice, np.append(days, days + 3)), 0.05)
    assert "7 天内把周围 100 米加进路线" in told


def test_many_incidents_are_thinned_and_that_is_said(study: Study) -> None:
    """Beyond the number that can be compared, a choice by the seed is taken, and named."""
    n = time_repeats.MOST_COMPARED + 50
    times = pd.Series(START + pd.to_timedelta(np.arange(n) * 400, unit="min"))
    many = make_incidents(study, times)
    thinned = time_repeats.thin(many, seed=5)
    assert len(thinned) == time_repeats.MOST_COMPARED
    assert thinned.index.equals(time_repeats.thin(many, seed=5).index)
    assert f"共 {n} 起，太多" in time_repeats.say_thinned(n)


def test_slices_are_the_longest_that_suffice() -> None:
    """At least ten slices fit wherever seventy days are known."""
    for days in range(70, 2000, 7):
        assert days // propose_length(days) >= 10


def test_chance_seldom_makes_a_place_that_was_hot_once() -> None:
    """Of 40 maps of chance few have a cell proven hot in any slice; a planted one is found."""
    side, slices = 12, 10
    lattice = Lattice.cover(shapely.box(0, 0, side * 50, side * 50), 50.0)
    cells = lattice.cells(shapely.box(0, 0, side * 50, side * 50))
    neighbours, rng = lattice.neighbours(cells), np.random.default_rng(0)
    proven = 0
    for _ in range(40):
        at = rng.integers(len(cells), size=(slices, 12))
        counts = [np.bincount(row, minlength=len(cells)) * 12 for row in at]
        parts = pd.DataFrame(np.array(counts).T, index=cells.index)
        proven += int(ever_proven(parts, neighbours, 0.05).any())
    # 5 % of 40 are 2; more than 6 happen once in 300 such tests
    assert proven <= 6
    parts.loc[(neighbours[[70]].toarray()[0] == 1), 3] += 2 * 12
    assert ever_proven(parts, neighbours, 0.05).iloc[70]


def test_a_ledger_of_a_day_has_no_weeks(study: Study) -> None:
    """Less than a week on record is compared as far as it can be, but no week is drawn."""
    incidents = make_incidents(study, pd.Series([START] * N))
    assert "不满一周" in said(open_view(with_incidents(study, incidents, "a day"), "time"))


def test_the_ledger_ends_with_a_whole_day(study: Study) -> None:
    """A date's interval ends at midnight and adds no day; a known midnight is of its own day."""
    day = pd.Series([START])
    dated = make_incidents(study, day, until=day + pd.Timedelta(days=1), precision="day")
    area = dataclasses.replace(study.area, incidents=dated)
    assert ledger_days(dataclasses.replace(study, area=area)) == (
        START,
        START + pd.Timedelta(days=1),
    )
    area = dataclasses.replace(study.area, incidents=make_incidents(study, day))
    assert ledger_days(dataclasses.replace(study, area=area))[1] == START + pd.Timedelta(days=1)
