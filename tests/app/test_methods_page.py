import ast
import re
import zipfile
from pathlib import Path

import pytest
from hatchling.builders.wheel import WheelBuilder
from streamlit.testing.v1 import AppTest

from app.i18n import LANGUAGES, in_language, t
from app.pages import methods
from app.pages.methods import METHODS, read_sections

ROOT = Path(__file__).parents[2]
ENTRY = str(ROOT / "streamlit_app.py")
PANELS = sorted((ROOT / "app" / "panels").glob("*.py"))
PATIENCE_S = 60
ITEMS = {
    "zh": ("公式", "假设", "最少", "出处", "局限"),
    "en": ("Formula", "Assumption", "Smallest n", "Source", "Limits"),
}
GROUPS_OF_METHODS = ("计数", "显著性", "密度", "时间", "点位", "可信度")


def open_methods(section: str = "", language: str = "zh") -> AppTest:
    """Open the page as a reader does, at a section if one is named."""
    entry = AppTest.from_file(ENTRY, default_timeout=PATIENCE_S)
    entry.query_params["lang"] = language
    entry.query_params["section"] = section
    return entry.switch_page("app/pages/methods.py").run()


def anchors_used(file: Path) -> set[str]:
    """Return the anchors that a panel hands to `show_panel`, by name or from its list of panels.

    A list of panels has a function and an anchor in each of its tuples: `(title, show, "gi-star")`.
    """
    tree = ast.parse(file.read_text(encoding="utf-8"))
    used = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.keyword) and node.arg in {"method", "section"}:
            used |= constants(node.value)
        if isinstance(node, ast.Tuple) and node.elts and calls_text(node.elts[0]):
            used |= constants(node.elts[-1])
        if isinstance(node, ast.Dict):
            for key, value in zip(node.keys, node.values, strict=True):
                if key is not None and constants(key) == {"section"}:
                    used |= constants(value)
    return used


def constants(node: ast.AST) -> set[str]:
    """Return a text that stands in the source."""
    return {node.value} if isinstance(node, ast.Constant) and isinstance(node.value, str) else set()


def calls_text(node: ast.AST) -> bool:
    """Tell whether a node is a text of the interface, `t(…)`."""
    return isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "t"


def test_every_link_to_a_method_has_its_section() -> None:
    """Each anchor that a panel names is one of the document."""
    used = {(file.name, anchor) for file in PANELS for anchor in anchors_used(file)}
    assert {anchor for _, anchor in used} >= {"concentration"}
    assert [pair for pair in sorted(used) if pair[1] not in read_sections()] == []


def test_every_section_says_the_same_in_both_languages() -> None:
    """Each section has a title and a text in each language, and no half is a stump."""
    for section in read_sections().values():
        assert set(section.titles) == set(LANGUAGES), section.anchor
        assert all(section.titles.values()), section.anchor
        chinese, english = section.texts["zh"], section.texts["en"]
        assert re.search(r"[\u4e00-\u9fff]", chinese), section.anchor
        # a Chinese sign stands for some three of English
        assert 1.2 < len(english) / len(chinese) < 4.5, section.anchor
        assert len(re.findall(r"doi:\S+\w", chinese)) == len(re.findall(r"doi:\S+\w", english))
        bullets = [len(re.findall(r"^- ", text, re.MULTILINE)) for text in (chinese, english)]
        assert bullets[0] == bullets[1], section.anchor


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_method_has_formula_assumption_n_source_and_limits(language: str) -> None:
    """Each method of `spatial` names all five, in order, in each language."""
    methods_of_space = [
        section
        for section in read_sections().values()
        if section.group.startswith(GROUPS_OF_METHODS) and section.anchor != "false-alarms"
    ]
    assert len(methods_of_space) >= 20
    for section in methods_of_space:
        items = re.findall(r"^- \*\*(.+?)\*\*", section.texts[language], re.MULTILINE)
        assert tuple(items) == ITEMS[language], section.anchor
        assert re.search(r"^    \S", f"\n    {section.shared}", re.MULTILINE), section.anchor


