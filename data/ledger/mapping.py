"""Which column of a ledger is which of ours: proposed, then confirmed by a person."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.optimize import linear_sum_assignment

from data.errors import N_, AreaError, FaultList, Message
from data.ledger.column_content import Content
from data.ledger.header_likeness import EXACT, FUZZY, SYNONYM, score_header
from data.ledger.known_headers import HEADERS
from data.ledger.private_headers import private_headers
from data.ledger.table import LedgerTable

How = Literal["remembered", "exact", "synonym", "fuzzy", "content"]
Scores = NDArray[np.float64]


@dataclass(frozen=True)
class ColumnMapping:
    """Our columns and the file's headers, one to one."""

    kind: str
    columns: Mapping[str, str]
    """Our column -> header of the file."""
    how: Mapping[str, How]
    """Our column -> what the proposal rests on; what a person said counts as remembered."""
    score: Mapping[str, float]
    """Our column -> how sure the proposal is, 0 to 100."""
    unread: tuple[str, ...]
    """Headers that are nothing of ours, in the file's order; those about persons are not among
    them."""

    def pick(self, cells: pd.DataFrame) -> pd.DataFrame:
        """Return the mapped columns of `cells` under our names."""
        return cells[list(self.columns.values())].set_axis(list(self.columns), axis=1)


def propose_mapping(
    table: LedgerTable, kind: str, *, remembered: Mapping[str, str] | None = None
) -> ColumnMapping:
    """
    Propose which header means which of our columns.

    Headers about persons are never proposed. What is remembered comes first, then headers that are
    known, then those that are spelt alike or cut off; each step takes the best assignment as a
    whole. The cells have a veto: texts are no longitude, pairs of numbers no address.

    Parameters
    ----------
    table
        As its file gave it.
    kind
        `incidents`, `facilities` or `communities`.
    remembered
        Our column -> header, as confirmed for this source before; what the file lacks is ignored.

    Examples
    --------
    >>> row = {"序号": "1", "受理时间": "2018.1.5", "问题点位": "桥底下", "举报人": "张某"}
    >>> table = LedgerTable("a.csv", "", pd.DataFrame([row], index=[2]))
    >>> mapping = propose_mapping(table, "incidents")
    >>> dict(mapping.columns), mapping.unread
    ({'received_at': '受理时间', 'address': '问题点位'}, ('序号',))
    """
    cells = table.cells
    private = private_headers(cells.columns)
    headers = [header for header in cells.columns if header not in private]
    known = HEADERS[kind]
    content = {header: table.content(header) for header in headers}
    kept: dict[str, str] = {}
    for ours, header in (remembered or {}).items():
        if ours in known and header in headers and header not in kept.values():
            kept[ours] = header
    mapping = ColumnMapping(
        kind, kept, dict.fromkeys(kept, "remembered"), dict.fromkeys(kept, EXACT), ()
    )
    mapping = _assign(mapping, headers, content, least=SYNONYM)
    # what is known by its name is nothing else: 发生时间 is not a misspelt 发生时间止
    strange = [header for header in headers if not _is_known(header, kind)]
    mapping = _assign(mapping, strange, content, least=FUZZY)
    return _with_unread(_single_time(mapping, content), headers)


def override_mapping(
    mapping: ColumnMapping, pairs: Mapping[str, str], table: LedgerTable
) -> ColumnMapping:
    """
    Put what a person says in place of what was proposed.

    Parameters
    ----------
    mapping
        The proposal.
    pairs
        Our column -> header; an empty header leaves the column unread.
    table
        The table that was proposed for.

    Raises
    ------
    AreaError
        If a column is none of ours, a header is not in the file or meant twice, or a header tells
        who somebody is: such columns are not read, whoever asks.
    """
    private = private_headers(table.cells.columns)
    _check_pairs(mapping.kind, pairs, table, private)
    taken = {header for header in pairs.values() if header}
    columns = {
        ours: header
        for ours, header in mapping.columns.items()
        if ours not in pairs and header not in taken
    } | {ours: header for ours, header in pairs.items() if header}
    said = {ours for ours, header in pairs.items() if header}
    changed = replace(
        mapping,
        columns=columns,
        how={ours: "remembered" if ours in said else mapping.how[ours] for ours in columns},
        score={ours: EXACT if ours in said else mapping.score[ours] for ours in columns},
    )
    headers = [header for header in table.cells.columns if header not in private]
    return _with_unread(changed, headers)


