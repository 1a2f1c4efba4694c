from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from hypothesis import example, given, settings
from hypothesis import strategies as st
from shapely import LineString, MultiPolygon, Point, Polygon, box

from data import schema
from data.ledger.area_shapes import repair_outlines, to_metres
from data.ledger.areas import COLUMNS, area_frame
from data.ledger.findings import Findings
from data.ledger.table import LedgerTable

OURS = {
    "编码": "code",
    "名称": "name",
    "上级编码": "parent_code",
    "户数": "households",
    "人口": "population",
    "启用日期": "valid_from",
    "停用日期": "valid_to",
    "责任人": "responsible_person",
}
Row = dict[str, str]
M = 1 / 111_320
"""A metre in degrees at the equator."""


def plot(west: float, south: float, east: float, north: float) -> Polygon:
    """Draw a rectangle by its metres east and north of a place on the equator."""
    return box(117 + west * M, south * M, 117 + east * M, north * M)


def read(
    rows: list[Row], shapes: list[object], crs: object = 4326
) -> tuple[gpd.GeoDataFrame, Findings]:
    """Read a layer."""
    cells = pd.DataFrame(rows, dtype=str).fillna("").set_axis(range(2, len(rows) + 2))
    columns = {ours: header for header, ours in OURS.items() if header in cells}
    findings = Findings()
    table = LedgerTable("社区.shp", "", cells, gpd.GeoSeries(shapes, cells.index, crs=crs))
    return area_frame(table, columns, findings=findings), findings


def side_by_side(n: int) -> list[object]:
    """Draw `n` squares of 100 m in a row."""
    return [plot(100 * k, 0, 100 * k + 100, 100) for k in range(n)]


def test_a_clean_layer_needs_nothing() -> None:
    """Codes keep their zeros, counts are whole, days are days, and nothing is found."""
    rows = [
        {"编码": "01", "名称": "甲社区", "上级编码": "0012", "户数": "1,204户", "人口": "1.2万"},
        {"编码": "02", "名称": "乙社区", "上级编码": "0012", "户数": "", "启用日期": "2018.1.5"},
    ]
    areas, findings = read(rows, side_by_side(2))
    assert tuple(areas.columns) == (*COLUMNS, "geometry")
    assert areas.index.name == "community_id"
    assert areas.index.tolist() == areas["code"].tolist() == ["01", "02"]
    assert areas["parent_code"].tolist() == ["0012", "0012"]
    assert areas["households"].tolist() == [1204, pd.NA]
    assert areas["population"].tolist() == [12000, pd.NA]
    assert areas["valid_from"].tolist() == ["", "2018-01-05"]
    assert areas.crs.to_epsg() == 4326
    assert findings.counts == {}
    schema.COMMUNITIES.validate(areas)


@pytest.mark.parametrize(
    ("shape", "counts", "share"),
    [
        (shapely.force_3d(plot(0, 0, 100, 100), 7), {"area_flattened": 1}, 1.0),
        (
            Polygon([(117, 0), (117 + 1e-3, 1e-3), (117 + 1e-3, 0), (117, 1e-3)]),
            {"area_repaired": 1, "area_in_parts": 1},
            None,
        ),
        (
            MultiPolygon([plot(0, 0, 100, 100), plot(40, 40, 60, 60)]),  # one inside the other
            {"area_repaired": 1},
            1.0,
        ),
        (
            MultiPolygon([plot(0, 0, 100, 100), plot(200, 0, 200.5, 1)]),
            {"area_slivers": 1},
            1.0,
        ),
        (plot(0, 0, 100, 100).difference(plot(40, 40, 60, 60)), {"area_with_holes": 1}, 0.96),
        (plot(0, 0, 10, 10), {"area_tiny": 1}, 0.01),
    ],
)
def test_outlines_are_put_right(
    shape: shapely.Geometry, counts: dict[str, int], share: float | None
) -> None:
    """Heights, crossings and slivers go, holes and parts stay, each is counted."""
    areas, findings = read([{"编码": "1", "名称": "甲社区"}], [shape])
    assert findings.counts == counts
    whole = areas.geometry.iloc[0]
    assert whole.is_valid
    assert not whole.has_z
    if share is not None:
        assert whole.area == pytest.approx(share * plot(0, 0, 100, 100).area, rel=1e-6)


