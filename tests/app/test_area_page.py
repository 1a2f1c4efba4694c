import shutil
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path

import geopandas as gpd
import pytest
import shapely
from playwright.sync_api import Browser, expect
from streamlit.testing.v1 import AppTest

from app.i18n import LANGUAGES, in_language, t
from app.layer_kinds import KINDS
from app.maps.editing import Drawn
from data.area import read_area
from data.folder import read_key
from data.store.engine import open_store, store_url
from data.store.layers import has_layer, read_layer_features, save_features
from tests.app.test_pages import hostile_texts, is_live
from tests.app.watching import Watched, drag, middle, served, watched_page

ENTRY = Path(__file__).with_name("desk_page.py")
SAMPLE = Path(__file__).parents[2] / "data" / "sample"
PATIENCE_S = 120
SETTLE_MS = 1000
LONLAT = "EPSG:4326"
WEST = shapely.box(117.9003, 38.8505, 117.9020, 38.8535)
BOW = shapely.Polygon([(117.9, 38.85), (117.902, 38.852), (117.902, 38.85), (117.9, 38.852)])


def open_page(folder: Path, *, language: str = "zh", layer: str = "communities") -> AppTest:
    """Open the page of the area with a layer."""
    entry = AppTest.from_file(ENTRY, default_timeout=PATIENCE_S)
    entry.query_params["lang"] = language
    entry.session_state["folder"] = str(folder)
    entry.session_state["layer"] = layer
    return entry.run()


def draw(
    monkeypatch: pytest.MonkeyPatch,
    changed: dict[int, shapely.Geometry],
    removed: tuple[int, ...] = (),
) -> None:
    """Let the map give back what was drawn, as long as it shows a layer with these numbers."""
    drawn = Drawn(gpd.GeoSeries(list(changed.values()), index=list(changed), crs=LONLAT), removed)
    monkeypatch.setattr("app.area_editor.draw_shapes", lambda *_, **__: drawn)


def kept(folder: Path, layer: str) -> gpd.GeoDataFrame | None:
    """Return a layer as the store has it, if it does."""
    with open_store(store_url(folder)) as store:
        if not has_layer(store, read_key(folder), layer):
            return None
        return read_layer_features(store, read_key(folder), layer, on=date.max)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("layer", KINDS)
def test_every_layer_is_shown(area_folder: Path, layer: str, language: str) -> None:
    """Each layer opens in each language; looking at it keeps nothing."""
    page = open_page(area_folder, language=language, layer=layer)
    assert not page.exception
    assert not page.error
    with in_language(language):
        assert page.title[0].value == t("辖区")
    assert page.button(key="save").disabled
    assert not (area_folder / "xunge.db").exists()


