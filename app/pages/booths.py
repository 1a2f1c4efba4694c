"""岗亭: booths that stand, booths proposed, and how much each covers on foot."""

import pandas as pd
import streamlit as st

from app.i18n import t
from app.maps.serve import show_map
from app.maps.views import booth_map
from app.page import open_study, show_notes, show_unmet
from app.study import Study
from app.tables import booth_rows, coverage_rows, uncovered_rows
from app.text import period
from routing.booths import BoothPlan


def show() -> None:
    """Show the page."""
    study = open_study(t("岗亭"))
    plan = study.booths
    show_map(booth_map(study), key="booth_map")
    sites, cover = st.columns([5, 4], gap="medium")
    with sites:
        _show_booths(plan, study.area.settings.booths.cover_min)
    with cover:
        _show_coverage(study)
    if len(plan.uncovered):
        with st.expander(t("仍未覆盖的地点（{n} 处）", n=len(plan.uncovered))):
            st.dataframe(uncovered_rows(plan.uncovered), hide_index=True)
    show_unmet(plan.unmet)
    show_notes(study)


def _show_booths(plan: BoothPlan, cover_min: float) -> None:
    """Show each booth and what it covers."""
    st.subheader(t("岗亭与覆盖"), anchor=False)
    _show_shares(booth_rows(plan.booths), first=3)
    said = t(
        "覆盖：需求点在沿街步行 {min:g} 分钟以内，占全部需求的百分比；"
        "净增：没有这处岗亭时会少覆盖多少；拟设 {n} 处。",
        min=cover_min,
        n=int(plan.booths["status"].eq("proposed").sum()),
    )
    st.caption(said + (t("已证明没有更好的选址。") if plan.gap == 0 else ""))


def _show_coverage(study: Study) -> None:
    """Show the share of demand within a few minutes' walk, now and as planned."""
    st.subheader(t("1、3、5 分钟步行覆盖"), anchor=False)
    _show_shares(coverage_rows(study.booths.coverage), first=2)
    st.caption(
        t(
            "需求：重点点位与热点，按班次；{period}，事件 {n} 起。",
            period=period(study.hotspots.period),
            n=study.hotspots.n,
        )
    )


def _show_shares(table: pd.DataFrame, *, first: int) -> None:
    """Show a table whose columns from `first` on are percentages."""
    percent = st.column_config.NumberColumn(format="%.1f")
    st.dataframe(
        table, hide_index=True, column_config=dict.fromkeys(table.columns[first:], percent)
    )


if __name__ == "__main__":
    show()
