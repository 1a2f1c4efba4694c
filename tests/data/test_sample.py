import json
import re
import tomllib
import xml.etree.ElementTree as ET
from itertools import combinations, pairwise
from pathlib import Path

import geopandas as gpd
import networkx as nx
import pandas as pd
import pytest
from pyproj import Geod
from shapely import LineString, Polygon
from shapely.geometry import shape

from data.area import read_area
from data.sample.make_sample import NAME, TRUTH, make_sample
from data.sample.plane import LABEL

SAMPLE = Path(__file__).parents[2] / "data" / "sample"
FILES = [
    "area.toml", "boundary.geojson", "booths.csv", "cameras.csv", "communities.geojson",
    "incidents.csv", "key_points.csv", "ledgers/order_12345.csv",
    "ledgers/order_12345_next_week.csv", "staffing.csv", "streets.osm", "truth.json",
    "visits.csv",
]  # fmt: skip
ON_FOOT = {"footway", "steps", "pedestrian"}
METRIC = "EPSG:32650"


def read_csv(name: str) -> pd.DataFrame:
    """Read a table of the sample as text."""
    return pd.read_csv(SAMPLE / name, dtype=str, keep_default_na=False)


def places(frame: pd.DataFrame) -> gpd.GeoSeries:
    """Return the places of the rows that have one, in metres."""
    placed = frame[frame["经度"] != ""]
    lon, lat = placed["经度"].astype(float), placed["纬度"].astype(float)
    return gpd.GeoSeries.from_xy(lon, lat, index=placed.index, crs=4326).to_crs(METRIC)


def polygons(name: str) -> gpd.GeoDataFrame:
    """Read polygons of the sample, in metres."""
    features = json.loads((SAMPLE / name).read_text(encoding="utf-8"))["features"]
    rows = [feature["properties"] for feature in features]
    shapes = [shape(feature["geometry"]) for feature in features]
    return gpd.GeoDataFrame(rows, geometry=shapes, crs=4326).to_crs(METRIC)


class Osm:
    """The OSM file, read without any of the readers under test."""

    def __init__(self) -> None:
        root = ET.parse(SAMPLE / "streets.osm").getroot()  # noqa: S314  # our own file
        self.generator = root.get("generator", "")
        self.note = root.findtext("note") or ""
        self.nodes = {
            n.get("id", ""): (float(n.get("lon", "")), float(n.get("lat", "")))
            for n in root.iter("node")
        }
        self.node_tags = {n.get("id", ""): _tags(n) for n in root.iter("node")}
        self.ways = [
            ([nd.get("ref", "") for nd in w.iter("nd")], _tags(w)) for w in root.iter("way")
        ]
        self.streets = [(refs, tags) for refs, tags in self.ways if "highway" in tags]

    def count(self, **tags: str) -> int:
        """Count the ways with these tags."""
        return sum(tags.items() <= found.items() for _, found in self.ways)

    def lines(self) -> gpd.GeoSeries:
        """Return all streets as lines, in metres."""
        lines = [LineString([self.nodes[ref] for ref in refs]) for refs, _ in self.streets]
        return gpd.GeoSeries(lines, crs=4326).to_crs(METRIC)

    def area(self, **tags: str) -> Polygon:
        """Return the only closed way with these tags, in metres."""
        (refs,) = [refs for refs, found in self.ways if tags.items() <= found.items()]
        ring = Polygon([self.nodes[ref] for ref in refs])
        return gpd.GeoSeries([ring], crs=4326).to_crs(METRIC).iloc[0]

    def graph(self, *, without: str = "") -> nx.Graph:
        """Join the streets at their shared nodes, but for those that have the tag `without`."""
        graph = nx.Graph()
        for refs, tags in self.streets:
            if not without or without not in tags:
                nx.add_path(graph, refs)
        return graph


def _tags(element: ET.Element) -> dict[str, str]:
    return {tag.get("k", ""): tag.get("v", "") for tag in element.iter("tag")}


