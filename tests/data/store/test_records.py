from datetime import timedelta

import numpy as np
import pandas as pd
import pytest

from data.ledger.records import RECORDS, empty_records
from data.store.engine import Store
from data.store.errors import StoreError
from data.store.imports import save_import
from data.store.records import (
    edit_records,
    history_of,
    merge_records,
    read_records,
    remove_records,
    split_records,
)
from data.store.trail import current_seq, read_trail
from tests.data.store.invented import AREA, BY, NOW, WHY, by, invent, told, without_place


@pytest.fixture
def filled(store: Store) -> Store:
    """Return a store with five records, the first of which has no place."""
    save_import(store, AREA, without_place(invent(5), 2), **told())
    return store


def change(record_id: str, **values: object) -> pd.DataFrame:
    """Write a change of one record."""
    return pd.DataFrame({name: [value] for name, value in values.items()}, index=[record_id])


def test_nothing_is_read_of_an_empty_store(store: Store) -> None:
    """Without a record, the columns are there all the same."""
    read = read_records(store, AREA)
    assert read.empty
    assert RECORDS.validate(read).columns.equals(empty_records().columns)
    assert read.index.name == "record_id"


def test_records_are_chosen_by_time(filled: Store) -> None:
    """The first moment is included and the last is not; records without a time are left out."""
    hour = timedelta(hours=1)
    found = read_records(filled, AREA, since=NOW - 4 * hour, until=NOW - 2 * hour)
    assert found.index.tolist() == ["I1-4", "I1-5"]
    edit_records(filled, AREA, change("I1-4", occurred_from=pd.NaT), **WHY)
    assert read_records(filled, AREA, since=NOW - 4 * hour).index.tolist() == [
        "I1-2",
        "I1-3",
        "I1-5",
    ]


def test_records_are_chosen_by_place(filled: Store) -> None:
    """A box takes its edges in, and records without a place are not in it."""
    found = read_records(filled, AREA, bbox=(117.9, 38.85, 117.90003, 38.85))
    assert found.index.tolist() == ["I1-3", "I1-4"]


def test_records_are_chosen_by_status(filled: Store) -> None:
    """One status or several may be asked for; the empty one is that of records on the map."""
    assert read_records(filled, AREA, status="no_place").index.tolist() == ["I1-2"]
    assert len(read_records(filled, AREA, status="")) == 4
    assert len(read_records(filled, AREA, status=["", "no_place"])) == 5


def test_a_place_by_hand_puts_a_record_on_the_map(filled: Store) -> None:
    """A place that a person sets is marked so, and the reason for having none falls away."""
    seq = edit_records(filled, AREA, change("I1-2", lon=117.91, lat=38.86), **WHY)
    read = read_records(filled, AREA).loc["I1-2"]
    assert seq == current_seq(filled, AREA) == 2
    assert read[["lon", "lat", "place_origin", "geo_precision", "status"]].tolist() == [
        117.91,
        38.86,
        "hand",
        "unknown",
        "",
    ]
    edit_records(filled, AREA, change("I1-2", lon=np.nan, lat=np.nan), **WHY)
    read = read_records(filled, AREA).loc["I1-2"]
    assert read[["place_origin", "geo_precision", "status"]].tolist() == ["", "none", "no_place"]


def test_statuses_follow_what_is_known(filled: Store) -> None:
    """A record that loses its time has no time, and is on the map again once it has one."""
    edit_records(filled, AREA, change("I1-3", occurred_from=pd.NaT), **WHY)
    assert read_records(filled, AREA).loc["I1-3", "status"] == "no_time"
    edit_records(filled, AREA, change("I1-3", occurred_from=pd.Timestamp(NOW)), **WHY)
    assert read_records(filled, AREA).loc["I1-3", "status"] == ""
    edit_records(filled, AREA, change("I1-3", status="outside"), **WHY)
    edit_records(filled, AREA, change("I1-3", type="other"), **WHY)
    assert read_records(filled, AREA).loc["I1-3", "status"] == "outside"
    edit_records(filled, AREA, change("I1-3", lon=117.9, lat=38.85), **WHY)
    assert read_records(filled, AREA).loc["I1-3", "status"] == ""


