import shutil
from collections.abc import Iterator
from pathlib import Path

import geopandas as gpd
import pytest
from playwright.sync_api import Browser, expect
from streamlit.testing.v1 import AppTest

from app.i18n import LANGUAGES, in_language, t
from app.maps.editing import Picked
from app.record_list import find_alike
from app.record_totals import fill_communities
from data.area import read_area
from data.folder import read_key
from data.store.engine import open_store, store_url
from data.store.records import read_records
from tests.app.kept_rows import keep_rows
from tests.app.watching import Watched, served, watched_page

ENTRY = Path(__file__).with_name("desk_page.py")
PAGES = Path(__file__).parents[2] / "app" / "pages"
SAMPLE = Path(__file__).parents[2] / "data" / "sample"
PATIENCE_S = 120
INSIDE, OUTSIDE = (117.9021, 38.8521), (117.99, 38.99)


def open_page(folder: Path, *, language: str = "zh", record: str = "") -> AppTest:
    """Open the page of records, with a record chosen."""
    entry = AppTest.from_file(ENTRY, default_timeout=PATIENCE_S)
    entry.query_params["lang"] = language
    entry.session_state["folder"] = str(folder)
    if record:
        entry.session_state["record"] = record
    return entry.switch_page(str(PAGES / "records.py")).run()


def stored(folder: Path, record: str) -> dict[str, object]:
    """Return a record as the store has it now."""
    with open_store(store_url(folder)) as store:
        return dict(read_records(store, read_key(folder)).loc[record])


def ids_stored(folder: Path) -> set[str]:
    """Return which records there are."""
    with open_store(store_url(folder)) as store:
        return set(read_records(store, read_key(folder)).index)


def pick(monkeypatch: pytest.MonkeyPatch, place: tuple[float, float]) -> None:
    """Let the map give back a place."""
    picked = Picked(*place, None)
    monkeypatch.setattr("app.record_place.pick_place", lambda *_, **__: picked)


def said(page: AppTest) -> str:
    """Return what the page says was done."""
    assert not page.exception
    return page.success[0].value if page.success else ""


@pytest.mark.parametrize("language", LANGUAGES)
def test_page_without_imports_says_what_to_do(language: str, area_folder: Path) -> None:
    """Without an import the page shows the rate of the area's own file, and no empty list."""
    page = open_page(area_folder, language=language)
    assert not page.exception
    with in_language(language):
        assert page.title[0].value == t("台账")
    assert len(page.info) == 1
    if language == "zh":
        assert "40 条都来自辖区文件夹" in page.info[0].value
    assert page.metric[0].value == "40"
    assert not (area_folder / "xunge.db").exists()


def test_rate_counts_what_has_a_place(area_folder: Path) -> None:
    """Located over all, with every record that is on no map under one reason."""
    keep_rows(area_folder)
    page = open_page(area_folder)
    total, on_map, rate = page.metric[:3]
    assert (rate.value, rate.delta) == ("98%", "43/44 起")
    rows = page.table[0].value
    counts = rows[rows.columns[1]].astype(int)
    assert int(total.value) == counts.iloc[-1] == counts.iloc[:-1].sum() == 44
    assert int(on_map.value) == counts.iloc[0] == 42
    said = page.caption[0].value.replace("\\", "")
    assert "2026" in said
    assert "4 条是导入的" in said
    assert "40 条在辖区文件夹" in said