@pytest.fixture(scope="module")
def osm() -> Osm:
    """Read the OSM file once."""
    return Osm()


def test_same_bytes_again(tmp_path: Path) -> None:
    """The script writes the committed files again, byte for byte."""
    make_sample(tmp_path)
    assert sorted(str(p.relative_to(tmp_path)) for p in tmp_path.rglob("*.*")) == sorted(FILES)
    for name in FILES:
        assert (tmp_path / name).read_bytes() == (SAMPLE / name).read_bytes(), name


def test_reads_like_any_area() -> None:
    """The sample is read by the way every area is read, and what is left out has its reason."""
    area = read_area(SAMPLE)
    assert (area.name, area.demo) == (NAME, True)
    assert len(area.communities) == 8
    assert len(area.key_points) == 31
    assert len(area.incidents) == 162 - 4  # four have no place
    assert len(area.cameras) == 20
    assert len(area.booths) == 1
    assert sorted(area.left_out["n"]) == [2, 4]  # outside, without a place
    assert 350 <= area.streets.number_of_nodes() <= 600
    assert set(area.basemap["kind"]) == {"water", "building", "railway", "park"}


def test_facilities() -> None:
    """The key points are those of a small sub-district, and hospitals have several gates."""
    rows = read_csv("key_points.csv")
    points = rows.drop_duplicates("编号")
    assert points["类别"].value_counts().to_dict() == {
        "药店": 14, "公交站": 8, "民营医院": 3, "三甲医院": 2, "社区卫生服务中心": 2,
        "早市": 1, "车站": 1,
    }  # fmt: skip
    daily = {"三甲医院", "社区卫生服务中心", "民营医院", "早市"}
    assert (points["每日必巡"] == points["类别"].isin(daily).map({True: "是", False: "否"})).all()
    gates = rows.groupby(["编号", "类别"]).size().reset_index(name="n")
    hospitals = gates["类别"].isin({"三甲医院", "民营医院"})
    assert gates.loc[hospitals, "n"].between(2, 4).all()
    assert (gates.loc[~hospitals, "n"] == 1).all()
    assert points["名称"].is_unique


def test_one_hospital_beyond_the_boundary() -> None:
    """Every key point lies inside but one tertiary hospital, not 80 m beyond the boundary."""
    rows = read_csv("key_points.csv")
    boundary = polygons("boundary.geojson").geometry.iloc[0]
    outside = ~places(rows).within(boundary)
    assert set(rows.loc[outside, "类别"]) == {"三甲医院"}
    assert set(rows.loc[outside, "编号"]) == {"KP-02"}
    assert places(rows)[outside].distance(boundary).max() < 80
    assert (rows.loc[outside, "社区"] == "").all()


def test_gates_stand_on_streets(osm: Osm) -> None:
    """Every gate lies within 15 m of the middle of a street that people can walk."""
    streets = osm.lines().union_all()
    assert places(read_csv("key_points.csv")).distance(streets).max() < 15
    assert places(read_csv("booths.csv")).distance(streets).max() < 15
    assert places(read_csv("cameras.csv")).distance(streets).max() < 15


def test_river_and_railway_part_the_streets(osm: Osm) -> None:
    """Two bridges and one underpass, and nothing else, join what river and railway part."""
    assert osm.count(bridge="yes") == 2
    assert osm.count(tunnel="yes", layer="-1") == 1
    boundary = polygons("boundary.geojson").geometry.iloc[0]
    west, middle, east = _a_street_of(osm, (117.8935, 117.9, 117.9075))
    assert nx.has_path(osm.graph(), west, east)
    without_bridges = osm.graph(without="bridge")
    assert not nx.has_path(without_bridges, west, middle)
    assert nx.has_path(without_bridges, middle, east)
    without_underpass = osm.graph(without="tunnel")
    assert not nx.has_path(without_underpass, middle, east)
    for refs, tags in osm.streets:
        if "bridge" in tags:  # either bridge is enough
            graph = osm.graph()
            graph.remove_edges_from(pairwise(refs))
            assert nx.has_path(graph, west, middle)
    assert boundary.area == pytest.approx(1.95e6, rel=0.05)


