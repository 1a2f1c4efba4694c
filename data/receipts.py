"""What was read of a file, taken into the store: each table whole or not at all."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import pandas as pd

from data.decisions import name_row
from data.errors import N_, AreaError, Message
from data.intake import Intake
from data.ledger.context import LedgerContext
from data.ledger.layer_reading import LayerReading
from data.ledger.reading import Reading
from data.store.connections import Store
from data.store.engine import open_store, store_url
from data.store.imports import ImportReceipt, save_import
from data.store.layers import save_features
from data.store.memory import TermsTold

Progress = Callable[[float, Message], None]


@dataclass(frozen=True)
class Receipt:
    """What became of one table of a file."""

    file: str
    sheet: str
    kind: str
    number: int | None
    """Which import of the area it is, from 1; None for a layer."""
    added: int
    unchanged: int
    changed: int


def take_in(
    intake: Intake,
    context: LedgerContext,
    *,
    who: str,
    now: datetime,
    progress: Progress | None = None,
    cancelled: Callable[[], bool] | None = None,
    numbers: dict[str, str] | None = None,
) -> list[Receipt]:
    """
    Store what was read of a file: each table in one transaction, and only what is new.

    Parameters
    ----------
    intake
        What `read_file` returned.
    context
        The area in whose store it is kept.
    who
        The role that imports, such as 办公室.
    now
        The moment that the audit trail names.
    progress, cancelled
        Told the share done; asked whether to stop, which leaves nothing behind.
    numbers
        Numbers of the records stored before in the same go, by the name that `name_row` gives
        them; those of this file are added.
    """
    receipts = []
    with open_store(store_url(context.folder)) as store:
        for reading in intake.readings:
            if isinstance(reading, LayerReading):
                receipts.append(_save_layer(store, context, intake, reading, who=who, now=now))
                continue
            saved = save_import(
                store,
                context.key,
                reading.records.assign(duplicate_of=_resolve(reading.records, numbers or {})),
                **_describe_import(intake, reading),
                who=who,
                now=now,
                progress=progress,
                cancelled=cancelled,
            )
            if numbers is not None:
                named = [name_row(reading, row) for row in saved.record_ids.index]
                numbers.update(zip(named, saved.record_ids, strict=True))
            receipts.append(_write_receipt(intake, reading, saved))
    return receipts


def _write_receipt(intake: Intake, reading: Reading, saved: ImportReceipt) -> Receipt:
    """Say what became of a ledger."""
    counts = (saved.added, saved.unchanged, saved.changed)
    return Receipt(intake.file, reading.sheet, "incidents", saved.number, *counts)


def _resolve(records: pd.DataFrame, numbers: Mapping[str, str]) -> pd.Series:
    """Put the numbers of records stored before in place of the names of their rows.

    Raises
    ------
    AreaError
        If a row repeats one that is not stored: it would be on no map, and nothing would count.
    """
    named = records["duplicate_of"]
    said = named[named.str.contains("|", regex=False)]
    if lost := int((~said.isin(list(numbers))).sum()) if len(said) else 0:
        raise AreaError(
            Message.of(
                N_("{n} rows repeat rows of a file that is not stored before them."), n=lost
            ),
            N_("Put that file back, or take back the repetitions that were confirmed."),
        )
    return named.mask(named.index.isin(said.index), said.map(numbers))


def _describe_import(intake: Intake, reading: Reading) -> dict[str, Any]:
    """Say what belongs to the import of a ledger besides its records."""
    source = reading.terms.source or intake.file
    return {
        "file": intake.file,
        "file_hash": intake.file_hash,
        "source": source,
        "terms": _describe(reading),
        "counts": {**reading.counts, **reading.findings.counts},
        "remember": TermsTold(source, reading.headers, {"columns": _settled_columns(reading)}),
    }


def _settled_columns(reading: Reading) -> dict[str, str]:
    """Return what the columns are: ours -> header, empty for one that is to stay unread."""
    unread = {ours: "" for ours, header in reading.terms.columns.items() if not header}
    return {**reading.mapping.columns, **unread}


def _describe(reading: Reading) -> dict[str, object]:
    """Say how a table was read, so that it can be read so again."""
    return {
        **reading.terms.to_json(),
        "columns": dict(reading.mapping.columns),
        "datum": reading.datum.system,
        "datum_confidence": round(reading.datum.confidence, 4),
        "dropped": sorted(set(reading.private.values())),
    }


def _save_layer(
    store: Store,
    context: LedgerContext,
    intake: Intake,
    reading: LayerReading,
    *,
    who: str,
    now: datetime,
) -> Receipt:
    """Store the features of a layer, valid from today."""
    today = now.date()
    for layer, features in reading.layers.items():
        save_features(
            store,
            context.key,
            layer,
            features,
            valid_from=today,
            reason=intake.file,
            who=who,
            now=now,
        )
    return Receipt(intake.file, reading.sheet, reading.kind, None, len(reading.features), 0, 0)
