import json
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import geopandas as gpd
import networkx as nx
import osmium
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st
from pyproj import Geod

from data.area import read_area
from data.area_fetch import CREDIT, STAGES, fetch_area
from data.errors import AreaError, Message, XungeError
from data.fetch_request import FetchRequest, describe_request, widen
from data.new_area import create_area
from data.osm_elements import write_osm
from data.overpass import fetch_elements
from data.overpass_answers import Answer, read_answer
from data.sources import Sources
from data.web_questions import Clock, Limits, Tell
from tests.conftest import LAT, LON, SAMPLE, SIDE, STEP_LAT, STEP_LON, grid_osm
from tests.data.overpass_stand_in import StandIn, read_elements, serve

BOX = (LON - 0.0001, LAT - 0.0001, LON + SIDE * STEP_LON, LAT + SIDE * STEP_LAT)
QUICK = Limits(attempts=3, connect_s=2, silence_s=2, answer_s=2, most_bytes=2 * 1024**2)
NOW = datetime(2026, 11, 20, 8, 0, tzinfo=UTC)
HOSPITAL = {
    "amenity": "hospital",
    "name": "甲医院",
    "addr:street": "横1路",
    "addr:housenumber": "8",
}


@pytest.fixture
def town(tmp_path: Path) -> Iterator[StandIn]:
    """Run a server that knows a grid of streets, a hospital, a bus stop and a house."""
    file = tmp_path / "known.osm"
    file.write_text(grid_osm(), encoding="utf-8")
    elements = read_elements(file)
    spot = {"lon": LON + 0.001, "lat": LAT + 0.001}
    elements += [
        {"type": "node", "id": 901, **spot, "tags": HOSPITAL},
        {"type": "node", "id": 902, **spot, "tags": {"highway": "bus_stop"}},
        {"type": "way", "id": 903, "nodes": [1, 2, 7, 1], "tags": {"building": "yes"}},
        {"type": "way", "id": 904, "nodes": [1, 2], "tags": {"highway": "construction"}},
        {"type": "relation", "id": 905, "members": [], "tags": {"waterway": "river"}},
    ]
    file.unlink()
    with serve(StandIn(elements)) as stand_in:
        yield stand_in


@pytest.fixture
def waits() -> list[float]:
    """Hold the seconds that were waited between two questions."""
    return []


@pytest.fixture
def clock(waits: list[float]) -> Clock:
    """Note the waiting instead of doing it."""
    return Clock(sleep=waits.append, now=lambda: NOW)


def ignore(_stage: Message, _n_bytes: int) -> None:
    """Take no notice of progress."""


def request(town: StandIn, **changed: Any) -> FetchRequest:
    """Ask the stand-in for the grid."""
    where = {} if {"place", "boundary", "bbox"} & set(changed) else {"bbox": BOX}
    urls = {"overpass_url": town.url, "nominatim_url": town.url}
    return FetchRequest(**urls, **where, **changed)


def test_the_folder_is_what_the_map_file_would_have_given(tmp_path: Path) -> None:
    """An area fetched from a server has the streets, tags, gates and base map of its source."""
    streets = SAMPLE / "streets.osm"
    outline = gpd.read_file(SAMPLE / "boundary.geojson")
    sources = Sources(network=str(streets), boundary=str(SAMPLE / "boundary.geojson"))
    given = create_area(tmp_path / "given", sources)
    with serve(StandIn(read_elements(streets))) as town:
        wanted = request(town, boundary=SAMPLE / "boundary.geojson")
        made = fetch_area(wanted, tmp_path / "new" / "made", ignore)
    assert made.boundary.symmetric_difference(given.boundary).area < 1
    assert nx.utils.graphs_equal(made.streets, given.streets)
    assert len(made.basemap) == len(given.basemap)
    barriers = [data["barrier"] for _, data in made.streets.nodes(data=True) if "barrier" in data]
    assert barriers
    assert {"lit", "opening_hours", "tunnel"} <= {
        key for *_, data in made.streets.edges(data=True) for key in data
    } | {key for _, data in made.streets.nodes(data=True) for key in data}
    assert outline.crs.to_epsg() == 4326


