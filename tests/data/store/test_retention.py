from pathlib import Path

import pandas as pd
import pytest
from sqlalchemy import text

from data.store.connections import file_url
from data.store.engine import Store, open_store
from data.store.errors import StoreError
from data.store.imports import save_import
from data.store.records import (
    edit_records,
    history_of,
    merge_records,
    read_records,
    remove_records,
)
from data.store.retention import erase_records, purge, what_purge_does
from data.store.trail import read_trail, verify_trail
from data.store.undo import undo
from tests.data.store.invented import AREA, BY, WHY, by, invent, told, typed


def moment(days: float) -> dict[str, object]:
    """Say when a job runs."""
    return {"now": by(days)["now"]}


def set_note(store: Store, record_id: str, note: str, days: float) -> None:
    """Correct the note of a record some days later."""
    change = pd.DataFrame({"note": [note]}, index=[record_id])
    edit_records(store, AREA, change, reason="", **by(days))


def bytes_of(folder: Path) -> bytes:
    """Read every byte of every file of a folder."""
    return b"".join(path.read_bytes() for path in sorted(folder.iterdir()))


def test_what_was_superseded_long_ago_goes(store: Store) -> None:
    """Earlier versions go after the time for which they are kept; later ones and the last stay."""
    save_import(store, AREA, invent(3), **told())
    set_note(store, "I1-2", "一", 10)
    set_note(store, "I1-2", "二", 50)
    purged = purge(store, AREA, keep_days=30, **moment(60))
    assert (purged.versions, purged.removed, purged.aged) == (1, 0, 0)
    assert history_of(store, AREA, "I1-2")["note"].tolist() == ["一", "二"]
    assert read_trail(store, AREA).loc[purged.seq, "payload"] == {
        "versions": 1,
        "removed": 0,
        "aged": 0,
        "through": 2,
    }
    assert verify_trail(store) == 4


def test_with_nothing_to_delete_nothing_is_noted(store: Store) -> None:
    """A job that finds nothing leaves no entry."""
    save_import(store, AREA, invent(3), **told())
    assert purge(store, AREA, keep_days=30, **moment(5)).seq == 1
    assert verify_trail(store) == 1


def test_removed_records_go_and_stay_away(store: Store) -> None:
    """A record that was removed long ago goes for good, and no file brings it back."""
    save_import(store, AREA, invent(3), **told())
    remove_records(store, AREA, ["I1-2"], reason="", **by(1))
    assert purge(store, AREA, keep_days=30, **moment(20)).removed == 0
    assert purge(store, AREA, keep_days=30, **moment(32)).removed == 1
    assert history_of(store, AREA, "I1-2").empty
    receipt = save_import(store, AREA, invent(3), **told(now=by(33)["now"]))
    assert (receipt.added, receipt.unchanged) == (0, 3)
    assert receipt.record_ids.tolist() == ["", "I1-3", "I1-4"]


def test_records_of_long_ago_go(store: Store) -> None:
    """Records of events before the limit go; without a time of event, its receipt counts."""
    records = invent(4)
    records.loc[2, "occurred_from"] -= pd.Timedelta(days=800)
    records.loc[3, ["occurred_from", "received_at"]] -= pd.Timedelta(days=800)
    records.loc[3, "occurred_from"] = pd.NaT
    records.loc[4, ["occurred_from", "received_at"]] = pd.NaT
    save_import(store, AREA, typed(records), **told())
    merge_records(store, AREA, "I1-2", ["I1-5"], **WHY)
    assert purge(store, AREA, keep_days=900, max_age_days=730, **moment(1)).aged == 2
    read = read_records(store, AREA)
    assert read.index.tolist() == ["I1-4", "I1-5"]
    assert read["duplicate_of"].tolist() == ["", ""]
    assert purge(store, AREA, keep_days=900, max_age_days=730, **moment(800)).aged == 2


def test_other_areas_are_left_alone(store: Store) -> None:
    """The job of one area deletes nothing of another."""
    save_import(store, AREA, invent(3), **told())
    save_import(store, "west", invent(3), **told())
    remove_records(store, "west", ["I2-2"], reason="", **BY)
    assert purge(store, AREA, keep_days=1, max_age_days=1, **moment(99)).aged == 3
    undo(store, "west", 3, **by(99))
    assert len(read_records(store, "west")) == 3


