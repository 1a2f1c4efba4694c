"""What the page of records asks of the store, and what it lets a person change."""

from collections.abc import Sequence
from pathlib import Path

import geopandas as gpd
import pandas as pd
import streamlit as st

from app.edits import Hand, opened
from app.maps.geometry import LONLAT
from data.area import Area
from data.ledger.context import context_of
from data.ledger.duplicates import propose_duplicates
from data.ledger.gazetteer import Gazetteer
from data.ledger.places import match_places
from data.ledger.records import PLACED, empty_records
from data.store.engine import has_store, open_store, store_revision, store_url
from data.store.records import (
    edit_records,
    history_of,
    merge_records,
    read_records,
    remove_records,
    split_records,
)

MOST_AREAS = 4
MOST_COMPARED = 20_000
PLACE_WORDS = ["address", "place_note", "community", "near_facility"]
BY_HAND = ("door", "gate", "segment")
"""How exactly a person can point at a place."""


def kept_records(area: Area) -> pd.DataFrame:
    """Return all records of an area; treat them as read-only."""
    if not has_store(area.folder):
        return empty_records()
    return _read(str(area.folder), area.key, store_revision(area.folder, area.key))


@st.cache_resource(show_spinner=False, max_entries=MOST_AREAS)
def _read(folder: str, key: str, revision: int) -> pd.DataFrame:
    """Read the records; `revision` only tells one state of the store from another."""
    del revision
    with open_store(store_url(Path(folder))) as store:
        return read_records(store, key)


def suspected_groups(area: Area) -> pd.DataFrame:
    """Propose which records tell of one incident, as `data.ledger.duplicates` does.

    Only the last `MOST_COMPARED` records are compared: older ones were looked at when they came.
    """
    revision = store_revision(area.folder, area.key)
    return _propose(area, str(area.folder), area.content_hash, revision)


@st.cache_resource(show_spinner=False, max_entries=MOST_AREAS)
def _propose(_area: Area, folder: str, content: str, revision: int) -> pd.DataFrame:
    """Compare the records; all but the first only tell one state of them from another."""
    del folder, content, revision
    records = kept_records(_area)
    single = records[records["status"] != "duplicate"]
    last = single.sort_values("occurred_from", kind="stable").tail(MOST_COMPARED)
    return propose_duplicates(last, crs=_area.crs)


def candidates_of(area: Area, record: pd.Series) -> pd.DataFrame:
    """List places that a record's words may mean, the likeliest first.

    Returns
    -------
    candidates
        Columns `name`, `lon`, `lat`, `geo_precision` and `score` (0 to 100).
    """
    words = pd.DataFrame([record[PLACE_WORDS].tolist()], columns=PLACE_WORDS, index=[0])
    _, found = match_places(words, _gazetteer(area, area.content_hash))
    placed = found[found["lon"].notna()].rename(columns={"label": "name"})
    return placed[["name", "lon", "lat", "geo_precision", "score"]].reset_index(drop=True)


@st.cache_resource(show_spinner=False, max_entries=MOST_AREAS)
def _gazetteer(_area: Area, content: str) -> Gazetteer:
    """Gather the area's names; `content` only tells one state of it from another."""
    del content
    return context_of(_area).gazetteer


def history(area: Area, record_id: str) -> pd.DataFrame:
    """List the versions of a record, the first one first."""
    with opened(area) as store:
        return history_of(store, area.key, record_id)


def set_place(
    area: Area, record_id: str, place: tuple[float, float], precision: str, hand: Hand
) -> bool:
    """Put a record on the map by hand; tell whether the place lies in the area."""
    lon, lat = place
    point = gpd.GeoSeries(gpd.points_from_xy([lon], [lat], crs=LONLAT)).to_crs(area.crs).iloc[0]
    reach = area.boundary.buffer(area.settings.analysis.edge_buffer_m)
    inside = bool(reach.covers(point))
    changes = {
        "lon": [lon],
        "lat": [lat],
        "geo_precision": [precision],
        "place_origin": ["hand"],
        "status": [PLACED if inside else "outside"],
    }
    _edit(area, pd.DataFrame(changes, index=[record_id]), hand)
    return inside


def set_type(area: Area, record_id: str, code: str, hand: Hand) -> None:
    """Say anew what kind of incident a record tells of."""
    _edit(area, pd.DataFrame({"type": [code]}, index=[record_id]), hand)


def merge(area: Area, keep: str, others: Sequence[str], hand: Hand) -> None:
    """Count several records as one incident."""
    with opened(area) as store:
        merge_records(store, area.key, keep, others, reason=hand.reason, who=hand.who, now=hand.now)


def split(area: Area, record_ids: Sequence[str], hand: Hand) -> None:
    """Count records for themselves again."""
    with opened(area) as store:
        split_records(store, area.key, record_ids, reason=hand.reason, who=hand.who, now=hand.now)


def remove(area: Area, record_ids: Sequence[str], hand: Hand) -> None:
    """Take records out of every count."""
    with opened(area) as store:
        remove_records(store, area.key, record_ids, reason=hand.reason, who=hand.who, now=hand.now)


def _edit(area: Area, changes: pd.DataFrame, hand: Hand) -> None:
    with opened(area) as store:
        edit_records(store, area.key, changes, reason=hand.reason, who=hand.who, now=hand.now)
