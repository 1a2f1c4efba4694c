from pathlib import Path

import geopandas as gpd
import networkx as nx
import numpy as np
import pandas as pd
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from data.area import read_area
from data.graphs import StreetGraph
from data.ledger.findings import Findings
from data.ledger.gazetteer import Gazetteer, build_gazetteer
from data.ledger.learned_doors import learn_doors
from data.ledger.place_finder import ACCEPT_FROM
from data.ledger.places import TEXTS, match_places, note_matches
from data.osm_streets import read_osm_streets
from data.street_graph import normalise as uniform
from data.street_graph import project, simplify

SAMPLE = Path(__file__).parents[3] / "data" / "sample"
CRS = 32650
BEST = ["lon", "lat", "geo_precision", "score", "label", "kind"]


@pytest.fixture(scope="module")
def known() -> Gazetteer:
    """Gather the places of the sample area."""
    area = read_area(SAMPLE)
    return build_gazetteer(
        streets=area.streets,
        key_points=area.key_points,
        gates=area.gates,
        communities=area.communities,
        boundary=area.boundary,
        crs=area.crs,
        basemap=area.basemap,
    )


def match(known: Gazetteer, **said: str) -> tuple[str, str, str, bool]:
    """Return label, kind and precision of one record, and whether it got a point."""
    best, _ = match_places(pd.DataFrame({name: [text] for name, text in said.items()}), known)
    row = best.iloc[0]
    return row["label"], row["kind"], row["geo_precision"], bool(np.isfinite(row["lon"]))


@pytest.mark.parametrize(
    "address",
    [
        "青梧医院北门",
        "青梧医院北大门对面",
        "青梧医院（北门）",
        "丙区云桥街道青梧医院北门口",
        "云桥大街，青梧医院北门",
        "在青梧医院北门看见有人收药",
        "青梧医院北门公交站旁",
    ],
)
def test_a_named_gate_is_found(known: Gazetteer, address: str) -> None:
    """Ways of saying a gate of a facility all mean that gate, to the gate."""
    assert match(known, address=address) == ("青梧医院北门", "gate", "gate", True)


@pytest.mark.parametrize(
    "address",
    [
        "云桥大街与青梧路交口",
        "云桥大街青梧路交叉口",
        "云桥大街/青梧路",
        "云桥大街、青梧路路口",
        "云 桥 大 街 与 青 梧 路 交 口",
    ],
)
def test_a_crossing_is_found(known: Gazetteer, address: str) -> None:
    """Two roads that meet, however they are joined, mean the spot where they do."""
    assert match(known, address=address) == ("云桥大街与青梧路交口", "crossing", "door", True)


@pytest.mark.parametrize(
    ("address", "label", "kind"),
    [
        ("苇岸社区医院", "苇岸社区卫生服务中心正门", "gate"),
        ("苇岸卫生服务中心门口", "苇岸社区卫生服务中心正门", "gate"),
        ("苇岸社区卫生眼务中心", "苇岸社区卫生服务中心", "facility"),
        ("鹤汀药店", "鹤汀大药房门口", "gate"),
        ("云桥火车站", "云桥站出站口", "gate"),
        ("青梧医院公交站旁", "青梧医院公交站站台", "bus_stop"),
        ("菱歌早市西口", "菱歌早市西口", "gate"),
        ("鹤汀桥底下", "鹤汀道桥", "bridge"),
        ("苇风公园", "苇风公园", "landmark"),
    ],
)
def test_names_drift(known: Gazetteer, address: str, label: str, kind: str) -> None:
    """Short and other forms of a name, and one wrong sign in a long word, still mean the place."""
    assert match(known, address=address)[:2] == (label, kind)


@pytest.mark.parametrize(
    "address",
    [
        "新早市街",
        "早市街小学",
        "青梧医院家属院",
        "小青梧医院",
        "第青梧医院",
        "云桥大街药房",
        "云侨大街",
        "某药店旁边的巷口",
        "河边桥底下",
        "听澜",
        "",
    ],
)
def test_a_name_inside_another_is_not_believed(known: Gazetteer, address: str) -> None:
    """What may be another place, or is no name at all, gets no point."""
    assert match(known, address=address) == ("", "", "none", False)


