"""What reading a ledger met with: named rules, counted, with the rows that show them."""

from dataclasses import dataclass, field
from typing import Literal

import pandas as pd

from data.errors import Message
from data.masking import mask_value

MOST_LISTED = 200
"""Rows listed per rule; all are counted."""

Effect = Literal["noted", "repaired", "assumed", "proposed", "set_aside", "dropped"]


@dataclass(frozen=True)
class Rule:
    """A named departure from the plain form of a ledger, and what reading does about it.

    Each module declares the rules it applies; codes are unique in the whole package.
    """

    code: str
    """Stable and in snake_case: it stands in JSON, in the store and in the documentation."""
    said: str
    """A sentence with the placeholder `{n}`, marked with `N_`."""
    effect: Effect
    remedy: str = ""
    """What a person can do about it, marked with `N_`; empty where nothing need be done."""


@dataclass
class Findings:
    """Collects what the rules met with.

    Examples
    --------
    >>> dotted = Rule("date_with_dots", "{n} dates are dotted.", "repaired")
    >>> findings = Findings()
    >>> findings.add(dotted, pd.Series(["2018.1.5"], index=[3]), column="occurred_from")
    >>> findings.counts, str(findings.messages()[0])
    ({'date_with_dots': 1}, '1 dates are dotted.')
    """

    counts: dict[str, int] = field(default_factory=dict)
    rules: dict[str, Rule] = field(default_factory=dict)
    listed: list[tuple[int, str, str, str, str, str]] = field(default_factory=list, repr=False)
    """The rows of `table` as they were met with; `table` is for showing."""

    def add(
        self,
        rule: Rule,
        before: pd.Series,
        *,
        column: str = "",
        after: pd.Series | None = None,
    ) -> None:
        """Count the rows of `before` (texts as they stood, indexed by row number) under a rule."""
        if before.empty:
            return
        self.rules[rule.code] = rule
        seen = self.counts.get(rule.code, 0)
        self.counts[rule.code] = seen + len(before)
        rows = before.head(max(MOST_LISTED - seen, 0))
        made = [""] * len(rows) if after is None else after.reindex(rows.index).map(_said).tolist()
        for (row, text), result in zip(rows.items(), made, strict=True):
            said = str(text)
            self.listed.append((int(str(row)), rule.code, rule.effect, column, said, result))

    def note(self, rule: Rule, n: int = 1) -> None:
        """Count `n` cases that belong to no row, such as title rows or hidden sheets."""
        if n:
            self.rules[rule.code] = rule
            self.counts[rule.code] = self.counts.get(rule.code, 0) + n

    def copy(self) -> "Findings":
        """Return a collector of its own that holds the same."""
        own = Findings()
        own.merge(self)
        return own

    def merge(self, other: "Findings") -> None:
        """Take over what another collector holds."""
        self.rules |= other.rules
        for code, n in other.counts.items():
            self.counts[code] = self.counts.get(code, 0) + n
        self.listed += other.listed

    def messages(self) -> list[Message]:
        """Say each rule with its count, in the order in which they were first met."""
        return [Message.of(self.rules[code].said, n=n) for code, n in self.counts.items()]

    def table(self) -> pd.DataFrame:
        """List the rows: `row`, `rule`, `effect`, `column`, `before` (masked) and `after`."""
        columns = ["row", "rule", "effect", "column", "before", "after"]
        masked = [
            (row, code, effect, column, mask_value(before, column or None), after)
            for row, code, effect, column, before, after in self.listed
        ]
        return pd.DataFrame(masked, columns=columns)


def _said(value: object) -> str:
    """Write what was made of a cell; nothing where nothing was."""
    return "" if value is None or value is pd.NaT or value != value else str(value)  # noqa: PLR0124
