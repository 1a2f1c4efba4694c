from datetime import date

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely import MultiPolygon, Point, Polygon, box

from data.store.engine import Store, open_store
from data.store.errors import StoreError
from data.store.layers import has_layer, read_layer_features, save_features
from data.store.trail import current_seq, read_trail
from tests.data.store.invented import AREA, BY, WHY

SINCE = date(2026, 1, 1)


def booths(*names: str, crs: object = 4326) -> gpd.GeoDataFrame:
    """Invent booths; each stands a little east of the one before."""
    shapes = [Point(117.9 + number / 1000, 38.85) for number in range(len(names))]
    index = pd.Index([f"G{number}" for number in range(1, len(names) + 1)], name="feature_id")
    return gpd.GeoDataFrame({"name": list(names)}, geometry=shapes, index=index, crs=crs)


def names_on(store: Store, day: date, layer: str = "booths", as_of: int | None = None) -> list[str]:
    """List the names of the features that hold on a day."""
    found = read_layer_features(store, AREA, layer, on=day, as_of=as_of)
    return found["name"].tolist() if len(found) else []


def test_a_layer_is_the_stores_once_it_is_saved(store: Store) -> None:
    """A layer is in the store from its first feature on, even if all of them went since."""
    assert not has_layer(store, AREA, "booths")
    save_features(store, AREA, "booths", booths("北岗"), valid_from=SINCE, **WHY)
    assert has_layer(store, AREA, "booths")
    assert not has_layer(store, AREA, "cameras")
    assert not has_layer(store, "west", "booths")
    nothing = booths()
    save_features(store, AREA, "booths", nothing, removed=["G1"], valid_from=SINCE, **WHY)
    assert has_layer(store, AREA, "booths")
    assert names_on(store, SINCE) == []


def test_features_come_out_as_they_went_in(store: Store) -> None:
    """Shapes, texts, numbers and yes or no are kept; what a feature lacks is missing."""
    areas = gpd.GeoDataFrame(
        {
            "name": ["甲社区", "乙社区"],
            "households": [1200, None],
            "daily_required": [True, False],
            "since": [pd.Timestamp("2020-01-01"), pd.NaT],
            "tags": [["a", "b"], None],
        },
        geometry=[box(0, 0, 1, 1), MultiPolygon([box(2, 0, 3, 1), box(4, 0, 5, 1)])],
        index=["A", "B"],
        crs=4326,
    )
    save_features(store, AREA, "communities", areas, valid_from=SINCE, **WHY)
    read = read_layer_features(store, AREA, "communities", on=SINCE)
    assert read.index.name == "feature_id"
    assert read.crs == "EPSG:4326"
    assert read.geometry.geom_equals(areas.geometry).all()
    assert read["households"].tolist()[0] == 1200
    assert np.isnan(read["households"].tolist()[1])
    assert read["daily_required"].tolist() == [True, False]
    assert read["since"].tolist()[0] == "2020-01-01T00:00:00"
    assert read["tags"].tolist()[0] == ["a", "b"]


def test_features_without_a_shape_are_kept(store: Store) -> None:
    """A responsibility has no shape of its own, and needs none."""
    duties = gpd.GeoDataFrame({"org": ["甲所"]}, geometry=[None], index=["C1"])
    save_features(store, AREA, "responsibilities", duties, valid_from=SINCE, **WHY)
    read = read_layer_features(store, AREA, "responsibilities", on=SINCE)
    assert read["org"].tolist() == ["甲所"]
    assert read.geometry.isna().all()


def test_shapes_are_kept_in_degrees(store: Store) -> None:
    """Features in metres are converted; heights are left out."""
    metric = booths("北岗").to_crs(32650)
    metric.geometry = metric.geometry.map(lambda point: Point(point.x, point.y, 12.0))
    save_features(store, AREA, "booths", metric, valid_from=SINCE, **WHY)
    point = read_layer_features(store, AREA, "booths", on=SINCE).geometry.iloc[0]
    assert not point.has_z
    assert (point.x, point.y) == pytest.approx((117.9, 38.85), abs=1e-9)


def test_who_was_responsible_on_a_day(store: Store) -> None:
    """A change from a day on holds on that day; the day before, the old one holds."""
    for org, day in (("甲所", SINCE), ("乙所", date(2026, 3, 1)), ("丙所", date(2026, 9, 1))):
        duty = gpd.GeoDataFrame({"name": [org]}, geometry=[None], index=["C1"])
        save_features(store, AREA, "responsibilities", duty, valid_from=day, **WHY)
    answers = {
        date(2025, 12, 31): [],
        date(2026, 1, 1): ["甲所"],
        date(2026, 2, 28): ["甲所"],
        date(2026, 3, 1): ["乙所"],
        date(2026, 8, 31): ["乙所"],
        date(2026, 9, 1): ["丙所"],
        date.max: ["丙所"],
    }
    for day, wanted in answers.items():
        assert names_on(store, day, "responsibilities") == wanted


