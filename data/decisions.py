"""What an office decided once and need not decide again: a source's columns, clear repetitions."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pandas as pd

from data.errors import N_
from data.ledger.duplicate_rules import DuplicateRule, apply_rule
from data.ledger.findings import Rule
from data.ledger.reading import Reading
from data.ledger.terms import Terms
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


def recall(store: Store, area: str, terms: Terms, headers: Sequence[str]) -> Terms:
    """
    Fill in what nobody says of a table with what was said of one like it.

    Parameters
    ----------
    store, area
        Where it is kept.
    terms
        What a person says now, which goes before.
    headers
        Of the table; one that has all columns of a known table is like it.

    Returns
    -------
    terms
        The same object where nothing is known.

    Examples
    --------
    >>> from data.store.engine import open_store
    >>> with open_store("sqlite://") as store:
    ...     recall(store, "east", Terms(), ["工单编号"]) == Terms()
    True
    """
    found = recall_terms(store, area, terms.source or None, headers)
    if found is None:
        return terms
    known: dict[str, Any] = {"source": terms.source or found.get("source", "")}
    known["columns"] = {**found.get("columns", {}), **terms.columns}
    if terms.utc == "auto":
        known["utc"] = found.get("utc", "auto")
    if terms.datum == "auto":
        kept = Terms.from_json({"places": {}, "repeats": {}, "control": found.get("control", ())})
        known |= {"datum": found.get("datum", "auto"), "control": kept.control}
    return replace(terms, **known)


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
        As `data.intake.propose_repeats` gives them.
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
            if str(record).startswith(start):
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


def name_target(start: str, record: str) -> str:
    """
    Return how a row names the record that it repeats: `row 19` if that is in the same table.

    Examples
    --------
    >>> name_target("a.csv||", "a.csv||19"), name_target("a.csv||", "I3-7")
    ('row 19', 'I3-7')
    """
    return f"row {record.removeprefix(start)}" if record.startswith(start) else record