def test_a_community_is_a_place_of_a_kind(filled: Store) -> None:
    """A record without coordinates is on the map once its community is known."""
    edit_records(filled, AREA, change("I1-2", community="甲社区", status=""), **WHY)
    assert read_records(filled, AREA).loc["I1-2", "status"] == ""
    edit_records(filled, AREA, change("I1-2", community=""), **WHY)
    assert read_records(filled, AREA).loc["I1-2", "status"] == "no_place"


def test_digits_of_a_person_do_not_enter_by_a_correction(filled: Store) -> None:
    """What a person types into a free text is masked like what a file says."""
    edit_records(filled, AREA, change("I1-3", note="回访 138 0000 1234", grid_code="1201"), **WHY)
    read = read_records(filled, AREA).loc["I1-3"]
    assert read[["note", "grid_code"]].tolist() == ["回访 ***", "1201"]


def test_what_says_the_same_is_no_change(filled: Store) -> None:
    """A correction that corrects nothing makes no version and no entry."""
    same = read_records(filled, AREA)[["type", "lon", "lat", "occurred_from", "occurred_to"]]
    assert edit_records(filled, AREA, same, **WHY) == 1
    assert current_seq(filled, AREA) == 1
    seq = edit_records(filled, AREA, same.assign(type="courier").iloc[:2], **WHY)
    assert read_trail(filled, AREA).loc[seq, "payload"]["records"] == 2


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        (change("I9-9", type="other"), "not in the store"),
        (change("I1-3", lon=117.9), "Longitude and latitude"),
        (change("I1-3", lon=117.9, lat=np.nan), "belong together"),
        (change("I1-3", lon=200.0, lat=38.0), "does not fit"),
        (change("I1-3", lon="x", lat=38.0), "does not fit"),
        (change("I1-3", occurred_from="yesterday"), "does not fit"),
        (change("I1-3", status="lost"), "does not fit"),
        (change("I1-3", status="duplicate"), "Merge the record"),
        (change("I1-3", duplicate_of="I1-4"), "cannot be corrected"),
        (change("I1-3", file="x"), "cannot be corrected"),
        (change("I1-3", reporter="张某"), "cannot be corrected"),
        (pd.concat([change("I1-3", type="a"), change("I1-3", type="b")]), "stands once"),
    ],
)
def test_corrections_that_make_no_sense_are_refused(
    filled: Store, changes: pd.DataFrame, said: str
) -> None:
    """Unknown records, columns and values are refused, and nothing is changed."""
    before = read_records(filled, AREA)
    with pytest.raises(StoreError, match=said):
        edit_records(filled, AREA, changes, **WHY)
    pd.testing.assert_frame_equal(read_records(filled, AREA), before)
    assert current_seq(filled, AREA) == 1


def test_changes_are_not_changed(filled: Store) -> None:
    """The frame of changes stays as it was."""
    changes = change("I1-3", note="回访 13800001234")
    before = changes.copy(deep=True)
    edit_records(filled, AREA, changes, **WHY)
    pd.testing.assert_frame_equal(changes, before)


def test_merged_records_count_once(filled: Store) -> None:
    """Of merged records one stays on the map; the others name it and can be parted again."""
    merge_records(filled, AREA, "I1-3", ["I1-4", "I1-5"], **WHY)
    read = read_records(filled, AREA)
    assert read["duplicate_of"].tolist() == ["", "", "I1-3", "I1-3", ""]
    assert read["status"].tolist() == ["no_place", "", "duplicate", "duplicate", ""]
    split_records(filled, AREA, ["I1-4"], **WHY)
    read = read_records(filled, AREA)
    assert read["duplicate_of"].tolist() == ["", "", "", "I1-3", ""]
    assert read["status"].tolist() == ["no_place", "", "", "duplicate", ""]


def test_a_parted_record_has_the_status_that_it_had(filled: Store) -> None:
    """A record that had no place before it was merged has none after it was parted."""
    merge_records(filled, AREA, "I1-3", ["I1-2"], **WHY)
    split_records(filled, AREA, ["I1-2"], **WHY)
    assert read_records(filled, AREA).loc["I1-2", "status"] == "no_place"


