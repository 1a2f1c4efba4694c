from dataclasses import replace
from pathlib import Path

import geopandas as gpd
import pandas as pd
import pytest

from data.area import read_area
from data.errors import AreaError
from data.new_area import add_demo_incidents, create_area
from data.sources import Sources


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


def test_nothing_is_overwritten(sources: Sources, tmp_path: Path) -> None:
    """A folder that holds something is left alone."""
    out = tmp_path / "new"
    out.mkdir()
    (out / "letter.txt").write_text("x", encoding="utf-8")
    with pytest.raises(AreaError, match="already something"):
        create_area(out, sources)
    assert [file.name for file in out.iterdir()] == ["letter.txt"]
