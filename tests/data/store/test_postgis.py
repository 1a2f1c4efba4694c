from datetime import date

import geopandas as gpd
import pytest
from shapely import Point, box
from sqlalchemy import Engine, column, func, select, text

from data.store import postgis
from data.store.engine import open_store
from data.store.imports import save_import
from data.store.layers import save_features
from data.store.models import record
from data.store.records import read_records, remove_records
from tests.data.store.invented import AREA, WHY, invent, told, without_place


def test_points_are_there_for_a_gis(server_url: str) -> None:
    """A GIS finds each record's point in degrees, made by the database from lon and lat."""
    with open_store(server_url) as store:
        save_import(store, AREA, without_place(invent(4), 2), **told())
        remove_records(store, AREA, ["I1-5"], **WHY)
        query = "SELECT * FROM record_now ORDER BY record_id"
        now = gpd.read_postgis(query, store.engine, geom_col="geom")
        corners = func.ST_MakeEnvelope(117.9, 38.0, 117.900025, 39.0, 4326)
        within = select(func.count()).select_from(record)
        with store.engine.connect() as connection:
            inside = connection.scalar(within.where(func.ST_Within(column("geom"), corners)))
        read = read_records(store, AREA)
    assert now.crs == "EPSG:4326"
    assert now["record_id"].tolist() == ["I1-2", "I1-3", "I1-4"]
    placed = now.set_index("record_id").geometry
    assert placed.x.tolist()[1:] == read["lon"].tolist()[1:]
    assert placed.isna().tolist() == [True, False, False]
    assert (now["occurred_from"] == read["occurred_from"].to_numpy()).all()
    assert inside == 1


def test_layers_are_there_for_a_gis(server_url: str) -> None:
    """A GIS finds each feature's shape that holds today, with its attributes as JSON."""
    areas = gpd.GeoDataFrame(
        {"name": ["甲社区", "乙社区"]},
        geometry=[box(117, 38, 118, 39), Point(117.5, 38.5)],
        index=["A", "B"],
        crs=4326,
    )
    with open_store(server_url) as store:
        save_features(store, AREA, "communities", areas, valid_from=date(2020, 1, 1), **WHY)
        save_features(
            store, AREA, "communities", areas.iloc[:0], removed=["B"],
            valid_from=date(2021, 1, 1), **WHY,
        )  # fmt: skip
        query = "SELECT feature_id, attributes ->> 'name' AS name, geom FROM layer_now"
        now = gpd.read_postgis(query, store.engine, geom_col="geom")
    assert now["name"].tolist() == ["甲社区"]
    assert now.geometry.iloc[0].equals(areas.geometry.iloc[0])


def test_points_have_an_index(server_url: str) -> None:
    """The points lie in a spatial index."""
    query = "SELECT indexdef FROM pg_indexes WHERE indexname LIKE '%geom' AND schemaname = "
    with open_store(server_url) as store, store.engine.connect() as connection:
        found = connection.execute(text(query + "current_schema()")).scalars().all()
    assert len(found) == 2
    assert all("gist" in index for index in found)


def test_a_server_without_postgis_does_as_well(
    server: Engine, server_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without PostGIS the store works, and gets its geometry once PostGIS is there."""
    assert server.dialect.name == "postgresql"
    with monkeypatch.context() as without:
        without.setattr(postgis, "_EXTENSION", "SELECT 0")
        without.setattr(postgis, "make_postgis", lambda _connection: None)
        without.setattr("data.store.upgrade.make_postgis", lambda _connection: None)
        with open_store(server_url) as store:
            save_import(store, AREA, invent(3), **told())
            assert len(read_records(store, AREA)) == 3
            with store.engine.connect() as connection:
                assert not connection.scalar(text(postgis._COLUMN))  # noqa: SLF001  # the query itself
    with open_store(server_url) as store, store.engine.connect() as connection:
        assert connection.scalar(text("SELECT count(geom) FROM record")) == 3
