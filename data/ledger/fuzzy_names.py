"""Names that a text comes close to: misspelt ones, mostly for a person's look."""

from collections.abc import Sequence

import numpy as np
import pandas as pd
from rapidfuzz import fuzz, process
from rapidfuzz.distance import Levenshtein
from scipy.sparse import csr_array

from data.ledger.address_words import closes_at, opens_at
from data.ledger.place_names import ENDINGS

LEAST_ALIKE = 60.0
"""Percent of a name's signs, in order, that a text must hold."""
LONG_ENDING = 5
"""A word for a kind of place with so many signs is known in spite of one wrong sign."""


def find_alike(texts: Sequence[str], names: Sequence[str], *, most: int = 5) -> pd.DataFrame:
    """
    Find the names that each text comes closest to.

    Parameters
    ----------
    texts, names
        Normalised.
    most
        Names looked at per text: those that share most pairs of signs with it, rare pairs first.

    Returns
    -------
    alike
        Columns `text` and `name` (positions) and `ratio` (percent, `rapidfuzz.fuzz.partial_ratio`,
        less where the text is shorter than the name).

    References
    ----------
    RapidFuzz, https://rapidfuzz.github.io/RapidFuzz/Usage/fuzz.html

    Examples
    --------
    >>> names = ["苇岸社区卫生服务中心", "云桥站"]
    >>> find_alike(["到苇岸社区卫生眼务中心"], names).to_numpy().tolist()
    [[0.0, 0.0, 90.0]]
    """
    pairs = _shared_pairs(texts, names)
    rows, columns = [np.zeros(0, int)], [np.zeros(0, int)]
    for row in range(pairs.shape[0]):
        span = slice(pairs.indptr[row], pairs.indptr[row + 1])
        best = np.argsort(-pairs.data[span], kind="stable")[:most]
        columns.append(pairs.indices[span][best])
        rows.append(np.full(len(best), row))
    alike = pd.DataFrame({"text": np.concatenate(rows), "name": np.concatenate(columns)})
    held = [(names[name], texts[text]) for text, name in alike.itertuples(index=False)]
    ratio = process.cpdist(
        [name for name, _ in held], [text for _, text in held], scorer=fuzz.partial_ratio
    )
    short = [min(1.0, len(text) / len(name)) for name, text in held]
    alike["ratio"] = np.asarray(ratio, dtype=float) * np.array(short, dtype=float)
    return alike[alike["ratio"] >= LEAST_ALIKE].reset_index(drop=True)


def is_misspelt(name: str, text: str) -> bool:
    """
    Tell whether a text names a place with one wrong sign in the long word for its kind.

    Nothing else is taken for a misspelling: names differ from one another by one sign, and what
    comes before the kind tells places of that kind apart.

    Examples
    --------
    >>> name = "苇岸社区卫生服务中心"
    >>> is_misspelt(name, "苇岸社区卫生眼务中心门口"), is_misspelt(name, "芦岸社区卫生服务中心")
    (True, False)
    """
    ending = next((word for word in ENDINGS if name.endswith(word)), "")
    stem = name.removesuffix(ending)
    start = text.find(stem)
    if len(ending) < LONG_ENDING or start < 0 or not opens_at(text, start):
        return False
    begin = start + len(stem)
    ends = range(begin + len(ending) - 1, min(begin + len(ending) + 1, len(text)) + 1)
    return any(
        Levenshtein.distance(ending, text[begin:end], score_cutoff=1) <= 1
        and closes_at(text, end, "place")
        for end in ends
    )


def _shared_pairs(texts: Sequence[str], names: Sequence[str]) -> csr_array:
    """Weigh the pairs of signs that each text shares with each name; rare pairs weigh more."""
    known: dict[str, int] = {}
    held = [
        [known.setdefault(name[i : i + 2], len(known)) for i in range(len(name) - 1)]
        for name in names
    ]
    said = [
        [known[pair] for pair in {text[i : i + 2] for i in range(len(text) - 1)} if pair in known]
        for text in texts
    ]
    in_names, in_texts = _to_rows(held, len(known)), _to_rows(said, len(known))
    weight = 1.0 / np.maximum(in_names.sum(axis=0), 1.0)
    return csr_array(in_texts.multiply(weight[None, :]).tocsr() @ in_names.T)


def _to_rows(lists: Sequence[Sequence[int]], width: int) -> csr_array:
    """Write lists of columns as a sparse matrix of ones."""
    starts = np.cumsum([0, *map(len, lists)])
    columns = np.fromiter((at for row in lists for at in row), int, starts[-1])
    rows = csr_array((np.ones(len(columns)), columns, starts), shape=(len(lists), width))
    rows.sum_duplicates()
    return rows
