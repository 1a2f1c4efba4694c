"""Decisions that hold next time: columns of a source, rules for repetitions, a city's own grid."""

import shutil
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from data.decisions import RECALLED, saved_rules
from data.errors import AreaError
from data.intake import Intake, read_file
from data.ledger.context import LedgerContext, read_context
from data.ledger.duplicate_rules import DuplicateRule
from data.ledger.reading import Reading
from data.ledger.terms import Terms
from data.receipts import take_in
from data.repeats import apply_rules, find_known, known_records, propose_repeats
from data.store.connections import Store
from data.store.engine import open_store, store_url
from data.store.memory import save_duplicate_rule
from data.store.records import read_records, split_records

SAMPLE = Path(__file__).parents[2] / "data" / "sample"
NOW = datetime(2026, 11, 22, 8, tzinfo=UTC)
HEADERS = ["甲", "乙", "丙", "丁", "戊"]
ROWS = [
    ["A1", "2026-03-05 09:10", "医院北门有人举牌收药", "117.9003", "38.8502"],
    ["A2", "2026-03-05 09:40", "有人举牌收药医院北门", "117.9004", "38.8503"],
    ["A3", "2026-04-01 15:00", "早市入口散发小广告", "117.9013", "38.8512"],
]
SAID = Terms(
    kind="incidents",
    columns=dict(
        zip(["source_ref", "occurred_from", "summary", "lon", "lat"], HEADERS, strict=True)
    ),
    datum="wgs84",
    source="order_12345",
)


ASKED = Terms(kind="incidents")


@pytest.fixture
def context(tmp_path: Path) -> LedgerContext:
    """Copy the sample area, so that the store is the test's own."""
    folder = tmp_path / "area"
    shutil.copytree(SAMPLE, folder, ignore=shutil.ignore_patterns("*.py", "__pycache__"))
    return read_context(folder)


def write(path: Path, rows: list[list[str]]) -> Path:
    """Write a ledger whose headers say nothing."""
    pd.DataFrame(rows, columns=HEADERS).to_csv(path, index=False)
    return path


def only(intake: Intake) -> Reading:
    """Return the one table of a file."""
    (reading,) = intake.readings
    assert isinstance(reading, Reading)
    return reading


def store_of(context: LedgerContext) -> Store:
    """Open the store of the area."""
    return open_store(store_url(context.folder))


def test_columns_are_told_once(context: LedgerContext, tmp_path: Path) -> None:
    """Next week's file of other name and same headers has the same columns, and no more."""
    first = read_file(write(tmp_path / "w1.csv", ROWS), context, SAID, now=NOW)
    take_in(first, context, who="办公室", now=NOW)
    later = write(tmp_path / "w2.csv", [[f"B{n}", *row[1:]] for n, row in enumerate(ROWS)])
    with store_of(context) as store:
        told = only(read_file(later, context, ASKED, now=NOW, store=store))
        other = Terms(kind="incidents", columns={"place_note": "丙", "note": "丁"})
        partly = only(read_file(later, context, other, now=NOW, store=store))
    assert dict(told.mapping.columns) == dict(SAID.columns)
    assert set(told.mapping.how.values()) == {"remembered"}
    assert set(told.records["source"]) == {"unknown"}  # another office may use the same form
    assert told.findings.counts[RECALLED.code] == 1
    assert (partly.mapping.columns["place_note"], partly.mapping.columns["note"]) == ("丙", "丁")
    assert not {"summary", "lon"} & set(partly.mapping.columns)  # what is said now goes before


def test_coordinate_systems_are_judged_file_by_file(context: LedgerContext, tmp_path: Path) -> None:
    """A system chosen for one file is not that of the next one."""
    chosen = replace(SAID, datum="gcj02")
    first = read_file(write(tmp_path / "w1.csv", ROWS), context, chosen, now=NOW)
    take_in(first, context, who="办公室", now=NOW)
    later = write(tmp_path / "w2.csv", ROWS)
    with store_of(context) as store:
        told = only(read_file(later, context, ASKED, now=NOW, store=store))
    alone = only(read_file(later, context, replace(SAID, datum="auto"), now=NOW))
    assert (told.datum.system, told.datum.certain) == (alone.datum.system, alone.datum.certain)


def test_unread_columns_stay_unread_beside_private_ones(
    context: LedgerContext, tmp_path: Path
) -> None:
    """A column left out once is left out again, in a table half of which is about persons."""
    path = tmp_path / "w1.csv"
    persons = dict.fromkeys(["举报人", "联系电话", "身份证号", "家庭住址"], "张某")
    table = pd.DataFrame(ROWS, columns=["工单编号", "发生时间", "备注", "经度", "纬度"])
    table.assign(**persons).to_csv(path, index=False)
    terms = Terms(kind="incidents", columns={"note": ""})
    take_in(read_file(path, context, terms, now=NOW), context, who="办公室", now=NOW)
    with store_of(context) as store:
        told = only(read_file(path, context, ASKED, now=NOW, store=store))
    assert "note" not in told.mapping.columns
    assert told.findings.counts[RECALLED.code] == 1


def test_what_a_person_parted_stays_apart(context: LedgerContext, tmp_path: Path) -> None:
    """A file that comes again is not merged again, by no rule, and proposes nothing of itself."""
    path = write(tmp_path / "w1.csv", ROWS)
    rules = [DuplicateRule("同时同地")]
    intake = read_file(path, context, SAID, now=NOW)
    groups = propose_repeats([intake], context, known_records(context, None))
    take_in(apply_rules([intake], groups, rules)[0][0], context, who="办公室", now=NOW)
    with store_of(context) as store:
        kept = read_records(store, context.key)
        merged = kept.index[kept["status"] == "duplicate"].tolist()
        split_records(store, context.key, merged, reason="两起", who="办公室", now=NOW)
        known = find_known([intake], context, store)
        again = propose_repeats([intake], context, known_records(context, store), known)
    take_in(apply_rules([intake], again, rules)[0][0], context, who="办公室", now=NOW)
    with store_of(context) as store:
        assert (read_records(store, context.key)["status"] == "").all()
    assert len(merged) == 1
    assert again.empty


