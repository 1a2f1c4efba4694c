"""Corrections of records by a person."""

from datetime import datetime
from functools import lru_cache

import pandas as pd
import pandera.pandas as pa

from data.errors import N_, FaultList, Message
from data.ledger.records import COLUMNS, PLACED, RECORDS
from data.masking import mask
from data.store.connections import Store, writing
from data.store.errors import StoreError
from data.store.merging import existing_versions, say_ids
from data.store.record_tables import MOMENTS, TEXTS
from data.store.statuses import settle_status
from data.store.trail import append_event, next_seq
from data.store.versions import differing, replace_versions

FIXED = frozenset({"file", "sheet", "row", "source_ref", "contact_hash", "duplicate_of"})
"""Columns that nobody corrects: where a row stood, and what merging decides."""
PLACE = ("lon", "lat", "geo_precision", "place_origin")
FREE_TEXTS = ("summary", "address", "place_note", "near_facility", "outcome", "handler_org", "note")
NOT_FITTING = N_("This value does not fit its column.")


def edit_records(
    store: Store, area: str, changes: pd.DataFrame, *, reason: str, who: str, now: datetime
) -> int:
    """
    Correct records; what a person set stays when the file comes again.

    Parameters
    ----------
    changes
        Indexed by `record_id`, with the columns to set. Every cell counts: NaN empties it. A place
        (`lon` and `lat`, WGS 84) is by hand unless `place_origin` says otherwise. A status that
        no longer holds falls away by itself. Digits in free texts are masked.
    reason, who, now
        For the audit trail.

    Returns
    -------
    seq
        Number of the entry in the trail; of the last one there is if nothing changes.

    Raises
    ------
    StoreError
        If a record is not in the store, a column cannot be set, or a value does not fit.
    """
    _check_columns(changes)
    with writing(store) as connection:
        before = existing_versions(connection, area, changes.index.astype(str).tolist())
        after = _apply(before, changes)
        differs = differing(before, after, {*changes.columns, *PLACE, "status"})
        if not differs.any():
            return next_seq(connection) - 1
        columns = sorted(changes.columns)
        ids = say_ids(after.index[differs])
        payload = {**ids, "columns": columns, "reason": mask(reason)}
        seq = append_event(connection, area, "edit", who=who, now=now, payload=payload)
        replace_versions(connection, after[differs], seq)
    return seq


def _check_columns(changes: pd.DataFrame) -> None:
    """Refuse columns that are unknown, fixed, or half of a place."""
    wrong = [name for name in changes.columns if name not in COLUMNS or name in FIXED]
    half = ("lon" in changes) != ("lat" in changes)
    if wrong or half or not changes.index.is_unique:
        raise StoreError(
            Message.of(
                N_("These columns cannot be corrected so: {names}."),
                names=", ".join(map(str, wrong or changes.columns)),
            ),
            N_("Longitude and latitude belong together, and each record stands once."),
        )


def _apply(before: pd.DataFrame, changes: pd.DataFrame) -> pd.DataFrame:
    """Return the versions with the changes, checked and masked."""
    new = changes.set_axis(changes.index.astype(str)).reindex(before.index)
    after = before.assign(**{str(name): _typed(new[name], before[name]) for name in new})
    moved = differing(before, after, ["lon", "lat"])
    after = _place_by_hand(after, moved, set(changes.columns))
    status = after["status"]
    if "status" not in changes:
        status = status.mask(status.eq("outside") & moved, PLACED)
    after = after.assign(status=settle_status(after, status))
    _check_values(after, {*changes.columns, *(PLACE if "lon" in changes else ())})
    return after.assign(by_hand=_note_hand(before, after, set(changes.columns)))


def _typed(new: pd.Series, old: pd.Series) -> pd.Series:
    """Bring new values to the type of their column, and mask free texts."""
    name = str(old.name)
    try:
        if name in TEXTS:
            text = new.astype(object).where(new.notna(), "").astype(str)
            return text.map(mask).astype(str) if name in FREE_TEXTS else text
        if name in MOMENTS:
            return pd.to_datetime(new, utc=True).astype(old.dtype)
        return pd.to_numeric(new).astype(old.dtype)
    except (ValueError, TypeError) as error:
        faults = FaultList()
        faults.add(NOT_FITTING, N_("Correct it and save again."), column=name)
        raise StoreError(faults.faults) from error


def _place_by_hand(after: pd.DataFrame, moved: pd.Series, given: set[str]) -> pd.DataFrame:
    """Say of a new place that a person chose it, and that it is no longer a vague one."""
    nowhere = after["lon"].isna()
    origin, precision = after["place_origin"], after["geo_precision"]
    if "place_origin" not in given:
        origin = origin.mask(moved, "hand").mask(moved & nowhere, "")
    if "geo_precision" not in given:
        vague = precision.isin(["none", "community"])
        precision = precision.mask(moved & vague, "unknown").mask(moved & nowhere, "none")
    return after.assign(place_origin=origin, geo_precision=precision)


def _note_hand(before: pd.DataFrame, after: pd.DataFrame, given: set[str]) -> pd.Series:
    """List, for each record, the columns that a person ever changed."""
    touched = {name: differing(before, after, [name]).to_numpy() for name in given}
    touched |= dict.fromkeys(PLACE, differing(before, after, PLACE).to_numpy())
    noted = [
        {*old.split(), *(name for name, hits in touched.items() if hits[row])}
        for row, old in enumerate(before["by_hand"])
    ]
    return pd.Series([" ".join(sorted(names)) for names in noted], after.index, dtype=str)


def _check_values(after: pd.DataFrame, columns: set[str]) -> None:
    """Refuse values that no record can have."""
    faults = FaultList()
    try:
        checked = after[sorted(columns)].rename_axis("record_id")
        _schema(frozenset(columns)).validate(checked, lazy=True)
    except pa.errors.SchemaErrors as error:
        cases = error.failure_cases.drop_duplicates(["column"])
        for column, value in cases[["column", "failure_case"]].itertuples(index=False, name=None):
            faults.add(NOT_FITTING, N_("Correct it and save again."), column=column, value=value)
    if (after["status"].eq("duplicate") & after["duplicate_of"].eq("")).any():
        merge_them = N_("Merge the record with the one that it repeats.")
        faults.add(NOT_FITTING, merge_them, column="status", value="duplicate")
    if after["lon"].isna().ne(after["lat"].isna()).any():
        faults.add(NOT_FITTING, N_("Longitude and latitude belong together."), column="lat")
    faults.raise_if_any(StoreError)


@lru_cache(maxsize=64)
def _schema(columns: frozenset[str]) -> pa.DataFrameSchema:
    """Choose what records say of some columns; choosing takes longer than checking."""
    return RECORDS.select_columns(sorted(columns))
