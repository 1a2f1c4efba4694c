"""What speaks for two records telling of one incident: place, time, kind and words."""

import re
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from pyproj import CRS, Transformer
from rapidfuzz import fuzz, process

from data.ledger.duplicate_pairs import Pairs

Floats = NDArray[np.float64]

LONGEST_H = 48.0
"""Of a longer time only the end counts: "since last month" is not when one incident took place."""
ENOUGH_SIGNS = 8
"""A text of fewer signs counts in proportion: 站街收药 twice is half a likeness."""
_SIGNS = re.compile(r"[\W_]+")
_TEXTS_AT_ONCE = 50_000
_CODE_BITS = np.uint64(21)
_AS_IS = "surrogatepass"
_INEXACT = ("community", "none")
_DAY_H = 24.0
_HOUR_S = 3600.0


class SortedSigns:
    """
    The signs of each text in ascending order: sorted once for all that say the same.

    Examples
    --------
    >>> words = SortedSigns(pd.Series(["b，a", "c", "b，a"]))
    >>> words.number.tolist(), words.sorted_texts(np.array([0])).tolist()
    ([0, 1, 0], ['ab'])
    """

    def __init__(self, texts: pd.Series) -> None:
        self._given = texts

    @cached_property
    def _distinct(self) -> tuple[NDArray[np.intp], NDArray[np.object_]]:
        """Return the number of each text, and the texts; where nobody asks, it costs nothing."""
        number, texts = pd.factorize(self._given)
        return number, texts.to_numpy(dtype=object)

    @property
    def number(self) -> NDArray[np.intp]:
        """Number of each text: the same for all that say the same."""
        return self._distinct[0]

    @cached_property
    def _sorted(self) -> NDArray[np.object_]:
        return np.full(len(self._distinct[1]), "", dtype=object)

    @cached_property
    def _is_sorted(self) -> NDArray[np.bool_]:
        return np.zeros(len(self._distinct[1]), dtype=bool)

    def sorted_texts(self, numbers: NDArray[np.intp]) -> NDArray[np.object_]:
        """Return the sorted signs of the texts of some numbers."""
        asked = np.zeros(len(self._sorted), dtype=bool)
        asked[numbers] = True
        fresh = np.flatnonzero(asked & ~self._is_sorted)
        for start in range(0, len(fresh), _TEXTS_AT_ONCE):
            some = fresh[start : start + _TEXTS_AT_ONCE]
            self._sorted[some] = _sort_signs(self._distinct[1][some].tolist())
        self._is_sorted[fresh] = True
        found: NDArray[np.object_] = self._sorted[numbers]
        return found


@dataclass(frozen=True)
class Evidence:
    """The records as arrays, in their own order."""

    x_m: Floats
    """NaN without an exact place; so is `y_m`."""
    y_m: Floats
    begin_h: Floats
    """Hours since 1970; NaN where no time is known. So is `end_h`."""
    end_h: Floats
    is_day: NDArray[np.bool_]
    """Whether no more than the day is known."""
    kind: NDArray[np.int64]
    """Number of the type; -1 for other or unknown, which goes with any."""
    source: NDArray[np.int64]
    reference: NDArray[np.int64]
    """Number of source and number there; -1 without one."""
    words: SortedSigns
    """Summary, address and note of the place."""


def gather(records: pd.DataFrame, crs: object) -> Evidence:
    """Read what the records say; `crs` is projected, in metres."""
    begin, end = _interval(records)
    x_m, y_m = _project(records, crs)
    kinds = records["type"].where(~records["type"].isin(["", "other"]))
    named = records["source_ref"] != ""
    references = (records["source"] + "\n" + records["source_ref"]).where(named)
    return Evidence(
        x_m=x_m,
        y_m=y_m,
        begin_h=begin,
        end_h=end,
        is_day=(records["time_precision"] == "day").to_numpy(dtype=bool),
        kind=pd.factorize(kinds)[0].astype(np.int64),
        source=pd.factorize(records["source"])[0].astype(np.int64),
        reference=pd.factorize(references)[0].astype(np.int64),
        words=SortedSigns(records["summary"] + records["address"] + records["place_note"]),
    )


def plain_words(text: str) -> str:
    """
    Return a text without signs, spaces and masks.

    Examples
    --------
    >>> plain_words("北门，2人 收药（***）")
    '北门2人收药'
    """
    return _SIGNS.sub("", text)


