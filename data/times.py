"""Times as offices write them -> local time with zone, and how exactly it was known."""

import re

import pandas as pd

FORMATS = (
    "%Y-%m-%d %H:%M:%S",
    "%Y-%m-%d %H:%M",
    "%Y-%m-%d %H:%M:%S.%f",
    "%Y-%m-%d",
    "%m-%d-%Y %I:%M:%S %p",
    "%m-%d-%Y %H:%M",
)
_CHINESE = re.compile(r"[年月./]")
_GAPS = re.compile(r"-?\s+")
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

    Examples
    --------
    >>> texts = pd.Series(["2026年9月3日 8:15", "2026.9.4", "no idea"])
    >>> times, has_hour = parse_times(texts, "Asia/Shanghai")
    >>> times.dt.strftime("%d %H:%M").tolist()
    ['03 08:15', '04 00:00', nan]
    >>> has_hour.tolist()
    [True, False, False]
    """
    plain = texts.str.strip().str.replace("T", " ").str.replace(_CHINESE, "-", regex=True)
    plain = plain.str.replace("日", " ").str.replace(_GAPS, " ", regex=True).str.strip("- ")
    local = pd.Series(pd.NaT, texts.index, dtype="datetime64[us]")
    for pattern in FORMATS:
        read = pd.to_datetime(plain, format=pattern, errors="coerce").astype("datetime64[us]")
        local = local.fillna(read)
    # at the end of summer time an hour comes twice; the first one is as good a guess as any
    first = pd.Series(data=True, index=texts.index).to_numpy()
    times = local.dt.tz_localize(timezone, ambiguous=first, nonexistent="shift_forward")
    times = times.fillna(_absolute(texts.str.strip(), timezone))
    has_hour = times.notna() & ~plain.str.fullmatch(r"\d+-\d+-\d+")
    midnight = times == times.dt.normalize()
    if midnight[times.notna()].all():
        has_hour &= False
    return times, has_hour


def _absolute(texts: pd.Series, timezone: str) -> pd.Series:
    """Read ISO times that name their zone, and seconds since 1970."""
    zoned = texts.where(texts.str.contains(_ZONE, regex=True))
    read = pd.to_datetime(zoned, format="ISO8601", errors="coerce", utc=True)
    seconds = pd.to_numeric(texts.where(texts.str.fullmatch(_EPOCH)), errors="coerce")
    epoch = pd.to_datetime(seconds, unit="s", utc=True)
    utc = read.astype("datetime64[us, UTC]").fillna(epoch.astype("datetime64[us, UTC]"))
    return utc.dt.tz_convert(timezone)
