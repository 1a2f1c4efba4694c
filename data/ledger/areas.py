"""A layer of communities, sub-districts or a boundary -> areas with code, name and outline."""

from collections.abc import Mapping

import geopandas as gpd
import pandas as pd

from data.errors import N_
from data.ledger.area_shapes import note_neighbours, repair_outlines
from data.ledger.blank_words import without_blanks
from data.ledger.findings import Findings, Rule
from data.ledger.place_names import split_community
from data.ledger.privacy import mask_texts
from data.ledger.registered_numbers import read_registered
from data.ledger.table import LedgerTable
from data.ledger.validity import note_reversed, read_days

CODES = ("code", "parent_code")
TEXTS = ("name", "responsible_org", "responsible_person")
COUNTS = ("households", "population")
DAYS = ("valid_from", "valid_to")
COLUMNS = (*CODES, *TEXTS, *COUNTS, *DAYS)
"""Of an area. Codes are texts with their zeros in front, counts whole numbers or missing, days
`YYYY-MM-DD`; texts are empty where nothing is known."""
_SIGNS = r"[\W_]+"
_COUNT = r"^\D{0,2}(\d+(?:\.\d+)?)(万?)\D{0,2}$"
_MOST = 1e9

NAME_MISSING = Rule(
    "area_name_missing",
    N_("{n} areas have no name; they are called by their code or row."),
    "assumed",
    N_("Name them in the area editor."),
)
NAME_TWICE = Rule(
    "area_name_twice",
    N_("{n} areas have a name that another area has as well."),
    "noted",
    N_("Give each its own name: records are matched by it."),
)
NAMES_ALIKE = Rule(
    "area_names_alike",
    N_("{n} areas have a name that differs from another one in its ending or signs only."),
    "proposed",
    N_("Check whether they are one area, or an old and a new state of it."),
)
CODE_TWICE = Rule(
    "area_code_twice",
    N_("{n} areas have a code that another area has as well; they get a number behind it."),
    "repaired",
    N_("Give each its own code."),
)
CODES_UNEVEN = Rule(
    "area_codes_uneven",
    N_("{n} codes are shorter than the others; zeros in front may have been lost."),
    "noted",
    N_("Format the column as text in the source program and export it again."),
)
PARTS_JOINED = Rule(
    "area_parts_joined",
    N_("{n} rows are further parts of an area with the same code and name, and were joined to it."),
    "repaired",
)
COUNT_UNREAD = Rule(
    "area_count_unread",
    N_("{n} cells should hold a number of households or people and do not."),
    "dropped",
    N_("Write a plain number."),
)


def area_frame(
    table: LedgerTable, columns: Mapping[str, str], *, findings: Findings
) -> gpd.GeoDataFrame:
    """
    Turn a map layer of polygons into areas.

    Parameters
    ----------
    table
        As its file gave it, with shapes.
    columns
        Our column -> the file's header; what is missing is empty.
    findings
        Collects what was repaired, assumed or left out, and how neighbours fit together.

    Returns
    -------
    areas
        By `community_id`: the code, or where codes are missing the name; `COLUMNS` and valid flat
        polygons in the system of the layer.

    Examples
    --------
    >>> from shapely import box
    >>> cells = pd.DataFrame({"编码": ["01", "02"], "名称": ["甲社区", "乙社区"]}, index=[2, 3])
    >>> shapes = gpd.GeoSeries([box(0, 0, 1, 1), box(1, 0, 2, 1)], cells.index, crs=4326)
    >>> table = LedgerTable("a.geojson", "", cells, shapes)
    >>> areas = area_frame(table, {"code": "编码", "name": "名称"}, findings=Findings())
    >>> areas.index.tolist(), areas["name"].tolist()
    (['01', '02'], ['甲社区', '乙社区'])
    """
    places = table.places
    if places is None:
        places = gpd.GeoSeries([None] * len(table.cells), table.cells.index)
    outlines = repair_outlines(places, findings=findings)
    rows = _read_rows(table.cells.loc[outlines.index], columns, findings)
    rows, outlines = _join_parts(rows, outlines, findings)
    now = rows["valid_to"] == ""  # an area and its former state share their ground
    note_neighbours(outlines[now], findings=findings)
    rows = rows.assign(name=_names(rows, findings))
    _note_names(rows["name"][now], findings)
    ids = _identify(rows, findings)
    areas = gpd.GeoDataFrame(rows, geometry=outlines, crs=outlines.crs)
    return areas.set_index(pd.Index(ids, dtype=str, name="community_id"))


