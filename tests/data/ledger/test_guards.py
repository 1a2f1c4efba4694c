import gzip
import json
import sqlite3
import struct
import subprocess
import sys
import time
import zipfile
from contextlib import closing
from pathlib import Path

import geopandas as gpd
import pytest
import shapely

from data.errors import AreaError
from data.ledger.files import read_tables
from data.ledger.guards import check_file
from tests.data.ledger.office_files import HEADERS, ROWS, compound, write_xlsx

MB = 1 << 20
N_VERTICES = 10_000_000
POLYGON = shapely.box(117, 39, 118, 40)


def make_sparse(path: Path) -> None:
    """Make a file of 2 GB that takes no room."""
    with path.open("wb") as file:
        file.write(b"a,b\n")
        file.truncate(2 << 30)


def make_bomb(path: Path, member: str = "xl/sheet1.xml", n_mb: int = 200) -> None:
    """Make an archive that unpacks to a thousand times its size."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        archive.writestr("xl/workbook.xml", "<workbook/>")
        with archive.open(member, "w") as file:
            for _ in range(n_mb):
                file.write(bytes(MB))


def claim_sizes(path: Path, n_bytes: int) -> None:
    """Write another size of the last member into the directory of an archive."""
    content = bytearray(path.read_bytes())
    struct.pack_into("<I", content, content.rfind(b"PK\x01\x02") + 24, n_bytes)
    path.write_bytes(content)


def make_large_bomb(path: Path) -> None:
    """Make an archive that says that it unpacks to 3 GB."""
    make_bomb(path, "doc.kml", 1)
    claim_sizes(path, 3 << 30)


def make_lying_bomb(path: Path) -> None:
    """Make a bomb whose directory claims a hundred bytes."""
    make_bomb(path)
    claim_sizes(path, 100)


def make_nested_bomb(path: Path) -> None:
    """Make an archive of ten archives that each unpack to 20 MB."""
    inner = path.with_suffix(".inner")
    make_bomb(inner, n_mb=20)
    with zipfile.ZipFile(path, "w", zipfile.ZIP_STORED) as archive:
        archive.writestr("xl/workbook.xml", "<workbook/>")
        for n in range(10):
            archive.write(inner, f"xl/embeddings/{n}.zip")
    inner.unlink()


def make_gzip_bomb(path: Path) -> None:
    """Make packed text of 1.5 GB, in as many parts as it has megabytes."""
    path.write_bytes(gzip.compress(b"a,b\n" + b"1,2\n" * (MB // 4)) * 1500)


def make_big_geopackage(path: Path) -> None:
    """Make a layer and put as many bytes as ten million vertices take in place of its shape."""
    gpd.GeoDataFrame({"name": ["a"]}, geometry=[POLYGON], crs=4326).to_file(path, driver="GPKG")
    with closing(sqlite3.connect(path)) as database:
        triggers = database.execute("SELECT name FROM sqlite_master WHERE type='trigger'")
        for (name,) in triggers.fetchall():
            database.execute(f'DROP TRIGGER "{name}"')
        database.execute("UPDATE big SET geom = zeroblob(?)", (N_VERTICES * 16,))
        database.commit()


def make_big_shapefile(path: Path) -> None:
    """Make a shapefile whose one ring has ten million vertices."""
    n_bytes = 44 + 4 + N_VERTICES * 16
    head = struct.pack(">i20xi", 9994, (100 + 8 + n_bytes) // 2)
    head += struct.pack("<2i8d", 1000, 5, 117, 39, 118, 40, 0, 0, 0, 0)
    ring = struct.pack("<i4d3i", 5, 117, 39, 118, 40, 1, N_VERTICES, 0)
    with path.open("wb") as file:
        file.write(head + struct.pack(">2i", 1, n_bytes // 2) + ring)
        file.truncate(100 + 8 + n_bytes)
    index = struct.pack(">i20xi", 9994, 54) + head[28:] + struct.pack(">2i", 50, n_bytes // 2)
    path.with_suffix(".shx").write_bytes(index)


def make_big_geojson(path: Path) -> None:
    """Make GeoJSON of ten million vertices, as short as it can be written."""
    with path.open("wb") as file:
        file.write(b'{"type":"Polygon","coordinates":[[')
        for _ in range(10):
            file.write(b"[0,0]," * (N_VERTICES // 10))
        file.write(b"[0,0]]]}")


def make_big_kml(path: Path) -> None:
    """Make KML of ten million vertices."""
    with path.open("wb") as file:
        file.write(b'<kml xmlns="x"><Placemark><LineString><coordinates>')
        for _ in range(10):
            file.write(b"0,0 " * (N_VERTICES // 10))
        file.write(b"</coordinates></LineString></Placemark></kml>")


LAUGHS = (
    '<?xml version="1.0"?><!DOCTYPE kml [<!ENTITY a0 "ha">'
    + "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 10))
    + "]><{root}><name>&a9;</name></{root}>"
)

BAD = {
    "sparse.csv": (make_sparse, "larger than 1024 MB"),
    "sparse.xlsx": (make_sparse, "larger than 1024 MB"),
    "sparse.gpkg": (make_sparse, "larger than 1024 MB"),
    "bomb.xlsx": (make_large_bomb, "unpacks to more than 1024 MB"),
    "bomb.kmz": (make_large_bomb, "unpacks to more than 1024 MB"),
    "small_bomb.xlsx": (make_bomb, "zip bomb"),
    "lying.xlsx": (make_lying_bomb, "zip bomb"),
    "bomb.csv.gz": (make_gzip_bomb, "packed so densely"),
    "big.gpkg": (make_big_geopackage, "more than 1 million vertices"),
    "big.shp": (make_big_shapefile, "more than 1 million vertices"),
    "big.geojson": (make_big_geojson, "more than 1 million vertices"),
    "big.kml": (make_big_kml, "more than 1 million vertices"),
    "laughs.kml": (lambda path: path.write_text(LAUGHS.replace("{root}", "kml")), "document type"),
    "laughs.gpx": (lambda path: path.write_text(LAUGHS.replace("{root}", "gpx")), "document type"),
    "nul.csv": (lambda path: path.write_bytes(bytes(50 * MB)), "NUL bytes"),
    "late_nul.csv": (lambda path: path.write_bytes(b"a,b\n" * MB + b"\0"), "NUL bytes"),
}

_MEASURE = """
import json, resource, sys, time
from pathlib import Path
from data.errors import AreaError
from data.ledger.files import read_tables

