from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from app.i18n import LANGUAGES, in_language, t

ROOT = Path(__file__).parents[2]
ENTRY = str(ROOT / "streamlit_app.py")
SAMPLE = str(ROOT / "data" / "sample")
PAGES = {"overview": "总览", "hotspots": "热点", "patrol": "巡逻计划", "booths": "岗亭"}
PATIENCE_S = 300


def open_page(name: str, language: str, folder: str = SAMPLE) -> AppTest:
    """Open a page as a reader does: the entry first, then the page."""
    entry = AppTest.from_file(ENTRY, default_timeout=PATIENCE_S)
    entry.query_params["lang"] = language
    entry.session_state["folder"] = folder
    entry.run()
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
    assert "area.toml" in page.markdown[-1].value
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