def street(name: str, x: float, length: float = 100) -> tuple[str, shapely.LineString]:
    """Draw a street northwards."""
    return name, shapely.LineString([(x, 0), (x, length)])


def small_town(
    facilities: dict[str, tuple[float, float]],
    streets: list[tuple[str, shapely.LineString]],
    doors: gpd.GeoDataFrame | None = None,
) -> Gazetteer:
    """Build a gazetteer of facilities without gates, of streets, and of two communities."""
    graph: StreetGraph = nx.MultiDiGraph(crs=f"EPSG:{CRS}")
    for number, (name, line) in enumerate(streets):
        graph.add_edge(2 * number, 2 * number + 1, name=name, geometry=line, oneway=True)
    points = [shapely.Point(xy) for xy in facilities.values()]
    table = {"name": list(facilities), "category": ["clinic"] * len(points)}
    halves = [shapely.box(-2000, -2000, 0, 2000), shapely.box(0, -2000, 2000, 2000)]
    return build_gazetteer(
        streets=graph,
        key_points=gpd.GeoDataFrame(table, geometry=points, crs=CRS),
        gates=gpd.GeoDataFrame({"key_point_id": [], "gate_name": []}, geometry=[], crs=CRS),
        communities=gpd.GeoDataFrame({"name": ["西山社区", "东山社区"]}, geometry=halves, crs=CRS),
        boundary=None,
        crs=CRS,
        doors=doors,
    )


@pytest.mark.parametrize(
    ("name", "other"),
    [
        ("建设路", "新建设路"),
        ("第一医院", "第十一医院"),
        ("人民路", "老人民路"),
        ("一院", "十一院"),
    ],
)
def test_a_name_is_not_found_in_a_longer_one(name: str, other: str) -> None:
    """建设路 is not 新建设路, whether the longer name is known or not."""
    road = name.endswith("路")
    spots = {name: (0.0, 0.0), other: (900.0, 0.0)}
    for names in ([name], [name, other]):
        town = small_town(
            {} if road else {one: spots[one] for one in names},
            [street(one, spots[one][0]) for one in names] if road else [],
        )
        label, _, _, placed = match(town, address=f"{other}附近")
        assert (label, placed) == ((other, True) if len(names) > 1 else ("", False))
        assert match(town, address=f"{name}附近")[0] == name


PREFIXES = st.text(alphabet="新老前后大小上下第十东西南北中甲", min_size=1, max_size=2)


@pytest.fixture(scope="module")
def town() -> Gazetteer:
    """Build a town of one hospital and one street."""
    return small_town({"第一医院": (0, 0)}, [street("建设路", 500)])


@given(PREFIXES, st.sampled_from(["建设路", "第一医院"]))
def test_no_sign_before_a_name_is_overlooked(town: Gazetteer, before: str, name: str) -> None:
    """A sign that makes another name of a name takes its place away."""
    assert not match(town, address=before + name)[3]


def test_chain_stores_are_told_apart_by_the_community() -> None:
    """Two places of one name are candidates only, until the community says which is meant."""
    town = small_town({"康宁诊所(东)": (500, 0), "康宁诊所(西)": (-500, 0)}, [])
    assert not match(town, address="康宁诊所")[3]
    assert match(town, address="康宁诊所", community="东山居委会")[:1] == ("康宁诊所(东)",)
    _, candidates = match_places(pd.DataFrame({"address": ["康宁诊所"]}), town)
    assert set(candidates["label"]) == {"康宁诊所(东)", "康宁诊所(西)"}


def test_two_places_in_one_text_are_not_chosen_from(known: Gazetteer) -> None:
    """Between two hospitals there is no point, but both are candidates."""
    for address in ("从青梧医院到荻花医院", "青梧医院和荻花医院之间"):
        assert match(known, address=address) == ("", "", "none", False)


