"""What every panel begins and ends with: kept results, refusals in a sentence, its method."""

from collections.abc import Callable, Hashable
from typing import Any, TypeVar

import streamlit as st

from app.i18n import t, tell_fault
from app.study import Study
from app.text import plain
from data.errors import XungeError

MAX_RESULTS = 200
Result = TypeVar("Result")


@st.cache_resource(show_spinner=False, max_entries=MAX_RESULTS)
def _kept(key: tuple[Hashable, ...], _compute: Callable[[], Any]) -> Any:  # noqa: ARG001  # the key
    """Work a result out once for all sessions."""
    return _compute()


def keep(study: Study, name: str, compute: Callable[[], Result], *arguments: Hashable) -> Result:
    """Return a result of a study, worked out now if it is not at hand; treat it as read-only.

    Raises
    ------
    XungeError
        What `compute` raises; nothing is kept then.
    """
    made_of = study.area.content_hash, study.hotspots.period, study.day, study.seed
    result: Result = _kept((name, *made_of, *arguments), compute)
    return result


def show_panel(title: str, show: Callable[[], None], *, method: str) -> None:
    """Show a panel; where the data cannot carry it, say why, and leave the others alone.

    `method` is the anchor of its section in `docs/methods.md`, which the page 方法 shows.
    """
    st.subheader(plain(title), anchor=False)
    try:
        show()
    except XungeError as error:
        for fault in error.faults:
            st.warning(plain(tell_fault(fault)), icon="ℹ️")
    st.page_link(
        "app/pages/methods.py",
        label=t("这是怎样算的"),
        icon=":material/menu_book:",
        query_params={"section": method},
    )
