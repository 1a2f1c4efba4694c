"""How well the times of incidents are known, and how those without an hour are counted."""

import pandas as pd
import streamlit as st

from app.i18n import t
from app.text import number, plain
from spatial.hour_table import HourTable


def show_knowledge(found: HourTable, known: "pd.Series[int]") -> None:
    """Say how many incidents have no hour, and how they are spread."""
    vague = int(known.sum() - known["hour"])
    said = t(
        "{total} 起中 {hour} 起知道钟点，{vague} 起不知道；合起来相当于 {worth} 起知道钟点的事件。",
        total=int(known.sum()),
        hour=int(known["hour"]),
        vague=vague,
        worth=number(found.n_effective),
    )
    st.markdown(plain(said))
    st.table(knowledge_rows(known).map(plain), hide_index=True)


def knowledge_rows(known: "pd.Series[int]") -> pd.DataFrame:
    """Show how many incidents are known how well, and how each kind is counted."""
    said = {
        "hour": (t("知道钟点（一小时之内）"), t("整起计入那一小时")),
        "period": (t("只知道一段时间"), t("按这段时间落在各小时的长短分摊")),
        "date": (t("只知道日期"), t("平摊到当天 24 小时")),
        "week": (t("只知道哪一周或哪个月"), t("平摊到一周的 168 小时")),
        "none": (t("没有时间"), t("不计入")),
    }
    shown = known[known > 0]
    return pd.DataFrame(
        {
            t("时间知道到什么程度"): [said[str(kind)][0] for kind in shown.index],
            t("起数"): [str(n) for n in shown],
            t("怎样计入"): [said[str(kind)][1] for kind in shown.index],
        }
    )