def test_several_gates_without_a_word_are_less_exact(known: Gazetteer) -> None:
    """A facility whose gate is not said is a door if its gates are near, else a segment."""
    assert match(known, address="荻花医院")[1:] == ("facility", "door", True)
    assert match(known, address="青梧医院")[1:] == ("facility", "segment", True)
    assert match(known, address="青梧医院南门") == ("青梧医院", "facility", "segment", True)


def test_the_road_chooses_among_gates(known: Gazetteer) -> None:
    """The gate on the road that is named with the hospital is meant."""
    assert match(known, address="晚渡道青梧医院")[0] == "青梧医院北门"


def test_a_contradiction_is_left_to_a_person(known: Gazetteer) -> None:
    """A hospital that does not lie on the road it is said to be on gets no point."""
    assert not match(known, address="荻花道青梧医院")[3]


def test_the_kind_alone_needs_the_community(known: Gazetteer) -> None:
    """医院北门口 is a gate only where the community has one hospital."""
    assert match(known, address="医院北门口", community="晴岚社区")[0] == "青梧医院北门"
    assert not match(known, address="医院北门口")[3]


def test_a_long_road_is_no_point(known: Gazetteer) -> None:
    """A road of which nobody knows where is known as a road; a short one has its middle."""
    assert match(known, address="云桥大街") == ("云桥大街", "road", "segment", False)
    assert match(known, address="云桥大街12号") == ("云桥大街", "road", "segment", False)
    assert match(known, address="木槿道") == ("木槿道", "road", "segment", True)


def test_a_road_is_cut_to_the_community(known: Gazetteer) -> None:
    """The middle of a road is that of its part in the community."""
    texts = pd.DataFrame({"address": "鹤汀道", "community": ["望舒社区", "鹤汀社区"]})
    _, candidates = match_places(texts, known)
    east, west = candidates.loc[candidates["label"] == "鹤汀道", "lon"]
    assert east > west


def test_the_community_is_the_last_word(known: Gazetteer) -> None:
    """Where nothing else is known the community is, in any form of its name, without a point."""
    for community in ("晴岚社区", "晴岚居委会", "云桥街道晴岚社区", "晴岚"):
        found = match(known, address="不详", community=community)
        assert found == ("晴岚社区", "community", "community", False)


def test_the_nearest_facility_helps(known: Gazetteer) -> None:
    """A road and the facility nearest to the place give a segment on that road."""
    label, _, precision, placed = match(known, address="云桥大街", near_facility="青梧医院")
    assert (precision, placed) == ("segment", True)
    assert label.startswith("青梧医院")


def doors_of(town: Gazetteer, addresses: dict[str, float]) -> gpd.GeoDataFrame:
    """Learn doors on a street at x = 500 from addresses and how far north they are."""
    points = gpd.points_from_xy([510] * len(addresses), list(addresses.values()), crs=CRS)
    return learn_doors(pd.Series(list(addresses)), gpd.GeoSeries(points), town)


def test_a_door_is_found_between_others() -> None:
    """A known number is a door, one between near doors of its side too, one of the other not."""
    streets = [street("建设路", 500, 900)]
    bare = small_town({}, streets)
    doors = doors_of(bare, {"建设路10号": 100, "建设路20号": 140, "建设路60号": 400})
    town = small_town({}, streets, doors)
    assert match(town, address="建设路10号2楼") == ("建设路10号", "door", "door", True)
    assert match(town, address="建设路16号") == ("建设路16号", "door", "door", True)
    assert match(town, address="建设路40号") == ("建设路40号", "door", "segment", True)
    assert match(town, address="建设路15号") == ("建设路", "road", "segment", False)
    assert match(town, address="建设路900号") == ("建设路", "road", "segment", False)


def test_a_direction_moves_the_point() -> None:
    """以东50米 of a crossing is 50 m east of it, and no longer exact to a door."""
    town = small_town(
        {}, [street("建设路", 500), ("新华道", shapely.LineString([(0, 50), (900, 50)]))]
    )
    said = ["建设路与新华道交口", "建设路与新华道交口以东50米", "建设路与新华道交口附近"]
    best, _ = match_places(pd.DataFrame({"address": said}), town)
    at = gpd.GeoSeries(gpd.points_from_xy(best["lon"], best["lat"]), crs=4326).to_crs(CRS)
    assert (at.x - at.x[0]).round(3).tolist() == [0, 50, 0]
    assert best["geo_precision"].tolist() == ["door", "segment", "segment"]


