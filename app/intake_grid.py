"""A city's own grid: its control points, typed or pasted in, and how well they fit."""

import pandas as pd
import streamlit as st

from app.desk import show_faults
from app.i18n import t
from app.intake_desk import Opened, decide
from app.text import plain
from data.errors import XungeError
from data.ledger.layer_reading import LayerReading
from data.ledger.local_grid import fit_local_grid, say_grid
from data.ledger.positions import LOCAL
from data.ledger.reading import Reading

COLUMNS = ("x", "y", "lon", "lat")


def ask_control_points(file: Opened, reading: Reading | LayerReading, key: str) -> None:
    """Ask for points of the grid whose place is known; show how far each is off, or refuse them."""
    st.caption(
        t(
            "至少三个控制点：x 为东、y 为北（米，与文件中的一致），经纬度为 WGS84。"
            "点要分散在辖区四周。"
        )
    )
    known = pd.DataFrame(list(reading.terms.control), columns=COLUMNS, dtype=float)
    typed = st.data_editor(known, num_rows="dynamic", key=f"control_{key}", width="stretch")
    points = typed[list(COLUMNS)].dropna(how="all").reset_index(drop=True)
    points.index += 1
    if points.empty:
        return
    try:
        grid = fit_local_grid(points.astype(float))
    except XungeError as error:
        show_faults(error, t("这些控制点不能用："))
        return
    st.markdown(plain(t(say_grid(grid))))
    off = {t("偏差（米）"): grid.residuals_m, t("去掉它时的偏差（米）"): grid.left_out_m}
    st.dataframe(points.assign(**{name: list(m) for name, m in off.items()}).round(2))
    if st.button(t("按这套控制点换算"), key=f"fit_{key}", type="primary"):
        control = tuple(tuple(map(float, point)) for point in points.to_numpy())
        decide(file.file_hash, datum=LOCAL, control=control)
        st.rerun()
