from pathlib import Path

import geopandas as gpd
import pandas as pd
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st
from pandas.testing import assert_frame_equal

from app.layer_checks import check_layer
from app.layer_draft import (
    Draft,
    features_to_save,
    name_shapes,
    next_id,
    start_draft,
    take_drawn,
    take_edits,
    take_table,
)
from app.layer_kinds import KINDS
from app.maps.editing import Drawn
from data.area import Area, read_area
from data.kept import LAYERS

WEST = shapely.box(117.9003, 38.8505, 117.9020, 38.8535)
EAST = shapely.box(117.9020, 38.8505, 117.9037, 38.8535)
LONLAT = "EPSG:4326"


@pytest.fixture
def area(area_folder: Path) -> Area:
    """Read the small area."""
    return read_area(area_folder)


def communities() -> Draft:
    """Begin with two neighbours."""
    frame = gpd.GeoDataFrame(
        {"name": ["西社区", "东社区"]},
        geometry=[WEST, EAST],
        index=pd.Index(["C1", "C2"], name="feature_id"),
        crs=LONLAT,
    )
    return start_draft(frame, KINDS["communities"])


def drawn(changed: dict[int, shapely.Geometry], removed: tuple[int, ...] = ()) -> Drawn:
    """Draw shapes."""
    return Drawn(gpd.GeoSeries(list(changed.values()), index=list(changed), crs=LONLAT), removed)


def points(layer: str, **columns: list[str]) -> Draft:
    """Begin with a point for each row."""
    n = len(next(iter(columns.values())))
    places = [shapely.Point(117.9005 + 0.001 * i, 38.8511) for i in range(n)]
    index = pd.Index([f"P-{i + 1}" for i in range(n)], name="feature_id")
    return start_draft(
        gpd.GeoDataFrame(columns, geometry=places, index=index, crs=LONLAT), KINDS[layer]
    )


def test_every_layer_of_the_store_can_be_edited() -> None:
    """The layers that the area takes from the store are those that the page offers."""
    assert set(KINDS) == set(LAYERS)


def test_untouched_draft_has_nothing_to_save() -> None:
    """Opening a layer, and writing what stands there already, changes nothing."""
    draft = communities()
    again = take_table(draft, draft.frame)
    assert not again.touched
    changed, removed = features_to_save(again)
    assert changed.empty
    assert removed == []


def test_drawing_correcting_and_removing_is_told_apart() -> None:
    """Each number has the state that the table shows, and saving takes what it says."""
    bigger = shapely.box(117.9000, 38.8505, 117.9020, 38.8535)
    draft = take_drawn(communities(), drawn({1: bigger, 3: EAST.buffer(0.001)}, (2,)))
    assert draft.states.tolist() == ["changed", "removed", "new"]
    changed, removed = features_to_save(take_edits(draft, {2: {"name": "新社区"}}))
    assert changed.index.tolist() == ["C1", "C3"]
    assert changed["name"].tolist() == ["西社区", "新社区"]
    assert changed["code"].tolist() == ["C1", "C3"]
    assert removed == ["C2"]


def test_what_was_drawn_and_removed_is_not_saved() -> None:
    """A shape that was drawn and removed again leaves nothing; its number is not used again."""
    draft = take_drawn(communities(), drawn({3: WEST}))
    draft = take_drawn(draft, drawn({}, (3,)))
    assert draft.states.tolist() == ["same", "same", "dropped"]
    assert not draft.touched
    assert take_drawn(draft, drawn({3: WEST})).states[3] == "new"


@given(st.lists(st.integers(1, 6), unique=True), st.lists(st.integers(1, 6), unique=True))
def test_taking_over_twice_is_taking_over_once(changed: list[int], removed: list[int]) -> None:
    """The browser tells everything each time: hearing it twice changes nothing."""
    numbers = sorted({*range(3, max([*changed, 2]) + 1), *changed} - set(removed))
    said = drawn(dict.fromkeys(numbers, WEST), tuple(removed))
    once = take_drawn(communities(), said)
    twice = take_drawn(once, said)
    assert_frame_equal(pd.DataFrame(once.frame), pd.DataFrame(twice.frame))
    assert once.removed == twice.removed


