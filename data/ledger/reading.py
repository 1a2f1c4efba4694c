"""A table of a ledger -> records: each step counted, nothing silent, nothing lost."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime

import numpy as np
import pandas as pd
import shapely

from data.columns import CODES as KNOWN_CODES
from data.errors import N_, AreaError, Message
from data.ledger.contacts import hash_contacts
from data.ledger.context import LedgerContext
from data.ledger.coordinates import read_positions
from data.ledger.dates import read_moments
from data.ledger.datum_finding import DatumFinding
from data.ledger.findings import Findings, Rule
from data.ledger.mapping import ColumnMapping, override_mapping, propose_mapping
from data.ledger.numbers import read_counts, read_references
from data.ledger.positions import NO_DATUM, place_records
from data.ledger.privacy import mask_texts
from data.ledger.private_headers import private_headers
from data.ledger.records import COLUMNS, RECORDS
from data.ledger.statuses import count_statuses, settle_status
from data.ledger.table import LedgerTable
from data.ledger.terms import Terms
from data.ledger.words import read_words
from data.row_ids import hide_personal_ids

TEXTS = (
    "summary",
    "address",
    "place_note",
    "near_facility",
    "community",
    "note",
    "handler_org",
    "grid_code",
)
"""Free texts: whatever a person typed may hold a number, so all are scanned."""
CODES = ("source", "type", "outcome", "geo_precision")
NUMBERS = ("persons", "boxes", "goods_value")
PRIVATE = Rule("private_columns", N_("{n} columns about persons were not read."), "dropped")
WHEN = frozenset({"received_at", "occurred_from", "date", "year"})
WHERE = frozenset({"lon", "lonlat", "address", "place_note", "community", "near_facility"})


@dataclass(frozen=True)
class Reading:
    """What was made of one table of a ledger."""

    file: str
    sheet: str
    headers: tuple[str, ...]
    """As the file has them, without those about persons."""
    terms: Terms
    mapping: ColumnMapping
    private: Mapping[str, str]
    """Header -> reason why it was not read."""
    records: pd.DataFrame
    """Columns of `data.ledger.records.RECORDS`, index `row`."""
    findings: Findings
    datum: DatumFinding
    candidates: pd.DataFrame
    """Places that may be meant: `row, rank, label, lon, lat, geo_precision, score, kind`."""
    table_id: str = ""
    """Names the table among those read: by the content of its file, which tells nothing."""

    @property
    def rows(self) -> int:
        """How many rows of the file are records."""
        return len(self.records)

    @property
    def has_numbers(self) -> bool:
        """Whether any row has coordinates."""
        return bool(self.records["raw_x"].notna().any())

    @property
    def counts(self) -> dict[str, int]:
        """How many records are on no map, by reason."""
        return count_statuses(self.records["status"])


def read_records(
    table: LedgerTable,
    context: LedgerContext,
    terms: Terms,
    *,
    now: datetime,
    contact_key: bytes | None = None,
    remembered: Mapping[str, str] | None = None,
) -> Reading:
    """
    Read a table as a ledger of incidents.

    Parameters
    ----------
    table
        As its file gave it.
    context
        What is known of the area.
    terms
        What a person decided; the rest is found out.
    now
        The moment of reading: nothing can have happened later.
    contact_key
        Local secret under which the numbers on leaflets are hashed; None keeps nothing of them.
    remembered
        Our column -> header, as a table like this was read before; what a person says goes before.

    Raises
    ------
    AreaError
        If no column tells a time and none a place: this is not a ledger of incidents.
    """
    findings = Findings()
    findings.merge(table.findings)
    private = private_headers(table.cells.columns)
    findings.note(PRIVATE, len(private))
    mapping = map_columns(table, "incidents", terms, remembered)
    cells = mapping.pick(table.cells)
    _refuse_other_tables(mapping, table)
    moments = read_moments(
        cells, timezone=context.timezone, now=now, findings=findings, utc=terms.utc
    )
    codes = _read_codes(cells, terms, findings)
    texts = read_texts(cells, TEXTS, findings)
    places, datum, candidates = place_records(
        raw_positions(table, cells, findings), texts.assign(stated=codes["geo_precision"]),
        context, terms, declared=declared_system(table, cells), findings=findings,
    )  # fmt: skip
    references = read_references(_column(cells, "source_ref"), findings)
    columns: dict[str, object] = {
        "file": table.file,
        "sheet": table.sheet,
        "row": cells.index.astype(int),
        **{name: codes[name] for name in ("source", "type", "outcome")},
        "source_ref": hide_personal_ids(references, shared=True),
        **{name: moments[name] for name in COLUMNS if name in moments},
        **{name: texts[name] for name in TEXTS},
        **{name: places[name] for name in COLUMNS if name in places},
        **_read_numbers(cells, mapping, findings),
        "contact_hash": _hash_contacts(cells, contact_key),
        "duplicate_of": cells.index.map(lambda row: terms.repeats.get(int(row), ""))
        if terms.repeats
        else "",
    }
    hide_listed(findings)
    records = pd.DataFrame(columns, index=cells.index)
    records["status"] = _settle(records, context)
    return Reading(
        file=table.file,
        sheet=table.sheet,
        headers=tuple(header for header in table.cells.columns if header not in private),
        terms=terms,
        mapping=mapping,
        private=private,
        records=_validate(records),
        findings=findings,
        datum=datum,
        candidates=candidates,
    )


def hide_listed(findings: Findings) -> None:
    """Mask the cells that findings list: what a rule met with may name a person."""
    met = pd.DataFrame(findings.listed, columns=range(6), dtype=object)
    for text in (4, 5):
        met[text] = mask_texts(met[text].astype(str))
    findings.listed = list(met.itertuples(index=False, name=None))


def map_columns(
    table: LedgerTable, kind: str, terms: Terms, remembered: Mapping[str, str] | None = None
) -> ColumnMapping:
    """Propose what the columns are, and let what a person said have the last word."""
    before = {
        ours: header
        for ours, header in (remembered or {}).items()
        if ours not in terms.columns and header not in terms.columns.values()
    }
    said = {ours: header for ours, header in terms.columns.items() if header}
    unread = {ours for ours, header in {**before, **terms.columns}.items() if not header}
    proposed = propose_mapping(table, kind, remembered=before)
    mapping = override_mapping(proposed, said, table)
    kept = {ours: header for ours, header in mapping.columns.items() if ours not in unread}
    dropped = tuple(header for ours, header in mapping.columns.items() if ours in unread)
    return replace(mapping, columns=kept, unread=(*mapping.unread, *dropped))


def _refuse_other_tables(mapping: ColumnMapping, table: LedgerTable) -> None:
    """Refuse a table in which nothing says when, or nothing says where."""
    when = WHEN & set(mapping.columns)
    where = WHERE & set(mapping.columns)
    if when and (where or table.places is not None):
        return
    missing = N_("a time") if not when else N_("a place")
    raise AreaError(
        Message.of(
            N_("None of the {n} columns tells {missing}: this is no ledger of incidents."),
            n=table.cells.shape[1],
            missing=Message.of(missing),
        ),
        N_("Say which column it is, with ours=theirs, or choose another kind of table."),
    )


def _column(cells: pd.DataFrame, name: str) -> pd.Series:
    """Return a column, empty where there is none."""
    return cells[name] if name in cells else pd.Series("", cells.index, dtype=str)


def _read_codes(cells: pd.DataFrame, terms: Terms, findings: Findings) -> pd.DataFrame:
    """Turn words into codes; rows that name no source have that of the file."""
    codes = read_words(cells, findings=findings)
    if terms.source:
        named = ~codes["source"].isin(["unknown", ""])
        codes = codes.assign(source=codes["source"].where(named, terms.source))
    return codes.assign(**{name: _mask_own_words(codes[name], findings) for name in CODES})


def _mask_own_words(codes: pd.Series, findings: Findings) -> pd.Series:
    """Mask what is no code of ours but the office's own word, which may be anything."""
    own = codes[~codes.isin([*KNOWN_CODES.get(str(codes.name), {}).values(), ""])]
    if own.empty:
        return codes
    masked = codes.copy()
    masked[own.index] = mask_texts(own, findings=findings, column=str(codes.name))
    return masked


