"""清理前后: did it fall more than elsewhere, and did it only move next door."""

from datetime import date
from typing import Any, NamedTuple

import altair as alt
import numpy as np
import pandas as pd
import streamlit as st
from shapely import Point

from app.i18n import t
from app.maps.clusters import class_block, class_cells
from app.maps.panel import PANEL_MAP_PX, panel_map
from app.maps.serve import show_map
from app.panels.frame import keep
from app.panels.place_cells import lay_squares
from app.panels.place_streets import studied_incidents
from app.panels.trust_places import RADIUS_M, Cleanup, places_to_choose, recorded_cleanup
from app.study import Study
from app.text import number, period, plain
from data.errors import N_, DegenerateDataError, Message
from spatial.displacement import (
    AREAS,
    LEAST_COUNT,
    Displacement,
    compare_cleanup,
    weighted_displacement,
)
from spatial.refusals import refuse_few

DAYS_PER_WEEK = 7
MOST_WEEKS = 13
USUAL_WEEKS = 8
N_COMPARISON = 2
CHART_PX = 300
AREA_NAMES = {
    "treated": (N_("清理处"), "#a31422"),
    "ring": (N_("外圈"), "#f5a15b"),
    "comparison": (N_("对照格"), "#1a4f9c"),
    "comparison_ring": (N_("对照格的外圈"), "#a9c4e6"),
}
PARTS = {"local": N_("清理处"), "displaced": N_("外圈（是否挪到旁边）"), "total": N_("合计")}


class Asked(NamedTuple):
    """What a reader asks about."""

    name: str
    place: Point
    day: date
    weeks: int
    radius_m: float
    ring_m: float


class Compared(NamedTuple):
    """What came of it."""

    counts: pd.DataFrame
    areas: pd.Series
    change: Displacement


def show(study: Study) -> None:
    """Ask for place and date, then show before and after."""
    refuse_few(study.hotspots.n, 1)
    asked = _ask(study, recorded_cleanup(study))
    if asked is None:
        return
    found = keep(study, "cleanup", lambda: compare(study, asked), str(asked))
    st.markdown(f"**{plain(_verdict(asked, found))}**")
    chart, table = st.columns([1, 1], gap="medium")
    with chart:
        st.altair_chart(_bars(found), width="stretch")
    with table:
        st.dataframe(_rows(found), hide_index=True)
    _show_map(study, asked, found)
    st.caption(plain(_below(study, asked, found)))


def _ask(study: Study, recorded: Cleanup | None) -> Asked | None:
    """Ask where, when and how far; None while no date is chosen."""
    first, last = (end.date() for end in study.hotspots.period)
    places = places_to_choose(study, recorded)
    middle = first + (last - first) / 2
    where, when, how_long, how_wide = st.columns([2, 1, 1, 1], vertical_alignment="bottom")
    with where:
        key = st.selectbox(
            t("清理的地方"),
            list(places),
            format_func=lambda code: plain(places[code][0]),
            key=f"cleanup_place_{study.area.content_hash[:8]}",
        )
    with when:
        usual = middle if recorded is None else min(max(recorded.day, first), last)
        day = st.date_input(
            t("清理日期"),
            value=usual,
            min_value=first,
            max_value=last,
            format="YYYY-MM-DD",
            key=f"cleanup_day_{study.area.content_hash[:8]}",
        )
    if not isinstance(day, date):
        return None
    fits = min((day - first).days, (last - day).days + 1) // DAYS_PER_WEEK
    _refuse_short_ledger(day, fits)
    with how_long:
        weeks = st.number_input(
            t("前后各几周"),
            min_value=1,
            max_value=min(fits, MOST_WEEKS),
            value=min(fits, USUAL_WEEKS),
            key=f"cleanup_weeks_{day}_{fits}",
        )
    radius_m = RADIUS_M if recorded is None else recorded.radius_m
    with how_wide:
        radius_m = st.number_input(
            t("清理范围（半径，米）"),
            min_value=25.0,
            max_value=500.0,
            value=radius_m,
            step=25.0,
            key="cleanup_radius",
        )
    name, place = places[key]
    ring_m = study.area.settings.reporting.evaluation_buffer_m
    return Asked(name, place, day, int(weeks), float(radius_m), ring_m)


def _refuse_short_ledger(day: date, fits: int) -> None:
    """Refuse a day without a week of the ledger on both sides: no record is not no incident."""
    if fits < 1:
        raise DegenerateDataError(
            Message.of(N_("{day} 前后的台账不足各一周，没有可比的。"), day=f"{day:%Y-%m-%d}"),
            N_("请选台账首日之后、末日之前至少各隔一周的日期。"),
        )