def test_a_number_on_an_unknown_road_casts_doubt() -> None:
    """A clinic is not accepted where its address is on a road that the area does not have."""
    town = small_town({"康宁诊所": (500, 0)}, [street("建设路", 500)])
    assert match(town, address="建设路康宁诊所")[3]
    assert not match(town, address="远方路12号康宁诊所")[3]


WORDS = st.lists(
    st.sampled_from(
        [
            "青梧医院",
            "北门",
            "云桥大街",
            "与",
            "青梧路",
            "交口",
            "12号",
            "附近",
            "晴岚社区",
            "（",
            "）",
            "，",
            "新",
        ]
    ),
    max_size=6,
).map("".join)


@given(st.lists(WORDS, max_size=8))
def test_the_contract_of_the_frames(known: Gazetteer, said: list[str]) -> None:
    """Index, columns, ranges and ranks are as promised, and equal texts have equal places."""
    texts = pd.DataFrame(
        {"address": said}, index=pd.Index(range(7, 7 + len(said)), name="row"), dtype=str
    )
    before = texts.copy()
    best, candidates = match_places(texts, known, limit=3)
    pd.testing.assert_frame_equal(texts, before)
    pd.testing.assert_index_equal(best.index, texts.index)
    assert list(best) == BEST
    assert list(candidates) == [
        "row",
        "rank",
        "label",
        "lon",
        "lat",
        "geo_precision",
        "score",
        "kind",
    ]
    assert best["score"].between(0, 100).all()
    placed = best[best["lon"].notna()]
    assert (placed["score"] >= ACCEPT_FROM).all()
    assert candidates["rank"].between(1, 3).all()
    assert not candidates.duplicated(["row", "rank"]).any()
    first = candidates[candidates["rank"] == 1].set_index("row")["label"]
    assert (first.reindex(placed.index) == placed["label"]).all()
    assert best.assign(said=said).drop_duplicates()["said"].is_unique


def test_nothing_to_match_is_no_fault(known: Gazetteer) -> None:
    """Without rows, columns or places there are no matches, and no error."""
    best, candidates = match_places(pd.DataFrame({"address": []}, dtype=str), known)
    assert (len(best), len(candidates)) == (0, 0)
    best, _ = match_places(pd.DataFrame(index=[3, 5]), known)
    assert best["kind"].tolist() == ["", ""]
    best, _ = match_places(pd.DataFrame({"address": ["甲路", None]}), small_town({}, []))
    assert best["geo_precision"].tolist() == ["none", "none"]


def test_every_row_is_counted_once(known: Gazetteer) -> None:
    """Each record falls under one rule of the findings."""
    said = ["青梧医院北门", "云桥大街", "晴岚社区", "从青梧医院到荻花医院", "不详"]
    texts = pd.DataFrame({"address": said})
    findings = Findings()
    note_matches(match_places(texts, known)[0], texts, findings)
    assert findings.counts == {
        "place_from_words": 1,
        "place_on_road": 1,
        "place_in_community": 1,
        "place_undecided": 1,
        "place_unknown": 1,
    }


def test_the_sample_ledger_is_placed_where_it_happened(known: Gazetteer) -> None:
    """Every gate found for an incident of the sample lies within 100 m of the incident."""
    ledger = pd.read_csv(SAMPLE / "incidents.csv", dtype=str, keep_default_na=False)
    texts = ledger.rename(
        columns={"地址": "address", "地点描述": "place_note", "社区": "community"}
    )
    best, _ = match_places(texts[[name for name in TEXTS if name in texts]], known)
    exact = best["geo_precision"].isin(["gate", "door"]) & best["lon"].notna()
    there = [pd.to_numeric(ledger[name][exact]) for name in ("经度", "纬度")]
    spots, true = (
        gpd.GeoSeries(gpd.points_from_xy(*lonlat), crs=4326).to_crs(known.crs)
        for lonlat in ((best["lon"][exact], best["lat"][exact]), there)
    )
    off_m = spots.distance(true).dropna()
    assert len(off_m) > 100
    assert off_m.max() <= 100


