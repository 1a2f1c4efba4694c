"""方法: how every figure is computed, from `docs/methods.md`, one section at a time."""

import re
from dataclasses import dataclass
from functools import cache
from itertools import groupby
from pathlib import Path

import streamlit as st

from app.i18n import LANGUAGES, current_language, t

PLACES = (
    Path(__file__).parents[2] / "docs" / "methods.md",
    Path(__file__).parents[1] / "methods.md",  # beside the installed program
)
METHODS = next((place for place in PLACES if place.is_file()), PLACES[0])
PAGE = "app/pages/methods.py"
_HEADING = re.compile(
    r'^## (?P<group>.+)$|^<a id="(?P<anchor>[a-z0-9-]+)"></a>\n+### (?P<title>.+)$', re.MULTILINE
)
_PART = {code: f"**{name}**\n" for code, name in LANGUAGES.items()}


@dataclass(frozen=True)
class Section:
    """A section of the methods: what both languages share, and what each says."""

    anchor: str
    group: str
    """Heading of the part of the document, in both languages."""
    titles: dict[str, str]
    """Title by language."""
    shared: str
    """Modules, formula and tables."""
    texts: dict[str, str]
    """Text by language."""

    @property
    def related(self) -> tuple[str, ...]:
        """Anchors of the sections that the text names, in order."""
        named = re.findall(r"`([a-z-]+)`", "".join(self.texts.values()))
        return tuple(name for name in dict.fromkeys(named) if name != self.anchor)


@cache
def read_sections() -> dict[str, Section]:
    """Return the sections of the document by their anchors, in its order."""
    text = METHODS.read_text(encoding="utf-8")
    marks = list(_HEADING.finditer(text))
    ends = [mark.start() for mark in marks[1:]] + [len(text)]
    found, group = {}, ""
    for mark, end in zip(marks, ends, strict=True):
        if mark["group"]:
            group = mark["group"]
        else:
            found[mark["anchor"]] = _section(mark, group, text[mark.end() : end])
    return found


def _section(mark: re.Match[str], group: str, body: str) -> Section:
    """Take a section apart into what is shared and what each language says."""
    shared, _, rest = body.partition(_PART["zh"])
    chinese, _, english = rest.partition(_PART["en"])
    titles = dict(zip(LANGUAGES, mark["title"].split(" · "), strict=True))
    texts = {"zh": chinese.strip(), "en": english.strip()}
    return Section(mark["anchor"], group, titles, shared.strip(), texts)


def show() -> None:
    """Show the page: the section that the address asks for, or the contents."""
    st.title(t("方法"), anchor=False)
    sections = read_sections()
    asked = st.query_params.get("section", "")
    # the address says which section it is, so that a link and the list cannot disagree
    st.session_state["method"] = asked if asked in sections else ""
    st.selectbox(
        t("看哪一个方法"),
        ["", *sections],
        format_func=lambda anchor: _title(sections[anchor]) if anchor else t("目录"),
        key="method",
        on_change=_ask_for_chosen,
    )
    if asked and asked not in sections:
        st.info(t("没有这一节，请在目录里选。"))
    if asked in sections:
        st.query_params["section"] = asked  # a link within the page does not change the address
        _show_section(sections[asked], sections)
    else:
        _show_contents(sections)


def _ask_for_chosen() -> None:
    """Write the section chosen from the list into the address."""
    st.query_params["section"] = st.session_state["method"]


def _title(section: Section) -> str:
    return section.titles[current_language()]


def _name_sections(text: str, sections: dict[str, Section], code: str) -> str:
    """Put the titles of other sections in the place of their anchors."""
    for anchor, section in sections.items():
        text = text.replace(f"`{anchor}`", f"“{section.titles[code]}”")
    return text


def _show_contents(sections: dict[str, Section]) -> None:
    """List every section as a link under the heading of its part."""
    for group, members in groupby(sections.values(), key=lambda section: section.group):
        st.subheader(group, anchor=False)
        with st.container(horizontal=True):
            for section in members:
                st.page_link(PAGE, label=_title(section), query_params={"section": section.anchor})


def _show_section(section: Section, sections: dict[str, Section]) -> None:
    """Show a section in the reader's language, the other one below, and where to go on."""
    st.header(_title(section), anchor=False)
    st.markdown(section.shared)
    st.markdown(_name_sections(section.texts[current_language()], sections, current_language()))
    for code, name in LANGUAGES.items():
        if code != current_language():
            with st.expander(name):
                st.markdown(f"**{section.titles[code]}**")
                st.markdown(_name_sections(section.texts[code], sections, code))
    related = [name for name in section.related if name in sections]
    with st.container(horizontal=True):
        st.page_link(PAGE, label=t("目录"), icon=":material/list:", query_params={"section": ""})
        for name in related:
            st.page_link(PAGE, label=_title(sections[name]), query_params={"section": name})


if __name__ == "__main__":
    show()
