"""Who told: citizens, agencies and patrols apart, by shift and by month."""

import pandas as pd
import streamlit as st

from app.charts_time import LAYER_COLORS, part_bars, show_chart
from app.i18n import t
from app.labels import name_shift
from app.panels.frame import keep
from app.panels.time_incidents import analysed_incidents
from app.study import Study
from app.text import number, period, plain
from data.errors import N_
from data.shifts import Shift
from spatial.month_counts import count_months
from spatial.source_layers import (
    LAYER_NAMES,
    MOSTLY,
    PATROL,
    count_by_source,
    layer_of_source,
    police_activity_note,
)

LAYERS = {
    "citizen": N_("居民反映"),
    "agency": N_("部门上报"),
    "patrol": N_("巡查发现"),
    "unknown": N_("来源不详"),
}


def show_layers(study: Study) -> None:
    """Show how many incidents came from whom, by shift and by month."""
    incidents = analysed_incidents(study)
    parts = study.hotspots.parts
    counts = keep(study, "sources", lambda: count_by_source(incidents["source"], parts))
    months = keep(study, "source_months", lambda: _count_months(study))
    _show_share(counts)
    st.table(layer_rows(counts, study.area.shifts).map(plain), hide_index=True)
    _show_months(months)
    said = t(
        "{n} 起，{period}；居民反映：12345、110、举报；部门上报：网格、部门移交、网络；"
        "一起只算一个来源。首尾两个月可能不满。单位：起/月，按事件时间的中点归月。",
        n=study.hotspots.n,
        period=period(study.hotspots.period),
    )
    st.caption(plain(said))


def _count_months(study: Study) -> pd.DataFrame:
    """Count each layer by month, the layers in their order."""
    incidents = analysed_incidents(study)
    counts = count_months(incidents, layer_of_source(incidents["source"]))
    return counts.reindex(columns=list(LAYER_NAMES), fill_value=0)


def _show_share(counts: pd.DataFrame) -> None:
    """Say what share the finds of patrols have; loudly where they make most of the map."""
    for note in police_activity_note(counts):
        if counts["share"][PATROL] >= MOSTLY:
            st.warning(plain(t(note)), icon="⚠️")
        else:
            st.markdown(f"**{plain(t(note))}**")
    if counts["n"][PATROL] == 0:
        none = plain(t("没有巡查发现：图上都是别人反映或上报的。"))
        st.markdown(f"**{none}**")


def layer_rows(counts: pd.DataFrame, shifts: tuple[Shift, ...]) -> pd.DataFrame:
    """Show the four layers and their sum."""
    whole = counts.sum().to_frame(t("合计")).T
    named = counts.set_axis([t(LAYERS[str(code)]) for code in counts.index])
    shown = pd.concat([named, whole])
    columns = {t("{shift}（起）", shift=name_shift(s.code)): f"n_{s.code}" for s in shifts}
    return pd.DataFrame(
        {
            t("来源"): list(shown.index),
            **{title: [number(n, 2) for n in shown[name]] for title, name in columns.items()},
            t("合计（起）"): [number(n, 2) for n in shown["n"]],
            t("占比（%）"): [number(100 * share) for share in shown["share"]],
        }
    )


def _show_months(months: pd.DataFrame) -> None:
    """Draw a bar for each month, the layers stacked."""
    rows = [
        {"place": str(month), "part": t(LAYERS[str(code)]), "order": order, "n": int(n)}
        for month, row in months.iterrows()
        for order, (code, n) in enumerate(row.items())
    ]
    used = [code for code in LAYERS if months[code].any()]
    spec = part_bars(
        pd.DataFrame(rows),
        pd.DataFrame(),
        title=t("月份"),
        unit=t("起/月"),
        colors={t(LAYERS[code]): LAYER_COLORS[code] for code in used},
    )
    show_chart(spec, height_px=280)
