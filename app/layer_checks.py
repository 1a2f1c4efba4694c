"""What is wrong, or looks wrong, with a layer that a person has drawn: each a plain sentence."""

from collections.abc import Iterator
from dataclasses import dataclass

import geopandas as gpd
import pandas as pd
import shapely

from app.i18n import t
from app.layer_draft import Draft
from app.text import number
from data.area import Area

FAR_M = 100.0
"""A gate farther than this from every street is not one where somebody walks in."""
OVERLAP_M2 = 200.0
"""Neighbours drawn by hand along one street overlap a little; more than this is a slip."""
OUTSIDE_SHARE = 0.02
"""Share of a community that may lie beyond the boundary before it is said."""


@dataclass(frozen=True)
class Doubt:
    """A sentence about a layer, and whether it keeps the layer from being saved."""

    said: str
    stops: bool = False


def check_layer(draft: Draft, area: Area) -> list[Doubt]:
    """List what is wrong with a layer, what stops it first."""
    shapes = draft.shapes.to_crs(area.crs)
    doubts = [*_check_words(draft, shapes)]
    if draft.kind.shape == "polygon":
        doubts += _check_outlines(draft, shapes, area)
    else:
        doubts += _check_places(draft, shapes, area)
    return sorted(doubts, key=lambda doubt: not doubt.stops)


def _check_words(draft: Draft, shapes: gpd.GeoDataFrame) -> Iterator[Doubt]:
    """Yield what is missing in the table."""
    kind = draft.kind
    unit = t(kind.unit)
    if kind.layer == "boundary" and len(shapes) != 1:
        yield Doubt(t("边界要有且只有一条，现在有 {n} 条。", n=len(shapes)), stops=True)
    if "name" in kind.attributes and kind.layer != "boundary":
        unnamed = shapes.index[shapes["name"] == ""]
        for no in unnamed:
            yield Doubt(t("{no} 号{unit}还没有名称。", no=no, unit=unit), stops=True)
    if kind.layer == "communities":
        twice = shapes["name"][shapes["name"].duplicated() & (shapes["name"] != "")]
        for name in twice.unique():
            yield Doubt(t("有两个社区都叫“{name}”。", name=name), stops=True)
    if "category" in kind.attributes:
        for no in shapes.index[shapes["category"] == ""]:
            yield Doubt(t("{no} 号{unit}还没有选类别。", no=no, unit=unit), stops=True)
    if kind.owner:
        for no in shapes.index[shapes[kind.owner] == ""]:
            yield Doubt(t("{no} 号门口还没有选属于哪个点位。", no=no), stops=True)


def _check_outlines(draft: Draft, shapes: gpd.GeoDataFrame, area: Area) -> Iterator[Doubt]:
    """Yield outlines that cross themselves, and neighbours that overlap."""
    sound = shapes[shapes.geometry.is_valid]
    for no, row in shapes[~shapes.geometry.is_valid].iterrows():
        yield Doubt(
            t("{shape}的边线自己交叉了，请拖开交叉处的角点。", shape=_call(draft, no, row)),
            stops=True,
        )
    if draft.kind.layer != "communities" or sound.empty:
        return
    yield from _check_overlaps(draft, sound)
    beyond = sound.geometry.difference(area.boundary).area
    for no in sound.index[beyond > OUTSIDE_SHARE * sound.area]:
        yield Doubt(
            t(
                "{shape}有 {m2} 平方米在辖区边界以外。",
                shape=_call(draft, no, sound.loc[no]),
                m2=number(beyond[no], 0),
            )
        )


def _check_overlaps(draft: Draft, sound: gpd.GeoDataFrame) -> Iterator[Doubt]:
    """Yield pairs of communities that share more ground than a line's breadth."""
    tree = shapely.STRtree(sound.geometry.to_numpy())
    pairs = tree.query(sound.geometry.to_numpy(), predicate="intersects").T
    for i, j in pairs[pairs[:, 0] < pairs[:, 1]]:
        common_m2 = sound.geometry.iloc[i].intersection(sound.geometry.iloc[j]).area
        if common_m2 > OVERLAP_M2:
            yield Doubt(
                t(
                    "{one}和{other}重叠了 {m2} 平方米，请看看公共的边界。",
                    one=_call(draft, sound.index[i], sound.iloc[i]),
                    other=_call(draft, sound.index[j], sound.iloc[j]),
                    m2=number(common_m2, 0),
                )
            )


def _check_places(draft: Draft, shapes: gpd.GeoDataFrame, area: Area) -> Iterator[Doubt]:
    """Yield points that stand far from every street, or outside."""
    if shapes.empty:
        return
    lines = shapely.STRtree([data["geometry"] for *_, data in area.streets.edges(data=True)])
    points = shapes.geometry.to_numpy()
    _, away_m = lines.query_nearest(points, return_distance=True, all_matches=False)
    outside = ~shapely.covers(area.boundary, points)
    for position, no in enumerate(shapes.index):
        name = _call(draft, no, shapes.loc[no])
        if away_m[position] > FAR_M:
            m = number(away_m[position], 0)
            yield Doubt(t("{shape}离最近的街道有 {m} 米，请核对位置。", shape=name, m=m))
        if draft.kind.layer == "booths" and outside[position]:
            yield Doubt(t("{shape}在辖区边界以外，请核对位置。", shape=name))


def _call(draft: Draft, no: object, row: pd.Series) -> str:
    """Name a shape by its number, what it is and what it is called."""
    name = row.get("name", row.get("gate_name", ""))
    said = t("{no} 号{unit}", no=no, unit=t(draft.kind.unit))
    return t("{shape}“{name}”", shape=said, name=name) if name else said
