"""What the pages begin with on which data is kept: the area as it stands now, and who works."""

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import streamlit as st

from app.cache import fingerprint
from app.choices import Choices
from app.i18n import t, tell_fault
from app.posts import default_post
from app.text import plain
from data.area import Area, read_area
from data.errors import XungeError
from data.folder import read_key
from data.store.engine import store_revision

MOST_AREAS = 4


def open_area(title: str) -> Area:
    """Show the title and return the area chosen in the sidebar; stop where it cannot be read."""
    st.title(title, anchor=False)
    st.session_state["title"] = title
    chosen: Choices = st.session_state["choices"]
    try:
        folder = chosen.folder
        area = _read(str(folder), fingerprint(folder), store_revision(folder, read_key(folder)))
    except XungeError as error:
        show_faults(error, t("这个辖区还不能使用，请先改正以下 {n} 处：", n=len(error.faults)))
        st.stop()
    st.markdown(" · ".join(name_area(area)))
    return area


def name_area(area: Area) -> list[str]:
    """Name an area in Markdown, and say that its data are invented unless its name says so."""
    said, label = [f"**{plain(area.name)}**"], t("演示数据")
    if area.demo and label not in area.name:
        said.append(f":red-badge[{label}]")
    return said


def show_faults(error: XungeError, said: str) -> None:
    """Say what is wrong, each fault in one sentence with its remedy; `said` is Markdown."""
    faults = "\n".join(f"- {plain(tell_fault(fault))}" for fault in error.faults)
    st.error(f"{said}\n\n{faults}", icon=":material/warning:")


def ask_who() -> str:
    """Ask in whose name changes are kept: a post, not a person."""
    said = st.text_input(
        t("经办岗位"),
        value=clerk(),
        max_chars=40,
        help=t("写岗位或代号，例如“办公室”；请不要写姓名。它会记在修改记录里。"),
        key="who",
    )
    st.session_state["clerk"] = said.strip() or default_post()
    return clerk()


def clerk() -> str:
    """Return the post that was named last in this session."""
    return str(st.session_state.get("clerk", default_post()))


def now() -> datetime:
    """Return the moment on this machine's clock."""
    return datetime.now(tz=UTC)


def leave_word(said: str) -> None:
    """Keep a sentence for the next run of this page, after what it speaks of is done."""
    st.session_state["word"] = (st.session_state.get("title", ""), said)


def show_word() -> None:
    """Show the sentence that was left, at the top and, wherever one has scrolled to, beside."""
    page, word = st.session_state.pop("word", ("", ""))
    said = plain(word)
    if said and page == st.session_state.get("title", ""):  # what was said on another page is old
        st.success(said, icon=":material/check_circle:")
        st.toast(said, icon=":material/check_circle:")


def keep(act: Callable[[], object], said: str = "") -> None:
    """Do something in the store, say so, and show the page anew."""
    try:
        answer = act()
    except XungeError as error:
        show_faults(error, t("没有保存："))
        return
    leave_word(said or str(answer or ""))
    st.rerun()


@st.cache_resource(show_spinner=False, max_entries=MOST_AREAS)
def _read(folder: str, files: str, revision: int) -> Area:
    """Read an area; `files` and `revision` only tell one state of it from another."""
    del files, revision
    return read_area(Path(folder))
