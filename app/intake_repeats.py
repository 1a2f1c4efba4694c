"""Records that may be one incident: shown beside each other, confirmed, or merged by a rule."""

from collections.abc import Collection
from dataclasses import dataclass

import pandas as pd
import streamlit as st

from app.i18n import t
from app.intake_desk import Opened, decide, terms_of
from app.labels import name_incident_type, name_source
from app.text import plain
from data.decisions import is_at_hand, name_row, name_target
from data.errors import Message
from data.ledger.duplicates import say_reason
from data.ledger.reading import Reading

MOST_GROUPS = 20


@dataclass(frozen=True)
class RepeatGroup:
    """A record of a file beside the one that it may repeat."""

    row: int
    keeper: str
    said: Message
    rows: pd.DataFrame


def show_repeats(file: Opened, groups: list[RepeatGroup], reading: Reading) -> None:
    """Show records that may be one incident, and let the clerk say so."""
    key = reading.table_id
    decided = terms_of(file.file_hash).repeats
    if not groups and not decided:
        return
    with st.expander(
        t("疑似重复（{n} 组，已确认 {done} 行）", n=len(groups), done=len(decided)),
        expanded=bool(groups),
    ):
        for group in groups[:MOST_GROUPS]:
            st.markdown(plain(t(group.said)))
            st.dataframe(group.rows, hide_index=True)
            if st.button(
                t("是同一件事，只算一次（第 {row} 行并入）", row=group.row),
                key=f"merge_{key}_{group.row}",
            ):
                kept = name_target(name_row(reading, ""), group.keeper)
                decide(file.file_hash, repeats={**decided, group.row: kept})
                st.rerun()
        if decided and st.button(t("取消已确认的重复"), key=f"split_{key}"):
            decide(file.file_hash, repeats={})
            st.rerun()
        st.caption(t("不确认就按两件事记；存入以后也可以在“台账”页合并或拆开。"))


def show_merged(groups: list[RepeatGroup]) -> None:
    """Show the rows that a saved rule merges, each beside the record that counts."""
    if not groups:
        return
    with st.expander(t("按规则并入（{n} 行）", n=len(groups)), expanded=True):
        for group in groups[:MOST_GROUPS]:
            st.markdown(plain(t("第 {row} 行并入：{why}", row=group.row, why=group.said)))
            st.dataframe(group.rows, hide_index=True)
        if len(groups) > MOST_GROUPS:
            st.caption(t("只列出前 {n} 行。", n=MOST_GROUPS))
        st.caption(t("不同意就先在页面底部停用规则；存入以后也可以在“台账”页拆开。"))


def repeat_groups(
    reading: Reading, repeats: pd.DataFrame, timezone: str, earlier: Collection[str] = ()
) -> list[RepeatGroup]:
    """
    Return the rows of a table that may repeat another record, each beside it.

    Only what can be stored so: `earlier` names the tables that are stored before this one. A row
    that repeats one of a later table is merged on the page of records.
    """
    start = name_row(reading, "")
    groups = []
    for _, members in repeats.groupby("group"):
        keeper = str(members.loc[members["keeper"], "record"].iloc[0])
        for _, member in members[~members["keeper"]].iterrows():
            record = str(member["record"])
            if record.startswith(start) and (
                is_at_hand(start, keeper) or keeper.partition("|")[0] in earlier
            ):
                row = int(record.removeprefix(start))
                shown = members[members["record"].isin([keeper, record])]
                groups.append(
                    RepeatGroup(row, keeper, say_reason(member), _side_by_side(shown, timezone))
                )
    return groups


def _side_by_side(members: pd.DataFrame, timezone: str) -> pd.DataFrame:
    """Show the records of a group under each other."""
    local = members["occurred_from"].dt.tz_convert(timezone)
    return pd.DataFrame(
        {
            t("记录"): [_name_record(member) for _, member in members.iterrows()],
            t("来源"): members["source"].map(name_source),
            t("发生时间"): local.dt.strftime("%m-%d %H:%M"),
            t("类型"): members["type"].map(name_incident_type),
            t("地址"): members["address"],
            t("内容"): members["summary"],
        }
    )


def merged_groups(reading: Reading, groups: pd.DataFrame, timezone: str) -> list[RepeatGroup]:
    """Return the rows of a table that a saved rule merged, each beside the record that counts."""
    start, asked = name_row(reading, ""), reading.terms.repeats
    kept = reading.records["duplicate_of"]
    found = []
    for row, target in kept[kept != ""].items():
        keeper = start + str(target).removeprefix("row ") if target.startswith("row ") else target
        record = f"{start}{row}"
        mine = groups.loc[groups["record"] == record, "group"]
        members = groups[groups["group"].isin(mine) & groups["record"].isin([keeper, record])]
        if row in asked or len(members) < len((keeper, record)):
            continue
        why = members[members["record"] == record].iloc[0]
        shown = _side_by_side(members, timezone)
        found.append(RepeatGroup(int(str(row)), keeper, say_reason(why), shown))
    return found


def _name_record(member: pd.Series) -> str:
    """Name a record by where it stands: in a file on the desk, or in the ledger."""
    said = t("{file} 第 {row} 行", file=member["file"], row=member["row"])
    return said if "|" in str(member["record"]) else t("台账：{record}", record=said)
