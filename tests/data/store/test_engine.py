import os
import sqlite3
import threading
import warnings
from pathlib import Path

import pandas as pd
import pytest
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import text
from sqlalchemy.exc import SAWarning

from data.store import upgrade
from data.store.connections import file_url
from data.store.engine import Store, has_store, open_store, store_revision, store_url
from data.store.errors import DamagedStoreError, StoreError
from data.store.imports import save_import
from data.store.models import MODELS
from data.store.records import edit_records, read_records
from data.store.trail import current_seq, read_trail, verify_trail
from tests.data.store.invented import AREA, BY, WHY, invent, told


def test_models_are_what_the_migrations_make(store: Store) -> None:
    """A store made by the migrations has the tables, columns and indexes of the models."""

    def ours(name: str | None, kind: str, _reflected: object) -> bool:
        # what only PostGIS gets: the geometry columns, their indexes, and its own table
        return not (name or "").endswith("geom") and (kind, name) != ("table", "spatial_ref_sys")

    with store.engine.connect() as connection, warnings.catch_warnings():
        warnings.filterwarnings("ignore", "Did not recognize type 'geometry'", SAWarning)
        options = {"compare_type": True, "include_object": lambda _o, n, k, r, _c: ours(n, k, r)}
        context = MigrationContext.configure(connection, opts=options)
        assert compare_metadata(context, MODELS) == []


def test_known_revisions_are_those_of_the_migrations() -> None:
    """The revisions that opening knows by heart are those of the scripts, in their order."""
    config = Config()
    config.set_main_option("script_location", str(upgrade.MIGRATIONS))
    config.set_main_option("path_separator", "os")
    scripts = ScriptDirectory.from_config(config).walk_revisions()
    assert tuple(reversed([script.revision for script in scripts])) == upgrade.REVISIONS


def test_asking_makes_nothing(tmp_path: Path) -> None:
    """Asking whether there is a store, and which state it has, makes no file."""
    assert not has_store(tmp_path)
    assert store_revision(tmp_path, AREA) == 0
    assert list(tmp_path.iterdir()) == []


