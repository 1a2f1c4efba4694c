"""What repeats what: rows of files beside each other and beside the records on file."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from data.decisions import merge_by_rules, name_row
from data.intake import Intake
from data.ledger.context import LedgerContext
from data.ledger.duplicate_rules import DuplicateRule
from data.ledger.duplicates import propose_duplicates
from data.ledger.reading import Reading
from data.ledger.records import empty_records
from data.store.connections import Store
from data.store.imports import known_rows
from data.store.records import read_records

_SHOWN = ["file", "row", "source", "occurred_from", "type", "address", "summary"]
Known = Mapping[str, NDArray[np.bool_]]
"""Name of a table -> which of its rows the store knows already."""


def find_known(intakes: Sequence[Intake], context: LedgerContext, store: Store | None) -> Known:
    """Tell which rows of each table are records of the store already; empty without a store."""
    if store is None:
        return {}
    return {
        reading.table_id: known_rows(store, context.key, reading.records)
        for intake in intakes
        for reading in intake.readings
        if isinstance(reading, Reading)
    }


def propose_repeats(
    intakes: Sequence[Intake],
    context: LedgerContext,
    on_file: pd.DataFrame,
    known: Known | None = None,
) -> pd.DataFrame:
    """
    Propose which records of these files repeat each other, or records on file.

    Parameters
    ----------
    intakes
        Files as read.
    context
        The area: distances are measured in its system.
    on_file
        Records, as `known_records` gives them.
    known
        As `find_known` gives it: such rows are those records, and are not proposed again: what a
        person said of them stays.

    Returns
    -------
    groups
        As `data.ledger.duplicates.propose_duplicates` gives them; `record` is the number of a
        record on file, or `TABLE|row`; with `file`, `row` and what the record says.
    """
    parts = [on_file]
    for intake in intakes:
        for reading in intake.readings:
            if isinstance(reading, Reading):
                names = name_row(reading, "") + reading.records.index.astype(str)
                part = reading.records.set_axis(names.rename("record_id"))
                if known and reading.table_id in known:
                    part = part[~known[reading.table_id]]
                parts.append(part)
    whole = pd.concat(parts)
    whole = whole[~whole.index.duplicated()]  # the same file twice
    groups = propose_duplicates(whole[whole["status"] != "duplicate"], crs=context.crs)
    new = ~groups["record"].isin(on_file.index)
    kept = groups[new.groupby(groups["group"]).transform("any")]
    return kept.join(whole[_SHOWN], on="record")


def apply_rules(
    intakes: Sequence[Intake], groups: pd.DataFrame, rules: Sequence[DuplicateRule]
) -> tuple[list[Intake], pd.DataFrame]:
    """Merge what the office's saved rules merge; return the files, and the groups left to ask."""
    merged, decided = [], set()
    for intake in intakes:
        readings = [
            merge_by_rules(reading, groups, rules, name_row(reading, ""))
            if isinstance(reading, Reading)
            else reading
            for reading in intake.readings
        ]
        merged.append(replace(intake, readings=tuple(readings)))
        decided |= {
            name_row(reading, row)
            for reading in readings
            if isinstance(reading, Reading)
            for row in reading.records.index[reading.records["duplicate_of"] != ""]
        }
    open_ = groups[~groups["record"].isin(decided) | groups["keeper"]]
    asked = open_.groupby("group")["record"].transform("size") > 1
    return merged, open_[asked]


def known_records(context: LedgerContext, store: Store | None) -> pd.DataFrame:
    """Return the incidents on file, from the area's own file and from its store."""
    stored = empty_records() if store is None else read_records(store, context.key)
    if context.incidents is None:
        return stored
    own = context.incidents[~context.incidents.index.isin(stored.index)].to_crs("EPSG:4326")
    blank = empty_records().reindex(own.index)
    texts = blank.columns[blank.dtypes.map(pd.api.types.is_string_dtype)]
    filled = blank.assign(**dict.fromkeys(texts, ""), row=0)
    times = {name: own[name].dt.tz_convert("UTC") for name in ("occurred_from", "occurred_to")}
    same = [
        name for name in ("source", "type", "address", "community", "geo_precision") if name in own
    ]
    filled = filled.assign(
        **{name: own[name] for name in (*same, "time_precision")},
        **times,
        lon=own.geometry.x,
        lat=own.geometry.y,
        place_origin="file",
        file="incidents.csv",
    )
    return pd.concat([stored, filled])
