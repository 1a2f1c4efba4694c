"""总览: the headline figures, the map of incidents and key points, and who has how many."""

import streamlit as st

from app.i18n import t
from app.maps.serve import show_map
from app.maps.views import overview_map
from app.metrics import show_metrics
from app.page import open_study, show_notes
from app.tables import community_rows, key_point_rows
from app.text import period


def show() -> None:
    """Show the page."""
    study = open_study(t("总览"))
    show_metrics(study)
    show_map(overview_map(study), key="overview_map")

    near_m = study.area.settings.analysis.near_facility_m
    span, n = period(study.hotspots.period), study.hotspots.n
    points, communities = st.columns(2, gap="large")
    with points:
        st.subheader(t("重点点位附近的事件"), anchor=False)
        st.dataframe(key_point_rows(study.key_point_table, study.area.shifts), hide_index=True)
        st.caption(
            t(
                "沿街 {m:g} 米以内；{period}，共 {n} 起；单位：起；邻近点位有重叠，不可相加。",
                m=near_m,
                period=span,
                n=n,
            )
            + t("时间不确定的事件按时段比例分摊，故有小数。")
        )
    with communities:
        st.subheader(t("各社区的事件"), anchor=False)
        st.dataframe(community_rows(study.community_table, study.area.shifts), hide_index=True)
        st.caption(t("{period}，共 {n} 起，各社区之外的不在表中；单位：起。", period=span, n=n))
    show_notes(study)


if __name__ == "__main__":
    show()
