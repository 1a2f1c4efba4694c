import ast
from pathlib import Path
from string import Formatter

import pytest

import routing.unmet
import spatial.notes
from app.catalogue import CHINESE, collect_texts, read_catalogue
from app.i18n import LANGUAGES, current_language, in_language, set_language, t, tell_fault
from app.labels import name_shift
from data.errors import Fault, Message

ROOT = Path(__file__).parents[2]
SPOKEN_BY_BOTH = {"语言 / Language"}


@pytest.fixture(autouse=True)
def _chinese() -> None:
    set_language("zh")


def placeholders(text: str) -> set[str]:
    """Name the placeholders of a template."""
    return {name for _, name, _, _ in Formatter().parse(text) if name}


@pytest.mark.parametrize("language", LANGUAGES)
def test_catalogue_is_complete(language: str) -> None:
    """Each text of the tree, and no other, is in the catalogue with a translation, none a guess."""
    catalogue = read_catalogue(language)
    entries = [entry for entry in catalogue if entry.id]
    assert sorted(entry.id for entry in entries) == collect_texts()
    assert not [entry.id for entry in entries if not entry.string]
    assert not [entry.id for entry in entries if entry.fuzzy]


@pytest.mark.parametrize("language", LANGUAGES)
def test_translation_keeps_placeholders(language: str) -> None:
    """A translation has the placeholders of its text: no number is lost."""
    for entry in read_catalogue(language):
        if entry.id:
            assert placeholders(entry.string) == placeholders(entry.id), entry.id


@pytest.mark.parametrize("language", LANGUAGES)
def test_compiled_catalogue_is_current(language: str) -> None:
    """What the reader sees is what the catalogue says."""
    with in_language(language):
        for entry in read_catalogue(language):
            if entry.id:
                assert t(entry.id) == entry.string


def test_english_has_no_chinese_texts() -> None:
    """The English catalogue is English: Chinese stands in it only where a file must hold it."""
    catalogue = [entry for entry in read_catalogue("en") if entry.id]
    # a sentence written in English may quote the words of a ledger
    left = [e.string for e in catalogue if e.string != e.id and CHINESE.search(e.string)]
    assert all("是" in text for text in left), left


def literals_outside_calls(tree: ast.Module) -> list[str]:
    """Return the Chinese literals of a module that are no docstring and in no `t` or `N_`."""
    spoken = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") in {"t", "N_"}:
            spoken |= {id(part) for part in ast.walk(node)}
        elif isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
            spoken.add(id(node.value))
    constants = [node for node in ast.walk(tree) if isinstance(node, ast.Constant)]
    return [
        node.value
        for node in constants
        if isinstance(node.value, str) and CHINESE.search(node.value) and id(node) not in spoken
    ]


@pytest.mark.parametrize(
    "path",
    [
        *(ROOT / "app").glob("pages/*.py"),
        *(ROOT / "app").glob("maps/*.py"),
        *(ROOT / "app" / f"{name}.py" for name in ("choices", "look", "metrics", "page", "tables")),
        ROOT / "app" / "labels.py",
        ROOT / "streamlit_app.py",
    ],
    ids=lambda path: path.name,
)
def test_every_text_goes_through_the_catalogue(path: Path) -> None:
    """No page shows a Chinese text that the catalogue does not know."""
    outside = literals_outside_calls(ast.parse(path.read_text("utf-8")))
    assert set(outside) <= SPOKEN_BY_BOTH


def test_extraction_finds_every_call() -> None:
    """No literal in `t` or `N_` is missed by the extraction, as one in an f-string would be."""
    spoken = set()
    for path in (ROOT / "app").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") in {"t", "N_"}:
                first = node.args[0] if node.args else None
                if isinstance(first, ast.Constant) and first.value:
                    spoken.add(first.value)
    assert spoken <= set(collect_texts())


def test_message_values_are_translated() -> None:
    """A message inside a message is said in the same language."""
    nested = Message.of("{n} more faults of this kind follow.", n=Message("night shift"))
    assert t(nested) == "同类错误还有 夜间 处。"
    with in_language("en"):
        assert t(nested) == "night shift more faults of this kind follow."


@pytest.mark.parametrize(("code", "word"), [("day", "白天"), ("night", "夜间")])
def test_a_shift_has_one_name_everywhere(code: str, word: str) -> None:
    """Maps, notes of the analysis and reasons of the plan call a shift by the same word."""
    assert {
        name_shift(code),
        t(routing.unmet.shift_name(code)),
        t(Message.of("{s}", s=spatial.notes.shift_name(code))),
    } == {word}


def test_fault_names_place_cause_value_and_remedy() -> None:
    """A fault is one line: file, row, column, cause, value, remedy."""
    fault = Fault(
        Message("This is not a number."),
        Message("Write a number."),
        file="booths.csv",
        row=3,
        column="lon",
        value="abc",
    )
    said = tell_fault(fault)
    assert said.startswith("booths.csv · 第 3 行 · lon: 这不是数字。")
    assert "abc" in said
    assert said.endswith("请填数字。")


def test_unknown_language_falls_back_to_chinese() -> None:
    """A language that nobody translated shows Chinese."""
    assert set_language("xx") == current_language() == "zh"


def test_text_without_values_is_not_a_template() -> None:
    """A text without values may hold braces."""
    assert t("[{}]") == "[{}]"
