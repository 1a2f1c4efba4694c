"""Numbers of records: given, made of the row's number, and never those of a person."""

import re
import unicodedata

import pandas as pd

ID_COLUMNS = frozenset({"incident_id", "facility_id", "point_id", "booth_id", "camera_id", "code"})
_PERSONAL = re.compile(r"(?<!\d)(?:(?:0?0?86)?1[3-9]\d{9}|\d{17}[\dXx])(?!\d)")
_FEWEST_DIGITS = 11
_SIGNS = re.compile(r"[\W_]")


def number_rows(ids: pd.Series, unnamed: pd.Series, letter: str) -> pd.Series:
    """
    Name the rows marked in `unnamed` by their row number, unlike any id that is given.

    Examples
    --------
    >>> ids = pd.Series(["R3", ""], index=[2, 3])
    >>> number_rows(ids, ids == "", "R").tolist()
    ['R3', 'RR3']
    """
    given = set(ids[~unnamed])
    rows = ids.index[unnamed].astype(str)
    prefix = letter
    while not given.isdisjoint(prefix + rows):
        prefix += letter
    return ids.where(~unnamed, prefix + ids.index.astype(str).to_series(index=ids.index))


def hide_personal_ids(ids: pd.Series, *, shared: bool) -> pd.Series:
    """
    Put the row number in place of ids that may be a telephone or identity number.

    Parameters
    ----------
    ids
        Texts, indexed by row number.
    shared
        Whether rows of one id belong together; then they still do, under the first row's number.

    Examples
    --------
    >>> hide_personal_ids(pd.Series(["138-1234-5678", "A1"], index=[2, 3]), shared=False).tolist()
    ['R2', 'A1']
    """
    long = ids[ids.str.count(r"\d") >= _FEWEST_DIGITS]
    personal = ids.index.isin(long.index[[_is_personal(text) for text in long]])
    if not personal.any():
        return ids
    hidden = number_rows(ids, pd.Series(personal, ids.index), "R")
    return hidden.groupby(ids).transform("first") if shared else hidden


def _is_personal(text: str) -> bool:
    """Tell whether a mobile telephone's or an identity card's number stands in a text."""
    digits = unicodedata.normalize("NFKC", text).removesuffix(".0")  # numbers of a map layer
    return _PERSONAL.search(_SIGNS.sub("", digits)) is not None
