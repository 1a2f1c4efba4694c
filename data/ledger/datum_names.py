"""Names of streets and facilities, found in the texts of records."""

import re
import unicodedata
from collections.abc import Collection

import pandas as pd

SHORTEST = 2
"""A name of one character stands in too many texts."""


def plain_name(name: str) -> str:
    """
    Write a name in plain characters, without spaces.

    Examples
    --------
    >>> plain_name("Ｎ１ 路（东）")
    'N1路(东)'
    """
    return "".join(unicodedata.normalize("NFKC", name).split())


def find_names(texts: pd.Series, names: Collection[str]) -> pd.Series:
    """
    Return the first known name in each text, the longest where several begin together.

    Parameters
    ----------
    texts
        One text per row; missing ones hold no name.
    names
        Known names, as `plain_name` writes them.

    Returns
    -------
    found
        On the index of `texts`; empty where no name is found.

    Examples
    --------
    >>> find_names(pd.Series(["南京西路 5 号", "西大街", None]), {"南京西路", "南京"}).tolist()
    ['南京西路', '', '']
    """
    known = sorted((n for n in names if len(n) >= SHORTEST), key=len, reverse=True)
    if not known:
        return pd.Series("", texts.index, dtype=str)
    pattern = re.compile("|".join(map(re.escape, known)))

    def first(text: str) -> str:
        found = pattern.search(plain_name(text))
        return found[0] if found else ""

    return texts.fillna("").astype(str).map(first).astype(str)
