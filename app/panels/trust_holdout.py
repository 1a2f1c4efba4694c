"""预测检验: what the map of yesterday would have reached of what came after."""

from typing import NamedTuple

import altair as alt
import numpy as np
import pandas as pd
import streamlit as st

from app.i18n import t
from app.labels import name_shift
from app.page import choose_shift
from app.panels.frame import keep
from app.panels.place_cells import Squares, lay_squares
from app.panels.place_streets import studied_incidents
from app.panels.trust_staff import choose_area
from app.panels.trust_surfaces import name_surface
from app.study import Study
from app.text import number, period, plain
from spatial.holdout import LEAST_INCIDENTS, Judgement, judge_surfaces
from spatial.refusals import refuse_few, refuse_one_moment
from spatial.rolling_accuracy import RollingAccuracy, roll_accuracy
from spatial.surfaces import PLAIN, WIDTHS_IN_CELLS

CURVE_SHARES = (0.0, 0.005, 0.01, 0.02, 0.03, 0.04, 0.05, 0.07, 0.1, 0.15, 0.2, 0.25)
CURVE_PX = 320
INKS = ("#a31422", "#1a4f9c")
CHANCE = "#8a97a3"


class Tested(NamedTuple):
    """Both views of the same hold-outs."""

    judged: Judgement
    rolled: RollingAccuracy
    n: int
    """Incidents in all."""
    share: float
    """Of the cells that is patrolled."""


def show(study: Study) -> None:
    """Ask for shift and area, then show how the surfaces did."""
    shift = choose_shift(t("时段"), study.area.shifts, key="holdout_shift")
    mine = of_shift(study, shift)
    _show_tied(study, shift)
    refuse_few(int(mine.sum()), LEAST_INCIDENTS)
    squares = lay_squares(study)
    n_cells = choose_area(study, shift, len(squares.cells), key="holdout_cells")
    with st.spinner(t("正在用过去预测后来…")):
        tested = keep(
            study, "holdout", lambda: judge(study, squares, mine, n_cells), shift, n_cells
        )
    for sentence in _verdict(tested, n_cells):
        st.markdown(f"**{plain(sentence)}**")
    st.altair_chart(_curve(tested), width="stretch")
    st.dataframe(_rows(tested), hide_index=True)
    st.caption(plain(_below(study, shift, tested)))


def of_shift(study: Study, shift: str) -> "np.ndarray[tuple[int], np.dtype[np.bool_]]":
    """Tell which incidents are likelier of this shift than of any other; a tie is of none."""
    parts = study.hotspots.parts
    others = parts.drop(columns=shift).max(axis=1).fillna(-1)
    return np.asarray(parts[shift] > others)


def count_tied(study: Study, shift: str) -> int:
    """Count the incidents that are as likely of another shift as of this one, and of no other."""
    parts = study.hotspots.parts
    return int(((parts[shift] > 0) & (parts[shift] == parts.drop(columns=shift).max(axis=1))).sum())


def _show_tied(study: Study, shift: str) -> None:
    """Say how many incidents are left out because their shift is not known."""
    tied = count_tied(study, shift)
    if tied:
        said = t("另有 {n} 起的时间分不出属于哪个班次（例如只知道日期），没有用来检验。", n=tied)
        st.caption(plain(said))


def judge(
    study: Study,
    squares: Squares,
    mine: "np.ndarray[tuple[int], np.dtype[np.bool_]]",
    n_cells: int,
) -> Tested:
    """Judge the surfaces on the incidents of a shift."""
    incidents = studied_incidents(study)[mine]
    begin, end = incidents["occurred_from"], incidents["occurred_to"]
    x, y = incidents.geometry.x.to_numpy(), incidents.geometry.y.to_numpy()
    times = (begin + (end - begin) / 2).reset_index(drop=True)
    refuse_one_moment(times, times)  # nothing comes after anything
    share = n_cells / len(squares.cells)
    widths_m = [width * squares.lattice.cell_size_m for width in WIDTHS_IN_CELLS]
    lattice, studied = squares.lattice, squares.studied
    judged = judge_surfaces(
        x,
        y,
        times,
        lattice=lattice,
        studied=studied,
        area_share=share,
        bandwidths_m=widths_m,
        seed=study.seed,
    )
    rolled = roll_accuracy(
        x,
        y,
        times,
        lattice=lattice,
        studied=studied,
        area_share=share,
        curve_shares=sorted({*CURVE_SHARES, share}),
        bandwidths_m=widths_m,
        seed=study.seed,
    )
    return Tested(judged, rolled, len(incidents), share)


def _verdict(tested: Tested, n_cells: int) -> list[str]:
    """Say what plain counts reach, and whether anything is better."""
    plain_counts = tested.judged.table.loc[PLAIN]
    said = [
        t(
            "盯住以前最多的 {cells} 格（{share:.1%} 的面积），能碰上后来 {hit:.0%} 的事件"
            "（95 % 区间 {lower:.0%}–{upper:.0%}）；随便选只有 {chance:.1%}。",
            cells=n_cells,
            share=tested.share,
            hit=plain_counts["hit_rate"],
            lower=plain_counts["lower"],
            upper=plain_counts["upper"],
            chance=tested.share,
        )
    ]
    return [*said, say_choice(tested.judged)]


