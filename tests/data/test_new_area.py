from dataclasses import replace
from pathlib import Path

import geopandas as gpd
import pandas as pd
import pytest

from data.area import read_area
from data.errors import AreaError
from data.new_area import add_demo_incidents, create_area
from data.sources import Sources, copy_areas, copy_key_points

PLACES = (("lon", "经度"), ("lat", "纬度"))


@pytest.fixture
def sources(area_folder: Path) -> Sources:
    """Take the parts of the small area as somebody's files."""
    return Sources(
        network=str(area_folder / "streets.osm"),
        incidents=str(area_folder / "incidents.csv"),
        key_points=str(area_folder / "key_points.csv"),
        staffing=str(area_folder / "staffing.csv"),
    )


def test_a_new_area_reads_like_its_sources(
    sources: Sources, area_folder: Path, tmp_path: Path
) -> None:
    """An area built from files holds the same incidents, key points and staff as they do."""
    made = create_area(tmp_path / "new", sources)
    given = read_area(area_folder)
    pd.testing.assert_frame_equal(
        pd.DataFrame(made.incidents.drop(columns="geometry")),
        pd.DataFrame(given.incidents.drop(columns="geometry")),
    )
    assert made.incidents.geometry.geom_equals_exact(given.incidents.geometry, 0.1).all()
    assert made.gates.index.equals(given.gates.index)
    assert (made.staffing["org"] == given.staffing["org"]).all()


def test_projected_coordinates_and_foreign_headers(
    sources: Sources, area_folder: Path, tmp_path: Path
) -> None:
    """Coordinates in a stated system and columns of other names arrive in place."""
    given = read_area(area_folder).incidents.to_crs(32650)
    table = pd.DataFrame(
        {"wann": "2026-09-01 08:00", "ost": given.geometry.x, "nord": given.geometry.y}
    )
    table.to_csv(tmp_path / "utm.csv", index=False)
    columns = {"occurred_from": "wann", "lon": "ost", "lat": "nord"}
    foreign = replace(
        sources, incidents=str(tmp_path / "utm.csv"), incidents_crs="32650", columns=columns
    )
    made = create_area(tmp_path / "new", foreign)
    assert made.incidents.to_crs(32650).distance(given.set_axis(made.incidents.index)).max() < 0.1


def test_no_number_of_a_person_is_written(
    sources: Sources, area_folder: Path, tmp_path: Path
) -> None:
    """A new area holds neither telephone numbers nor when a call came in."""
    table = pd.read_csv(area_folder / "incidents.csv", dtype=str)
    place = table.iloc[:1]
    lon, lat = (next(place[c].iloc[0] for c in names if c in place) for names in PLACES)
    (tmp_path / "ledger.csv").write_text(
        "编号,发生时间,受理时间,地址,经度,纬度\n"
        f"13812345678,2026-09-01 08:00,2026-09-01 09:00,北门138.1234.5678,{lon},{lat}\n"
        f",2026-09-01 08:00,2026-09-01 09:00,１３８１２３４５６７８,{lon},{lat}\n,,,,,\n",
        encoding="utf-8",
    )
    made = create_area(tmp_path / "new", replace(sources, incidents=str(tmp_path / "ledger.csv")))
    written = (tmp_path / "new" / "incidents.csv").read_text(encoding="utf-8-sig")
    assert made.incidents.index.tolist() == ["R2", "R3"]
    assert "5678" not in written
    assert "１３８" not in written
    assert "09:00" not in written


def test_key_points_are_named_once_a_facility(sources: Sources, tmp_path: Path) -> None:
    """A gate without name or category has those of its facility, or one made up for both."""
    (tmp_path / "gates.csv").write_text(
        "编号,名称,类别,经度,纬度\nH1,甲,三甲医院,117.0,39.0\nH1,,,117.0,39.0\n"
        "H2,,,117.0,39.0\nH2,,,117.0,39.0\n",
        encoding="utf-8",
    )
    copy_key_points(str(tmp_path / "gates.csv"), tmp_path, sources)
    written = pd.read_csv(tmp_path / "key_points.csv", dtype=str)
    assert written["name"].tolist() == ["甲", "甲", "gates 1", "gates 1"]
    assert written["category"].tolist() == ["三甲医院", "三甲医院", "gates", "gates"]


def test_a_layer_of_a_many_layered_file(area_folder: Path, tmp_path: Path) -> None:
    """`FILE#layer` reads one layer, as incidents, as key points or as streets."""
    area = read_area(area_folder)
    file = tmp_path / "all.gpkg"
    area.incidents.geometry.to_frame("geometry").assign(Date="2026-09-01").to_file(
        file, layer="seen"
    )
    area.gates.geometry.to_frame("geometry").to_file(file, layer="libraries")
    edges = gpd.GeoDataFrame(
        geometry=[data["geometry"] for *_, data in area.streets.edges(data=True)], crs=area.crs
    )
    edges.to_file(file, layer="streets")
    layered = Sources(
        network=f"{file}#streets", incidents=f"{file}#seen", key_points=f"{file}#libraries", teams=4
    )
    made = create_area(tmp_path / "new", layered)
    assert len(made.incidents) == 40
    assert [shift.code for shift in made.shifts] == ["all"]
    assert made.key_points["name"].tolist() == ["libraries 1", "libraries 2"]
    assert len(made.staffing) == 4


