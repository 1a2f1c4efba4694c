"""台账: the records that were imported, what keeps them off the map, and their correction."""

import pandas as pd
import streamlit as st

from app.desk import open_area, show_word
from app.edits import list_kept_imports
from app.i18n import t
from app.record_edits import kept_records, suspected_groups
from app.record_panel import show_record
from app.record_sections import (
    ask_records,
    choose_record,
    say_nothing_imported,
    show_imports,
    show_rate,
)
from app.record_totals import count_totals
from app.text import plain
from data.area import Area


def show() -> None:
    """Show the page."""
    area = open_area(t("台账"))
    records = kept_records(area)
    totals = count_totals(area, len(records))
    show_rate(area, totals)
    show_word()
    if records.empty:
        st.info(plain(say_nothing_imported(totals)))
    else:
        _show_records(area, records)
    show_imports(area, list_kept_imports(area))


def _show_records(area: Area, records: pd.DataFrame) -> None:
    """Show the list, and the record that was chosen from it."""
    st.subheader(t("逐条核对"), anchor=False)
    groups = suspected_groups(area)
    asked = ask_records(area, records, groups["record"].tolist())
    chosen = choose_record(area, asked)
    if chosen in records.index:
        show_record(area, records, groups, chosen)


if __name__ == "__main__":
    show()
