"""What the store keeps for an area, in the form that the area's own files have."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from types import MappingProxyType
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
from pyproj import CRS
from shapely.geometry.base import BaseGeometry

from data import schema
from data.errors import N_, Message
from data.graphs import StreetGraph
from data.ledger.spread import spread_along_streets
from data.store.engine import has_store, open_store, store_url
from data.store.layers import has_layer, read_layer_features
from data.store.records import read_records
from data.store.trail import current_seq
from data.tables import WGS84

LAYERS = ("boundary", "communities", "facilities", "gates", "booths")
NO_PLACE = Message.of(N_("The record has no place."))
SAID = MappingProxyType(
    {
        "no_place": NO_PLACE,
        "no_time": Message.of(N_("The record has no time that can be read.")),
        "datum_unsettled": Message.of(N_("The coordinate system of the record is not settled.")),
        "duplicate": Message.of(N_("The record repeats another one, which is counted.")),
    }
)
"""Status of a record -> why it is on no map. Those outside are counted by where they lie."""
_NOWHERE = frozenset({"no_place", "datum_unsettled"})


@dataclass(frozen=True)
class Kept:
    """What a store holds of an area on a day."""

    seq: int
    """Number of the last entry in the audit trail."""
    records: pd.DataFrame
    """As `data.ledger.records.RECORDS` says; removed ones are not among them."""
    layers: Mapping[str, gpd.GeoDataFrame]
    """The layers that a person has taken over from the files, in longitude and latitude."""

    @property
    def boundary(self) -> BaseGeometry | None:
        """The outline of the area, if it was drawn."""
        drawn = self.layers.get("boundary")
        if drawn is None or drawn.empty:
            return None
        outline: BaseGeometry = drawn.geometry.union_all()
        return outline

    @property
    def digest(self) -> str:
        """A hash of everything that an analysis takes from the store."""
        whole = hashlib.sha256()
        for frame in (self.records, *(self.layers[name] for name in sorted(self.layers))):
            plain = pd.DataFrame(frame).sort_index()
            if "geometry" in plain:
                plain["geometry"] = frame.sort_index().geometry.to_wkb(hex=True)
            whole.update(pd.util.hash_pandas_object(plain.astype(str)).to_numpy().tobytes())
        return whole.hexdigest()


@dataclass(frozen=True)
class Ledger:
    """All incidents of an area, from its file and from its store."""

    incidents: gpd.GeoDataFrame
    """Those with a place, as `data.schema.INCIDENTS` says."""
    left_out: tuple[tuple[Message, int], ...]
    has_hours: bool
    recorded: int
    """Incidents on record; one that was reported five times is one."""
    located: int
    """Those of them whose place is known better than by the community."""


def read_kept(folder: Path, area: str, on: date) -> Kept | None:
    """Return what the store holds of an area; None where there is no store or nothing in it."""
    if not has_store(folder):
        return None
    with open_store(store_url(folder)) as store:
        seq = current_seq(store, area)
        if not seq:
            return None
        layers = {
            name: read_layer_features(store, area, name, on=on)
            for name in LAYERS
            if has_layer(store, area, name)
        }
        return Kept(seq, read_records(store, area), layers)


def replace_layers(tables: Mapping[str, Any], kept: Kept | None) -> dict[str, Any]:
    """Put the layers of the store in the place of those of the files."""
    replaced = dict(tables)
    layers = {} if kept is None else kept.layers
    if "communities" in layers:
        replaced["communities"] = _named(layers["communities"], "community_id", ("name",))
    if "facilities" in layers:
        replaced["key_points"] = _key_points(layers["facilities"], layers.get("gates"))
    if "booths" in layers:
        booths = _named(layers["booths"], "booth_id", ("name", "status"))
        replaced["booths"] = booths[booths["status"] != "closed"]
    return replaced


def _named(frame: gpd.GeoDataFrame, index: str, texts: tuple[str, ...]) -> gpd.GeoDataFrame:
    """Name the index as the area does, and fill in the texts that are missing."""
    missing = {column: "" for column in texts if column not in frame}
    filled = frame.assign(**missing)
    named = filled.assign(**{column: filled[column].fillna("").astype(str) for column in texts})
    return named.set_axis(pd.Index(named.index.astype(str), name=index))


def _key_points(
    facilities: gpd.GeoDataFrame, gates: gpd.GeoDataFrame | None
) -> tuple[gpd.GeoDataFrame, gpd.GeoDataFrame]:
    """Return open facilities and their gates; one without a gate is entered where it stands."""
    points = _named(facilities, "key_point_id", ("name", "category", "community", "status"))
    points = points[~points["status"].isin(["停业", "迁出", "closed", "moved"])]
    flags = (
        points["daily_required"].tolist() if "daily_required" in points else [False] * len(points)
    )
    points = points.assign(
        daily_required=pd.Series([flag is True for flag in flags], points.index, dtype=bool)
    )
    own = gpd.GeoDataFrame(
        {"key_point_id": points.index, "gate_name": ""},
        geometry=points.geometry.to_numpy(),
        index=pd.Index(points.index + "-1", name="gate_id"),
        crs=WGS84,
    )
    if gates is None or gates.empty:
        return points, own
    drawn = _named(gates, "gate_id", ("key_point_id", "gate_name"))
    drawn = drawn[drawn["key_point_id"].isin(points.index)]
    own = own[~own["key_point_id"].isin(drawn["key_point_id"]) & ~own.index.isin(drawn.index)]
    columns = ["key_point_id", "gate_name", "geometry"]
    return points, gpd.GeoDataFrame(pd.concat([drawn[columns], own[columns]]), crs=WGS84)


def join_ledgers(
    file: tuple[gpd.GeoDataFrame, list[tuple[Message, int]], bool],
    kept: Kept | None,
    *,
    streets: StreetGraph,
    communities: gpd.GeoDataFrame | None,
    timezone: str,
    crs: CRS,
) -> Ledger:
    """
    Bring the incidents of the file and of the store together.

    Parameters
    ----------
    file
        What `data.frames.incident_frame` made of the area's own file.
    kept
        What the store holds.
    streets, communities
        Along which, and in which, records are spread that are known only to a community: standing
        all at its centre they would be a hotspot that nobody saw.
    timezone, crs
        Of the area.
    """
    incidents, left_out, has_hours = file
    incidents = incidents.to_crs(crs)
    reasons = dict(left_out)
    recorded = len(incidents) + reasons.get(NO_PLACE, 0)
    located = len(incidents)
    if kept is None or kept.records.empty:
        return Ledger(incidents, tuple(reasons.items()), has_hours, recorded, located)
    records = kept.records
    for status, said in SAID.items():
        reasons[said] = reasons.get(said, 0) + int((records["status"] == status).sum())
    counted = records[records["status"] != "duplicate"]
    mapped = counted[~counted["status"].isin(SAID)]
    placed = _place(mapped, streets, communities, crs)
    lost = placed.geometry.is_empty | placed.geometry.isna()
    reasons[NO_PLACE] = reasons.get(NO_PLACE, 0) + int(lost.sum())
    frame = _incident_frame(placed[~lost], timezone)
    coarse = (mapped["geo_precision"] == "community") | mapped["lon"].isna()
    known_hours = not frame["time_precision"].isin(["day", "none"]).all()
    return Ledger(
        incidents=gpd.GeoDataFrame(pd.concat([incidents, frame]), crs=crs),
        left_out=tuple(reasons.items()),
        has_hours=known_hours or (has_hours and len(incidents) > 0),
        recorded=recorded + len(counted),
        located=located
        + len(counted)
        - int(counted["status"].isin(_NOWHERE).sum())
        - int(coarse.sum()),
    )


def _place(
    records: pd.DataFrame,
    streets: StreetGraph,
    communities: gpd.GeoDataFrame | None,
    crs: CRS,
) -> gpd.GeoDataFrame:
    """Give each record its point; those known only coarsely are spread along the streets."""
    points = gpd.points_from_xy(records["lon"], records["lat"], crs=WGS84).to_crs(crs)
    # the middle of a short road stands for all of it, and would gather what happened along it
    on_road = (records["geo_precision"] == "segment") & (records["place_origin"] == "gazetteer")
    frame = gpd.GeoDataFrame(records, geometry=np.where(on_road, None, points), crs=crs)
    named = _no_communities(crs) if communities is None else communities.to_crs(crs)
    places, _ = spread_along_streets(frame, streets, named)
    return frame.set_geometry(places)


def _no_communities(crs: CRS) -> gpd.GeoDataFrame:
    return gpd.GeoDataFrame({"name": pd.Series(dtype=str)}, geometry=[], crs=crs)


def _incident_frame(records: gpd.GeoDataFrame, timezone: str) -> gpd.GeoDataFrame:
    """Turn placed records into incidents of the area."""
    local = {
        column: records[column].dt.tz_convert(timezone)
        for column in ("occurred_from", "occurred_to")
    }
    frame = records.assign(**local).rename_axis("incident_id")
    return frame[[*schema.INCIDENTS.columns, "geometry"]]
