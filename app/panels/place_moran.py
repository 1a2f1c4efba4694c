"""局部莫兰: which cells are like or unlike their neighbours; a second view, no proof."""

import numpy as np
import pandas as pd
import streamlit as st
from scipy.sparse import csr_array, eye_array

from app.i18n import t
from app.maps.clusters import class_block, class_cells
from app.maps.panel import PANEL_MAP_PX, panel_map
from app.maps.serve import show_map
from app.panels.frame import keep
from app.panels.place_cells import Squares, lay_squares
from app.study import Study
from app.text import number, period, plain, probability
from data.errors import N_
from spatial.local_moran import local_morans_i

LEVEL = 0.05
QUADRANTS = {
    "HH": ("#a31422", N_("自己多、四周也多")),
    "HL": ("#f5804a", N_("自己多、四周少")),
    "LH": ("#9ccbe0", N_("自己少、四周多")),
    "LL": ("#2b5d8a", N_("自己少、四周也少")),
}


def show(study: Study) -> None:
    """Show the cells that are like or unlike their neighbours."""
    squares = lay_squares(study)
    local = keep(study, "local_moran", lambda: _measure(study, squares))
    seen = local[(local["p_value"] <= LEVEL) & local["quadrant"].isin(list(QUADRANTS))]
    counts = seen["quadrant"].value_counts()
    said = t(
        "{high} 格自己多、四周也多；{lone} 格自己多、四周少。这是看分布的样子，不是证明。",
        high=int(counts.get("HH", 0)),
        lone=int(counts.get("HL", 0)),
    )
    st.markdown(f"**{plain(said)}**")
    names = list(QUADRANTS)
    class_of = np.array([names.index(name) for name in seen["quadrant"]], dtype=int)
    tips = [
        [t("{n} 起", n=number(squares.n[cell])), t(QUADRANTS[name][1]), f"p {probability(p)}"]
        for cell, name, p in zip(seen.index, seen["quadrant"], seen["p_value"], strict=True)
    ]
    cells = squares.cells.geometry.loc[seen.index]
    layer = class_cells(cells, class_of, [color for color, _ in QUADRANTS.values()], tips)
    block = class_block(t("格与四周相比"), {t(label): color for color, label in QUADRANTS.values()})
    caption = t(
        "{n} 起，{period}；单位：起/格",
        n=int(squares.n.sum()),
        period=period(study.hotspots.period),
    )
    show_map(panel_map(study, [layer], caption, [block]), key="moran_map", height_px=PANEL_MAP_PX)
    below = t(
        "{n} 起，{cells} 格，边长 {size:g} 米；每格 999 次随机，p 未按格数校正，"
        "单看每格 p ≤ {level:g} 时，碰巧平均也会有至多 {chance:.0f} 格。证明请看热点与路段热点。",
        n=int(squares.n.sum()),
        cells=len(squares.cells),
        size=squares.lattice.cell_size_m,
        level=LEVEL,
        chance=LEVEL * len(squares.cells),
    )
    st.caption(plain(below))


def _measure(study: Study, squares: Squares) -> pd.DataFrame:
    """Compare each cell with those around it, without itself."""
    around = squares.lattice.neighbours(squares.cells)
    others = csr_array(around - eye_array(len(squares.cells), dtype=np.int64))
    others.eliminate_zeros()
    return local_morans_i(squares.n, others, seed=study.seed)