def _a_street_of(osm: Osm, longitudes: tuple[float, ...]) -> list[str]:
    """Find, per longitude, a node of the main street near it."""
    refs = [ref for found, tags in osm.streets if tags.get("name") == "云桥大街" for ref in found]
    return [min(refs, key=lambda ref: abs(osm.nodes[ref][0] - lon)) for lon in longitudes]


def test_few_bits_are_cut_off(osm: Osm) -> None:
    """All streets hang together but two tiny paths: one on the islet, one on the platform."""
    parts = sorted(nx.connected_components(osm.graph()), key=len, reverse=True)
    assert len(parts) == 3
    assert all(len(part) < 20 for part in parts[1:])


def test_vehicles_reach_every_street(osm: Osm) -> None:
    """One-way streets leave no place that a vehicle can enter and not leave, or the reverse."""
    graph = nx.DiGraph()
    for refs, tags in osm.streets:
        if tags["highway"] not in ON_FOOT:
            nx.add_path(graph, refs)
            if tags.get("oneway") != "yes":
                nx.add_path(graph, refs[::-1])
    assert nx.is_strongly_connected(graph)
    assert 5 <= osm.count(oneway="yes") <= 12


def test_every_kind_of_street(osm: Osm) -> None:
    """The network holds what makes walking, riding and driving, day and night, differ."""
    kinds = {tags["highway"] for _, tags in osm.streets}
    assert kinds == ON_FOOT | {
        "primary", "secondary", "tertiary", "residential", "living_street", "service",
    }  # fmt: skip
    assert osm.count(lit="no") > 15
    assert osm.count(lit="yes") > 40
    buildings = [tags for _, tags in osm.ways if "building" in tags]
    assert 250 <= len(buildings) <= 400
    assert (SAMPLE / "streets.osm").stat().st_size < 1_500_000


@pytest.mark.parametrize(
    ("tags", "hours", "n"),
    [({"leisure": "park"}, "06:00-20:00", 4), ({"landuse": "residential"}, "05:30-21:00", 3)],
)
def test_grounds_are_entered_by_gates(osm: Osm, tags: dict[str, str], hours: str, n: int) -> None:
    """Without the gate nodes, no way leads into the park or the compound."""
    gates = {ref for ref, found in osm.node_tags.items() if found.get("opening_hours") == hours}
    assert len(gates) == n
    assert all(osm.node_tags[ref]["barrier"] == "gate" for ref in gates)
    graph = osm.graph()
    graph.remove_nodes_from(gates)
    ground = osm.area(**tags).buffer(-1)
    xy = gpd.GeoSeries.from_xy(*zip(*osm.nodes.values(), strict=True), crs=4326).to_crs(METRIC)
    inside = {ref for ref, point in zip(osm.nodes, xy, strict=True) if ground.contains(point)}
    within = inside & set(graph)
    assert within
    for node in within:
        assert nx.node_connected_component(graph, node) <= inside


def test_communities_partition_the_boundary() -> None:
    """The eight communities fill the boundary and do not overlap."""
    parts = polygons("communities.geojson")
    whole = polygons("boundary.geojson").geometry.iloc[0]
    assert len(parts) == 8
    assert parts["name"].is_unique
    assert parts.area.sum() == pytest.approx(whole.area, rel=1e-9)
    assert parts.union_all().symmetric_difference(whole).area < 1
    for one, other in combinations(parts.geometry, 2):
        assert one.intersection(other).area < 0.1


def test_incident_places(osm: Osm) -> None:
    """Incidents lie on streets; four have no place and two lie outside the boundary."""
    rows = read_csv("incidents.csv")
    points = places(rows)
    assert len(rows) == 162
    assert (rows["经度"] == "").sum() == 4
    assert points.distance(osm.lines().union_all()).max() < 15
    boundary = polygons("boundary.geojson").geometry.iloc[0]
    assert (points.distance(boundary) > 100).sum() == 2
    communities = polygons("communities.geojson").set_index("name").geometry
    for number, name in rows.loc[points.index, "社区"].items():
        assert not name or points[number].distance(communities[name]) < 1


