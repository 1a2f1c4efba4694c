"""聚集区: circles along the streets, what is new there, and Local Moran as a second view."""

from collections.abc import Callable
from typing import Any

import geopandas as gpd
import pandas as pd
import streamlit as st

from app.i18n import t
from app.maps.clusters import cluster_block, cluster_lines, cluster_signs
from app.maps.panel import PANEL_MAP_PX, panel_map
from app.maps.serve import show_map
from app.panels import place_exposure, place_moran
from app.panels.frame import keep
from app.panels.place_scan import MIN_CASES, Found, scan_new, scan_space
from app.panels.place_streets import StreetCounts, count_on_streets
from app.study import Study
from app.text import number, period, plain, probability
from spatial.week_ages import DAYS_PER_WEEK


def show(study: Study) -> None:
    """Ask which clusters, and show them."""
    views: dict[str, tuple[str, Callable[[Study], None]]] = {
        "space": (t("哪里多（按街道长度）"), _show_space),
        "visits": (t("哪里多（按门诊量）"), place_exposure.show),
        "new": (t("近来哪里变多"), _show_new),
        "moran": (t("另一种看法：局部莫兰"), place_moran.show),
    }
    if not place_exposure.is_known(study):
        del views["visits"]
    chosen = st.segmented_control(
        t("看哪一种"),
        list(views),
        default="space",
        format_func=lambda code: views[code][0],
        key="cluster_view",
    )
    views[chosen or "space"][1](study)


def _show_space(study: Study) -> None:
    """Show the circles along the streets that hold more than their length explains."""
    streets = count_on_streets(study)
    with st.spinner(t("正在逐圈比较…")):
        found = keep(study, "space_scan", lambda: scan_space(study, streets))
    proven = _proven(study, found)
    said = t("沿街有 {n} 处聚集区，事件比按街道长度应有的多，不像随机造成。", n=sum(proven))
    verdict = said if any(proven) else t("没有一处聚集区超出随机。")
    st.markdown(f"**{plain(verdict)}**")
    _show_found(study, streets, found, key="space_scan_map")
    st.caption(plain(_tell_limits(study, found, t("街道总长"))))


def _show_new(study: Study) -> None:
    """Show where incidents have become more lately than place and season explain."""
    streets = count_on_streets(study)
    with st.spinner(t("正在逐圈、逐周比较…")):
        found = keep(study, "new_scan", lambda: scan_new(study, streets))
    proven = _proven(study, found)
    said = t("近来有 {n} 处的事件多于这个地方和这段时间应有的。", n=sum(proven))
    nothing = t("没有一处近来明显变多；一直就多的地方不算在内。")
    st.markdown(f"**{plain(said if any(proven) else nothing)}**")
    _show_found(study, streets, found, key="new_scan_map")
    st.caption(
        plain(
            _tell_limits(study, found, t("全部事件"))
            + t("时空重排扫描：一直就多的地方、整个辖区都多的时候都不算；按周比较，至今仍在持续。")
        )
    )


def _show_found(study: Study, streets: StreetCounts, found: Found, *, key: str) -> None:
    """Draw and list the clusters."""
    if not found.members:
        return
    proven = _proven(study, found)
    lines = [streets.lixels.geometry.loc[each] for each in found.members]
    centres = gpd.GeoSeries(
        [one.iloc[0].interpolate(0.5, normalized=True) for one in lines], crs=streets.lixels.crs
    )
    rows = _rows(study, streets, found)
    tips = [
        [streets.tell(each[:1])[0], t("{n} 起，期望 {expected} 起", n=n, expected=number(expected))]
        for each, n, expected in zip(
            found.members, found.scan.clusters["n"], found.scan.clusters["expected"], strict=True
        )
    ]
    layers = [*cluster_lines(lines, proven), cluster_signs(centres, proven, tips)]
    caption = t("{n} 起，{period}；单位：起", n=found.n, period=period(study.hotspots.period))
    drawn = panel_map(study, layers, caption, [cluster_block()])
    show_map(drawn, key=key, height_px=PANEL_MAP_PX)
    narrow = {t("路段"): st.column_config.TextColumn(width="medium")}
    st.dataframe(rows, hide_index=True, column_config=narrow)


def _rows(study: Study, streets: StreetCounts, found: Found) -> pd.DataFrame:
    """List the clusters, the least likely by chance first."""
    table = found.scan.clusters
    columns: dict[str, Any] = {
        t("编号"): table.index,
        t("中心"): [streets.tell(each[:1])[0] for each in found.members],
        t("路段"): [_count_streets(streets, each) for each in found.members],
        t("半径（沿街，米）"): table["radius_m"].round(),
    }
    if "start" in table:
        last = study.hotspots.period[1]
        since = [
            last - pd.Timedelta(days=DAYS_PER_WEEK * (1 - int(start)) - 1)
            for start in table["start"]
        ]
        columns[t("自")] = [f"{day:%Y-%m-%d}" for day in since]
    columns |= {
        t("起数"): table["n"],
        t("期望（起）"): table["expected"].round(2),
        t("倍数"): table["ratio"].astype(float).round(1),
        "p": table["p_value"].map(probability),
        t("结论"): [t("超出随机") if sure else t("可能出于随机") for sure in _proven(study, found)],
    }
    return pd.DataFrame(columns)


def _count_streets(streets: StreetCounts, members: list[str]) -> str:
    """Name the streets of a cluster and how many of their segments belong to it."""
    named = streets.lixels.loc[members, "name"].replace("", t("无名路"))
    return "、".join(
        t("{street} {n} 段", street=street, n=n) for street, n in named.value_counts().items()
    )


def _tell_limits(study: Study, found: Found, whole: str) -> str:
    """Say how large a cluster may be, and what else it depends on."""
    said = t(
        "{n} 起，{period}；聚集区最大：半径 {radius:g} 米、占{whole}的 {share:.0%}，"
        "至少 {least} 起；"
        "p 由 {maps} 次随机得来（种子 {seed}），对第二、第三处偏严。",
        n=found.n,
        period=period(study.hotspots.period),
        radius=found.scan.max_radius_m,
        whole=whole,
        share=found.scan.max_share,
        least=MIN_CASES,
        maps=found.scan.simulations,
        seed=found.scan.seed,
    )
    return said + t("换一个上限，聚集区可能不同。")


def _proven(study: Study, found: Found) -> list[bool]:
    """Tell which clusters chance does not explain."""
    alpha = study.area.settings.analysis.alpha
    return [bool(p <= alpha) for p in found.scan.clusters["p_value"]]
