from collections.abc import Mapping
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from data.ledger.coordinates import read_positions
from data.ledger.findings import Findings

HERE = (117.2063, 39.1410)
PLAIN = [(f"117.20{n}123", f"39.14{n}987") for n in range(10, 19)]


def read(*rows: Mapping[str, str]) -> tuple[pd.DataFrame, dict[str, int]]:
    """Read rows of texts, and return what was counted."""
    table = pd.DataFrame(list(rows), dtype=str).fillna("")
    table.index = pd.RangeIndex(2, len(table) + 2)
    findings = Findings()
    positions = read_positions(table, findings=findings)
    assert positions.index.equals(table.index)
    return positions, findings.counts


def plain_rows() -> list[dict[str, str]]:
    """Return nine positions without a fault."""
    return [{"lon": lon, "lat": lat} for lon, lat in PLAIN]


@pytest.mark.parametrize(
    "row",
    [
        {"lon": "117.2063", "lat": "39.1410"},
        {"lon": "１１７．２０６３", "lat": "３９．１４１０"},
        {"lon": " 117.2063 ", "lat": "+39.1410"},
        {"lon": "117.2063°", "lat": "39.1410°"},
        {"lon": "117,2063", "lat": "39,1410"},
        {"lon": "117.2063,39.1410", "lat": ""},
        {"lon": "", "lat": "117.2063 39.1410"},
        {"lon": "117.2063,39.1410", "lat": "117.2063,39.1410"},
        {"lonlat": "117.2063,39.1410"},
        {"lonlat": "117.2063，39.1410"},
        {"lonlat": "(117.2063、39.1410)"},
        {"lonlat": "[39.1410,117.2063]"},
        {"lonlat": "lat:39.1410,lng:117.2063"},
        {"lonlat": "北纬39.1410，东经117.2063"},
        {"lonlat": "E117.2063 N39.1410"},
        {"lonlat": "117.2063E/39.1410N"},
        {"lonlat": "POINT(117.2063 39.1410)"},
        {"lonlat": "117,2063;39,1410"},
        {"lon": "", "lat": "", "lonlat": "117.2063,39.1410"},
        {"lon": "117°12'22.68\"E", "lat": "39°8'27.6\"N"},
        {"lon": "117°12′22.68″", "lat": "39°08′27.60″"},
        {"lon": "117度12分22.68秒", "lat": "39度8分27.6秒"},
        {"lon": "东经117°12′22.68″", "lat": "北纬39°8′27.6″"},
        {"lon": "117.12.22.68", "lat": "39.08.27.6"},
        {"lon": "117:12:22.68", "lat": "39:08:27.6"},
        {"lon": "117 12 22.68", "lat": "39 8 27.6"},
        {"lon": "39.1410", "lat": "117.2063"},
        {"lon": "117206300", "lat": "39141000"},
        {"lon": "39141000", "lat": "117206300"},
    ],
)
def test_one_place_in_many_spellings(row: Mapping[str, str]) -> None:
    """Every way to write a position gives the same degrees, to a tenth of a second of arc."""
    found, _ = read(row)
    np.testing.assert_allclose(found[["raw_x", "raw_y"]].iloc[0], HERE, atol=3e-5)


@pytest.mark.parametrize(
    ("row", "rule"),
    [
        ({"lon": "117.206312,39.141044", "lat": ""}, "position_joined"),
        ({"lon": "117°12'22.68\"", "lat": "39°8'27.6\""}, "position_degrees_minutes"),
        ({"lon": "117,206312", "lat": "39,141044"}, "position_decimal_comma"),
        ({"lon": "河边", "lat": "桥底下"}, "position_unread"),
        ({"lon": "117°72'00\"", "lat": "39°99'00\""}, "position_unread"),
        ({"lon": "0", "lat": "0.0"}, "position_zero"),
        ({"lon": "-1", "lat": "-1"}, "position_blank"),
        ({"lon": "999", "lat": "999"}, "position_blank"),
        ({"lon": "117.206312", "lat": ""}, "position_half"),
        ({"lon": "117.206312", "lat": "0"}, "position_half"),
        ({"lon": "117206312", "lat": "39141044"}, "position_scaled"),
        ({"lon": "39.141044", "lat": "117.206312"}, "position_exchanged"),
        ({"lon": "517815.2", "lat": "4333001.8"}, "position_strange"),
        ({"lon": "117.206", "lat": "39.141"}, "position_3_decimals"),
        ({"lon": "117.21", "lat": "39.1"}, "position_2_decimals"),
    ],
)
def test_each_fault_has_its_rule(row: Mapping[str, str], rule: str) -> None:
    """What is unusual about a position is counted once for its row, whatever its columns hold."""
    assert read(*plain_rows(), row, row)[1] == {rule: 2}


