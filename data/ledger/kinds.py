"""What a file is: incidents, facilities, areas, or something that is no ledger at all."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

import numpy as np
import shapely

from data.columns import COLUMNS
from data.errors import N_, Message
from data.ledger.column_content import SAMPLED
from data.ledger.facility_classes import class_of, read_each
from data.ledger.header_likeness import plain_header
from data.ledger.mapping import propose_mapping
from data.ledger.table import LedgerTable
from data.map_files import osm_format

IMPORTED = ("incidents", "facilities", "communities", "boundary")
"""Kinds that an import takes; the others are known so that they can be refused in words."""
MOST_AREAS = 2000
"""Polygons; a sub-district has a few dozen communities, and more houses than these."""
SURE, LIKELY, UNSURE = 0.95, 0.8, 0.6
_MARGIN = 1.0
_LEAST = 2.0
_MOST = 0.5

_WEIGHTS: Mapping[str, Mapping[str, float]] = MappingProxyType(
    {
        "incidents": MappingProxyType(
            {
                **dict.fromkeys(("occurred_from", "received_at", "date", "clock"), 3.0),
                **dict.fromkeys(("occurred_to", "source", "outcome", "summary", "year"), 1.5),
                **dict.fromkeys(("month", "day", "hour"), 1.0),
                **dict.fromkeys(("type", "persons", "boxes", "goods_value", "source_ref"), 1.0),
                **dict.fromkeys(("near_facility", "place_note", "handler_org", "closed_at"), 1.0),
            }
        ),
        "facilities": MappingProxyType(
            {
                **dict.fromkeys(("grade", "gate_name", "gate_count", "licence_no", "insured"), 2.0),
                **dict.fromkeys(("open_hours", "weekend_open", "daily_required"), 2.0),
                **dict.fromkeys(("last_inspected_at", "responsible_person"), 1.0),
                "name": 2.0,
                "category": 1.0,
            }
        ),
    }
)
"""Kind -> our column -> what it speaks for the kind; columns that both have speak for neither."""
_PLACED = frozenset({"lon", "lat", "lonlat", "address"})
_CLASSED = 2.5
"""What it speaks for a list of facilities that words or names tell classes such as pharmacy."""
_TIMED = 2.0
"""What it speaks for incidents that a column of unknown name holds days with hours."""
_OTHER_TABLES = MappingProxyType(
    {
        "staffing": ({"org", "min_count", "max_count"},),
        "booths": ({"booth_id"},),
        "cameras": ({"camera_id"}, {"bearing", "range_m"}),
    }
)
"""Table of the area folder -> the columns any set of which gives it away."""
_OWN = MappingProxyType(
    {
        "booth_id": frozenset({"booth_id", "岗亭编号"}),
        "camera_id": frozenset({"camera_id", "设备编号", "摄像头编号"}),
    }
)
"""Numbers of these lists, without the headers that any list may have."""

SAID = MappingProxyType(
    {
        "incidents": N_("This looks like a ledger of incidents."),
        "facilities": N_("This looks like a list of facilities."),
        "communities": N_("This looks like a layer of communities or sub-districts."),
        "boundary": N_("This looks like the boundary of an area."),
        "streets": N_(
            "These are streets or other lines, not a ledger. "
            "Make an area of them with: xunge new-area --network FILE."
        ),
        "staffing": N_(
            "This is a staffing table, not a ledger. Put it into the area folder as staffing.csv."
        ),
        "booths": N_(
            "This is a list of booths, not a ledger. Put it into the area folder as booths.csv."
        ),
        "cameras": N_(
            "This is a list of cameras, not a ledger. Put it into the area folder as cameras.csv."
        ),
        "unknown": N_(
            "It is not clear what this table holds. "
            "Say it with --kind incidents, facilities, communities or boundary."
        ),
    }
)
MANY_AREAS = N_(
    "These are {n} outlines, too many for communities. If they are buildings or plots they are no "
    "ledger; if not, say what they are with --kind communities or facilities."
)
NOTHING = N_("The table is empty.")


@dataclass(frozen=True)
class KindFinding:
    """What a table is taken for."""

    kind: str
    """A key of `SAID`."""
    confidence: float
    """In [0, 1]; 0 where the kind is unknown."""
    said: Message
    """One sentence, with the remedy where an import does not take it."""

    @property
    def imported(self) -> bool:
        """Whether an import takes tables of this kind."""
        return self.kind in IMPORTED


def find_kind(table: LedgerTable) -> KindFinding:
    """
    Find out what a table is, from its shapes, its headers and its cells.

    Parameters
    ----------
    table
        As its file gave it.

    Examples
    --------
    >>> import pandas as pd
    >>> row = {"受理时间": "2018-01-15 09:20", "类型": "站街收药", "地点": "河边桥底下"}
    >>> finding = find_kind(LedgerTable("a.csv", "", pd.DataFrame([row], index=[2])))
    >>> finding.kind, str(finding.said)
    ('incidents', 'This looks like a ledger of incidents.')
    """
    if osm_format(Path(table.file)) is not None:
        return _finding("streets", SURE)
    if table.cells.empty:
        return KindFinding("unknown", 0.0, Message.of(NOTHING))
    shapes = _shape_kind(table)
    if shapes == "line":
        return _finding("streets", SURE)
    if shapes == "polygon":
        return _find_areas(table)
    return _find_other(table) or _find_points(table)


def _finding(kind: str, confidence: float) -> KindFinding:
    return KindFinding(kind, confidence, Message.of(SAID[kind]))


def _shape_kind(table: LedgerTable) -> str:
    """Return what most of the shapes are: `point`, `line` or `polygon`; '' without any."""
    if table.places is None:
        return ""
    shapes = table.places.to_numpy()
    dimension = shapely.get_dimensions(shapes)
    present = dimension[~shapely.is_empty(shapes) & (dimension >= 0)]
    if present.size == 0:
        return ""
    return ("point", "line", "polygon")[int(np.bincount(present).argmax())]


def _find_areas(table: LedgerTable) -> KindFinding:
    """Tell a boundary, communities and footprints of facilities apart."""
    scores = _score(table)
    if scores["facilities"] >= _LEAST + _CLASSED and scores["incidents"] < _LEAST:
        return _finding("facilities", UNSURE)
    n = len(table.cells)
    if n == 1:
        return _finding("boundary", LIKELY)
    if n > MOST_AREAS:
        return KindFinding("unknown", 0.0, Message.of(MANY_AREAS, n=n))
    return _finding("communities", SURE if _is_named(table) else LIKELY)


def _is_named(table: LedgerTable) -> bool:
    columns = propose_mapping(table, "communities").columns
    return "name" in columns or "code" in columns


def _find_other(table: LedgerTable) -> KindFinding | None:
    """Recognise the tables of an area folder that are no ledgers."""
    headers = {plain_header(header) for header in table.cells.columns}
    for kind, sets in _OTHER_TABLES.items():
        known = {ours: _OWN.get(ours, {ours, *words}) for ours, words in COLUMNS[kind].items()}
        there = {
            ours for ours, words in known.items() if headers & {plain_header(w) for w in words}
        }
        if any(wanted <= there for wanted in sets):
            return _finding(kind, SURE)
    return None


def _find_points(table: LedgerTable) -> KindFinding:
    """Tell incidents and facilities apart by what speaks for each."""
    scores = _score(table)
    (_, less), (kind, more) = sorted(scores.items(), key=lambda item: item[1])
    if more < _LEAST or more - less < _MARGIN:
        return _finding("unknown", 0.0)
    if more < _LEAST + _MARGIN:
        return _finding(kind, UNSURE)
    return _finding(kind, SURE if more - less >= 2 * _MARGIN and more >= 2 * _LEAST else LIKELY)


def _score(table: LedgerTable) -> dict[str, float]:
    """Add up what speaks for each of the two kinds."""
    columns = {kind: propose_mapping(table, kind).columns for kind in _WEIGHTS}
    scores = {
        kind: sum(weights.get(ours, 0.0) for ours in columns[kind])
        for kind, weights in _WEIGHTS.items()
    }
    if not _PLACED & set(columns["facilities"]) and table.places is None:
        scores["facilities"] = 0.0  # a list of names without any place is none of facilities
    known = {*columns["incidents"].values(), *columns["facilities"].values()}
    unknown = [str(header) for header in table.cells.columns if header not in known]
    if not scores["incidents"] and any(_holds_times(table, header) for header in unknown):
        scores["incidents"] += _TIMED
    for ours in ("category", "name"):
        header = columns["facilities"].get(ours)
        if scores["facilities"] and header is not None and _tells_class(table, header):
            scores["facilities"] += _CLASSED
            break
    return scores


def _holds_times(table: LedgerTable, header: str) -> bool:
    """Tell whether most cells of a column are days with an hour."""
    shares = table.content(header).shares
    both = min(shares.get("day", 0.0), shares.get("clock", 0.0))
    return both > _MOST and shares["number"] <= _MOST


def _tells_class(table: LedgerTable, header: str) -> bool:
    """Tell whether most cells of a column name a class of facilities."""
    cells = table.cells[header].head(SAMPLED)
    filled = cells[cells != ""]
    return bool(len(filled)) and bool((read_each(filled, class_of) != "").mean() > _MOST)
