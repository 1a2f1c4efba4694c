"""Which hot cells rest on the finds of patrols: the same test with and without them."""

from typing import NamedTuple

import numpy as np
import pandas as pd
import streamlit as st
from numpy.typing import NDArray

from app.i18n import t
from app.labels import name_shift
from app.maps.patterns import RELIANCE_NAMES, reliance_map
from app.maps.serve import show_map
from app.page import choose_shift
from app.panels.frame import keep
from app.panels.time_incidents import analysed_incidents
from app.study import Study
from app.text import number, period, plain, probability
from routing.places import label_places
from spatial.aoristic import TWELFTHS
from spatial.hot_without import compare_hot_cells, lose_at_random
from spatial.source_layers import PATROL, layer_of_source

DRAWS = 39
MOST_REDRAWN = 5000
"""With more incidents than this no cell is lost for want of them, and each draw takes long."""


class Reliance(NamedTuple):
    """Hot cells of one shift with and without the finds of patrols."""

    cells: pd.DataFrame
    """Result of `compare_hot_cells`, and `reliance`: `both`, `only_all`, `only_without` or ``."""
    n_all: float
    n_patrol: float
    """Incidents of the shift, and the finds of patrols among them."""
    remaining: NDArray[np.int64]
    """Hot cells that remain when as many incidents are lost by chance, for each draw."""


def show_hot_cells(study: Study) -> None:
    """Show the hot cells side by side, and how many are hot only because of patrol finds."""
    shift = choose_shift(t("班次"), study.area.shifts, key="source_shift")
    with st.spinner(t("正在把热点格重新检验…")):
        found = keep(study, "reliance", lambda: rely(study, shift), shift)
    _say_found(found, shift, study.area.settings.analysis.alpha)
    caption = t(
        "{shift}：全部 {n} 起，其中巡查发现 {patrol} 起，{period}；单位：格",
        shift=name_shift(shift),
        n=number(found.n_all),
        patrol=number(found.n_patrol),
        period=period(study.hotspots.period),
    )
    _show_sides(found)
    hot = found.cells[found.cells["reliance"] != ""]
    if len(hot):
        shown = study.hotspots.units.frame[["geometry"]].join(hot, how="inner")
        show_map(reliance_map(study, shown, _tips(hot), caption), key="source_map")
        st.dataframe(reliance_rows(study, hot), hide_index=True)
    analysis = study.area.settings.analysis
    said = t(
        "{caption}。两边是同样的格、同样的精确 Gi* 检验（校正后 {alpha:g}）；"
        "去掉的只是巡查发现，来源不详的留着。",
        caption=caption,
        alpha=analysis.alpha,
    )
    st.caption(plain(said))


def rely(study: Study, shift: str) -> Reliance:
    """
    Test the cells of a shift with and without the finds of patrols, and with fewer of any kind.

    Raises
    ------
    DegenerateDataError
        If too few other incidents remain.
    """
    found, analysis = study.hotspots, study.area.settings.analysis
    incidents = analysed_incidents(study)
    patrol = (layer_of_source(incidents["source"]) == PATROL).to_numpy()
    parts = found.parts[shift]
    ours = parts.to_numpy() > 0  # an incident of another shift is no loss to this one
    positions, parts, patrol = found.units.positions(incidents)[ours], parts[ours], patrol[ours]
    neighbours, frame = found.units.neighbours(), found.units.frame
    cells = compare_hot_cells(
        positions, parts, patrol, cells=frame, neighbours=neighbours, analysis=analysis
    )
    redrawn = patrol.any() and cells["hot"].any() and len(parts) <= MOST_REDRAWN
    remaining = lose_at_random(
        positions,
        parts,
        int(patrol.sum()),
        cells=frame,
        neighbours=neighbours,
        analysis=analysis,
        draws=DRAWS if redrawn else 0,
        seed=study.seed,
    )
    kinds = {
        "both": cells["hot"] & cells["hot_without"],
        "only_all": cells["hot"] & ~cells["hot_without"],
        "only_without": ~cells["hot"] & cells["hot_without"],
    }
    named = np.select(list(kinds.values()), list(kinds), default="")
    n = parts.to_numpy() / TWELFTHS
    return Reliance(cells.assign(reliance=named), float(n.sum()), float(n[patrol].sum()), remaining)


