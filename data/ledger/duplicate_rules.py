"""Rules that an office saves so that clear duplicates are merged without asking each time."""

import json
from collections.abc import Collection
from dataclasses import asdict, dataclass
from typing import Any

import pandas as pd

from data.errors import N_, AreaError


@dataclass(frozen=True)
class DuplicateRule:
    """When a proposed record is merged with the one that counts: nothing is unless it is saved."""

    name: str
    """As the office calls it; stands in the audit trail as the reason."""
    sources: frozenset[str] = frozenset()
    """Both records must be of these sources; empty: of any."""
    within_m: float = 50.0
    """Greatest distance (m). A record without an exact place never fits."""
    within_h: float = 2.0
    """Greatest time between them (h)."""
    similar: float = 0.8
    """Least likeness of the words, 0 to 1."""

    def __post_init__(self) -> None:
        """Refuse limits that mean nothing."""
        numbers = (self.within_m, self.within_h, self.similar)
        if not self.name or not all(number >= 0 for number in numbers) or self.similar > 1:
            raise AreaError(
                N_("The rule for duplicates has no name, or a limit that means nothing."),
                N_("Name it; distance and time are 0 or more, likeness is 0 to 1."),
            )

    def to_json(self) -> str:
        """
        Write the rule as text.

        Examples
        --------
        >>> rule = DuplicateRule("同时同地")
        >>> DuplicateRule.from_json(rule.to_json()) == rule
        True
        """
        return json.dumps({**asdict(self), "sources": sorted(self.sources)}, ensure_ascii=False)

    @classmethod
    def from_json(cls, text: str) -> "DuplicateRule":
        """
        Read a rule that `to_json` wrote.

        Raises
        ------
        AreaError
            If it is no such rule, because half a rule could merge what nobody meant.
        """
        try:
            said = json.loads(text)
        except json.JSONDecodeError as error:
            raise _unreadable() from error
        return cls.from_said(said)

    @classmethod
    def from_said(cls, said: Any) -> "DuplicateRule":
        """
        Read a rule from what JSON holds.

        Raises
        ------
        AreaError
            If it is no such rule.
        """
        try:
            numbers = {name: float(said[name]) for name in ("within_m", "within_h", "similar")}
            known = set(said) == {"name", "sources", *numbers}
            rule = cls(str(said["name"]), frozenset(map(str, said["sources"])), **numbers)
        except (KeyError, TypeError) as error:
            raise _unreadable() from error
        except AreaError:
            raise
        except ValueError as error:
            raise _unreadable() from error
        if not known:
            raise _unreadable()
        return rule

    def fits(self, groups: pd.DataFrame) -> pd.Series:
        """Tell which members of groups fit; the record that counts never does."""
        of_sources = groups["sources"].map(lambda both: set(both.split("+")) <= self.sources)
        any_source = not self.sources
        return (
            ~groups["keeper"]
            & (groups["basis"] == "place")
            & (of_sources.astype(bool) | any_source)
            & (groups["reason_distance_m"] <= self.within_m)
            & (groups["reason_hours"] <= self.within_h)
            & (groups["similarity"] >= self.similar)
        )


def apply_rule(groups: pd.DataFrame, rule: DuplicateRule) -> pd.Series:
    """
    Return which proposed records a saved rule merges.

    Parameters
    ----------
    groups
        As `data.ledger.duplicates.propose_duplicates` gives them; stays as it is.
    rule
        Saved by the office.

    Returns
    -------
    duplicate_of
        Record -> record that counts. What does not fit is left for a person.
    """
    return _point_at_keeper(groups, rule.fits(groups))


def merge_groups(groups: pd.DataFrame, chosen: Collection[int]) -> pd.Series:
    """Return what a person merges who takes the groups numbered `chosen`: see `apply_rule`."""
    return _point_at_keeper(groups, groups["group"].isin(chosen) & ~groups["keeper"])


def _point_at_keeper(groups: pd.DataFrame, merged: pd.Series) -> pd.Series:
    """Return for each merged record the one that counts."""
    keepers = groups[groups["keeper"]].set_index("group")["record"]
    rows = groups[merged]
    kept = rows["group"].map(keepers)
    return pd.Series(
        kept.to_numpy(), pd.Index(rows["record"], name="record"), name="duplicate_of", dtype=object
    )


def _unreadable() -> AreaError:
    return AreaError(
        N_("The saved rule for duplicates cannot be read."),
        N_("Delete it and save it again."),
    )
