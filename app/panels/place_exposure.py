"""聚集区（按门诊量）: key points with more incidents than their outpatients explain."""

from typing import Any

import numpy as np
import pandas as pd
import streamlit as st

from app.i18n import t
from app.panels.frame import keep
from app.panels.place_walks import gate_distances
from app.study import Study
from app.text import period, plain, probability
from spatial.nearest_place import count_at_nearest
from spatial.poisson_scan import poisson_scan
from spatial.scan_windows import Scan

LEAST_PLACES = 5
MAX_SHARE = 0.5


def is_known(study: Study) -> bool:
    """Tell whether enough key points have a number of visits."""
    return int(visits_of(study).notna().sum()) >= LEAST_PLACES


def visits_of(study: Study) -> pd.Series:
    """Return the outpatient visits a year of each key point, NaN where nobody knows."""
    points = study.area.key_points
    if "outpatient_visits" not in points:
        return pd.Series(np.nan, index=points.index)
    visits: pd.Series = points["outpatient_visits"].astype(float)
    return visits.where(visits > 0)


def show(study: Study) -> None:
    """Show the circles of key points with more incidents than visits explain."""
    scan = keep(study, "visit_scan", lambda: _scan(study))
    alpha = study.area.settings.analysis.alpha
    clusters = scan.clusters
    sure = [bool(p <= alpha) for p in clusters["p_value"]]
    said = t("有 {n} 处，事件比门诊量应有的多，不像随机造成。", n=sum(sure))
    nothing = t("没有一处的事件超出门诊量应有的。")
    st.markdown(f"**{plain(said if any(sure) else nothing)}**")
    names = study.area.key_points["name"]
    columns: dict[str, Any] = {
        t("编号"): clusters.index,
        t("点位"): ["、".join(names.loc[list(each)]) for each in clusters["members"]],
        t("半径（直线，米）"): clusters["radius_m"].round(),
        t("起数"): clusters["n"],
        t("期望（起）"): clusters["expected"].round(2),
        t("倍数"): clusters["ratio"].astype(float).round(1),
        "p": clusters["p_value"].map(probability),
        t("结论"): [t("超出随机") if one else t("可能出于随机") for one in sure],
    }
    if len(clusters):
        st.dataframe(pd.DataFrame(columns), hide_index=True)
    caption = t(
        "{period}；只算门诊量已知的 {points} 处点位，事件归于沿街 {near:g} 米内最近的门口；"
        "聚集区最大：门诊量的 {share:.0%}；p 由 {maps} 次随机得来（种子 {seed}）。",
        period=period(study.hotspots.period),
        points=int(visits_of(study).notna().sum()),
        near=study.area.settings.analysis.near_facility_m,
        share=scan.max_share,
        maps=scan.simulations,
        seed=scan.seed,
    )
    st.caption(plain(caption))


def _scan(study: Study) -> Scan:
    """Scan circles of key points; each visit is as likely to bring an incident."""
    area, visits = study.area, visits_of(study).dropna()
    points = area.key_points.loc[visits.index]
    n = count_at_nearest(
        gate_distances(study),
        area.gates["key_point_id"],
        points.index,
        near_m=area.settings.analysis.near_facility_m,
    )
    xy = np.column_stack([points.geometry.x, points.geometry.y])
    return poisson_scan(n, visits, xy, max_share=MAX_SHARE, seed=study.seed)