def test_names_of_files_stay_out_of_the_store(context: LedgerContext, tmp_path: Path) -> None:
    """A repetition across files by a rule waits for a person; no file's name stands in a record."""
    first = read_file(write(tmp_path / "张三13800001234.csv", ROWS[:1]), context, SAID, now=NOW)
    second = read_file(write(tmp_path / "b.csv", ROWS[1:2]), context, SAID, now=NOW)
    groups = propose_repeats([first, second], context, known_records(context, None))
    merged, left = apply_rules([first, second], groups, [DuplicateRule("同时同地")])
    for intake in merged:
        take_in(intake, context, who="办公室", now=NOW)
    with store_of(context) as store:
        assert read_records(store, context.key)["duplicate_of"].eq("").all()
    assert len(left) == 2
    assert not left["record"].str.contains("13800001234").any()
    twice = propose_repeats([first, first], context, known_records(context, None))
    assert twice.empty


def test_a_repetition_of_a_file_that_is_gone_is_refused(
    context: LedgerContext, tmp_path: Path
) -> None:
    """A row confirmed as a repetition of a file taken off the desk is refused."""
    path = write(tmp_path / "b.csv", ROWS[1:2])
    (row,) = only(read_file(path, context, SAID, now=NOW)).records.index
    terms = replace(SAID, repeats={int(row): "0123456789abcdef.0|2"})
    intake = read_file(path, context, terms, now=NOW)
    with pytest.raises(AreaError, match="not stored before"):
        take_in(intake, context, who="办公室", now=NOW)
    numbers = {"0123456789abcdef.0|2": "I1-2"}
    (receipt,) = take_in(intake, context, who="办公室", now=NOW, numbers=numbers)
    assert receipt.added == 1


def test_another_table_is_not_taken_for_it(context: LedgerContext, tmp_path: Path) -> None:
    """A table with many more columns is not read by what was said of a small one."""
    first = read_file(write(tmp_path / "w1.csv", ROWS), context, SAID, now=NOW)
    take_in(first, context, who="办公室", now=NOW)
    wide = pd.DataFrame(ROWS, columns=HEADERS).assign(**{f"另{n}": "x" for n in range(6)})
    wide.to_csv(tmp_path / "wide.csv", index=False)
    with store_of(context) as store, pytest.raises(AreaError):
        read_file(tmp_path / "wide.csv", context, ASKED, now=NOW, store=store)


def test_a_saved_rule_merges_without_asking(context: LedgerContext, tmp_path: Path) -> None:
    """What fits the rule is merged on import and counted; without the rule it is only proposed."""
    intake = read_file(write(tmp_path / "w1.csv", ROWS), context, SAID, now=NOW)
    groups = propose_repeats([intake], context, known_records(context, None))
    assert (~groups["keeper"]).sum() == 1
    with store_of(context) as store:
        assert saved_rules(store, context.key) == []
        rule = {"name": "同时同地", "sources": [], "within_m": 50, "within_h": 2, "similar": 0.8}
        save_duplicate_rule(store, context.key, rule, who="办公室", now=NOW)
        rules = saved_rules(store, context.key)
    merged, left = apply_rules([intake], groups, rules)
    records = only(merged[0]).records
    assert rules == [DuplicateRule("同时同地")]
    assert left.empty
    assert records["status"].tolist() == ["", "duplicate", ""]
    assert records["duplicate_of"].iloc[1] == f"row {records.index[0]}"
    assert only(intake).records["duplicate_of"].eq("").all()
    (receipt,) = take_in(merged[0], context, who="办公室", now=NOW)
    assert receipt.added == len(ROWS)
    strict, still = apply_rules([intake], groups, [DuplicateRule("近", within_m=1)])
    assert only(strict[0]).records["status"].eq("").all()
    assert len(still) == len(groups)


def test_a_city_grid_by_control_points(context: LedgerContext, tmp_path: Path) -> None:
    """Points in a grid that starts at a street corner stand where its control points put them."""
    lon, lat = (
        np.array([117.895, 117.905, 117.905, 117.895]),
        np.array([38.848, 38.848, 38.855, 38.855]),
    )
    east, north = (lon - 117.895) * 86_730 + 5000, (lat - 38.848) * 111_005 + 3000
    control = tuple(zip(east.tolist(), north.tolist(), lon.tolist(), lat.tolist(), strict=True))
    rows = [[*row[:3], f"{5000 + 433.65:.2f}", f"{3000 + 222.01:.2f}"] for row in ROWS]
    columns = {**SAID.columns, "lon": HEADERS[3], "lat": HEADERS[4]}
    terms = Terms(kind="incidents", columns=columns, datum="local", control=control)
    records = only(read_file(write(tmp_path / "g.csv", rows), context, terms, now=NOW)).records
    assert records["lon"].to_numpy() == pytest.approx(117.9, abs=2e-5)
    assert records["lat"].to_numpy() == pytest.approx(38.85, abs=2e-5)
    assert set(records["datum"]) == {"local"}
    with pytest.raises(AreaError, match="control point"):
        read_file(
            tmp_path / "g.csv",
            context,
            Terms(kind="incidents", columns=columns, datum="local"),
            now=NOW,
        )
