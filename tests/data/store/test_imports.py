import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import text

from data.errors import Message
from data.ledger.records import COLUMNS, RECORDS, empty_records
from data.store.engine import Store, open_store
from data.store.errors import ImportCancelledError, StoreError
from data.store.imports import find_import, known_rows, list_imports, save_import
from data.store.records import (
    edit_records,
    history_of,
    merge_records,
    read_records,
    remove_records,
)
from data.store.trail import verify_trail
from data.store.undo import undo
from tests.data.store.invented import AREA, BY, WHY, invent, told, typed, without_place

RESULTS = ["added", "unchanged", "changed"]


def results(receipt: object) -> list[int]:
    """Return what became of the rows."""
    return [getattr(receipt, name) for name in RESULTS]


def test_what_goes_in_comes_out(store: Store) -> None:
    """Records are read as they were saved: texts, moments, numbers, and what is missing."""
    records = pd.concat([invent(40), without_place(invent(2, first=50), 51)])
    records.loc[3, ["summary", "note"]] = [
        '引号"，逗号,\n换行\t\\N',
        "𠮷野 😀 '; DROP TABLE record",
    ]
    records.loc[4, "occurred_to"] = pd.Timestamp("2026-09-03 08:15:30.123456", tz="UTC")
    receipt = save_import(store, AREA, records, **told())
    read = read_records(store, AREA)
    assert results(receipt) == [42, 0, 0]
    assert read.index.tolist() == [f"I1-{row}" for row in records.index]
    assert receipt.record_ids.tolist() == read.index.tolist()
    pd.testing.assert_frame_equal(read.set_axis(records.index), records)
    RECORDS.validate(read)


def test_records_are_not_changed(store: Store) -> None:
    """The frame handed over stays as it was."""
    records = invent(3)
    before = records.copy(deep=True)
    save_import(store, AREA, records, **told())
    pd.testing.assert_frame_equal(records, before)


def test_the_same_file_again_adds_nothing(store: Store) -> None:
    """A file that comes again under another name adds nothing, numbered rows or not."""
    records = pd.concat([invent(5), invent(5, first=10, numbered=False)])
    save_import(store, AREA, records, **told())
    again = save_import(store, AREA, records, **told(file="again.csv", source="other"))
    assert results(again) == [0, 10, 0]
    assert len(read_records(store, AREA)) == 10
    assert again.record_ids.str.startswith("I1-").all()


def test_next_week_only_the_new_rows_come(store: Store) -> None:
    """Of an export that overlaps the last one, only the rows that are new are added."""
    save_import(store, AREA, invent(10), **told())
    receipt = save_import(store, AREA, invent(10, first=6), **told())
    assert results(receipt) == [5, 5, 0]
    assert receipt.record_ids.tolist()[4:6] == ["I1-11", "I2-12"]
    assert len(read_records(store, AREA)) == 15


@given(
    rows=st.lists(st.integers(0, 5), max_size=12),
    again=st.lists(st.integers(0, 5), max_size=12),
)
@settings(max_examples=25)
def test_alike_rows_are_counted_not_merged(rows: list[int], again: list[int]) -> None:
    """Of alike rows the store holds as many as the file that had the most of them."""
    kinds = invent(6, numbered=False)

    def ledger(picked: list[int]) -> pd.DataFrame:
        chosen = kinds.iloc[picked]
        return chosen.set_axis(pd.RangeIndex(2, 2 + len(chosen), name="row"))

    with open_store("sqlite://") as store:
        save_import(store, AREA, ledger(rows), **told())
        save_import(store, AREA, ledger(again), **told())
        read = read_records(store, AREA)
    wanted = {
        kind: max(rows.count(kind), again.count(kind))
        for kind in range(6)
        if kind in rows or kind in again
    }
    counted = read["summary"].map({said: n for n, said in enumerate(kinds["summary"])})
    assert counted.value_counts().to_dict() == wanted


