"""稳定性: in which share of replicates a place stays among the patrolled ones."""

from dataclasses import replace

import geopandas as gpd
import numpy as np
import pandas as pd
import streamlit as st

from app.i18n import t
from app.labels import name_shift
from app.maps import theme
from app.maps.clusters import class_block, class_cells, class_lines
from app.maps.panel import PANEL_MAP_PX, panel_map
from app.maps.serve import show_map
from app.page import choose_shift
from app.panels.frame import keep
from app.panels.place_cells import Squares, lay_squares
from app.panels.place_streets import count_on_streets, studied_incidents
from app.panels.trust_names import name_cells
from app.panels.trust_staff import choose_area
from app.study import Study
from app.tables import tell_cut
from app.text import number, period, plain
from spatial.aoristic import TWELFTHS
from spatial.refusals import refuse_few
from spatial.segment_stability import segment_stability
from spatial.stability import Doubt, cell_stability
from spatial.unit_stability import MANY, location_error_m, replicates_for
from spatial.units import SQUARE

REPLICATES = 1000
SEGMENT_REPLICATES = 500
STEPS = (0.2, 0.5, 0.8, 0.95)
"""Lower ends of the classes shown; below the first a place is not on the map."""
SURE = 0.8
MOST_ROWS = 30


def show(study: Study) -> None:
    """Ask for shift and unit, then show what stays."""
    which, what = st.columns([1, 1], vertical_alignment="bottom")
    with which:
        shift = choose_shift(t("时段"), study.area.shifts, key="stability_shift")
    refuse_few(int(study.hotspots.n_by_shift[shift]), study.area.settings.analysis.min_n_ranking)
    with what:
        unit = st.segmented_control(
            t("按什么看"),
            ["cell", "segment"],
            default="cell",
            format_func=lambda code: t("路段") if code == "segment" else t("格"),
            key="stability_unit",
        )
    squares = lay_squares(study)
    n_cells = choose_area(study, shift, len(squares.cells), key="stability_cells")
    if unit == "segment":
        _show_segments(study, shift, n_cells / len(squares.cells))
    else:
        _show_cells(study, shift, squares, n_cells)


def _show_cells(study: Study, shift: str, squares: Squares, n_cells: int) -> None:
    """Show which cells stay."""
    stays = keep(
        study, "cell_stability", lambda: _replay(study, shift, squares, n_cells), shift, n_cells
    )
    hot = study.hotspots.hotspots
    hot = hot[(hot["shift"] == shift) & hot["hot"]]
    same = study.hotspots.units.kind == SQUARE  # other units have other cells
    listed = squares.cells.index.isin(hot["cell_id"]) & same
    kept = stays[listed] if listed.any() else stays[stays >= SURE]
    chosen = kept.sort_values(ascending=False, kind="stable").head(MOST_ROWS)
    said = t(
        "{shift} {hot} 个显著热点格中，{sure} 个在至少 {level:.0%} 的重算里仍在巡逻范围内。",
        shift=name_shift(shift),
        hot=int(listed.sum()),
        sure=int((stays[listed] >= SURE).sum()),
        level=SURE,
    )
    none = t(
        "{shift}没有显著热点格；{sure} 格在至少 {level:.0%} 的重算里在巡逻范围内。",
        shift=name_shift(shift),
        sure=int((stays >= SURE).sum()),
        level=SURE,
    )
    st.markdown(f"**{plain(said if listed.any() else none)}**")
    seen = stays[stays >= STEPS[0]]
    cells = squares.cells.loc[seen.index]
    names = name_cells(study, cells)
    layer = class_cells(cells.geometry, _classes(seen), _colors(shift), _tips(names, seen))
    name = t("稳定度（人手盖得住的 {k} 格之内）", k=n_cells)
    _show_map(study, shift, layer, name, key="stability_cell_map")
    rows = pd.DataFrame(
        {
            t("位置"): name_cells(study, squares.cells.loc[chosen.index]),
            name: _percent(chosen),
            t("起数"): (squares.parts.loc[chosen.index, shift] / TWELFTHS).round(2).to_numpy(),
            t("网格"): chosen.index,
        }
    )
    st.dataframe(rows, hide_index=True)
    below = t(
        "重算 {n} 次（种子 {seed}）：重抽事件 × 网格平移 × 位置误差 × 时间不确定。",
        n=replicates_for(len(studied_incidents(study)), REPLICATES),
        seed=study.seed,
    )
    apart = t("与“热点”页按最热几处（连同相邻）算的稳定度不同。")
    cut = tell_cut(len(chosen), len(kept))
    st.caption(plain(cut + _below(study, shift) + apart + below))


