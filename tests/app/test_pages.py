import re
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from app.i18n import LANGUAGES, in_language, t
from tests.app.attacks import MARKDOWN, OUTSIDE

ROOT = Path(__file__).parents[2]
ENTRY = str(ROOT / "streamlit_app.py")
SAMPLE = str(ROOT / "data" / "sample")
PAGES = {"overview": "总览", "hotspots": "热点", "patrol": "巡逻计划", "booths": "岗亭"}
PATIENCE_S = 300


def open_page(name: str, language: str, folder: str = SAMPLE) -> AppTest:
    """Open a page as a reader does."""
    entry = AppTest.from_file(ENTRY, default_timeout=PATIENCE_S)
    entry.query_params["lang"] = language
    entry.session_state["folder"] = folder
    return entry.switch_page(f"app/pages/{name}.py").run()


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", PAGES)
def test_page_opens(name: str, language: str) -> None:
    """Each page shows its title, its tables and no error, in each language."""
    page = open_page(name, language)
    assert not page.exception
    assert not page.error
    with in_language(language):
        assert page.title[0].value == t(PAGES[name])
    assert len(page.dataframe) >= 1


def test_hotspots_follow_the_shift() -> None:
    """Choosing the night shows the night's cells, choosing the density its surface."""
    page = open_page("hotspots", "zh")
    page.segmented_control(key="hot_shift").set_value("night").run()
    assert not page.exception
    assert "夜间" in page.subheader[0].value
    page.segmented_control(key="hot_measure").set_value("density").run()
    assert not page.exception


def test_patrol_shows_the_timetable_of_a_team() -> None:
    """Choosing a team replaces the list of teams by its stops in order."""
    page = open_page("patrol", "zh")
    teams = page.selectbox(key="patrol_team_day")
    teams.set_value(teams.options[1].split()[0]).run()
    assert not page.exception
    orders = page.dataframe[0].value["序"].tolist()
    assert orders == sorted(orders)
    assert orders[0] == 1


@pytest.mark.parametrize("language", LANGUAGES)
def test_wrong_folder_is_said_plainly(language: str, tmp_path: Path) -> None:
    """A folder that is no area gives one sentence with its remedy, and the choices stay usable."""
    page = open_page("overview", language, str(tmp_path))
    assert not page.exception
    assert len(page.error) == 1
    assert r"area\.toml" in page.markdown[-1].value
    assert page.text_input(key="folder").value == str(tmp_path)
    page.text_input(key="folder").set_value(SAMPLE).run()
    assert not page.error


def test_language_switch_keeps_the_page() -> None:
    """One click changes the language of the page that is open, and back."""
    page = open_page("booths", "zh")
    page.segmented_control(key="chosen_language").set_value("en").run()
    assert page.title[0].value == "Booths"
    page.segmented_control(key="chosen_language").set_value("zh").run()
    assert page.title[0].value == "岗亭"


READ_AS_MARKDOWN = ("body", "label", "help", "text", "delta")


def hostile_texts(page: AppTest) -> list[str]:
    """Return what the browser reads as Markdown on a page, where it carries hostile data."""
    texts = [str(cell) for table in page.table for cell in table.value.to_numpy().ravel()]
    for node in [*page.main, *page.sidebar]:
        proto = getattr(node, "proto", None)
        parts = [proto, getattr(proto, "expandable", None), *getattr(proto, "options", [])]
        texts += [str(getattr(part, name, "")) for part in parts for name in READ_AS_MARKDOWN]
    return [text for text in texts if OUTSIDE in text.replace("\\", "")]


def is_live(text: str) -> bool:
    """Tell whether a text holds a picture, a link, HTML or a colour that is not escaped."""
    left = re.sub(r"\\[!-/:-@\[-`{-~]", "", text)
    return bool(re.search(r"!\[|\]\(|<|https?:|www\.|:red\[r", left))


@pytest.mark.parametrize("language", LANGUAGES)
def test_markdown_in_names_stays_text(language: str, hostile_folder: Path) -> None:
    """Names that are pictures, links or HTML are shown as they are, on every page."""
    with in_language(language):
        for name in PAGES:
            page = open_page(name, language, str(hostile_folder))
            assert not page.exception
            assert not page.error
            said = hostile_texts(page)
            assert said
            assert not [text for text in said if is_live(text)]


def test_markdown_in_choices_stays_text(hostile_folder: Path) -> None:
    """Headings that repeat a hostile shift or team show its name as it is."""
    page = open_page("patrol", "zh", str(hostile_folder))
    teams = page.selectbox(key="patrol_team_day")
    page.selectbox(key="patrol_team_day").set_value(teams.options[1].split()[0]).run()
    assert OUTSIDE in page.subheader[0].value.replace("\\", "")
    assert not [text for text in hostile_texts(page) if is_live(text)]
    page.segmented_control(key="patrol_shift").set_value(MARKDOWN).run()
    assert not page.exception
    assert OUTSIDE in page.subheader[0].value.replace("\\", "")
    assert not [text for text in hostile_texts(page) if is_live(text)]


def test_markdown_in_a_fault_stays_text(hostile_folder: Path) -> None:
    """A wrong value is repeated as it is, not as the picture that it would draw."""
    file = hostile_folder / "staffing.csv"
    file.write_text(file.read_text("utf-8").replace("2,2,是", f"{MARKDOWN},2,是"), "utf-8")
    page = open_page("overview", "zh", str(hostile_folder))
    assert page.error
    said = hostile_texts(page)
    assert said
    assert not [text for text in said if is_live(text)]
