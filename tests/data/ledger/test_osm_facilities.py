from collections.abc import Mapping
from pathlib import Path

import osmium
import pandas as pd
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from data.errors import NetworkError
from data.ledger.findings import Findings
from data.ledger.osm_facilities import facilities_from_osm
from data.osm import read_facilities

SQUARE = {1: (117.0, 39.0), 2: (117.001, 39.0), 3: (117.001, 39.001), 4: (117.0, 39.001)}
HOSPITAL = {"amenity": "hospital", "name": "甲医院"}
Tags = Mapping[str, str]


def write(
    folder: Path,
    *,
    nodes: Mapping[int, tuple[float, float, Tags]],
    ways: Mapping[int, tuple[list[int], Tags]] | None = None,
    relations: Mapping[int, tuple[list[int], Tags]] | None = None,
) -> Path:
    """Write a small map file; relations have ways as outer members."""
    file = folder / "town.osm.pbf"
    writer = osmium.SimpleWriter(str(file), overwrite=True)
    for ref, (lon, lat, tags) in sorted(nodes.items()):
        node = osmium.osm.mutable.Node(id=ref, location=(lon, lat), tags=dict(tags))
        writer.add_node(node)
    for ref, (refs, tags) in sorted((ways or {}).items()):
        writer.add_way(osmium.osm.mutable.Way(id=ref, nodes=refs, tags=dict(tags)))
    for ref, (refs, tags) in sorted((relations or {}).items()):
        members = [("w", way, "outer") for way in refs]
        relation = osmium.osm.mutable.Relation(id=ref, members=members, tags=dict(tags))
        writer.add_relation(relation)
    writer.close()
    return file


def corners(tags: Tags | None = None) -> dict[int, tuple[float, float, Tags]]:
    """Return the corners of the square as nodes."""
    return {ref: (*place, tags or {}) for ref, place in SQUARE.items()}


def read(file: Path, within: shapely.Geometry | None = None) -> tuple[pd.DataFrame, dict[str, int]]:
    """Read the facilities and what was found."""
    findings = Findings()
    return facilities_from_osm(file, within=within, findings=findings), findings.counts


def test_points_and_areas(tmp_path: Path) -> None:
    """A facility is a node, a way or a relation; it is named as OpenStreetMap does."""
    file = write(
        tmp_path,
        nodes={**corners(), 9: (117.01, 39.01, {"amenity": "pharmacy", "name": "乙药房"})},
        ways={
            1: ([1, 2, 3, 4, 1], HOSPITAL),
            2: ([1, 2, 3, 4, 1], {}),
        },
        relations={7: ([2], {"type": "multipolygon", "amenity": "school", "name": "丙小学"})},
    )
    facilities, counts = read(file)
    assert dict(facilities["category"]) == {
        "osm:node/9": "pharmacy",
        "osm:way/1": "hospital",
        "osm:relation/7": "school",
    }
    assert facilities.loc["osm:way/1"].geometry.within(shapely.box(117, 39, 117.001, 39.001))
    assert facilities.crs.to_epsg() == 4326
    assert counts == {}


@pytest.mark.parametrize(
    ("tags", "address"),
    [
        ({"addr:street": "一路", "addr:housenumber": "8"}, "一路8号"),
        ({"addr:street": "一路", "addr:housenumber": "8号乙"}, "一路8号乙"),
        ({"addr:city": "某市", "addr:district": "某区", "addr:street": "一路"}, "某市某区一路"),
        ({"addr:full": "某区一路8号院", "addr:street": "一路"}, "某区一路8号院"),
        ({"addr:street": "Main Street", "addr:housenumber": "8"}, "8 Main Street"),
        ({"addr:housenumber": "8"}, "8"),
        ({}, ""),
    ],
)
def test_addresses_and_hours(tmp_path: Path, tags: Tags, address: str) -> None:
    """The address is put together in the order of its script; hours are as they are written."""
    hours = {"opening_hours": "Mo-Fr 08:00-17:00"}
    file = write(tmp_path, nodes={9: (117.0, 39.0, {**HOSPITAL, **hours, **tags})})
    facilities, _ = read(file)
    assert facilities["address"].tolist() == [address]
    assert facilities["open_hours"].tolist() == ["Mo-Fr 08:00-17:00"]


@pytest.mark.parametrize(
    ("tags", "category"),
    [
        ({"amenity": "clinic", "name": "某街社区卫生服务中心"}, "community_health_center"),
        ({"amenity": "hospital", "name": "某镇卫生院"}, "community_health_center"),
        ({"amenity": "hospital", "name": "某药房"}, "hospital"),
        ({"amenity": "doctors"}, "clinic"),
        ({"amenity": "police", "name": "社区卫生派出所"}, "police_post"),
        ({"amenity": "marketplace"}, "market"),
        ({"highway": "bus_stop"}, "bus_stop"),
        ({"amenity": "veterinary", "name": "爱宠动物医院"}, None),
        ({"amenity": "clinic", "healthcare": "veterinary"}, None),
        ({"amenity": "restaurant"}, None),
    ],
)
def test_classes(tmp_path: Path, tags: Tags, category: str | None) -> None:
    """Tags tell the class, and Chinese names a narrower one; vets are no facilities."""
    facilities, _ = read(write(tmp_path, nodes={9: (117.0, 39.0, tags)}))
    assert facilities["category"].tolist() == ([category] if category else [])