@pytest.mark.parametrize("word", ["", "无", "null", "NA", "-", "不详", "#N/A"])
def test_words_for_nothing_are_no_place(word: str) -> None:
    """A cell that says that there is nothing is no position, and no fault either."""
    found, counts = read(*plain_rows(), {"lon": word, "lat": word})
    assert found.iloc[-1, :2].isna().all()
    assert counts == {}


def test_exchanged_by_the_rest_of_the_file() -> None:
    """Where both numbers could be latitudes, the rest of the file tells which is exchanged."""
    rows = [{"lon": f"8.54{n}1", "lat": f"47.37{n}2"} for n in range(8)]
    found, counts = read(*rows, {"lon": "47.3769", "lat": "8.5417"})
    assert found.iloc[-1, :2].tolist() == [8.5417, 47.3769]
    assert counts == {"position_exchanged": 1}
    alone, counts = read({"lon": "47.3769", "lat": "8.5417"})
    assert alone.iloc[0, :2].tolist() == [47.3769, 8.5417]
    assert counts == {}


def test_zero_is_a_coordinate_near_greenwich() -> None:
    """A longitude of 0 is one where the other records of the file are near it."""
    rows = [{"lon": f"0.00{n}1", "lat": f"51.47{n}2"} for n in range(8)]
    found, counts = read(*rows, {"lon": "0", "lat": "51.4769"})
    assert found.iloc[-1, :2].tolist() == [0.0, 51.4769]
    assert counts == {}


def test_metres_stay_metres() -> None:
    """Projected coordinates are handed on as they are, whichever axis comes first."""
    rows = [{"lon": f"43330{n}1.8", "lat": f"395178{n}5.2"} for n in range(5)]
    found, counts = read(*rows)
    assert found.iloc[0, :2].tolist() == [4333001.8, 39517805.2]
    assert set(found["geo_limit"]) == {""}
    assert counts == {}


def test_degrees_in_a_file_of_metres_are_strangers() -> None:
    """A file has one system: the few rows of another are no places."""
    metres = [{"lon": f"51780{n}.2", "lat": f"433300{n}.8"} for n in range(5)]
    found, counts = read(*metres, plain_rows()[0])
    assert found["raw_x"].isna().tolist() == [False] * 5 + [True]
    assert counts == {"position_strange": 1}


def test_decimals_limit_the_exactness() -> None:
    """Three decimals are good for a street, two for nothing; both keep their numbers."""
    rough = [{"lon": "117.206", "lat": "39.141"}, {"lon": "117.2", "lat": "39.14"}]
    found, _ = read(*plain_rows(), *rough)
    assert found["geo_limit"].tolist() == [""] * 9 + ["segment", "none"]
    assert found["raw_x"].notna().all()


def test_a_last_zero_is_no_lost_decimal() -> None:
    """In a file of four decimals one of a hundred ends in zeros; it is not taken for rounded."""
    rows = [{"lon": f"117.20{n}3", "lat": f"39.14{n}7"} for n in range(10, 19)]
    rows = [{"lon": "117.2063", "lat": f"39.14{n}7"} for n in range(9)]
    found, counts = read(*rows, {"lon": "117.206", "lat": "39.141"})
    assert set(found["geo_limit"]) == {""}
    assert counts == {}


ADDRESSES = ("建国道12号", "民主道与进步道交口", "河边桥底下", "某医院北门", "八马路菜市场")


def test_point_of_a_search_that_found_nothing() -> None:
    """One point under many different addresses is the office's, and is no place."""
    rows = [{"lon": "117.206312", "lat": "39.141044", "address": text} for text in ADDRESSES]
    found, counts = read(*plain_rows(), *rows)
    assert found["raw_x"].isna().tolist() == [False] * 9 + [True] * 5
    assert found["geo_limit"].tolist() == [""] * 9 + ["community"] * 5
    assert counts == {"default_point": 5}


def test_a_gate_with_many_records_is_no_default() -> None:
    """One point under spellings of one address is a real place, however many records it has."""
    gate = (
        "某医院北门",
        "某医院北门口",
        "某医院北门公交站旁",
        "天津市某医院北门外",
        "某医院北门东侧",
    )
    rows = [{"lon": "117.206312", "lat": "39.141044", "address": text} for text in gate]
    found, counts = read(*plain_rows(), *rows)
    assert found["raw_x"].notna().all()
    assert counts == {}


