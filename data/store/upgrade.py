"""Bringing a store to the form of this program, in one transaction."""

from collections.abc import Callable
from pathlib import Path

from sqlalchemy import Connection, Engine, inspect, text

from data.errors import N_
from data.store.errors import StoreError
from data.store.postgis import add_geometry, lacks_geometry, make_postgis

MIGRATIONS = Path(__file__).parent / "migrations"
REVISIONS = ("0001",)
"""Every revision that this program knows, the present one last."""
VERSION_TABLE = "alembic_version"
NEWER = N_("The store was made by a newer version of the program.")
INSTALL_IT = N_("Install that version. The store was left as it is.")


def upgrade(engine: Engine, *, mark: Callable[[Connection], None]) -> None:
    """
    Bring a store to the last revision; one that is there already is only looked at.

    Parameters
    ----------
    engine
        Of the store, which may be empty.
    mark
        Called in the same transaction, to write whose file it is.

    Raises
    ------
    StoreError
        If a newer program made the store.
    """
    with engine.connect() as connection, connection.begin():
        if _revision(connection) == REVISIONS[-1] and not lacks_geometry(connection):
            return
    with engine.execution_options(writes=True).connect() as connection, connection.begin():
        if connection.dialect.name == "postgresql":
            # two programs that open an empty database at the same time take turns
            connection.execute(text("SELECT pg_advisory_xact_lock(hashtext('xunge upgrade'))"))
        if _revision(connection) != REVISIONS[-1]:
            mark(connection)
            _migrate(connection)
            make_postgis(connection)
        if lacks_geometry(connection):
            add_geometry(connection)


def _revision(connection: Connection) -> str | None:
    """Return the revision of a store, None for an empty one."""
    if not inspect(connection).has_table(VERSION_TABLE):
        return None
    found = connection.execute(text(f"SELECT version_num FROM {VERSION_TABLE}")).scalar()  # noqa: S608  # a constant
    if found is not None and found not in REVISIONS:
        raise StoreError(NEWER, INSTALL_IT)
    return found


def _migrate(connection: Connection) -> None:
    """Run the migrations that are missing."""
    # loading it takes longer than opening a store that needs no migration
    from alembic import command  # noqa: PLC0415
    from alembic.config import Config  # noqa: PLC0415

    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    config.attributes["connection"] = connection
    command.upgrade(config, REVISIONS[-1])
