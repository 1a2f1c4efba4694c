from datetime import date

import geopandas as gpd
import pandas as pd
import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule
from shapely import Point

from data.store.engine import Store, open_store
from data.store.errors import StoreError
from data.store.imports import save_import
from data.store.layers import has_layer, read_layer_features, save_features
from data.store.memory import TermsTold, recall_terms, remember_terms
from data.store.records import (
    edit_records,
    merge_records,
    read_records,
    remove_records,
    split_records,
)
from data.store.retention import purge
from data.store.trail import current_seq, verify_trail
from data.store.undo import undo, what_undo_does
from tests.data.store.invented import AREA, BY, WHY, by, invent, told, typed


def set_type(store: Store, record_id: str, code: str) -> int:
    """Correct the type of a record."""
    return edit_records(store, AREA, pd.DataFrame({"type": [code]}, index=[record_id]), **WHY)


def test_an_undone_import_leaves_no_record(store: Store) -> None:
    """Undoing an import takes its records away, and undoing that brings them back."""
    save_import(store, AREA, invent(3), **told())
    before = read_records(store, AREA)
    taken = undo(store, AREA, 1, **BY)
    assert read_records(store, AREA).empty
    undo(store, AREA, taken, **BY)
    pd.testing.assert_frame_equal(read_records(store, AREA), before)


def test_an_undone_import_restores_what_it_changed(store: Store) -> None:
    """Undoing the second import takes back both what it added and what it changed."""
    save_import(store, AREA, invent(3), **told())
    before = read_records(store, AREA)
    save_import(store, AREA, typed(invent(5).assign(outcome="已办结")), **told())
    assert len(read_records(store, AREA)) == 5
    undo(store, AREA, 2, **BY)
    pd.testing.assert_frame_equal(read_records(store, AREA), before)


def test_later_changes_go_with_an_import_after_being_counted(store: Store) -> None:
    """What was changed on the rows of an import goes with it, and is said before."""
    save_import(store, AREA, invent(4), **told())
    set_type(store, "I1-2", "courier")
    set_type(store, "I1-2", "other")
    remove_records(store, AREA, ["I1-3"], **WHY)
    effect = what_undo_does(store, AREA, 1)
    assert (effect.taken_away, effect.restored) == (4, 0)
    assert (effect.later_changes, effect.later_changed) == (3, 2)
    assert str(effect.message("Asia/Shanghai")) == (
        "The import of 12345.csv on 2026-11-21 16:00 by 办公室: 4 records or shapes go, and 0 are "
        "again as they were. 2 of them were changed since; these 3 changes are taken back as well."
    )
    undo(store, AREA, 1, **BY)
    assert read_records(store, AREA).empty


def test_an_undone_change_takes_later_ones_with_it(store: Store) -> None:
    """Undoing the first of two corrections undoes both; a correction of another record stays."""
    save_import(store, AREA, invent(4), **told())
    first = set_type(store, "I1-2", "courier")
    set_type(store, "I1-2", "other")
    set_type(store, "I1-3", "other")
    said = str(what_undo_does(store, AREA, first).message("Asia/Shanghai"))
    assert "by 办公室: 0 records or shapes go, and 1 are" in said
    undo(store, AREA, first, **BY)
    assert read_records(store, AREA)["type"].tolist()[:2] == ["posting", "other"]


def test_nothing_is_undone_twice(store: Store) -> None:
    """What was taken back, or went with something else, cannot be taken back again."""
    save_import(store, AREA, invent(4), **told())
    first = set_type(store, "I1-2", "courier")
    second = set_type(store, "I1-2", "other")
    taken = undo(store, AREA, first, **BY)
    for seq in (first, second):
        with pytest.raises(StoreError, match="already"):
            undo(store, AREA, seq, **BY)
    undo(store, AREA, taken, **BY)
    assert read_records(store, AREA)["type"].tolist()[0] == "other"
    undo(store, AREA, second, **BY)
    assert read_records(store, AREA)["type"].tolist()[0] == "courier"


def test_merges_and_removals_are_undone(store: Store) -> None:
    """Each kind of change of a record can be taken back, exactly."""
    save_import(store, AREA, invent(4), **told())
    states = [read_records(store, AREA)]
    merge_records(store, AREA, "I1-2", ["I1-3", "I1-4"], **WHY)
    states.append(read_records(store, AREA))
    split_records(store, AREA, ["I1-4"], **WHY)
    states.append(read_records(store, AREA))
    remove_records(store, AREA, ["I1-2"], **WHY)
    for seq in (4, 3, 2):
        undo(store, AREA, seq, **BY)
        pd.testing.assert_frame_equal(read_records(store, AREA), states.pop())


