"""A thousand planted items about persons: none of them gets anywhere."""

import csv
import io
import shutil
from pathlib import Path

import pandas as pd
import pytest
from streamlit.testing.v1 import AppTest
from typer.testing import CliRunner

from app.cli import cli
from app.i18n import in_language, tell_fault
from data.errors import XungeError
from data.folder import read_key
from data.store.engine import open_store, store_url
from data.store.records import read_records
from tests.app.watching import ROOT
from tests.data.ledger.planted import FREE_TEXT_HEADER, Planted, plant

N = 1000
SAMPLE = ROOT / "data" / "sample"
PLACE_COLUMNS = ("地点", "备注", "处置结果", FREE_TEXT_HEADER)
"""Free texts among which the planted sentences are spread."""


@pytest.fixture(scope="module")
def planted() -> list[Planted]:
    """Plant the items once."""
    return plant(N)


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Copy the sample area, so that the store is the test's own."""
    monkeypatch.delenv("XUNGE_DATABASE_URL", raising=False)
    copy = tmp_path / "area"
    shutil.copytree(SAMPLE, copy, ignore=shutil.ignore_patterns("*.py", "__pycache__", "ledgers"))
    return copy


def ledger_of(planted: list[Planted]) -> bytes:
    """Write a ledger of one row for each item: in a column about persons, or in a free text."""
    private = sorted({item.header for item in planted} - {FREE_TEXT_HEADER})
    header = ["受理时间", "发生时间", "类型", *PLACE_COLUMNS, *private]
    text = io.StringIO()
    writer = csv.DictWriter(text, header, restval="")
    writer.writeheader()
    for number, item in enumerate(planted):
        column = item.header
        if column == FREE_TEXT_HEADER:
            column = PLACE_COLUMNS[number % len(PLACE_COLUMNS)]
        day = f"2026-{1 + number % 10:02}-{1 + number % 27:02}"
        row = {"受理时间": f"{day} 10:00", "发生时间": f"{day} 09:00", "类型": "站街设牌"}
        writer.writerow(row | {column: item.text})
    return text.getvalue().encode("utf-8-sig")


def leaks(planted: list[Planted], content: bytes) -> list[str]:
    """Name the shapes of which something stands in some bytes, in any of two encodings."""
    return [
        item.shape
        for item in planted
        for secret in item.secrets
        if len(secret) > 2
        and any(secret.encode(code) in content for code in ("utf-8", "utf-16-le"))
    ]


def test_nothing_reaches_the_store_or_what_is_said(
    planted: list[Planted], folder: Path, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """Store file, sentences, JSON, log, backup and export of 1,000 rows hold none of the items."""
    file = tmp_path / "ledger.csv"
    file.write_bytes(ledger_of(planted))
    said = [
        CliRunner().invoke(cli, ["import", "--area", str(folder), str(file), "--yes", *more])
        for more in ((), ("--json",))
    ]
    assert [result.exit_code for result in said] == [0, 0], said[0].output
    backup = CliRunner().invoke(cli, ["backup", str(tmp_path / "b.zip"), "--area", str(folder)])
    assert backup.exit_code == 0
    restored = tmp_path / "restored"
    CliRunner().invoke(cli, ["restore", str(tmp_path / "b.zip"), "--area", str(restored), "--yes"])
    with open_store(store_url(folder)) as store:
        records = read_records(store, read_key(folder))
    assert len(records) == N
    files = [*folder.glob("xunge.db*"), restored / "xunge.db"]
    written = {path.name: path.read_bytes() for path in files}
    written |= {
        "said": "".join(result.output for result in said).encode(),
        "log": caplog.text.encode(),
        "export": records.to_csv().encode(),
    }
    assert not [name for name, content in written.items() if leaks(planted, content)]
    kept = [item.kept[:12] for item in planted if item.kept]
    assert sum(part in written["export"].decode() for part in kept) > len(kept) / 2


def test_nothing_reaches_the_page(planted: list[Planted], folder: Path) -> None:
    """No element of the import page holds any of the items."""
    entry = AppTest.from_file(str(ROOT / "streamlit_app.py"), default_timeout=300)
    entry.session_state["folder"] = str(folder)
    page = entry.switch_page("app/pages/intake.py").run()
    content = ledger_of(planted[::4])
    page.file_uploader[0].set_value([("ledger.csv", content, "text/csv")]).run()
    assert not page.exception
    tables = [frame.value.to_csv() for frame in page.dataframe]
    shown = "\n".join([*tables, *(str(element) for element in page.main)])
    assert leaks(planted[::4], shown.encode()) == []
    assert "诉求内容" in shown


@pytest.mark.parametrize("secret", ["13800001234", "张某某13800001234", "津A12345 13800001234"])
def test_nothing_reaches_an_error(secret: str, folder: Path, tmp_path: Path) -> None:
    """A ledger without headers, named after a person, is refused without quoting either."""
    file = tmp_path / f"{secret}.csv"
    pd.DataFrame([[secret, secret]] * 3).to_csv(file, index=False, header=False)
    result = CliRunner().invoke(cli, ["import", "--area", str(folder), str(file), "--yes"])
    assert isinstance(result.exception, XungeError)
    with in_language("zh"):
        told = "".join(tell_fault(fault) for fault in result.exception.faults)
    assert told
    assert "13800001234" not in told + result.output
    assert not (folder / "xunge.db").exists()