def test_merging_goes_on_to_what_repeats_the_repetition(filled: Store) -> None:
    """What repeats a record that is merged repeats the one that counts from then on."""
    merge_records(filled, AREA, "I1-3", ["I1-4"], **WHY)
    merge_records(filled, AREA, "I1-5", ["I1-3"], **WHY)
    read = read_records(filled, AREA)
    assert read["duplicate_of"].tolist() == ["", "I1-5", "I1-5", "", ""]


@pytest.mark.parametrize(
    ("keep", "others"),
    [
        ("I1-3", ["I1-3"]),
        ("I1-3", []),
        ("I1-4", ["I1-5"]),
        ("I9-9", ["I1-5"]),
        ("I1-3", ["I9-9"]),
    ],
)
def test_merges_that_make_no_sense_are_refused(filled: Store, keep: str, others: list[str]) -> None:
    """Nothing repeats itself, a repetition or a record that is not there."""
    merge_records(filled, AREA, "I1-2", ["I1-4"], **WHY)
    with pytest.raises(StoreError):
        merge_records(filled, AREA, keep, others, **WHY)
    assert current_seq(filled, AREA) == 2


def test_what_repeats_nothing_cannot_be_parted(filled: Store) -> None:
    """Parting records that were not merged is refused."""
    with pytest.raises(StoreError, match="repeat no other"):
        split_records(filled, AREA, ["I1-3"], **WHY)
    with pytest.raises(StoreError):
        split_records(filled, AREA, [], **WHY)


def test_when_the_one_that_counts_goes_another_takes_its_place(filled: Store) -> None:
    """An incident that was reported three times is still counted once when a report is removed."""
    merge_records(filled, AREA, "I1-3", ["I1-4", "I1-5"], **WHY)
    remove_records(filled, AREA, ["I1-3"], **WHY)
    read = read_records(filled, AREA)
    assert read["duplicate_of"].to_dict() == {"I1-2": "", "I1-4": "", "I1-5": "I1-4", "I1-6": ""}
    assert read.loc["I1-4", "status"] == ""


def test_removed_records_are_gone_and_not_forgotten(filled: Store) -> None:
    """A removed record is in no list, cannot be changed, and has its history."""
    remove_records(filled, AREA, ["I1-3", "I1-3"], **WHY)
    assert "I1-3" not in read_records(filled, AREA).index
    with pytest.raises(StoreError, match="not in the store"):
        edit_records(filled, AREA, change("I1-3", type="other"), **WHY)
    history = history_of(filled, AREA, "I1-3")
    assert history["removed"].tolist() == [False, True]
    assert history["action"].tolist() == ["import", "remove"]


def test_history_tells_every_version(filled: Store) -> None:
    """Each version comes with who made it, when and why."""
    edit_records(filled, AREA, change("I1-3", type="other"), reason="电话回访 13800001234", **by(2))
    history = history_of(filled, AREA, "I1-3")
    assert history["type"].tolist() == ["street_soliciting", "other"]
    assert history["reason"].tolist() == ["", "电话回访 ***"]
    assert history["who"].tolist() == ["办公室", "办公室"]
    assert history["at"].tolist() == [pd.Timestamp(NOW), pd.Timestamp(NOW) + pd.Timedelta(days=2)]
    assert history_of(filled, AREA, "I9-9").empty


def test_the_past_can_be_read(filled: Store) -> None:
    """Records are read as they were after any entry of the trail."""
    states = [read_records(filled, AREA)]
    edit_records(filled, AREA, change("I1-3", type="other"), **WHY)
    states.append(read_records(filled, AREA))
    remove_records(filled, AREA, ["I1-4"], **WHY)
    states.append(read_records(filled, AREA))
    save_import(filled, AREA, invent(7), **told())
    for seq, state in enumerate(states, start=1):
        pd.testing.assert_frame_equal(read_records(filled, AREA, as_of=seq), state)
    assert read_records(filled, AREA, as_of=0).empty


def test_areas_do_not_touch_each_other(filled: Store) -> None:
    """A record of one area cannot be changed from another."""
    save_import(filled, "west", invent(2), **told())
    with pytest.raises(StoreError, match="not in the store"):
        edit_records(filled, "west", change("I1-3", type="other"), **WHY)
    with pytest.raises(StoreError):
        merge_records(filled, "west", "I2-2", ["I1-3"], **WHY)
    with pytest.raises(StoreError):
        remove_records(filled, "west", ["I1-3"], reason="", **BY)
