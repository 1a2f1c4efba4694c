"""Texts of moments, whole columns at a time -> the numbers of their dates and clocks."""

from collections.abc import Iterable, Mapping

import numpy as np
import pandas as pd

from data.ledger.blank_words import without_blanks
from data.ledger.day_periods import day_hour
from data.ledger.moment_rules import BITS
from data.ledger.moment_units import DAY_S, GRAINS, HOUR_S, MINUTE_S, PARTS, SIXTY, THIS_CENTURY
from data.ledger.number_moments import read_clocks, read_numbers
from data.ledger.spoken_moments import Spoken, read_spoken
from data.ledger.text_groups import group_parts

_MOMENT = (
    r"^(?P<a>\d{1,4})(?P<sign>[-/.年])(?P<b>\d{1,2})[-/.月](?P<c>\d{1,4})日?"
    r"(?:[ T]*(?P<word>上午|下午|凌晨|早上|中午|晚上)? ?(?P<hour>\d{1,2})"
    r"(?:[:时点](?P<minute>\d{1,2})(?:[:分](?P<second>\d{1,2}(?:\.\d{1,9})?)?秒?)?|[时点])"
    r" ?(?P<half>[AaPp]\.?[Mm]\.?)?)?"
    r" ?(?P<zone>Z|[+-]\d\d:?\d\d)?$"
)
_ISO = r"\d{4}-\d{2}-\d{2}[ T]\d{2}:\d{2}(?::\d{2})?"
_CENTURY = 100
_SAMPLED = 10_000
"""Texts looked at to see whether most of them come again."""


def moment_parts(texts: pd.Series, *, clock: bool = False) -> pd.DataFrame:
    """
    Take the texts of moments apart.

    Parameters
    ----------
    texts
        One text per row; each different text is read once.
    clock
        Whether the column holds times of day: then 8, 0830 and 8.30 are clocks.

    Returns
    -------
    parts
        The columns `PARTS` (NaN where a text does not say it) and `marks` (bits of
        `data.ledger.moment_rules.BITS`) on the index of `texts`.

    Examples
    --------
    >>> texts = pd.Series(["2018.1.15 9:20", "43105", "昨晚9点", "?"])
    >>> parts = moment_parts(texts)
    >>> parts[["a", "b", "c", "shift", "begin_s"]].to_numpy().tolist()[:2]
    [[2018.0, 1.0, 15.0, nan, 33600.0], [2018.0, 1.0, 5.0, nan, nan]]
    >>> parts["shift"].tolist()
    [nan, nan, -1.0, nan]
    """
    said = without_blanks(texts.reset_index(drop=True))
    if said.head(_SAMPLED).nunique() * 2 > min(len(said), _SAMPLED):
        return _parts(said, clock=clock).set_axis(texts.index)
    codes, each = pd.factorize(said)
    return _parts(pd.Series(each, dtype=str), clock=clock).take(codes).set_axis(texts.index)


def _parts(texts: pd.Series, *, clock: bool) -> pd.DataFrame:
    """Take texts apart in the ways there are, the fast ones first."""
    found = []
    left = texts[texts != ""]
    for read in ([read_clocks] if clock else []) + [
        _read_iso,
        _read_plain,
        read_numbers,
        _read_words,
    ]:
        if left.empty:
            break
        found.append(read(left))
        left = left[~left.index.isin(found[-1].index)]
    parts = pd.concat(found) if found else pd.DataFrame()
    parts = parts.reindex(index=texts.index, columns=[*PARTS, "marks"]).astype(float)
    parts["grain"] = parts["grain"].fillna(0.0)
    parts["marks"] = parts["marks"].fillna(0).astype(int)
    return parts


def _read_iso(texts: pd.Series) -> pd.DataFrame:
    """Read dates with a clock as ISO 8601 writes them, the most usual form."""
    like = texts[texts.str.fullmatch(_ISO).to_numpy(dtype=bool)]
    times = pd.to_datetime(like, format="ISO8601", errors="coerce").dropna()
    begin_s = (times - times.dt.normalize()).dt.total_seconds()
    return pd.DataFrame(
        {
            "a": times.dt.year,
            "b": times.dt.month,
            "c": times.dt.day,
            "begin_s": begin_s,
            "end_s": begin_s,
            "grain": float(GRAINS["minute"]),
            "marks": 0,
        }
    )


