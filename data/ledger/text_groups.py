"""Numbers and the groups of a pattern out of whole columns of texts, fast."""

from collections.abc import Collection

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

_PLAIN = r"^-?\d{1,30}(?:\.\d{0,30})?(?:[eE][+-]?\d{1,3})?$"


def plain_numbers(texts: pd.Series) -> pd.Series:
    """
    Read the texts that are plain numbers; all others are NaN.

    Examples
    --------
    >>> plain_numbers(pd.Series(["117.2", "-3", "1.2E+14", "1,5", "无", ""])).tolist()
    [117.2, -3.0, 120000000000000.0, nan, nan, nan]
    """
    strings = pa.array(texts, type=pa.string(), from_pandas=True)
    plain = pc.match_substring_regex(strings, _PLAIN)
    numbers = pc.cast(pc.if_else(plain, strings, None), pa.float64())
    values = numbers.to_numpy(zero_copy_only=False)
    return pd.Series(np.where(np.isfinite(values), values, np.nan), texts.index)


def group_parts(texts: pd.Series, pattern: str, words: Collection[str] = ()) -> pd.DataFrame:
    r"""
    Take texts apart by the named groups of a pattern, all of which but `words` are numbers.

    Parameters
    ----------
    texts
        Any index.
    pattern
        A regular expression of RE2, which has no looking ahead; it must fit from `^` to `$`.
    words
        Groups that are texts.

    Returns
    -------
    parts
        On the index of the texts that fit; a group that took no part is NaN, or an empty text.

    Examples
    --------
    >>> texts = pd.Series(["9:05 PM", "10:00", "noon"])
    >>> pattern = r"^(?P<h>\d+):(?P<m>\d+) ?(?P<half>[AP]M)?$"
    >>> group_parts(texts, pattern, ["half"]).to_numpy().tolist()
    [[9.0, 5.0, 'PM'], [10.0, 0.0, '']]
    """
    strings = pa.array(texts, type=pa.string(), from_pandas=True)
    groups = pc.extract_regex(strings, pattern)
    fits = groups.is_valid().to_numpy(zero_copy_only=False)
    groups = groups.filter(groups.is_valid())
    parts = {}
    for number, field in enumerate(groups.type):
        group = pc.struct_field(groups, [number])
        if field.name in words:
            parts[field.name] = pd.array(group, dtype=str)
        else:
            given = pc.if_else(pc.equal(group, ""), None, group)
            parts[field.name] = pc.cast(given, pa.float64()).to_numpy(zero_copy_only=False)
    return pd.DataFrame(parts, index=texts.index[fits])
