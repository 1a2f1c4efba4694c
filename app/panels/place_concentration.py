"""集中度: how few streets hold how much, beside what chance alone would show."""

import altair as alt
import pandas as pd
import streamlit as st

from app.i18n import t
from app.panels.frame import keep
from app.panels.place_streets import StreetCounts, count_on_streets, days_of, off_streets
from app.study import Study
from app.text import number, period, plain, probability
from spatial.concentration import Concentration, measure_concentration, top_units
from spatial.segment_rates import rate_segments

HALF = 0.5
TOP = 12
CURVE_PX = 360
INK = "#a31422"
CHANCE = "#8a97a3"
BAND = "#d5dbe1"


def show(study: Study) -> None:
    """Show the curve, one sentence and the fullest segments."""
    streets = count_on_streets(study)
    found = keep(
        study,
        "concentration",
        lambda: measure_concentration(streets.n, size=streets.lixels["length_m"], seed=study.seed),
    )
    st.markdown(f"**{plain(_verdict(found))}**")
    st.altair_chart(_curve(found), width="stretch")
    st.caption(plain(_below_curve(study, streets, found)))
    st.dataframe(_top_rows(study, streets), hide_index=True)
    said = t(
        "起数后的区间是 95 % 精确区间（同样情况下平均起数可能的范围）；"
        "并列放不下的名次整组略去。路段长约 {length:g} 米。",
        length=study.area.settings.analysis.segment_m,
    )
    st.caption(plain(said))


def _verdict(found: Concentration) -> str:
    """Say how many segments hold half, and how many would if chance had its way."""
    curve = found.curve
    own, fewest, most = (
        _share_holding_half(curve[column]) for column in ("share", "chance_high", "chance_low")
    )
    said = t(
        "{own:.1%} 的路段集中了一半的事件；若事件随机落在街上，一半要占 {fewest:.1%}–{most:.1%}。",
        own=own,
        fewest=fewest,
        most=most,
    )
    if own < fewest:
        return said + t("集中是真实的，不是因为事件少。")
    return said + t("与随机没有可分辨的差别：这点集中可以只是因为事件少。")


def _share_holding_half(share: pd.Series) -> float:
    """Return the least share of the segments that holds half of the incidents."""
    at = int((share >= HALF).to_numpy().argmax())
    return float(share.index.to_numpy(dtype=float)[at])


def _curve(found: Concentration) -> alt.LayerChart | alt.FacetChart:
    """Draw the curve and the band of chance."""
    # from where all curves are at their end nothing is left to see
    units = found.curve.index.to_numpy(dtype=float)
    full = units[(found.curve["chance_low"] >= 1).to_numpy().argmax()]
    shown = found.curve[found.curve.index <= min(1.0, 1.15 * full)] * 100
    shown = shown.set_index(shown.index * 100).reset_index()
    names = {"share": t("实际"), "chance": t("随机平均"), "band": t("随机的 95 % 范围")}
    color = alt.Color(
        "line:N",
        scale=alt.Scale(domain=list(names.values()), range=[INK, CHANCE, BAND]),
        legend=alt.Legend(title=None, orient="bottom"),
    )
    across = alt.X(
        "unit_share:Q",
        title=t("路段，从多到少（占全部路段的 %）"),
        scale=alt.Scale(nice=False, zero=True),
    )
    up = alt.Y("low:Q", title=t("事件（累计 %）"), scale=alt.Scale(domain=[0, 100]))
    held = [
        shown[["unit_share"]].assign(low=shown[low], high=shown[high], line=names[line])
        for line, low, high in (
            ("band", "chance_low", "chance_high"),
            ("chance", "chance", "chance"),
            ("share", "share", "share"),
        )
    ]
    band, chance, own = (alt.Chart(part).encode(x=across, y=up, color=color) for part in held)
    return alt.layer(
        band.mark_area(opacity=0.7).encode(y2="high:Q"),
        chance.mark_line(strokeDash=[5, 4], strokeWidth=1.5),
        own.mark_line(strokeWidth=2.5),
    ).properties(height=CURVE_PX)


def _below_curve(study: Study, streets: StreetCounts, found: Concentration) -> str:
    """Say what the curve is made of."""
    said = t(
        "事件 {n} 起，{period}，路段 {segments} 段；基尼系数 {gini:.2f}"
        "（随机时 {low:.2f}–{high:.2f}，p {p}），按事件数校正后 {adjusted:.2f}；"
        "随机按路段长度落点，{maps} 次，种子 {seed}。",
        n=int(streets.n.sum()),
        period=period(study.hotspots.period),
        segments=len(streets.n),
        gini=found.gini,
        low=found.chance_gini[1],
        high=found.chance_gini[2],
        p=probability(found.p_value),
        adjusted=found.gini_adjusted,
        maps=found.simulations,
        seed=found.seed,
    )
    return said + off_streets(study, streets)


def _top_rows(study: Study, streets: StreetCounts) -> pd.DataFrame:
    """List the fullest segments with what their numbers leave open."""
    top = top_units(streets.n, at_most=TOP)
    length_m = streets.lixels["length_m"].reindex(top.index)
    rates = rate_segments(top["n"], length_m, days=days_of(study))
    return pd.DataFrame(
        {
            t("名次"): top["rank"],
            t("路段"): streets.tell(top.index),
            t("起数"): top["n"],
            t("95 % 区间（起）"): _ranges(rates["low"], rates["high"]),
            t("每公里每月（起）"): rates["per_km_month"].round(1),
            t("其区间（起）"): _ranges(rates["per_km_month_low"], rates["per_km_month_high"]),
            t("累计（%）"): (top["cumulative_share"] * 100).round(1),
        }
    )


def _ranges(low: pd.Series, high: pd.Series) -> list[str]:
    """Write intervals."""
    return [f"{number(a)}–{number(b)}" for a, b in zip(low, high, strict=True)]
