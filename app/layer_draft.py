"""A layer of the area while a person works on it: as it was, as it is now, and what to keep."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

import geopandas as gpd
import pandas as pd

from app.layer_kinds import LayerKind
from app.maps.editing import Drawn
from app.maps.geometry import LONLAT

STATES = ("same", "changed", "new", "removed", "dropped")
"""What becomes of a shape on saving; `dropped` was drawn and removed again."""


@dataclass(frozen=True)
class Draft:
    """Shapes in longitude and latitude, numbered from 1 as the map and the table show them."""

    kind: LayerKind
    base: gpd.GeoDataFrame
    """As the layer was: index `no`, columns `feature_id`, attributes, `geometry`."""
    frame: gpd.GeoDataFrame
    """As it is now; new shapes follow with an empty `feature_id`, removed ones stay."""
    removed: frozenset[int] = frozenset()
    more: pd.DataFrame = field(default_factory=pd.DataFrame)
    """What else is kept of the features, by `feature_id`: it stays as it is."""

    @property
    def shapes(self) -> gpd.GeoDataFrame:
        """What the map shows: all that are not removed."""
        return self.frame[~self.frame.index.isin(self.removed)]

    @property
    def states(self) -> pd.Series:
        """One of `STATES` for each number."""
        old = self.frame.index.isin(self.base.index)
        gone = self.frame.index.isin(self.removed)
        now = self.frame.loc[old]
        before = self.base.loc[now.index]
        moved = ~now.geometry.geom_equals_exact(before.geometry, 0)
        written = (now[self._written] != before[self._written]).any(axis=1)
        states = pd.Series("new", self.frame.index, dtype=str)
        states[old] = (moved | written).map({True: "changed", False: "same"})
        states[gone] = pd.Series(old, states.index)[gone].map({True: "removed", False: "dropped"})
        return states

    @property
    def touched(self) -> bool:
        """Whether there is anything to save."""
        return bool(self.states.isin(["changed", "new", "removed"]).any())

    @property
    def _written(self) -> list[str]:
        return list(self.kind.attributes)


def start_draft(features: gpd.GeoDataFrame, kind: LayerKind) -> Draft:
    """
    Give the features of a layer their numbers.

    Parameters
    ----------
    features
        In longitude and latitude, indexed by `feature_id`; attributes that are missing are empty.
    """
    nothing = pd.Series(index=features.index, dtype=object)
    written = {name: features.get(name, nothing) for name in kind.attributes}
    frame = gpd.GeoDataFrame(
        {"feature_id": features.index.astype(str), **_plain(written, kind)},
        geometry=features.geometry.to_numpy(),
        crs=LONLAT,
    ).set_axis(pd.RangeIndex(1, len(features) + 1, name="no"))
    if "code" in frame:
        frame["code"] = frame["code"].where(frame["code"] != "", frame["feature_id"])
    more = pd.DataFrame(
        features.drop(columns=[features.geometry.name, *kind.attributes], errors="ignore")
    )
    return Draft(kind, frame, frame, more=more)


def _plain(written: Mapping[str, pd.Series], kind: LayerKind) -> dict[str, pd.Series]:
    """Fill in what is not written: no for yes or no, the default or nothing for a text."""
    plain: dict[str, pd.Series] = {}
    for name, values in written.items():
        if name in kind.flags:
            plain[name] = values.map(bool, na_action="ignore").eq(other=True)
        else:
            texts = values.astype(object).where(values.notna(), "").astype(str).str.strip()
            plain[name] = texts.where(texts != "", kind.defaults.get(name, ""))
    return plain


def take_drawn(draft: Draft, drawn: Drawn) -> Draft:
    """Take over what was drawn on the map; to do so twice changes nothing."""
    known = drawn.changed.index.isin(draft.frame.index)
    corrected, fresh = drawn.changed[known], drawn.changed[~known].sort_index()
    places = draft.frame.geometry.copy()
    places.loc[corrected.index] = corrected.to_numpy()
    frame = draft.frame.set_geometry(places)
    if len(fresh):
        nothing = pd.Series(index=fresh.index, dtype=object)
        blank = _plain(dict.fromkeys(draft.kind.attributes, nothing), draft.kind)
        added = gpd.GeoDataFrame({"feature_id": "", **blank}, geometry=fresh, crs=LONLAT)
        frame = gpd.GeoDataFrame(pd.concat([frame, added]), crs=LONLAT)
    removed = (draft.removed | set(drawn.removed)) - set(drawn.changed.index)
    return replace(draft, frame=frame, removed=frozenset(removed & set(frame.index)))


def take_table(draft: Draft, table: pd.DataFrame) -> Draft:
    """Take over the attributes as a person wrote them; `table` is indexed by `no`."""
    written = {name: table[name] for name in draft.kind.attributes}
    return replace(draft, frame=draft.frame.assign(**_plain(written, draft.kind)))


def take_edits(draft: Draft, edited: Mapping[int, Mapping[str, object]]) -> Draft:
    """Take over cells that were just written: by the row's position, what stands in a column."""
    attributes = list(draft.kind.attributes)
    rows = draft.frame[attributes].to_dict("records")
    for position, cells in edited.items():
        rows[position] |= {name: cells[name] for name in attributes if name in cells}
    return take_table(draft, pd.DataFrame(rows, index=draft.frame.index, columns=attributes))


