from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import geopandas as gpd
import pandas as pd
import pytest

from data.errors import AreaError
from data.ledger.context import LedgerContext, read_context
from data.ledger.files import read_tables
from data.ledger.reading import Reading, read_records
from data.ledger.records import COLUMNS
from data.ledger.table import LedgerTable
from data.ledger.terms import Terms
from data.sample.exports import N_ROWS, UNPLACED_ROWS, export_text, week_of_reports
from data.sample.plane import to_lonlat

SAMPLE = Path(__file__).parents[3] / "data" / "sample"
LEDGER = SAMPLE / "ledgers" / "order_12345.csv"
NOW = datetime(2026, 11, 21, tzinfo=UTC)
ABOVE = 2
"""Rows of the file above its first record: title and headers."""
METRIC = "EPSG:32650"


@pytest.fixture(scope="module")
def context() -> LedgerContext:
    """Read the sample area once."""
    return read_context(SAMPLE)


@pytest.fixture(scope="module")
def reading(context: LedgerContext) -> Reading:
    """Read the faulty ledger of the sample as nobody has decided anything."""
    return read_records(read_tables(LEDGER)[0], context, Terms(), now=NOW)


def test_every_row_is_a_record(reading: Reading) -> None:
    """All 37 rows are records; the two without a place are counted, and nothing else is lost."""
    assert reading.rows == N_ROWS
    assert reading.counts == {"no_place": len(UNPLACED_ROWS)}
    off_map = reading.records.index[reading.records["status"] != ""]
    assert off_map.tolist() == [number + ABOVE for number in UNPLACED_ROWS]
    assert tuple(reading.records.columns) == COLUMNS


def test_places_are_where_the_reports_were(reading: Reading) -> None:
    """Whatever the fault of the cell, a record stands within 2 m of the truth (by name 150 m)."""
    placed = reading.records.dropna(subset=["lon"])
    reports = {report.number + ABOVE: report for report in week_of_reports()}
    truth = [to_lonlat((reports[row].place.x, reports[row].place.y)) for row in placed.index]
    found = gpd.GeoSeries.from_xy(placed["lon"], placed["lat"], crs=4326).to_crs(METRIC)
    meant = gpd.GeoSeries.from_xy(*zip(*truth, strict=True), index=placed.index, crs=4326)
    gap_m = found.distance(meant.to_crs(METRIC))
    by_name = placed["place_origin"] == "gazetteer"
    repeated = gap_m.index == 20 + ABOVE  # stands beside the report that it repeats
    assert by_name.sum() == 3
    assert gap_m[~by_name & ~repeated].max() < 2
    assert gap_m[by_name].max() < 150


def test_datum_is_told_with_its_reason(reading: Reading) -> None:
    """The file is GCJ-02 though it does not say so; the sentence names the evidence."""
    assert (reading.datum.system, reading.datum.certain) == ("gcj02", True)
    assert len(reading.datum.said) > 1
    assert reading.findings.counts["datum_converted"] == 32


def test_nothing_about_persons_is_read(reading: Reading) -> None:
    """Columns about persons are named as dropped, and no number of a person is in any cell."""
    assert set(reading.private) == {"举报人", "联系电话"}
    everything = reading.records.to_csv() + reading.findings.table().to_csv()
    assert "1990000" in export_text()
    assert "1990000" not in everything.replace("-", "")
    assert "张某某" not in everything


def test_a_person_has_the_last_word(context: LedgerContext) -> None:
    """A place put by hand, a column left unread, a system chosen and a repetition hold."""
    row = UNPLACED_ROWS[0] + ABOVE
    terms = Terms(
        source="tip",
        columns={"outcome": "", "note": "处置结果"},
        datum="wgs84",
        places={row: (117.9, 38.85)},
        repeats={22: "row 21"},
    )
    reading = read_records(read_tables(LEDGER)[0], context, terms, now=NOW)
    records = reading.records
    assert records.loc[row, ["lon", "lat", "place_origin"]].tolist() == [117.9, 38.85, "hand"]
    assert records["note"].eq("已处理").all()
    assert records.loc[22, ["status", "duplicate_of"]].tolist() == ["duplicate", "row 21"]
    given = records["place_origin"] == "file"
    assert (records.loc[given, "lon"] == records.loc[given, "raw_x"]).all()
    assert reading.datum.certain


def test_order_of_the_columns_is_no_matter(context: LedgerContext, reading: Reading) -> None:
    """The same cells under the same headers in another order give the same records."""
    table = read_tables(LEDGER)[0]
    turned = replace(table, cells=table.cells[table.cells.columns[::-1]])
    again = read_records(turned, context, Terms(), now=NOW)
    pd.testing.assert_frame_equal(again.records, reading.records)


def test_another_table_is_refused(context: LedgerContext) -> None:
    """A table in which nothing says when is no ledger, and the sentence says so."""
    cells = pd.DataFrame({"名称": ["某药店"], "地址": ["某路1号"]}, index=[2])
    with pytest.raises(AreaError, match="tells a time"):
        read_records(LedgerTable("a.csv", "", cells), context, Terms(), now=NOW)