def _sort_signs(texts: list[str]) -> NDArray[np.object_]:
    """Sort the plain signs of each text, all texts in one go: number and sign make one key."""
    codes = np.frombuffer("".join(texts).encode("utf-32-le", _AS_IS), dtype="<u4")
    number = np.repeat(np.arange(len(texts), dtype=np.uint64), [len(text) for text in texts])
    plain = np.zeros(int(codes.max(initial=0)) + 1, dtype=bool)
    kinds = np.unique(codes)
    plain[kinds] = [plain_words(chr(code)) != "" for code in kinds.tolist()]
    kept = plain[codes]
    number, codes = number[kept], codes[kept]
    keys = np.sort((number << _CODE_BITS) | codes)
    signs = (keys & (2**_CODE_BITS - 1)).astype("<u4").tobytes().decode("utf-32-le", _AS_IS)
    ends = np.cumsum(np.bincount(number.astype(np.int64), minlength=len(texts))).tolist()
    found = np.empty(len(texts), dtype=object)
    found[:] = [signs[start:end] for start, end in zip([0, *ends], ends, strict=False)]
    return found


def _interval(records: pd.DataFrame) -> tuple[Floats, Floats]:
    """Return from when to when it happened; when it was reported, where nobody knows."""
    begin = _hours(records["occurred_from"].fillna(records["received_at"]))
    end = np.fmax(begin, _hours(records["occurred_to"]))
    return np.fmax(begin, end - LONGEST_H), end


def _hours(times: pd.Series) -> Floats:
    seconds = (times - pd.Timestamp(0, tz="UTC")).dt.total_seconds()
    return np.asarray(seconds, dtype=float) / _HOUR_S


def _project(records: pd.DataFrame, crs: object) -> tuple[Floats, Floats]:
    """Return places in metres; those that stand for a whole community are none."""
    exact = ~records["geo_precision"].isin(_INEXACT)
    lon, lat = (records[name].where(exact).to_numpy(dtype=float) for name in ("lon", "lat"))
    to_metres = Transformer.from_crs("EPSG:4326", CRS.from_user_input(crs), always_xy=True)
    known = np.isfinite(lon) & np.isfinite(lat)
    x_m, y_m = np.full(len(lon), np.nan), np.full(len(lon), np.nan)
    x_m[known], y_m[known] = to_metres.transform(lon[known], lat[known])
    inside = np.isfinite(x_m) & np.isfinite(y_m)
    return np.where(inside, x_m, np.nan), np.where(inside, y_m, np.nan)


def distance_m(evidence: Evidence, pairs: Pairs) -> Floats:
    """Return the distances (m); NaN where one has no exact place."""
    first, second = pairs
    return np.hypot(
        evidence.x_m[first] - evidence.x_m[second], evidence.y_m[first] - evidence.y_m[second]
    )


def hours_apart(evidence: Evidence, pairs: Pairs) -> Floats:
    """
    Return the hours between two intervals; nothing where they overlap.

    Two days of which no hour is known are as far apart as they begin: neighbours a whole day.
    """
    first, second = pairs
    gap = np.maximum(evidence.begin_h[first], evidence.begin_h[second]) - np.minimum(
        evidence.end_h[first], evidence.end_h[second]
    )
    days = evidence.is_day[first] & evidence.is_day[second] & (gap >= 0)
    return np.where(np.isnan(gap), np.nan, np.maximum(gap, 0) + np.where(days, _DAY_H, 0))


def may_be_same(evidence: Evidence, pairs: Pairs) -> NDArray[np.bool_]:
    """Tell which pairs are of one type, or of none, and not one number of one source."""
    first, second = pairs
    kind, other = evidence.kind[first], evidence.kind[second]
    same_kind = (kind == other) | (kind < 0) | (other < 0)
    numbered = evidence.reference[first] >= 0
    known: NDArray[np.bool_] = numbered & (evidence.reference[first] == evidence.reference[second])
    fits: NDArray[np.bool_] = same_kind & ~known
    return fits


def likeness(words: SortedSigns, pairs: Pairs) -> Floats:
    """
    Compare the signs of two texts, 0 to 1, in whatever order they stand.

    Offices tell one thing in other sentences, so the order says little. A text of fewer than
    `ENOUGH_SIGNS` counts in proportion, an empty one not at all.

    References
    ----------
    Dice's coefficient of the signs, as the normalised indel similarity of the sorted texts.

    Examples
    --------
    >>> texts = ["医院北门有人举牌收药", "有人举牌收药医院北门", "", "收药", "收药"]
    >>> words = SortedSigns(pd.Series(texts))
    >>> likeness(words, (np.array([0, 0, 3]), np.array([1, 2, 4]))).tolist()
    [1.0, 0.0, 0.25]
    """
    first, second = words.number[pairs[0]], words.number[pairs[1]]
    # forms and set phrases say one thing many times: each two texts are compared once
    room = int(max(first.max(initial=0), second.max(initial=0))) + 1
    keys, asked = np.unique(
        np.minimum(first, second) * room + np.maximum(first, second), return_inverse=True
    )
    texts = [words.sorted_texts(side).tolist() for side in np.divmod(keys, room)]
    alike = process.cpdist(*texts, scorer=fuzz.ratio, dtype=np.float64)
    shorter = np.minimum(*(np.fromiter(map(len, side), float, len(side)) for side in texts))
    result: Floats = (alike / 100 * np.clip(shorter / ENOUGH_SIGNS, 0, 1))[asked]
    return result