def test_one_point_without_addresses_is_noted() -> None:
    """Where no address tells, a point of many records is kept, and noted."""
    rows = [{"lon": "117.206312", "lat": "39.141044"}] * 5
    found, counts = read(*plain_rows(), *rows)
    assert found["raw_x"].notna().all()
    assert counts == {"one_point": 5}


def test_table_without_coordinates() -> None:
    """A table without these columns, or without rows, has no positions."""
    for table in (pd.DataFrame(index=[2, 3]), pd.DataFrame({"lon": [], "lat": []}, dtype=str)):
        found = read_positions(table, findings=Findings())
        assert found["raw_x"].isna().all()
        assert found.index.equals(table.index)


_TEXTS = st.text("0123456789.,-+°'′″度分秒东经北纬NSEWnsew ，;:()eE度", max_size=14) | st.text(
    max_size=6
)


@settings(max_examples=20)
@given(st.lists(st.tuples(_TEXTS, _TEXTS, _TEXTS), max_size=12))
def test_no_text_is_too_strange(cells: list[tuple[str, str, str]]) -> None:
    """Whatever stands in the cells, each row has a whole position or none."""
    table = pd.DataFrame(cells, columns=["lon", "lat", "lonlat"], dtype=str)
    found = read_positions(table, findings=Findings())
    assert (found["raw_x"].isna() == found["raw_y"].isna()).all()
    assert np.isfinite(found["raw_x"].dropna()).all()


@settings(max_examples=20)
@given(
    st.lists(
        st.tuples(st.floats(73, 135), st.floats(18, 54)).map(
            lambda place: (round(place[0], 7), round(place[1], 7))
        ),
        min_size=1,
        max_size=20,
    )
)
def test_exchanging_both_columns_changes_nothing(places: list[tuple[float, float]]) -> None:
    """Positions in China whose two columns are exchanged throughout are read alike."""
    texts = pd.DataFrame(places, columns=["lon", "lat"]).map(lambda value: f"{value:.7f}")
    exchanged = texts.rename(columns={"lon": "lat", "lat": "lon"})
    found = read_positions(texts, findings=Findings())
    again = read_positions(exchanged[exchanged["lat"].astype(float) > 90], findings=Findings())
    pd.testing.assert_frame_equal(
        found.loc[again.index, ["raw_x", "raw_y"]], again[["raw_x", "raw_y"]]
    )


@pytest.mark.real_data
def test_places_of_real_files(shared: Path) -> None:
    """152 car thefts of Mexico City stand at 0, 0; 81 homicides of Medellín nowhere."""
    folder = shared / "crime_hourly"
    layer = gpd.read_file(folder / "cdmx_car_jacking.gpkg")
    table = layer[["longitud", "latitud"]].astype(str).set_axis(["lon", "lat"], axis=1)
    findings = Findings()
    found = read_positions(pd.DataFrame(table), findings=findings)
    assert found["raw_x"].isna().sum() == findings.counts["position_zero"] == 152

    table = pd.read_csv(
        folder / "medellin_homicides.csv", sep=";", dtype=str, keep_default_na=False
    ).rename(columns={"longitud": "lon", "latitud": "lat"})
    findings = Findings()
    found = read_positions(table, findings=findings)
    assert len(found) == 9360
    assert found["raw_x"].isna().sum() == 81
    assert findings.counts["position_decimal_comma"] == 9360 - 81
    assert found["raw_x"].between(-75.8, -75.4).sum() == 9360 - 81


@pytest.mark.real_data
def test_rounded_and_projected_real_files(shared: Path) -> None:
    """Memphis is rounded to three decimals; Vancouver is in metres and left as it is."""
    folder = shared / "crime_hourly"
    table = pd.read_csv(folder / "memphis_robberies_2019.csv", dtype=str)
    found = read_positions(table, findings=Findings())
    assert set(found["geo_limit"]) == {"segment"}
    table = pd.read_csv(folder / "vancouver_thefts.csv.gz", dtype=str, keep_default_na=False)
    findings = Findings()
    found = read_positions(table.rename(columns={"X": "lon", "Y": "lat"}), findings=findings)
    assert findings.counts == {}
    np.testing.assert_array_equal(found["raw_x"], table["X"].astype(float))