def test_only_the_box_is_sent(town: StandIn, tmp_path: Path) -> None:
    """The server learns the box, widened by the margin, and what kind of map is wanted."""
    fetch_area(request(town, name="某街道"), tmp_path / "made", ignore)
    west, south, east, north = widen(BOX)
    box = f"{south:.6f},{west:.6f},{north:.6f},{east:.6f}"
    assert len(town.asked) == 3
    for asked in town.asked:
        assert box in asked
        assert re.findall(r"[\d.]{7,}", asked.replace(box, "")) == ["536870912"]
        assert asked.isascii()
    assert set(town.headers) <= {
        *("Host", "User-Agent", "Accept-Encoding", "Accept", "Connection"),
        *("Content-Length", "Content-Type"),
    }
    assert re.fullmatch(r"xunge/[\d.]+", town.headers["User-Agent"])


def test_facilities_and_origin_are_kept(town: StandIn, tmp_path: Path) -> None:
    """Hospitals become key points with their address; the map's authors stay named."""
    made = fetch_area(request(town, name="某街道"), tmp_path / "made", ignore)
    assert made.name == "某街道"
    assert made.key_points["name"].tolist() == ["甲医院"]
    assert made.key_points["category"].tolist() == ["hospital"]
    assert "横1路8号" in (tmp_path / "made" / "key_points.csv").read_text(encoding="utf-8-sig")
    assert made.osm
    spec = (tmp_path / "made" / "area.toml").read_text(encoding="utf-8")
    assert spec.startswith(CREDIT)
    assert "127.0.0.1" in spec
    assert "2026-11-01T00:00:00Z" in spec
    assert "\nosm = true\n" in spec
    assert {file.name for file in (tmp_path / "made").iterdir()} == {
        *("area.toml", "streets.osm.pbf", "boundary.geojson", "key_points.csv"),
    }


def test_what_nobody_can_walk_is_not_asked_for(town: StandIn, tmp_path: Path) -> None:
    """Streets under construction, and rivers as a whole, stay at the server."""
    fetch_area(request(town), tmp_path / "made", ignore)
    items: Any = osmium.FileProcessor(str(tmp_path / "made" / "streets.osm.pbf"))
    kept = {(type(item).__name__, item.id) for item in items}
    assert {("Way", 903), ("Node", 902)} <= kept
    assert not {("Way", 904), ("Relation", 905)} & kept


def test_a_place_is_looked_up_first(town: StandIn, tmp_path: Path) -> None:
    """Of a place only the name is sent; its outline becomes the boundary, and names the area."""
    outline = shapely.box(*BOX)
    town.places = [
        {"display_name": "一个点", "geojson": {"type": "Point", "coordinates": [LON, LAT]}},
        {"display_name": "某街道, 某区", "geojson": shapely.geometry.mapping(outline)},
    ]
    told: list[str] = []
    made = fetch_area(
        request(town, place="某街道"), tmp_path / "made", lambda stage, _: told.append(str(stage))
    )
    assert town.asked[0] == "某街道"
    assert "Found: 某街道, 某区" in told
    assert made.name == "某街道"
    boundary = gpd.read_file(tmp_path / "made" / "boundary.geojson").geometry.iloc[0]
    assert boundary.symmetric_difference(outline).area < 1e-12


@pytest.mark.parametrize(
    ("places", "sentence"),
    [
        ([], "No place of this name is known: 某街道."),
        ([{"geojson": {"type": "Point", "coordinates": [LON, LAT]}}], "a point or a line only"),
        ([{"geojson": {"type": "Polygon", "coordinates": [[[0, 0]]]}}], "a point or a line only"),
        ([{"geojson": {"type": "Polygon", "coordinates": "x"}}, {}], "a point or a line only"),
        ([{"geojson": {"type": "What"}}, {"geojson": 7}], "a point or a line only"),
        (["x"], "not that of a Nominatim server"),
    ],
)
def test_a_place_must_be_an_area(
    town: StandIn, tmp_path: Path, places: list[Any], sentence: str
) -> None:
    """A place that is unknown, or known as a point, is refused with what to give instead."""
    town.places = places
    with pytest.raises(AreaError, match=re.escape(sentence)) as refused:
        fetch_area(request(town, place="某街道"), tmp_path / "made", ignore)
    assert "--bbox" in str(refused.value)
    assert len(town.asked) == 1
    assert not (tmp_path / "made").exists()


