from pathlib import Path

import geopandas as gpd
import pytest
from shapely import box

from data import schema
from data.area import hash_files, read_area
from data.errors import AreaError


def replace_in(file: Path, old: str, new: str) -> None:
    """Change a text file in place; the old text must be there."""
    text = file.read_text(encoding="utf-8")
    assert old in text
    file.write_text(text.replace(old, new), encoding="utf-8")


def faults_of(folder: Path) -> list[str]:
    """Return the faults of an area folder as texts."""
    with pytest.raises(AreaError) as raised:
        read_area(folder)
    return [str(fault) for fault in raised.value.faults]


def test_frames_hold_their_schemas(area_folder: Path) -> None:
    """Every frame of an area has its declared columns and the area's own metric CRS."""
    area = read_area(area_folder)
    layouts = {
        "incidents": schema.INCIDENTS,
        "key_points": schema.KEY_POINTS,
        "gates": schema.GATES,
        "staffing": schema.STAFFING,
        "communities": schema.COMMUNITIES,
        "booths": schema.BOOTHS,
        "cameras": schema.CAMERAS,
    }
    for name, layout in layouts.items():
        frame = getattr(area, name)
        layout.validate(frame)
        assert frame.crs == area.crs
    assert area.crs.is_projected
    assert len(area.incidents) == 40
    assert area.staffing.geometry.notna().all()


def test_only_the_network_must_be_there(area_folder: Path) -> None:
    """Without every other file the area still works and says what that means."""
    for name in ("incidents", "key_points", "staffing"):
        (area_folder / f"{name}.csv").unlink()
    area = read_area(area_folder)
    said = " ".join(str(notice) for notice in area.notices)
    assert "hull of the streets" in said
    assert "hot stops only" in said
    assert "3 teams of 2" in said
    assert area.boundary.area > 480**2
    assert len(area.staffing) == 3


def test_a_boundary_is_used_as_given(area_folder: Path) -> None:
    """A boundary layer replaces the hull, and what lies outside is counted."""
    half = box(117.8995, 38.849, 117.9030, 38.856)
    gpd.GeoDataFrame(geometry=[half], crs=4326).to_file(area_folder / "boundary.geojson")
    area = read_area(area_folder)
    assert not any("hull" in str(notice) for notice in area.notices)
    outside = {str(row.reason): row.n for row in area.left_out.itertuples()}
    assert outside["The place lies outside the study area."] >= 12


def test_dates_without_hours_make_one_layer(area_folder: Path) -> None:
    """Where no incident has an hour of day there is one shift, called all, and a notice."""
    for clock in ("08:15", "19:30", "10:00"):
        replace_in(area_folder / "incidents.csv", f" {clock}", "")
    area = read_area(area_folder)
    assert [shift.code for shift in area.shifts] == ["all"]
    assert any("hour of day" in str(notice) for notice in area.notices)


def test_all_faults_of_all_files_come_at_once(area_folder: Path) -> None:
    """Faults of the settings, two tables and the network are listed together."""
    replace_in(area_folder / "area.toml", "iterations = 100", "iterations = -1\nhorses = 2")
    replace_in(area_folder / "key_points.csv", "甲医院", "")
    replace_in(area_folder / "staffing.csv", "步行\n乙队", "骑马\n乙队")
    (area_folder / "streets.osm").write_text("<osm", encoding="utf-8")
    faults = faults_of(area_folder)
    for start in (
        "area.toml, patrol.iterations:",
        "area.toml, patrol.horses:",
        "key_points.csv, row 2, name:",
        "staffing.csv, row 2, mode:",
        "streets.osm",
    ):
        assert any(fault.startswith(start) for fault in faults), start