def test_a_changed_row_gets_a_new_version(store: Store) -> None:
    """A numbered row that says something else changes its record, and both are kept."""
    records = invent(3)
    save_import(store, AREA, records, **told())
    receipt = save_import(
        store, AREA, records.assign(outcome=["", "已办结", ""]).astype({"outcome": str}), **told()
    )
    assert results(receipt) == [0, 2, 1]
    assert read_records(store, AREA)["outcome"].tolist() == ["", "已办结", ""]
    history = history_of(store, AREA, "I1-3")
    assert history["outcome"].tolist() == ["", "已办结"]
    assert history["since_seq"].tolist() == [1, 2]
    assert history["until_seq"].tolist() == [2, pd.NA]


def test_a_better_place_is_a_change_of_a_row_without_a_number(store: Store) -> None:
    """A row without a number that is found or converted otherwise is the same record."""
    records = invent(2, numbered=False)
    save_import(store, AREA, records, **told())
    receipt = save_import(store, AREA, records.assign(lon=117.5, datum="gcj02"), **told())
    assert results(receipt) == [0, 0, 2]
    assert read_records(store, AREA)["datum"].tolist() == ["gcj02", "gcj02"]


def test_a_number_that_another_matter_bears_is_no_change(store: Store) -> None:
    """Two ledgers that both begin at 1 do not overwrite each other, however often they come."""
    first, second = invent(3), invent(3, first=700)
    second["source_ref"] = first["source_ref"].to_numpy()
    save_import(store, AREA, first, **told())
    assert results(save_import(store, AREA, second, **told())) == [3, 0, 0]
    assert results(save_import(store, AREA, second, **told())) == [0, 3, 0]
    assert results(save_import(store, AREA, first, **told())) == [0, 3, 0]


def test_what_a_person_set_stays(store: Store) -> None:
    """A place by hand, a correction and a merge outlive the row that comes again and changed."""
    records = without_place(invent(4), 2)
    save_import(store, AREA, records, **told())
    place = pd.DataFrame({"lon": [117.91], "lat": [38.86], "geo_precision": ["gate"]}, ["I1-2"])
    edit_records(store, AREA, place, **WHY)
    edit_records(store, AREA, pd.DataFrame({"type": ["courier"]}, index=["I1-3"]), **WHY)
    merge_records(store, AREA, "I1-4", ["I1-5"], **WHY)
    news = typed(records.assign(outcome="已办结", type="other"))
    assert results(save_import(store, AREA, news, **told())) == [0, 0, 4]
    read = read_records(store, AREA)
    assert read["outcome"].tolist() == ["已办结"] * 4
    assert read["type"].tolist() == ["other", "courier", "other", "other"]
    assert read.loc["I1-2", ["lon", "lat", "geo_precision", "place_origin", "status"]].tolist() == [
        117.91,
        38.86,
        "gate",
        "hand",
        "",
    ]
    assert read.loc["I1-5", ["duplicate_of", "status"]].tolist() == ["I1-4", "duplicate"]


def test_a_place_set_while_importing_stays(store: Store) -> None:
    """A place that a person set on the page of the import stays when the file comes again bare."""
    bare = without_place(invent(2, numbered=False), 2)
    placed = bare.copy()
    placed.loc[2, ["lon", "lat", "geo_precision", "place_origin", "status"]] = [
        117.91,
        38.86,
        "door",
        "hand",
        "",
    ]
    save_import(store, AREA, placed, **told())
    assert results(save_import(store, AREA, bare, **told())) == [0, 2, 0]
    assert read_records(store, AREA)["lon"].tolist()[0] == 117.91
    moved = placed.copy()
    moved.loc[2, "lon"] = 117.92
    assert results(save_import(store, AREA, moved, **told())) == [0, 1, 1]
    assert read_records(store, AREA)["lon"].tolist()[0] == 117.92


def test_a_removed_record_does_not_come_back(store: Store) -> None:
    """A record that a person removed stays away when its row comes again, changed or not."""
    records = invent(3)
    save_import(store, AREA, records, **told())
    remove_records(store, AREA, ["I1-3"], **WHY)
    news = typed(records.assign(outcome="已办结"))
    assert results(save_import(store, AREA, news, **told())) == [0, 1, 2]
    assert read_records(store, AREA).index.tolist() == ["I1-2", "I1-4"]


