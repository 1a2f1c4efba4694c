"""What stands beside the map of hotspots: how many, how sure, from whom, and what is missing."""

import pandas as pd
import streamlit as st
from shapely.geometry.base import BaseGeometry

from app.hot_choice import ALL, LAYERS, HotChoice
from app.i18n import t
from app.labels import name_shift
from app.study import Study
from app.tables import left_out_table
from app.text import by_chance, number, period, plain
from data.area import Area
from data.errors import N_, Message
from data.ledger.statuses import MATCH_RATE
from spatial.hotspots import HotspotAnalysis
from spatial.source_layers import MOSTLY, PATROL, count_by_source, police_activity_note
from spatial.units import AREA, SEGMENT


def show_beside(study: Study, found: HotspotAnalysis, shift: str, choice: HotChoice) -> None:
    """Show the figures of a map first, and then what they do not say."""
    _show_verdict(study, found, shift)
    _show_sources(study.area, found)
    _show_left_out(study.area, found, choice)


def _show_verdict(study: Study, found: HotspotAnalysis, shift: str) -> None:
    """Say how many units are hot, and how many chance would make."""
    analysis = study.area.settings.analysis
    n = float(found.n_by_shift[shift])
    st.markdown(f"**{plain(_verdict(found, shift, analysis.min_n_ranking))}**")
    if analysis.min_n_ranking <= n < analysis.min_n_surface:
        st.info(t("事件少于 {n} 起：只列起数，不画核密度面。", n=analysis.min_n_surface))
    if found.units.kind == AREA:
        said = t(
            "社区大小不一、只有 {n} 个：即使事件都在一个社区，随机重排也有 1/{n} 的机会如此，"
            "因此很难证实。要找热点请用方格或路段；巡逻与岗亭也按格安排。",
            n=len(found.cells),
        )
        st.caption(plain(said))
    if found.bandwidth_m is not None:
        chosen = t("交叉验证选定") if analysis.auto_bandwidth else t("设置给定")
        said = t("核密度带宽 {size:.0f} 米（{chosen}）。", size=found.bandwidth_m, chosen=chosen)
        st.caption(plain(said))


def _verdict(found: HotspotAnalysis, shift: str, least: int) -> str:
    """Say in a sentence what the test found in a shift."""
    n, n_hot = float(found.n_by_shift[shift]), int(found.by_chance["n_hot"][shift])
    if n < least:
        return t("样本不足：该时段只有 {n} 起，不作排名与检验。", n=number(n))
    texts = {
        "n": number(n),
        "shift": name_shift(shift),
        "hot": n_hot,
        "units": len(found.cells),
        "chance": by_chance(float(found.by_chance["n_chance"][shift])),
    }
    if not n_hot:
        # not the same as even: a lone full unit cannot pass this test, however full it is
        said = t(
            "{shift} {n} 起：{units} 处中没有一处能由这个检验证实"
            "（单独一处的堆积它证不出来，请看“研判 · 地点”的“聚集区”）；"
            "若各处起数随机换位，平均 {chance} 处会碰巧达到。",
            **texts,
        )
    elif found.units.kind == SEGMENT:
        said = t(
            "{shift} {n} 起：{units} 段街道中 {hot} 段显著偏热；"
            "若各段起数随机换位，平均 {chance} 段会碰巧如此。",
            **texts,
        )
    else:
        said = t(
            "{shift} {n} 起：{units} 格中 {hot} 格显著偏热；"
            "若各格起数随机换位，平均 {chance} 格会碰巧如此。",
            **texts,
        )
    return said


def _show_sources(area: Area, found: HotspotAnalysis) -> None:
    """Say who told of the incidents, and warn where it was mostly patrols."""
    if not found.n:
        return
    source = area.incidents.loc[found.parts.index, "source"]
    counts = count_by_source(source, found.parts)
    said = t(
        "来源：居民 {citizen} 起，部门 {agency} 起，巡查发现 {patrol} 起，不详 {unknown} 起。",
        **{str(layer): number(float(n)) for layer, n in counts["n"].items()},
    )
    st.caption(plain(said))
    for message in police_activity_note(counts):
        mostly = counts["share"][PATROL] >= MOSTLY
        (st.warning if mostly else st.caption)(plain(t(message)))


def _show_left_out(area: Area, found: HotspotAnalysis, choice: HotChoice) -> None:
    """Count what is on no map, by reason, and what the choice leaves out."""
    if area.recorded:
        rate = t(
            "定位率 {share:.0%}（{located}/{recorded} 起）",
            share=area.match_rate,
            located=area.located,
            recorded=area.recorded,
        )
        low = t("，不足 {least:.0%}，地图可能误导", least=MATCH_RATE)
        st.caption(plain(rate + (low if area.match_rate < MATCH_RATE else "")))
    counted = [*area.left_out_reasons, *_left_by_choice(area, found, choice)]
    rows = left_out_table(pd.DataFrame(counted, columns=["reason", "n"]))
    if len(rows):
        st.markdown(t("未上图的记录"))
        st.table(rows.map(lambda cell: plain(str(cell))), hide_index=True)
    st.caption(plain(t("数据期 {period}", period=period(found.period))))


def _left_by_choice(
    area: Area, found: HotspotAnalysis, choice: HotChoice
) -> list[tuple[Message, int]]:
    """Count the incidents of the street that the choice leaves out."""
    street = area.street_incidents
    inside = street[street.within(_study_area(area))]
    timed = inside["occurred_from"].notna() & inside["occurred_to"].notna()
    timeless, left = int((~timed).sum()), int(timed.sum()) - found.n
    chosen = bool(LAYERS[choice.layer]) or choice.kind != ALL or choice.weeks
    reason = (
        N_("不属于所选的来源、类型或时期。")
        if chosen
        else N_("不在数据期内，或不靠近任何统计单元。")
    )
    rows = [(Message(N_("没有发生时间。")), timeless), (Message(reason), left)]
    return [(said, n) for said, n in rows if n]


def _study_area(area: Area) -> BaseGeometry:
    """Return the boundary and its margin."""
    return area.boundary.buffer(area.settings.analysis.edge_buffer_m)
