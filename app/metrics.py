"""The headline figures of the overview."""

import pandas as pd
import streamlit as st

from app.i18n import t
from app.labels import name_shift
from app.study import Study
from app.text import number
from spatial.trend import Trend, compare_recent


def show_metrics(study: Study) -> None:
    """Show five figures: incidents, the last weeks, key points visited, teams, hot cells."""
    plan, area, found = study.plan, study.area, study.hotspots
    rules = area.settings.analysis
    analysed = area.incidents.loc[found.parts.index, "occurred_from"]
    trend = compare_recent(
        analysed,
        end=found.period[1],
        recent_weeks=rules.hot_period_weeks,
        baseline_weeks=rules.baseline_weeks,
    )
    due, visited = plan.headline["key_points_required"], plan.headline["key_points_visited"]
    shares = " · ".join(f"{name_shift(code)} {number(n)}" for code, n in found.n_by_shift.items())
    hot = found.hotspots.groupby("shift", sort=False)["hot"].sum()
    teams = plan.teams.groupby("shift", sort=False).size()
    columns = st.columns(5)
    columns[0].metric(
        t("事件（起）"),
        found.n,
        help=t("其中 {shares}", shares=shares),
        border=True,
        height="stretch",
    )
    columns[1].metric(
        t("近 {n} 周（起）", n=trend.recent_weeks),
        trend.recent,
        _change(trend),
        delta_color="inverse",
        help=_comparison(trend),
        border=True,
        height="stretch",
    )
    figures = (
        (t("必巡点位 已排/应巡"), f"{visited} / {due}"),
        (t("队伍 {shifts}", shifts=_names(teams.index)), _parts(teams)),
        (t("热点格 {shifts}", shifts=_names(hot.index)), _parts(hot)),
    )
    for column, (label, figure) in zip(columns[2:], figures, strict=True):
        column.metric(label, figure, border=True, height="stretch")


def _change(trend: Trend) -> str | None:
    """Say how far the last weeks are from the mean before; nothing where there is no mean."""
    if trend.baseline is None:
        return None
    return t("{change:+.1f} 起", change=trend.recent - trend.baseline)


def _comparison(trend: Trend) -> str:
    """Say with what the last weeks are compared."""
    if trend.baseline is None:
        return t(
            "数据不足 {weeks} 周，无法与此前比较", weeks=trend.baseline_weeks + trend.recent_weeks
        )
    return t(
        "此前 {weeks} 周平均每 {n} 周 {mean:.1f} 起；数小，波动大，不宜据此下结论",
        weeks=trend.baseline_weeks,
        n=trend.recent_weeks,
        mean=trend.baseline,
    )


def _names(codes: pd.Index) -> str:
    """Name shifts side by side."""
    return " / ".join(name_shift(code) for code in codes)


def _parts(counts: "pd.Series[int]") -> str:
    """Write counts side by side, in the order of their shifts."""
    return " / ".join(str(count) for count in counts)