def peak_mb():
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024

before = peak_mb()
for name in sys.argv[1:]:
    path, start = Path(name), time.monotonic()
    try:
        read_tables(path)
    except AreaError as error:
        spent_s = time.monotonic() - start
        print(json.dumps([path.name, str(error), spent_s, peak_mb() - before]))
"""


@pytest.mark.skipif(sys.platform != "linux", reason="memory is measured as Linux tells it")
def test_bad_files_are_refused_at_once(tmp_path: Path) -> None:
    """Each within 5 s, with one sentence, all without 300 MB of memory; nothing is left behind."""
    for name, (make, _) in BAD.items():
        make(tmp_path / name)
    before = sorted(tmp_path.iterdir())
    ran = subprocess.run(  # noqa: S603  # the tests' own interpreter
        [sys.executable, "-c", _MEASURE, *(str(tmp_path / name) for name in BAD)],
        capture_output=True,
        text=True,
        check=True,
        cwd=Path(__file__).parents[3],
    )
    refused = [json.loads(line) for line in ran.stdout.splitlines()]
    assert [name for name, *_ in refused] == list(BAD)
    for name, sentence, seconds, growth_mb in refused:
        assert sentence.startswith(f"{name}: ")
        assert BAD[name][1] in sentence
        assert seconds < 5
        assert growth_mb < 300
    assert ran.stderr == ""
    assert sorted(tmp_path.iterdir()) == before


HTML = "<html><head><meta charset=gbk></head><table><tr><td>工单编号</td></tr></table></html>"
FOREIGN = {
    "导出.xls": (HTML.encode("gbk"), r"web page.*save it as xlsx"),
    "导出.csv": (b"\xef\xbb\xbf<!DOCTYPE html><body>", "web page"),
    "旧.xls": (
        b'<?xml version="1.0"?><Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet"/>',
        r"XML workbook of 2003.*save it as xlsx",
    ),
    "页.xls": (b"MIME-Version: 1.0\nContent-Type: multipart/related\n", "web page"),
    "a.xlsx": (b"%PDF-1.7\n", "a PDF document"),
    "b.csv": (b"\x89PNG\r\n\x1a\n\0\0", "a picture"),
    "c.xls": (b"\xff\xd8\xff\xe0\0\0", "a picture"),
    "c.heic": (b"\0\0\0\x18ftypheic\0\0", "a picture"),
    "d.xls": (compound({"WordDocument": b"x"}), "a Word document"),
    "d2.xls": (compound({"PowerPoint Document": b"x"}), "of another kind"),
    "e.csv": (b"{\\rtf1\\ansi", "a Word document"),
    "f.xlsx": (b"Rar!\x1a\x07\0", "an archive"),
    "g.csv": (b"", "is empty"),
    "h.csv.gz": (gzip.compress(b""), "is empty"),
    "i.csv.gz": (gzip.compress(b"a,b\n" * 9999)[:60], "damaged"),
    "j.csv.gz": (gzip.compress(b"PK\x03\x04\0\0"), "an archive"),
    "k.gpkg": (b"SQLite format 3\0" + bytes(84), "a database"),
    "l.json": (b"hello", "damaged"),
    "m.shx": (b"\0\0\x27\x0a" + bytes(96), r"part of a shapefile.*Choose the \.shp file"),
    "n.shp": (b"\0\0\x27\x0a" + bytes(20), "damaged"),
    "o.osm": (b"<osm></osm>", "OpenStreetMap"),
    "p.xml": (b"<osm></osm>", "OpenStreetMap"),
    "q.xml": (b"<a></a>", "an XML file"),
    "r.md": (b"# a, b\n", "ending of the file's name"),
    "s.zip": (b"PK\x05\x06" + bytes(18), "an archive"),
    "t.dbf": (b"\x03" + bytes(10), "damaged"),
    "u.kml": (b"<kml><Placemark></kml>", "damaged"),
    "v.gpx": (b"<gpx><wpt", "damaged"),
    "w.kml": (b"<html><!-- <kml --></html>", "damaged"),
    "x.xls": (b"\x09\x04\x06\x00" + bytes(9), "before 1993"),
    "y.parquet": (b"PAR1\0\0", "a Parquet file"),
}


@pytest.mark.parametrize("name", FOREIGN)
def test_foreign_file_is_refused(tmp_path: Path, name: str) -> None:
    """What is no table is named as what it is, whatever its name, with what to do."""
    content, words = FOREIGN[name]
    (tmp_path / name).write_bytes(content)
    with pytest.raises(AreaError, match=words) as caught:
        read_tables(tmp_path / name)
    assert len(caught.value.faults) == 1
    assert str(caught.value.faults[0].remedy)
    assert caught.value.faults[0].file == name


def test_folder_and_missing_file_are_refused(tmp_path: Path) -> None:
    """A folder is no file, and a file that is not there is said not to be there."""
    with pytest.raises(AreaError, match="This is a folder"):
        check_file(tmp_path)
    with pytest.raises(AreaError, match="does not exist"):
        check_file(tmp_path / "nothing.csv")


@pytest.mark.parametrize("inner", ["word/document.xml", "ppt/presentation.xml", "xl/workbook.bin"])
def test_other_office_documents_are_refused(tmp_path: Path, inner: str) -> None:
    """Documents, slides and binary workbooks are refused though they are archives like xlsx."""
    with zipfile.ZipFile(tmp_path / "a.xlsx", "w") as archive:
        archive.writestr(inner, "<a/>")
    with pytest.raises(AreaError, match=r"a Word document|a slide show|of the kind xlsb"):
        check_file(tmp_path / "a.xlsx")


def test_archive_in_archive_is_not_opened(tmp_path: Path) -> None:
    """Ten packed bombs inside a workbook are ten small members: nothing opens them."""
    make_nested_bomb(tmp_path / "a.xlsx")
    start = time.monotonic()
    with pytest.raises(AreaError):
        read_tables(tmp_path / "a.xlsx")
    assert time.monotonic() - start < 5


def test_locked_archive_is_refused(tmp_path: Path) -> None:
    """An archive with a password is said to have one."""
    path = write_xlsx(tmp_path / "a.xlsx", {"a": [HEADERS, *ROWS]})
    content = bytearray(path.read_bytes())
    at = content.find(b"PK\x01\x02")
    content[at + 8] |= 1
    path.write_bytes(content)
    with pytest.raises(AreaError, match="locked with a password"):
        check_file(path)


@pytest.mark.parametrize("share", [0.2, 0.6, 0.95])
def test_cut_geopackage_is_refused(tmp_path: Path, share: float) -> None:
    """A GeoPackage that is cut off is refused; it would be read in part otherwise."""
    path = tmp_path / "a.gpkg"
    places = gpd.GeoDataFrame({"name": ["a"] * 500}, geometry=[POLYGON] * 500, crs=4326)
    places.to_file(path, driver="GPKG")
    path.write_bytes(path.read_bytes()[: int(path.stat().st_size * share)])
    with pytest.raises(AreaError, match="damaged"):
        read_tables(path)


_ENDLESS = """
CREATE VIEW endless AS
WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT i AS geom FROM n
"""


def test_endless_layer_is_interrupted(tmp_path: Path) -> None:
    """A layer that is computed without end is refused in time."""
    path = tmp_path / "a.gpkg"
    gpd.GeoDataFrame({"name": ["a"]}, geometry=[POLYGON], crs=4326).to_file(path, driver="GPKG")
    with closing(sqlite3.connect(path)) as database:
        database.execute(_ENDLESS)
        database.execute("UPDATE gpkg_geometry_columns SET table_name = 'endless'")
        database.commit()
    start = time.monotonic()
    with pytest.raises(AreaError, match="damaged"):
        check_file(path)
    assert time.monotonic() - start < 5


def test_commands_in_json_are_not_run(tmp_path: Path) -> None:
    """JSON that holds a command for the map library is no layer, in any encoding."""
    secret = tmp_path / "secret.geojson"
    gpd.GeoDataFrame({"name": ["secret"]}, geometry=[POLYGON], crs=4326).to_file(secret)
    command = f"gdal vector pipeline ! read {secret}"
    content = json.dumps({"type": "gdal_streamed_alg", "command_line": command, "名": "河"})
    for encoding in ("utf-8", "gb18030", "utf-16"):
        text = content.replace("\\u540d", "名").replace("\\u6cb3", "河边桥底下的路口")
        (tmp_path / "a.json").write_bytes(text.encode(encoding))
        with pytest.raises(AreaError, match="damaged"):
            read_tables(tmp_path / "a.json")