@pytest.mark.parametrize(
    ("spec", "said"),
    [
        ('timezone = "Mars/Base"', "no such time zone"),
        ('crs = "EPSG:4326"', "not a projected"),
        ('crs = "EPSG:0"', "not a projected"),
        ('[files]\nhorses = "x.csv"', "no such file entry"),
        ('[files]\nincidents = "gone.csv"', "does not exist"),
        ("name = ", "cannot be read"),
        ("[patorl]\nteam_size = 2", "area.toml, patorl: There is no such setting."),
        ('shifts = "x"', "area.toml, shifts: This must be a table."),
        ('files = "x"', "area.toml, files: This must be a table."),
        ("base = [117.9, 38.85]", "area.toml, base: This must be a table."),
        ('demo = "no"', "area.toml, demo: This setting has the wrong type."),
        ('[base]\nlon = "east"\nlat = 38.85', "area.toml, base.lon: The base needs"),
        ("[base]\nlon = 117.9", "area.toml, base.lat: The base needs"),
        ("[base]\nlon = 117.9\nlat = 138.85", "area.toml, base.lat: The base needs"),
        ("[base]\nlon = nan\nlat = true", "area.toml, base.lat: The base needs"),
        ("[base]\nlon = 117.9\nlat = 38.85\nhight = 3", "area.toml, base.hight: There is no"),
        ("[base]\nlon = 38.85\nlat = 17.9", "more than 5 km from every street"),
    ],
)
def test_faulty_specs_are_named(area_folder: Path, spec: str, said: str) -> None:
    """Each slip in area.toml has its own sentence."""
    (area_folder / "area.toml").write_text(spec, encoding="utf-8")
    assert any(said in fault for fault in faults_of(area_folder))


def test_a_folder_without_spec_is_no_area(tmp_path: Path) -> None:
    """A folder without area.toml says what is missing and how to make one."""
    assert "xunge new-area" in faults_of(tmp_path)[0]


def test_incidents_of_another_place_are_refused(area_folder: Path) -> None:
    """If not one incident lies in the area, the coordinates must be wrong, and that is said."""
    replace_in(area_folder / "incidents.csv", "117.", "11.")
    assert any("Not one incident" in fault for fault in faults_of(area_folder))


def test_a_base_and_a_chosen_system_are_kept(area_folder: Path) -> None:
    """A base in lon/lat is projected, and a named metric CRS is used for everything."""
    spec = 'crs = "EPSG:4548"\n[base]\nlon = 117.9014\nlat = 38.8511\n'
    (area_folder / "area.toml").write_text(spec, encoding="utf-8")
    area = read_area(area_folder)
    assert area.crs.to_epsg() == 4548
    west, south, east, north = area.boundary.bounds
    assert west < area.base.x < east
    assert south < area.base.y < north


def test_an_empty_or_missing_boundary_polygon_is_named(area_folder: Path) -> None:
    """A boundary without an area is a fault of its file."""
    points = gpd.GeoDataFrame(geometry=gpd.points_from_xy([117.9], [38.85]), crs=4326)
    points.to_file(area_folder / "boundary.geojson")
    assert any("holds no area" in fault for fault in faults_of(area_folder))


def test_dens_are_kept_apart_from_the_street(area_folder: Path) -> None:
    """A den stays among the incidents, is none of the street, and is counted with the reason."""
    ledger = area_folder / "incidents.csv"
    text = ledger.read_text(encoding="utf-8")
    mixed = text.replace("站街设牌", "窝点", 3).replace("站街设牌", "网络", 2)
    ledger.write_text(mixed, encoding="utf-8")
    area = read_area(area_folder)
    assert len(area.incidents) == 40
    assert set(area.street_incidents["type"]) == {"street_soliciting"}
    assert len(area.street_incidents) == 35
    (kept_apart,) = [n for reason, n in area.left_out_reasons if "kept apart" in str(reason)]
    assert kept_apart == 5


def test_a_long_week_is_noticed(area_folder: Path) -> None:
    """Patrol windows that fill more than the planned week are lawful but noticed."""
    text = "[hours]\nplan_week_h = 34\n"
    (area_folder / "area.toml").write_text(text, encoding="utf-8")
    said = [str(notice) for notice in read_area(area_folder).notices]
    assert "Shift day: 5 days of patrol take 35.0 h a week, over 34.0 h." in said
    assert not any(text.startswith("Shift night") for text in said)


def test_the_hash_names_the_content(tmp_path: Path) -> None:
    """The same bytes give the same hash, one changed byte another."""
    file = tmp_path / "a"
    file.write_bytes(b"1")
    before = hash_files([file])
    assert hash_files([file]) == before
    file.write_bytes(b"2")
    assert hash_files([file]) != before
