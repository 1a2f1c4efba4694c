"""What the pages ask of the store: each call opens it, does one thing and closes it."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime

import geopandas as gpd
import pandas as pd
import streamlit as st

from app.layer_draft import Draft, features_to_save
from app.layer_kinds import LayerKind
from app.maps.geometry import LONLAT
from data.area import Area
from data.errors import N_, Message
from data.store.engine import Store, has_store, open_store, store_revision, store_url
from data.store.imports import list_imports
from data.store.layers import has_layer, read_layer_features, save_features
from data.store.trail import read_trail
from data.store.undo import undo, what_undo_does
from data.store.undo_plan import taken_back

MOST_LAYERS = 20
TOGETHER = {"facilities": ("facilities", "gates"), "gates": ("facilities", "gates")}
"""Layers that are taken over from the files with one another: gates belong to facilities."""
LONG_AGO = date(1900, 1, 1)
"""From when on the shapes of a file hold: the file does not say, so from ever."""
TAKEN_OVER = N_("Taken over from the area's files.")


NO_ENTRIES = pd.DataFrame(columns=["at", "who", "action", "payload", "undone"])


@dataclass(frozen=True)
class Hand:
    """Who changes something, when, and why if that was said."""

    who: str
    now: datetime
    reason: str = ""


@dataclass(frozen=True)
class LayerState:
    """A layer as it is kept."""

    features: gpd.GeoDataFrame
    """In longitude and latitude, indexed by `feature_id`."""
    kept: bool
    """Whether it is in the store, so that its file counts no longer."""
    entries: pd.DataFrame
    """What was done to it, the last first: `at`, `who`, `action`, `payload`, `undone` by `seq`."""

    @property
    def seq(self) -> int:
        """Number of the last entry; 0 if there is none."""
        return int(self.entries.index.max()) if len(self.entries) else 0


@contextmanager
def opened(area: Area) -> Iterator[Store]:
    """Open the store of an area."""
    with open_store(store_url(area.folder)) as store:
        yield store


def read_state(area: Area, kind: LayerKind) -> LayerState:
    """Return a layer as it is now, and what was done to it; treat it as read-only."""
    if not has_store(area.folder):
        return LayerState(_of_files(area, kind.layer), kept=False, entries=NO_ENTRIES)
    revision = store_revision(area.folder, area.key)
    return _read_state(area, kind.layer, str(area.folder), area.content_hash, revision)


@st.cache_resource(show_spinner=False, max_entries=MOST_LAYERS)
def _read_state(_area: Area, layer: str, folder: str, content: str, revision: int) -> LayerState:
    """Read a layer; all but the first two only tell one state of it from another."""
    del folder, content, revision
    with opened(_area) as store:
        trail = read_trail(store, _area.key)
        ours = _layers_of(trail) == layer
        undone = taken_back(_targets_of(trail))
        kept = has_layer(store, _area.key, layer)
        features = (
            read_layer_features(store, _area.key, layer, on=date.max)
            if kept
            else _of_files(_area, layer)
        )
    entries = trail[ours].assign(undone=trail.index[ours].isin(undone))
    return LayerState(features, kept=kept, entries=entries)


def save_layer(area: Area, draft: Draft, *, valid_from: date, hand: Hand) -> None:
    """
    Keep what a person has changed in a layer.

    The first change takes the whole layer over from its file, as an entry of its own: from then
    on the store counts, and the change can be undone without losing the layer.
    """
    changed, removed = features_to_save(draft)
    layer = draft.kind.layer
    with opened(area) as store:
        for other in TOGETHER.get(layer, (layer,)):
            if not has_layer(store, area.key, other):
                _take_over(store, area, other, hand)
        save_features(
            store,
            area.key,
            layer,
            changed,
            removed=removed,
            valid_from=valid_from,
            reason=hand.reason,
            who=hand.who,
            now=hand.now,
        )


def _take_over(store: Store, area: Area, layer: str, hand: Hand) -> None:
    """Copy a layer from the area's files into the store, as it stands."""
    features = _of_files(area, layer)
    if len(features):
        save_features(
            store,
            area.key,
            layer,
            features,
            valid_from=LONG_AGO,
            reason=TAKEN_OVER,
            who=hand.who,
            now=hand.now,
        )


def _of_files(area: Area, layer: str) -> gpd.GeoDataFrame:
    """Return a layer as the area was read, in longitude and latitude."""
    if layer == "boundary":
        # a hull of the streets is nobody's boundary
        drawn = [area.boundary] if area.bounded else []
        index = pd.Index(["B1"][: len(drawn)], dtype=str)
        outline = gpd.GeoDataFrame({"name": area.name}, geometry=drawn, index=index, crs=area.crs)
        return outline.to_crs(LONLAT)
    layers = {
        "communities": area.communities,
        "facilities": area.key_points,
        "gates": area.gates,
        "booths": area.booths,
    }
    return layers[layer].to_crs(LONLAT)


def _layers_of(trail: pd.DataFrame) -> pd.Series:
    """Return the layer of each entry; an undo is of the layer whose change it took back."""
    layers: dict[int, str] = {}
    for seq, payload in trail["payload"].sort_index().items():
        before = layers.get(payload.get("target", 0), "")
        layers[int(str(seq))] = str(payload.get("layer", before))
    return pd.Series(layers, dtype=str).reindex(trail.index)


def _targets_of(trail: pd.DataFrame) -> dict[int, int]:
    """Return each undo -> the entry that it took back."""
    payloads = trail["payload"][trail["action"] == "undo"]
    return {int(str(seq)): int(payload["target"]) for seq, payload in payloads.items()}


def owners_of(area: Area, layer: str) -> dict[str, str]:
    """Return names by id of what a layer's shapes belong to: facilities, or communities."""
    owners = area.key_points if layer == "gates" else area.communities
    return {str(code): str(name) for code, name in owners["name"].items()}


def list_kept_imports(area: Area) -> pd.DataFrame:
    """List the imports of an area, the last first, as `data.store.imports.list_imports` does."""
    if not has_store(area.folder):
        return pd.DataFrame()
    with opened(area) as store:
        return list_imports(store, area.key)


def tell_undo(area: Area, seq: int) -> Message:
    """Say what taking an entry back would do."""
    with opened(area) as store:
        return what_undo_does(store, area.key, seq).message(area.timezone)


def take_back(area: Area, seq: int, hand: Hand) -> None:
    """Take an entry of the audit trail back."""
    with opened(area) as store:
        undo(store, area.key, seq, who=hand.who, now=hand.now)
