"""Triggers that keep the audit trail append-only, whoever is connected."""

from sqlalchemy import Connection, text

_SQLITE = {
    "event_no_update": """BEFORE UPDATE ON event
        BEGIN SELECT RAISE(ABORT, 'the audit trail is append-only'); END""",
    "event_no_delete": """BEFORE DELETE ON event
        BEGIN SELECT RAISE(ABORT, 'the audit trail is append-only'); END""",
    # INSERT OR REPLACE deletes without asking the trigger above
    "event_no_replace": """BEFORE INSERT ON event
        WHEN EXISTS (SELECT 1 FROM event WHERE seq = NEW.seq)
        BEGIN SELECT RAISE(ABORT, 'the audit trail is append-only'); END""",
}
_FUNCTION = """
    CREATE OR REPLACE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS
    $$ BEGIN RAISE EXCEPTION 'the audit trail is append-only'; END $$
"""
_POSTGRESQL = {
    "event_no_change": """BEFORE UPDATE OR DELETE ON event
        FOR EACH ROW EXECUTE FUNCTION refuse_change()""",
    "event_no_truncate": """BEFORE TRUNCATE ON event
        FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()""",
}
GUARDS = frozenset(_SQLITE)
"""Names of the triggers in a SQLite file."""


def guard_trail(connection: Connection) -> None:
    """Refuse every later UPDATE and DELETE on the trail."""
    if connection.dialect.name == "postgresql":
        connection.execute(text(_FUNCTION))
        triggers = _POSTGRESQL
    else:
        triggers = _SQLITE
    for name, body in triggers.items():
        connection.execute(text(f"CREATE TRIGGER {name} {body}"))


def release_trail(connection: Connection) -> None:
    """Take the guard off, for a restore that puts another trail in its place.

    It belongs into one transaction with `guard_trail`: nobody else sees the trail without it.
    """
    if connection.dialect.name == "postgresql":
        for name in _POSTGRESQL:
            connection.execute(text(f"DROP TRIGGER {name} ON event"))
    else:
        for name in _SQLITE:
            connection.execute(text(f"DROP TRIGGER {name}"))
