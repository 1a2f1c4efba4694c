"""岗亭: booths that stand, booths proposed, and how much each covers on foot."""

import streamlit as st

from app.i18n import t
from app.maps.serve import show_map
from app.maps.views import booth_map
from app.page import open_study, show_notes, show_unmet
from app.tables import booth_rows, coverage_rows, uncovered_rows
from app.text import period


def show() -> None:
    """Show the page."""
    study = open_study(t("岗亭"))
    plan, rules = study.booths, study.area.settings.booths
    show_map(booth_map(study), key="booth_map")

    sites, cover = st.columns([5, 4], gap="medium")
    percent = st.column_config.NumberColumn(format="%.1f")
    with sites:
        st.subheader(t("岗亭与覆盖"), anchor=False)
        table = booth_rows(plan.booths)
        st.dataframe(
            table, hide_index=True, column_config=dict.fromkeys(table.columns[3:], percent)
        )
        st.caption(
            t(
                "覆盖：需求点在沿街步行 {min:g} 分钟以内，占全部需求的百分比；"
                "净增：没有这处岗亭时会少覆盖多少；拟设 {n} 处。",
                min=rules.cover_min,
                n=int(plan.booths["status"].eq("proposed").sum()),
            )
            + (t("已证明没有更好的选址。") if plan.gap == 0 else "")
        )
    with cover:
        st.subheader(t("1、3、5 分钟步行覆盖"), anchor=False)
        table = coverage_rows(plan.coverage)
        st.dataframe(
            table, hide_index=True, column_config=dict.fromkeys(table.columns[2:], percent)
        )
        st.caption(
            t(
                "需求：重点点位与热点，按班次；{period}事件 {n} 起。",
                period=period(study.hotspots.period),
                n=study.hotspots.n,
            )
        )
    if len(plan.uncovered):
        with st.expander(t("仍未覆盖的地点（{n} 处）", n=len(plan.uncovered))):
            st.dataframe(uncovered_rows(plan.uncovered), hide_index=True)
    show_unmet(plan.unmet)
    show_notes(study)


if __name__ == "__main__":
    show()
