from datetime import UTC, date, datetime
from pathlib import Path

import geopandas as gpd
import pandas as pd
import pytest
from shapely import Point, box

from data.area import Area, read_area
from data.kept import NO_PLACE
from data.ledger.records import empty_records
from data.store.engine import open_store, store_url
from data.store.imports import save_import
from data.store.layers import save_features

NOW = datetime(2026, 11, 21, 8, tzinfo=UTC)
WHEN = pd.Timestamp("2026-11-10 09:00", tz="Asia/Shanghai")


def records(rows: list[dict[str, object]]) -> pd.DataFrame:
    """Make records that say nothing but what is given."""
    blank = empty_records().reindex(range(2, 2 + len(rows)))
    texts = [name for name in blank if pd.api.types.is_string_dtype(blank[name])]
    filled = blank.assign(**dict.fromkeys(texts, ""), row=blank.index)
    filled = filled.assign(
        file="a.csv", source="tip", type="leafleting", time_precision="minute",
        geo_precision="door", place_origin="file",
        occurred_from=WHEN.tz_convert("UTC"), occurred_to=WHEN.tz_convert("UTC"),
    )  # fmt: skip
    for row, given in zip(filled.index, rows, strict=True):
        for name, value in given.items():
            filled.loc[row, name] = value
    return filled.astype({"row": int})


def keep(area: Area, rows: list[dict[str, object]]) -> None:
    """Put records into the store of an area."""
    with open_store(store_url(area.folder)) as store:
        save_import(
            store, area.key, records(rows), file="a.csv", file_hash="0", source="a", terms={},
            counts={}, who="办公室", now=NOW,
        )  # fmt: skip


def middle(area: Area) -> tuple[float, float]:
    """Return the middle of an area in longitude and latitude."""
    point = gpd.GeoSeries([area.boundary.centroid], crs=area.crs).to_crs(4326).iloc[0]
    return point.x, point.y


def test_records_join_the_incidents(area_folder: Path) -> None:
    """Records of the store and of the file are one ledger; each that is on no map has a reason."""
    before = read_area(area_folder)
    lon, lat = middle(before)
    keep(
        before,
        [
            {"lon": lon, "lat": lat},
            {"status": "no_place", "geo_precision": "none"},
            {"status": "no_time", "occurred_from": pd.NaT, "occurred_to": pd.NaT,
             "time_precision": "none", "lon": lon, "lat": lat},
            {"status": "datum_unsettled"},
            {"lon": lon, "lat": lat, "status": "duplicate", "duplicate_of": "row 2"},
        ],
    )  # fmt: skip
    after = read_area(area_folder)
    assert len(after.incidents) == len(before.incidents) + 1
    assert after.recorded == before.recorded + 4
    assert after.located == before.located + 2
    reasons = {str(reason): n for reason, n in after.left_out_reasons}
    assert reasons["The record has no time that can be read."] == 1
    assert reasons["The record repeats another one, which is counted."] == 1
    assert reasons["The coordinate system of the record is not settled."] == 1
    had = dict(before.left_out_reasons).get(NO_PLACE, 0)
    assert reasons[str(NO_PLACE)] == had + 1
    assert after.content_hash != before.content_hash
    assert after.seq > 0


def test_vague_records_do_not_pile_up(area_folder: Path) -> None:
    """Records known only to a community stand along its streets, each always at the same place."""
    outline = box(117.8995, 38.8495, 117.9030, 38.8550)
    communities = gpd.GeoDataFrame({"name": ["甲社区"]}, geometry=[outline], crs=4326)
    communities.to_file(area_folder / "communities.geojson", driver="GeoJSON")
    area = read_area(area_folder)
    name = area.communities["name"].iloc[0]
    keep(
        area,
        [
            {"community": name, "geo_precision": "community", "place_origin": "", "summary": f"{i}"}
            for i in range(20)
        ],
    )
    once, again = read_area(area_folder), read_area(area_folder)
    new = once.incidents[~once.incidents.index.isin(area.incidents.index)]
    assert len(new) == 20
    assert new.geometry.drop_duplicates().size == 20
    community = area.communities.geometry.iloc[0]
    assert new.within(community.buffer(1)).all()
    same = new.geometry.geom_equals(again.incidents.geometry[new.index])
    assert same.all()
    assert once.located == area.located
    assert once.recorded == area.recorded + 20


def test_layers_of_the_store_replace_those_of_the_files(area_folder: Path) -> None:
    """Communities, facilities, gates and booths that a person drew count from their day on."""
    area = read_area(area_folder)
    lon, lat = middle(area)
    drawn = {
        "communities": {"name": "新社区", "geometry": Point(lon, lat).buffer(0.01)},
        "facilities": {"name": "新医院", "category": "private_hospital", "daily_required": True,
                       "status": "open", "geometry": Point(lon, lat)},
        "booths": {"name": "新岗亭", "status": "existing", "geometry": Point(lon, lat)},
    }  # fmt: skip
    with open_store(store_url(area.folder)) as store:
        for layer, feature in drawn.items():
            frame = gpd.GeoDataFrame([feature], index=pd.Index(["X1"], name="feature_id"), crs=4326)
            save_features(
                store, area.key, layer, frame, valid_from=date(2026, 11, 1), reason="",
                who="办公室", now=NOW,
            )  # fmt: skip
    after = read_area(area_folder, on=date(2026, 11, 2))
    assert after.communities["name"].tolist() == ["新社区"]
    assert after.key_points["name"].tolist() == ["新医院"]
    assert after.gates["key_point_id"].tolist() == ["X1"]
    assert after.booths["name"].tolist() == ["新岗亭"]
    assert read_area(area_folder, on=date(2026, 10, 1)).communities.empty


def test_no_store_is_made_by_reading(area_folder: Path) -> None:
    """Reading an area leaves its folder as it was."""
    before = sorted(path.name for path in area_folder.iterdir())
    read_area(area_folder)
    assert sorted(path.name for path in area_folder.iterdir()) == before


@pytest.fixture(autouse=True)
def _own_store(monkeypatch: pytest.MonkeyPatch) -> None:
    """Keep the store in the folder, whatever the machine's environment says."""
    monkeypatch.delenv("XUNGE_DATABASE_URL", raising=False)
