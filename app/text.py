"""Numbers, times and periods as a reader expects them."""

import re
from datetime import datetime, timedelta

import pandas as pd

from app.i18n import t

LEAST_PROBABILITY = 0.001
LEAST_BY_CHANCE = 0.01
MOST_STABLE = 0.99

_PUNCTUATION = re.compile(r"([!-/:-@\[-`{-~])")
# addresses that become links even where every sign is escaped
_ADDRESS = re.compile(r"(?i)(?<=p:)(?=//)|(?<=ps:)(?=//)|(?<=www)(?=\.)|(?<=@)")
WORD_JOINER = "\u2060"


def plain(text: str) -> str:
    r"""Keep a text from acting as Markdown: no picture, link, heading or colour comes of it.

    Every text of the data goes through here on its way to a part of a page that reads Markdown:
    a picture in the name of an organisation would make the browser ask for it outside this PC.

    Examples
    --------
    >>> plain("![x](y) <b>")
    '\\!\\[x\\]\\(y\\) \\<b\\>'
    """
    one_line = " ".join(text.split())
    return _PUNCTUATION.sub(r"\\\1", _ADDRESS.sub(WORD_JOINER, one_line))


def number(value: float, digits: int = 1) -> str:
    """Write a number with at most so many decimals, and none that say nothing.

    Examples
    --------
    >>> number(3.0), number(3.25), number(1234.5), number(float("nan")), number(-0.001)
    ('3', '3.2', '1,234.5', '—', '0')
    """
    if pd.isna(value):
        return "—"
    written = f"{value:z,.{digits}f}"
    return written.rstrip("0").rstrip(".") if "." in written else written


def by_chance(expected: float) -> str:
    """Write how many chance makes on average: never none where it is only few.

    Examples
    --------
    >>> by_chance(0.0312), by_chance(0.004), by_chance(float("nan"))
    ('0.03', '不到 0.01', '—')
    """
    if expected < LEAST_BY_CHANCE:
        return t("不到 {least}", least=LEAST_BY_CHANCE)
    return number(expected, 2)


def probability(value: float) -> str:
    """Write a p- or q-value with its sign of relation.

    Examples
    --------
    >>> probability(0.0312), probability(0.00004), probability(float("nan"))
    ('= 0.031', '< 0.001', '—')
    """
    if pd.isna(value):
        return "—"
    return f"< {LEAST_PROBABILITY}" if value < LEAST_PROBABILITY else f"= {value:.3f}"


def stability(share: float) -> str:
    """Write in which share of replicates a place stays hot; never that it is certain.

    Examples
    --------
    >>> stability(0.934), stability(0.999), stability(float("nan"))
    ('93% 稳定', '99% 以上稳定', '—')
    """
    if pd.isna(share):
        return "—"
    if share > MOST_STABLE:
        return t("{share:.0%} 以上稳定", share=MOST_STABLE)
    return t("{share:.0%} 稳定", share=share)


def period(ends: tuple[datetime, datetime]) -> str:
    """Write a period by its first and its last day.

    Examples
    --------
    >>> from datetime import datetime, timedelta
    >>> period((datetime(2026, 5, 1), datetime(2026, 5, 31)))
    '2026-05-01 至 2026-05-30'
    >>> period((datetime(2026, 5, 1), datetime(2026, 5, 31, 12)))
    '2026-05-01 至 2026-05-31'
    """
    if any(pd.isna(end) for end in ends):
        return t("无事件")
    first, last = ends
    if last > first and f"{last:%H:%M:%S.%f}" == "00:00:00.000000":
        last -= timedelta(microseconds=1)  # a span that ends at midnight has no part in that day
    return t("{start} 至 {end}", start=f"{first:%Y-%m-%d}", end=f"{last:%Y-%m-%d}")
