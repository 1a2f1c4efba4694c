"""One record: what is known of it, its place, its kind, what it repeats, and its history."""

from functools import partial

import pandas as pd
import streamlit as st

from app.desk import ask_who, keep, now
from app.edits import Hand
from app.i18n import t
from app.labels import INCIDENT_TYPES, name_incident_type, name_source
from app.record_edits import (
    history,
    merge,
    remove,
    set_type,
    split,
)
from app.record_list import find_alike
from app.record_place import offer_place
from app.record_words import (
    name_action,
    name_changes,
    say_time,
    tell_record,
)
from app.text import plain
from data.area import Area
from data.ledger.duplicates import say_reason


def show_record(area: Area, records: pd.DataFrame, groups: pd.DataFrame, record_id: str) -> None:
    """Show a record with all that can be done about it."""
    record = _find(records, record_id)
    st.subheader(plain(_title(record, area)), anchor=False)
    told, place = st.columns([2, 3], gap="medium")
    with told:
        rows = tell_record(record, area.timezone)
        table = pd.DataFrame(rows, columns=[t("项目"), t("内容")])
        st.table(table.map(plain), hide_index=True)
        reason = st.text_input(
            t("改动的原因（删除时必填）"), max_chars=200, key=f"reason:{record_id}"
        )
        hand = Hand(ask_who(), now(), reason.strip())
        _offer_type(area, record_id, record, hand)
        _offer_group(area, records, groups, record_id, hand)
        _offer_merging(area, records, record_id, hand)
        _offer_removal(area, record_id, hand)
    with place:
        offer_place(area, record_id, record, hand)
    _show_history(area, record_id)


def _find(records: pd.DataFrame, record_id: str) -> pd.Series:
    """Return one record."""
    return records.loc[[record_id]].iloc[0]


def _title(record: pd.Series, area: Area) -> str:
    """Name a record by when and what it was."""
    when = say_time(record, area.timezone) or t("时间不详")
    return t("{when} {what}", when=when, what=name_incident_type(record["type"]))


def _offer_type(area: Area, record_id: str, record: pd.Series, hand: Hand) -> None:
    """Let a reader say what kind of incident it was."""
    codes = list(dict.fromkeys([*INCIDENT_TYPES, str(record["type"])]))
    kind, save = st.columns([3, 2], vertical_alignment="bottom")
    chosen = kind.selectbox(
        t("类型"),
        codes,
        index=codes.index(str(record["type"])),
        format_func=name_incident_type,
        key=f"type:{record_id}:{area.seq}",
    )
    same = chosen == record["type"]
    if save.button(t("保存类型"), disabled=same, key=f"keep_type:{record_id}", width="stretch"):
        keep(lambda: set_type(area, record_id, chosen, hand), t("类型已保存。"))


def _offer_group(
    area: Area, records: pd.DataFrame, groups: pd.DataFrame, record_id: str, hand: Hand
) -> None:
    """Show the records that are suspected to tell of the same incident, and offer to merge them."""
    mine = groups.loc[groups["record"] == record_id, "group"]
    members = groups[groups["group"].isin(mine)]
    if members.empty:
        return
    keeper = str(members.loc[members["keeper"], "record"].iloc[0])
    others = members.loc[~members["keeper"], "record"].astype(str).tolist()
    lines = [
        t("为准：{kept}", kept=_describe(_find(records, keeper), area)),
        *(
            t("{other}：{why}", other=_describe(_find(records, other), area), why=say_reason(why))
            for other, (_, why) in zip(others, members[~members["keeper"]].iterrows(), strict=True)
        ),
    ]
    heading = t("疑似重复：这 {n} 条可能说的是同一起。", n=len(members))
    st.warning("\n".join([plain(heading), "", *(f"- {plain(line)}" for line in lines)]))
    if st.button(t("是同一起，合并"), key=f"group:{record_id}", width="stretch"):
        said = t("已合并：{n} 条记录只算一起。", n=len(members))
        keep(partial(merge, area, keeper, others, hand), said)


def _offer_merging(area: Area, records: pd.DataFrame, record_id: str, hand: Hand) -> None:
    """Let a reader count records together, or apart again."""
    record = _find(records, record_id)
    if record["duplicate_of"]:
        kept = _find(records, str(record["duplicate_of"]))
        st.markdown(plain(t("已并入：{other}", other=_describe(kept, area))))
        if st.button(t("拆开，单独计算"), key=f"split:{record_id}", width="stretch"):
            keep(lambda: split(area, [record_id], hand), t("已拆开，这一条重新单独计算。"))
        return
    near = find_alike(records, record_id, area.crs)
    other = st.selectbox(
        t("与它是同一起的记录"),
        near.index.tolist(),
        index=None,
        format_func=lambda one: _describe(_find(records, one), area),
        placeholder=t("选择一条相近的记录") if len(near) else t("附近没有相近的记录"),
        disabled=near.empty,
        key=f"same:{record_id}:{area.seq}",
    )
    label = t("合并，只算一起")
    if st.button(label, disabled=other is None, key=f"merge:{record_id}", width="stretch"):
        keep(partial(_merge, area, records, [record_id, str(other)], hand))


def _merge(area: Area, records: pd.DataFrame, pair: list[str], hand: Hand) -> str:
    """Count two records together; the one that has a place is the one that counts."""
    kept, other = sorted(pair, key=lambda one: bool(pd.isna(_find(records, one)["lon"])))
    merge(area, kept, [other], hand)
    return t("已合并，以“{kept}”为准。", kept=_describe(_find(records, kept), area))


def _offer_removal(area: Area, record_id: str, hand: Hand) -> None:
    """Let a reader take the record out, with a reason."""
    with st.popover(t("删除这条记录…"), width="stretch"):
        st.markdown(t("删除后不再计数、不再上图；可以在修改记录里恢复。请先写明原因。"))
        if st.button(t("确认删除"), disabled=not hand.reason, key=f"remove:{record_id}"):
            keep(lambda: remove(area, [record_id], hand), t("已删除。"))


def _describe(record: pd.Series, area: Area) -> str:
    """Describe another record in one line that is like no other record's."""
    where = next((record[name] for name in ("address", "place_note") if record[name]), "")
    return t(
        "{title} {where}（{source}，{file} 第 {row} 行）",
        title=_title(record, area),
        where=where,
        source=name_source(record["source"]),
        file=record["file"],
        row=record["row"],
    )


def _show_history(area: Area, record_id: str) -> None:
    """List what was done to a record, the last first."""
    versions = history(area, record_id)
    before = [None, *(versions.iloc[i] for i in range(len(versions) - 1))]
    rows = {
        t("时间"): versions["at"].dt.tz_convert(area.timezone).dt.strftime("%Y-%m-%d %H:%M"),
        t("经办"): versions["who"],
        t("做了什么"): versions["action"].map(name_action),
        t("改了哪些"): [
            "" if old is None else name_changes(old, versions.iloc[i])
            for i, old in enumerate(before)
        ],
        t("原因"): versions["reason"],
    }
    with st.expander(t("这条记录的修改记录（{n} 次）", n=len(versions))):
        st.dataframe(pd.DataFrame(rows).iloc[::-1], hide_index=True)
