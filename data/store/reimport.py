"""What a file says anew of what is known: repeated rows named, changed records merged."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pyarrow as pa
from numpy.typing import NDArray
from sqlalchemy import Connection

from data.errors import N_
from data.ledger.records import COLUMNS, CONTENT, PLACED
from data.store.bulk import BATCH_ROWS
from data.store.recognition import Incoming, Recognised
from data.store.record_tables import to_frame
from data.store.statuses import settle_status
from data.store.versions import current_versions, differing
from data.store.watching import Watch

PLACE = ("lon", "lat", "geo_precision", "place_origin")
ANOTHER_ROW = r"^row (\d+)$"


def name_repeats(incoming: Incoming, record_ids: NDArray[np.object_]) -> Incoming:
    """Put the record's number where a row is said to repeat another row of the file."""
    table = incoming.table
    given = table.column("duplicate_of").to_pandas()
    said = given.ne("") | table.column("status").to_pandas().eq("duplicate")
    at = np.flatnonzero(said)
    if not len(at):
        return incoming
    rows = to_frame(table.take(at))
    targets = rows["duplicate_of"]
    other = targets.str.extract(ANOTHER_ROW, expand=False)
    if other.notna().any():
        ids = pd.Series(record_ids, [table.column("sheet").to_pandas(), incoming.rows])
        ids = ids[~ids.index.duplicated()]
        wanted = pd.MultiIndex.from_arrays([rows["sheet"], other.fillna("-1").astype(np.int64)])
        named = pd.Series(ids.reindex(wanted).fillna("").to_numpy(), rows.index)
        targets = targets.mask(other.notna(), named)
    rows["duplicate_of"] = targets.mask(
        targets.eq(pd.Series(record_ids[at], rows.index)), ""
    ).astype(str)
    alone = rows["status"].mask(rows["status"].eq("duplicate"), PLACED)
    rows["status"] = settle_status(rows, alone)
    for name in ("duplicate_of", "status"):
        whole = table.column(name).to_numpy().copy()
        whole[at] = rows[name].to_numpy(object)
        column = pa.array(whole, type=pa.large_string())
        table = table.set_column(table.column_names.index(name), name, column)
    return replace(incoming, table=table)


def change_known(
    connection: Connection, area: str, incoming: Incoming, known: Recognised, watch: Watch
) -> list[pd.DataFrame]:
    """Return the next versions of the records that changed, in batches."""
    changes = []
    at = np.flatnonzero(known.differs)
    for start in range(0, len(at), BATCH_ROWS):
        watch.tell(0.25 + 0.05 * start / len(at), N_("Comparing with what is known"))
        rows = at[start : start + BATCH_ROWS]
        before = current_versions(connection, area, known.record_ids[rows].tolist())
        given = to_frame(incoming.table.take(rows)).set_axis(before.index)
        after = _merge(before, given.assign(content_hash=incoming.contents[rows]))
        changes.append(after[differing(before, after, (*CONTENT, "status", "duplicate_of"))])
    return changes


def _keep_hashes(before: pd.DataFrame, given: pd.DataFrame) -> pd.Series:
    """Keep the hash of a leaflet's number where the same text comes again without the key."""
    unsaid = given["contact_hash"].eq("") & given["summary"].eq(before["summary"])
    return given["contact_hash"].mask(unsaid, before["contact_hash"]).astype(str)


def _merge(before: pd.DataFrame, given: pd.DataFrame) -> pd.DataFrame:
    """Take over what a file says now, except for what a person set by hand."""
    by_hand = " " + before["by_hand"] + " "
    placed = given["place_origin"].eq("hand")
    merged = {}
    for name in COLUMNS:
        held = by_hand.str.contains(f" {name} ", regex=False)
        if name in PLACE:
            held &= ~placed  # the last hand counts
        merged[name] = given[name].mask(held, before[name])
    merged["contact_hash"] = _keep_hashes(before, given)
    after = before.assign(**merged, content_hash=given["content_hash"])
    repeats = given["duplicate_of"].mask(given["duplicate_of"].eq(""), before["duplicate_of"])
    after["duplicate_of"] = repeats.astype(str)
    own_place = by_hand.str.contains(" lon ", regex=False) & ~placed
    nowhere = own_place & after["status"].isin(["no_place", "datum_unsettled", "outside"])
    kept = before["status"].where(before["status"].eq("outside"), PLACED)
    after["status"] = settle_status(after, after["status"].mask(nowhere, kept))
    hand = pd.Series([" ".join(sorted({*old.split(), *PLACE})) for old in before["by_hand"]])
    after["by_hand"] = before["by_hand"].mask(placed, hand.set_axis(before.index)).astype(str)
    return after
