"""热点: where it is hot in a shift, how sure that is, since when, and what is not on the map."""

from collections.abc import Callable
from dataclasses import replace

import pandas as pd
import streamlit as st

from app.hot_beside import show_beside
from app.hot_choice import (
    ALL,
    LAYER_NAMES,
    LAYERS,
    MEASURES,
    UNIT_LABELS,
    WEEKS,
    HotChoice,
    describe_places,
    find_chosen,
    kinds_of,
    measures_of,
    surface_of,
    units_of,
)
from app.i18n import t, tell_fault
from app.labels import name_incident_type, name_shift
from app.maps.serve import show_map
from app.maps.views import hotspot_map
from app.page import choose_shift, open_study, show_notes
from app.panels.frame import keep
from app.study import Study
from app.tables import count_hotspot_rows, hotspot_rows, tell_cut
from app.text import number, period, plain
from data.errors import XungeError
from spatial.hotspots import HotspotAnalysis
from spatial.unit_stability import MANY, replicates_for
from spatial.units import SEGMENT


def show() -> None:
    """Show the page; what cannot be computed is said, and the rest is there."""
    study = open_study(t("热点"))
    shift, choice = _choose(study)
    shown = study
    try:
        found = keep(study, "hot_found", lambda: find_chosen(study, choice), choice)
        shown = replace(study, hotspots=found)
        _show_found(study, found, shift, choice)
    except XungeError as error:
        for fault in error.faults:
            st.warning(plain(tell_fault(fault)), icon="ℹ️")
    show_notes(shown)


def _show_found(study: Study, found: HotspotAnalysis, shift: str, choice: HotChoice) -> None:
    """Show the map with what must stand beside it, and the list of places."""
    measure = _choose_measure(measures_of(study.area, found, shift))
    surface = None
    if measure != "count":
        surface = keep(
            study,
            "hot_surface",
            lambda: surface_of(study, found, shift, measure),
            choice,
            shift,
            measure,
        )
    seen, beside = st.columns([7, 3])
    with seen:
        drawn = hotspot_map(study, shift, found=found, measure=measure, surface=surface)
        show_map(drawn, key="hotspot_map")
    with beside:
        show_beside(study, found, shift, choice)
    st.subheader(plain(t("热的地方（{shift}）", shift=name_shift(shift))), anchor=False)
    _show_places(study, found, shift, choice)


def _show_places(study: Study, found: HotspotAnalysis, shift: str, choice: HotChoice) -> None:
    """List the places that are hot or hold incidents."""
    places: pd.DataFrame = keep(
        study, "hot_places", lambda: describe_places(study, found, shift), choice, shift
    )
    rows = hotspot_rows(found.hotspots, shift, places=places)
    if rows.empty:
        st.info(t("这个选择里没有一起事件。"))
        return
    st.dataframe(rows, hide_index=True)
    cut = tell_cut(len(rows), count_hotspot_rows(found.hotspots, shift))
    said = [cut, _below(study, found, shift), _tell_stability(study, found, shift)]
    st.caption(plain("".join(said)))


def _below(study: Study, found: HotspotAnalysis, shift: str) -> str:
    """Say how the list is to be read."""
    analysis = study.area.settings.analysis
    said = t(
        "{shift} {n} 起，{period}。期望指本处及相邻在随机分布下的起数；精确 Gi* 检验，"
        "q 为 {correction} 校正后的 p，显著水平 {alpha:g}。“自何日起可证实”指从该日起"
        "累计的事件一直足以证实，问题本身可能更早。",
        shift=name_shift(shift),
        n=number(float(found.n_by_shift[shift])),
        period=period(found.period),
        correction={"bh": "Benjamini-Hochberg", "by": "Benjamini-Yekutieli"}[analysis.correction],
        alpha=analysis.alpha,
    )
    return str(said)


def _tell_stability(study: Study, found: HotspotAnalysis, shift: str) -> str:
    """Say among how many places a stable one stays; nothing where no stability is shown."""
    rows = found.hotspots[found.hotspots["shift"] == shift]
    if rows["stability"].isna().all():
        return ""
    n, k = len(found.parts), int(rows["hot"].sum())
    drawn = replicates_for(n, study.area.settings.analysis.replicates)
    if found.units.kind != SEGMENT:
        return t(
            "稳定度：把事件重抽、网格平移（社区不移）、位置与时间在误差内变动 {replicates} 次，"
            "本处连同相邻仍在最热的 {k} 处之内的比例；与“研判”页按人手盖得住的格数算的不同。",
            replicates=drawn,
            k=k,
        )
    said = t(
        "稳定度：把事件重抽、位置与时间在误差内变动 {replicates} 次，仍在最热的 {k} 段"
        "（同样总长）之内的比例；与“研判”页按人手盖得住的长度算的不同。",
        replicates=drawn,
        k=k,
    )
    sure = t("事件多于 {n} 起：位置视为准确，按本段及相邻路段的起数排。", n=MANY)
    return said + sure if n > MANY else said


def _choose(study: Study) -> tuple[str, HotChoice]:
    """Ask for shift, units, sources, type and period."""
    first = st.columns([2, 3, 3])
    with first[0]:
        shift = choose_shift(t("时段"), study.area.shifts, key="hot_shift")
    with first[1]:
        unit = _pick(t("统计单元"), units_of(study.area), _name_unit, key="hot_unit")
    with first[2]:
        layer = _pick(t("来源"), list(LAYERS), lambda code: t(LAYER_NAMES[code]), key="hot_layer")
    second = st.columns([2, 3, 3])
    with second[0]:
        kind = st.selectbox(t("类型"), kinds_of(study.area), format_func=_name_kind, key="hot_kind")
    with second[1]:
        weeks = st.selectbox(t("时期"), WEEKS, format_func=_name_weeks, key="hot_weeks")
    return shift, HotChoice(unit, layer, kind or ALL, weeks or 0)


def _choose_measure(offered: list[str]) -> str:
    """Ask what the colours shall show."""
    return _pick(t("颜色表示"), offered, lambda code: t(MEASURES[code]), key="hot_measure")


def _pick(label: str, codes: list[str], name: Callable[[str], str], *, key: str) -> str:
    """Ask for one of some codes; the first one where none is chosen."""
    chosen = st.segmented_control(label, codes, default=codes[0], format_func=name, key=key)
    return chosen or codes[0]


def _name_unit(code: str) -> str:
    """Name units of counting."""
    return t(UNIT_LABELS[code])


def _name_kind(code: str) -> str:
    """Name a type of incidents."""
    return t("全部类型") if code == ALL else name_incident_type(code)


def _name_weeks(weeks: int) -> str:
    """Name a period."""
    return t("最近 {n} 周", n=weeks) if weeks else t("全部（按辖区设置）")


if __name__ == "__main__":
    show()
