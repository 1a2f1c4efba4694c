"""热点: cells by count or density for one shift, and which of them are hot beyond chance."""

import streamlit as st

from app.i18n import t
from app.labels import name_shift
from app.maps.hot import has_density
from app.maps.serve import show_map
from app.maps.views import hotspot_map
from app.page import choose_shift, open_study, show_notes
from app.study import Study
from app.tables import hotspot_rows
from app.text import number, period, plain


def show() -> None:
    """Show the page."""
    study = open_study(t("热点"))
    found, analysis = study.hotspots, study.area.settings.analysis
    shift, density = _choose(study)
    show_map(hotspot_map(study, shift, density=density), key="hotspot_map")

    n = float(found.n_by_shift[shift])
    if n < analysis.min_n_ranking:
        st.warning(t("样本不足：该时段只有 {n} 起，不作排名与检验。", n=number(n)))
    elif not has_density(found, shift):
        st.info(t("事件少于 {n} 起：只列起数，不画核密度面。", n=analysis.min_n_surface))
    st.subheader(plain(t("热点网格（{shift}）", shift=name_shift(shift))), anchor=False)
    st.dataframe(hotspot_rows(found.hotspots, shift), hide_index=True)
    said = t(
        "{shift} {n} 起，{period}；网格边长 {size:g} 米；期望指本格及邻格在随机分布下的起数，"
        "精确 Gi* 检验，q 为 Benjamini-Hochberg 校正后的 p，显著水平 {alpha:g}。",
        shift=name_shift(shift),
        n=number(n),
        period=period(found.period),
        size=analysis.cell_size_m,
        alpha=analysis.alpha,
    )
    st.caption(plain(said))
    show_notes(study)


def _choose(study: Study) -> tuple[str, bool]:
    """Ask for a shift, and whether its density is to be shown where there is one."""
    which, how = st.columns([1, 1], vertical_alignment="bottom")
    with which:
        shift = choose_shift(t("时段"), study.area.shifts, key="hot_shift")
    with how:
        measure = st.segmented_control(
            t("颜色表示"),
            ["count", "density"] if has_density(study.hotspots, shift) else ["count"],
            default="count",
            format_func=lambda code: t("核密度") if code == "density" else t("起数"),
            key="hot_measure",
        )
    return shift, measure == "density"


if __name__ == "__main__":
    show()
