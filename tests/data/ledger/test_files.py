import shutil
from pathlib import Path

import libpysal
import pytest
from hypothesis import given
from hypothesis import strategies as st

from data.errors import AreaError
from data.ledger.files import read_tables
from tests.data.ledger.office_files import HEADERS, ROWS, write_ods, write_xls, write_xlsx

PYSAL = Path(libpysal.__file__).parent / "examples"

REAL = {
    "crime_hourly/predictcode_example.csv": 1000,
    "crime_hourly/memphis_robberies_2019.csv": 2245,
    "crime_hourly/san_francisco_robbery.csv": 951,
    "crime_hourly/vancouver_thefts.csv.gz": 21_918,
    "crime_hourly/vancouver_neighbourhoods.geojson": 22,
    "crime_hourly/cdmx_car_jacking.gpkg": 2811,
    "crime_hourly/medellin_homicides.csv": 9360,
    "crime_hourly/medellin_comunas.gpkg": 21,
    "crime_hourly/medellin_metro_stns.csv": 48,
    "shanghai_poi/shanghai_hospital.csv": 7513,
    "shanghai_poi/shanghai_hospital_gbk.csv": 197,
    "shanghai_poi/shanghai_school.csv": 6151,
    "shanghai_poi/shanghai_metro_stations.csv": 449,
    "shanghai_poi/districts/区县界_area.shp": 17,
    "tianjin_boundary/120000.json": 16,
    "tianjin_boundary/120105.json": 1,
}
"""File -> rows, as its README counts them."""

BUILT_IN = {
    "geodanet/crimes.shp": 287,
    "geodanet/streets.shp": 293,
    "geodanet/schools.shp": 8,
    "street_net_pts/street_net_pts.shp": 303,
    "snow_maps/SohoPeople.shp": 324,
    "snow_maps/SohoWater.shp": 13,
    "snow_maps/Soho_Network.shp": 118,
    "columbus/columbus.json": 49,
    "columbus/columbus.shp": 49,
    "berlin/prenzlauer.zip": 2203,
    "us_income/usjoin.csv": 48,
    "book/book.txt": 16,
    "arcgis/arcgis_ohio.dbf": 462,
}


@pytest.fixture(scope="module")
def shared() -> Path:
    """Return the folder of real files beside the checkout, or skip."""
    folder = Path(__file__).parents[4] / "shared" / "data"
    if not folder.is_dir():
        pytest.skip("the real files are not beside this checkout")
    return folder


@pytest.mark.real_data
@pytest.mark.parametrize("name", REAL)
def test_real_file_has_the_rows_that_its_readme_counts(shared: Path, name: str) -> None:
    """Every row of the real files is read, and nothing is set aside."""
    [table] = read_tables(shared / name)
    assert len(table.cells) == REAL[name]
    assert table.findings.counts == {}


@pytest.mark.real_data
def test_real_chinese_texts(shared: Path) -> None:
    """GBK is decoded: the headers of the hospitals, the names of the districts."""
    [hospitals] = read_tables(shared / "shanghai_poi" / "shanghai_hospital_gbk.csv")
    assert hospitals.cells.columns[0] == "名称"
    assert hospitals.encoding == "gb18030"
    districts_file = shared / "shanghai_poi" / "districts" / "区县界_area.shp"
    [districts] = read_tables(districts_file)
    assert "宝山区" in districts.cells["NAME"].tolist()


@pytest.mark.real_data
def test_real_values_are_left_as_they_are(shared: Path) -> None:
    """Decimal commas, NA, marks of a zone and places at 0, 0 are for others to judge."""
    [homicides] = read_tables(shared / "crime_hourly" / "medellin_homicides.csv")
    assert homicides.cells.loc[2, "longitud"] == "-75,56985400000"
    assert int((homicides.cells["longitud"] == "NA").sum()) == 81
    [jackings] = read_tables(shared / "crime_hourly" / "cdmx_car_jacking.gpkg")
    assert jackings.cells.loc[2, "fecha_hechos"] == "2019-05-17T16:00:00Z"
    assert jackings.places is not None
    assert int(((jackings.places.x == 0) & (jackings.places.y == 0)).sum()) == 152


@pytest.mark.real_data
@pytest.mark.parametrize("folder", ["crime_hourly", "shanghai_poi", "tianjin_boundary"])
def test_every_real_file_opens_or_is_refused(shared: Path, folder: str) -> None:
    """Whatever lies in the folders opens or is refused with one sentence, README and all."""
    for path in (shared / folder).rglob("*"):
        assert_opens_or_is_refused(path)


