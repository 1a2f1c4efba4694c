"""What every page begins and ends with: the study, or why there is none, and its notes."""

from collections.abc import Iterable

import pandas as pd
import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from app import cache
from app.choices import Choices
from app.desk import name_area
from app.i18n import t, tell_fault
from app.labels import name_shift
from app.study import Study
from app.tables import left_out_table, unmet_rows
from app.text import period, plain
from data.area import Area
from data.errors import Message, XungeError
from data.ledger.statuses import MATCH_RATE
from data.shifts import Shift


def open_study(title: str) -> Study:
    """Show the title and return the study chosen in the sidebar; stop where it cannot be made."""
    st.title(title, anchor=False)
    chosen: Choices = st.session_state["choices"]
    try:
        study = _work_out(chosen)
    except XungeError as error:
        _show_faults(error)
        st.stop()
    _show_headline(study)
    return study


def choose_shift(label: str, shifts: Iterable[Shift], *, key: str) -> str:
    """Ask for a shift; the first one where none is chosen."""
    codes = [shift.code for shift in shifts]
    chosen = st.segmented_control(
        label,
        codes,
        default=codes[0],
        format_func=lambda code: plain(name_shift(code)),
        key=key,
    )
    return chosen or codes[0]


def show_notes(study: Study) -> None:
    """Show what was noticed on reading and what is on no map."""
    messages = [*study.area.notices, *study.hotspots.notes]
    left_out = left_out_table(study.area.left_out)
    with st.expander(t("数据说明（{n} 条）", n=len(messages) + len(left_out))):
        st.markdown("\n".join(f"- {plain(t(message))}" for message in messages))
        if len(left_out):
            st.markdown(t("未上图的记录"))
            st.table(left_out.map(lambda cell: plain(str(cell))), hide_index=True)
        st.caption(
            t("数据指纹 {hash}，种子 {seed}", hash=study.area.content_hash[:12], seed=study.seed)
        )


def show_unmet(unmet: pd.DataFrame) -> None:
    """Show what a plan cannot do, with the reason and what would help."""
    if unmet.empty:
        return
    st.subheader(t("未能安排的事项（{n} 项）", n=len(unmet)), anchor=False)
    st.table(unmet_rows(unmet).map(plain), hide_index=True)


def _work_out(chosen: Choices) -> Study:
    """Return the study, with a display of progress if it takes time."""
    arguments = chosen.folder, chosen.day, chosen.seed
    if cache.has_study(*arguments):
        return cache.get_study(*arguments, progress=_say_nothing)
    place = st.empty()
    with place.container():
        bar = st.progress(0.0, t("正在计算…"))
        study = cache.get_study(
            *arguments,
            progress=lambda share, said: _show_progress(bar, share, said),
        )
    place.empty()
    return study


def _show_progress(bar: DeltaGenerator, share: float, said: Message) -> None:
    """Move the bar and say what is being done."""
    bar.progress(min(max(share, 0.0), 1.0), plain(t(said)))


def _say_nothing(share: float, said: Message) -> None:
    """Ignore progress: the study is at hand."""


def _show_faults(error: XungeError) -> None:
    """List every fault in one sentence each, with its remedy."""
    st.error(t("这个辖区还不能计算，请先改正以下 {n} 处：", n=len(error.faults)), icon="⚠️")
    for fault in error.faults:
        st.markdown(f"- {plain(tell_fault(fault))}")
    st.caption(t("改正文件后点“重新计算”，或在左侧换一个辖区文件夹。"))


def _show_headline(study: Study) -> None:
    """Say of which area and period the page speaks."""
    said = [
        *name_area(study.area),
        t("数据期 {period}", period=period(study.hotspots.period)),
    ]
    if study.area.recorded:
        said.append(_say_match_rate(study.area))
    st.markdown(" · ".join(said))


def _say_match_rate(area: Area) -> str:
    """Say how many of the incidents on record have a place; loudly where they are too few."""
    said = t(
        "已定位 {located}/{recorded} 起（{share:.0%}）",
        located=area.located,
        recorded=area.recorded,
        share=area.match_rate,
    )
    if area.match_rate >= MATCH_RATE:
        return plain(said)
    warning = t("不足 {least:.0%}，地图可能误导", least=MATCH_RATE)
    return f":orange-badge[{plain(said)}] {plain(warning)}"
