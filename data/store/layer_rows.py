"""Features as spans of days, and spans as rows of the store."""

from collections.abc import Mapping, Sequence
from dataclasses import fields
from datetime import date
from typing import Any

import geopandas as gpd
import pandas as pd
import shapely
from shapely.geometry.base import BaseGeometry
from sqlalchemy import ColumnElement, Connection, insert, or_, select

from data.errors import N_, Message
from data.masking import mask
from data.projection import WGS84
from data.store.bulk import in_chunks
from data.store.column_types import to_plain
from data.store.errors import StoreError
from data.store.models import layer_feature as feature
from data.store.spans import Span
from data.store.versions import next_version_id


def of_layer(area: str, layer: str, as_of: int | None) -> list[ColumnElement[bool]]:
    """Choose the versions of a layer that the store said after an entry, or says now."""
    chosen = [feature.c.area == area, feature.c.layer == layer]
    if as_of is None:
        return [*chosen, feature.c.until_seq.is_(None)]
    still = or_(feature.c.until_seq.is_(None), feature.c.until_seq > as_of)
    return [*chosen, feature.c.since_seq <= as_of, still]


def to_spans(features: gpd.GeoDataFrame, valid_from: date) -> dict[str, Span]:
    """Turn features into spans that begin on a day."""
    ids = features.index.astype(str)
    if not ids.is_unique:
        raise not_unique(ids[ids.duplicated()][0])
    shapes = features.geometry
    if not shapely.is_missing(shapes.to_numpy()).all():
        if shapes.crs is None:
            raise StoreError(
                N_("It is not said in which coordinate system the features are."),
                N_("Choose the coordinate system of the layer."),
            )
        shapes = shapes.to_crs(WGS84)
    attributes = pd.DataFrame(features.drop(columns=shapes.name)).to_dict("records")
    flat = shapely.force_2d(shapes.to_numpy())
    return {
        name: Span(name, _known(said), shape, valid_from)
        for name, said, shape in zip(ids, attributes, flat, strict=True)
    }


def _known(attributes: Mapping[Any, Any]) -> dict[str, Any]:
    """Return the attributes that a feature has, as JSON can hold them."""
    plain = {str(name): to_plain(value) for name, value in attributes.items()}
    return {name: value for name, value in plain.items() if value is not None}


def read_spans(
    connection: Connection, area: str, layer: str, feature_ids: Sequence[str]
) -> dict[str, list[Span]]:
    """Return what the store says of some features."""
    held: dict[str, list[Span]] = {}
    names = [field.name for field in fields(Span)]
    for chunk in in_chunks(list(feature_ids)):
        query = (
            select(*(feature.c[name] for name in names))
            .where(*of_layer(area, layer, None), feature.c.feature_id.in_(chunk))
            .order_by(feature.c.valid_from)
        )
        for row in connection.execute(query).mappings():
            held.setdefault(row["feature_id"], []).append(Span(**row))
    return held


def insert_spans(
    connection: Connection, spans: Sequence[Span], *, area: str, layer: str, seq: int
) -> None:
    """Insert spans as new versions."""
    first = next_version_id(connection, feature)
    rows = [
        {
            **{field.name: getattr(span, field.name) for field in fields(Span)},
            **_bounds(span.shape),
            "version_id": first + number,
            "area": area,
            "layer": layer,
            "since_seq": seq,
        }
        for number, span in enumerate(spans)
    ]
    if rows:
        connection.execute(insert(feature), rows)


def _bounds(shape: BaseGeometry | None) -> dict[str, float | None]:
    """Return the box around a shape; nothing for a shape without extent."""
    corners = ("minx", "miny", "maxx", "maxy")
    if shape is None or shape.is_empty:
        return dict.fromkeys(corners)
    return dict(zip(corners, shape.bounds, strict=True))


def not_unique(name: str) -> StoreError:
    """Say that an id names two features."""
    return StoreError(
        Message.of(N_("Feature {id} stands twice."), id=mask(name)),
        N_("Give each feature a number of its own."),
    )
