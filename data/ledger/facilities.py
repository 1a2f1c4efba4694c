"""A list of facilities -> one row a facility, and the gates at which they are entered."""

from collections.abc import Mapping

import geopandas as gpd
import pandas as pd

from data.columns import DAILY_CATEGORIES
from data.errors import N_
from data.ledger.facility_ids import REPEATED, identify
from data.ledger.facility_rows import COLUMNS, read_rows
from data.ledger.findings import Findings, Rule
from data.ledger.table import LedgerTable
from data.tables import WGS84

_GATE_SIGNS = r"\s*[、,，;；/|]\s*"

EMPTY_ROW = Rule(
    "facility_row_empty",
    N_("{n} rows have neither a name nor a place and are no facility."),
    "set_aside",
)
NAME_MISSING = Rule(
    "facility_name_missing",
    N_("{n} facilities have no name; they are called by their class and row."),
    "assumed",
    N_("Name them in the area editor."),
)
NO_PLACE = Rule(
    "facility_without_place",
    N_("{n} facilities have no coordinates; they are kept, but stand on no map."),
    "noted",
    N_("Put them on the map in the area editor."),
)
GATES_TOGETHER = Rule(
    "gates_without_place",
    N_("{n} gates have no coordinates of their own; they stand where their facility does."),
    "noted",
    N_("Draw them where people go in: patrols and distances start there."),
)
GATES_UNNAMED = Rule(
    "gates_unnamed",
    N_("{n} facilities have more gates than the list names or places."),
    "noted",
    N_("Draw the others in the area editor."),
)


def facility_frame(
    table: LedgerTable,
    columns: Mapping[str, str],
    lon: pd.Series,
    lat: pd.Series,
    *,
    findings: Findings,
) -> gpd.GeoDataFrame:
    """Return the facilities of `facility_frames` without their gates."""
    return facility_frames(table, columns, lon, lat, findings=findings)[0]


def facility_frames(
    table: LedgerTable,
    columns: Mapping[str, str],
    lon: pd.Series,
    lat: pd.Series,
    *,
    findings: Findings,
) -> tuple[gpd.GeoDataFrame, gpd.GeoDataFrame]:
    """
    Turn a list of facilities into layers of the store.

    A facility has one row, or one row a gate; rows are joined by number, licence, or name and place
    (`data.ledger.facility_ids`), and each column takes its first cell that is not empty. Closed and
    moved ones are kept with their status.

    Parameters
    ----------
    table
        As its file gave it.
    columns
        Our column -> the file's header; what is missing is empty.
    lon, lat
        WGS 84 degrees on the index of the table's cells; `NaN` where there is no place.
    findings
        Collects what was repaired, assumed or left out.

    Returns
    -------
    facilities, gates
        By `facility_id`: `COLUMNS` and a point, or none. By `gate_id`: `key_point_id`, `gate_name`
        and a point; as `data.schema.KEY_POINTS` and `GATES` have them.

    Examples
    --------
    >>> cells = pd.DataFrame({"名称": ["青梧医院"] * 2, "门": ["正门", "北门"]}, index=[2, 3])
    >>> lon, lat = pd.Series([117.9, 117.901], [2, 3]), pd.Series([38.85, 38.851], [2, 3])
    >>> table, columns = LedgerTable("a.csv", "", cells), {"name": "名称", "gate_name": "门"}
    >>> facilities, gates = facility_frames(table, columns, lon, lat, findings=Findings())
    >>> facilities[["name", "category", "gate_count"]].values.tolist()
    [['青梧医院', 'hospital', 2]]
    >>> gates["gate_name"].tolist()
    ['正门', '北门']
    """
    rows = read_rows(table, columns, findings=findings).assign(lon=lon, lat=lat)
    empty = (rows["name"] == "") & rows["lon"].isna() & (rows["address"] == "")
    findings.add(EMPTY_ROW, rows["name"][empty])
    rows = rows[~empty]
    rows = rows.assign(facility_id=identify(rows, findings=findings))
    again = rows.duplicated(["facility_id", "gate_name", "lon", "lat"])
    findings.add(REPEATED, rows["name"][again], column="name")
    gates = _gates(rows[~again], findings)
    return _join(rows, gates, findings), gates


def _gates(rows: pd.DataFrame, findings: Findings) -> gpd.GeoDataFrame:
    """Return a gate for each placed row, or several where its cell names several."""
    placed = rows[rows["lon"].notna() & rows["lat"].notna()]
    each = placed["gate_name"].str.split(_GATE_SIGNS, regex=True).explode()
    crowded = each.index.duplicated(keep=False)
    findings.add(GATES_TOGETHER, each[crowded].groupby(level=0).first(), column="gate_name")
    at = placed.loc[each.index]
    number = at["facility_id"].groupby(at["facility_id"]).cumcount() + 1
    ids = at["facility_id"].to_numpy() + "-" + number.astype(str).to_numpy()
    return gpd.GeoDataFrame(
        {"key_point_id": at["facility_id"].to_numpy(), "gate_name": each.to_numpy()},
        geometry=gpd.points_from_xy(at["lon"], at["lat"]),
        index=pd.Index(ids, dtype=str, name="gate_id"),
        crs=WGS84,
    )


def _join(rows: pd.DataFrame, gates: gpd.GeoDataFrame, findings: Findings) -> gpd.GeoDataFrame:
    """Make one row of the rows of each facility."""
    key = rows["facility_id"]
    texts = rows[list(COLUMNS)].where(rows[list(COLUMNS)] != "")
    joined = texts.groupby(key, sort=False).first().fillna("").astype(str)
    row = pd.Series(rows.index, rows.index).groupby(key, sort=False).first()
    nameless = joined["name"] == ""
    name = joined["name"].mask(nameless, joined["category"] + " " + row.astype(str))
    own = gates.groupby("key_point_id")
    known = own.size().reindex(joined.index).fillna(0).astype(int)
    stated = pd.to_numeric(joined["gate_count"], errors="coerce").fillna(0).astype(int)
    more = stated > known.clip(lower=1)
    for rule, hit in ((NAME_MISSING, nameless), (NO_PLACE, known == 0), (GATES_UNNAMED, more)):
        findings.add(rule, name[hit].set_axis(row[hit]))
    daily = joined["daily_required"]
    usual = joined["category"].isin(DAILY_CATEGORIES)
    facilities = joined.assign(
        name=name,
        gate_count=known.clip(lower=1).where(known >= stated, stated),
        gate_name=_gate_names(gates, joined.index),
        daily_required=(daily == "yes") | ((daily == "") & usual),
    )
    points = own.geometry.first().reindex(joined.index)
    return gpd.GeoDataFrame(facilities, geometry=gpd.GeoSeries(points, crs=WGS84))


def _gate_names(gates: gpd.GeoDataFrame, facilities: pd.Index) -> pd.Series:
    """Write the names of each facility's gates in one cell."""
    names: dict[str, list[str]] = {}
    for facility, name in zip(gates["key_point_id"], gates["gate_name"], strict=True):
        names.setdefault(facility, []).append(name)
    said = ["、".join(filter(None, names.get(facility, ()))) for facility in facilities]
    return pd.Series(said, facilities, dtype=str)
