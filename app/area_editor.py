"""The editor of a layer: the map, the table beside it, what looks wrong, and saving."""

from collections.abc import Mapping
from datetime import date

import streamlit as st

from app.desk import ask_who, leave_word, now, show_faults
from app.edits import Hand, LayerState, owners_of, read_state, save_layer
from app.i18n import t
from app.layer_checks import Doubt, check_layer
from app.layer_draft import (
    Draft,
    name_shapes,
    start_draft,
    take_drawn,
    take_edits,
    take_table,
)
from app.layer_kinds import LayerKind
from app.layer_table import edit_table
from app.maps.editing import draw_shapes
from app.study import today
from app.text import plain
from data.area import Area
from data.errors import XungeError


@st.fragment
def edit_layer(area: Area, kind: LayerKind, state: LayerState) -> None:
    """Let a reader draw, describe and save a layer; only this part of the page runs anew."""
    begun = _begin(area, kind, state)
    owners = owners_of(area, kind.layer)
    draft = _take_map(area, st.session_state[begun], owners, begun)
    if len(draft.frame):
        st.caption(t("双击表里的格子，可以填写或修改；编号与地图上的数字对应。"))
        draft = take_table(draft, edit_table(draft, owners, key=f"table:{begun}"))
    st.session_state[begun] = draft
    doubts = check_layer(draft, area) if draft.touched else []
    _show_doubts(doubts)
    _offer_saving(area, draft, state, stopped=any(doubt.stops for doubt in doubts), begun=begun)


def _begin(area: Area, kind: LayerKind, state: LayerState) -> str:
    """Return under which name the draft of this layer lies: another one after each change."""
    round_ = st.session_state.setdefault(f"round:{kind.layer}", 0)
    begun = f"{area.key}:{kind.layer}:{state.seq}:{round_}"
    if begun not in st.session_state:
        st.session_state[begun] = start_draft(state.features, kind)
    return begun


def _take_map(area: Area, draft: Draft, owners: Mapping[str, str], begun: str) -> Draft:
    """Show the map and return the draft with what was just written and drawn."""
    written = st.session_state.get(f"table:{begun}", {})
    draft = take_edits(draft, written.get("edited_rows", {}))
    drawn = draw_shapes(
        area,
        draft.shapes.geometry,
        name_shapes(draft, owners),
        kind=draft.kind.shape,
        unit=t(draft.kind.unit),
        key=f"map:{draft.kind.layer}",
        revision=begun,
        last=len(draft.frame),
        single=draft.kind.layer == "boundary",
        hidden=frozenset({draft.kind.layer}),
    )
    return draft if drawn is None else take_drawn(draft, drawn)


def _show_doubts(doubts: list[Doubt]) -> None:
    """Show what keeps the layer from being saved, then what should be looked at."""
    for stops, show in ((True, st.error), (False, st.warning)):
        said = [f"- {plain(doubt.said)}" for doubt in doubts if doubt.stops == stops]
        if said:
            heading = t("请先改正：") if stops else t("请看一看（仍可保存）：")
            show("\n".join([heading, "", *said]))


def _offer_saving(
    area: Area, draft: Draft, state: LayerState, *, stopped: bool, begun: str
) -> None:
    """Ask from when on and why, and save."""
    counts = draft.states.value_counts()
    st.markdown(
        t(
            "待保存：新画 {new} 个，修改 {changed} 个，删除 {removed} 个。",
            new=counts.get("new", 0),
            changed=counts.get("changed", 0),
            removed=counts.get("removed", 0),
        )
        if draft.touched
        else t("还没有改动。")
    )
    when, why, who, save, drop = st.columns([2, 4, 2, 2, 2], vertical_alignment="bottom")
    day = today()
    valid_from = when.date_input(t("生效日期"), value=day, format="YYYY-MM-DD", key=f"from:{begun}")
    reason = why.text_input(
        t("原因（可不填）"), max_chars=200, key=f"why:{begun}", placeholder=t("例如：社区合并")
    )
    with who:
        hand = Hand(ask_who(), now(), reason)
    if drop.button(t("放弃改动"), disabled=not draft.touched, key="drop", width="stretch"):
        _forget(draft.kind.layer, begun)
    ready = draft.touched and not stopped
    if save.button(t("保存"), type="primary", disabled=not ready, key="save", width="stretch"):
        _save(area, draft, seq=state.seq, valid_from=valid_from, hand=hand, begun=begun)


def _save(area: Area, draft: Draft, *, seq: int, valid_from: date, hand: Hand, begun: str) -> None:
    """Save the draft, unless somebody else changed the layer since entry `seq`."""
    if read_state(area, draft.kind).seq != seq:
        st.error(t("这一层刚刚被别人改过。请点“放弃改动”，看过新的内容再改。"))
        return
    try:
        save_layer(area, draft, valid_from=valid_from, hand=hand)
    except XungeError as error:
        show_faults(error, t("没有保存："))
        return
    leave_word(t("已保存。需要时可以在下面的修改记录里撤销。"))
    _forget(draft.kind.layer, begun)


def _forget(layer: str, begun: str) -> None:
    """Begin anew with what is kept."""
    del st.session_state[begun]
    st.session_state[f"round:{layer}"] += 1
    st.rerun()
