"""Times as offices write them -> local time with zone, and how exactly it was known."""

import re
import unicodedata

import pandas as pd

FORMATS = (
    "%Y-%m-%d %H:%M:%S",
    "%Y-%m-%d %H:%M",
    "%Y-%m-%d %H:%M:%S.%f",
    "%Y-%m-%d",
    "%Y-%m-%d %I:%M:%S %p",
    "%Y-%m-%d %I:%M %p",
)
_CLOCK = re.compile(r"(\d{1,2}) ?[时点] ?(?:(\d{1,2}) ?分? ?)?(?:(\d{1,2}) ?秒)?$")
_HOUR_ONLY = re.compile(r"\d ?[时点]$")
_SEPARATORS = re.compile(r"[年月/]|(?<!:\d\d)\.")
_GAPS = re.compile(r"-?\s+")
_YEAR_LAST = r"^(?P<first>\d{1,2})-(?P<second>\d{1,2})-(?P<year>\d{4})(?P<rest>| .*)$"
_LAST_MONTH = 12
_EPOCH = re.compile(r"1\d{9}(?:\.0)?")
_ZONE = re.compile(r"(?:Z|[+-]\d{2}:?\d{2})$")


def parse_times(texts: pd.Series, timezone: str) -> tuple[pd.Series, pd.Series]:
    """
    Read times written in one of the usual ways.

    Parameters
    ----------
    texts
        One text per row; any index.
    timezone
        Zone of the office, such as `Asia/Shanghai`; times without a zone are taken as local.

    Returns
    -------
    times, has_hour
        On the index of `texts`: time with zone, `NaT` where nothing fits; and whether the text
        gives an hour of day. A column of nothing but midnights gives none: it is a column of dates.
        Where the year comes last, the column as a whole must show whether the day or the month
        comes first; if it does not, such times stay unread.

    Examples
    --------
    >>> texts = pd.Series(["2026年9月3日8时15分", "2026.9.4", "no idea"])
    >>> times, has_hour = parse_times(texts, "Asia/Shanghai")
    >>> times.dt.strftime("%d %H:%M").tolist()
    ['03 08:15', '04 00:00', nan]
    >>> has_hour.tolist()
    [True, False, False]
    """
    trimmed = texts.map(lambda text: unicodedata.normalize("NFKC", text).strip()).astype(str)
    plain = _year_first(trimmed.map(_plain).astype(str))
    local = pd.Series(pd.NaT, texts.index, dtype="datetime64[us]")
    for pattern in FORMATS:
        read = pd.to_datetime(plain, format=pattern, errors="coerce").astype("datetime64[us]")
        local = local.fillna(read)
    times = _localize(local, timezone).fillna(_absolute(trimmed, timezone))
    has_hour = times.notna() & ~plain.str.fullmatch(r"\d+-\d+-\d+")
    # on the clock as written: where summer time skips midnight, no zoned time is midnight
    clock = local.fillna(times.dt.tz_localize(None))
    midnight = clock == clock.dt.normalize()
    if midnight[times.notna()].all():
        has_hour &= False
    return times, has_hour


def is_hour_only(texts: pd.Series) -> pd.Series:
    """
    Tell which texts name an hour and no minute.

    Examples
    --------
    >>> is_hour_only(pd.Series(["2026年9月3日8时", "2026年9月3日8时15分"])).tolist()
    [True, False]
    """
    return texts.map(lambda text: _HOUR_ONLY.search(text.strip()) is not None).astype(bool)


def start_of_day(times: pd.Series, *, later_days: int = 0) -> pd.Series:
    """
    Return the first moment of the local day of each time, or of a day some days later.

    Parameters
    ----------
    times
        With zone; `NaT` stays.
    later_days
        How many days later; days of summer time's change are 23 or 25 hours long.

    Examples
    --------
    >>> noon = pd.Series(pd.to_datetime(["2026-04-24 12:00"])).dt.tz_localize("Africa/Cairo")
    >>> start_of_day(noon).dt.strftime("%d %H:%M").tolist()  # midnight is skipped
    ['24 01:00']
    """
    day = times.dt.tz_localize(None).dt.normalize() + pd.Timedelta(days=later_days)
    return _localize(day, str(times.dt.tz))


def _localize(local: pd.Series, timezone: str) -> pd.Series:
    """Give wall-clock times their zone."""
    # at the end of summer time an hour comes twice; the first one is as good a guess as any
    first = pd.Series(data=True, index=local.index, dtype=bool).to_numpy()
    zoned: pd.Series = local.dt.tz_localize(timezone, ambiguous=first, nonexistent="shift_forward")
    return zoned


def _plain(text: str) -> str:
    """Write a text with dashes in the date and colons in the time."""
    text = _CLOCK.sub(lambda part: ":".join(n.zfill(2) for n in part.groups("0")), text)
    text = _SEPARATORS.sub("-", text.replace("T", " ")).replace("日", " ")
    return _GAPS.sub(" ", text).strip("- ")


def _year_first(texts: pd.Series) -> pd.Series:
    """Put the year before month and day, if the column shows which of the two comes first."""
    parts = texts.str.extract(_YEAR_LAST)
    first, second = (pd.to_numeric(parts[name]) for name in ("first", "second"))
    day_first, month_first = (first > _LAST_MONTH).any(), (second > _LAST_MONTH).any()
    month, day = ("second", "first") if day_first else ("first", "second")
    known = first.notna() & ((day_first != month_first) | (first == second))
    ordered = parts["year"] + "-" + parts[month] + "-" + parts[day] + parts["rest"]
    return texts.where(~known, ordered)


def _absolute(texts: pd.Series, timezone: str) -> pd.Series:
    """Read ISO times that name their zone, and seconds since 1970."""
    zoned = texts.where(texts.str.contains(_ZONE, regex=True))
    read = pd.to_datetime(zoned, format="ISO8601", errors="coerce", utc=True)
    seconds = pd.to_numeric(texts.where(texts.str.fullmatch(_EPOCH)), errors="coerce")
    epoch = pd.to_datetime(seconds, unit="s", utc=True)
    utc = read.astype("datetime64[us, UTC]").fillna(epoch.astype("datetime64[us, UTC]"))
    return utc.dt.tz_convert(timezone)
