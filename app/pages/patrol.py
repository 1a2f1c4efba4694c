"""巡逻计划: the routes of a shift, the timetable of each team, and what cannot be met."""

import pandas as pd
import streamlit as st

from app.i18n import t
from app.labels import name_shift
from app.maps.serve import show_map
from app.maps.tours import team_names
from app.maps.views import patrol_map
from app.page import choose_shift, open_study, show_notes, show_unmet
from app.study import Study
from app.tables import team_rows, visit_csv, visit_rows
from app.text import plain

ALL = "*"


def show() -> None:
    """Show the page."""
    study = open_study(t("巡逻计划"))
    plan = study.plan
    shift, team = _choose(study)
    show_map(patrol_map(study, shift, team), key="patrol_map")
    visits = plan.visits[plan.visits["shift"] == shift]
    if team:
        _show_timetable(team_names(plan, shift)[team], visits[visits["team"] == team])
    else:
        _show_teams(study, shift)
    st.download_button(
        t("下载全部时刻表（CSV）"),
        visit_csv(plan),
        file_name=f"visits-{study.day}.csv",
        mime="text/csv",
        on_click="ignore",
    )
    st.caption(t("计划日期 {day}；共 {n} 次到访；时间为当地时间。", day=study.day, n=len(visits)))
    due, done = plan.headline["key_points_required"], plan.headline["key_points_visited"]
    if due and due == done:
        st.success(t("{n} 处每日必巡点位都已安排到访。", n=due))
    elif due:
        st.warning(t("{n} 处每日必巡点位中有 {open} 处未能安排，见下。", n=due, open=due - done))
    show_unmet(plan.unmet)
    show_notes(study)


def _choose(study: Study) -> tuple[str, str | None]:
    """Ask for a shift and one of its teams; no team means all of them."""
    which, who = st.columns([1, 2], vertical_alignment="bottom")
    with which:
        shift = choose_shift(t("班次"), study.area.shifts, key="patrol_shift")
    names = team_names(study.plan, shift)
    with who:
        team = st.selectbox(
            t("队伍"),
            [ALL, *names],
            format_func=lambda code: t("全部队伍") if code == ALL else names[code],
            key=f"patrol_team_{shift}",
        )
    return shift, None if team == ALL else team


def _show_timetable(name: str, visits: pd.DataFrame) -> None:
    """Show when one team is where."""
    st.subheader(plain(t("{team} 的时间表", team=name)), anchor=False)
    if visits.empty:
        st.info(t("该队本班次没有安排到访。"))
    else:
        st.dataframe(visit_rows(visits), hide_index=True)


def _show_teams(study: Study, shift: str) -> None:
    """Show who goes out in a shift, and how much of its time is taken."""
    st.subheader(plain(t("{shift}队伍", shift=name_shift(shift))), anchor=False)
    st.dataframe(team_rows(study, shift), hide_index=True)
    st.caption(t("选择一个队伍，可看它的时间表。"))


if __name__ == "__main__":
    show()
