"""Layers of an area, each feature with the days on which it holds: who was responsible when.

Two times are kept: the days on which something holds in the world (`valid_from` inclusive,
`valid_to` exclusive) and the entries of the audit trail between which the store said so.
"""

from collections.abc import Sequence
from datetime import date, datetime

import geopandas as gpd
import pandas as pd
from sqlalchemy import or_, select

from data.masking import mask
from data.projection import WGS84
from data.store.connections import Store, reading, writing
from data.store.layer_rows import insert_spans, not_unique, of_layer, read_spans, to_spans
from data.store.merging import say_ids
from data.store.models import layer_feature as feature
from data.store.spans import end_spans, put_span
from data.store.trail import append_event, next_seq
from data.store.versions import close_versions


def has_layer(store: Store, area: str, layer: str) -> bool:
    """
    Tell whether the store, and no longer a file, says what a layer holds.

    Examples
    --------
    >>> from data.store.engine import open_store
    >>> with open_store("sqlite://") as store:
    ...     has_layer(store, "east", "booths")
    False
    """
    query = select(feature.c.version_id).where(*of_layer(area, layer, None)).limit(1)
    with reading(store) as connection:
        return connection.execute(query).first() is not None


def read_layer_features(
    store: Store, area: str, layer: str, *, on: date, as_of: int | None = None
) -> gpd.GeoDataFrame:
    """
    Return the features of a layer that hold on a day.

    Parameters
    ----------
    layer
        Such as `communities`, `facilities`, `gates`, `boundary`, `booths`, `cameras` or
        `responsibilities`.
    on
        The day; `date.max` takes what holds in the end.
    as_of
        As the store said it after this entry of the audit trail; None takes the last word.

    Returns
    -------
    features
        Indexed by `feature_id`, in longitude and latitude, with a column for each attribute;
        dates are ISO texts, and an attribute that a feature lacks is missing.
    """
    query = (
        select(feature.c.feature_id, feature.c.attributes, feature.c.shape)
        .where(*of_layer(area, layer, as_of))
        .where(feature.c.valid_from <= on)
        .where(or_(feature.c.valid_to.is_(None), feature.c.valid_to > on))
        .order_by(feature.c.feature_id)
    )
    with reading(store) as connection:
        rows = connection.execute(query).all()
    index = pd.Index([row.feature_id for row in rows], dtype=str, name="feature_id")
    attributes = pd.DataFrame.from_records([row.attributes for row in rows], index=index)
    shapes = gpd.GeoSeries([row.shape for row in rows], index=index, crs=WGS84)
    return gpd.GeoDataFrame(attributes, geometry=shapes)


def save_features(
    store: Store,
    area: str,
    layer: str,
    features: gpd.GeoDataFrame,
    *,
    removed: Sequence[str] = (),
    valid_from: date,
    reason: str,
    who: str,
    now: datetime,
) -> int:
    """
    Keep features as they are from a day on; before that day, what was kept stays.

    What was said for later days is replaced. Features that are the same already stay untouched.

    Parameters
    ----------
    layer
        Name of the layer.
    features
        Indexed by `feature_id`, unique; any CRS. Every column but the geometry is an attribute.
    removed
        Ids of features that no longer hold from that day on; unknown ones are passed over.
    valid_from
        The first day.
    reason, who, now
        For the audit trail.

    Returns
    -------
    seq
        Number of the entry in the trail; of the last one there is if nothing changes.

    Raises
    ------
    StoreError
        If an id stands twice, or it is not said in which CRS the features are.
    """
    wanted = to_spans(features, valid_from)
    twice = set(wanted).intersection(removed)
    if twice:
        raise not_unique(next(iter(twice)))
    with writing(store) as connection:
        held = read_spans(connection, area, layer, [*wanted, *removed])
        steps = {name: put_span(held.get(name, []), span) for name, span in wanted.items()}
        steps |= {name: end_spans(held.get(name, []), valid_from) for name in removed}
        steps = {name: step for name, step in steps.items() if any(step)}
        if not steps:
            return next_seq(connection) - 1
        payload = {
            "layer": layer,
            "valid_from": valid_from,
            "saved": say_ids([name for name in steps if name in wanted]),
            "removed": say_ids([name for name in steps if name not in wanted]),
            "reason": mask(reason),
        }
        seq = append_event(connection, area, "save_layer", who=who, now=now, payload=payload)
        closed = [span.version_id for old, _ in steps.values() for span in old]
        close_versions(connection, feature, closed, seq)
        made = [span for _, new in steps.values() for span in new]
        insert_spans(connection, made, area=area, layer=layer, seq=seq)
    return seq