def test_an_undone_import_can_come_again(store: Store) -> None:
    """After an import was undone, the same file brings its rows again."""
    save_import(store, AREA, invent(3), **told())
    undo(store, AREA, 1, **BY)
    assert results(save_import(store, AREA, invent(3), **told())) == [3, 0, 0]


def test_repeats_named_while_importing(store: Store) -> None:
    """A row may repeat a row of its file, a record of the store, or an incident kept elsewhere."""
    save_import(store, AREA, invent(2), **told())
    records = invent(5, first=10)
    records["duplicate_of"] = ["", "row 11", "I1-2", "B-7", "row 999"]
    records["status"] = ["", "duplicate", "duplicate", "duplicate", "duplicate"]
    save_import(store, AREA, records, **told())
    read = read_records(store, AREA).loc["I2-11":]
    assert read["duplicate_of"].tolist() == ["", "I2-11", "I1-2", "B-7", ""]
    assert read["status"].tolist() == ["", "duplicate", "duplicate", "duplicate", ""]


def test_rows_of_several_sheets_have_numbers_of_their_own(store: Store) -> None:
    """Sheets whose rows bear the same numbers give records with different ones."""
    sheets = pd.concat([invent(2), invent(2, first=50).set_axis(invent(2).index)])
    receipt = save_import(store, AREA, sheets, **told())
    assert receipt.record_ids.tolist() == ["I1-2", "I1-3", "I1-2-2", "I1-3-2"]
    assert read_records(store, AREA).index.is_unique


def test_a_stopped_import_leaves_nothing(store: Store) -> None:
    """Stopped in the middle, an import leaves no record, no entry and no line in the list."""
    asked = iter([False] * 3)  # at the beginning, while comparing, before the first batch
    with pytest.raises(ImportCancelledError, match="Nothing of the file was kept"):
        save_import(
            store, AREA, invent(25_000), **told(), cancelled=lambda: next(asked, None) is None
        )
    assert read_records(store, AREA).empty
    assert verify_trail(store) == 0
    assert list_imports(store, AREA).empty


def test_progress_rises_to_the_end(store: Store) -> None:
    """Whoever waits is told shares that never fall and end at 1."""
    shares: list[float] = []

    def note(share: float, doing: Message) -> None:
        shares.append(share)
        assert str(doing)

    save_import(store, AREA, invent(25_000), **told(), progress=note)
    assert shares == sorted(shares)
    assert shares[0] == 0
    assert shares[-1] == 1
    assert len(shares) > 4


def test_an_empty_file_is_noted(store: Store) -> None:
    """A file without a record is an import of nothing."""
    assert results(save_import(store, AREA, empty_records(), **told())) == [0, 0, 0]
    assert len(list_imports(store, AREA)) == 1


def test_imports_are_listed(store: Store) -> None:
    """The list says who imported which file when, what became of it, and whether it was undone."""
    save_import(store, AREA, invent(3), **told(file="13800001234.csv"))
    save_import(store, AREA, invent(4), **told())
    undo(store, AREA, 2, **BY)
    listed = list_imports(store, AREA)
    assert listed.index.tolist() == [2, 1]
    assert listed["added"].tolist() == [1, 3]
    assert listed["undone"].tolist() == [True, False]
    assert listed["file"].tolist() == ["12345.csv", "***.csv"]
    assert listed.loc[1, ["who", "file_hash", "source"]].tolist() == [
        "办公室",
        "ab12",
        "order_12345",
    ]
    assert listed.loc[1, "terms"] == {"datum": "wgs84"}
    assert listed.loc[1, "counts"] == {"read": 3}


def test_missing_columns_are_a_mistake_of_the_program(store: Store) -> None:
    """Records without a column are refused before anything is written."""
    with pytest.raises(ValueError, match="contact_hash"):
        save_import(store, AREA, invent().drop(columns="contact_hash"), **told())
    assert verify_trail(store) == 0


