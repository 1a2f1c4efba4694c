"""The table beside the map on which the shapes of a layer are named and described."""

from collections.abc import Mapping
from typing import Any

import pandas as pd
import streamlit as st

from app.i18n import t
from app.labels import BOOTH_STATUS, CATEGORIES, name_booth_status, name_category
from app.layer_draft import Draft
from data.errors import N_

STATE_NAMES = {
    "same": "",
    "changed": N_("已改"),
    "new": N_("新画"),
    "removed": N_("将删除"),
    "dropped": N_("不保留"),
}
FACILITY_STATUS = {"open": N_("营业"), "closed": N_("停业"), "moved": N_("迁出")}


def edit_table(draft: Draft, owners: Mapping[str, str], *, key: str) -> pd.DataFrame:
    """
    Show the attributes of a layer for editing, and return them as they are now.

    Parameters
    ----------
    owners
        Names by id of what a shape may belong to: facilities for gates, else communities.

    Returns
    -------
    table
        Indexed by `no`.
    """
    shown = pd.DataFrame(draft.frame.drop(columns=["geometry", "feature_id"]))
    shown.insert(0, "state", draft.states.map(lambda state: t(STATE_NAMES[state])))
    edited: pd.DataFrame = st.data_editor(
        shown,
        key=key,
        num_rows="fixed",
        disabled=["state"],
        column_config={
            "no": st.column_config.NumberColumn(t("图上编号"), width="small"),
            "state": st.column_config.TextColumn(t("改动"), width="small"),
            **{name: _column(draft, name, owners) for name in draft.kind.attributes},
        },
        row_height=40,
    )
    return edited


def _column(draft: Draft, name: str, owners: Mapping[str, str]) -> Any:
    """Describe the column of an attribute."""
    used = [value for value in draft.frame[name].unique() if value != ""]
    if name == "daily_required":
        return st.column_config.CheckboxColumn(t("每日必巡"))
    if name == "category":
        codes = list(dict.fromkeys([*CATEGORIES, *used]))
        return st.column_config.SelectboxColumn(t("类别"), options=codes, format_func=name_category)
    if name == "status":
        facility = draft.kind.layer == "facilities"
        codes = list(dict.fromkeys([*(FACILITY_STATUS if facility else BOOTH_STATUS), *used]))
        named = name_facility_status if facility else name_booth_status
        return st.column_config.SelectboxColumn(t("状态"), options=codes, format_func=named)
    if name == "community":
        names = list(dict.fromkeys([*owners.values(), *used]))
        return st.column_config.SelectboxColumn(t("社区"), options=names)
    if name == "key_point_id":
        ids = list(dict.fromkeys([*owners, *used]))
        return st.column_config.SelectboxColumn(
            t("属于哪个点位"),
            options=ids,
            format_func=lambda code: owners.get(str(code), str(code)),
        )
    heading = {
        "name": t("名称"),
        "gate_name": t("门口名称"),
        "code": t("编码"),
        "responsible_org": t("责任单位"),
    }[name]
    return st.column_config.TextColumn(heading, max_chars=60)


def name_facility_status(code: object) -> str:
    """Name the status of a facility; a word that nobody knows is shown as it is."""
    known = FACILITY_STATUS.get(str(code))
    return t(known) if known else str(code)