def compare(study: Study, asked: Asked) -> Compared:
    """Count before and after, and weigh the change against that elsewhere."""
    counts, areas = compare_cleanup(
        studied_incidents(study),
        lay_squares(study).cells,
        asked.place.buffer(asked.radius_m),
        start=pd.Timestamp(asked.day, tz=study.area.timezone),
        days=DAYS_PER_WEEK * asked.weeks,
        ring_m=asked.ring_m,
        n_comparison=N_COMPARISON,
        seed=study.seed,
    )
    # comparison areas scaled to the size of what they stand beside
    size = areas.value_counts().reindex(AREAS, fill_value=0).astype(float)
    weight = pd.Series(1.0, index=AREAS)
    for own, other in (("treated", "comparison"), ("ring", "comparison_ring")):
        if size[own] and size[other]:
            weight[other] = size[other] / size[own]
    return Compared(counts, areas, weighted_displacement(counts, area_weight=weight))


def _verdict(asked: Asked, found: Compared) -> str:
    """Say in one sentence what the figures allow to say."""
    before, after = found.counts.loc["treated", ["before", "after"]]
    said = t(
        "{name}：清理前 {weeks} 周 {before} 起，清理后 {after} 起；"
        "外圈 {ring_before} 起变 {ring_after} 起。",
        name=asked.name,
        weeks=asked.weeks,
        before=before,
        after=after,
        ring_before=found.counts.loc["ring", "before"],
        ring_after=found.counts.loc["ring", "after"],
    )
    return f"{said} {t(found.change.verdict)}"


def _bars(found: Compared) -> Any:
    """Draw the counts before and after, area beside area."""
    times = {"before": t("清理前"), "after": t("清理后")}
    rows = [
        {"area": t(AREA_NAMES[area][0]), "time": named, "n": found.counts[time][area]}
        for area in AREA_NAMES
        for time, named in times.items()
    ]
    return (
        alt.Chart(pd.DataFrame(rows))
        .mark_bar()
        .encode(
            x=alt.X("area:N", title=t("区域"), sort=None, axis=alt.Axis(labelAngle=0)),
            xOffset=alt.XOffset("time:N", sort=list(times.values())),
            y=alt.Y("n:Q", title=t("事件（起）"), axis=alt.Axis(tickMinStep=1)),
            color=alt.Color(
                "time:N",
                scale=alt.Scale(domain=list(times.values()), range=["#8a97a3", "#a31422"]),
                legend=alt.Legend(title=None, orient="bottom"),
            ),
        )
        .properties(height=CHART_PX)
    )


def _rows(found: Compared) -> pd.DataFrame:
    """List the change in each part beyond the change elsewhere."""
    table = found.change.table
    named: dict[str, Any] = {
        t("部分"): [t(PARTS[part]) for part in table.index],
        t("净变化（起）"): table["estimate"].round(1),
        t("95 % 区间（起）"): [
            t("{low} 至 {high}", low=number(low), high=number(high))
            for low, high in zip(table["lower"], table["upper"], strict=True)
        ],
    }
    return pd.DataFrame(named)


def _show_map(study: Study, asked: Asked, found: Compared) -> None:
    """Draw the four areas."""
    squares = lay_squares(study)
    areas = found.areas[found.areas != ""]
    names = list(AREA_NAMES)
    class_of = np.array([names.index(area) for area in areas], dtype=int)
    tips = [[t(AREA_NAMES[area][0])] for area in areas]
    layer = class_cells(
        squares.cells.geometry.loc[areas.index],
        class_of,
        [color for _, color in AREA_NAMES.values()],
        tips,
    )
    block = class_block(t("区域"), {t(label): color for label, color in AREA_NAMES.values()})
    n = found.counts.sum()
    caption = t(
        "{name}，{day} 前后各 {weeks} 周：{before} 起与 {after} 起；单位：起",
        name=asked.name,
        day=asked.day,
        weeks=asked.weeks,
        before=n["before"],
        after=n["after"],
    )
    drawn = panel_map(study, [layer], caption, [block])
    show_map(drawn, key="cleanup_map", height_px=PANEL_MAP_PX)


def _below(study: Study, asked: Asked, found: Compared) -> str:
    """Say how the comparison is made."""
    size = found.areas.value_counts()
    return t(
        "{n} 起，{period}；清理处 {treated} 格，外圈 {ring:g} 米；对照格 {comparison} 格，"
        "按清理前起数最接近的选取（只看清理前，同数抽签，种子 {seed}），折成同样大小再比；"
        "净变化已减去对照处的变化（加权位移差），任一片区前后合计不足 {least} 起不下结论。"
        "因为多才去清理的地方，自己也会回落：结论仍须结合现场。",
        n=study.hotspots.n,
        period=period(study.hotspots.period),
        treated=int(size.get("treated", 0)),
        ring=asked.ring_m,
        comparison=int(size.get("comparison", 0)),
        seed=study.seed,
        least=LEAST_COUNT,
    )