def test_draft_is_never_modified() -> None:
    """Taking over makes a new draft; the old one is as it was."""
    draft = communities()
    before = draft.frame.copy()
    take_edits(take_drawn(draft, drawn({1: EAST, 3: WEST}, (2,))), {0: {"name": "改"}})
    assert_frame_equal(pd.DataFrame(draft.frame), pd.DataFrame(before))


def test_new_gate_is_numbered_within_its_facility() -> None:
    """A new gate of K2 follows the gates of K2."""
    draft = points("gates", key_point_id=["K1", "K2"], gate_name=["正门", "正门"])
    draft = start_draft(
        draft.frame.set_index(pd.Index(["K1-1", "K2-1"])).drop(columns="feature_id"), KINDS["gates"]
    )
    draft = take_drawn(draft, drawn({3: shapely.Point(117.901, 38.8511)}))
    changed, _ = features_to_save(take_edits(draft, {2: {"key_point_id": "K2"}}))
    assert changed.index.tolist() == ["K2-2"]
    assert name_shapes(draft, {"K1": "甲医院"})[1] == "甲医院 正门"


@given(st.lists(st.from_regex(r"[A-C]{0,2}-?[0-9]{1,3}", fullmatch=True), unique=True))
def test_next_id_is_free(taken: list[str]) -> None:
    """A new identifier is none of those that are taken."""
    assert next_id(taken, "N") not in taken


def said(draft: Draft, area: Area) -> list[tuple[str, bool]]:
    """Check a layer."""
    return [(doubt.said, doubt.stops) for doubt in check_layer(draft, area)]


def test_sound_layers_raise_no_doubt(area: Area) -> None:
    """Neighbours that share their border, and a gate on a street, are as they should be."""
    assert said(communities(), area) == []
    assert said(points("gates", key_point_id=["H1"], gate_name=["正门"]), area) == []


def test_outline_across_itself_cannot_be_saved(area: Area) -> None:
    """An outline that crosses itself stops saving, with the number and the name."""
    bow = shapely.Polygon([(117.9, 38.85), (117.902, 38.852), (117.902, 38.85), (117.9, 38.852)])
    doubts = said(take_drawn(communities(), drawn({1: bow})), area)
    assert doubts[0] == ("1 号社区“西社区”的边线自己交叉了，请拖开交叉处的角点。", True)


def test_overlap_is_said_and_can_be_saved(area: Area) -> None:
    """Communities that overlap are named with the square metres; saving is still possible."""
    wider = shapely.box(117.9003, 38.8505, 117.9025, 38.8535)
    (sentence, stops), *_ = said(take_drawn(communities(), drawn({1: wider})), area)
    assert "重叠" in sentence
    assert "西社区" in sentence
    assert "东社区" in sentence
    assert not stops


def test_names_are_asked_for(area: Area) -> None:
    """What has no name, or another's name, cannot be saved."""
    draft = take_edits(communities(), {0: {"name": ""}})
    assert ("1 号社区还没有名称。", True) in said(draft, area)
    twice = take_edits(communities(), {0: {"name": "东社区"}})
    assert ("有两个社区都叫“东社区”。", True) in said(twice, area)
    loose = points("gates", key_point_id=[""], gate_name=["正门"])
    assert ("1 号门口还没有选属于哪个点位。", True) in said(loose, area)


@pytest.mark.parametrize(("layer", "word"), [("gates", "离最近的街道"), ("booths", "边界以外")])
def test_far_places_are_said(area: Area, layer: str, word: str) -> None:
    """A gate far from every street, a booth outside the boundary: a warning that stops nothing."""
    columns = (
        {"key_point_id": ["H1"], "gate_name": ["正门"]} if layer == "gates" else {"name": ["甲"]}
    )
    draft = take_drawn(points(layer, **columns), drawn({1: shapely.Point(117.95, 38.9)}))
    assert any(word in sentence and not stops for sentence, stops in said(draft, area))


def test_there_is_one_boundary(area: Area) -> None:
    """A boundary that was removed, or a second one, cannot be saved."""
    frame = gpd.GeoDataFrame({"name": ["甲街道"]}, geometry=[WEST], index=["B1"], crs=LONLAT)
    draft = start_draft(frame, KINDS["boundary"])
    assert said(draft, area) == []
    assert said(take_drawn(draft, drawn({}, (1,))), area)[0][1]