def test_the_environment_names_the_server(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """With XUNGE_DATABASE_URL the store is there, and the folder's file is not asked."""
    monkeypatch.setenv("XUNGE_DATABASE_URL", "postgresql://gis@server/xunge")
    assert store_url(tmp_path) == "postgresql://gis@server/xunge"
    assert has_store(tmp_path)


@pytest.mark.parametrize("name", ["东街 #1", "50%", "a?b=c", "x@y", "semi;colon"])
def test_any_folder_name_will_do(tmp_path: Path, name: str) -> None:
    """A store opens in folders whose names hold signs that mean something in an address."""
    folder = tmp_path / name
    folder.mkdir()
    with open_store(store_url(folder)) as store:
        save_import(store, AREA, invent(), **told())
    assert has_store(folder)
    assert store_revision(folder, AREA) > 0


def test_revision_changes_with_the_data_only(tmp_path: Path) -> None:
    """The revision is another one after a change of this area, and only then."""
    with open_store(store_url(tmp_path)) as store:
        assert store_revision(tmp_path, AREA) == 0
        save_import(store, AREA, invent(), **told())
        first = store_revision(tmp_path, AREA)
        save_import(store, "west", invent(), **told())
        assert store_revision(tmp_path, AREA) == first > 0
        edit_records(store, AREA, pd.DataFrame({"type": ["courier"]}, index=["I1-3"]), **WHY)
        assert store_revision(tmp_path, AREA) not in {0, first}
        assert current_seq(store, AREA) == 3


def test_revision_of_a_server(
    server_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """On a server the revision is asked there; it is 0 before anything was ever opened."""
    monkeypatch.setenv("XUNGE_DATABASE_URL", server_url)
    assert store_revision(tmp_path, AREA) == 0
    with open_store(store_url(tmp_path)) as store:
        save_import(store, AREA, invent(), **told())
    assert store_revision(tmp_path, AREA) > 0


@pytest.mark.parametrize(
    "content", [b"not a store", b"\xd0\xcf\x11\xe0" * 200, b"SQLite format 3\x00"]
)
def test_other_files_are_refused_and_left(tmp_path: Path, content: bytes) -> None:
    """What is no store is refused with a sentence, and not a byte of it is changed."""
    file = tmp_path / "xunge.db"
    file.write_bytes(content)
    with pytest.raises(DamagedStoreError, match=r"xunge\.db|damaged"):
        open_store(file_url(file))
    assert file.read_bytes() == content
    assert [path.name for path in tmp_path.iterdir()] == ["xunge.db"]


def test_a_database_of_another_program_is_refused(tmp_path: Path) -> None:
    """A SQLite file with somebody else's tables is refused and left as it is."""
    file = tmp_path / "xunge.db"
    with sqlite3.connect(file) as connection:
        connection.execute("CREATE TABLE event (seq INTEGER PRIMARY KEY)")
    connection.close()
    before = file.read_bytes()
    with pytest.raises(DamagedStoreError, match="not a store"):
        open_store(file_url(file))
    assert file.read_bytes() == before


def test_a_damaged_store_is_refused_and_left(tmp_path: Path) -> None:
    """A store with a page overwritten is refused when it is opened, and not repaired away."""
    file = tmp_path / "xunge.db"
    with open_store(file_url(file)) as store:
        save_import(store, AREA, invent(2000), **told())
    content = bytearray(file.read_bytes())
    middle = len(content) // 2 // 4096 * 4096
    content[middle : middle + 4096] = os.urandom(4096)
    file.write_bytes(content)
    with pytest.raises(DamagedStoreError, match="restore"):
        open_store(file_url(file))
    assert file.read_bytes() == content


def test_a_large_damaged_store_is_refused_where_it_is_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A store that is not checked as a whole says that it is damaged when it is read."""
    file = tmp_path / "xunge.db"
    with open_store(file_url(file)) as store:
        save_import(store, AREA, invent(2000), **told())
    content = bytearray(file.read_bytes())
    content[40 * 4096 :] = b"\x07" * (len(content) - 40 * 4096)
    file.write_bytes(content)
    monkeypatch.setattr("data.store.engine.CHECKED_BYTES", 0)
    with open_store(file_url(file)) as store, pytest.raises(DamagedStoreError, match="damaged"):
        read_records(store, AREA)


def test_an_empty_file_becomes_a_store(tmp_path: Path) -> None:
    """A file of no byte, as a killed program may leave it, becomes a store."""
    file = tmp_path / "xunge.db"
    file.touch()
    with open_store(file_url(file)) as store:
        assert verify_trail(store) == 0


def test_a_newer_store_is_refused(store: Store) -> None:
    """A store of a revision that this program does not know is refused and left as it is."""
    with store.engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(StoreError, match="newer version"):
        open_store(store.url)
    with store.engine.begin() as connection:
        assert connection.scalar(text("SELECT version_num FROM alembic_version")) == "9999"


def test_a_failed_upgrade_leaves_nothing(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """An upgrade that fails at its end leaves no table behind; the next one succeeds."""

    def fail(_connection: object) -> None:
        message = "no power"
        raise RuntimeError(message)

    with monkeypatch.context() as failing:
        failing.setattr(upgrade, "lacks_geometry", fail)
        with pytest.raises(RuntimeError):
            open_store(url)
    with open_store(url) as store:
        assert verify_trail(store) == 0


@pytest.mark.parametrize("url", ["mysql://server/x", "nonsense", "postgresql+psycopg:/"])
def test_unusable_addresses_are_refused(url: str) -> None:
    """An address of another engine, or of none, is refused with an example of a good one."""
    with pytest.raises(StoreError, match=r"XUNGE_DATABASE_URL|reached"):
        open_store(url)


def test_an_unreachable_server_is_said_without_its_password() -> None:
    """A server that does not answer is named as such, and the password stays out of the text."""
    with pytest.raises(StoreError, match="cannot be reached") as caught:
        open_store("postgresql://gis:geheim123@127.0.0.1:1/xunge")
    assert "geheim" not in str(caught.value)


def test_a_folder_that_is_not_there_is_said(tmp_path: Path) -> None:
    """A store in a folder that does not exist is refused; the folder is not made."""
    with pytest.raises(StoreError, match="cannot be written"):
        open_store(file_url(tmp_path / "nowhere" / "xunge.db"))
    assert not (tmp_path / "nowhere").exists()


def test_the_password_is_not_shown(store: Store) -> None:
    """Writing a store into a log shows no address with a password."""
    shown = repr(Store(store.engine, "postgresql://gis:geheim@server/xunge"))
    assert "geheim" not in shown


def test_many_writers_take_turns(store: Store) -> None:
    """Eight threads that make 50 changes each lose none, and the trail has no gap."""
    save_import(store, AREA, invent(8), **told())
    faults: list[BaseException] = []

    def correct(row: int) -> None:
        try:
            for turn in range(50):
                change = pd.DataFrame({"persons": [float(turn + 3)]}, index=[f"I1-{row}"])
                edit_records(store, AREA, change, **WHY)
        except BaseException as error:  # noqa: BLE001  # a thread's error would be lost
            faults.append(error)

    threads = [threading.Thread(target=correct, args=(row,)) for row in range(2, 10)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert faults == []
    assert verify_trail(store) == 1 + 8 * 50
    assert read_records(store, AREA)["persons"].tolist() == [52.0] * 8


def test_a_second_writer_waits_for_the_first(store: Store) -> None:
    """While one import is being written another program's import waits, and then is done."""
    waiting = threading.Event()
    results = []

    def slow() -> bool:
        waiting.set()
        return False

    def second() -> None:
        waiting.wait(timeout=60)
        with open_store(store.url) as other:
            results.append(save_import(other, AREA, invent(5, first=9000), **told()))

    thread = threading.Thread(target=second, daemon=True)
    thread.start()
    results.append(save_import(store, AREA, invent(5000), **told(), cancelled=slow))
    thread.join()
    assert sorted(result.added for result in results) == [5, 5000]
    assert verify_trail(store) == 2


def test_readers_see_one_moment(store: Store) -> None:
    """Areas are kept apart, in records as in the trail."""
    save_import(store, AREA, invent(3), **told())
    save_import(store, "west", invent(4), **told())
    assert (len(read_records(store, AREA)), len(read_records(store, "west"))) == (3, 4)
    assert read_trail(store, "west")["who"].tolist() == [BY["who"]]
