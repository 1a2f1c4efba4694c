import sqlite3
from pathlib import Path

import pandas as pd
import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from data.store.connections import file_url
from data.store.engine import Store, open_store
from data.store.errors import StoreError
from data.store.imports import save_import
from data.store.records import edit_records, remove_records
from data.store.trail import read_trail, verify_trail
from tests.data.store.invented import AREA, BY, NOW, WHY, by, invent, told


def fill(store: Store) -> None:
    """Import three records and change two of them."""
    save_import(store, AREA, invent(), **told())
    edit_records(store, AREA, pd.DataFrame({"type": ["courier"]}, index=["I1-2"]), **WHY)
    remove_records(store, AREA, ["I1-3"], **WHY)


def test_who_did_what_and_when_is_kept(store: Store) -> None:
    """Every change is an entry with its number, moment, role and action, the last one first."""
    fill(store)
    trail = read_trail(store, AREA)
    assert trail.index.tolist() == [3, 2, 1]
    assert trail["action"].tolist() == ["remove", "edit", "import"]
    assert set(trail["who"]) == {"办公室"}
    assert trail["at"].tolist() == [pd.Timestamp(NOW)] * 3
    assert trail.loc[2, "payload"] == {
        "columns": ["type"],
        "ids": ["I1-2"],
        "reason": "现场核对",
        "records": 1,
    }


def test_entries_hold_nothing_that_a_record_says(store: Store) -> None:
    """Entries hold counts, numbers, column names and reasons; digits of a person are masked."""
    save_import(store, AREA, invent(), **told(file="张某13800001234.csv", who="13800001234"))
    change = pd.DataFrame({"summary": ["拾穗路的新情况"]}, index=["I1-2"])
    edit_records(store, AREA, change, reason="来电 138-0000-1234 说明", **BY)
    with store.engine.connect() as connection:
        whole = str(connection.execute(text("SELECT * FROM event")).all())
    assert "拾穗路" not in whole
    assert "13800001234" not in whole
    assert "138-0000" not in whole
    assert "来电 *** 说明" in whole


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE event SET who = '别人' WHERE seq = 2",
        "DELETE FROM event WHERE seq = 3",
        "DELETE FROM event",
    ],
)
def test_the_database_refuses_changes_of_the_trail(store: Store, change: str) -> None:
    """Neither engine lets anybody change or delete an entry."""
    fill(store)
    with pytest.raises(DBAPIError, match="append-only"), store.engine.begin() as connection:
        connection.execute(text(change))
    assert verify_trail(store) == 3


def test_a_server_refuses_to_empty_the_trail(server_url: str) -> None:
    """TRUNCATE is refused too."""
    with open_store(server_url) as store:
        fill(store)
        with pytest.raises(DBAPIError, match="append-only"), store.engine.begin() as connection:
            connection.execute(text("TRUNCATE event CASCADE"))


def test_a_file_refuses_to_replace_an_entry(tmp_path: Path) -> None:
    """SQLite's INSERT OR REPLACE, which deletes in silence, is refused too."""
    with open_store(file_url(tmp_path / "xunge.db")) as store:
        fill(store)
        replace = "INSERT OR REPLACE INTO event SELECT 1, area, at, who, action, payload, "
        with pytest.raises(DBAPIError, match="append-only"), store.engine.begin() as connection:
            connection.execute(text(replace + "previous_hash, hash FROM event WHERE seq = 2"))


@pytest.mark.parametrize(
    ("change", "at"),
    [
        ("UPDATE event SET who = '别人' WHERE seq = 2", 2),
        ("UPDATE event SET payload = '{}' WHERE seq = 1", 1),
        ("UPDATE event SET at = at + 1 WHERE seq = 3", 3),
        ("UPDATE event SET area = 'west' WHERE seq = 1", 1),
        ("DELETE FROM event WHERE seq = 2", 2),
        ("DELETE FROM event WHERE seq = 3", 3),
    ],
)
def test_tampering_is_seen(tmp_path: Path, change: str, at: int) -> None:
    """Who gets around the guard changes an entry, and the seals show at which one."""
    file = tmp_path / "xunge.db"
    with open_store(file_url(file)) as store:
        fill(store)
    connection = sqlite3.connect(file)
    names = connection.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall()
    for (name,) in names:
        connection.execute(f"DROP TRIGGER {name}")
    connection.execute(change)
    connection.commit()
    connection.close()
    with open_store(file_url(file)) as store, pytest.raises(StoreError, match=f"entry {at}"):
        verify_trail(store)


def test_a_moment_needs_a_zone(store: Store) -> None:
    """A moment without a zone is refused: it would mean another time on another machine."""
    with pytest.raises(ValueError, match="without a zone"):
        save_import(store, AREA, invent(), **told(now=NOW.replace(tzinfo=None)))
    assert verify_trail(store) == 0


def test_entries_of_areas_are_one_chain(store: Store) -> None:
    """Areas share one chain, so that no area's entries can be cut out."""
    for area in ("east", "west", "east"):
        save_import(store, area, invent(), **told(now=by(1)["now"]))
    assert read_trail(store, "east").index.tolist() == [3, 1]
    assert verify_trail(store) == 3
