"""The headline figures of the overview."""

from dataclasses import dataclass

import pandas as pd
import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from app.i18n import t
from app.labels import name_shift
from app.study import Study
from app.text import number, period, plain
from spatial.late_ledgers import count_late
from spatial.trend import WEEK, Trend


@dataclass(frozen=True)
class Tile:
    """A figure with its unit, and below it the period or day that it is of."""

    label: str
    figure: str
    below: str
    change: str | None = None
    explained: str | None = None


def show_metrics(study: Study) -> None:
    """Show five figures: incidents, the last weeks, key points visited, teams, hot cells."""
    tiles = (_incident_tile(study), _trend_tile(study), *_plan_tiles(study))
    for column, tile in zip(st.columns(len(tiles)), tiles, strict=True):
        _show_tile(column, tile)


def _show_tile(column: DeltaGenerator, tile: Tile) -> None:
    """Show a figure; what is below it may take several lines and is never cut off."""
    column.metric(
        plain(tile.label),
        tile.figure,
        tile.change,
        delta_color="inverse",
        help=tile.explained,
        border=True,
        height="stretch",
    )
    column.caption(plain(tile.below))


def _incident_tile(study: Study) -> Tile:
    """Say how many incidents there are, and of which shifts."""
    counts = study.hotspots.n_by_shift.items()
    shares = " · ".join(f"{name_shift(code)} {number(n)}" for code, n in counts)
    return Tile(
        t("事件（起）"),
        number(study.hotspots.n),
        t("{period}；{shares}", period=period(study.hotspots.period), shares=shares),
    )


def _trend_tile(study: Study) -> Tile:
    """Set the last weeks beside the weeks before."""
    trend, (_, end) = study.trend, study.hotspots.period
    span = "" if pd.isna(end) else period((end - trend.recent_weeks * WEEK, end))
    late = _late(study)
    below = t("{period}；{comparison}", period=span, comparison=_comparison(trend))
    if late:
        below += t("；其中 {n} 起来自此前没有的台账，不能直接比", n=late)
    return Tile(
        t("近 {n} 周（起）", n=trend.recent_weeks),
        number(trend.recent),
        below,
        # one more ledger is no rise
        change=None if late else _change(trend),
        explained=t("数小，波动大，不宜据此下结论。"),
    )


def _late(study: Study) -> int:
    """Count recent incidents of ledgers that the weeks before do not have."""
    trend, (_, end) = study.trend, study.hotspots.period
    if pd.isna(end):
        return 0
    start = end - trend.recent_weeks * WEEK
    times = study.area.incidents.loc[study.hotspots.parts.index, "occurred_from"]
    # as much leeway as the mean before has
    return count_late(times, since=start - (trend.baseline_weeks - 1) * WEEK, start=start)


def _plan_tiles(study: Study) -> tuple[Tile, ...]:
    """Say how many key points are visited, how many teams go out, and how many cells are hot."""
    plan, span = study.plan, period(study.hotspots.period)
    due, visited = plan.headline["key_points_required"], plan.headline["key_points_visited"]
    hot = study.hotspots.hotspots.groupby("shift", sort=False)["hot"].sum()
    teams = plan.teams.groupby("shift", sort=False).size()
    day = t("计划日 {day}", day=f"{study.day:%Y-%m-%d}")
    return (
        Tile(t("必巡点位（处）"), f"{visited} / {due}", t("已排 / 应巡；{day}", day=day)),
        Tile(t("队伍（支）"), _parts(teams), f"{_names(teams.index)}；{day}"),
        Tile(t("热点格（格）"), _parts(hot), f"{_names(hot.index)}；{span}"),
    )


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
        "此前 {weeks} 周平均每 {n} 周 {mean:.1f} 起",
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