def read_texts(cells: pd.DataFrame, names: tuple[str, ...], findings: Findings) -> pd.DataFrame:
    """Return the free texts of a table, without what could point to a person."""
    return pd.DataFrame(
        {
            name: mask_texts(cells[name], findings=findings, column=name)
            if name in cells
            else pd.Series("", cells.index, dtype=str)
            for name in names
        },
        index=cells.index,
    )


def _read_numbers(
    cells: pd.DataFrame, mapping: ColumnMapping, findings: Findings
) -> dict[str, pd.Series]:
    """Read how many persons, boxes and yuan."""
    return {
        name: read_counts(
            _column(cells, name), findings, name, header=mapping.columns.get(name, "")
        )
        for name in NUMBERS
    }


def _hash_contacts(cells: pd.DataFrame, key: bytes | None) -> pd.Series:
    """Hash the number on a leaflet that the text of a record quotes."""
    if key is None:
        return pd.Series("", cells.index, dtype=str)
    return hash_contacts(_column(cells, "summary"), key)


def raw_positions(table: LedgerTable, cells: pd.DataFrame, findings: Findings) -> pd.DataFrame:
    """Read the coordinates of a table, or of the shapes of a layer."""
    if table.places is None:
        return read_positions(cells, findings=findings)
    shapes = table.places.to_numpy()
    there = shapely.get_num_coordinates(shapes) > 0
    points = shapely.point_on_surface(shapes)
    axes = {
        name: pd.Series(np.where(there, get(points), np.nan), cells.index)
        for name, get in (("lon", shapely.get_x), ("lat", shapely.get_y))
    }
    texts = {name: axis.map(repr).where(axis.notna(), "") for name, axis in axes.items()}
    other = cells.drop(columns=["lon", "lat", "lonlat"], errors="ignore")
    return read_positions(other.assign(**texts), findings=findings)