def test_what_was_cut_away(tmp_path: Path) -> None:
    """Of a facility at the edge the part in the file stands for it; one wholly cut is counted."""
    some = {ref: node for ref, node in corners().items() if ref < 4}
    file = write(
        tmp_path,
        nodes=some,
        ways={1: ([1, 2, 3, 4, 1], HOSPITAL), 2: ([11, 12, 13, 11], HOSPITAL)},
        relations={7: ([99], {"type": "multipolygon", **HOSPITAL})},
    )
    facilities, counts = read(file)
    assert facilities.index.tolist() == ["osm:way/1"]
    assert facilities.geometry.iloc[0].within(shapely.box(117, 39, 117.001, 39.001))
    assert counts == {"osm_shape_incomplete": 1, "osm_without_shape": 2}


def test_drawn_twice(tmp_path: Path) -> None:
    """A point in the outline of a facility of its class and name may be the same; it is said."""
    inside = (117.0005, 39.0005)
    nodes = {
        **corners(),
        8: (*inside, {"amenity": "pharmacy", "name": "甲医院药房"}),
        9: (*inside, HOSPITAL),
    }
    facilities, counts = read(write(tmp_path, nodes=nodes, ways={1: ([1, 2, 3, 4, 1], HOSPITAL)}))
    assert len(facilities) == 3
    assert counts == {"osm_drawn_twice": 1}


def test_only_the_area(tmp_path: Path) -> None:
    """Facilities outside the area are left out and counted."""
    file = write(tmp_path, nodes={8: (117.0, 39.0, HOSPITAL), 9: (117.5, 39.0, HOSPITAL)})
    facilities, counts = read(file, shapely.box(116.9, 38.9, 117.1, 39.1))
    assert facilities.index.tolist() == ["osm:node/8"]
    assert counts == {"osm_outside_area": 1}


@pytest.mark.parametrize("content", [b"", b"<html>", b"\x00" * 50])
def test_what_is_no_map(tmp_path: Path, content: bytes) -> None:
    """A file that cannot be read is refused in words."""
    (tmp_path / "bad.osm.pbf").write_bytes(content)
    with pytest.raises(NetworkError, match=r"bad\.osm\.pbf"):
        read(tmp_path / "bad.osm.pbf")


PLACES = st.tuples(st.floats(-179, 179), st.floats(-85, 85))
TAGS = st.dictionaries(
    st.sampled_from(["amenity", "healthcare", "name", "highway", "addr:street"]),
    st.sampled_from(["hospital", "clinic", "bus_stop", "veterinary", "甲", "社区卫生服务站"]),
)


@settings(max_examples=30)
@given(nodes=st.dictionaries(st.integers(1, 50), st.tuples(PLACES, TAGS), max_size=8))
def test_as_many_as_the_base_map_shows(
    tmp_path_factory: pytest.TempPathFactory, nodes: dict[int, tuple[tuple[float, float], Tags]]
) -> None:
    """What is found is what `read_facilities` finds, each in its place under its own number."""
    folder = tmp_path_factory.mktemp("osm")
    file = write(folder, nodes={ref: (*place, tags) for ref, (place, tags) in nodes.items()})
    facilities, _ = read(file)
    shown = read_facilities(file)
    assert facilities.geometry.to_wkb().tolist() == shown.geometry.to_wkb().tolist()
    assert {int(key.rpartition("/")[2]) for key in facilities.index} <= set(nodes)


@pytest.mark.real_data
@pytest.mark.parametrize(
    ("file", "n", "counts"),
    [
        ("osm_misc_small/bayfront_singapore.osm.pbf", 8, {}),
        ("osm_misc_small/berlin-siegessaeule.osm.gz", 6, {}),
        ("osm_misc_small/campo-grande.osm.gz", 7, {"hospital": 2, "school": 2, "library": 1}),
        ("osm_misc_small/map-sidewalk-no.osm.gz", 23, {"bus_stop": 20, "pharmacy": 1}),
        ("osm_misc_small/moorgate.osm.pbf", 17, {"clinic": 2, "library": 1}),
        ("osm_misc_small/moscow.osm.gz", 58, {"pharmacy": 4, "school": 6}),
        (
            "osm_monaco/monaco.osm.gz",
            39,
            {"police_post": 6, "pharmacy": 6, "hospital": 3, "school": 2},
        ),
        (
            "osm_krems/krems.osm.gz",
            38,
            {"school": 9, "clinic": 6, "pharmacy": 5, "hospital": 2, "police_post": 2},
        ),
        ("osm_shanghai_drive/shanghai.osm", 0, {}),
    ],
)
def test_real_extracts(shared: Path, file: str, n: int, counts: dict[str, int]) -> None:
    """Every extract gives the facilities that its description counts, whole or clipped."""
    facilities, _ = read(shared / file)
    assert len(facilities) == n
    assert counts.items() <= facilities["category"].value_counts().to_dict().items()
    assert facilities.index.is_unique
    assert facilities.geometry.is_valid.all()