@pytest.mark.parametrize(
    ("mood", "sentence"),
    [
        ("status 429...", "too many questions come from here"),
        ("status 504...", "is too busy to answer"),
        ("status 503 2...", "is too busy to answer"),
        ("half...", "broke off before its end"),
        ("short", "is cut short or damaged"),
        ("said {'elements': []}", "is cut short or damaged"),
        ("said " + "[" * 100_000, "is cut short or damaged"),
        ("said []", "is not that of an Overpass server"),
        ('said {"elements": 5}', "is not that of an Overpass server"),
        ('said {"elements": [5]}', "is cut short or damaged"),
        ('said {"elements": []}', "There is no street in the box"),
        (
            'said {"elements": [], "remark": "runtime error: Query timed out in ..."}',
            "takes more time or memory than it grants",
        ),
        ("said  <!DOCTYPE html><html>登录</html>", "with a web page and not with data"),
        ("status 400", "refused the question (status 400)"),
        ("status 500", "refused the question (status 500)"),
        ("elsewhere http://login.example/x", "sends us on to login.example"),
        ("elsewhere /x", "sends us on to 127.0.0.1"),
        ("endless", "is larger than 2.0 MB"),
        ("bomb 30", "is larger than 2.0 MB"),
    ],
)
def test_a_bad_answer_is_one_sentence_and_leaves_nothing(
    town: StandIn, tmp_path: Path, clock: Clock, mood: str, sentence: str
) -> None:
    """Whatever the server does, one sentence names it, one the remedy, and no file is left."""
    town.moods = [mood] if mood != 'said {"elements": []}' else [mood + "..."]
    with pytest.raises(AreaError) as refused:
        fetch_area(request(town), tmp_path / "new" / "made", ignore, limits=QUICK, clock=clock)
    (fault,) = refused.value.faults
    assert sentence in str(fault.what)
    assert str(fault.remedy)
    assert "Traceback" not in str(refused.value)
    assert list(tmp_path.iterdir()) == []


def ask(town: StandIn, tell: Tell = ignore, clock: Clock | None = None) -> Answer:
    """Ask the stand-in for everything, with little patience."""
    return fetch_elements(STAGES, widen(BOX), town.url, tell, limits=QUICK, clock=clock)


def test_patience_grows_and_ends(town: StandIn, clock: Clock, waits: list[float]) -> None:
    """A busy server is asked again after 5 and 15 s, then the fetching goes on."""
    town.moods = ["status 429", "status 504"]
    told: list[str] = []
    ask(town, lambda stage, _: told.append(str(stage)), clock)
    assert waits == [5, 15]
    assert len(town.asked) == 5
    assert f"127.0.0.1:{town.port} is busy or away; asking again in 15 s" in told


@pytest.mark.parametrize(
    ("header", "waited"),
    [
        ("7", [7]),
        ("0", [0]),
        ("Fri, 20 Nov 2026 08:01:30 GMT", [90]),
        ("Fri, 20 Nov 2026 07:00:00 GMT", [0]),
        ("soon", [5]),
        ("-3", [5]),
    ],
)
def test_the_server_says_how_long_to_wait(
    town: StandIn, clock: Clock, waits: list[float], header: str, waited: list[float]
) -> None:
    """`Retry-After` is obeyed, in seconds or as a date; nonsense in it is passed over."""
    town.moods = [f"status 429 {header}"]
    ask(town, clock=clock)
    assert waits == waited


def test_a_wait_of_hours_is_refused(town: StandIn, clock: Clock, waits: list[float]) -> None:
    """A server that asks for an hour is not waited for."""
    town.moods = ["status 429 3600"]
    with pytest.raises(AreaError, match="too many questions"):
        ask(town, clock=clock)
    assert waits == []


def test_half_an_answer_is_asked_for_again(town: StandIn, clock: Clock) -> None:
    """A cut connection costs a question more, and the answer is whole."""
    plain = ask(town)
    town.moods, town.asked = ["half", "proper", "half", "zipped"], []
    assert ask(town, clock=clock) == plain
    assert len(town.asked) == 5


