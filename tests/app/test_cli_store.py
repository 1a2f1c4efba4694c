"""`xunge import`, `undo`, `backup`, `restore` and `purge`: what is said before and after."""

import json
import re
import sys
from datetime import timedelta
from pathlib import Path

import pandas as pd
import pytest

from app.cli import main
from data.folder import read_key
from data.store.engine import open_store, store_url
from data.store.imports import list_imports
from data.store.records import read_records, remove_records
from data.store.retention import what_purge_does
from tests.app.kept_rows import NOW, keep_rows

ROWS = [
    {"编号": "A1", "发生时间": "2026-03-05 09:10", "地址": "横1路3号", "内容": "有人举牌收药"},
    {"编号": "A2", "发生时间": "2026-04-05 15:10", "地址": "横1路5号", "内容": "散发小广告"},
]


def run(monkeypatch: pytest.MonkeyPatch, *words: object) -> int:
    """Run `xunge` with these words and return its exit code."""
    monkeypatch.setattr(sys, "argv", ["xunge", *map(str, words)])
    with pytest.raises(SystemExit) as stopped:
        main()
    return int(stopped.value.code or 0)


@pytest.fixture
def ledger(tmp_path: Path) -> Path:
    """Write a small ledger."""
    file = tmp_path / "工单.csv"
    pd.DataFrame(ROWS).to_csv(file, index=False)
    return file


def ids(folder: Path) -> list[str]:
    """List the records that the area keeps."""
    with open_store(store_url(folder)) as store:
        return read_records(store, read_key(folder)).index.tolist()


def test_imports_count_from_one_and_are_undone_by_their_number(
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    area_folder: Path,
    ledger: Path,
) -> None:
    """Numbers run 1, 2; the sentence before an undo names file, post and records; redo works.

    Known rows are said before anything is stored, and nobody named is the post of the pages.
    """
    at = ("--area", area_folder, "--yes")
    assert run(monkeypatch, "import", *at, ledger, "--json") == 0
    assert json.loads(capsys.readouterr().out)["tables"][0]["import_id"] == 1
    pd.DataFrame([*ROWS, {**ROWS[1], "编号": "A3", "地址": "横1路9号"}]).to_csv(ledger, index=False)
    assert run(monkeypatch, "import", *at, ledger) == 0
    said = capsys.readouterr().out
    assert "1 行是新的，2 行台账里已有" in said
    assert "导入编号 2，新增 1，未变 2" in said
    with open_store(store_url(area_folder)) as store:
        assert set(list_imports(store, read_key(area_folder))["who"]) == {"办公室"}
    assert run(monkeypatch, "undo", 1, *at) == 0
    said = capsys.readouterr().out
    assert "工单.csv" in said
    assert "办公室" in said
    assert re.search(r"\b2\b", said)
    assert len(ids(area_folder)) == 1
    entry = re.search(r"--entry (\d+)", said)
    assert entry is not None
    assert run(monkeypatch, "undo", "--entry", entry[1], *at) == 0
    assert len(ids(area_folder)) == 3
    assert run(monkeypatch, "undo", 7, *at) == 2
    assert run(monkeypatch, "undo", *at) == 2


def test_restore_asks_with_date_and_number(
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    area_folder: Path,
    tmp_path: Path,
) -> None:
    """Before: when the backup was made and how many records it holds; after: how many there are."""
    keep_rows(area_folder)
    assert run(monkeypatch, "backup", tmp_path / "b.zip", "--area", area_folder) == 0
    capsys.readouterr()
    at = (tmp_path / "b.zip", "--area", area_folder)
    assert run(monkeypatch, "restore", *at) == 2  # nobody there to be asked
    asked = capsys.readouterr()
    assert re.search(r"b\.zip：\d{4}-\d\d-\d\d \d\d:\d\d 制作，台账 4 条记录", asked.out)
    assert run(monkeypatch, "restore", *at, "--yes") == 0
    assert "台账 4 条记录。" in capsys.readouterr().out.splitlines()[-1]


def test_purge_says_what_goes_and_what_went(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], area_folder: Path
) -> None:
    """Before: the day before which it deletes and how many records; after: how many went."""
    first, *_ = keep_rows(area_folder)
    key = read_key(area_folder)
    with open_store(store_url(area_folder)) as store:
        remove_records(store, key, [first], reason="录错", who="办公室", now=NOW)
    later = NOW + timedelta(days=40)
    monkeypatch.setattr("app.cli_store.now", lambda: later)
    at = ("--area", area_folder, "--keep-days", 30)
    assert run(monkeypatch, "purge", *at) == 2  # nobody there to be asked
    said = capsys.readouterr().out
    assert "2026-11-30 16:00 以前（30 天）删除的记录：1 条" in said
    assert run(monkeypatch, "purge", *at, "--yes") == 0
    assert "已彻底删除 1 条记录" in capsys.readouterr().out
    with open_store(store_url(area_folder)) as store:
        assert what_purge_does(store, key, keep_days=30, now=later).removed == 0
    wiped: list[object] = []
    monkeypatch.setattr("data.store.retention.wipe", wiped.append)
    assert run(monkeypatch, "purge", *at) == 0  # nothing to agree to
    assert "没有到期的内容" in capsys.readouterr().out
    assert len(wiped) == 1  # an earlier purge may have left what it deleted in the file


def test_a_damaged_folder_is_restored(
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    area_folder: Path,
    tmp_path: Path,
) -> None:
    """A folder whose settings cannot be read is put right by its backup."""
    keep_rows(area_folder)
    settings = (area_folder / "area.toml").read_text(encoding="utf-8")
    assert run(monkeypatch, "backup", tmp_path / "b.zip", "--area", area_folder) == 0
    (area_folder / "area.toml").write_text('name = "broken', encoding="utf-8")
    assert run(monkeypatch, "restore", tmp_path / "b.zip", "--area", area_folder, "--yes") == 0
    assert "台账 4 条记录。" in capsys.readouterr().out
    assert (area_folder / "area.toml").read_text(encoding="utf-8") == settings