def test_repetitions_outlive_the_import_that_they_repeat(store: Store) -> None:
    """When the import of the record that counts is undone, one that repeated it counts."""
    save_import(store, AREA, invent(1), **told())
    save_import(store, AREA, invent(2, first=50), **told())
    merge_records(store, AREA, "I1-2", ["I2-51", "I2-52"], **WHY)
    taken = undo(store, AREA, 1, **BY)
    read = read_records(store, AREA)
    assert read["duplicate_of"].tolist() == ["", "I2-51"]
    assert read["status"].tolist() == ["", "duplicate"]
    # the import of the others is no part of that, and can still be undone by itself
    assert what_undo_does(store, AREA, 2).taken_away == 2
    undo(store, AREA, taken, **BY)
    assert read_records(store, AREA)["duplicate_of"].tolist() == ["", "I1-2", "I1-2"]


def test_rows_that_came_again_do_not_come_twice(store: Store) -> None:
    """Bringing back an import whose file was imported anew since is refused."""
    save_import(store, AREA, invent(3), **told())
    taken = undo(store, AREA, 1, **BY)
    save_import(store, AREA, invent(3), **told())
    with pytest.raises(StoreError, match=r"imported again since.*import 2"):
        undo(store, AREA, taken, **BY)
    assert read_records(store, AREA).index.str.startswith("I3-").all()
    assert verify_trail(store) == 3


@pytest.mark.parametrize("seq", [0, 2, 99])
def test_only_changes_can_be_undone(store: Store, seq: int) -> None:
    """An entry that is not there, or of another area, cannot be taken back."""
    save_import(store, AREA, invent(3), **told())
    save_import(store, "west", invent(3), **told())
    with pytest.raises(StoreError, match="cannot be taken back"):
        undo(store, AREA, seq, **BY)


def test_what_was_deleted_for_good_stays_so(store: Store) -> None:
    """An entry older than what the retention job deleted cannot be taken back."""
    save_import(store, AREA, invent(3), **told())
    seq = set_type(store, "I1-2", "courier")
    purge(store, AREA, keep_days=30, now=by(31)["now"])
    with pytest.raises(StoreError, match="for good"):
        undo(store, AREA, seq, **BY)


def test_layers_are_undone(store: Store) -> None:
    """A change of a layer is taken back on every day that it concerned."""
    booths = gpd.GeoDataFrame(
        {"name": ["北岗", "南岗"]}, geometry=[Point(117.9, 38.85)] * 2, index=["G1", "G2"], crs=4326
    )
    days = [date(2026, 1, 1), date(2026, 6, 1), date.max]
    save_features(store, AREA, "booths", booths, valid_from=days[0], **WHY)
    before = [read_layer_features(store, AREA, "booths", on=day) for day in days]
    moved = booths.assign(name=["东岗", "南岗"])
    seq = save_features(
        store, AREA, "booths", moved, removed=[], valid_from=date(2026, 3, 1), **WHY
    )
    gone = save_features(
        store, AREA, "booths", booths.iloc[:0], removed=["G2"], valid_from=date(2026, 4, 1), **WHY
    )
    assert read_layer_features(store, AREA, "booths", on=days[1])["name"].tolist() == ["东岗"]
    undo(store, AREA, gone, **BY)
    undo(store, AREA, seq, **BY)
    for day, state in zip(days, before, strict=True):
        now = read_layer_features(store, AREA, "booths", on=day)
        pd.testing.assert_frame_equal(pd.DataFrame(now), pd.DataFrame(state))
    undo(store, AREA, 1, **BY)
    assert not has_layer(store, AREA, "booths")


def test_what_is_remembered_is_undone(store: Store) -> None:
    """A wrong answer that was remembered can be taken back; the one before holds again."""
    for datum in ("wgs84", "gcj02"):
        remember_terms(store, AREA, "12345", {"datum": datum}, headers=["地点"], **BY)
    undo(store, AREA, 2, **BY)
    assert recall_terms(store, AREA, "12345", ["地点"]) == {"datum": "wgs84"}


def terms(datum: str) -> TermsTold:
    """Say how files of one form are read."""
    return TermsTold("order_12345", ["地点", "时间"], {"datum": datum})


def recalled(store: Store) -> object:
    """Return what is remembered of that form."""
    return (recall_terms(store, AREA, "order_12345", ["地点", "时间"]) or {}).get("datum")


def test_what_was_remembered_goes_with_its_import(store: Store) -> None:
    """An import remembers within its own entry; undone, nobody is told so again; undone twice, yes.

    It is no record: the sentence before an undo does not count it.
    """
    receipt = save_import(store, AREA, invent(3), **told(remember=terms("gcj02")))
    assert (receipt.seq, receipt.number, recalled(store)) == (1, 1, "gcj02")
    assert what_undo_does(store, AREA, 1).taken_away == 3
    taken = undo(store, AREA, 1, **BY)
    assert recalled(store) is None
    undo(store, AREA, taken, **BY)
    assert recalled(store) == "gcj02"


def test_what_a_later_import_remembered_stays(store: Store) -> None:
    """Undoing the first import leaves what the second one said of files of the same form."""
    save_import(store, AREA, invent(3), **told(remember=terms("gcj02")))
    save_import(store, AREA, invent(3, first=50), **told(remember=terms("bd09")))
    assert what_undo_does(store, AREA, 1).later_changes == 0
    undo(store, AREA, 1, **BY)
    assert recalled(store) == "bd09"
    undo(store, AREA, 2, **BY)
    assert recalled(store) is None  # not what the first said, which is undone itself