def test_place_by_hand_puts_a_record_on_the_map(
    area_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A click and a button: the record is on the map, by hand, and its history says so."""
    nowhere, *_ = keep_rows(area_folder)
    pick(monkeypatch, INSIDE)
    page = open_page(area_folder, record=nowhere)
    page.button(key=f"place:{nowhere}").click().run()
    assert "位置已保存" in said(page)
    record = stored(area_folder, nowhere)
    assert (record["lon"], record["lat"]) == INSIDE
    assert (record["place_origin"], record["geo_precision"]) == ("hand", "door")
    assert record["status"] == ""
    assert page.metric[2].delta == "44/44 起"
    assert page.dataframe[1].value["改了哪些"].iloc[0].startswith("位置")


def test_place_outside_is_said(area_folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A place outside the area is kept, and the page says that no analysis counts it."""
    nowhere, *_ = keep_rows(area_folder)
    pick(monkeypatch, OUTSIDE)
    page = open_page(area_folder, record=nowhere)
    page.button(key=f"place:{nowhere}").click().run()
    assert "辖区以外" in said(page)
    assert stored(area_folder, nowhere)["status"] == "outside"


def test_candidate_is_taken_with_its_own_precision(area_folder: Path) -> None:
    """The words of a record name a hospital of the area: one button puts it at the gate."""
    nowhere, *_ = keep_rows(area_folder)
    page = open_page(area_folder, record=nowhere)
    page.button(key=f"take:{nowhere}:0").click().run()
    assert "位置已保存" in said(page)
    assert stored(area_folder, nowhere)["geo_precision"] != "none"


def test_type_is_corrected(area_folder: Path) -> None:
    """Another type is kept; the button waits until there is another one."""
    _, record, *_ = keep_rows(area_folder)
    page = open_page(area_folder, record=record)
    assert page.button(key=f"keep_type:{record}").disabled
    kind = next(box for box in page.selectbox if str(box.key).startswith(f"type:{record}"))
    kind.set_value("leafleting").run()
    page.button(key=f"keep_type:{record}").click().run()
    assert "类型已保存" in said(page)
    assert stored(area_folder, record)["type"] == "leafleting"


def test_repeated_records_are_merged_and_parted(area_folder: Path) -> None:
    """Two records of one incident count once, and apart again when a person says so."""
    nowhere, one, *_ = keep_rows(area_folder)
    page = open_page(area_folder, record=nowhere)
    same = next(box for box in page.selectbox if str(box.key).startswith(f"same:{nowhere}"))
    same.set_value(one).run()
    page.button(key=f"merge:{nowhere}").click().run()
    assert "已合并" in said(page)
    assert stored(area_folder, nowhere)["duplicate_of"] == one  # the one with a place counts
    page.button(key=f"split:{nowhere}").click().run()
    assert "已拆开" in said(page)
    assert stored(area_folder, nowhere)["duplicate_of"] == ""


def test_suspected_repetitions_are_merged(area_folder: Path) -> None:
    """A proposed group is shown with its reason, and one button counts it once."""
    _, one, two, _ = keep_rows(area_folder)
    page = open_page(area_folder, record=one)
    assert "疑似重复" in page.warning[0].value
    page.pills(key="record_states").set_value(["suspected"]).run()
    assert len(page.dataframe[0].value) == 2
    page.button(key=f"group:{one}").click().run()
    assert "只算一起" in said(page)
    assert {stored(area_folder, record)["duplicate_of"] for record in (one, two)} & {one, two}
    assert not page.warning


def test_removal_wants_a_reason(area_folder: Path) -> None:
    """A record goes only with a reason, and is then in no list."""
    record, *_ = keep_rows(area_folder)
    page = open_page(area_folder, record=record)
    assert page.button(key=f"remove:{record}").disabled
    page.text_input(key=f"reason:{record}").set_value("录错了").run()
    page.button(key=f"remove:{record}").click().run()
    assert "已删除" in said(page)
    assert record not in ids_stored(area_folder)


def test_import_is_taken_back(area_folder: Path) -> None:
    """The page says first what taking an import back does; then its records are gone."""
    keep_rows(area_folder)
    page = open_page(area_folder)
    page.selectbox(key="import_to_undo").set_value(1).run()
    page.button(key="undo:1").click().run()
    assert "已撤销" in said(page)
    assert ids_stored(area_folder) == set()
    assert page.metric[0].value == "40"


def test_list_can_be_narrowed(area_folder: Path) -> None:
    """Each state, and each word, leaves the records that have it."""
    keep_rows(area_folder)
    page = open_page(area_folder)
    assert len(page.dataframe[0].value) == 4
    page.pills(key="record_states").set_value(["no_place"]).run()
    assert len(page.dataframe[0].value) == 1
    page.pills(key="record_states").set_value([]).run()
    page.text_input(key="record_words").set_value("横1路").run()
    assert len(page.dataframe[0].value) == 2


def test_community_is_that_in_which_the_point_lies(area_folder: Path) -> None:
    """A record on the map is of the community around it; without a point it keeps its own word."""
    keep_rows(area_folder)
    area = read_area(area_folder)
    with open_store(store_url(area_folder)) as store:
        records = read_records(store, area.key).assign(community="说的社区")
    named = fill_communities(records, area.communities)
    points = gpd.points_from_xy(records["lon"], records["lat"], crs="EPSG:4326").to_crs(area.crs)
    for name, point, has in zip(named, points, records["lon"].notna(), strict=True):
        around = area.communities["name"][area.communities.covers(point)] if has else []
        assert name in set(around) or (len(around) == 0 and name == "说的社区")
    assert (named == "说的社区").sum() >= 1


def test_only_near_records_are_offered_for_merging(area_folder: Path) -> None:
    """A record of another week, or with no time, is not offered."""
    nowhere, one, two, no_time = keep_rows(area_folder)
    with open_store(store_url(area_folder)) as store:
        records = read_records(store, read_key(area_folder))
    assert set(find_alike(records, one, "EPSG:32650").index) == {nowhere, two}
    assert find_alike(records, no_time, "EPSG:32650").empty


# --- in a browser --------------------------------------------------------------------------------


@pytest.fixture
def watched(browser: Browser) -> Iterator[Watched]:
    """Open a watched page; it must have been quiet to the end."""
    with watched_page(browser) as opened:
        yield opened
        opened.check()


@pytest.mark.browser
def test_clerk_puts_a_record_on_the_map(tmp_path: Path, watched: Watched) -> None:
    """In the browser: a row, a numbered candidate on the map, a button; nothing from outside."""
    folder = tmp_path / "area"
    shutil.copytree(SAMPLE, folder, ignore=shutil.ignore_patterns("*.py", "__pycache__", "*.db*"))
    nowhere, *_ = keep_rows(folder)
    page, editor = watched.page, watched.editor
    with served(ENTRY, folder, tmp_path / "cache") as address:
        page.goto(address)
        page.get_by_test_id("stSidebarNav").get_by_text("records").click()
        page.get_by_role("heading", name="逐条核对").wait_for()
        page.get_by_label("查找").fill("甲医院")
        page.get_by_label("查找").press("Enter")
        page.get_by_text("1 条；").wait_for()
        box = page.get_by_test_id("stDataFrame").first.bounding_box()
        assert box is not None
        page.mouse.click(box["x"] + 20, box["y"] + 60)
        editor.locator("#map").click(position={"x": 300, "y": 200})
        editor.locator(".xe-pin").wait_for()
        page.get_by_role("button", name="保存这个位置").click()
        expect(page.get_by_test_id("stAlert").get_by_text("位置已保存")).to_be_visible()
    assert stored(folder, nowhere)["place_origin"] == "hand"