def name_shapes(draft: Draft, owners: Mapping[str, str]) -> dict[int, str]:
    """Return what each shape is called on the map; a gate by its facility as well."""
    shapes = draft.shapes
    if not draft.kind.owner:
        return {int(no): str(name) for no, name in shapes["name"].items()}
    whose = shapes[draft.kind.owner].map(lambda code: owners.get(code, code))
    names = whose + " " + shapes["gate_name"]
    return {int(no): str(name).strip() for no, name in names.items()}


def features_to_save(draft: Draft) -> tuple[gpd.GeoDataFrame, list[str]]:
    """
    Return the features that are new or changed, indexed by `feature_id`, and the ids removed.

    New ones get the next number of the kind that the others have.
    """
    states = draft.states
    frame = draft.frame[states != "dropped"]
    frame = frame.assign(feature_id=_fill_ids(frame, draft.kind))
    if "code" in frame:
        frame["code"] = frame["code"].where(frame["code"] != "", frame["feature_id"])
    kept = frame[states.reindex(frame.index).isin(["changed", "new"])].set_index("feature_id")
    kept = kept.join(draft.more)
    removed = draft.frame.loc[states == "removed", "feature_id"].tolist()
    return kept, removed


def _fill_ids(frame: gpd.GeoDataFrame, kind: LayerKind) -> pd.Series:
    """Name the features that have no identifier yet."""
    ids: pd.Series = frame["feature_id"].copy()
    for number in ids.index[ids == ""]:
        owner = str(frame.loc[number, kind.owner]) if kind.owner else ""
        taken = [name for name in ids if name.startswith(f"{owner}-")] if owner else list(ids)
        ids[number] = next_id(taken, f"{owner}-" if owner else kind.letter)
    return ids


def next_id(taken: Iterable[str], start: str) -> str:
    """
    Return the identifier that follows those that are taken, in their own manner of counting.

    Examples
    --------
    >>> next_id(["YQ07", "YQ08", "外1"], "N"), next_id([], "N"), next_id(["N1", "甲"], "N")
    ('YQ09', 'N1', 'N2')
    """
    names = [name for name in taken if name]
    counted = [match for name in names if (match := re.fullmatch(r"(.*?)(\d+)", name))]
    stems = pd.Series([match[1] for match in counted], dtype=object)
    stem = str(stems.mode().iloc[0]) if len(stems) else start
    numbers = [match[2] for match in counted if match[1] == stem]
    last = max(map(int, numbers), default=0)
    width = max(map(len, numbers), default=1)
    number = last + 1
    while f"{stem}{number:0{width}}" in names:
        number += 1
    return f"{stem}{number:0{width}}"