def test_silence_and_dripping_end(town: StandIn, tmp_path: Path, clock: Clock) -> None:
    """Neither a server that says nothing nor one that drips holds anybody up for ever."""
    limits = Limits(attempts=2, silence_s=0.1, answer_s=0.1)
    town.moods = ["silent..."]
    with pytest.raises(AreaError, match="did not answer in time"):
        fetch_area(request(town), tmp_path / "made", ignore, limits=limits, clock=clock)
    town.moods = ["drip"]
    with pytest.raises(AreaError, match="answers too slowly"):
        fetch_area(request(town), tmp_path / "made", ignore, limits=limits, clock=clock)
    assert list(tmp_path.iterdir()) == []


def test_without_a_network(town: StandIn, tmp_path: Path, clock: Clock, waits: list[float]) -> None:
    """Where nobody listens it is soon said, with the host and the way without a network."""
    wanted = FetchRequest(bbox=BOX, overpass_url="http://127.0.0.1:1/api")
    with pytest.raises(AreaError, match="cannot be reached") as refused:
        fetch_area(wanted, tmp_path / "made", ignore, limits=QUICK, clock=clock)
    assert waits == [5]
    assert "127.0.0.1:1 cannot" in str(refused.value)
    assert "xunge new-area --network" in str(refused.value)
    assert town.asked == []


@pytest.mark.parametrize("stage", ["Streets", "Facilities", "The area folder"])
def test_a_cancelled_fetch_leaves_nothing(town: StandIn, tmp_path: Path, stage: str) -> None:
    """Ctrl-C at any stage leaves neither the folder nor the folders above it."""

    def cancel(now: Message, _n_bytes: int) -> None:
        if str(now) == stage:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        fetch_area(request(town), tmp_path / "new" / "made", cancel)
    assert list(tmp_path.iterdir()) == []


def test_progress_counts_bytes(town: StandIn, tmp_path: Path) -> None:
    """Each stage is told before its first byte, and the bytes only grow while it lasts."""
    told: dict[str, list[int]] = {}
    fetch_area(
        request(town),
        tmp_path / "made",
        lambda stage, n: told.setdefault(str(stage), []).append(n),
    )
    assert list(told) == [
        *("Streets", "Facilities", "Water, railways, parks and buildings", "The area folder"),
    ]
    for counts in told.values():
        assert counts[0] == 0
        assert counts == sorted(counts)


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        ({"bbox": (117.0, 39.0, 119.0, 40.0)}, "more than 100 km²"),
        ({"bbox": (117.1, 39.0, 117.0, 39.1)}, "is not a box in degrees"),
        ({"bbox": (117.0, 39.0, 117.0, 39.0)}, "is not a box in degrees"),
        ({"bbox": (39.0, 117.0, 39.1, 117.1)}, "is not a box in degrees"),
        ({"place": " "}, "The name of the place is empty"),
        ({"place": None}, "It is not clear which area is meant"),
        ({"place": "x", "bbox": BOX}, "It is not clear which area is meant"),
        ({"boundary": Path("none.geojson")}, "none.geojson: The file does not exist"),
        ({"timezone": "Mars/Base"}, "There is no time zone Mars/Base"),
    ],
)
def test_a_bad_request_asks_nobody(
    town: StandIn, tmp_path: Path, changed: dict[str, Any], sentence: str
) -> None:
    """What is wrong with a request is said before any server is asked."""
    with pytest.raises(AreaError, match=re.escape(sentence)):
        fetch_area(request(town, **changed), tmp_path / "made", ignore)
    assert town.asked == []


@pytest.mark.parametrize("url", ["overpass-api.de/api", "file:///etc/x", "http://", "http://[x"])
def test_a_bad_address_asks_nobody(tmp_path: Path, url: str) -> None:
    """An address that is none of a web server is refused."""
    with pytest.raises(AreaError, match="not the address of a server"):
        fetch_area(FetchRequest(bbox=BOX, overpass_url=url), tmp_path / "made", ignore)


