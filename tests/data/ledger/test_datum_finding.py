import time
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
from pandas.testing import assert_series_equal

from data.datum import from_wgs84
from data.ledger.datum_evidence import Evidence, street_lines
from data.ledger.datum_finding import DatumFinding, find_datum
from data.network import read_streets
from tests.data.ledger.datum_towns import DATUMS, File, make_file, make_files, make_town

SHARED = Path(__file__).parents[4] / "shared" / "data"
EACH = 100
"""Files per system; with five systems 500."""


def town_file(datum: str, seed: int = 1, amount: str = "all") -> File:
    """Draw a file that is large enough to tell its system."""
    for number in range(50):
        file = make_file(np.random.default_rng([seed, number]), make_town(seed), amount, datum)
        if len(file.x) > 60:
            return file
    raise AssertionError


def read_shared(*parts: str) -> Path:
    """Return a real file beside the checkout, or skip."""
    path = SHARED.joinpath(*parts)
    if not path.exists():
        pytest.skip("the real files are not beside this checkout")
    return path


@pytest.mark.parametrize("datum", DATUMS)
def test_generated_files(datum: str) -> None:
    """Of 500 files 99 % are found or said to be untold, and no certain answer is wrong."""
    files = make_files(EACH * len(DATUMS), 2, only=datum)
    assert len(files) == EACH
    answers = [(finding, file.verdict(finding)) for file in files for finding in [file.find()]]
    wrong = [finding for finding, verdict in answers if verdict == "wrong"]
    assert len(wrong) <= 0.01 * EACH
    assert not any(finding.certain for finding in wrong)
    assert sum(verdict == "right" for _, verdict in answers) >= 0.8 * EACH
    assert sum(finding.certain for finding, _ in answers) >= 0.4 * EACH


def test_numbers_alone_tell_nothing_in_china() -> None:
    """Inside China, without evidence, it cannot be told, and no place is given."""
    file = town_file("wgs84")
    finding = find_datum(file.x, file.y, Evidence(), declared="EPSG:4326")
    assert (finding.system, finding.certain) == ("", False)
    assert finding.places(file.x, file.y).isna().all(axis=None)
    assert "cannot be told" in str(finding.said[1])


def test_points_elsewhere_tell_nothing() -> None:
    """Points that miss the area under every system cannot be judged by it."""
    file = town_file("gcj02")
    finding = find_datum(file.x + 0.2, file.y, file.evidence, records=file.records)
    assert finding.system == ""
    assert any("in the area under any" in str(message) for message in finding.said)


def test_no_coordinates_and_zeros() -> None:
    """A file of gaps and zeros has no coordinates to judge."""
    finding = find_datum(pd.Series([np.nan, 0.0]), pd.Series([39.0, 0.0]), Evidence())
    assert str(finding.said[0]) == "No row has coordinates."


def test_numbers_of_no_system_ask_for_points() -> None:
    """A city's own grid is not guessed: the answer asks for control points."""
    finding = find_datum(pd.Series([1e5, 1.01e5]), pd.Series([3e5, 3.01e5]), Evidence())
    assert finding.system == ""
    assert "three" in str(finding.said[-1])


@pytest.mark.parametrize("datum", ["gcj02", "bd09"])
def test_a_false_label_is_found_out(datum: str) -> None:
    """Where streets speak against a believed label the answer is never certain and wrong."""
    file = town_file(datum)
    finding = find_datum(file.x, file.y, file.evidence, declared="WGS84", records=file.records)
    assert not (finding.system == "wgs84" and finding.certain)


def test_a_believed_label_needs_no_evidence() -> None:
    """What an office says of its own file stands while nothing speaks against it."""
    file = town_file("gcj02")
    finding = find_datum(file.x, file.y, Evidence(), declared="GCJ-02")
    assert (finding.system, finding.certain) == ("gcj02", True)
    assert "The file says GCJ-02" in str(finding.said[0])


def test_an_old_datum_is_not_settled_by_evidence() -> None:
    """A label of Xi'an 80 leads to control points, whatever the streets say."""
    file = town_file("projected")
    finding = find_datum(file.x, file.y, file.evidence, declared="EPSG:2334", records=file.records)
    assert finding.system == ""
    assert not finding.certain


def test_a_small_shift_is_noticed() -> None:
    """A projected file 110 m off, as Beijing 54 would be, is never certain."""
    for seed in range(6):
        file = town_file("projected", seed)
        x, y = (file.x + 60, file.y + 92) if not file.swapped else (file.x + 92, file.y + 60)
        finding = find_datum(x, y, file.evidence, records=file.records)
        assert not finding.certain


def test_two_systems_in_one_file() -> None:
    """A file of which one half is GCJ-02 is never certain."""
    for seed in range(6):
        file = town_file("wgs84", seed)
        lon, lat = from_wgs84(file.x, file.y, "gcj02")
        half = np.arange(len(file.x)) % 2 == 0
        x, y = file.x.where(half, lon), file.y.where(half, lat)
        finding = find_datum(x, y, file.evidence, records=file.records)
        assert not finding.certain