def _check_pairs(
    kind: str, pairs: Mapping[str, str], table: LedgerTable, private: Mapping[str, str]
) -> None:
    """Raise everything that is wrong with what a person says."""
    faults = FaultList(table.file)
    names = Message.of(N_("Use one of: {names}."), names=", ".join(sorted(HEADERS[kind])))
    for ours, header in pairs.items():
        if ours not in HEADERS[kind]:
            faults.add(N_("There is no column of this name."), names, column=ours)
        if header in private:
            faults.add(
                N_("This column tells who somebody is."),
                N_("It is not read; name another column."),
                column=header,
            )
        elif header and header not in table.cells.columns:
            faults.add(
                N_("The file has no such header."),
                N_("Write the header as it stands in the file."),
                column=ours,
                value=header,
            )
    counts = Counter(header for header in pairs.values() if header)
    for header in (header for header, n in counts.items() if n > 1):
        faults.add(
            N_("This header is named for two columns."),
            N_("Name it for one of them."),
            column=header,
        )
    faults.raise_if_any(AreaError)


def _is_known(header: str, kind: str) -> bool:
    """Tell whether a header is one that some column of ours is known by."""
    return any(
        score_header(header, ours, known) >= SYNONYM for ours, known in HEADERS[kind].items()
    )


def _assign(
    mapping: ColumnMapping, headers: list[str], content: Mapping[str, Content], *, least: float
) -> ColumnMapping:
    """Add the best assignment of the headers that are left, with scores of `least` and more."""
    known = HEADERS[mapping.kind]
    ours_left = [ours for ours in known if ours not in mapping.columns]
    left = [header for header in headers if header not in set(mapping.columns.values())]
    if not ours_left or not left:
        return mapping
    by_name = np.array([[score_header(h, ours, known[ours]) for h in left] for ours in ours_left])
    by_name[by_name < least] = 0.0
    fits = np.array([[content[header].fits(ours) for header in left] for ours in ours_left])
    scores = np.where(fits, by_name, 0.0)
    columns, how, score = dict(mapping.columns), dict(mapping.how), dict(mapping.score)
    for i, j in zip(*linear_sum_assignment(scores, maximize=True), strict=True):
        if scores[i, j] > 0:
            ours = ours_left[i]
            columns[ours], score[ours] = left[j], float(round(scores[i, j], 1))
            how[ours] = _reason(scores[i, j], by_name[:, j], fits[:, j])
    return replace(mapping, columns=columns, how=how, score=score)


def _reason(score: float, by_name: Scores, fits: NDArray[np.bool_]) -> How:
    """Say what a proposal rests on: the cells, if they alone ruled out one as good or better."""
    if (by_name[~fits] >= score).any():
        return "content"
    if score == EXACT:
        return "exact"
    return "synonym" if score >= SYNONYM else "fuzzy"


def _single_time(mapping: ColumnMapping, content: Mapping[str, Content]) -> ColumnMapping:
    """Take the only column of times for the occurrence, be it called date or time."""
    if "occurred_from" in mapping.columns or {"hour", "year"} & set(mapping.columns):
        return mapping
    if "clock" in mapping.columns or "date" not in mapping.columns:
        return mapping
    if not content[mapping.columns["date"]].fits("occurred_from"):
        return mapping

    ours = {name: "occurred_from" if name == "date" else name for name in mapping.columns}
    return replace(
        mapping,
        columns={ours[name]: header for name, header in mapping.columns.items()},
        how={ours[name]: how for name, how in mapping.how.items()},
        score={ours[name]: score for name, score in mapping.score.items()},
    )


def _with_unread(mapping: ColumnMapping, headers: list[str]) -> ColumnMapping:
    """List the headers that are nothing of ours, and put our columns in the usual order."""
    used = set(mapping.columns.values())
    order = [ours for ours in HEADERS[mapping.kind] if ours in mapping.columns]
    return replace(
        mapping,
        columns={ours: mapping.columns[ours] for ours in order},
        unread=tuple(header for header in headers if header not in used),
    )
