"""An empty store on each engine: a file of SQLite, a schema of PostgreSQL with PostGIS."""

import os
import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine, create_engine, text

from data.store.connections import file_url, parse_url
from data.store.engine import Store, open_store

SERVER = "XUNGE_TEST_DATABASE_URL"


@pytest.fixture(scope="session")
def server() -> Iterator[Engine]:
    """Connect to the server for tests, or skip; its role may make schemas and extensions."""
    address = os.environ.get(SERVER)
    if not address:
        message = f"{SERVER} names no PostgreSQL server with PostGIS"
        if os.environ.get("CI") == "true":
            pytest.fail(message)
        pytest.skip(message)
    engine = create_engine(parse_url(address), isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        # several test processes start at the same time
        connection.execute(text("SELECT pg_advisory_lock(1)"))
        connection.execute(text("CREATE EXTENSION IF NOT EXISTS postgis"))
        connection.execute(text("SELECT pg_advisory_unlock(1)"))
    yield engine
    engine.dispose()


@pytest.fixture
def server_url(server: Engine) -> Iterator[str]:
    """Return the address of an empty schema, which is dropped afterwards."""
    schema = f"test_{uuid.uuid4().hex}"
    with server.connect() as connection:
        connection.execute(text(f"CREATE SCHEMA {schema}"))
    own = server.url.update_query_dict({"options": f"-csearch_path={schema},public"})
    yield own.render_as_string(hide_password=False)
    with server.connect() as connection:
        connection.execute(text(f"DROP SCHEMA {schema} CASCADE"))


@pytest.fixture(params=["sqlite", "postgis"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """Return the address of a place for a store, on each engine."""
    if request.param == "postgis":
        address: str = request.getfixturevalue("server_url")
        return address
    return file_url(tmp_path / "xunge.db")


@pytest.fixture
def store(url: str) -> Iterator[Store]:
    """Open an empty store."""
    with open_store(url) as opened:
        yield opened


@pytest.fixture(autouse=True)
def no_server(monkeypatch: pytest.MonkeyPatch) -> None:
    """Keep a server that the machine may have out of the tests."""
    monkeypatch.delenv("XUNGE_DATABASE_URL", raising=False)