def _read_plain(texts: pd.Series) -> pd.DataFrame:
    """Read dates in numbers with or without a clock, a half of the day and a zone."""
    words = ("sign", "word", "half", "zone")
    said = group_parts(texts, _MOMENT, words)
    half = said["half"].str.lower().str.replace(".", "", regex=False)
    word = said["word"].where(said["word"] != "", half)
    short = (said["sign"] == "年") & (said["a"] < _CENTURY)
    begin_s = _seconds(_day_hours(word, said["hour"]), said["minute"], said["second"])
    hours_only = begin_s.notna() & said["minute"].isna()
    marks = _marked(
        {
            "dotted": said["sign"] == ".",
            "slashed": said["sign"] == "/",
            "chinese": said["sign"] == "年",
            "two_digit_year": short,
            "twelve_hour": half != "",
            "clock_words": said["word"] != "",
            "clock_impossible": said["hour"].notna() & begin_s.isna(),
        }
    )
    return pd.DataFrame(
        {
            "a": said["a"].mask(short, said["a"] + THIS_CENTURY),
            "b": said["b"],
            "c": said["c"],
            "begin_s": begin_s,
            "end_s": begin_s + HOUR_S * hours_only,
            "grain": np.where(hours_only, GRAINS["hour"], GRAINS["minute"]) * begin_s.notna(),
            "offset_min": said["zone"].map(_offsets(said["zone"].unique())).astype(float),
            "marks": marks,
        }
    )


def _seconds(hour: pd.Series, minute: pd.Series, second: pd.Series) -> pd.Series:
    """Return the seconds after midnight of the clocks that are possible."""
    minute, second = minute.fillna(0), second.fillna(0)
    total = hour * HOUR_S + minute * MINUTE_S + second
    return total.where((minute < SIXTY) & (second < SIXTY) & (total <= DAY_S))


def _day_hours(words: pd.Series, hours: pd.Series) -> pd.Series:
    """Return the hours of the day that are meant with words."""
    meant = hours.copy()
    for word in words[words != ""].unique():
        table = np.array([day_hour(word, hour) for hour in range(100)], dtype=float)
        said = (words == word) & hours.notna()
        meant[said] = table[hours[said].astype(int)]
    return meant


def _offsets(zones: Iterable[str]) -> dict[str, float]:
    """Return the minutes east of Greenwich of zones as ISO 8601 writes them."""
    minutes = {"": np.nan, "Z": 0.0}
    for zone in set(zones) - set(minutes):
        size = 60 * int(zone[1:3]) + int(zone[-2:])
        minutes[zone] = float(-size if zone[0] == "-" else size)
    return minutes


def _read_words(texts: pd.Series) -> pd.DataFrame:
    """Read everything else, one different text after the other."""
    each = texts.unique()
    rows = [_row(read_spoken(text)) for text in each]
    read = pd.DataFrame(rows, each, columns=[*PARTS[:-1], "marks"], dtype=float)
    return read.reindex(texts).set_axis(texts.index)


def _row(spoken: Spoken | None) -> list[float | None]:
    """Write what was said as a row of numbers."""
    if spoken is None:
        return [None] * (len(PARTS) - 1) + [BITS["unread"]]
    nothing = (None, None, None)
    marks = sum(BITS[mark] for mark in spoken.marks if mark in BITS)
    clock = (spoken.shift, spoken.begin_s, spoken.end_s, GRAINS[spoken.grain])
    return [*(spoken.day or nothing), *(spoken.last_day or nothing), *clock, marks]


def _marked(marks: Mapping[str, pd.Series]) -> "pd.Series[int]":
    """Put marks together as bits."""
    bits = np.sum([mark.to_numpy(dtype=int) * BITS[name] for name, mark in marks.items()], axis=0)
    return pd.Series(bits, next(iter(marks.values())).index)
