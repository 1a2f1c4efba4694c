"""辖区: the boundary, communities, facilities, gates and booths, drawn and corrected on the map."""

import streamlit as st

from app.area_editor import edit_layer
from app.desk import open_area, show_word
from app.edits import LayerState, read_state
from app.i18n import t
from app.layer_kinds import KINDS, LayerKind
from app.text import plain
from app.undo_panel import show_entries


def show() -> None:
    """Show the page."""
    area = open_area(t("辖区"))
    kind = _choose()
    state = read_state(area, kind)
    show_word()
    _say_source(kind, state)
    edit_layer(area, kind, state)
    show_entries(area, state.entries, t("“{layer}”的修改记录", layer=t(kind.title)))


def _choose() -> LayerKind:
    """Ask which layer is to be looked at."""
    chosen = st.segmented_control(
        t("看哪一层"),
        list(KINDS),
        default="communities",
        format_func=lambda code: t(KINDS[code].title),
        key="layer",
    )
    return KINDS[chosen or "communities"]


def _say_source(kind: LayerKind, state: LayerState) -> None:
    """Say what the layer is, how many shapes it has, and whether its file still counts."""
    n = len(state.features)
    source = (
        t("现有 {n} 个，由本工具保管。", n=n)
        if state.kept
        else t("现有 {n} 个，来自辖区文件夹；第一次保存后由本工具保管，原文件不动。", n=n)
    )
    st.caption(plain(f"{t(kind.hint)}{source}"))


if __name__ == "__main__":
    show()
