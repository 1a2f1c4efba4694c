"""风险地形: which kinds of facilities go with more incidents, at what distance, and the map."""

import geopandas as gpd
import numpy as np
import pandas as pd
import streamlit as st

from app.i18n import t
from app.labels import name_category
from app.maps import theme
from app.maps.clusters import class_block, class_cells
from app.maps.panel import PANEL_MAP_PX, panel_map
from app.maps.serve import show_map
from app.panels.frame import keep
from app.panels.place_ask import is_asked
from app.panels.place_cells import Squares, lay_squares
from app.panels.place_walks import measure_from_gates
from app.study import Study
from app.text import number, period, plain
from spatial.refusals import refuse_few
from spatial.risk_layers import PROXIMITY, build_risk_layers
from spatial.risk_terrain import LEAST_INCIDENTS, RiskTerrain, model_risk_terrain

STEPS = (2.0, 5.0, 20.0, 100.0)
"""Upper ends of the classes of relative risk above 1; the last class is open."""


def show(study: Study) -> None:
    """Show the factors and their map once somebody asks."""
    refuse_few(study.hotspots.n, LEAST_INCIDENTS)
    if not is_asked(t("计算风险地形（约 5 秒）"), key="terrain"):
        st.caption(t("哪一类设施附近事件更多、多几倍：逐类、逐距离比较，只留下经得起检验的。"))
        return
    squares = lay_squares(study)
    with st.spinner(t("正在比较各类设施与各种距离…")):
        found = keep(study, "risk_terrain", lambda: _model(study, squares))
    st.markdown(f"**{plain(_verdict(found))}**")
    if len(found.factors):
        st.dataframe(_rows(found), hide_index=True)
        _show_map(study, squares, found)
    st.caption(plain(_below(study, squares, found)))


def _model(study: Study, squares: Squares) -> RiskTerrain:
    """Fit the model to the squares, with ways measured along the streets."""
    area, cells = study.area, squares.cells
    middles = gpd.GeoDataFrame(geometry=cells.geometry.centroid, crs=cells.crs)
    category = area.gates["key_point_id"].map(area.key_points["category"]).fillna("other")
    layers = build_risk_layers(measure_from_gates(study, middles), category, cells.index)
    return model_risk_terrain(
        squares.n, layers, exposure=cells["area_m2"].astype(float), seed=study.seed
    )


def _verdict(found: RiskTerrain) -> str:
    """Name the strongest factor, or say that none is proven."""
    if found.factors.empty:
        return t("没有一类设施被证明与事件更多有关。")
    first = found.factors.iloc[0]
    return t(
        "{n} 类设施附近事件明显更多；最强的是{factor}：约 {times} 倍（{cells} 格）。",
        n=len(found.factors),
        factor=_name(first["category"], first["kind"], first["distance_m"]),
        times=_times(first["relative_risk"]),
        cells=int(first["n_cells"]),
    )


def _times(risk: float) -> str:
    """Write a relative risk no more exactly than it is known."""
    return number(risk, 0 if risk >= STEPS[2] else 1)


def _name(category: str, kind: str, distance_m: float) -> str:
    """Say in words what a factor is."""
    if kind == PROXIMITY:
        return t("{category}门口沿街 {n:g} 米以内", category=name_category(category), n=distance_m)
    return t("{category}密集处（{n:g} 米内）", category=name_category(category), n=distance_m)


def _rows(found: RiskTerrain) -> pd.DataFrame:
    """List the factors, the strongest first."""
    factors = found.factors
    named = [
        _name(category, kind, distance)
        for category, kind, distance in zip(
            factors["category"], factors["kind"], factors["distance_m"], strict=True
        )
    ]
    return pd.DataFrame(
        {
            t("因素"): named,
            t("相对风险（倍）"): [_times(risk) for risk in factors["relative_risk"]],
            t("覆盖（格）"): factors["n_cells"],
        }
    )


def _show_map(study: Study, squares: Squares, found: RiskTerrain) -> None:
    """Colour the cells that some factor reaches by their relative risk."""
    risk = found.cells["relative_risk"]
    raised = risk[risk > 1]
    colors = theme.RAMPS["all"]
    labels = [f"≤{step:g}" for step in STEPS] + [f">{STEPS[-1]:g}"]
    tips = [
        [
            t("相对风险 {times} 倍", times=_times(times)),
            t("模型预计 {expected} 起，实有 {n} 起", expected=number(expected), n=int(n)),
        ]
        for times, expected, n in zip(
            raised,
            found.cells.loc[raised.index, "expected"],
            squares.n[raised.index],
            strict=True,
        )
    ]
    layer = class_cells(
        squares.cells.geometry.loc[raised.index],
        np.searchsorted(STEPS, raised.to_numpy(), side="left"),
        colors,
        tips,
    )
    block = class_block(t("相对风险（倍）"), dict(zip(labels, colors, strict=True)))
    caption = t(
        "{n} 起，{period}；单位：相对于没有这些设施的格的倍数",
        n=int(squares.n.sum()),
        period=period(study.hotspots.period),
    )
    drawn = panel_map(study, [layer], caption, [block])
    show_map(drawn, key="terrain_map", height_px=PANEL_MAP_PX)


def _below(study: Study, squares: Squares, found: RiskTerrain) -> str:
    """Say what the model is made of, and what it does not say."""
    text = t(
        "{n} 起，{period}，{cells} 格（边长 {size:g} 米）；在一起出现，不等于是它引起；"
        "相近的几类设施会互相顶替；挑选出来的倍数偏大，只覆盖几格的尤其如此；"
        "各因素的倍数相乘得到地图。",
        n=int(squares.n.sum()),
        period=period(study.hotspots.period),
        cells=len(squares.cells),
        size=squares.lattice.cell_size_m,
    )
    return " ".join([text, *(t(message) for message in found.notes)])
