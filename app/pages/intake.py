"""导入: ledgers in, checked row by row, stored when the clerk says so."""

import streamlit as st

from app.desk import ask_who, now, open_area, show_faults, show_word
from app.i18n import t
from app.intake_desk import Opened, compare_files, open_files
from app.intake_rules import show_rules
from app.intake_saving import show_receipts, show_store_button
from app.intake_sections import show_tables
from app.intake_upload import ask_files
from app.text import plain


def show() -> None:
    """Show the page."""
    area = open_area(t("导入台账"))
    show_word()
    show_receipts()
    files = ask_files()
    if not files:
        st.caption(
            t(
                "可以是 12345、110、网格平台导出的表，也可以是社区自己的台账、医院药店名单、"
                "社区边界图层。想先试一试，可用演示台账 data/sample/ledgers/order_12345.csv。"
            )
        )
        return
    opened = open_files(area, files, now=now())
    _show_unreadable(opened)
    readable = [file for file in opened if file.intake is not None]
    if not readable:
        return
    compared = compare_files(area, readable)
    tables: list[str] = []
    for file in compared.files:
        tables = show_tables(area, file, compared, tables)
    show_rules(area)
    st.divider()
    show_store_button(area, compared.files, ask_who())


def _show_unreadable(opened: list[Opened]) -> None:
    """Say of each file that cannot be read why, and what would help."""
    for file in opened:
        if file.error is not None:
            show_faults(file.error, t("{file} 读不了，没有保存任何内容：", file=plain(file.name)))


if __name__ == "__main__":
    show()
