"""The tables of the store. Every one carries `area`: a server may hold several areas.

Rows of `record`, `layer_feature` and `memory` are versions: a change closes the old version with
the number of its entry in the audit trail (`until_seq`) and inserts a new one (`since_seq`).
"""

from collections.abc import Iterable
from types import MappingProxyType
from typing import Any

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Date,
    Double,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    UniqueConstraint,
    text,
)

from data.ledger.records import RECORDS
from data.store.column_types import BIG, Json, Moment, Shape

MODELS = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "pk": "pk_%(table_name)s",
    }
)
HASH_LENGTH = 64
OPEN = text("until_seq IS NULL")
CLOSED = text("until_seq IS NOT NULL")


def _seq(name: str, *, nullable: bool = False) -> Column[int]:
    """Make a column that points at an entry of the audit trail."""
    return Column(name, BIG, ForeignKey("event.seq"), nullable=nullable)


def _partial(name: str, *columns: str, where: Any, unique: bool = False) -> Index:
    """Make an index of some rows only."""
    return Index(name, *columns, unique=unique, sqlite_where=where, postgresql_where=where)


def _versions(name: str, key: tuple[str, ...], *columns: Any, one_open: bool) -> Table:
    """Make a table of versions of things, each of which is named by `area` and `key`."""
    return Table(
        name,
        MODELS,
        Column("version_id", BIG, primary_key=True, autoincrement=False),
        Column("area", Text, nullable=False),
        *columns,
        _seq("since_seq"),
        _seq("until_seq", nullable=True),
        _partial(f"ix_{name}_open", "area", *key, where=OPEN, unique=one_open),
        _partial(f"ix_{name}_closed", "area", *key, where=CLOSED),
        Index(f"ix_{name}_since", "since_seq"),
        _partial(f"ix_{name}_until", "until_seq", where=CLOSED),
    )


def _record_columns() -> Iterable[Column[Any]]:
    """Make a column for each of `data.ledger.records.RECORDS`."""
    for name, column in RECORDS.columns.items():
        kind = str(column.dtype)
        if "datetime" in kind:
            yield Column(name, BigInteger)  # microseconds since 1970 in UTC
        elif kind == "float64":
            yield Column(name, Double)
        else:
            yield Column(name, Integer if kind == "int64" else Text, nullable=False)


event = Table(
    "event",
    MODELS,
    Column("seq", BIG, primary_key=True, autoincrement=False),
    Column("area", Text, nullable=False),
    Column("at", Moment, nullable=False),
    Column("who", Text, nullable=False),
    Column("action", Text, nullable=False),
    Column("payload", Text, nullable=False),  # the very text that was hashed
    Column("previous_hash", String(HASH_LENGTH), nullable=False),
    Column("hash", String(HASH_LENGTH), nullable=False),
    Index("ix_event_area", "area", "seq"),
)

import_log = Table(
    "import_log",
    MODELS,
    Column("import_id", BIG, ForeignKey("event.seq"), primary_key=True, autoincrement=False),
    Column("area", Text, nullable=False),
    Column("file", Text, nullable=False),
    Column("file_hash", Text, nullable=False),
    Column("source", Text, nullable=False),
    Column("terms", Json, nullable=False),
    Column("counts", Json, nullable=False),
    Column("added", Integer, nullable=False),
    Column("unchanged", Integer, nullable=False),
    Column("changed", Integer, nullable=False),
    Index("ix_import_log_area", "area", "import_id"),
)

record = _versions(
    "record",
    ("record_id",),
    Column("record_id", Text, nullable=False),
    Column("import_id", BIG, nullable=False),
    Column("row_key", BigInteger, nullable=False),  # by which the row is known again
    Column("content_hash", BigInteger, nullable=False),  # of what the file said of it last
    Column("by_hand", Text, nullable=False),  # columns that a person set, which no import undoes
    Column("removed", Boolean, nullable=False),
    *_record_columns(),
    _partial("ix_record_row_key", "area", "row_key", where=OPEN),
    Index("ix_record_occurred", "area", "occurred_from", "lon", "lat"),
    _partial("ix_record_duplicate", "area", "duplicate_of", where=text("duplicate_of <> ''")),
    one_open=True,
)

layer_feature = _versions(
    "layer_feature",
    ("layer", "feature_id"),
    Column("layer", Text, nullable=False),
    Column("feature_id", Text, nullable=False),
    Column("attributes", Json, nullable=False),
    Column("shape", Shape, nullable=True),
    Column("minx", Double, nullable=True),
    Column("miny", Double, nullable=True),
    Column("maxx", Double, nullable=True),
    Column("maxy", Double, nullable=True),
    Column("valid_from", Date, nullable=False),
    Column("valid_to", Date, nullable=True),  # the first day on which it no longer holds
    one_open=False,  # one for each span of days
)

memory = _versions(
    "memory",
    ("kind", "name"),
    Column("kind", Text, nullable=False),
    Column("name", Text, nullable=False),
    Column("value", Json, nullable=False),
    one_open=True,
)

run = Table(
    "run",
    MODELS,
    Column("run_id", BIG, primary_key=True, autoincrement=False),
    Column("area", Text, nullable=False),
    Column("at", Moment, nullable=False),
    Column("kind", Text, nullable=False),
    Column("settings", Json, nullable=False),
    Column("data_hash", Text, nullable=False),
    Column("seq", BIG, nullable=False),  # what was current then; 0 before the first entry
    Column("seed", BigInteger, nullable=False),
    Column("version", Text, nullable=False),
    Column("headline", Json, nullable=False),
    Column("records", Integer, nullable=False),  # how many there were
    Column("fingerprint", String(HASH_LENGTH), nullable=False),
    UniqueConstraint("area", "fingerprint"),
)

erased = Table(
    "erased",
    MODELS,
    Column("area", Text, primary_key=True),
    Column("row_key", BigInteger, primary_key=True, autoincrement=False),
)
"""Keys of rows that were deleted for good, so that the next file does not bring them back."""

TABLES = (event, import_log, record, layer_feature, memory, run, erased)
"""In the order in which they can be filled."""
TIMELINES = MappingProxyType(
    {
        "record": ("record_id",),
        "layer_feature": ("layer", "feature_id"),
        "memory": ("kind", "name"),
    }
)
"""Tables of versions, and what names a thing in them."""
