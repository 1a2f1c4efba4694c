"""What was done, by whom and why, and taking the last of it back."""

from typing import Any

import pandas as pd
import streamlit as st

from app.desk import clerk, leave_word, now, show_faults
from app.edits import Hand, take_back, tell_undo
from app.i18n import t
from app.record_words import name_action
from app.text import plain
from data.area import Area
from data.errors import XungeError


def show_entries(area: Area, entries: pd.DataFrame, title: str) -> None:
    """List what was done, the last first, and offer to take the last of it back."""
    if entries.empty:
        return
    st.subheader(title, anchor=False)
    payloads = entries["payload"]
    rows = {
        t("时间"): entries["at"].dt.tz_convert(area.timezone).dt.strftime("%Y-%m-%d %H:%M"),
        t("经办"): entries["who"],
        t("做了什么"): [_say_entry(entry) for entry in entries.itertuples()],
        t("生效日期"): [str(payload.get("valid_from", "")) for payload in payloads],
        t("原因"): [t(str(payload.get("reason", ""))) for payload in payloads],
        t("状态"): entries["undone"].map({True: t("已撤销"), False: ""}),
    }
    st.dataframe(pd.DataFrame(rows), hide_index=True)
    again = entries["action"].iloc[0] == "undo"
    label = t("恢复刚才撤销的修改…") if again else t("撤销最近一次修改…")
    offer_undo(area, int(entries.index[0]), label)


def _say_entry(entry: Any) -> str:
    """Say what an entry of the trail did, and to how many shapes."""
    done = name_action(entry.action)
    saved, removed = (
        entry.payload.get(name, {}).get("records", 0) for name in ("saved", "removed")
    )
    if not saved and not removed:
        return done
    return t("{done}：保存 {saved} 个，删除 {removed} 个", done=done, saved=saved, removed=removed)


def offer_undo(area: Area, seq: int, label: str) -> None:
    """Say what taking an entry back would do, and do it when that is confirmed."""
    with st.popover(label):
        try:
            st.markdown(plain(t(tell_undo(area, seq))))
        except XungeError as error:
            show_faults(error, t("不能撤销："))
            return
        said = t("以“{who}”的名义撤销；撤销也会记下来，以后还能再撤销回来。", who=clerk())
        st.caption(plain(said))
        if st.button(t("确认撤销"), type="primary", key=f"undo:{seq}"):
            _undo(area, seq)


def _undo(area: Area, seq: int) -> None:
    """Take an entry back, say so, and show the page anew."""
    try:
        take_back(area, seq, Hand(clerk(), now()))
    except XungeError as error:
        show_faults(error, t("没有撤销："))
        return
    leave_word(t("已撤销。"))
    st.rerun()