def say_choice(judged: Judgement) -> str:
    """Name the surface that is used, and whether it is better than plain counts beyond chance."""
    chosen, gains = name_surface(judged.chosen), judged.table[["gain", "gain_lower"]]
    if gains["gain_lower"][judged.chosen] > 0:
        return t(
            "采用“{surface}”：比普通计数多碰上 {gain} 个百分点，超出偶然。",
            surface=chosen,
            gain=number(100 * gains["gain"][judged.chosen]),
        )
    if judged.plain_is_as_good:
        return t("没有一种图明显好于普通计数，因此采用“{surface}”就够了。", surface=chosen)
    better = gains[gains["gain_lower"] > 0]
    best = better.index[int(better["gain"].to_numpy().argmax())]
    return t(
        "“{best}”比普通计数多碰上 {gain} 个百分点，但不明显好于所采用的“{surface}”。",
        best=name_surface(str(best)),
        gain=number(100 * better["gain"].max()),
        surface=chosen,
    )


def _curve(tested: Tested) -> alt.LayerChart | alt.FacetChart:
    """Draw the hit rate over the area: counts, the chosen surface and chance."""
    shown = list(dict.fromkeys([PLAIN, tested.judged.chosen, "random"]))
    curve = tested.rolled.curve[shown] * 100
    curve.index = curve.index * 100
    held = curve.rename(columns=name_surface).rename_axis("area").reset_index()
    names = [name_surface(surface) for surface in shown]
    rows = held.melt("area", var_name="surface", value_name="hit")
    lines = (
        alt.Chart(rows)
        .mark_line(point=alt.OverlayMarkDef(size=24))
        .encode(
            x=alt.X("area:Q", title=t("巡逻面积（占全部格的 %）")),
            y=alt.Y("hit:Q", title=t("碰上的后来事件（%）"), scale=alt.Scale(domain=[0, 100])),
            color=alt.Color(
                "surface:N",
                scale=alt.Scale(domain=names, range=[*INKS[: len(names) - 1], CHANCE]),
                legend=alt.Legend(title=None, orient="bottom", labelLimit=260, columns=2),
            ),
        )
    )
    mark = alt.Chart(pd.DataFrame({"area": [tested.share * 100]})).mark_rule(strokeDash=[4, 4])
    return alt.layer(mark.encode(x="area:Q"), lines).properties(height=CURVE_PX)


def _rows(tested: Tested) -> pd.DataFrame:
    """List the surfaces, the best first; chance last."""
    table = tested.judged.table.sort_values("hit_rate", ascending=False, kind="stable")
    measures = tested.rolled.measures.reindex(table.index)
    percent = table * 100
    rows = pd.DataFrame(
        {
            t("选格的依据"): [name_surface(str(surface)) for surface in table.index],
            t("碰上（%）"): percent["hit_rate"].round(1),
            t("95 % 区间"): _ranges(percent["lower"], percent["upper"]),
            t("比普通计数（百分点）"): percent["gain"].round(1),
            t("其区间（百分点）"): _ranges(percent["gain_lower"], percent["gain_upper"]),
            "PAI": measures["pai"].round(1),
            t("PAI 区间"): _ranges(table["lower"] / tested.share, table["upper"] / tested.share),
            "PEI*": measures["pei_star"].round(2),
            "RRI": measures["rri"].round(2),
        }
    )
    rows.insert(1, t("采用"), np.where(table.index == tested.judged.chosen, "✓", ""))
    chance = {
        t("选格的依据"): name_surface("random"),
        t("采用"): "",
        t("碰上（%）"): round(tested.share * 100, 1),
        "PAI": 1.0,
    }
    return pd.concat([rows, pd.DataFrame([chance])], ignore_index=True)


def _ranges(low: pd.Series, high: pd.Series) -> list[str]:
    """Write intervals."""
    return [
        t("{low} 至 {high}", low=number(a), high=number(b)) for a, b in zip(low, high, strict=True)
    ]


def _below(study: Study, shift: str, tested: Tested) -> str:
    """Say how it was tested and what the letters mean."""
    return t(
        "{shift} {n} 起，{period}；后一半时间切成 {folds} 段，每段只用它以前的事件来选格，"
        "共预测 {foretold} 起；虚线是人手盖得住的面积。"
        "PAI：碰上的占比 ÷ 面积的占比；PEI*：碰上的 ÷ 同样多的格最多能碰上的；"
        "RRI：后来的占比 ÷ 以前的占比，1 为没有落空；区间由重抽事件得来（种子 {seed}）。",
        shift=name_shift(shift),
        n=tested.n,
        period=period(study.hotspots.period),
        folds=tested.judged.folds,
        foretold=tested.judged.n_test,
        seed=study.seed,
    )