def declared_system(table: LedgerTable, cells: pd.DataFrame) -> str | None:
    """Return which system the file says it is in; None where it says nothing, or several."""
    if table.places is not None:
        return None if table.places.crs is None else str(table.places.crs.to_string())
    said = _column(cells, "crs")
    named = said[said != ""].unique()
    return str(named[0]) if len(named) == 1 else None


def _settle(records: pd.DataFrame, context: LedgerContext) -> pd.Series:
    """Say of each record whether it is on the map, or why not."""
    has_numbers = records["raw_x"].notna()
    placed = records["lon"].notna()
    inside = pd.Series(data=True, index=records.index)
    if context.boundary is not None and placed.any():
        margin = context.margin_in_degrees
        shapely.prepare(margin)
        lon, lat = (records.loc[placed, axis].to_numpy() for axis in ("lon", "lat"))
        inside[placed] = shapely.intersects_xy(margin, lon, lat)
    return settle_status(
        repeated=records["duplicate_of"] != "",
        timed=records["occurred_from"].notna(),
        settled=~has_numbers | placed | (records["datum"] != NO_DATUM),
        placed=placed | (records["geo_precision"].isin(["community", "segment"])),
        inside=inside,
    )


def _validate(records: pd.DataFrame) -> pd.DataFrame:
    """Hold records against their schema; their index is the row until they are stored."""
    checked = RECORDS.validate(
        records[list(COLUMNS)].set_axis(records.index.astype(str)).rename_axis("record_id")
    )
    return checked.set_axis(records.index)
