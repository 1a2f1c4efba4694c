"""The headline figures of the overview."""

import pandas as pd
import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from app.i18n import t
from app.labels import name_shift
from app.study import Study
from app.text import number, plain
from spatial.trend import Trend


def show_metrics(study: Study) -> None:
    """Show five figures: incidents, the last weeks, key points visited, teams, hot cells."""
    columns = st.columns(5)
    _show_incidents(columns[0], study)
    _show_trend(columns[1], study.trend)
    for column, (label, figure) in zip(columns[2:], _plan_figures(study), strict=True):
        column.metric(plain(label), figure, border=True, height="stretch")


def _show_incidents(column: DeltaGenerator, study: Study) -> None:
    """Show how many incidents there are, and of which shifts."""
    counts = study.hotspots.n_by_shift.items()
    shares = " · ".join(f"{name_shift(code)} {number(n)}" for code, n in counts)
    column.metric(
        t("事件（起）"),
        study.hotspots.n,
        help=plain(t("其中 {shares}", shares=shares)),
        border=True,
        height="stretch",
    )


def _show_trend(column: DeltaGenerator, trend: Trend) -> None:
    """Show the last weeks beside the weeks before."""
    column.metric(
        t("近 {n} 周（起）", n=trend.recent_weeks),
        trend.recent,
        _change(trend),
        delta_color="inverse",
        help=_comparison(trend),
        border=True,
        height="stretch",
    )


def _plan_figures(study: Study) -> tuple[tuple[str, str], ...]:
    """Return label and figure of the key points visited, the teams and the hot cells."""
    plan = study.plan
    due, visited = plan.headline["key_points_required"], plan.headline["key_points_visited"]
    hot = study.hotspots.hotspots.groupby("shift", sort=False)["hot"].sum()
    teams = plan.teams.groupby("shift", sort=False).size()
    return (
        (t("必巡点位 已排/应巡"), f"{visited} / {due}"),
        (t("队伍 {shifts}", shifts=_names(teams.index)), _parts(teams)),
        (t("热点格 {shifts}", shifts=_names(hot.index)), _parts(hot)),
    )


def _change(trend: Trend) -> str | None:
    """Say how far the last weeks are from the mean before; nothing where there is no mean."""
    if trend.baseline is None:
        return None
    change, weeks = trend.recent - trend.baseline, trend.baseline_weeks
    return t("{change:+.1f} 起，比前 {weeks} 周均值", change=change, weeks=weeks)


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
