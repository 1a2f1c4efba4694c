import re
from collections.abc import Iterator
from pathlib import Path

import geopandas as gpd
import pandas as pd
import pytest
import shapely
from playwright.sync_api import Browser, expect

from app.i18n import LANGUAGES, in_language, t
from app.maps import editing
from app.maps.datum import datum_map
from app.maps.edit_frame import editor_files, read_ground, stored_editor
from app.maps.editing import Drawn
from data.area import Area, read_area
from tests.app.attacks import ATTACKS
from tests.app.watching import Watched, drag, middle, served, watched_page

PAGE = Path(__file__).with_name("editing_page.py")
SAMPLE = Path(__file__).parents[2] / "data" / "sample"
NUMBERS = re.compile(r"-?\d+\.\d+")


@pytest.fixture
def area(area_folder: Path) -> Area:
    """Read the small area."""
    return read_area(area_folder)


# --- the files -----------------------------------------------------------------------------------


def test_editor_has_its_files_beside_it() -> None:
    """The editor's page names only files that lie in its own folder."""
    files = editor_files()
    named = set(re.findall(r'(?:src|href)="([^"]+)"', files["index.html"]))
    assert named == set(files) - {"index.html"}
    assert not [name for name, text in files.items() if re.search(r"https?://(?!www\.w3)", text)]


