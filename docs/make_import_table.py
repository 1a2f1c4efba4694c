"""Import real files that lie beside the checkout, and write what became of each as a table.

Run `python docs/make_import_table.py FOLDER`, where FOLDER holds `crime_hourly`, `shanghai_poi`,
`tianjin_boundary` and `osm_misc_small`. The files are read, never copied; nothing is stored.
"""

import shutil
import sys
import tempfile
import warnings
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import libpysal

from app.i18n import in_language, t, tell_fault
from data.errors import XungeError
from data.intake import read_file
from data.ledger.context import read_context
from data.ledger.reading import Reading
from data.ledger.statuses import REASON_TEXTS
from data.ledger.terms import Terms

NOW = datetime(2026, 11, 21, tzinfo=UTC)
OUT = Path(__file__).parent / "import_files.md"
STREETS = "osm_shanghai_drive/shanghai.osm"
ZONES = {
    "cdmx": "America/Mexico_City",
    "medellin": "America/Bogota",
    "memphis": "America/Chicago",
    "predictcode": "America/Chicago",
    "san_francisco": "America/Los_Angeles",
    "vancouver": "America/Vancouver",
}
SUFFIXES = {
    ".csv", ".dbf", ".geojson", ".gpkg", ".gz", ".json", ".pbf", ".shp", ".txt", ".zip",
}  # fmt: skip
INTRODUCTION = (
    "# 真实文件导入表 Real files, one by one\n\n"
    "由 `docs/make_import_table.py` 写成，请勿手改。每个文件都由 `xunge import --dry-run` 的同一段"
    "程序读过；读不了的，写出给用户看的那一句话。这些文件不属于本项目，也不在本项目里。\n"
    "*Written by `docs/make_import_table.py`: each file went through the same reading as "
    "`xunge import --dry-run`; for those refused, the sentence that a user sees. None of them is "
    "part of this project.*\n\n"
    "| 文件 File | 读作 Read as | 行 Rows | 未上图 Set aside | 坐标系 System | 把握 Certain "
    "| 说明 Said |\n|---|---|---|---|---|---|---|\n"
)


@dataclass(frozen=True)
class Row:
    """One table of a file, or the sentence that refuses the file."""

    file: str
    kind: str = "—"
    rows: str = "—"
    set_aside: str = "—"
    datum: str = "—"
    certain: str = "—"
    said: str = ""

    def line(self) -> str:
        """Return the row of the table."""
        cells = (
            self.file, self.kind, self.rows, self.set_aside, self.datum, self.certain, self.said,
        )  # fmt: skip
        return "| " + " | ".join(cell.replace("|", "/").replace("\n", " ") for cell in cells) + " |"


def find_files(shared: Path) -> Iterator[tuple[str, Path]]:
    """Name and find every file of the folders, and of the examples that come with libpysal."""
    for folder in ("crime_hourly", "shanghai_poi", "tianjin_boundary", "osm_misc_small"):
        for path in sorted((shared / folder).rglob("*")):
            if (
                path.suffix in SUFFIXES and not path.with_suffix(".shp").is_file()
            ) or path.suffix == ".shp":
                yield str(path.relative_to(shared)), path
    examples = Path(libpysal.__file__).parent / "examples"
    for path in sorted(examples.rglob("*")):
        part = path.suffix == ".dbf" and path.with_suffix(".shp").is_file()
        if path.suffix in SUFFIXES and not part:
            yield f"libpysal/{path.relative_to(examples)}", path


def make_area(folder: Path, file: str, shared: Path) -> Path:
    """Make an area with no more than its zone, and in Shanghai its streets."""
    zone = next((zone for part, zone in ZONES.items() if part in file), "Asia/Shanghai")
    area = folder / "area"
    shutil.rmtree(area, ignore_errors=True)
    area.mkdir()
    (area / "area.toml").write_text(f'name = "试读"\ntimezone = "{zone}"\n', encoding="utf-8")
    if file.startswith("shanghai_poi"):
        shutil.copyfile(shared / STREETS, area / "streets.osm")
    return area


def read(name: str, path: Path, area: Path) -> Iterator[Row]:
    """Read one file and say what became of each table in it."""
    context = read_context(area)
    try:
        intake = read_file(path, context, Terms(), now=NOW)
    except XungeError as error:
        yield Row(f"`{name}`", said=" ".join(tell_fault(fault) for fault in error.faults[:1]))
        return
    for reading in intake.readings:
        datum = reading.datum
        aside = "，".join(f"{t(REASON_TEXTS[code])} {n}" for code, n in reading.counts.items())
        yield Row(
            f"`{name}`" + (f" {reading.sheet}" if reading.sheet else ""),
            "incidents" if isinstance(reading, Reading) else reading.kind,
            str(reading.rows),
            aside or "0",
            "—" if datum is None else datum.system or "?",
            "—" if datum is None else ("✓" if datum.certain else "×"),
            "；".join(t(message) for message in reading.findings.messages()[:3]),
        )


def main() -> None:
    """Write the table."""
    shared = Path(sys.argv[1])
    lines = []
    with tempfile.TemporaryDirectory() as scratch, in_language("zh"):
        for name, path in find_files(shared):
            with warnings.catch_warnings():
                warnings.simplefilter("error")
                for row in read(name, path, make_area(Path(scratch), name, shared)):
                    lines.append(row.line())
                    sys.stdout.write(lines[-1] + "\n")
    OUT.write_text(INTRODUCTION + "\n".join(lines) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