def _say_found(found: Reliance, shift: str, alpha: float) -> None:
    """Say how many hot cells go without patrol finds, and whether that is more than chance."""
    n = found.cells["reliance"].value_counts()
    hot, lost = int(found.cells["hot"].sum()), int(n.get("only_all", 0))
    if found.n_patrol == 0:
        said = t("{shift}没有巡查发现，热点格不靠它。", shift=name_shift(shift))
    elif hot == 0:
        said = t("{shift}没有显著热点格。", shift=name_shift(shift))
    else:
        said = t(
            "{shift} {hot} 个热点格，其中 {lost} 个只因为有巡查发现才热。",
            shift=name_shift(shift),
            hot=hot,
            lost=lost,
        )
    st.markdown(f"**{plain(said)}**")
    if len(found.remaining):
        st.markdown(plain(say_chance(hot, lost, found.remaining, alpha)))


def say_chance(hot: int, lost: int, remaining: NDArray[np.int64], alpha: float) -> str:
    """Say whether losing as many incidents of any kind would cost as many hot cells."""
    by_chance = hot - remaining
    mean = number(float(by_chance.mean()))
    if lost == 0:
        return t(
            "去掉巡查发现，没有少一个热点格；随机去掉同样多的任意事件（{draws} 次），"
            "平均会少 {mean} 个。",
            draws=len(by_chance),
            mean=mean,
        )
    share = (1 + int((by_chance >= lost).sum())) / (1 + len(by_chance))
    values = {"draws": len(by_chance), "mean": mean, "p": probability(share)}
    if share <= alpha:
        return t(
            "随机去掉同样多的任意事件（{draws} 次），平均只少 {mean} 个（p {p}）："
            "少掉的格确实与巡查去了哪里有关。",
            **values,
        )
    return t(
        "随机去掉同样多的任意事件（{draws} 次），平均也会少 {mean} 个（p {p}）："
        "事件变少本身就会少热点格，不能说是巡查造成的。",
        **values,
    )


def _show_sides(found: Reliance) -> None:
    """Show both counts side by side."""
    every, without = st.columns(2)
    every.metric(
        t("全部来源：热点格（个）"), int(found.cells["hot"].sum()), border=True, height="stretch"
    )
    without.metric(
        t("不含巡查发现：热点格（个）"),
        int(found.cells["hot_without"].sum()),
        border=True,
        height="stretch",
    )


def reliance_rows(study: Study, hot: pd.DataFrame) -> pd.DataFrame:
    """Show the hot cells with both counts and both q-values, the doubtful ones first."""
    ranked = hot.sort_values(["reliance", "n_block"], ascending=False, kind="stable")
    area = study.area
    middles = study.hotspots.units.frame.geometry.loc[ranked.index].centroid
    return pd.DataFrame(
        {
            t("网格"): ranked.index,
            t("地点"): label_places(middles, area.streets, area.key_points, area.gates).to_list(),
            t("结论"): [t(RELIANCE_NAMES[code]) for code in ranked["reliance"]],
            t("本格及邻格（起）"): ranked["n_block"].round(2),
            t("不含巡查发现（起）"): ranked["n_block_without"].round(2),
            t("q（全部）"): ranked["q_value"].map(probability),
            t("q（不含巡查发现）"): ranked["q_without"].map(probability),
        }
    )


def _tips(hot: pd.DataFrame) -> list[list[str]]:
    """Say under the pointer what is known of a cell."""
    return [
        [
            t(RELIANCE_NAMES[kind]),
            t("本格及邻格 {n} 起，不含巡查发现 {without} 起", n=number(n), without=number(without)),
        ]
        for kind, n, without in hot[["reliance", "n_block", "n_block_without"]].to_numpy()
    ]