def test_what_a_later_import_confirmed_stays(store: Store) -> None:
    """Two imports said the same: undoing the first leaves it, for the second stands."""
    save_import(store, AREA, invent(3), **told(remember=terms("gcj02")))
    save_import(store, AREA, invent(3, first=50), **told(remember=terms("gcj02")))
    undo(store, AREA, 1, **BY)
    assert recalled(store) == "gcj02"
    undo(store, AREA, 2, **BY)
    assert recalled(store) is None


def test_what_stands_before_two_undone_imports_holds_again(store: Store) -> None:
    """Of three imports the first stands: what it said holds, in whatever order the others go."""
    for number, datum in enumerate(("wgs84", "gcj02", "bd09")):
        save_import(store, AREA, invent(3, first=50 * number), **told(remember=terms(datum)))
    undo(store, AREA, 2, **BY)
    undo(store, AREA, 3, **BY)
    assert recalled(store) == "wgs84"


def test_an_import_that_brought_nothing_is_said(store: Store) -> None:
    """A repeated file has nothing to be taken back, which is not the same as taken back."""
    save_import(store, AREA, invent(3), **told())
    save_import(store, AREA, invent(3), **told())
    with pytest.raises(StoreError, match="brought nothing new"):
        undo(store, AREA, 2, **BY)


class Office(RuleBasedStateMachine):
    """An office that imports, corrects, merges, removes and takes back, in any order."""

    def __init__(self) -> None:
        super().__init__()
        self.store = open_store("sqlite://")
        self.states: dict[int, pd.DataFrame] = {}

    def teardown(self) -> None:
        """Look once more at every state that there ever was, then close."""
        for seq, state in self.states.items():
            then = read_records(self.store, AREA, as_of=seq)
            pd.testing.assert_frame_equal(then, state)
        verify_trail(self.store)
        self.store.close()

    def pick(self, number: int) -> str:
        """Choose a record."""
        known = read_records(self.store, AREA).index
        return str(known[number % len(known)]) if len(known) else "I0-0"

    def attempt(self, what: object, *arguments: object, **named: object) -> None:
        """Do something, unless it is refused with a sentence."""
        try:
            what(self.store, AREA, *arguments, **named)  # type: ignore[operator]
        except StoreError:
            return

    @rule(first=st.integers(1, 4), outcome=st.sampled_from(["", "已办结"]))
    def bring(self, first: int, outcome: str) -> None:
        """Import three rows, some of them again."""
        rows = typed(invent(3, first=first).assign(outcome=outcome))
        save_import(self.store, AREA, rows, **told())

    @rule(one=st.integers(0, 9), code=st.sampled_from(["courier", "other"]))
    def correct(self, one: int, code: str) -> None:
        """Correct a record."""
        change = pd.DataFrame({"type": [code]}, index=[self.pick(one)])
        self.attempt(edit_records, change, **WHY)

    @rule(one=st.integers(0, 9), two=st.integers(0, 9))
    def merge(self, one: int, two: int) -> None:
        """Merge two records."""
        self.attempt(merge_records, self.pick(one), [self.pick(two)], **WHY)

    @rule(one=st.integers(0, 9))
    def part(self, one: int) -> None:
        """Part a record from what it repeats."""
        self.attempt(split_records, [self.pick(one)], **WHY)

    @rule(one=st.integers(0, 9))
    def remove(self, one: int) -> None:
        """Remove a record."""
        self.attempt(remove_records, [self.pick(one)], **WHY)

    @rule(back=st.integers(0, 6))
    def take_back(self, back: int) -> None:
        """Take back one of the last entries; taking that back restores what was before."""
        seq = current_seq(self.store, AREA) - back
        before = read_records(self.store, AREA)
        try:
            effect = what_undo_does(self.store, AREA, seq)
            taken = undo(self.store, AREA, seq, **BY)
        except StoreError:
            return
        assert effect.taken_away + effect.restored > 0
        undo(self.store, AREA, taken, **BY)
        pd.testing.assert_frame_equal(read_records(self.store, AREA), before)
        undo(self.store, AREA, current_seq(self.store, AREA), **BY)

    @invariant()
    def whatever_repeats_a_record_repeats_one_that_counts(self) -> None:
        """No chain, no circle, and nothing repeats what is gone."""
        read = read_records(self.store, AREA)
        repeats = read[read["duplicate_of"] != ""]
        kept = read.reindex(repeats["duplicate_of"])
        assert (kept["duplicate_of"] == "").all()
        assert ((read["status"] == "duplicate") == (read["duplicate_of"] != "")).all()

    @invariant()
    def every_row_is_there_once(self) -> None:
        """No two records are of the same row of the source."""
        read = read_records(self.store, AREA)
        assert read["source_ref"].is_unique
        self.states[current_seq(self.store, AREA)] = read


Office.TestCase.settings = settings(max_examples=15, stateful_step_count=15, deadline=None)
test_office = pytest.mark.filterwarnings("error")(Office.TestCase)
