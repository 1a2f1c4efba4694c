"""Records for the tests of the pages: invented, and kept in the store of a folder."""

from datetime import UTC, datetime
from pathlib import Path

import pandas as pd

from data.folder import read_key
from data.ledger.records import empty_records
from data.store.engine import open_store, store_url
from data.store.imports import save_import

NOW = datetime(2026, 11, 20, 8, tzinfo=UTC)
PLACED = {"lon": 117.9014, "lat": 38.8511, "geo_precision": "door", "place_origin": "file"}
SEEN = "有人在路口举牌收药"
ROWS: tuple[dict[str, object], ...] = (
    {"address": "甲医院门口", "status": "no_place"},
    {"address": "横1路3号", **PLACED, "summary": SEEN},
    {"address": "横1路3号", **PLACED, "summary": SEEN, "source": "call_110"},
    {"address": "某处", **PLACED, "status": "no_time", "occurred_from": pd.NaT},
)


def keep_rows(folder: Path) -> list[str]:
    """Keep the rows as one import, and return their ids."""
    layout = empty_records()
    plain: dict[str, object] = {
        name: "" if pd.api.types.is_string_dtype(dtype) else None
        for name, dtype in layout.dtypes.items()
    }
    at = pd.Timestamp("2026-11-10 00:20", tz="UTC")
    common = {
        **plain,
        "file": "台账.csv",
        "source": "order_12345",
        "type": "street_soliciting",
        "occurred_from": at,
        "occurred_to": at,
        "time_precision": "minute",
        "geo_precision": "none",
        "datum": "wgs84",
    }
    rows = [{**common, "row": i, "source_ref": f"G{i}", **row} for i, row in enumerate(ROWS, 2)]
    frame = pd.DataFrame(rows, index=pd.RangeIndex(2, 2 + len(rows)))
    typed = {
        name: pd.to_datetime(frame[name], utc=True).astype("datetime64[us, UTC]")
        if "datetime" in str(dtype)
        else frame[name].astype(dtype)
        for name, dtype in layout.dtypes.items()
    }
    with open_store(store_url(folder)) as store:
        receipt = save_import(
            store,
            read_key(folder),
            pd.DataFrame(typed),
            file="台账.csv",
            file_hash="0",
            source="",
            terms={},
            counts={"rows": len(rows)},
            who="办公室",
            now=NOW,
        )
    return [str(one) for one in receipt.record_ids]
