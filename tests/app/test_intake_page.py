"""The clerk's path: a faulty ledger in, two places, one repetition, the hotspots, and back."""

import shutil
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page
from streamlit.testing.v1 import AppTest

from app import desk
from app.intake_tables import finding_rows
from data.area import read_area
from data.folder import read_key
from data.intake import read_file
from data.ledger.context import read_context
from data.ledger.terms import Terms
from data.store.engine import open_store, store_url
from data.store.memory import save_duplicate_rule
from tests.app.kept_rows import NOW
from tests.app.watching import ROOT, Watched, choose, served, watched_page

SAMPLE = ROOT / "data" / "sample"
LEDGER = SAMPLE / "ledgers" / "order_12345.csv"
SETTLE_MS = 1500
HEADLINE = "37 行：35 行已读，2 行无地点，其中 1 行疑似重复（待确认），已删除 举报人、联系电话"


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Copy the sample area, so that the store is the test's own."""
    monkeypatch.delenv("XUNGE_DATABASE_URL", raising=False)
    copy = tmp_path / "area"
    shutil.copytree(SAMPLE, copy, ignore=shutil.ignore_patterns("*.py", "__pycache__", "ledgers"))
    return copy


def open_page(folder: Path) -> AppTest:
    """Open the import page of an area as a reader does."""
    entry = AppTest.from_file(str(ROOT / "streamlit_app.py"), default_timeout=300)
    entry.session_state["folder"] = str(folder)
    return entry.switch_page("app/pages/intake.py").run()


def test_bad_files_are_named_and_nothing_is_kept(folder: Path) -> None:
    """A file that cannot be read is named with its fault, and no store comes to be."""
    page = open_page(folder)
    page.file_uploader[0].set_value([("坏表.csv", b"\x00" * 500, "text/csv")]).run()
    assert not page.exception
    assert "坏表" in page.error[0].value
    assert not (folder / "xunge.db").exists()


def test_ledger_is_read_and_stored(folder: Path) -> None:
    """The page says what it read in one sentence, stores it on a click, and knows it next time."""
    page = open_page(folder)
    page.file_uploader[0].set_value([(LEDGER.name, LEDGER.read_bytes(), "text/csv")]).run()
    assert not page.exception
    assert says(page, HEADLINE)
    assert says(page, "37 行是新的，0 行台账里已有")
    page.button(key="store").click().run()
    assert not page.exception
    assert "新增 37 条" in page.success[0].value
    assert page.dataframe[0].value["新增"].tolist() == [37]
    page.file_uploader[0].set_value([(LEDGER.name, LEDGER.read_bytes(), "text/csv")]).run()
    assert says(page, "0 行是新的，37 行台账里已有")
    page.button(key="store").click().run()
    assert page.dataframe[0].value[["导入编号", "新增", "未变"]].to_numpy().tolist() == [[2, 0, 37]]


def test_a_row_that_a_rule_merges_is_shown_beside_its_partner(folder: Path) -> None:
    """Saved rule: the row is counted before saving, and stands beside the record that counts.

    What was said of the rule on this page is said on no other one.
    """
    with open_store(store_url(folder)) as store:
        rule = {"name": "同时同地", "sources": [], "within_m": 100, "within_h": 24, "similar": 0.5}
        save_duplicate_rule(store, read_key(folder), rule, who="办公室", now=NOW)
    page = open_page(folder)
    page.file_uploader[0].set_value([(LEDGER.name, LEDGER.read_bytes(), "text/csv")]).run()
    assert not page.exception
    assert says(page, "1 行按规则并入别的记录")
    (pair,) = [table.value for table in page.dataframe if "记录" in table.value.columns]
    assert len(pair) == 2
    page.selectbox(key="rule_ended").set_value("同时同地").run()
    page.button(key="rule_end").click().run()
    assert "规则已停用" in page.success[0].value
    assert says(page, "其中 1 行疑似重复（待确认）")