def _show_segments(study: Study, shift: str, share: float) -> None:
    """Show which street segments stay, for the same share of the area."""
    streets = count_on_streets(study)
    patrolled_m = share * float(streets.lixels["length_m"].sum())
    with st.spinner(t("正在重算…")):
        whole = keep(
            study,
            "segment_stability",
            lambda: _replay_streets(study, shift, patrolled_m),
            shift,
            round(patrolled_m),
        )
    stays = whole.reindex(streets.lixels.index)
    rows = streets.rows(shift)
    hot = rows.index[rows["hot"]]
    kept = stays[hot] if len(hot) else stays[stays >= SURE]
    chosen = kept.sort_values(ascending=False, kind="stable").head(MOST_ROWS)
    said = t(
        "{shift} {hot} 段显著热点路段中，{sure} 段在至少 {level:.0%} 的重算里仍在巡逻范围内"
        "（共 {length:.0f} 米街道）。",
        shift=name_shift(shift),
        hot=len(hot),
        sure=int((stays[hot] >= SURE).sum()),
        level=SURE,
        length=patrolled_m,
    )
    st.markdown(f"**{plain(said)}**")
    seen = stays[stays >= STEPS[0]]
    layer = class_lines(
        streets.lixels.geometry.loc[seen.index],
        _classes(seen),
        _colors(shift),
        _tips(streets.tell(seen.index), seen),
    )
    name = t("稳定度（人手盖得住的 {k} 米街道之内）", k=round(patrolled_m))
    _show_map(study, shift, layer, name, key="stability_segment_map")
    table = {
        t("路段"): streets.tell(chosen.index),
        t("起数"): rows.loc[chosen.index, "n"].round(2).to_numpy(),
        name: _percent(chosen),
    }
    st.dataframe(pd.DataFrame(table), hide_index=True)
    cut = tell_cut(len(chosen), len(kept))
    st.caption(plain(cut + _below(study, shift) + _tell_replay_streets(study)))


def _tell_replay_streets(study: Study) -> str:
    """Say how the segments were drawn anew."""
    n = len(studied_incidents(study))
    drawn = replicates_for(n, SEGMENT_REPLICATES)
    if n > MANY:
        return t(
            "重算 {n} 次（种子 {seed}）：重抽事件 × 时间不确定，按沿街密度取前几段；"
            "事件多于 {many} 起，位置视为准确。",
            n=drawn,
            seed=study.seed,
            many=MANY,
        )
    return t(
        "重算 {n} 次（种子 {seed}）：重抽事件 × 位置误差 × 时间不确定，按沿街密度取前几段。",
        n=drawn,
        seed=study.seed,
    )


def _replay(study: Study, shift: str, squares: Squares, n_cells: int) -> pd.Series:
    """Draw the cells anew many times."""
    incidents = _in_order(study)
    places = incidents.geometry
    return cell_stability(
        places.x.to_numpy(),
        places.y.to_numpy(),
        lattice=squares.lattice,
        cells=squares.cells,
        n_patrolled=n_cells,
        doubt=_doubt(study, incidents, shift),
        replicates=replicates_for(len(incidents), REPLICATES),
        seed=study.seed,
    )


def _replay_streets(study: Study, shift: str, patrolled_m: float) -> pd.Series:
    """Draw the segments anew many times."""
    incidents = _in_order(study)
    doubt = _doubt(study, incidents, shift)
    if len(incidents) > MANY:
        doubt = replace(doubt, location_error_m=0.0)
    return segment_stability(
        incidents,
        count_on_streets(study).whole,
        patrolled_m=patrolled_m,
        bandwidth_m=study.area.settings.analysis.segment_m,
        doubt=doubt,
        replicates=replicates_for(len(incidents), SEGMENT_REPLICATES),
        seed=study.seed,
    )


def _in_order(study: Study) -> gpd.GeoDataFrame:
    """Return the incidents by their index, so that the order of a file changes no draw."""
    return studied_incidents(study).sort_index()


def _doubt(study: Study, incidents: gpd.GeoDataFrame, shift: str) -> Doubt:
    """Say what is not known of the incidents in a shift."""
    parts = study.hotspots.parts.loc[incidents.index, shift]
    return Doubt(location_error_m(incidents), parts.to_numpy(dtype=np.float64) / TWELFTHS)


def _show_map(study: Study, shift: str, layer: dict[str, object], name: str, *, key: str) -> None:
    """Draw places in the classes of their stability."""
    labels = [f"{low:.0%}–{high:.0%}" for low, high in zip(STEPS, [*STEPS[1:], 1.0], strict=True)]
    block = class_block(name, dict(zip(labels, _colors(shift), strict=True)))
    caption = t(
        "{shift} {n} 起，{period}；单位：仍在巡逻范围内的重算占比",
        shift=name_shift(shift),
        n=number(study.hotspots.n_by_shift[shift]),
        period=period(study.hotspots.period),
    )
    show_map(panel_map(study, [layer], caption, [block]), key=key, height_px=PANEL_MAP_PX)


def _classes(stays: pd.Series) -> "np.ndarray[tuple[int], np.dtype[np.int_]]":
    """Return the class of each place that is shown."""
    return np.searchsorted(STEPS, stays.to_numpy(), side="right") - 1


def _colors(shift: str) -> list[str]:
    """Return the colours of the classes."""
    return list(theme.RAMPS.get(shift, theme.RAMPS["all"])[1:])


def _tips(names: list[str], stays: pd.Series) -> list[list[str]]:
    """Say how sure each place is."""
    return [[name, said] for name, said in zip(names, _percent(stays), strict=True)]


def _percent(stays: pd.Series) -> list[str]:
    """Write shares the way the page speaks of them."""
    return [t("{share:.0%} 稳定", share=share) for share in stays]


def _below(study: Study, shift: str) -> str:
    """Say what the figures are of."""
    return t(
        "{shift} {n} 起，{period}；稳定度是重算中这一处仍在巡逻范围内的占比，不是发案的机会。",
        shift=name_shift(shift),
        n=number(study.hotspots.n_by_shift[shift]),
        period=period(study.hotspots.period),
    )
