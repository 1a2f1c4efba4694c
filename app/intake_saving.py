"""Storing what lies on the desk, and saying what came of it."""

import streamlit as st

from app.desk import now, show_faults
from app.i18n import t
from app.intake_desk import Opened, clear_desk, settled, store_files
from app.intake_sections import OPEN_GRIDS
from app.intake_tables import receipt_rows
from app.text import plain
from data.area import Area
from data.errors import Message, XungeError
from data.receipts import Receipt

RECEIPTS = "receipts"
RECORDS_PAGE = "app/pages/records.py"


def show_store_button(area: Area, files: list[Opened], who: str) -> None:
    """Store everything at once, with progress; a second click stops it and nothing stays."""
    ready = _ask_readiness(files)
    if not st.button(t("存入台账"), type="primary", disabled=not ready, key="store"):
        return
    bar = st.progress(0.0, t("正在存入…"))
    st.button(t("停止"), key="stop_storing")

    def tell(share: float, said: Message) -> None:
        # where the clerk has pressed another button, Streamlit ends the run here and the
        # transaction is rolled back
        bar.progress(min(max(share, 0.0), 1.0), plain(t(said)))

    try:
        receipts = store_files(area, files, who=who, now=now(), progress=tell)
    except XungeError as error:
        show_faults(error, t("没有存入："))
        return
    clear_desk()
    st.session_state[RECEIPTS] = receipts
    st.rerun()


def _ask_readiness(files: list[Opened]) -> bool:
    """Ask whether places whose system is not certain were looked at; tell what is missing still."""
    unsettled = [
        reading
        for file in files
        for reading in (file.intake.readings if file.intake else ())
        if not settled(reading)
    ]
    agreed = not unsettled or st.checkbox(
        t("坐标系没有把握的文件，我已在地图上核对过"), key="datum_agreed"
    )
    if st.session_state.pop(OPEN_GRIDS, False):
        st.warning(t("选了本地坐标网，但还没有控制点：请先填控制点，或改选别的坐标系。"))
        return False
    return agreed


def show_receipts() -> None:
    """Show what the last import brought, and the way to the records."""
    receipts: list[Receipt] | None = st.session_state.pop(RECEIPTS, None)
    if receipts is None:
        return
    counts = {
        name: sum(getattr(receipt, name) for receipt in receipts)
        for name in ("added", "changed", "unchanged")
    }
    said = t(
        "已存入台账：新增 {added} 条，有改动 {changed} 条，未变 {unchanged} 条。"
        "各页已按新的记录计算。",
        **counts,
    )
    st.success(said, icon=":material/check_circle:")
    st.page_link(RECORDS_PAGE, label=t("到“台账”页查看、改正或撤销"), icon=":material/list_alt:")
    st.dataframe(receipt_rows(receipts), hide_index=True)
