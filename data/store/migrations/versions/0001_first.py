"""The first form of the store."""

from typing import Any

import sqlalchemy as sa
from alembic import op

from data.store.trail_guard import guard_trail

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
OPEN = sa.text("until_seq IS NULL")
CLOSED = sa.text("until_seq IS NOT NULL")
RECORD_COLUMNS = (
    ("text", "file sheet"),
    ("whole", "row"),
    ("text", "source source_ref"),
    ("moment", "received_at occurred_from occurred_to"),
    ("text", "time_precision type summary address place_note community grid_code near_facility"),
    ("number", "lon lat raw_x raw_y"),
    ("text", "datum geo_precision place_origin"),
    ("number", "persons boxes goods_value"),
    ("text", "outcome handler_org"),
    ("moment", "closed_at"),
    ("text", "note contact_hash status duplicate_of"),
)
KINDS = {
    "text": (sa.Text, False),
    "whole": (sa.Integer, False),
    "number": (sa.Double, True),
    "moment": (sa.BigInteger, True),  # microseconds since 1970 in UTC
}


def upgrade() -> None:
    """Make every table."""
    _make_trail()
    _make_import_log()
    _make_record()
    _make_layer_feature()
    _make_memory()
    _make_run()
    op.create_table(
        "erased",
        _text("area"),
        sa.Column("row_key", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.PrimaryKeyConstraint("area", "row_key", name="pk_erased"),
    )


def _text(name: str) -> sa.Column[Any]:
    """Make a column of texts."""
    return sa.Column(name, sa.Text(), nullable=False)


def _texts(*names: str) -> list[sa.Column[Any]]:
    """Make several columns of texts."""
    return [_text(name) for name in names]


def _optional(kind: Any, *names: str) -> list[sa.Column[Any]]:
    """Make columns that may be empty."""
    return [sa.Column(name, kind, nullable=True) for name in names]


def _id(name: str) -> sa.Column[Any]:
    """Make the column of a primary key that the program counts itself."""
    return sa.Column(name, BIG, autoincrement=False, nullable=False)


def _partial(
    name: str, table: str, columns: list[str], where: Any, *, unique: bool = False
) -> None:
    """Index some of the rows."""
    op.create_index(name, table, columns, unique=unique, sqlite_where=where, postgresql_where=where)


def _make_versions(table: str, key: list[str], *columns: Any, one_open: bool) -> None:
    """Make a table of versions, since one entry of the trail and until another."""
    op.create_table(
        table,
        _id("version_id"),
        _text("area"),
        *columns,
        sa.Column("since_seq", BIG, nullable=False),
        sa.Column("until_seq", BIG, nullable=True),
        sa.ForeignKeyConstraint(["since_seq"], ["event.seq"], name=f"fk_{table}_since_seq"),
        sa.ForeignKeyConstraint(["until_seq"], ["event.seq"], name=f"fk_{table}_until_seq"),
        sa.PrimaryKeyConstraint("version_id", name=f"pk_{table}"),
    )
    _partial(f"ix_{table}_open", table, ["area", *key], OPEN, unique=one_open)
    _partial(f"ix_{table}_closed", table, ["area", *key], CLOSED)
    op.create_index(f"ix_{table}_since", table, ["since_seq"])
    _partial(f"ix_{table}_until", table, ["until_seq"], CLOSED)


def _make_trail() -> None:
    op.create_table(
        "event",
        _id("seq"),
        _text("area"),
        sa.Column("at", sa.BigInteger(), nullable=False),
        *_texts("who", "action", "payload"),
        sa.Column("previous_hash", sa.String(64), nullable=False),
        sa.Column("hash", sa.String(64), nullable=False),
        sa.PrimaryKeyConstraint("seq", name="pk_event"),
    )
    op.create_index("ix_event_area", "event", ["area", "seq"])
    guard_trail(op.get_bind())


def _make_import_log() -> None:
    op.create_table(
        "import_log",
        _id("import_id"),
        *_texts("area", "file", "file_hash", "source", "terms", "counts"),
        *(
            sa.Column(name, sa.Integer(), nullable=False)
            for name in ("added", "unchanged", "changed")
        ),
        sa.ForeignKeyConstraint(["import_id"], ["event.seq"], name="fk_import_log_import_id"),
        sa.PrimaryKeyConstraint("import_id", name="pk_import_log"),
    )
    op.create_index("ix_import_log_area", "import_log", ["area", "import_id"])


def _make_record() -> None:
    columns = [
        sa.Column(name, kind(), nullable=nullable)
        for group, names in RECORD_COLUMNS
        for kind, nullable in (KINDS[group],)
        for name in names.split()
    ]
    _make_versions(
        "record",
        ["record_id"],
        _text("record_id"),
        sa.Column("import_id", BIG, nullable=False),
        sa.Column("row_key", sa.BigInteger(), nullable=False),
        sa.Column("content_hash", sa.BigInteger(), nullable=False),
        _text("by_hand"),
        sa.Column("removed", sa.Boolean(), nullable=False),
        *columns,
        one_open=True,
    )
    _partial("ix_record_row_key", "record", ["area", "row_key"], OPEN)
    op.create_index("ix_record_occurred", "record", ["area", "occurred_from", "lon", "lat"])
    repeats = sa.text("duplicate_of <> ''")
    _partial("ix_record_duplicate", "record", ["area", "duplicate_of"], repeats)


def _make_layer_feature() -> None:
    _make_versions(
        "layer_feature",
        ["layer", "feature_id"],
        *_texts("layer", "feature_id", "attributes"),
        *_optional(sa.LargeBinary(), "shape"),
        *_optional(sa.Double(), "minx", "miny", "maxx", "maxy"),
        sa.Column("valid_from", sa.Date(), nullable=False),
        *_optional(sa.Date(), "valid_to"),
        one_open=False,
    )


def _make_memory() -> None:
    _make_versions("memory", ["kind", "name"], *_texts("kind", "name", "value"), one_open=True)


def _make_run() -> None:
    op.create_table(
        "run",
        _id("run_id"),
        _text("area"),
        sa.Column("at", sa.BigInteger(), nullable=False),
        *_texts("kind", "settings", "data_hash"),
        sa.Column("seq", BIG, nullable=False),
        sa.Column("seed", sa.BigInteger(), nullable=False),
        *_texts("version", "headline"),
        sa.Column("records", sa.Integer(), nullable=False),
        sa.Column("fingerprint", sa.String(64), nullable=False),
        sa.PrimaryKeyConstraint("run_id", name="pk_run"),
        sa.UniqueConstraint("area", "fingerprint", name="uq_run_area_fingerprint"),
    )