def test_rows_without_outline() -> None:
    """Points, lines and empty shapes are no areas, and are counted; a table of texts has none."""
    rows = [{"编码": str(k), "名称": f"{k}社区"} for k in range(5)]
    shapes = [plot(0, 0, 100, 100), Point(117, 0), LineString([(0, 0), (1, 1)]), None, Polygon()]
    areas, findings = read(rows, shapes)
    assert areas.index.tolist() == ["0"]
    assert findings.counts == {"area_without_shape": 4}
    cells = pd.DataFrame([rows[0]], index=[2])
    bare = area_frame(LedgerTable("a.csv", "", cells), {"name": "名称"}, findings=Findings())
    assert len(bare) == 0


@pytest.mark.parametrize(
    ("shapes", "overlaps", "gaps"),
    [
        (side_by_side(4), 0, 0),
        ([plot(0, 0, 100, 100), plot(99, 0, 200, 100)], 0, 0),  # 100 m²: a slip of the hand
        ([plot(0, 0, 100, 100), plot(95, 0, 200, 100)], 1, 0),
        ([plot(0, 0, 100, 100), plot(5, 5, 95, 95)], 1, 0),
        ([plot(0, 0, 100, 100), plot(105, 0, 200, 100)], 0, 1),
        ([plot(0, 0, 100, 100), plot(150, 0, 250, 100)], 0, 0),  # a river of 50 m
        (
            [plot(0, 0, 300, 300).difference(plot(100, 100, 200, 200))] * 1
            + [plot(300, 0, 400, 300)],
            0,
            1,
        ),
    ],
)
def test_neighbours_fit(shapes: list[object], overlaps: int, gaps: int) -> None:
    """Overlaps and gaps of more than 200 m² are counted; slips and rivers are not."""
    rows = [{"编码": str(k), "名称": f"{k}号社区"} for k in range(len(shapes))]
    _, findings = read(rows, shapes)
    assert findings.counts.get("area_overlaps", 0) == overlaps
    assert findings.counts.get("area_gaps", 0) == gaps
    metric = gpd.GeoSeries(shapes, crs=4326).to_crs("+proj=laea +lon_0=117 +lat_0=0")
    _, unnamed = read(rows, [shapely.transform(s, lambda xy: xy + 5e5) for s in metric], None)
    assert unnamed.counts == findings.counts  # metres without a name of their system


def test_parts_of_one_area_are_joined() -> None:
    """Rows of one code and name are parts of one area; of one code and two names they are two."""
    rows = [
        {"编码": "01", "名称": "甲社区"},
        {"编码": "01", "名称": "甲社区"},
        {"编码": "01", "名称": "乙社区"},
    ]
    areas, findings = read(rows, side_by_side(3))
    assert areas.index.tolist() == ["01", "01-2"]
    assert areas["name"].tolist() == ["甲社区", "乙社区"]
    assert to_metres(areas.geometry).area.tolist() == pytest.approx([20000, 10000], rel=0.01)
    assert findings.counts == {"area_parts_joined": 1, "area_code_twice": 1}


def test_names_that_drift() -> None:
    """Equal names are said to be equal, and those that differ in their ending to be alike."""
    names = [
        "光复道街",
        "光复道街道办事处",
        "Arbutus-Ridge",
        "Arbutus Ridge",
        "甲社区",
        "甲社区",
        "乙",
    ]
    rows = [{"编码": str(k), "名称": name} for k, name in enumerate(names)]
    areas, findings = read(rows, side_by_side(7))
    assert areas["name"].tolist() == names
    assert findings.counts == {"area_name_twice": 2, "area_names_alike": 4}


def test_an_area_and_its_former_state() -> None:
    """An area that has ended shares ground and name with its successor, and nothing is wrong."""
    rows = [
        {"编码": "01", "名称": "甲社区", "启用日期": "2010-01-01", "停用日期": "2018-01-01"},
        {"编码": "02", "名称": "甲社区", "启用日期": "2018-01-01", "停用日期": ""},
    ]
    areas, findings = read(rows, [plot(0, 0, 100, 100)] * 2)
    assert areas["valid_to"].tolist() == ["2018-01-01", ""]
    assert findings.counts == {}


def test_codes_that_programs_changed() -> None:
    """A decimal point goes, lost digits and persons' numbers are not kept, short ones are said."""
    rows = [
        {"编码": code, "名称": f"{k}号社区"}
        for k, code in enumerate(
            [
                "120105001.0",
                "1.2E+14",
                "13812345678",
                "20105002",
                "120105003",
                "",
                "440524188001010014",
            ]
        )
    ]
    areas, findings = read(rows, side_by_side(7))
    assert areas["code"].tolist() == ["120105001", "", "", "20105002", "120105003", "", ""]
    assert areas.index.tolist()[1] == "1号社区"
    assert findings.counts == {
        "code_decimal": 1,
        "code_lost_digits": 1,
        "number_of_person": 2,
        "area_codes_uneven": 1,
    }
    assert "13812345678" not in findings.table().to_csv()


