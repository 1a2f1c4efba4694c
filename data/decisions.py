"""What an office decided once and need not decide again: a source's columns, clear repetitions."""

from collections.abc import Iterable, Sequence
from dataclasses import replace

import pandas as pd

from data.errors import N_
from data.ledger.duplicate_rules import DuplicateRule, apply_rule
from data.ledger.findings import Rule
from data.ledger.private_headers import private_headers
from data.ledger.reading import Reading
from data.store.connections import Store
from data.store.memory import list_duplicate_rules, recall_terms

MERGED = Rule(
    "merged_by_rule",
    N_("{n} records were merged with another by a saved rule."),
    "set_aside",
    N_("Part them on the page of records, or end the rule."),
)
RECALLED = Rule(
    "terms_recalled",
    N_("The columns were read as they were when a table like this was last imported."),
    "noted",
    N_("Change a column on the import page; the change is remembered."),
)


def recall(store: Store, area: str, headers: Iterable[str]) -> dict[str, str]:
    """
    Return what the columns of a table like this one were the last time.

    Nothing else is taken over: another office's file of the same form may be of another source
    and in another coordinate system, so these are found out, or asked, for each file.

    Parameters
    ----------
    store, area
        Where it is kept.
    headers
        Of the table; one that has all columns of a known table, and hardly more, is like it.

    Returns
    -------
    columns
        Our column -> header, empty for a column that was left unread; empty if nothing is known.

    Examples
    --------
    >>> from data.store.engine import open_store
    >>> with open_store("sqlite://") as store:
    ...     recall(store, "east", ["工单编号"])
    {}
    """
    private = private_headers(named := list(headers))
    found = recall_terms(store, area, None, [name for name in named if name not in private])
    return {} if found is None else dict(found.get("columns", {}))


def saved_rules(store: Store, area: str) -> list[DuplicateRule]:
    """Return the rules by which the office merges clear repetitions without asking."""
    kept = list_duplicate_rules(store, area)["rule"]
    return [DuplicateRule.from_said(said) for said in kept]


def merge_by_rules(
    reading: Reading, groups: pd.DataFrame, rules: Sequence[DuplicateRule], start: str
) -> Reading:
    """
    Mark the rows of a table that a saved rule merges with another record.

    Parameters
    ----------
    reading
        The table; stays as it is.
    groups
        As `data.repeats.propose_repeats` gives them.
    rules
        The office's; the first that fits decides.
    start
        How the names of the rows of this table in `groups` begin.

    Returns
    -------
    reading
        With `duplicate_of` and status of those rows; what a person decided stays.
    """
    merged: dict[str, str] = {}
    for rule in rules:
        for record, kept in apply_rule(groups, rule).items():
            if str(record).startswith(start) and is_at_hand(start, str(kept)):
                merged.setdefault(str(record).removeprefix(start), str(kept))
    rows = reading.records.index.astype(str)
    free = (reading.records["duplicate_of"] == "").to_numpy()
    hit = pd.Series(rows.isin(list(merged)) & free, reading.records.index)
    if not hit.any():
        return reading
    said = [name_target(start, merged[row]) for row in rows[hit.to_numpy()]]
    records = reading.records.copy()
    records.loc[hit, "duplicate_of"] = said
    records.loc[hit, "status"] = "duplicate"
    findings = reading.findings.copy()
    findings.note(MERGED, int(hit.sum()))
    return replace(reading, records=records, findings=findings)


def name_row(reading: Reading, row: object) -> str:
    """Name a record that has no number yet: by its table, not by its file, whose name may tell."""
    return f"{reading.table_id}|{row}"


def is_at_hand(start: str, record: str) -> bool:
    """
    Tell whether a row can be stored as a repetition of a record: one on file, or of its table.

    Examples
    --------
    >>> is_at_hand("ab12|0|", "ab12|0|19"), is_at_hand("ab12|0|", "I3-7")
    (True, True)
    >>> is_at_hand("ab12|0|", "cd34|0|19")
    False
    """
    return record.startswith(start) or "|" not in record


def name_target(start: str, record: str) -> str:
    """
    Return how a row names the record that it repeats: `row 19` if that is in the same table.

    Examples
    --------
    >>> name_target("ab12|0|", "ab12|0|19"), name_target("ab12|0|", "I3-7")
    ('row 19', 'I3-7')
    """
    return f"row {record.removeprefix(start)}" if record.startswith(start) else record
