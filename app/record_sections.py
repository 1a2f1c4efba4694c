"""The parts of the page of records: how many have a place, the list, and the imports."""

from collections.abc import Sequence

import pandas as pd
import streamlit as st

from app.i18n import t
from app.labels import name_source
from app.record_list import (
    MOST_SHOWN,
    choose_records,
    count_states,
    name_state,
    record_rows,
)
from app.tables import left_out_table
from app.text import number, plain
from app.undo_panel import offer_undo
from data.area import Area
from data.ledger.statuses import MATCH_RATE

CHOSEN, LISTED = "record", "listed_records"


def show_rate(area: Area) -> None:
    """Show how many incidents have a place, beside the share below which a map misleads."""
    figures, reasons = st.columns([3, 2], gap="large", vertical_alignment="center")
    recorded, located, rate = figures.columns(3)
    recorded.metric(t("台账（起）"), number(area.recorded), border=True, height="stretch")
    located.metric(t("已定位（起）"), number(area.located), border=True, height="stretch")
    enough = area.match_rate >= MATCH_RATE
    least = f"{MATCH_RATE:.0%}"
    said = t("达到 {least}", least=least) if enough else t("不足 {least}", least=least)
    rate.metric(
        t("定位率"),
        f"{area.match_rate:.0%}",
        said,
        delta_color="normal" if enough else "inverse",
        delta_arrow="off",
        help=t("定位率低于 85% 时，热点地图可能误导（Ratcliffe 2004）。台账含辖区文件里的事件。"),
        border=True,
        height="stretch",
    )
    with reasons:
        if len(area.left_out):
            st.markdown(t("不在图上的，按原因（起）"))
            table = left_out_table(area.left_out)
            st.table(table.map(lambda cell: plain(str(cell))), hide_index=True)
        else:
            st.markdown(t("所有记录都在图上。"))


def ask_records(area: Area, records: pd.DataFrame, suspected: Sequence[str]) -> pd.DataFrame:
    """Ask which records are wanted, and return them."""
    counts = count_states(records, suspected)
    states = st.pills(
        t("只看"),
        [code for code, n in counts.items() if n],
        selection_mode="multi",
        format_func=lambda code: t("{state} {n}", state=name_state(code), n=counts[code]),
        key="record_states",
    )
    from_, when, words = st.columns([2, 2, 3])
    sources = from_.multiselect(
        t("来源"),
        sorted(records["source"].unique()),
        format_func=name_source,
        placeholder=t("全部来源"),
        key="record_sources",
    )
    days = when.date_input(
        t("发生日期（从、到）"), value=[], key="record_days", format="YYYY-MM-DD"
    )
    said = words.text_input(
        t("查找"), placeholder=t("地址、内容、编号里的字"), key="record_words", max_chars=60
    )
    return choose_records(
        records,
        states=states,
        sources=sources,
        days=days if isinstance(days, tuple) else (days,),
        words=said,
        suspected=suspected,
        timezone=area.timezone,
    )


def choose_record(area: Area, asked: pd.DataFrame) -> str:
    """Show the list and return the record that was chosen from it, if any."""
    ordered = asked.sort_values(
        "occurred_from", ascending=False, kind="stable", na_position="first"
    )
    rows = record_rows(ordered, area.timezone)
    st.session_state[LISTED] = rows.index.tolist()
    st.dataframe(
        rows,
        hide_index=True,
        height=320,
        row_height=38,
        selection_mode="single-row",
        on_select=_take_choice,
        key="record_table",
    )
    said = t("{n} 条；点一行左边的方框，在下面查看和改正。", n=len(asked))
    more = t("只列出最近的 {n} 条。", n=MOST_SHOWN) if len(asked) > MOST_SHOWN else ""
    st.caption(plain(said + more))
    return str(st.session_state.get(CHOSEN, ""))


def _take_choice() -> None:
    """Keep the record of the row that was just chosen."""
    rows = st.session_state["record_table"]["selection"]["rows"]
    listed = st.session_state[LISTED]
    if rows and rows[0] < len(listed):
        st.session_state[CHOSEN] = listed[rows[0]]


def show_imports(area: Area, imports: pd.DataFrame) -> None:
    """List the imports, and offer to take one back."""
    if imports.empty:
        return
    st.subheader(t("导入批次（{n} 次）", n=len(imports)), anchor=False)
    st.dataframe(_import_rows(imports, area.timezone), hide_index=True)
    standing = imports.index[~imports["undone"]].tolist()
    if not standing:
        return
    which, what = st.columns([2, 3], vertical_alignment="bottom", gap="medium")
    chosen = which.selectbox(
        t("撤销哪一次导入"),
        standing,
        index=None,
        format_func=lambda import_id: t(
            "第 {id} 号 {file}", id=import_id, file=imports.loc[import_id, "file"]
        ),
        placeholder=t("选择一次导入"),
        key="import_to_undo",
    )
    if chosen is not None:
        with what:
            offer_undo(area, int(chosen), t("撤销这次导入…"))


def _import_rows(imports: pd.DataFrame, timezone: str) -> pd.DataFrame:
    """Show imports as a table."""
    return pd.DataFrame(
        {
            t("号"): imports.index,
            t("时间"): imports["at"].dt.tz_convert(timezone).dt.strftime("%Y-%m-%d %H:%M"),
            t("经办"): imports["who"],
            t("文件"): imports["file"],
            t("新增（条）"): imports["added"],
            t("有变化（条）"): imports["changed"],
            t("没变化（条）"): imports["unchanged"],
            t("状态"): imports["undone"].map({True: t("已撤销"), False: t("有效")}),
        }
    )