def test_what_was_done_is_said_on_its_own_page(monkeypatch: pytest.MonkeyPatch) -> None:
    """A sentence left on one page does not appear on another one that is opened next."""
    kept: dict[str, object] = {"title": "导入台账"}
    shown: list[str] = []
    monkeypatch.setattr(desk.st, "session_state", kept)
    monkeypatch.setattr(desk.st, "success", lambda said, **_: shown.append(said))
    monkeypatch.setattr(desk.st, "toast", lambda *_, **__: None)
    desk.leave_word("规则已停用。")
    kept["title"] = "台账"
    desk.show_word()
    kept["title"] = "导入台账"
    desk.show_word()
    assert shown == []
    desk.leave_word("规则已停用。")
    desk.show_word()
    assert shown == ["规则已停用。"]


def test_cells_are_read_back_in_the_readers_words(folder: Path) -> None:
    """No code of the program stands under 读作, and no row is listed for 已处理 alone."""
    context = read_context(folder)
    now = datetime(2026, 11, 22, tzinfo=UTC)
    (reading,) = read_file(LEDGER, context, Terms(), now=now).readings
    rows = finding_rows(reading.findings)
    assert not rows["读作"].str.fullmatch(r"[a-z]+(_[a-z]+)+").any()
    assert not rows["列"].str.fullmatch(r"[a-z_]+").any()
    assert "站街设牌" in set(rows["读作"])
    assert "已处理" not in set(rows["原来"])


def says(page: AppTest, words: str) -> bool:
    """Tell whether some words stand on the page."""
    return any(words in said.value.replace("\\", "") for said in page.markdown)


# --- in a browser --------------------------------------------------------------------------------


@pytest.fixture
def watched(browser: Browser) -> Iterator[Watched]:
    """Open a watched page; it must have been quiet to the end."""
    with watched_page(browser) as opened:
        yield opened
        opened.check()


def go(page: Page, title: str) -> None:
    """Open a page by its link."""
    page.get_by_test_id("stSidebarNav").get_by_text(title, exact=True).click()


def put_on_the_map(watched: Watched, row: int, at: tuple[int, int]) -> None:
    """Click a place on the map for a row and confirm it."""
    chosen = watched.page.locator(f'[data-testid="stSelectbox"]:has-text("第 {row} 行")')
    chosen.or_(watched.page.locator(f'input[value*="第 {row} 行"]')).first.wait_for()
    watched.page.wait_for_timeout(SETTLE_MS)  # the map of the row before gives way
    watched.editor.locator("#map").click(position={"x": at[0], "y": at[1]})
    watched.editor.locator(".xe-pin").wait_for()
    watched.page.get_by_role("button", name="就放在这里").click()


@pytest.mark.browser
def test_clerk_imports_a_faulty_ledger(folder: Path, tmp_path: Path, watched: Watched) -> None:
    """Upload, accept the columns, place two rows, confirm one repetition, see the points; undo."""
    before = read_area(folder)
    page = watched.page
    with served(ROOT / "streamlit_app.py", folder, tmp_path / "cache") as address:
        page.goto(f"{address}/?lang=zh")
        go(page, "导入")
        page.locator('input[type="file"]').set_input_files(LEDGER)
        page.get_by_text(HEADLINE).wait_for()
        page.get_by_text("坐标系：GCJ-02").first.wait_for()
        put_on_the_map(watched, 14, (520, 220))
        page.get_by_text("已放 1 行").wait_for()
        put_on_the_map(watched, 27, (560, 260))
        page.get_by_text("已放 2 行").wait_for()
        page.get_by_role("button", name="是同一件事").click()
        page.get_by_text("36 行已读，1 行重复").wait_for()
        page.get_by_role("button", name="存入台账").click()
        page.get_by_text("已存入台账").wait_for()
        after = read_area(folder)
        assert len(after.incidents) == len(before.incidents) + 36
        go(page, "热点")
        page.get_by_text(f"{after.located}/{after.recorded}").first.wait_for()
        go(page, "台账")
        choose(page, "选择一次导入", LEDGER.name)
        page.get_by_role("button", name="撤销这次导入").click()
        page.get_by_role("button", name="确认撤销").click()
        page.get_by_text("已撤销。").first.wait_for()
    assert len(read_area(folder).incidents) == len(before.incidents)