def _read_rows(cells: pd.DataFrame, columns: Mapping[str, str], findings: Findings) -> pd.DataFrame:
    """Read the cells of the rows that have an outline."""
    blank = pd.Series("", cells.index, dtype=str)
    said = {
        ours: without_blanks(cells[columns[ours]].str.strip()) if ours in columns else blank
        for ours in COLUMNS
    }
    for ours in CODES:
        said[ours] = read_registered(said[ours], column=ours, findings=findings)
    for ours in TEXTS:
        if (said[ours] != "").any():
            said[ours] = mask_texts(said[ours], findings=findings, column=ours)
    for ours in COUNTS:
        said[ours] = _read_count(said[ours], ours, findings)
    for ours in DAYS:
        said[ours] = read_days(said[ours], column=ours, findings=findings)
    note_reversed(said["valid_from"], said["valid_to"], findings=findings)
    return pd.DataFrame(said, index=cells.index)


def _read_count(texts: pd.Series, column: str, findings: Findings) -> pd.Series:
    """Read a number of households or people; ten thousands may be written 万."""
    plain = texts.str.normalize("NFKC").str.replace(r"[,\s]", "", regex=True)
    parts = plain.str.extract(_COUNT)
    number = pd.to_numeric(parts[0]) * parts[1].map({"": 1, "万": 10_000})
    number = number.where(number < _MOST).round()
    findings.add(COUNT_UNREAD, texts[number.isna() & (texts != "")], column=column)
    return number.astype("Int64")


def _join_parts(
    rows: pd.DataFrame, outlines: gpd.GeoSeries, findings: Findings
) -> tuple[pd.DataFrame, gpd.GeoSeries]:
    """Join rows of one code and one name, and of one span of days: parts of one area."""
    keys = [*CODES[:1], "name", *DAYS]
    known = (rows["code"] != "") & (rows["name"] != "")
    first = rows.index.to_series().groupby([rows[key] for key in keys]).transform("first")
    first = first.where(known, rows.index.to_series())
    further = first != rows.index
    findings.add(PARTS_JOINED, rows["name"][further], column="code")
    if not further.any():
        return rows, outlines
    joined = gpd.GeoDataFrame({"area": first}, geometry=outlines, crs=outlines.crs).dissolve("area")
    return rows[~further], joined.geometry.reindex(rows.index[~further])


def _names(rows: pd.DataFrame, findings: Findings) -> pd.Series:
    """Return the names; an area without one is called by its code, else by its row."""
    nameless = rows["name"] == ""
    findings.add(NAME_MISSING, rows["code"][nameless], column="name")
    number = "R" + rows.index.astype(str).to_series(index=rows.index)
    return rows["name"].where(~nameless, rows["code"].where(rows["code"] != "", number))


def _identify(rows: pd.DataFrame, findings: Findings) -> pd.Series:
    """Name each area by its code, else by its name, else by its row; each once."""
    number = rows.index.astype(str).to_series(index=rows.index)
    nameless = rows["name"] == ""
    findings.add(NAME_MISSING, rows["code"][nameless], column="name")
    rows["name"] = rows["name"].where(
        ~nameless, rows["code"].where(rows["code"] != "", "R" + number)
    )
    code = rows["code"]
    width = code[code.str.isdecimal()].str.len()
    if len(width):
        usual = width.mode().iloc[0]
        findings.add(CODES_UNEVEN, code[width.index[width < usual]], column="code")
    ids = code.where(code != "", rows["name"])
    again = ids.duplicated()
    findings.add(CODE_TWICE, code[again & (code != "")], column="code")
    taken: set[str] = set()
    return ids.map(lambda one: _free(one, taken))


def _free(name: str, taken: set[str]) -> str:
    """Return the name, or the first of `name-2`, `name-3` … that is not taken, and take it."""
    free, n = name, 1
    while free in taken:
        n += 1
        free = f"{name}-{n}"
    taken.add(free)
    return free


def _note_names(names: pd.Series, findings: Findings) -> None:
    """Note names that two areas share, and names that differ as old and new ones do."""
    twice = names.duplicated(keep=False)
    findings.add(NAME_TWICE, names[twice], column="name")
    plain = plain_area_name(names)
    findings.add(NAMES_ALIKE, names[~twice & plain.duplicated(keep=False)], column="name")


def plain_area_name(names: pd.Series) -> pd.Series:
    """
    Write names of areas without what changes from list to list: signs, capitals, endings.

    Examples
    --------
    >>> plain_area_name(pd.Series(["光复道街", "光复道办事处", "Arbutus-Ridge"])).tolist()
    ['光复道', '光复道', 'arbutusridge']
    """
    folded = names.str.normalize("NFKC").str.casefold()
    folded = folded.str.replace(_SIGNS, "", regex=True)
    stems = {name: split_community(name)[0] for name in folded.unique()}
    return folded.map(stems).astype(str)