@pytest.mark.parametrize("amount", ["all", "named streets", "facilities"])
def test_mixtures_of_any_size_are_never_certain(amount: str) -> None:
    """However few points, and whichever half fits better, two systems are never certain."""
    for number in range(12):
        rng = np.random.default_rng([31, number])
        file = make_file(rng, make_town(number), amount, "wgs84")
        half = rng.permutation(len(file.x)) < len(file.x) // 2
        lon, lat = from_wgs84(file.lon, file.lat, "gcj02")
        x, y = file.x.where(half, lon), file.y.where(half, lat)
        assert not find_datum(x, y, file.evidence, records=file.records).certain


def test_communities_alone_do_not_hide_a_shift() -> None:
    """Where a shift of 100 m leaves most points in their community the answer is not certain."""
    for number in range(12):
        file = make_file(np.random.default_rng([32, number]), make_town(1), "communities", "gcj02")
        moved = file.y + 100 / 111_000
        assert not find_datum(file.x, moved, file.evidence, records=file.records).certain


def test_exchanged_columns_are_found() -> None:
    """Latitude in the first column is seen by the numbers, and the places come out right."""
    file = town_file("gcj02")
    finding = find_datum(file.y, file.x, file.evidence, records=file.records)
    assert (finding.system, finding.swapped) == ("gcj02", True)
    places = finding.places(file.y, file.x)
    assert np.allclose(places["lon"], file.lon, atol=1e-4)


def test_the_answer_is_repeatable_and_arguments_stay() -> None:
    """The same file gives the same answer, and is not changed."""
    file = town_file("bd09")
    before = file.x.copy()
    first, second = file.find(), file.find()
    pd.testing.assert_frame_equal(first.scores, second.scores)
    assert first.said == second.said
    assert_series_equal(file.x, before)


def test_scores_and_sample_show_the_evidence() -> None:
    """Scores list each system and kind of evidence; the sample shows points before and after."""
    file = town_file("gcj02")
    finding = file.find()
    assert set(finding.scores["system"]) == {"wgs84", "gcj02", "bd09"}
    assert {"named_street", "boundary", "all"} <= set(finding.scores["kind"])
    assert finding.scores["posterior"].sum() <= 1
    assert list(finding.sample.columns) == ["raw_lon", "raw_lat", "lon", "lat"]
    assert 0 < len(finding.sample) <= 200
    assert (finding.sample["raw_lon"] != finding.sample["lon"]).all()


def test_a_million_points_take_seconds() -> None:
    """A file of a million points is judged by a few thousand, as fast as a small one."""
    file = town_file("gcj02")
    times = -(-1_000_000 // len(file.x))
    x, y = (pd.concat([column] * times, ignore_index=True) for column in (file.x, file.y))
    records = pd.concat([file.records] * times, ignore_index=True)
    start = time.perf_counter()
    finding = find_datum(x, y, file.evidence, records=records)
    assert time.perf_counter() - start < 20
    assert finding.system == "gcj02"


def shanghai() -> Evidence:
    """Return the streets of central Shanghai."""
    streets, _ = read_streets(read_shared("osm_shanghai_drive", "shanghai.osm"))
    return Evidence(streets=street_lines(streets))


@pytest.mark.real_data
@pytest.mark.parametrize("name", ["shanghai_hospital", "shanghai_school"])
def test_shanghai_is_wgs84(name: str) -> None:
    """The Shanghai places are WGS 84, though they bear the words of AMap; shifted they are not."""
    table = pd.read_csv(read_shared("shanghai_poi", f"{name}.csv"))
    records, evidence = table[["name", "address"]], shanghai()

    def ask(x: pd.Series, y: pd.Series) -> DatumFinding:
        return find_datum(x, y, evidence, declared="EPSG:4326", records=records)

    finding = ask(table["lon"], table["lat"])
    assert (finding.system, finding.certain) == ("wgs84", True)
    for system in ("gcj02", "bd09"):
        x, y = from_wgs84(table["lon"], table["lat"], system)
        assert ask(pd.Series(x), pd.Series(y)).system == system


@pytest.mark.real_data
@pytest.mark.parametrize(
    ("name", "lon", "lat"),
    [
        ("predictcode_example.csv", "Longitude", "Latitude"),
        ("san_francisco_robbery.csv", "longitude", "latitude"),
        ("memphis_robberies_2019.csv", "lon", "lat"),
    ],
)
def test_abroad_nothing_is_shifted(name: str, lon: str, lat: str) -> None:
    """Files of American cities are WGS 84, certainly, and stay where they are."""
    table = pd.read_csv(read_shared("crime_hourly", name)).dropna(subset=[lon, lat])
    finding = find_datum(table[lon], table[lat], Evidence())
    assert (finding.system, finding.certain) == ("wgs84", True)
    assert_series_equal(
        finding.places(table[lon], table[lat])["lon"], table[lon], check_names=False
    )


@pytest.mark.real_data
def test_vancouver_is_utm() -> None:
    """Metres without a label are found to be UTM 10N where the neighbourhoods are known."""
    shapes = gpd.read_file(read_shared("crime_hourly", "vancouver_neighbourhoods.geojson"))
    table = pd.read_csv(read_shared("crime_hourly", "vancouver_thefts.csv.gz"))
    records = table.rename(columns={"NEIGHBOURHOOD": "community"})[["community"]]
    known = Evidence(communities=shapes, boundary=shapes.union_all())
    finding = find_datum(table["X"], table["Y"], known, records=records)
    assert finding.system in {"EPSG:32610", ""}
    assert not finding.certain