def test_a_folder_in_use_asks_nobody(town: StandIn, tmp_path: Path) -> None:
    """A folder that holds something, or stands under a file, is refused before any question."""
    (tmp_path / "kept.txt").write_text("x", encoding="utf-8")
    with pytest.raises(AreaError, match="already something here"):
        fetch_area(request(town), tmp_path, ignore)
    with pytest.raises(AreaError, match="A file stands where a folder should be"):
        fetch_area(request(town), tmp_path / "kept.txt" / "made", ignore)
    assert town.asked == []


def test_a_place_that_is_too_large(town: StandIn, tmp_path: Path) -> None:
    """The size of a place is known after its name was asked, and no map is asked for then."""
    country = shapely.geometry.mapping(shapely.box(100, 30, 110, 40))
    town.places = [{"display_name": "某国", "geojson": country}]
    with pytest.raises(AreaError, match="more than 100 km²"):
        fetch_area(request(town, place="某国"), tmp_path / "made", ignore)
    assert town.asked == ["某国"]


def test_a_boundary_file_is_not_sent(town: StandIn, tmp_path: Path) -> None:
    """Of an outline only the box around it goes out; the outline itself bounds the area."""
    corner = shapely.Polygon([BOX[:2], (BOX[2], BOX[1]), BOX[2:]])
    gpd.GeoDataFrame(geometry=[corner], crs=4326).to_file(tmp_path / "b.geojson")
    made = fetch_area(request(town, boundary=tmp_path / "b.geojson"), tmp_path / "made", ignore)
    written = gpd.GeoSeries([made.boundary], crs=made.crs).to_crs(4326).iloc[0]
    assert written.symmetric_difference(corner).area < 1e-10
    assert all(f"{widen(BOX)[0]:.6f}" in asked for asked in town.asked)
    lines = gpd.GeoDataFrame(geometry=[shapely.LineString([(0, 0), (1, 1)])], crs=4326)
    lines.to_file(tmp_path / "l.geojson")
    with pytest.raises(AreaError, match="The boundary holds no area"):
        describe_request(FetchRequest(boundary=tmp_path / "l.geojson"))


def test_the_sentences_name_every_host_and_no_password() -> None:
    """Before anything is asked it is said of whom, and no secret of the address is shown."""
    wanted = FetchRequest(
        place="某街道",
        overpass_url="https://me:secret@o.example:8443/api",
        nominatim_url="https://n.example",
    )
    said = " ".join(map(str, describe_request(wanted)))
    assert "o.example:8443" in said
    assert "n.example is asked where 某街道 lies" in said
    assert "secret" not in said


def test_the_area_reads_like_any_other(town: StandIn, tmp_path: Path) -> None:
    """The folder is an area folder: reading it again gives the same area."""
    made = fetch_area(request(town), tmp_path / "made", ignore)
    assert read_area(tmp_path / "made").content_hash == made.content_hash
    assert (tmp_path / "made" / "area.toml").read_text(encoding="utf-8").count("osm = true") == 1


def test_a_street_outside_the_outline_is_not_enough(town: StandIn, tmp_path: Path) -> None:
    """Streets that lie only in the margin make no area, and no folder."""
    town.elements = [
        *({"type": "node", "id": i, "lon": LON - 0.05, "lat": LAT + i / 1e4} for i in (1, 2)),
        {"type": "way", "id": 3, "nodes": [1, 2], "tags": {"highway": "path"}},
    ]
    town.elements = [{"tags": {}, **element} for element in town.elements]
    answer = json.dumps({"elements": town.elements})
    town.moods = [f"said {answer}..."]
    with pytest.raises(XungeError, match="no street in the area"):
        fetch_area(request(town), tmp_path / "made", ignore)
    assert list(tmp_path.iterdir()) == []


SOUND = {"type": "node", "id": 1, "lat": 1.5, "lon": 2, "tags": {"name": "甲"}}
WAY = {"type": "way", "id": 1, "nodes": [1, 2]}
RELATION = {"type": "relation", "id": 1, "members": [{"type": "way", "ref": 1, "role": "outer"}]}


