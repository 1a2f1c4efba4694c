"""The parts of the page of records: how many have a place, the list, and the imports."""

from collections.abc import Mapping, Sequence

import pandas as pd
import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from app.i18n import t
from app.labels import name_source
from app.record_list import (
    MOST_SHOWN,
    choose_records,
    count_states,
    name_state,
    record_rows,
)
from app.record_totals import Totals, fill_communities, total_rows
from app.text import number, period, plain
from app.undo_panel import offer_undo
from data.area import Area
from data.ledger.statuses import MATCH_RATE

CHOSEN, LISTED = "record", "listed_records"


def show_rate(area: Area, totals: Totals) -> None:
    """Show how many records there are, how many of them are on the map, and how many are placed."""
    figures, reasons = st.columns([3, 2], gap="large", vertical_alignment="center")
    total, on_map, rate = figures.columns(3)
    total.metric(t("台账（条）"), number(totals.total), border=True, height="stretch")
    on_map.metric(t("在图上（条）"), number(totals.on_map), border=True, height="stretch")
    _show_match_rate(rate, area)
    figures.caption(plain(_say_totals(area, totals)))
    with reasons:
        rows = total_rows(area, totals)
        st.table(rows.map(lambda cell: plain(str(cell))), hide_index=True)


def _show_match_rate(column: DeltaGenerator, area: Area) -> None:
    """Show the share of incidents that have a place, beside the one below which a map misleads."""
    enough = area.match_rate >= MATCH_RATE
    column.metric(
        t("定位率"),
        f"{area.match_rate:.0%}",
        t("{n}/{total} 起", n=number(area.located), total=number(area.recorded)),
        delta_color="normal" if enough else "inverse",
        delta_arrow="off",
        help=t(
            "知道具体地点的事件，占全部事件（不含并入别的记录的）。只知道社区的不算已定位，"
            "但摊在社区街道上，仍在图上。低于 85% 时，热点地图可能误导（Ratcliffe 2004）。"
        ),
        border=True,
        height="stretch",
    )


def _say_totals(area: Area, totals: Totals) -> str:
    """Say of which period the figures are, whether enough is placed, and where the records are."""
    if not totals.total:
        return ""
    enough = area.match_rate >= MATCH_RATE
    rate = (
        t("定位率达到 {least:.0%}。", least=MATCH_RATE)
        if enough
        else t("定位率不足 {least:.0%}，地图可能误导。", least=MATCH_RATE)
    )
    said = t("数据期 {period}。", period=period(totals.period)) + rate
    if not totals.imported:
        return said
    return said + t(
        "{n} 条是导入的，列在下面；{own} 条在辖区文件夹自己的事件表里，不在下面的列表中。",
        n=totals.imported,
        own=totals.of_file,
    )


def say_nothing_imported(totals: Totals) -> str:
    """Say that nothing was imported, and where the records come from that are counted."""
    if not totals.total:
        return t("还没有任何记录。请先到“导入”页导入一个文件。")
    return t(
        "以上 {n} 条都来自辖区文件夹自己的事件表；现在没有导入的记录。"
        "要逐条核对和改正，请到“导入”页导入一个文件。",
        n=totals.of_file,
    )


def ask_records(area: Area, records: pd.DataFrame, suspected: Sequence[str]) -> pd.DataFrame:
    """Ask which records are wanted, and return them."""
    states = _ask_states(count_states(records, suspected))
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


def _ask_states(counts: Mapping[str, int]) -> list[str]:
    """Ask for records on the map, off it by reason, or suspected to repeat one another."""
    return st.pills(
        t("只看"),
        [code for code, n in counts.items() if n],
        selection_mode="multi",
        format_func=lambda code: t("{state} {n}", state=name_state(code), n=counts[code]),
        key="record_states",
    )


def choose_record(area: Area, asked: pd.DataFrame) -> str:
    """Show the list and return the record that was chosen from it, if any."""
    ordered = asked.sort_values(
        "occurred_from", ascending=False, kind="stable", na_position="first"
    )
    shown = ordered.head(MOST_SHOWN)
    named = shown.assign(community=fill_communities(shown, area.communities))
    rows = record_rows(named, area.timezone)
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
            "第 {id} 号 {file}",
            id=imports.loc[import_id, "number"],
            file=imports.loc[import_id, "file"],
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
            t("号"): imports["number"],
            t("时间"): imports["at"].dt.tz_convert(timezone).dt.strftime("%Y-%m-%d %H:%M"),
            t("经办"): imports["who"],
            t("文件"): imports["file"],
            t("新增（条）"): imports["added"],
            t("有变化（条）"): imports["changed"],
            t("没变化（条）"): imports["unchanged"],
            t("状态"): imports["undone"].map({True: t("已撤销"), False: t("有效")}),
        }
    )