def test_invented_incidents_are_labelled_and_repeatable(sources: Sources, tmp_path: Path) -> None:
    """Invented incidents carry the label, follow the seed, and lie near key points."""
    bare = replace(sources, incidents=None, demo_incidents=30, seed=5)
    one = create_area(tmp_path / "one", bare)
    two = create_area(tmp_path / "two", bare)
    other = create_area(tmp_path / "three", replace(bare, seed=6))
    assert one.demo
    assert "演示数据" in one.name
    assert (one.incidents["address"] == "演示数据").all()
    assert one.incidents.geometry.equals(two.incidents.geometry)
    assert not one.incidents.geometry.equals(other.incidents.geometry)
    near = one.incidents.geometry.map(lambda place: one.gates.distance(place).min())
    assert near.quantile(0.9) < 100


def test_invented_incidents_on_the_fly(area_folder: Path) -> None:
    """An area with incidents keeps them; one without gets invented ones and says so."""
    area = read_area(area_folder)
    assert add_demo_incidents(area, 30, seed=1) is area
    (area_folder / "incidents.csv").unlink()
    (area_folder / "area.toml").write_text('name = "无"', encoding="utf-8")
    filled = add_demo_incidents(read_area(area_folder), 30, seed=1)
    assert len(filled.incidents) == 30
    assert filled.demo
    said = [str(notice) for notice in filled.notices]
    assert "30 incidents are invented (seed 1)." in said
    assert not any("No incidents are given" in text for text in said)


def test_invented_incidents_change_the_content_hash(area_folder: Path) -> None:
    """Number and seed of invented incidents are part of what the area's content is."""
    (area_folder / "incidents.csv").unlink()
    area = read_area(area_folder)
    filled = [add_demo_incidents(area, n, seed=seed) for n, seed in ((30, 1), (31, 1), (30, 2))]
    assert len({area.content_hash, *(one.content_hash for one in filled)}) == 4
    assert add_demo_incidents(area, 30, seed=1).content_hash == filled[0].content_hash


@pytest.mark.parametrize("n", [0, -5])
def test_no_fewer_than_one_incident_is_invented(area_folder: Path, n: int) -> None:
    """Zero or fewer invented incidents are refused with a remedy."""
    (area_folder / "incidents.csv").unlink()
    with pytest.raises(AreaError, match=f"{n} incidents cannot be invented. Ask for at least one"):
        add_demo_incidents(read_area(area_folder), n, seed=1)


def test_invented_incidents_need_key_points(sources: Sources, tmp_path: Path) -> None:
    """Without key points nothing can be invented, and nothing is left behind."""
    bare = replace(sources, incidents=None, key_points=None, demo_incidents=30)
    with pytest.raises(AreaError, match="near key points"):
        create_area(tmp_path / "new", bare)
    assert not (tmp_path / "new").exists()


def test_faults_of_all_sources_come_at_once(sources: Sources, tmp_path: Path) -> None:
    """Every faulty source is named at once, and no folder is left behind."""
    (tmp_path / "bad.csv").write_text("a,b\n1,2\n", encoding="utf-8")
    (tmp_path / "bad.osm").write_text("<osm", encoding="utf-8")
    bad = replace(
        sources,
        incidents=str(tmp_path / "bad.csv"),
        key_points=str(tmp_path / "none.csv"),
        incidents_crs="EPSG:0",
    )
    with pytest.raises(AreaError) as raised:
        create_area(tmp_path / "new", bad)
    assert {fault.file for fault in raised.value.faults} == {"bad.csv", "none.csv"}
    assert not (tmp_path / "new").exists()
    assert list(tmp_path.glob(".new-area-*")) == []


def test_a_failed_area_leaves_no_folder_above_it(sources: Sources, tmp_path: Path) -> None:
    """Folders made on the way to an area that fails are removed; those that stood are not."""
    (tmp_path / "old").mkdir()
    with pytest.raises(AreaError):
        create_area(tmp_path / "old" / "deep" / "x", replace(sources, incidents="none.csv"))
    assert (tmp_path / "old").exists()
    assert list((tmp_path / "old").iterdir()) == []
    create_area(tmp_path / "old" / "deep" / "x", sources)
    assert [file.name for file in (tmp_path / "old" / "deep").iterdir()] == ["x"]


def test_faults_name_the_files_that_were_given(sources: Sources, tmp_path: Path) -> None:
    """A fault found only when the copy is read names the user's file, not the copy."""
    (tmp_path / "my town.osm").write_text("<osm", encoding="utf-8")
    with pytest.raises(AreaError) as raised:
        create_area(tmp_path / "new", replace(sources, network=str(tmp_path / "my town.osm")))
    assert {fault.file for fault in raised.value.faults} == {"my town.osm"}


def test_names_of_areas_are_masked(tmp_path: Path) -> None:
    """A telephone number behind a community's name is not written."""
    square = gpd.GeoSeries.from_wkt(["POLYGON ((0 0, 1 0, 1 1, 0 0))"], crs=4326)
    areas = gpd.GeoDataFrame(
        {"name": ["甲 138.1234.5678"], "code": ["120116012345"]}, geometry=square
    )
    areas.to_file(tmp_path / "given.geojson")
    copy_areas(str(tmp_path / "given.geojson"), tmp_path, "communities")
    written = (tmp_path / "communities.geojson").read_text(encoding="utf-8")
    assert "甲 ***" in written
    assert "120116012345" in written


def test_nothing_is_overwritten(sources: Sources, tmp_path: Path) -> None:
    """A folder that holds something is left alone."""
    out = tmp_path / "new"
    out.mkdir()
    (out / "letter.txt").write_text("x", encoding="utf-8")
    with pytest.raises(AreaError, match="already something"):
        create_area(out, sources)
    assert [file.name for file in out.iterdir()] == ["letter.txt"]
