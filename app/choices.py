"""What the reader chooses for all pages: language, area, date and seed."""

import os
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import streamlit as st

from app.cache import forget
from app.i18n import DEFAULT_LANGUAGE, LANGUAGES, set_language, t
from app.study import today

SAMPLE = Path(__file__).parent.parent / "data" / "sample"
MAX_SEED = 9999


@dataclass(frozen=True)
class Choices:
    """The study that the pages show."""

    folder: Path
    day: date
    seed: int


def choose_language() -> None:
    """Set the language of this run: that of the address (`?lang=en`), or the one last chosen."""
    if "language" not in st.session_state:
        asked = st.query_params.get("lang", DEFAULT_LANGUAGE)
        st.session_state["language"] = set_language(asked)
    set_language(st.session_state["language"])


def show_choices() -> Choices:
    """Show the sidebar and return what it says."""
    with st.sidebar:
        _show_language()
        st.subheader(t("研究范围与日期"), anchor=False)
        folder = st.text_input(
            t("辖区文件夹"),
            value=os.environ.get("XUNGE_AREA", str(SAMPLE)),
            key="folder",
            help=t("含 area.toml 的文件夹；默认是演示辖区。"),
        )
        day = st.date_input(t("计划日期"), value=today(), key="day", format="YYYY-MM-DD")
        seed = st.number_input(
            t("随机种子"),
            min_value=0,
            max_value=MAX_SEED,
            value=0,
            step=1,
            key="seed",
            help=t("同一种子得到同一计划；换一个种子得到另一套走法。"),
        )
        chosen = Choices(Path(folder).expanduser(), _one_day(day), int(seed))
        if st.button(t("重新计算"), key="again", width="stretch"):
            forget(chosen.folder, chosen.day, chosen.seed)
    return chosen


def _show_language() -> None:
    """Show the switch between the languages, Chinese first."""
    st.segmented_control(
        "语言 / Language",  # read by those who cannot read the language shown
        list(LANGUAGES),
        format_func=lambda code: LANGUAGES[code],
        key="chosen_language",
        default=st.session_state["language"],
        on_change=_take_language,
        label_visibility="collapsed",
    )


def _take_language() -> None:
    """Keep the chosen language; a second click on it, which unselects it, changes nothing."""
    chosen = st.session_state["chosen_language"]
    if chosen in LANGUAGES:
        st.session_state["language"] = chosen
        st.query_params["lang"] = chosen


def _one_day(chosen: Any) -> date:
    """Return the chosen date; today while the field is empty."""
    return chosen if isinstance(chosen, date) else today()
