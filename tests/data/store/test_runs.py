from typing import Any

import pandas as pd
import pytest

from data.store.engine import Store
from data.store.errors import StoreError
from data.store.imports import save_import
from data.store.records import edit_records, read_records, remove_records
from data.store.retention import erase_records
from data.store.runs import list_runs, lost_records, records_of_run, save_run
from data.store.trail import current_seq, verify_trail
from tests.data.store.invented import AREA, NOW, WHY, by, invent, told


def described(store: Store, **others: Any) -> dict[str, Any]:
    """Describe a run on what the store holds now."""
    plain = {
        "kind": "hotspots",
        "settings": {"cell_size_m": 100, "alpha": 0.05},
        "data_hash": "ab12",
        "seq": current_seq(store, AREA),
        "seed": 7,
        "version": "0.1.0",
        "headline": {"hot_cells": 3},
        "now": NOW,
    }
    return {**plain, **others}


def test_a_run_is_traced_to_its_rows(store: Store) -> None:
    """A year later the rows behind a number are shown as they were, not as they are."""
    save_import(store, AREA, invent(4), **told())
    rows = read_records(store, AREA)
    run_id = save_run(store, AREA, **described(store))
    edit_records(store, AREA, pd.DataFrame({"type": ["other"]}, index=["I1-2"]), **WHY)
    remove_records(store, AREA, ["I1-3"], **WHY)
    save_import(store, AREA, invent(9), **told(now=by(365)["now"]))
    pd.testing.assert_frame_equal(records_of_run(store, AREA, run_id), rows)
    assert lost_records(store, AREA, run_id) == 0


def test_the_same_run_is_kept_once(store: Store) -> None:
    """Looking at a page again is no new run; another setting, state or seed is one."""
    save_import(store, AREA, invent(4), **told())
    first = save_run(store, AREA, **described(store))
    later = described(store, now=by(9)["now"], settings={"alpha": 0.05, "cell_size_m": 100})
    assert save_run(store, AREA, **later) == first
    others: list[dict[str, Any]] = [
        {"kind": "knox"},
        {"settings": {"cell_size_m": 50}},
        {"data_hash": "cd34"},
        {"seq": 0},
        {"seed": 8},
        {"version": "0.2.0"},
    ]
    ids = [save_run(store, AREA, **described(store, **other)) for other in others]
    assert len({first, *ids}) == 7
    assert save_run(store, "west", **described(store)) not in {first, *ids}
    assert len(list_runs(store, AREA)) == 7


def test_runs_are_listed(store: Store) -> None:
    """The list says with what settings, on what and when a run was made, the last one first."""
    save_import(store, AREA, invent(4), **told())
    save_run(store, AREA, **described(store))
    save_run(store, AREA, **described(store, seed=8))
    runs = list_runs(store, AREA)
    assert runs["seed"].tolist() == [8, 7]
    assert runs["records"].tolist() == [4, 4]
    assert runs["at"].tolist() == [pd.Timestamp(NOW)] * 2
    assert runs.iloc[0]["settings"] == {"cell_size_m": 100, "alpha": 0.05}
    assert runs.iloc[0]["headline"] == {"hot_cells": 3}
    assert list_runs(store, "west").empty


def test_a_run_changes_nothing(store: Store) -> None:
    """Keeping a run is no entry of the trail and no new state of the data."""
    save_import(store, AREA, invent(4), **told())
    save_run(store, AREA, **described(store))
    assert verify_trail(store) == current_seq(store, AREA) == 1


def test_rows_that_were_erased_are_missed(store: Store) -> None:
    """A run whose rows were erased for good says how many are lost."""
    save_import(store, AREA, invent(4), **told())
    run_id = save_run(store, AREA, **described(store))
    erase_records(store, AREA, ["I1-2"], **WHY)
    assert lost_records(store, AREA, run_id) == 1
    assert len(records_of_run(store, AREA, run_id)) == 3


def test_an_unknown_run_is_said(store: Store) -> None:
    """There are no rows of a run that there never was, or that is another area's."""
    save_import(store, AREA, invent(4), **told())
    run_id = save_run(store, AREA, **described(store))
    for area, number in ((AREA, 99), ("west", run_id)):
        with pytest.raises(StoreError, match="no run"):
            records_of_run(store, area, number)
        with pytest.raises(StoreError, match="no run"):
            lost_records(store, area, number)
