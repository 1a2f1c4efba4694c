"""What a person decided once: how a source's files are read, and which repetitions are merged."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import blake2b
from typing import Any

import numpy as np
import pandas as pd
from sqlalchemy import Connection, insert, select

from data.masking import mask
from data.store.column_types import to_json
from data.store.connections import Store, reading, writing
from data.store.models import event, memory
from data.store.payloads import mask_deep
from data.store.trail import append_event, next_seq
from data.store.versions import close_versions, next_version_id

TERMS, RULE = "terms", "duplicate_rule"
_DIGEST_BYTES = 8
MOST_OF = 2 / 3
"""Share of the columns that must be known where no source is named."""


@dataclass(frozen=True)
class TermsTold:
    """How files of a source with these headers are to be read, as a person settled it."""

    source: str
    headers: Sequence[str]
    """All headers of the file, of which only hashes are kept."""
    terms: Mapping[str, Any]

    @property
    def name(self) -> str:
        """Tell these terms from others."""
        return to_json([mask(self.source), _digests(self.headers)])

    @property
    def value(self) -> dict[str, Any]:
        """What is kept of them."""
        headers = _digests(self.headers)
        return {"source": mask(self.source), "headers": headers, "terms": mask_deep(self.terms)}


def remember_with(connection: Connection, area: str, told: TermsTold, seq: int) -> None:
    """Remember terms as a part of another entry of the trail, an import, with which they go."""
    _put(connection, area, TERMS, told.name, told.value, seq=seq)


def remember_terms(
    store: Store,
    area: str,
    source: str,
    terms: Mapping[str, Any],
    *,
    headers: Sequence[str],
    who: str,
    now: datetime,
) -> int:
    """
    Remember how files of a source with these headers are to be read.

    Parameters
    ----------
    source
        The ledger, as `data.store.imports.save_import` has it.
    terms
        As JSON can hold them: column mapping, datum, options. Texts that may be a person's number
        are masked.
    headers
        All headers of the file, of which only hashes are kept: where a file has no header row, they
        are somebody's data.
    who, now
        For the audit trail.

    Returns
    -------
    seq
        Number of the entry in the trail; of the last one there is if this was known.
    """
    told = TermsTold(source, headers, terms)
    payload = {"kind": TERMS, "source": mask(source), "columns": len(set(headers))}
    return _remember(store, area, TERMS, told.name, told.value, payload=payload, who=who, now=now)


def recall_terms(
    store: Store, area: str, source: str | None, headers: Sequence[str]
) -> dict[str, Any] | None:
    """
    Return how files of a source with these headers were read last; None if nobody said.

    A file that has got more columns is still known; one that lacks a column is not. Without a
    source (None) one of any source is known by its columns.

    Examples
    --------
    >>> from data.store.engine import open_store
    >>> with open_store("sqlite://") as store:
    ...     recall_terms(store, "east", "12345", ["工单编号", "受理时间"]) is None
    True
    """
    wanted = set(_digests(headers))
    least = MOST_OF * len(wanted) if source is None else 1
    query = select(memory.c.value).where(*_open(area, TERMS)).order_by(memory.c.version_id.desc())
    with reading(store) as connection:
        values = [
            value
            for value in connection.execute(query).scalars()
            if (source is None or value["source"] == mask(source))
            and wanted.issuperset(value["headers"])
            and len(value["headers"]) >= least
        ]
    # the one with most of the headers; of two alike, the later one
    best = max(values, key=lambda value: len(value["headers"]), default=None)
    return None if best is None else dict(best["terms"])


def save_duplicate_rule(
    store: Store, area: str, rule: Mapping[str, Any], *, who: str, now: datetime
) -> int:
    """
    Remember by which rule repetitions are merged without asking.

    Parameters
    ----------
    rule
        As JSON can hold it, such as distance, hours and likeness; `name` tells it from others and
        replaces the rule of that name. A rule with `off` set to True no longer holds.
    who, now
        For the audit trail.

    Returns
    -------
    seq
        Number of the entry in the trail; of the last one there is if this was known.
    """
    masked = mask_deep(rule)
    name = str(masked.get("name", ""))
    payload = {"kind": RULE, "name": name}
    return _remember(store, area, RULE, name, masked, payload=payload, who=who, now=now)


def list_duplicate_rules(store: Store, area: str) -> pd.DataFrame:
    """
    List the rules by which repetitions are merged without asking.

    Returns
    -------
    rules
        Indexed by `name`: `rule` (a dict), `who` and `at` (UTC) said so.
    """
    query = (
        select(memory.c.name, memory.c.value, event.c.who, event.c.at)
        .join(event, event.c.seq == memory.c.since_seq)
        .where(*_open(area, RULE))
        .order_by(memory.c.name)
    )
    with reading(store) as connection:
        rows = connection.execute(query).all()
    rules = pd.DataFrame(rows, columns=["name", "rule", "who", "at"]).set_index("name")
    rules["at"] = pd.to_datetime(rules["at"], utc=True).astype("datetime64[us, UTC]")
    holds = np.array([not rule.get("off", False) for rule in rules["rule"]], dtype=bool)
    return rules.loc[holds]


def _remember(
    store: Store,
    area: str,
    kind: str,
    name: str,
    value: Mapping[str, Any],
    *,
    payload: Mapping[str, Any],
    who: str,
    now: datetime,
) -> int:
    """Put a new version of something remembered in the place of the old one."""
    with writing(store) as connection:
        if _is_known(connection, area, kind, name, value):
            return next_seq(connection) - 1
        seq = append_event(connection, area, "remember", who=who, now=now, payload=payload)
        _put(connection, area, kind, name, value, seq=seq)
    return seq


def _is_known(
    connection: Connection, area: str, kind: str, name: str, value: Mapping[str, Any]
) -> bool:
    """Tell whether just this is remembered now."""
    query = select(memory.c.value).where(*_open(area, kind), memory.c.name == name)
    return to_json(value) in map(to_json, connection.execute(query).scalars())


def _put(
    connection: Connection, area: str, kind: str, name: str, value: Mapping[str, Any], *, seq: int
) -> None:
    """Put a new version in the place of the old one.

    An import puts one also where the old one says the same: it has confirmed it, so that it stands
    when an earlier import is taken back.
    """
    query = select(memory.c.version_id).where(*_open(area, kind), memory.c.name == name)
    close_versions(connection, memory, list(connection.execute(query).scalars()), seq)
    row = {
        "version_id": next_version_id(connection, memory),
        "area": area,
        "kind": kind,
        "name": name,
        "value": value,
        "since_seq": seq,
    }
    connection.execute(insert(memory), [row])


def _open(area: str, kind: str) -> tuple[Any, ...]:
    """Choose what is remembered now."""
    return (memory.c.area == area, memory.c.kind == kind, memory.c.until_seq.is_(None))


def _digests(headers: Sequence[str]) -> list[str]:
    """Hash headers, in one order whatever theirs is."""
    return sorted(
        blake2b(header.encode(), digest_size=_DIGEST_BYTES).hexdigest() for header in set(headers)
    )