def test_what_is_said_of_an_earlier_day_replaces_what_was_said_of_later_ones(store: Store) -> None:
    """A correction of the past holds from its day on; what the store said before can be asked."""
    save_features(store, AREA, "booths", booths("旧名"), valid_from=SINCE, **WHY)
    save_features(store, AREA, "booths", booths("新名"), valid_from=date(2026, 6, 1), **WHY)
    save_features(store, AREA, "booths", booths("真名"), valid_from=date(2026, 3, 1), **WHY)
    assert names_on(store, date(2026, 2, 1)) == ["旧名"]
    assert names_on(store, date(2026, 7, 1)) == ["真名"]
    assert names_on(store, date(2026, 7, 1), as_of=2) == ["新名"]
    assert names_on(store, date(2026, 7, 1), as_of=1) == ["旧名"]
    assert names_on(store, date(2026, 7, 1), as_of=0) == []


def test_a_removed_feature_ends(store: Store) -> None:
    """A feature that is removed from a day on holds on the day before, and no longer on it."""
    save_features(store, AREA, "booths", booths("北岗", "南岗"), valid_from=SINCE, **WHY)
    end = date(2026, 4, 1)
    save_features(store, AREA, "booths", booths(), removed=["G1", "G7"], valid_from=end, **WHY)
    assert names_on(store, date(2026, 3, 31)) == ["北岗", "南岗"]
    assert names_on(store, end) == ["南岗"]
    payload = read_trail(store, AREA).loc[2, "payload"]
    assert payload["removed"] == {"records": 1, "ids": ["G1"]}


def test_a_removed_feature_can_come_back(store: Store) -> None:
    """A feature that was removed and is saved again holds again, with a gap between."""
    save_features(store, AREA, "booths", booths("北岗"), valid_from=SINCE, **WHY)
    save_features(
        store, AREA, "booths", booths(), removed=["G1"], valid_from=date(2026, 2, 1), **WHY
    )
    save_features(store, AREA, "booths", booths("北岗"), valid_from=date(2026, 3, 1), **WHY)
    days = [date(2026, 1, 15), date(2026, 2, 15), date(2026, 3, 15)]
    assert [names_on(store, day) for day in days] == [["北岗"], [], ["北岗"]]


def test_what_is_the_same_is_no_change(store: Store) -> None:
    """Saving a layer as it stands makes no version and no entry; only what differs does."""
    layer = booths("北岗", "南岗")
    assert save_features(store, AREA, "booths", layer, valid_from=SINCE, **WHY) == 1
    assert save_features(store, AREA, "booths", layer, valid_from=date(2026, 5, 1), **WHY) == 1
    assert current_seq(store, AREA) == 1
    moved = layer.set_geometry([layer.geometry.iloc[0], Point(117.95, 38.85)])
    assert save_features(store, AREA, "booths", moved, valid_from=date(2026, 5, 1), **WHY) == 2
    assert read_trail(store, AREA).loc[2, "payload"]["saved"]["ids"] == ["G2"]


def test_features_that_make_no_sense_are_refused(store: Store) -> None:
    """An id that stands twice, and shapes in an unknown system, are refused."""
    twice = booths("北岗", "南岗").set_axis(["G1", "G1"])
    with pytest.raises(StoreError, match="G1 stands twice"):
        save_features(store, AREA, "booths", twice, valid_from=SINCE, **WHY)
    with pytest.raises(StoreError, match="G1 stands twice"):
        save_features(
            store, AREA, "booths", booths("北岗"), removed=["G1"], valid_from=SINCE, **WHY
        )
    with pytest.raises(StoreError, match="coordinate system"):
        save_features(store, AREA, "booths", booths("北岗", crs=None), valid_from=SINCE, **WHY)
    assert not has_layer(store, AREA, "booths")


def test_features_are_not_changed(store: Store) -> None:
    """The frame handed over stays as it was."""
    layer = booths("北岗").to_crs(32650)
    before = layer.copy(deep=True)
    save_features(store, AREA, "booths", layer, valid_from=SINCE, **WHY)
    pd.testing.assert_frame_equal(pd.DataFrame(layer), pd.DataFrame(before))


def test_an_empty_shape_has_no_box(store: Store) -> None:
    """A shape without extent is kept, and lies in no box."""
    layer = gpd.GeoDataFrame({"name": ["空"]}, geometry=[Polygon()], index=["A"], crs=4326)
    save_features(store, AREA, "communities", layer, valid_from=SINCE, **WHY)
    assert read_layer_features(store, AREA, "communities", on=SINCE).geometry.is_empty.all()


Saying = tuple[int, str | None]


@given(st.lists(st.tuples(st.integers(1, 5), st.sampled_from(["甲", "乙", None])), max_size=6))
@settings(max_examples=25)
def test_every_day_has_the_last_word_said_of_it(sayings: list[Saying]) -> None:
    """In whatever order things were said, on a day holds what was last said from it or before."""
    with open_store("sqlite://") as store:
        truth: dict[int, str | None] = {}
        for month, name in sayings:
            layer = booths() if name is None else booths(name)
            gone = ["G1"] if name is None else []
            day = date(2026, month, 1)
            save_features(store, AREA, "booths", layer, removed=gone, valid_from=day, **WHY)
            truth |= dict.fromkeys(range(month, 6), name)
        for month in range(1, 6):
            wanted = truth.get(month)
            assert names_on(store, date(2026, month, 15)) == ([wanted] if wanted else [])


def test_areas_are_kept_apart(store: Store) -> None:
    """Two areas may have a feature of the same id."""
    save_features(store, AREA, "booths", booths("北岗"), valid_from=SINCE, **WHY)
    save_features(store, "west", "booths", booths("西岗"), valid_from=SINCE, reason="", **BY)
    assert names_on(store, SINCE) == ["北岗"]