def test_incident_times() -> None:
    """Times span the 26 weeks, are known to different degrees, and precede their receipt."""
    rows = read_csv("incidents.csv")
    since = pd.to_datetime(rows["发生时间"], format="ISO8601")
    until = pd.to_datetime(rows["发生止"].where(rows["发生止"] != ""), format="ISO8601")
    received = pd.to_datetime(rows["受理时间"], format="ISO8601")
    assert since.min().date() >= TRUTH.first_day
    assert since.max().date() <= TRUTH.last_day
    assert (TRUTH.last_day - TRUTH.first_day).days + 1 == 26 * 7
    assert (received > since).all()
    assert (received >= until.fillna(since)).all()
    assert set(rows["时间精度"]) == {"分", "时", "时段", "日"}
    days_only = rows["时间精度"] == "日"
    assert rows.loc[days_only, "发生时间"].str.fullmatch(r"\d{4}-\d\d-\d\d").all()
    assert (until > since).sum() == rows["时间精度"].isin(["时", "时段"]).sum()
    main = rows["来源"].value_counts()
    assert set(main.index[:3]) == {"12345", "110", "巡查发现"}


def test_planted_story() -> None:
    """The ledger tells the planted story: two hotspots with their hours, and one that moved."""
    rows = read_csv("incidents.csv")
    rows["since"] = pd.to_datetime(rows["发生时间"], format="ISO8601")
    placed = rows.loc[places(rows).index]
    near = {spot.name: _near(placed, spot.lon, spot.lat) for spot in TRUTH.hotspots}

    day = near[TRUTH.day.name]
    assert 45 <= len(day) <= 52
    assert (day["since"].dt.day_of_week < 5).mean() > 0.9
    hours = day.loc[day["时间精度"] != "日", "since"].dt.hour
    assert hours.between(6, 10).mean() > 0.55
    assert hours.between(13, 15).mean() > 0.2
    evening = near[TRUTH.evening.name]
    assert 25 <= len(evening) <= 30
    assert evening["since"].dt.hour.between(18, 21).mean() > 0.85

    before, after = near[TRUTH.before_cleanup.name], near[TRUTH.after_cleanup.name]
    cleanup = pd.Timestamp(TRUTH.cleanup_on)
    assert (before["since"] < cleanup).sum() >= 20
    assert (before["since"] >= cleanup).sum() <= 3
    assert (after["since"] < cleanup).sum() <= 3
    assert (after["since"] >= cleanup).sum() >= 15
    one, other = TRUTH.before_cleanup, TRUTH.after_cleanup
    gap_m = Geod(ellps="WGS84").inv(one.lon, one.lat, other.lon, other.lat)[2]
    assert 180 <= gap_m <= 220


def _near(rows: pd.DataFrame, lon: float, lat: float) -> pd.DataFrame:
    """Select the rows within 75 m of a place."""
    middle = gpd.GeoSeries.from_xy([lon], [lat], crs=4326).to_crs(METRIC).iloc[0]
    return rows[places(rows).distance(middle) < 75]


def test_planted_series() -> None:
    """The ledger holds the planted near repeats: followers soon after a first one, close to it."""
    planted = TRUTH.near_repeat
    rows = read_csv("incidents.csv")
    for name, n_series in planted.series:
        there = rows[(rows["地点描述"] == name) & (rows["时间精度"] != "日")]
        points = places(there)
        since = pd.to_datetime(there["发生时间"], format="ISO8601").dt.normalize()
        later_days = {i: (since - since[i]).dt.days for i in there.index}
        followed = [
            (later_days[i].between(1, planted.within_days - 1)
             & (points.distance(points[i]) <= planted.within_m + 0.2)).sum()
            for i in there.index
        ]  # fmt: skip
        assert sum(n >= planted.n_followers for n in followed) >= n_series, name