@pytest.mark.parametrize(
    "damaged",
    [
        *({**SOUND, **part} for part in ({"type": "area"}, {"id": "1"}, {"id": True}, {"id": 0})),
        *({**SOUND, **part} for part in ({"id": 2**63}, {"lat": None}, {"lat": float("nan")})),
        *({**SOUND, **part} for part in ({"lon": 181}, {"lat": -90.1}, {"lat": "1.5"})),
        *({**SOUND, "tags": tags} for tags in ([], {"k": 1}, {"k": "x" * 256}, {"k": "\ud800"})),
        *({**WAY, "nodes": nodes} for nodes in (None, [1.0], ["1"], [True])),
        *({**RELATION, "members": members} for members in (None, [1], [{"type": "way"}])),
        {**RELATION, "members": [{"type": "way", "ref": 1, "role": None}]},
    ],
)
def test_one_damaged_object_spoils_the_answer(damaged: dict[str, Any]) -> None:
    """An object without all that its type needs is not skipped: the whole answer is refused."""
    for sound in (SOUND, WAY, RELATION):
        read_answer(json.dumps({"elements": [sound]}).encode(), "maps.example")
    with pytest.raises(AreaError, match="cut short or damaged"):
        read_answer(json.dumps({"elements": [SOUND, damaged]}).encode(), "maps.example")


@given(st.integers(1, 200))
def test_no_part_of_an_answer_passes_for_the_whole(n: int) -> None:
    """Wherever an answer is cut, it is refused."""
    content = json.dumps({"elements": [SOUND, WAY, RELATION]}).encode()
    with pytest.raises(AreaError):
        read_answer(content[: len(content) - min(n, len(content))], "maps.example")


TEXTS = st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=255)


@given(
    st.dictionaries(
        st.tuples(st.just("node"), st.integers(1, 2**40)),
        st.tuples(st.floats(-180, 180), st.floats(-90, 90), st.dictionaries(TEXTS, TEXTS)),
        max_size=5,
    )
)
def test_objects_are_written_as_they_came(
    tmp_path_factory: pytest.TempPathFactory, nodes: dict[tuple[str, int], Any]
) -> None:
    """Every node keeps its number, its tags and its place to a centimetre."""
    elements = [
        {"type": kind, "id": ref, "lon": lon, "lat": lat, "tags": tags}
        for (kind, ref), (lon, lat, tags) in nodes.items()
    ]
    file = tmp_path_factory.mktemp("osm") / "all.osm.pbf"
    write_osm(elements, file)
    items: Any = osmium.FileProcessor(str(file))
    read = {i.id: (i.location.lon, i.location.lat, dict(i.tags)) for i in items}
    assert list(read) == sorted(ref for _, ref in nodes)
    for (_, ref), (lon, lat, tags) in nodes.items():
        assert read[ref][0] == pytest.approx(lon, abs=1e-7)
        assert read[ref][1] == pytest.approx(lat, abs=1e-7)
        assert read[ref][2] == tags


@given(st.floats(-170, 170), st.floats(-75, 75), st.floats(0.001, 1))
def test_the_margin_is_800_m(west: float, south: float, size: float) -> None:
    """On every side the box asked for reaches 800 m further, give or take a hundredth."""
    box = (west, south, west + size, south + size)
    wide = widen(box)
    edge = south if abs(south) > abs(south + size) else south + size
    ground = Geod(ellps="WGS84")
    for start, end in (
        ((west, south), (west, wide[1])),
        ((west, south + size), (west, wide[3])),
        ((west, edge), (wide[0], edge)),
        ((west + size, edge), (wide[2], edge)),
    ):
        assert ground.inv(*start, *end)[2] == pytest.approx(800, rel=0.01)


@pytest.mark.real_data
def test_a_real_town_from_a_server(shared: Path, tmp_path: Path) -> None:
    """Monaco fetched from a server has the streets and key points of its extract."""
    source = shared / "osm_monaco" / "monaco.osm.gz"
    given = create_area(tmp_path / "given", Sources(str(source), key_points_from_osm=True))
    with serve(StandIn(read_elements(source))) as town:
        wanted = request(town, bbox=(7.405, 43.72, 7.445, 43.755), timezone="Europe/Monaco")
        made = fetch_area(wanted, tmp_path / "made", ignore)
    assert sorted(made.key_points["category"]) == sorted(given.key_points["category"])
    assert len(made.streets) == pytest.approx(len(given.streets), rel=0.02)
