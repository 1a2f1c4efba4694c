"""Finds of patrols per hour of visit: what was found against how long somebody looked."""

from typing import NamedTuple

import pandas as pd
import streamlit as st

from app.i18n import t
from app.panels.frame import keep
from app.panels.time_incidents import DAY, analysed_incidents
from app.study import Study
from app.text import number, plain
from data.errors import Message
from data.profiles import build_profile
from spatial.facility import walking_distances
from spatial.find_places import add_up_visit_hours, nearest_key_points, place_finds
from spatial.source_layers import PATROL, finds_per_visit_hour, layer_of_source


class Effort(NamedTuple):
    """Finds beside hours, and what they are of."""

    rates: pd.DataFrame
    """Result of `finds_per_visit_hour`."""
    notes: tuple[Message, ...]
    n_visits: int
    """Visits that took place; `n_without_stay` more were not reached, or nobody noted how long."""
    n_without_stay: int
    n_finds: int
    """Finds of patrols in the days of the visits; `n_elsewhere` of them near no key point."""
    n_elsewhere: int
    n_before: int
    """Finds of patrols on days for which no visits are on record."""
    days: tuple[pd.Timestamp, pd.Timestamp]


def show_effort(study: Study) -> None:
    """Show finds per hour of visit where visits are on record; else say how to supply them."""
    visits: pd.DataFrame | None = getattr(study.area, "visits", None)
    if visits is None or not (visits["dwell_min"] > 0).any():
        st.info(plain(_say_missing()))
        return
    found = keep(study, "effort", lambda: weigh_finds(study, visits))
    seen = found.rates[found.rates["visit_hours"] > 0]
    whole = seen[["n", "visit_hours"]].sum()
    said = t(
        "{visits} 次到访、{hours} 小时，到访过的点位上巡查发现 {finds} 起，"
        "平均每到访小时 {rate} 起。",
        visits=found.n_visits,
        hours=number(whole["visit_hours"]),
        finds=int(whole["n"]),
        rate=number(whole["n"] / whole["visit_hours"] if whole["visit_hours"] else float("nan"), 2),
    )
    st.markdown(f"**{plain(said)}**")
    st.dataframe(effort_rows(found.rates, study.area.key_points["name"]), hide_index=True)
    _show_caption(found, study.area.settings.analysis.near_facility_m)


def _say_missing() -> str:
    """Say what is not there and how to supply it."""
    return t(
        "没有到访记录，算不出每到访小时发现几起：巡查发现多，也可能只是因为去得多。"
        "请在辖区文件夹里放 visits.csv（日期、班次、队伍、点位编号、到达、离开、结果、关联事件），"
        "重新计算后这里就有表。"
    )


def weigh_finds(study: Study, visits: pd.DataFrame) -> Effort:
    """Count finds of patrols at each key point in the days of the visits, beside their hours.

    A visit whose length is missing or 0 (nobody got there) counts for nothing.
    """
    n_listed = len(visits)
    visits = visits[visits["dwell_min"] > 0]
    start, end = visits["date"].min(), visits["date"].max() + DAY
    incidents = analysed_incidents(study)
    patrol = incidents[layer_of_source(incidents["source"]) == PATROL]
    middle = patrol["occurred_from"] + (patrol["occurred_to"] - patrol["occurred_from"]) / 2
    inside = patrol[(middle >= start) & (middle < end)]
    area, near_m = study.area, study.area.settings.analysis.near_facility_m
    walkable = build_profile(area.streets, "foot", area.shifts[0], area.settings.streets)
    distance_m = walking_distances(walkable, area.gates, inside, near_m)
    place = place_finds(nearest_key_points(inside, area.gates, distance_m, near_m), visits)
    finds = place[place != ""].value_counts()
    rates, notes = finds_per_visit_hour(finds, add_up_visit_hours(visits))
    return Effort(
        rates,
        notes,
        n_visits=len(visits),
        n_without_stay=n_listed - len(visits),
        n_finds=len(inside),
        n_elsewhere=int((place == "").sum()),
        n_before=len(patrol) - len(inside),
        days=(start, end - DAY),
    )


def effort_rows(rates: pd.DataFrame, names: "pd.Series[str]") -> pd.DataFrame:
    """Show every place, those with most hours first: a rate of a short visit says little."""
    ranked = rates.sort_values(["visit_hours", "n"], ascending=False, kind="stable")
    known = names.reindex(ranked.index)
    return pd.DataFrame(
        {
            t("点位"): known.fillna(pd.Series(ranked.index.astype(str), ranked.index)),
            t("巡查发现（起）"): ranked["n"],
            t("到访（小时）"): ranked["visit_hours"].round(1),
            t("每到访小时（起）"): ranked["per_hour"].round(2),
            t("95% 区间"): [
                "—" if pd.isna(low) else f"{number(low, 2)}–{number(high, 2)}"
                for low, high in zip(ranked["low"], ranked["high"], strict=True)
            ],
        }
    )


def _show_caption(found: Effort, near_m: float) -> None:
    """Say of which days the finds are, and which have no place or no visit."""
    said = t(
        "到访记录 {start} 至 {end}；这段时间巡查发现 {n} 起，其中 {elsewhere} 起不在任何点位沿街 "
        "{near:g} 米内，不列；此前此后的 {before} 起没有到访可比，不算。区间为精确泊松区间；"
        "到访几小时的点位区间很宽，别按率排名。",
        start=f"{found.days[0]:%Y-%m-%d}",
        end=f"{found.days[1]:%Y-%m-%d}",
        n=found.n_finds,
        elsewhere=found.n_elsewhere,
        near=near_m,
        before=found.n_before,
    )
    if found.n_without_stay:
        said += t("另有 {n} 次未到或没有记下停留时间，不算到访。", n=found.n_without_stay)
    st.caption(plain(" ".join([said, *map(t, found.notes)])))
