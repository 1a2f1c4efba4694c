"""路段热点: segments of the router's own streets that are hot beyond chance, by shift."""

from typing import Any

import pandas as pd
import streamlit as st

from app.i18n import t
from app.labels import name_shift
from app.maps import segments as drawn
from app.maps.geometry import Layer
from app.maps.legend import Block
from app.maps.panel import PANEL_MAP_PX, panel_map
from app.maps.serve import show_map
from app.page import choose_shift
from app.panels.frame import keep
from app.panels.place_streets import StreetCounts, count_on_streets, off_streets
from app.study import Study
from app.text import by_chance, number, period, plain, probability
from spatial.aoristic import TWELFTHS
from spatial.network_kde import network_density
from spatial.refusals import refuse_few
from spatial.units import REACH_IN_SEGMENTS

BANDWIDTH_M = 100.0
"""Of the density along the streets: about a block of houses."""


def show(study: Study) -> None:
    """Ask for a shift, then show its hot segments as a map and a list."""
    streets = count_on_streets(study)
    which, how = st.columns([1, 1], vertical_alignment="bottom")
    with which:
        shift = choose_shift(t("时段"), study.area.shifts, key="segment_shift")
    n = float(streets.found.n_by_shift[shift])
    refuse_few(int(n), study.area.settings.analysis.min_n_ranking)
    with how:
        by_density = _choose_density(study, n)
    rows = streets.rows(shift)
    hot = rows[rows["hot"]].sort_values("q_value", kind="stable")
    st.markdown(f"**{plain(_verdict(streets, hot, shift))}**")
    _show_map(study, streets, shift, by_density=by_density)
    if len(hot):
        st.dataframe(_rows(streets, hot), hide_index=True)
    st.caption(plain(_below(study, streets, shift)))


def _choose_density(study: Study, n: float) -> bool:
    """Offer the density where there are incidents enough for one."""
    if n < study.area.settings.analysis.min_n_surface:
        return False
    measure = st.segmented_control(
        t("颜色表示"),
        ["count", "density"],
        default="count",
        format_func=lambda code: t("沿街密度") if code == "density" else t("起数"),
        key="segment_measure",
    )
    return bool(measure == "density")


def _verdict(streets: StreetCounts, hot: pd.DataFrame, shift: str) -> str:
    """Say how many segments are hot, how long they are, and how many chance would make."""
    chance = by_chance(float(streets.found.by_chance["n_chance"][shift]))
    if hot.empty:
        return t(
            "{shift} {n} 起：{segments} 段街道中没有一段能由这个检验证实"
            "（单独一段的堆积它证不出来，请看下面的“聚集区”）；"
            "若各段起数随机换位，平均 {chance} 段会碰巧达到。",
            shift=name_shift(shift),
            n=number(streets.found.n_by_shift[shift]),
            segments=len(streets.lixels),
            chance=chance,
        )
    return t(
        "{shift}有 {hot} 段显著热点路段，共 {length:.0f} 米；"
        "若各段起数随机换位，平均只有 {chance} 段会碰巧达到。",
        shift=name_shift(shift),
        hot=len(hot),
        length=streets.lixels["length_m"].reindex(hot.index).sum(),
        chance=chance,
    )


def _show_map(study: Study, streets: StreetCounts, shift: str, *, by_density: bool) -> None:
    """Draw the segments in the colour asked for, the hot ones with an edge."""
    colored, block, unit = (_by_density if by_density else _by_count)(study, streets, shift)
    rows = streets.rows(shift)
    caption = t(
        "{shift} {n} 起，{period}；单位：{unit}",
        shift=name_shift(shift),
        n=number(streets.found.n_by_shift[shift]),
        period=period(study.hotspots.period),
        unit=unit,
    )
    layers = [*drawn.hot_lines(streets.lixels[rows["hot"]], shift), colored]
    shown = panel_map(study, layers, caption, [block, drawn.hot_line_block(shift)])
    show_map(shown, key="segment_map", height_px=PANEL_MAP_PX)


def _by_count(_study: Study, streets: StreetCounts, shift: str) -> tuple[Layer, Block, str]:
    """Colour the segments by their incidents."""
    rows = streets.rows(shift)
    tips = [
        _tip(name, row)
        for name, row in zip(streets.tell(rows.index), rows.itertuples(), strict=True)
    ]
    colored = drawn.count_lines(streets.lixels, rows["n"], shift, tips)
    return colored, drawn.count_line_block(shift), t("起/路段")


def _by_density(study: Study, streets: StreetCounts, shift: str) -> tuple[Layer, Block, str]:
    """Colour the segments by the density along the streets."""
    weights = streets.found.parts[[shift]] / TWELFTHS
    with st.spinner(t("正在沿街道计算密度…")):
        whole = keep(
            study,
            "network_density",
            lambda: network_density(
                streets.incidents, weights, streets.whole, bandwidth_m=BANDWIDTH_M
            ),
            shift,
        )
    density = whole[shift].reindex(streets.lixels.index)
    tips = [
        [name, t("每公里 {n} 起（平滑后）", n=number(value))]
        for name, value in zip(streets.tell(density.index), density, strict=True)
    ]
    unit = t("起/公里")
    colored = drawn.value_lines(streets.lixels, density, shift, tips)
    return colored, drawn.value_line_block(shift, float(density.max()), unit), unit


def _tip(name: str, row: Any) -> list[str]:
    """Say what is known of a segment."""
    block = t(
        "本段及邻段 {block} 起，期望 {expected} 起",
        block=number(row.n_block),
        expected=number(row.expected),
    )
    tested = f"p {probability(row.p_value)} · q {probability(row.q_value)}"
    return [name, t("{n} 起", n=number(row.n)), block, tested]


def _rows(streets: StreetCounts, hot: pd.DataFrame) -> pd.DataFrame:
    """List the hot segments."""
    return pd.DataFrame(
        {
            t("路段"): streets.tell(hot.index),
            t("长（米）"): streets.lixels["length_m"].reindex(hot.index).round(),
            t("起数"): hot["n"].round(2),
            t("本段及邻段（起）"): hot["n_block"].round(2),
            t("期望（起）"): hot["expected"].round(2),
            "p": hot["p_value"].map(probability),
            "q": hot["q_value"].map(probability),
        }
    )


def _below(study: Study, streets: StreetCounts, shift: str) -> str:
    """Say what the test is made of."""
    analysis = study.area.settings.analysis
    said = t(
        "{shift} {n} 起，{period}；{segments} 段，取自排巡逻路线的同一张路网，长约 {length:g} 米；"
        "邻段指中点沿街相距 {reach:g} 米以内，精确 Gi* 检验，q 为校正后的 p，显著水平 {alpha:g}。"
        "路段长短不一而同等对待，是一个简化。",
        shift=name_shift(shift),
        n=number(streets.found.n_by_shift[shift]),
        period=period(study.hotspots.period),
        segments=len(streets.lixels),
        length=analysis.segment_m,
        reach=REACH_IN_SEGMENTS * analysis.segment_m,
        alpha=analysis.alpha,
    )
    said += off_streets(study, streets)
    return said + t(
        "沿街密度的带宽 {bandwidth:g} 米，在路口平均分开，只用于看。", bandwidth=BANDWIDTH_M
    )
