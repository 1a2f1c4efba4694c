from pathlib import Path
from typing import Any

import osmium
import pytest
import shapely

from data.errors import NetworkError
from data.osm import read_basemap, read_facilities

SQUARE = {1: (0, 0), 2: (100, 0), 3: (100, 100), 4: (0, 100)}
HOLE = {5: (40, 40), 6: (60, 40), 7: (60, 60), 8: (40, 60)}
RING = [1, 2, 3, 4, 1]


@pytest.mark.parametrize(
    ("refs", "tags", "kind"),
    [
        (RING, {"building": "yes", "name": "甲楼"}, "building"),
        (RING, {"building": "no"}, None),
        (RING, {"natural": "water"}, "water"),
        (RING, {"waterway": "riverbank"}, "water"),
        (RING, {"landuse": "reservoir"}, "water"),
        (RING, {"landuse": "residential"}, None),
        (RING, {"leisure": "park"}, "park"),
        ([1, 2, 3], {"waterway": "river"}, "water"),
        ([1, 2, 3], {"waterway": "river", "tunnel": "culvert"}, None),
        ([1, 2, 3], {"railway": "rail"}, "railway"),
        ([1, 2, 3], {"railway": "rail", "tunnel": "yes"}, None),
        ([1, 2, 3], {"railway": "subway"}, None),
        ([1, 2, 3], {"railway": "abandoned"}, None),
    ],
)
def test_basemap_shows_what_one_sees(
    write_town: Any, refs: list[int], tags: dict[str, str], kind: str | None
) -> None:
    """Water, buildings, railways and parks are drawn; what is underground or gone is not."""
    basemap = read_basemap(write_town("t.osm", SQUARE, [(1, refs, tags)]))
    assert basemap.crs.to_epsg() == 4326
    assert basemap["kind"].tolist() == ([kind] if kind else [])
    assert basemap["name"].tolist() == ([tags.get("name", "")] if kind else [])


def test_multipolygon_keeps_its_hole(tmp_path: Path, write_town: Any) -> None:
    """A lake made of two ways is one area, and its island is no water."""
    path = write_town("t.osm", SQUARE | HOLE, [(1, RING, {}), (2, [5, 6, 7, 8, 5], {})])
    both = tmp_path / "both.osm.pbf"
    writer = osmium.SimpleWriter(str(both))
    for item in osmium.FileProcessor(str(path)):
        writer.add(item)
    members = [("w", 1, "outer"), ("w", 2, "inner")]
    tags = {"type": "multipolygon", "natural": "water", "name": "镜湖"}
    writer.add_relation(osmium.osm.mutable.Relation(id=1, members=members, tags=tags))
    writer.close()
    basemap = read_basemap(both)
    assert basemap["name"].tolist() == ["镜湖"]
    area = basemap.to_crs(32650).area.iloc[0]
    assert area == pytest.approx(100 * 100 - 20 * 20, rel=0.001)


def test_basemap_is_cut_at_the_area(write_town: Any) -> None:
    """Of a river that runs on only the part in the bounding box stays; the rest is left out."""
    ways = [(1, [1, 2], {"waterway": "river"}), (2, RING, {"natural": "water"})]
    path = write_town("t.osm", SQUARE, ways)
    west, south, east, north = read_basemap(path).total_bounds
    half = shapely.box(west, south, (west + east) / 2, north)
    cut = read_basemap(path, clip=half).to_crs(32650)
    assert sorted(cut.geom_type) == ["LineString", "Polygon"]
    assert cut.length[cut.geom_type == "LineString"].tolist() == pytest.approx([50], rel=0.01)
    assert cut.area.max() == pytest.approx(5000, rel=0.01)
    beside = shapely.box(east + 0.001, south, east + 0.002, north)
    assert read_basemap(path, clip=beside).empty
    touching = read_basemap(path, clip=shapely.box(east, south, east + 0.1, north))
    assert touching.to_crs(32650).area.sum() == 0


@pytest.mark.parametrize(
    ("tags", "category"),
    [
        ({"amenity": "hospital"}, "hospital"),
        ({"healthcare": "hospital"}, "hospital"),
        ({"amenity": "clinic"}, "clinic"),
        ({"amenity": "doctors"}, "clinic"),
        ({"amenity": "pharmacy"}, "pharmacy"),
        ({"amenity": "police"}, "police_post"),
        ({"amenity": "marketplace"}, "market"),
        ({"amenity": "library"}, "library"),
        ({"railway": "station"}, "station"),
        ({"highway": "bus_stop"}, "bus_stop"),
        ({"amenity": "veterinary"}, None),
        ({"amenity": "clinic", "healthcare": "veterinary"}, None),
        ({"amenity": "cafe"}, None),
    ],
)
def test_facilities_by_category(
    write_town: Any, tags: dict[str, str], category: str | None
) -> None:
    """Points and areas of a kind count once each, areas by a point inside; vets are no clinics."""
    named = {**tags, "name": "甲"}
    path = write_town("t.osm.pbf", SQUARE | HOLE, [(1, RING, named)], {5: named})
    facilities = read_facilities(path)
    assert facilities["category"].tolist() == ([category] * 2 if category else [])
    if category:
        assert facilities["name"].tolist() == ["甲", "甲"]
        square = shapely.box(0, 0, 100, 100)
        metres = facilities.to_crs(32650).translate(-500_000, -4_300_000)
        assert square.buffer(0.01).contains(metres.iloc[1])


def test_incomplete_area_is_left_out(write_town: Any) -> None:
    """A house whose corners were cut away with the rest of the map is not drawn half."""
    path = write_town("t.osm", {1: (0, 0)}, [(1, [1, 8, 9, 1], {"building": "yes"})])
    assert read_basemap(path).empty
    line = write_town("line.osm", {1: (0, 0)}, [(1, [1, 8, 9], {"railway": "rail"})])
    assert read_basemap(line).empty


@pytest.mark.parametrize("name", ["streets.shp", "streets.txt"])
def test_other_files_are_refused(tmp_path: Path, name: str) -> None:
    """Only OpenStreetMap files hold facilities; others are refused with the kinds to use."""
    path = tmp_path / name
    path.write_text("x")
    with pytest.raises(NetworkError, match="not an OpenStreetMap file"):
        read_facilities(path)


@pytest.mark.real_data
@pytest.mark.parametrize(
    ("name", "counts"),
    [
        (
            "osm_monaco/monaco.osm.gz",
            {"police_post": 6, "pharmacy": 6, "hospital": 3, "school": 2},
        ),
        (
            "osm_krems/krems.osm.gz",
            {"school": 9, "clinic": 6, "pharmacy": 5, "hospital": 2, "police_post": 2},
        ),
    ],
)
def test_real_facilities_are_those_counted_by_others(
    shared: Path, name: str, counts: dict[str, int]
) -> None:
    """Numbers by category equal those that OSMnx's features_from_xml gives for the same file."""
    found = read_facilities(shared / name)["category"].value_counts()
    assert {category: found[category] for category in counts} == counts


@pytest.mark.real_data
def test_real_file_out_of_order_is_read(shared: Path) -> None:
    """A file whose ways are not in order gives its buildings all the same."""
    basemap = read_basemap(shared / "osm_misc_small" / "map-sidewalk-no.osm.gz")
    assert (basemap["kind"] == "building").sum() == 132