def test_nameless_areas() -> None:
    """An area without a name is called by its code, or by its row."""
    areas, findings = read(
        [{"编码": "07", "名称": ""}, {"编码": "", "名称": "无"}], side_by_side(2)
    )
    assert areas["name"].tolist() == ["07", "R3"]
    assert areas.index.tolist() == ["07", "R3"]
    assert findings.counts == {"area_name_missing": 2}


def test_counts_that_are_none() -> None:
    """A number of people that is no number is left out and said."""
    rows = [{"编码": "1", "名称": "甲", "人口": "很多", "户数": "3至5"}]
    areas, findings = read(rows, side_by_side(1))
    assert areas["population"].isna().all()
    assert findings.counts == {"area_count_unread": 2}


def test_many_vertices_are_not_laid_over_each_other() -> None:
    """Outlines of very many vertices are kept, and it is said that their neighbours were not."""
    turn = np.linspace(0, 2 * np.pi, 250_000)
    ring = Polygon(np.column_stack([117 + np.cos(turn) / 1000, np.sin(turn) / 1000]))
    rows = [{"编码": "1", "名称": "甲"}, {"编码": "2", "名称": "乙"}]
    areas, findings = read(rows, [ring, shapely.affinity.translate(ring, 0.1)])
    assert len(areas) == 2
    assert findings.counts == {"area_neighbours_unchecked": 2}


PLACE = st.tuples(st.integers(0, 9), st.integers(0, 9))


@settings(max_examples=100)
@example([[(1, 0), (1, 1), (0, 0), (0, 1), (1, 1), (0, 0)]])
@given(st.lists(st.lists(PLACE, min_size=3, max_size=9), min_size=1, max_size=4))
def test_any_outline_becomes_a_valid_one(rings: list[list[tuple[int, int]]]) -> None:
    """Whatever is drawn, what is kept is valid, flat, polygonal and within what was drawn."""
    drawn = gpd.GeoSeries([Polygon(ring) for ring in rings], range(5, 5 + len(rings)))
    before = drawn.to_wkb().tolist()
    kept = repair_outlines(drawn, findings=Findings())
    assert set(kept.index) <= set(drawn.index)
    assert kept.is_valid.all()
    assert kept.geom_type.isin(["Polygon", "MultiPolygon"]).all()
    assert (kept.area > 0).all()
    for row, shape in kept.items():
        assert drawn[row].convex_hull.buffer(1e-9).covers(shape)
    assert drawn.to_wkb().tolist() == before


@pytest.mark.real_data
@pytest.mark.parametrize(
    ("file", "columns", "n", "counts"),
    [
        (
            "tianjin_boundary/120000.json",
            {"code": "adcode", "name": "name"},
            16,
            {"area_repaired": 2, "area_in_parts": 2, "area_with_holes": 2, "area_gaps": 5},
        ),
        ("tianjin_boundary/120105.json", {"code": "adcode", "name": "name"}, 1, {}),
        (
            "crime_hourly/medellin_comunas.gpkg",
            {"code": "COMUNA", "name": "NOMBRE"},
            21,
            {"area_repaired": 1, "area_overlaps": 1},
        ),
        (
            "crime_hourly/vancouver_neighbourhoods.geojson",
            {"code": "mapid", "name": "name"},
            22,
            {},
        ),
        (
            "shanghai_poi/districts/区县界_area.shp",
            {"code": "ADMINCODE", "name": "NAME"},
            17,
            {"area_in_parts": 3},
        ),
    ],
)
def test_real_layers(
    shared: Path, file: str, columns: dict[str, str], n: int, counts: dict[str, int]
) -> None:
    """Layers that nobody here drew give as many valid areas as they have, under their own codes."""
    layer = gpd.read_file(shared / file)
    index = range(2, len(layer) + 2)
    cells = pd.DataFrame(layer.drop(columns="geometry")).astype(str).set_axis(index)
    findings = Findings()
    table = LedgerTable(Path(file).name, "", cells, layer.geometry.set_axis(index))
    areas = area_frame(table, columns, findings=findings)
    assert len(areas) == n
    assert areas.is_valid.all()
    assert areas["code"].tolist() == layer[columns["code"]].astype(str).tolist()
    assert counts.items() <= findings.counts.items()
    before, after = to_metres(layer.geometry.make_valid()).area, to_metres(areas.geometry).area
    assert after.sum() == pytest.approx(before.sum(), rel=0.001)