# --- a real town (skipped without the files) ------------------------------------------------------

TOWN = (121.4611, 31.2196, 121.4863, 31.2412)


@pytest.fixture(scope="module")
def addresses(shared: Path) -> gpd.GeoDataFrame:
    """Read all hospitals and schools of a city, with their listed places."""
    folder = shared / "shanghai_poi"
    tables = [pd.read_csv(folder / f"shanghai_{name}.csv") for name in ("hospital", "school")]
    listed = pd.concat(tables, ignore_index=True)
    places = gpd.points_from_xy(listed["lon"], listed["lat"], crs=4326)
    return gpd.GeoDataFrame(listed, geometry=places).to_crs(32651)


@pytest.fixture(scope="module")
def town_streets(shared: Path) -> StreetGraph:
    """Read the streets of the middle of that city, with those that clipping cut off."""
    raw, _ = read_osm_streets(shared / "osm_shanghai_drive" / "shanghai.osm", clip=None)
    return uniform(simplify(project(raw, None)))


def town_gazetteer(
    streets: StreetGraph, facilities: gpd.GeoDataFrame, doors: gpd.GeoDataFrame | None = None
) -> Gazetteer:
    """Build the gazetteer of the middle of that city."""
    nothing = {"name": [], "key_point_id": [], "gate_name": []}
    empty = gpd.GeoDataFrame(nothing, geometry=[], crs=32651)
    return build_gazetteer(
        streets=streets,
        key_points=facilities.assign(category="hospital"),
        gates=empty,
        communities=empty,
        boundary=None,
        crs=32651,
        doors=doors,
    )


def off_m(best: pd.DataFrame, true: gpd.GeoDataFrame) -> pd.Series:
    """Return how far each point lies from the listed one."""
    spots = gpd.GeoSeries(gpd.points_from_xy(best["lon"], best["lat"]), best.index, crs=4326)
    return spots.to_crs(true.crs).distance(true.geometry.loc[best.index])


@pytest.mark.real_data
def test_real_addresses_of_elsewhere_are_not_placed(
    addresses: gpd.GeoDataFrame, town_streets: StreetGraph
) -> None:
    """Of 13,425 addresses outside a town at most 5 get a place in it; of those inside 90 % fit."""
    west, south, east, north = TOWN
    inside = addresses["lon"].between(west, east) & addresses["lat"].between(south, north)
    known = town_gazetteer(town_streets, addresses[inside])
    best, _ = match_places(addresses[["address"]], known)
    placed = best["lon"].notna()
    assert int((~inside).sum()) == 13_425
    assert int((placed & ~inside).sum()) <= 5
    found = best[placed & inside]
    assert len(found) >= 40
    assert (off_m(found, addresses) <= 200).mean() >= 0.9


@pytest.mark.real_data
def test_real_doors_are_found_from_other_doors(
    addresses: gpd.GeoDataFrame, town_streets: StreetGraph
) -> None:
    """Doors found from a random half of the doors lie within 100 m in nine of ten cases."""
    west, south, east, north = TOWN
    inside = addresses.cx[:, :][
        addresses["lon"].between(west, east) & addresses["lat"].between(south, north)
    ]
    bare = town_gazetteer(town_streets, addresses.head(0))
    doors = learn_doors(inside["address"], inside.geometry, bare)
    assert len(doors) > 180
    number = doors["road"] + doors["low"].astype(str)
    rng = np.random.default_rng(0)
    errors = []
    for _ in range(5):
        half = number.isin(rng.permutation(number.unique())[: number.nunique() // 2])
        best, _ = match_places(
            inside[["address"]], town_gazetteer(town_streets, addresses.head(0), doors[half])
        )
        told = ~inside.geometry.isin(doors.geometry[half])
        errors.append(off_m(best[told & (best["kind"] == "door")], addresses))
    assert (pd.concat(errors) <= 100).mean() >= 0.9
