"""Whether an incident makes another one likelier near it and soon after."""

from collections.abc import Hashable
from typing import Any

import geopandas as gpd
import pandas as pd
import streamlit as st

from app.i18n import t
from app.panels.frame import keep
from app.panels.time_incidents import analysed_incidents
from app.study import Study
from app.text import number, period, plain, probability
from spatial.near_repeat import NearRepeats, find_near_repeats

MOST_COMPARED = 600
"""The work grows with the pairs: more incidents are thinned by chance, which keeps the ratios."""
KNOX_M, KNOX_DAYS = (100, 200, 300), (7, 14, 28)
PERMUTATIONS = 999


def show_repeats(study: Study) -> None:
    """Show the near-repeat table, what it means for patrols, and the Knox test."""
    n_known = len(analysed_incidents(study))
    with st.spinner(t("正在比较各对事件的远近与先后…")):
        found = keep(study, "near_repeats", lambda: _compare(study))
    alpha = study.area.settings.analysis.alpha
    st.markdown(f"**{plain(say_repeats(found.table, alpha))}**")
    st.dataframe(repeat_rows(found.table, alpha), hide_index=True)
    said = t(
        "{n} 起两两比较，{period}；期望是时间与地点无关时的对数；校正 p 对整张表成立"
        "（{times} 次随机换位，Westfall–Young），不大于 {alpha:g} 才算。",
        n=found.n,
        period=period(study.hotspots.period),
        times=PERMUTATIONS,
        alpha=alpha,
    )
    notes = [said, *map(t, found.notes)]
    if found.n < n_known and n_known > MOST_COMPARED:
        notes.append(say_thinned(n_known))
    st.caption(plain(" ".join(notes)))
    _show_knox(study)


def _compare(study: Study, *bands: Hashable) -> NearRepeats:
    """Compare the incidents of a study, in the usual bands or in one of metres and days."""
    incidents = thin(analysed_incidents(study), study.seed)
    how: dict[str, Any] = {}
    if bands:
        how = {"bands_m": bands[:1], "bands_days": bands[1:]}
    return find_near_repeats(
        incidents,
        least=study.area.settings.analysis.min_n_ranking,
        permutations=PERMUTATIONS,
        seed=study.seed,
        **how,
    )


def thin(incidents: gpd.GeoDataFrame, seed: int) -> gpd.GeoDataFrame:
    """Take at most `MOST_COMPARED` incidents, chosen by chance, in their order."""
    if len(incidents) <= MOST_COMPARED:
        return incidents
    chosen = incidents.index.to_series().sample(MOST_COMPARED, random_state=seed)
    return incidents[incidents.index.isin(chosen)]


def say_thinned(n: int) -> str:
    """Say that not all incidents are compared, and what that changes."""
    return t(
        "共 {n} 起，太多，按种子随机取 {most} 起来比：比值不变，把握变小。", n=n, most=MOST_COMPARED
    )


def say_repeats(table: pd.DataFrame, alpha: float) -> str:
    """Say in one sentence what the table means for patrols."""
    proven = table[table["p_adjusted"] <= alpha].sort_values(["from_m", "from_days"])
    if proven.empty:
        return t(
            "没有证据表明一起之后附近很快又会有一起：巡逻按热点排，不必因为刚发生过就专门加派。"
        )
    row = proven.iloc[0]
    seen = t(
        "相隔 {from_days:g}–{to_days:g} 天、{from_m:g}–{to_m:g} 米的有 {n} 对，"
        "偶然约 {expected} 对，是 {ratio} 倍（校正 p {p}）。",
        from_days=row["from_days"],
        to_days=row["to_days"],
        from_m=row["from_m"],
        to_m=row["to_m"],
        n=int(row["n_pairs"]),
        expected=number(row["expected"]),
        ratio=number(row["ratio"], 2),
        p=probability(row["p_adjusted"]),
    )
    if row["from_m"] > 0 or row["from_days"] > 0:
        return seen + t("这不是“刚发生过的地方很快又发生”，不据此加派。")
    advice = t(
        "接到一起后，{days:g} 天内把周围 {metres:g} 米加进路线。",
        days=row["to_days"],
        metres=row["to_m"],
    )
    return seen + advice


def repeat_rows(table: pd.DataFrame, alpha: float) -> pd.DataFrame:
    """Show every pair of bands."""
    return pd.DataFrame(
        {
            t("相距（米）"): _bands(table["from_m"], table["to_m"]),
            t("相隔（天）"): _bands(table["from_days"], table["to_days"]),
            t("对数"): table["n_pairs"],
            t("期望（对）"): table["expected"].round(1),
            t("比值"): table["ratio"].round(2),
            t("校正 p"): table["p_adjusted"].map(probability),
            t("结论"): [
                t("多于偶然") if p <= alpha else t("不足以判断") for p in table["p_adjusted"]
            ],
        }
    )


def _bands(first: pd.Series, last: pd.Series) -> list[str]:
    """Write bands by their bounds."""
    return [f"{a:g}–{b:g}" for a, b in zip(first, last, strict=True)]


def _show_knox(study: Study) -> None:
    """Ask what is close, and say in a line what the Knox test of it finds."""
    left, right = st.columns([1, 1], vertical_alignment="bottom")
    with left:
        metres = st.segmented_control(
            t("近：不超过几米"), KNOX_M, default=200, format_func=str, key="time_knox_m"
        )
    with right:
        days = st.segmented_control(
            t("接着：不超过几天"), KNOX_DAYS, default=14, format_func=str, key="time_knox_days"
        )
    limits = metres or 200, days or 14
    found = keep(study, "knox", lambda: _compare(study, *limits), *limits)
    row = found.table.iloc[0]
    said = t(
        "Knox 检验：{n} 起中相距不超过 {metres} 米、相隔不超过 {days} 天的有 {pairs} 对，"
        "期望 {expected} 对，p {p}（只看这一种远近，没有校正；改了数再看的，别只挑小的 p）。",
        n=found.n,
        metres=limits[0],
        days=limits[1],
        pairs=int(row["n_pairs"]),
        expected=number(row["expected"]),
        p=probability(row["p_value"]),
    )
    st.markdown(plain(said))
