import pytest

from data.columns import COLUMNS
from data.ledger.header_likeness import FUZZY, score_header
from data.ledger.known_headers import HEADERS
from data.ledger.records import COLUMNS as RECORD_COLUMNS

OF_PARTS = {"date", "clock", "year", "month", "day", "hour", "minute", "lonlat", "crs"}
"""Columns of a file that make others of a record."""


def test_columns_of_incidents_are_those_of_records() -> None:
    """Each column of a ledger of incidents is one of a record, or a part of one."""
    assert set(HEADERS["incidents"]) <= set(RECORD_COLUMNS) | OF_PARTS


@pytest.mark.parametrize("ours", ["source", "occurred_from", "type", "address", "lon", "lat"])
def test_headers_known_before_stay_known(ours: str) -> None:
    """What the area's own table of incidents is called is known here too."""
    known = (*HEADERS["incidents"][ours], "date")
    scores = [score_header(name, ours, known) for name in COLUMNS["incidents"][ours]]
    assert min(scores) >= FUZZY


@pytest.mark.parametrize("kind", sorted(HEADERS))
def test_each_header_stands_once_under_a_column(kind: str) -> None:
    """No header is listed twice for one column."""
    for headers in HEADERS[kind].values():
        assert len(headers) == len(set(headers))


def test_running_number_is_no_reference() -> None:
    """序号 numbers rows: it is not known as anything."""
    assert all("序号" not in headers for kind in HEADERS.values() for headers in kind.values())