def test_no_column_is_for_a_person(store: Store) -> None:
    """The table of records has the columns of a record and what the store needs, no other."""
    with store.engine.connect() as connection:
        columns = set(connection.execute(text("SELECT * FROM record")).keys())
    own = {"version_id", "area", "record_id", "import_id", "row_key", "content_hash"}
    own |= {"by_hand", "removed", "since_seq", "until_seq", "geom"}
    assert columns - own == set(COLUMNS)


def test_signs_that_no_text_can_hold_are_left_out(store: Store) -> None:
    """A NUL in a text is left out on both engines, and the row is known again."""
    records = typed(invent(2).assign(summary=["a\x00b", "c"]))
    save_import(store, AREA, records, **told())
    assert read_records(store, AREA)["summary"].tolist() == ["ab", "c"]
    assert results(save_import(store, AREA, records, **told())) == [0, 2, 0]


def test_signs_that_mean_something_in_a_query_are_texts(store: Store) -> None:
    """A text that is the same in every row, and looks like a query, is kept as it is."""
    odd = """it's '); DROP TABLE record; -- ? :x %s %(y)s \\ "z" $1"""
    records = typed(invent(3).assign(note=odd, file="o'clock?.csv"))
    save_import(store, AREA, records, **told())
    read = read_records(store, AREA)
    assert read["note"].tolist() == [odd] * 3
    assert read["file"].tolist() == ["o'clock?.csv"] * 3


def test_many_rows_are_all_there(store: Store) -> None:
    """An import of several batches keeps every row once, in order, and is known again."""
    records = pd.concat([invent(22_000), invent(2_000, first=22_001, numbered=False)])
    assert results(save_import(store, AREA, records, **told())) == [24_000, 0, 0]
    read = read_records(store, AREA)
    pd.testing.assert_frame_equal(read.set_axis(records.index), records)
    assert results(save_import(store, AREA, records, **told())) == [0, 24_000, 0]
    # row 4 says 2 persons already; without a number, a row that says something else is another
    news = records.assign(persons=np.arange(24_000.0))
    assert results(save_import(store, AREA, news, **told())) == [2_000, 1, 21_999]


def test_imports_are_numbered_for_the_reader(store: Store) -> None:
    """1, 2, 3 for each area, whatever else was done between; a number leads back to its entry."""
    numbers = []
    for n, area in enumerate([AREA, "west", AREA, AREA]):
        receipt = save_import(store, area, invent(1, first=1 + 10 * n), **told())
        numbers.append(receipt.number)
        change = pd.DataFrame({"note": ["看过"]}, index=[receipt.record_ids.iloc[0]])
        edit_records(store, area, change, reason="", **BY)
    assert numbers == [1, 1, 2, 3]
    listed = list_imports(store, AREA)
    assert listed["number"].tolist() == [3, 2, 1]
    assert find_import(store, AREA, 2) == listed.index[1] == 5
    with pytest.raises(StoreError, match="no import 4; there were 3"):
        find_import(store, AREA, 4)


def test_a_leaflet_hash_outlives_a_file_without_the_key(store: Store) -> None:
    """The same text read without the key keeps its hash; another text does not inherit it."""
    told_text = typed(invent(2).assign(summary="卡片上电话***", contact_hash="a1b2"))
    save_import(store, AREA, told_text, **told())
    again = typed(told_text.assign(contact_hash=""))
    assert results(save_import(store, AREA, again, **told())) == [0, 2, 0]
    assert read_records(store, AREA)["contact_hash"].tolist() == ["a1b2", "a1b2"]
    other = again.copy()
    other.loc[3, "summary"] = "没有卡片"
    assert results(save_import(store, AREA, other, **told())) == [0, 1, 1]
    assert read_records(store, AREA)["contact_hash"].tolist() == ["a1b2", ""]


def test_rows_said_to_be_known_are_those_that_add_nothing(store: Store) -> None:
    """A ledger that begins at 1 again is as new before saving as it is after."""
    save_import(store, AREA, invent(3), **told())
    others = invent(3, first=900).assign(source_ref=["GD1", "GD2", "GD3"])
    assert known_rows(store, AREA, others).tolist() == [False] * 3
    assert save_import(store, AREA, others, **told()).added == 3
    assert known_rows(store, AREA, invent(3)).all()
    assert known_rows(store, AREA, others).all()