def test_truth_is_written_down() -> None:
    """One file that any program can read says what was planted, and says nothing of persons."""
    text = (SAMPLE / "truth.json").read_text(encoding="utf-8")
    truth = json.loads(text)
    assert truth["note"] == LABEL
    assert set(truth["hotspots"]) == {"day", "night"}
    assert truth["displacement"]["cleanup_on"] == f"{TRUTH.cleanup_on}"
    assert truth["displacement"]["ring_m"] > 0
    assert truth["near_repeat"]["followers"] == TRUTH.near_repeat.n_followers
    assert truth["other_clustering"] is None


def test_patrol_records() -> None:
    """Patrol records of the last weeks go to key points of the area and name nobody."""
    area = read_area(SAMPLE)
    visits = area.visits
    assert 200 < len(visits) < 400
    assert set(visits["point_id"]) <= set(area.key_points.index)
    assert set(visits["shift"]) == {"day", "night"}
    assert (visits["dwell_min"] > 0).mean() > 0.9
    found = visits[visits["result"] == "found"]
    assert set(found["incident_id"]) <= set(area.incidents.index)
    assert (area.incidents.loc[found["incident_id"], "source"] == "patrol_find").all()
    assert (area.key_points["outpatient_visits"] > 0).sum() == 7


def test_hotspots_lie_at_gates() -> None:
    """Every planted hotspot is named after a gate of the key points and lies at it."""
    gates = read_csv("key_points.csv")
    for spot in TRUTH.hotspots:
        gate = gates[gates["名称"] + gates["门口名称"] == spot.name]
        assert len(gate) == 1, spot.name
        lon, lat = float(gate["经度"].iloc[0]), float(gate["纬度"].iloc[0])
        assert Geod(ellps="WGS84").inv(lon, lat, spot.lon, spot.lat)[2] < 20


def test_staffing_counts_nobody_twice() -> None:
    """23 to 24 people are there, and both by day and at night two officers can form a pair."""
    rows = read_csv("staffing.csv").astype({"最少": int, "最多": int, "夜班人数": int})
    own = rows[rows["计入单位"] == ""]
    assert (own["最少"].sum(), own["最多"].sum()) == (23, 24)
    twice = rows[rows["计入单位"] != ""]
    assert set(twice["计入单位"]) <= set(own["单位"])
    officers = own[own["执法资格"] == "是"]
    at_night = officers["夜班人数"].sum()
    assert at_night >= 2
    assert officers["最少"].sum() - at_night >= 4
    community = own[own["所属社区"] != ""]
    assert set(community["所属社区"]) == set(polygons("communities.geojson")["name"])
    assert (community["执法资格"] == "否").all()


def test_no_personal_data() -> None:
    """No file of the area holds a run of digits as long as a telephone number."""
    for name in FILES:
        if name.endswith(".csv") and not name.startswith("ledgers/"):  # those show what is dropped
            assert not re.search(r"\d{7}", (SAMPLE / name).read_text(encoding="utf-8")), name


def test_everything_is_labelled(osm: Osm) -> None:
    """Every file, and every row of every table, says that it is a demonstration."""
    settings = tomllib.loads((SAMPLE / "area.toml").read_text(encoding="utf-8"))
    assert settings["demo"] is True
    assert LABEL in settings["name"]
    for path in sorted(SAMPLE.glob("*.csv")):
        assert (read_csv(path.name)["备注"] == LABEL).all(), path.name
    for name in ("boundary.geojson", "communities.geojson"):
        assert (polygons(name)["note"] == LABEL).all()
    assert LABEL in osm.generator
    assert LABEL in osm.note


def test_lies_in_the_open_sea(osm: Osm) -> None:
    """Every node lies in the box of open water that was chosen for it."""
    for lon, lat in osm.nodes.values():
        assert 117.88 < lon < 117.92
        assert 38.83 < lat < 38.87