def test_an_erased_record_is_gone_at_once(store: Store) -> None:
    """A record that a person erases is gone with its past; the trail keeps that it went."""
    save_import(store, AREA, invent(3), **told())
    set_note(store, "I1-2", "一", 1)
    merge_records(store, AREA, "I1-2", ["I1-3", "I1-4"], **WHY)
    purged = erase_records(store, AREA, ["I1-2"], reason="当事人要求 13800001234", **BY)
    assert (purged.versions, purged.removed) == (1, 1)
    assert history_of(store, AREA, "I1-2").empty
    assert read_records(store, AREA)["duplicate_of"].tolist() == ["", "I1-3"]
    assert read_trail(store, AREA).loc[purged.seq, "payload"] == {
        "records": 1,
        "ids": ["I1-2"],
        "reason": "当事人要求 ***",
    }
    assert save_import(store, AREA, invent(3), **told()).added == 0
    with pytest.raises(StoreError, match="erased before"):
        erase_records(store, AREA, ["I1-2"], **WHY)


def test_records_of_an_undone_import_can_be_erased(store: Store) -> None:
    """What was taken back is still in the store until somebody erases it."""
    save_import(store, AREA, invent(3), **told())
    undo(store, AREA, 1, **BY)
    assert erase_records(store, AREA, ["I1-2", "I1-3", "I9-9"], **WHY).removed == 2
    undo(store, AREA, 2, **BY)
    assert read_records(store, AREA).index.tolist() == ["I1-4"]


def test_no_byte_is_left_in_the_file(tmp_path: Path) -> None:
    """After erasing or purging, the words are in no file of the store, journals included."""
    words = {row: f"秘密地点{row}号院" for row in (2, 3, 4)}
    records = invent(2000)
    for row, said in words.items():
        records.loc[row, "address"] = said
    with open_store(file_url(tmp_path / "xunge.db")) as store:
        save_import(store, AREA, typed(records), **told())
        change = pd.DataFrame({"address": ["别处"]}, index=["I1-3"])
        edit_records(store, AREA, change, reason="", **BY)
        remove_records(store, AREA, ["I1-4"], reason="", **BY)
        assert all(said.encode() in bytes_of(tmp_path) for said in words.values())
        erase_records(store, AREA, ["I1-2"], **WHY)
        assert words[2].encode() not in bytes_of(tmp_path)
        purge(store, AREA, keep_days=1, **moment(3))
        assert not any(said.encode() in bytes_of(tmp_path) for said in words.values())
        assert len(read_records(store, AREA)) == 1998
    assert not any(said.encode() in bytes_of(tmp_path) for said in words.values())


def test_a_reader_that_is_in_the_way_is_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """While another program reads an old state, the job says that bytes may be left."""
    monkeypatch.setattr(
        "data.store.connections._PRAGMAS", ("busy_timeout = 100", "journal_mode = WAL")
    )
    with open_store(file_url(tmp_path / "xunge.db")) as store:
        save_import(store, AREA, invent(3), **told())
        with store.engine.connect() as reader:
            reader.execute(text("SELECT * FROM record")).first()
            with pytest.raises(StoreError, match=r"another program|Another program"):
                erase_records(store, AREA, ["I1-2"], **WHY)
        assert len(read_records(store, AREA)) == 2


def test_what_would_go_is_counted_before(store: Store) -> None:
    """The preview counts just what the job then deletes, and deletes nothing itself."""
    records = invent(6)
    records.loc[3, "occurred_from"] -= pd.Timedelta(days=800)
    save_import(store, AREA, typed(records), **told())
    set_note(store, "I1-2", "一", 1)
    remove_records(store, AREA, ["I1-4", "I1-3"], reason="", **by(2))
    limits = {"keep_days": 30, "max_age_days": 730, **moment(60)}
    due = what_purge_does(store, AREA, **limits)
    assert (due.versions, due.removed, due.aged) == (3, 2, 0)  # one too old was removed before
    assert len(read_records(store, AREA)) == 4
    assert verify_trail(store) == 3
    done = purge(store, AREA, **limits)
    assert (done.versions, done.removed, done.aged) == (due.versions, due.removed, due.aged)
    assert what_purge_does(store, AREA, **limits).versions == 0