def test_modules_named_are_there() -> None:
    """Each module that a section names exists."""
    text = METHODS.read_text(encoding="utf-8")
    for line in re.findall(r"^`(?:spatial|routing|data|benchmarks|tests)/.+$", text, re.MULTILINE):
        folder = ""
        for name in re.findall(r"`([^`]+)`", line):
            folder = str(Path(name).parent) if "/" in name else folder
            assert (ROOT / folder / Path(name).name).exists(), name


def test_contents_name_every_section() -> None:
    """The table at the top lists the anchors of the document in its order, each once."""
    listed = re.findall(r"^\| \[`([a-z-]+)`\]\(#\1\) \|", METHODS.read_text("utf-8"), re.MULTILINE)
    assert listed == list(read_sections())
    assert len(set(listed)) == len(listed)


@pytest.mark.parametrize("language", LANGUAGES)
def test_page_opens_at_its_contents(language: str) -> None:
    """Without a section the page lists them all, in the reader's language."""
    page = open_methods(language=language)
    assert not page.exception
    with in_language(language):
        assert page.title[0].value == t("方法")
    assert len(page.get("page_link")) == len(read_sections())


@pytest.mark.parametrize("language", LANGUAGES)
def test_page_opens_the_section_of_the_address(language: str) -> None:
    """The section that the address names is shown in the reader's language, the other below."""
    page = open_methods("displacement", language)
    assert not page.exception
    section = read_sections()["displacement"]
    assert page.header[0].value == section.titles[language]
    first = {code: text.splitlines()[0] for code, text in section.texts.items()}
    assert any(part.value.startswith(first[language]) for part in page.markdown)
    other = next(code for code in LANGUAGES if code != language)
    below = page.expander[0]
    assert below.label == LANGUAGES[other]
    assert below.markdown[0].value == f"**{section.titles[other]}**"
    assert below.markdown[1].value.startswith(first[other])


def test_other_sections_are_named_by_their_titles() -> None:
    """Where the text names the anchor of another section, the page shows its title and a link."""
    page = open_methods("gi-star")
    texts = "".join(part.value for part in page.markdown)
    assert "`scans`" not in texts
    assert f"“{read_sections()['scans'].titles['zh']}”" in texts
    assert len(page.get("page_link")) == 1 + len(
        [name for name in read_sections()["gi-star"].related if name in read_sections()]
    )


def test_unknown_section_is_said() -> None:
    """An anchor that is none gives a sentence and the contents."""
    page = open_methods("no-such")
    assert not page.exception
    assert len(page.info) == 1
    assert len(page.get("page_link")) == len(read_sections())


def test_choosing_a_section_shows_it() -> None:
    """The list of sections opens one, and the contents again."""
    page = open_methods()
    page.selectbox(key="method").set_value("near-repeat").run()
    assert not page.exception
    assert page.header[0].value == read_sections()["near-repeat"].titles["zh"]
    page.selectbox(key="method").set_value("").run()
    assert not page.header


def test_no_html_reaches_the_page() -> None:
    """The anchors of the document stay out of what the page shows."""
    for section in read_sections().values():
        shown = "".join((section.shared, *section.texts.values()))
        assert not re.search(r"</|<(?:a|br|div|img|p|script|span)\b", shown), section.anchor


def test_installed_program_has_the_document(tmp_path: Path) -> None:
    """The wheel holds the document where the page looks for it beside the program."""
    (wheel,) = WheelBuilder(str(ROOT)).build(directory=str(tmp_path), versions=["standard"])
    inside = next(place for place in methods.PLACES if place != ROOT / "docs" / "methods.md")
    with zipfile.ZipFile(wheel) as archive:
        held = archive.read(inside.relative_to(ROOT).as_posix())
    assert held == METHODS.read_bytes()