def assert_opens_or_is_refused(path: Path) -> None:
    """Read a file; an error must be one sentence with a remedy."""
    try:
        tables = read_tables(path)
    except AreaError as error:
        [fault] = error.faults
        assert fault.file == path.name
        assert str(fault.remedy)
        return
    for table in tables:
        assert table.cells.index.is_unique
        assert table.cells.index.is_monotonic_increasing
        assert table.cells.columns.is_unique
        assert all(map(_is_trimmed, table.cells.to_numpy().ravel().tolist()))
        assert table.places is None or table.places.index.equals(table.cells.index)


def _is_trimmed(cell: object) -> bool:
    return isinstance(cell, str) and cell == cell.strip()


@pytest.mark.parametrize("folder", sorted(path.name for path in PYSAL.iterdir() if path.is_dir()))
def test_every_file_of_a_library_opens_or_is_refused(folder: str) -> None:
    """The files that libpysal brings along open or are refused with one sentence."""
    for path in (PYSAL / folder).rglob("*"):
        assert_opens_or_is_refused(path)


@pytest.mark.parametrize("name", BUILT_IN)
def test_rows_of_built_in_files(name: str) -> None:
    """Known numbers of rows."""
    [table] = read_tables(PYSAL / name)
    assert len(table.cells) == BUILT_IN[name]


@pytest.mark.parametrize("name", ["a.csv", "a.xlsx", "a.xls", "a.ods"])
def test_sheet_is_named_only_where_there_are_several(tmp_path: Path, name: str) -> None:
    """A file with one table has no name for it; asking for a sheet of a text changes nothing."""
    path = tmp_path / name
    if name == "a.csv":
        path.write_text("编号,地址\n1,甲路\n", encoding="utf-8")
        assert read_tables(path, sheet="台账")[0].cells.shape == (1, 2)
    elif name == "a.ods":
        cells = "".join(
            f"<table:table-cell office:value-type='string'><text:p>{text}</text:p>"
            "</table:table-cell>"
            for text in ("编号", "地址")
        )
        write_ods(path, {"台账": f"<table:table-row>{cells}</table:table-row>"})
    else:
        (write_xls if name == "a.xls" else write_xlsx)(path, {"台账": [HEADERS, *ROWS]})
    [table] = read_tables(path)
    assert table.sheet == ""
    assert table.file == name


def test_error_names_the_file_without_its_folder(tmp_path: Path) -> None:
    """What a clerk reads is the name; a telephone number in it is masked."""
    path = tmp_path / "张某13800000000.csv"
    path.write_bytes(b"")
    with pytest.raises(AreaError) as caught:
        read_tables(path)
    assert str(caught.value) == "张某***.csv: The file is empty. Export it again."


def test_nothing_is_left_beside_the_file(tmp_path: Path) -> None:
    """Reading changes no file and adds none."""
    for path in (PYSAL / "geodanet").glob("crimes.*"):
        shutil.copy(path, tmp_path)
    before = {path: path.read_bytes() for path in tmp_path.iterdir()}
    read_tables(tmp_path / "crimes.shp")
    assert {path: path.read_bytes() for path in tmp_path.iterdir()} == before


_STARTS = [
    *(b"", b"PK\x03\x04", b"PK\x05\x06", bytes.fromhex("d0cf11e0a1b11ae1")),
    *(b"SQLite format 3\0", b"\x1f\x8b\x08", b"\0\0\x27\x0a", b"\x03", b"\xff\xfe"),
    *(b"<kml>", b"<gpx>", b'{"type":"Feature"', b"id,x\n"),
]
_SUFFIXES = ["csv", "xls", "xlsx", "kml", "gpx", "json", "shp", "dbf", "gpkg", "csv.gz"]


@given(
    content=st.binary(max_size=300),
    start=st.sampled_from(_STARTS),
    suffix=st.sampled_from(_SUFFIXES),
)
def test_any_bytes_open_or_are_refused(
    tmp_path_factory: pytest.TempPathFactory, content: bytes, start: bytes, suffix: str
) -> None:
    """Whatever the bytes of a file, it opens or is refused in plain words."""
    path = tmp_path_factory.mktemp("any") / f"a.{suffix}"
    path.write_bytes(start + content)
    assert_opens_or_is_refused(path)