def test_editor_is_stored_in_the_chosen_cache(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """The cache that was chosen holds the editor; a file that was spoilt is written anew."""
    monkeypatch.setenv("XUNGE_CACHE_DIR", str(tmp_path))
    folder = stored_editor()
    assert folder == tmp_path / "map-editor"
    page = (folder / "index.html").read_text("utf-8")
    (folder / "index.html").write_text("spoilt", "utf-8")
    assert stored_editor() == folder
    assert (folder / "index.html").read_text("utf-8") == page


# --- what goes to the map and what comes back ----------------------------------------------------


@pytest.mark.parametrize("attack", ATTACKS)
def test_names_reach_the_editor_as_text(
    attack: str, area: Area, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whatever a name holds, nothing of it can act in the editor's script."""
    sent: dict[str, str] = {}
    monkeypatch.setattr("app.maps.edit_frame._component", lambda: lambda **args: sent.update(args))
    candidates = pd.DataFrame({"lon": [117.9], "lat": [38.85], "name": [attack]})
    editing.pick_place(area, key="k", revision="1", candidates=candidates)
    assert attack not in sent["task"]
    shapes = gpd.GeoSeries([shapely.Point(117.9, 38.85)], index=[1], crs="EPSG:4326")
    editing.draw_shapes(area, shapes, {1: attack}, kind="point", unit=attack, key="k", revision="1")
    assert attack not in "".join(map(str, sent.values()))


def test_what_was_drawn_under_another_revision_is_forgotten(
    area: Area, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A place chosen for one record is never taken for the next record."""
    value = {"revision": "1", "lon": 117.9, "lat": 38.85, "candidate": None}
    monkeypatch.setattr("app.maps.edit_frame._component", lambda: lambda **_: value)
    assert editing.pick_place(area, key="k", revision="1") == editing.Picked(117.9, 38.85, None)
    assert editing.pick_place(area, key="k", revision="2") is None


@pytest.mark.parametrize("language", LANGUAGES)
def test_datum_map_counts_both_states(area: Area, language: str) -> None:
    """The map of the datum names how many points it shows and how many of either lie inside."""
    sample = pd.DataFrame({"lon": [117.9010, 117.9020], "lat": [38.8510, 38.8520]})
    sample = sample.assign(raw_lon=sample["lon"] + 0.5, raw_lat=sample["lat"])
    with in_language(language):
        calls = read_ground(datum_map(sample, area)).calls
        said = [
            t("{what}：{inside} / {n} 个在辖区内", what=what, inside=inside, n=2)
            for what, inside in ((t("按原样（文件中的坐标）"), 0), (t("换算之后"), 2))
        ]
    assert all(sentence in calls for sentence in said)


# --- in a browser --------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Serve the maps."""
    with served(PAGE, SAMPLE, tmp_path_factory.mktemp("cache")) as started:
        yield started


@pytest.fixture
def watched(browser: Browser) -> Iterator[Watched]:
    """Open a watched page; it must have been quiet to the end."""
    with watched_page(browser) as opened:
        yield opened
        opened.check()


def given(watched: Watched) -> str:
    """Return what the page got from the map."""
    return watched.page.get_by_test_id("stCode").inner_text()


@pytest.mark.browser
def test_click_gives_a_place_and_moves_nothing(address: str, watched: Watched) -> None:
    """A click sets the pin and the page has its place; the view stays; a candidate has a number."""
    page, editor = watched.page, watched.editor
    page.goto(f"{address}/?what=pick")
    editor.locator(".xe-candidate").nth(1).wait_for()
    before = middle(editor.locator(".xe-candidate").nth(0))
    x, y = middle(editor.locator("#map"))
    page.mouse.click(x, y)
    editor.locator(".xe-pin").wait_for()
    expect(page.get_by_test_id("stCode")).to_contain_text("candidate=None")
    assert middle(editor.locator(".xe-candidate").nth(0)) == before
    editor.locator(".xe-candidate").nth(1).click()
    expect(page.get_by_test_id("stCode")).to_contain_text("candidate=1")
    assert "lon=117.9017, lat=38.8532" in given(watched)
    drag(page, editor.locator(".xe-pin"), (40, 0))
    expect(page.get_by_test_id("stCode")).to_contain_text("candidate=None")
    page.get_by_label("revision").fill("2")
    page.get_by_label("revision").press("Enter")
    expect(page.get_by_test_id("stCode")).to_have_text("None")
    expect(editor.locator(".xe-pin")).to_have_count(0)


@pytest.mark.browser
def test_common_corner_moves_for_both_neighbours(address: str, watched: Watched) -> None:
    """A corner that two communities share moves for both, and one step back undoes it."""
    page, editor = watched.page, watched.editor
    page.goto(f"{address}/?what=polygon")
    editor.locator(".xe-label").nth(1).wait_for()
    x, y = middle(editor.locator(".xe-label").nth(0))
    page.mouse.click(x, y + 40)
    expect(editor.locator(".xe-corner")).to_have_count(4)
    corners = [middle(editor.locator(".xe-corner").nth(i)) for i in range(4)]
    shared = max(range(4), key=lambda i: corners[i][0] - corners[i][1] / 100)
    drag(page, editor.locator(".xe-corner").nth(shared), (30, 30))
    expect(page.get_by_test_id("stCode")).to_contain_text("2: 'POLYGON")
    moved = given(watched)
    assert "1: 'POLYGON" in moved
    # a new name, a rerun of the page: what was drawn stays
    page.get_by_label("name").fill("改名社区")
    page.get_by_label("name").press("Enter")
    expect(editor.locator(".xe-label").nth(0)).to_contain_text("改名社区")
    assert given(watched) == moved
    editor.get_by_role("button", name="退回一步").click()
    expect(page.get_by_test_id("stCode")).not_to_have_text(moved)
    assert "117.902 38.8505" in given(watched)


@pytest.mark.browser
def test_new_area_is_drawn_and_removed(address: str, watched: Watched) -> None:
    """Clicks draw an outline, a double click ends it; the Delete key removes it again."""
    page, editor = watched.page, watched.editor
    page.goto(f"{address}/?what=polygon")
    editor.locator(".xe-label").nth(1).wait_for()
    editor.get_by_role("button", name="新画").click()
    x, y = middle(editor.locator("#map"))
    for dx, dy in ((-300, -100), (-200, -100), (-200, 0)):
        page.mouse.click(x + dx, y + dy)
        page.wait_for_timeout(350)  # not yet a double click
    page.mouse.dblclick(x - 300, y)
    expect(page.get_by_test_id("stCode")).to_contain_text("3: 'POLYGON")
    assert len(NUMBERS.findall(given(watched))) == 10  # four corners and the first again
    page.keyboard.press("Delete")
    expect(page.get_by_test_id("stCode")).to_contain_text("removed (3,)")


@pytest.mark.browser
def test_corner_is_added_and_removed(address: str, watched: Watched) -> None:
    """The small point of an edge becomes a corner; the selected corner is removed by the button."""
    page, editor = watched.page, watched.editor
    page.goto(f"{address}/?what=polygon")
    editor.locator(".xe-label").nth(1).wait_for()
    x, y = middle(editor.locator(".xe-label").nth(0))
    page.mouse.click(x, y + 40)
    editor.locator(".xe-middle").nth(0).click()
    expect(editor.locator(".xe-corner")).to_have_count(5)
    editor.get_by_role("button", name="删除这个角点").click()
    expect(editor.locator(".xe-corner")).to_have_count(4)


@pytest.mark.browser
def test_points_are_moved_added_and_removed(address: str, watched: Watched) -> None:
    """Points follow the hand, new ones come by a click, selected ones go by the button."""
    page, editor = watched.page, watched.editor
    page.goto(f"{address}/?what=point")
    editor.locator(".xe-point").nth(1).wait_for()
    drag(page, editor.locator(".xe-point").nth(0), (-50, 0))
    expect(page.get_by_test_id("stCode")).to_contain_text("1: 'POINT")
    editor.get_by_role("button", name="新画").click()
    x, y = middle(editor.locator("#map"))
    page.mouse.click(x - 200, y + 100)
    expect(page.get_by_test_id("stCode")).to_contain_text("3: 'POINT")
    editor.locator(".xe-point").nth(1).click()
    editor.get_by_role("button", name="删除").click()
    expect(page.get_by_test_id("stCode")).to_contain_text("removed (2,)")


def test_drawn_shapes_are_read_back() -> None:
    """What the browser sends is read as shapes by number, without a change."""
    box = shapely.box(0, 0, 1, 1)
    sent = {
        "changed": [{"no": 4, "geometry": shapely.geometry.mapping(box)}],
        "removed": [2],
    }
    drawn = editing._read_drawn(sent)  # noqa: SLF001  # the way in for all that a person draws
    assert isinstance(drawn, Drawn)
    assert drawn.removed == (2,)
    assert drawn.changed.loc[4].equals(box)
