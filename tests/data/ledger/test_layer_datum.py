from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely

from data.datum import from_wgs84
from data.ledger.datum_evidence import Evidence
from data.ledger.layer_datum import find_layer_datum
from tests.data.ledger.datum_towns import sample_evidence

SHARED = Path(__file__).parents[4] / "shared" / "data"
FIELDS = ("adcode", "name", "center", "centroid", "childrenNum", "level", "parent", "acroutes")


def shifted(shapes: gpd.GeoSeries, system: str) -> gpd.GeoSeries:
    """Write shapes in a system, as a file that says nothing of it."""

    def convert(corners: np.ndarray) -> np.ndarray:
        return np.column_stack(from_wgs84(corners[:, 0], corners[:, 1], system))

    return gpd.GeoSeries(shapely.transform(shapes.to_numpy(), convert), shapes.index)


@pytest.mark.parametrize("system", ["wgs84", "gcj02", "bd09", "EPSG:4548", "EPSG:4527"])
def test_communities_are_found_by_streets(system: str) -> None:
    """Communities whose borders run along streets are found in whatever system they are."""
    town = sample_evidence()
    assert town.communities is not None
    known = Evidence(streets=town.streets, facilities=town.facilities)
    finding = find_layer_datum(shifted(town.communities.geometry, system), known)
    assert finding.system in {system, ""}
    assert finding.system or not finding.certain


def test_a_layer_alone_tells_nothing() -> None:
    """Outlines without evidence and without known fields cannot be told."""
    town = sample_evidence()
    assert town.communities is not None
    finding = find_layer_datum(town.communities.geometry, Evidence(), declared="EPSG:4326")
    assert (finding.system, finding.certain) == ("", False)


def test_a_publisher_names_but_never_settles() -> None:
    """DataV's fields name GCJ-02, say so, and leave it to be confirmed."""
    square = gpd.GeoSeries([shapely.box(117.20, 39.13, 117.22, 39.15)])
    finding = find_layer_datum(square, Evidence(), declared="EPSG:4326", headers=FIELDS)
    assert (finding.system, finding.certain) == ("gcj02", False)
    assert [rule.code for rule in finding.rules] == ["label_open", "publisher_datav"]


def test_a_publisher_is_weaker_than_places() -> None:
    """DataV's fields on outlines that places show to be WGS 84 do not make them GCJ-02."""
    square = shapely.box(117.20, 39.13, 117.22, 39.15)
    rim = shapely.get_coordinates(shapely.segmentize(square.exterior, 0.002))
    edges = gpd.GeoDataFrame(geometry=gpd.points_from_xy(*rim.T), crs=4326)
    finding = find_layer_datum(gpd.GeoSeries([square]), Evidence(edges=edges), headers=FIELDS)
    assert finding.system == "wgs84"


def test_abroad_outlines_are_wgs84() -> None:
    """Outside China nothing else is in question."""
    finding = find_layer_datum(gpd.GeoSeries([shapely.box(-87.7, 41.7, -87.6, 41.8)]), Evidence())
    assert (finding.system, finding.certain) == ("wgs84", True)


def known_places() -> Evidence:
    """
    Return places of Tianjin with published WGS 84 coordinates (articles of Wikipedia).

    The Tianjin Eye stands on Yongle Bridge over the river between the districts Hebei and Hongqiao,
    Tianjin railway station on the border of Hebei and Hedong. Our Lady of Victory Church and the
    metro station at the North Station are in Hebei, the World Financial Center is in Heping.
    """
    edges = [(117.1802616, 39.1533636), (117.20306, 39.13472)]
    church = (117 + 11 / 60 + 19 / 3600, 39 + 8 / 60 + 48 / 3600)
    places = [church, (117.20219, 39.16597), (117.196333, 39.128754)]
    return Evidence(
        edges=gpd.GeoDataFrame(geometry=gpd.points_from_xy(*np.transpose(edges)), crs=4326),
        facilities=gpd.GeoDataFrame(
            {
                "name": ["望海楼教堂", "北站", "环球金融中心"],
                "community": ["河北区", "河北区", "和平区"],
            },
            geometry=gpd.points_from_xy(*np.transpose(places)),
            crs=4326,
        ),
    )


@pytest.mark.real_data
def test_hebei_is_gcj02() -> None:
    """河北区 of DataV is GCJ-02: by places alone, by its fields alone, and by both."""
    file = SHARED / "tianjin_boundary" / "120105.json"
    if not file.exists():
        pytest.skip("the real files are not beside this checkout")
    layer = gpd.read_file(file)
    shapes, names = layer.geometry, layer["name"]
    by_places = find_layer_datum(shapes, known_places(), declared=layer.crs, names=names)
    by_fields = find_layer_datum(shapes, Evidence(), declared=layer.crs, headers=layer.columns)
    by_both = find_layer_datum(
        shapes, known_places(), declared=layer.crs, headers=layer.columns, names=names
    )
    assert [f.system for f in (by_places, by_fields, by_both)] == ["gcj02"] * 3
    assert by_both.confidence > max(by_places.confidence, by_fields.confidence)
    scores = by_places.scores.set_index(["system", "kind"])["median_m"]
    assert scores["gcj02", "edge"] < 100 < scores["wgs84", "edge"]


@pytest.mark.real_data
@pytest.mark.parametrize("system", ["wgs84", "gcj02", "bd09"])
def test_districts_of_shanghai(system: str) -> None:
    """Shanghai's districts are WGS 84 by the places that name them, and are found if shifted."""
    file = SHARED / "shanghai_poi" / "districts" / "区县界_area.shp"
    if not file.exists():
        pytest.skip("the real files are not beside this checkout")
    layer = gpd.read_file(file)
    table = pd.read_csv(SHARED / "shanghai_poi" / "shanghai_hospital.csv").head(2000)
    points = gpd.points_from_xy(table["lon"], table["lat"])
    places = {"name": table["name"], "community": table["adname"]}
    known = Evidence(facilities=gpd.GeoDataFrame(places, geometry=points, crs=4326))
    finding = find_layer_datum(
        shifted(layer.geometry, system), known, declared="EPSG:4326", names=layer["NAME"]
    )
    assert finding.system == system