def test_first_change_takes_the_layer_over(
    area_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Moving one facility keeps the whole layer and its gates, and the area is read from there."""
    before = read_area(area_folder)
    place = shapely.Point(117.9021, 38.8521)
    draw(monkeypatch, {1: place})
    page = open_page(area_folder, layer="facilities")
    page.text_input(key="who").set_value("街道办").run()
    page.button(key="save").click().run()
    assert not page.exception
    assert "已保存" in page.success[0].value
    after = read_area(area_folder)
    assert set(after.key_points.index) == set(before.key_points.index)
    assert set(after.gates.index) == set(before.gates.index)
    assert after.key_points["daily_required"].tolist() == [True, True]
    facilities = kept(area_folder, "facilities")
    assert facilities is not None
    assert facilities.geometry["H1"].equals(place)
    history = page.dataframe[1].value
    assert history["经办"].tolist() == ["街道办", "街道办"]
    assert "保存 1 个" in history["做了什么"].iloc[0]


def test_unnamed_community_cannot_be_saved(
    area_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A community that was drawn stands in the table and waits for its name."""
    draw(monkeypatch, {1: WEST})
    page = open_page(area_folder, layer="communities")
    assert "还没有名称" in page.error[0].value
    assert page.dataframe[0].value["state"].tolist() == ["新画"]
    assert page.button(key="save").disabled


def test_crossing_outline_cannot_be_saved(
    area_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An outline across itself is named, and the button waits."""
    draw(monkeypatch, {1: BOW})
    page = open_page(area_folder, layer="boundary")
    assert "自己交叉" in page.error[0].value
    assert page.button(key="save").disabled


def test_boundary_is_kept_and_undone(area_folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A boundary that was drawn counts for the area; undone, the area is as it was."""
    before = read_area(area_folder)
    assert not before.bounded
    draw(monkeypatch, {1: WEST})
    page = open_page(area_folder, layer="boundary")
    page.button(key="save").click().run()
    assert not page.exception
    assert read_area(area_folder).bounded
    draw(monkeypatch, {})
    page = open_page(area_folder, layer="boundary")
    undo = next(button for button in page.button if str(button.key).startswith("undo:"))
    undo.click().run()
    assert "已撤销" in page.success[0].value
    assert not read_area(area_folder).bounded
    assert page.dataframe[0].value["状态"].tolist() == ["", "已撤销"]


def test_discarding_leaves_nothing(area_folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What was drawn and discarded is in no draft and in no store."""
    draw(monkeypatch, {1: shapely.Point(117.9021, 38.8521)})
    page = open_page(area_folder, layer="facilities")
    assert not page.button(key="save").disabled
    draw(monkeypatch, {})
    page.button(key="drop").click().run()
    assert page.button(key="save").disabled
    assert not (area_folder / "xunge.db").exists()


def test_change_of_another_person_is_not_overwritten(
    area_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Who saves onto a layer that was changed meanwhile is told so, and nothing is lost."""
    draw(monkeypatch, {1: shapely.Point(117.9021, 38.8521)})
    page = open_page(area_folder, layer="facilities")
    other = gpd.GeoDataFrame(
        {"name": ["丙药店"], "category": ["pharmacy"]},
        geometry=[shapely.Point(117.901, 38.852)],
        index=["K9"],
        crs=LONLAT,
    )
    with open_store(store_url(area_folder)) as store:
        save_features(
            store,
            read_key(area_folder),
            "facilities",
            other,
            valid_from=date(2026, 1, 1),
            reason="",
            who="派出所",
            now=datetime(2026, 11, 20, tzinfo=UTC),
        )
    page.button(key="save").click().run()
    assert not page.exception
    facilities = kept(area_folder, "facilities")
    assert facilities is not None
    assert facilities.index.tolist() == ["K9"]


@pytest.mark.parametrize("layer", ["communities", "facilities", "gates"])
def test_hostile_names_stay_text(hostile_folder: Path, layer: str) -> None:
    """Names that are pictures or links in Markdown are text on the page."""
    page = open_page(hostile_folder, layer=layer)
    assert not page.exception
    assert not [text for text in hostile_texts(page) if is_live(text)]


# --- in a browser --------------------------------------------------------------------------------


@pytest.fixture
def watched(browser: Browser) -> Iterator[Watched]:
    """Open a watched page; it must have been quiet to the end."""
    with watched_page(browser) as opened:
        yield opened
        opened.check()


@pytest.mark.browser
def test_clerk_corrects_a_community(tmp_path: Path, watched: Watched) -> None:
    """In the browser: a corner moved, a name written, saved, undone; nothing from outside."""
    folder = tmp_path / "area"
    shutil.copytree(SAMPLE, folder, ignore=shutil.ignore_patterns("*.py", "__pycache__", "*.db*"))
    page, editor = watched.page, watched.editor
    with served(ENTRY, folder, tmp_path / "cache") as address:
        page.goto(address)
        editor.locator(".xe-label").nth(7).wait_for()
        x, y = middle(editor.locator(".xe-label").nth(5))
        page.mouse.click(x, y + 40)
        editor.locator(".xe-corner").nth(3).wait_for()
        drag(page, editor.locator(".xe-corner").nth(3), (30, 20))
        page.get_by_text("修改 2 个").wait_for()
        grid = page.get_by_test_id("stDataFrame").first
        grid.scroll_into_view_if_needed()
        box = grid.bounding_box()
        assert box is not None
        page.mouse.dblclick(box["x"] + 340, box["y"] + 35 + 20)  # the first name
        page.wait_for_timeout(SETTLE_MS)  # until the cell is open
        page.keyboard.press("ControlOrMeta+a")
        page.keyboard.type("改名社区")
        page.keyboard.press("Enter")
        page.get_by_text("修改 3 个").wait_for()
        expect(editor.locator(".xe-label").nth(0)).to_contain_text("改名社区")
        page.get_by_role("button", name="保存", exact=True).click()
        page.get_by_role("heading", name="的修改记录").wait_for()
        assert "改名社区" in read_area(folder).communities["name"].tolist()
        page.get_by_role("button", name="撤销最近一次修改").click()
        page.get_by_role("button", name="确认撤销").click()
        expect(page.get_by_test_id("stAlert").get_by_text("已撤销")).to_be_visible()
    assert "改名社区" not in read_area(folder).communities["name"].tolist()
