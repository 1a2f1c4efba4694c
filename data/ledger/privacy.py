"""Privacy at the door: who reported, who is named and how to reach them is never kept."""

from collections import defaultdict
from collections.abc import Iterator, Sequence

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from data.errors import N_
from data.ledger.findings import Findings, Rule
from data.ledger.harmless_numbers import DAYS_RE2
from data.ledger.marks import Mark, cover, fold, uncover
from data.ledger.person_names import NAMES, NAMES_BESIDE_NUMBERS, NAMES_WORDS
from data.ledger.private_accounts import ACCOUNTS, ACCOUNTS_WORDS
from data.ledger.private_headers import private_headers
from data.ledger.private_homes import HOMES, HOMES_WORDS
from data.ledger.private_numbers import (
    FEWEST_OF_LONG,
    NUMBERS,
    NUMBERS_WORDS,
    SEVEN,
    count_digits,
)

__all__ = ["FREE_TEXT", "MARKS", "PRIVATE_COLUMN", "RULES", "mask_texts", "private_headers"]

PRIVATE_COLUMN = Rule(
    "private_column", N_("{n} columns tell who somebody is and were not read."), "dropped"
)
MARKS = (*ACCOUNTS, *HOMES, *NAMES, *NUMBERS, *NAMES_BESIDE_NUMBERS)
"""What is looked for in free text, in this order."""
_COARSE = {
    ACCOUNTS_WORDS: {mark.gate for mark in ACCOUNTS},
    HOMES_WORDS: {mark.gate for mark in HOMES},
    NAMES_WORDS: {mark.gate for mark in NAMES},
    NUMBERS_WORDS: {mark.gate for mark in NUMBERS if not mark.is_long},
    SEVEN: {mark.gate for mark in NUMBERS if mark.is_long},
}
"""Words looked for in all texts -> gates for those that hold one."""
FEW = 1000
"""So many texts are looked at closely at once: making the gates ready takes longer."""
RULES = {mark.rule.code: mark.rule for mark in MARKS if mark.rule is not None}
"""Code -> rule by which a part of a text is masked."""

FREE_TEXT = (
    "type",
    "summary",
    "address",
    "place_note",
    "community",
    "near_facility",
    "outcome",
    "handler_org",
    "note",
)
"""Columns of a record that hold what somebody wrote; numbers of records and of grid cells are
looked after by `data.row_ids.hide_personal_ids`."""

_UNFOLDED = r"[^\x00-\x7F\p{Han}，。、；：？！（）“”‘’《》—…]"
_MOST_PASSES = 20


def mask_texts(
    texts: pd.Series, *, findings: Findings | None = None, column: str = ""
) -> pd.Series:
    """
    Mask what leads to a person in free text, and leave what the work needs.

    Masked are telephone numbers in any spelling, identity and bank cards, papers next to a word
    that names them, licence plates, accounts, e-mail addresses, rooms where somebody lives, names
    next to a word that tells so (a bare name is not found), and any other number of seven and
    more digits. Days, times, coordinates, house numbers, amounts, lot numbers and hotlines stay.

    Parameters
    ----------
    texts
        What somebody wrote; any index.
    findings
        Where each rule is counted by rows; the index is then the row number. What is listed there
        is the masked text.
    column
        Name of the column for the list.

    Returns
    -------
    masked
        On the index of `texts`; `***` stands for what was masked. Masking again changes nothing.

    Examples
    --------
    >>> texts = ["北门 2018.1.15 9:20 电话138-0000-1234", "市民王女士称3号楼有人收药", "拨打12345"]
    >>> mask_texts(pd.Series(texts)).tolist()
    ['北门 2018.1.15 9:20 电话***', '市民***女士称3号楼有人收药', '拨打12345']
    """
    codes, unique = pd.factorize(texts)
    masked, found = _mask_unique(unique.tolist())
    if not found and texts.dtype == "str":
        return texts.copy()
    made = pd.array(masked, dtype="str").take(codes, allow_fill=True)
    result = pd.Series(made, texts.index, name=texts.name)
    if findings is not None:
        for code, places in found.items():
            hit = np.zeros(len(masked) + 1, dtype=bool)  # the last for nothing, which is -1
            hit[places] = True
            findings.add(RULES[code], result[hit[codes]], column=column)
    return result


def _mask_unique(texts: list[str]) -> tuple[list[str], dict[str, list[int]]]:
    """Mask texts until nothing more is found; tell which places of the list each rule changed."""
    masked, found = list(texts), defaultdict[str, set[int]](set)
    places: Sequence[Sequence[int]] = [[place] for place in range(len(texts))]
    for _ in range(_MOST_PASSES):
        changed = _mask_once([masked[same[0]] for same in places])
        alike: dict[str, list[int]] = defaultdict(list)  # most masked texts say the same
        for n, (text, codes) in changed.items():
            alike[text] += places[n]
            for place in places[n]:
                masked[place] = text
            for code in codes:
                found[code].update(places[n])
        places = list(alike.values())
    return masked, {code: sorted(places) for code, places in found.items()}


def _mask_once(texts: list[str]) -> dict[int, tuple[str, set[str]]]:
    """Return the new texts of those that change, by their places, and the codes of their rules."""
    covered, plain = _fold_all(texts)
    codes: dict[int, set[str]] = defaultdict(set)
    short: set[int] = set()
    for mark, places in _let_in(plain):
        for place in places if mark.gate else list(codes):
            if mark.is_long and place in short:
                continue
            text = covered[place]
            covered[place] = cover(text, mark)
            if mark.rule is not None and covered[place] != text:
                codes[place].add(mark.rule.code)
                if count_digits(covered[place]) < FEWEST_OF_LONG:
                    short.add(place)
    return {place: (uncover(texts[place], covered[place]), codes[place]) for place in codes}


def _let_in(plain: pa.Array) -> Iterator[tuple[Mark, list[int]]]:
    """Yield each mark with the places of the texts that its gate lets in."""
    if len(plain) <= FEW:
        yield from ((mark, list(range(len(plain)))) for mark in MARKS)
        return
    opened: dict[str, list[int]] = {}
    for coarse, gates in _COARSE.items():
        places = np.flatnonzero(_matches(plain, coarse))
        texts = plain.take(places)
        if coarse == SEVEN and len(texts):
            texts = pc.replace_substring_regex(texts, DAYS_RE2, r"\1日\2")
        opened |= {gate: places[_matches(texts, gate)].tolist() for gate in gates}
    for mark in MARKS:
        yield mark, opened.get(mark.gate, [])


def _matches(texts: pa.Array, pattern: str) -> NDArray[np.bool_]:
    found: NDArray[np.bool_] = pc.match_substring_regex(texts, pattern).to_numpy(
        zero_copy_only=False
    )
    return found


def _fold_all(texts: list[str]) -> tuple[list[str], pa.Array]:
    """Fold the texts that hold a sign beyond plain ones, Chinese and the usual punctuation."""
    array = pa.array(texts, type=pa.large_string())
    places = np.flatnonzero(_matches(array, _UNFOLDED)).tolist()
    folded = list(texts)
    for place in places:
        folded[place] = fold(texts[place])
    return folded, pa.array(folded, type=pa.large_string()) if places else array
