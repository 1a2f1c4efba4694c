"""What kind of cells a column holds, judged from a sample, and which of our columns they may be."""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

import pandas as pd

from data.ledger.blank_words import is_blank

SAMPLED = 2000
"""Cells looked at, from the top of the column."""

_NUMBER = r"[+-]?(?:\d+(?:[.,]\d*)?|[.,]\d+)(?:e[+-]?\d+)?"
_ANGLE = (
    rf"(?:[nsew东西南北][经纬]?\s*)?{_NUMBER}\s*[°º度d:'′分\s.-]+\s*\d[\d.,'\"′″分秒\s]*[nsew]?"
)
_DIGIT = re.compile(r"\d|[一二三四五六七八九十百]")
_CLOCK = r"\d{1,2}\s*(?:[::]\s*\d{2}|[点时])|早|晨|午|晚|夜|\b[ap]\.?m\b"
_DAY = (
    r"\d{1,4}\s*[-/.年]\s*\d{1,2}\s*[-/.月]\s*\d{1,4}|\d{1,2}\s*[月./-]\s*\d{1,2}|\d\s*日"
    r"|^(?:19|20)\d{6}|[今昨前当]|[a-z]{3,9}[\s.,-]+\d|\d[\s.-]*[a-z]{3,9}"
)
_STREET = "[路街道巷里弄号栋楼村]"
"""Two numbers beside one of these are an address, such as 经1路3号, and no coordinates."""
_SERIAL = r"^\d{5}(?:\.\d+)?$|^\d{10}(?:\.\d+)?$|^\d{13}$"
_KINDS = {
    "number": re.compile(rf"^{_NUMBER}$"),
    "place": re.compile(rf"^(?:{_NUMBER}|{_ANGLE})$|^\D*{_NUMBER}\s*[,，;；、\s]+\s*{_NUMBER}\D*$"),
    "pair": re.compile(
        rf"^(?!.*{_STREET})\D{{0,12}}-?\d{{1,3}}(?:\.\d+)?\D{{1,12}}\d{{1,3}}(?:\.\d+)?\D{{0,3}}$"
        r"|^(?:.*\d\s*[°度].*){2}$"
    ),
    "moment": re.compile(f"{_DAY}|{_CLOCK}|{_SERIAL}"),
    "day": re.compile(f"{_DAY}|{_SERIAL}"),
    "clock": re.compile(rf"{_CLOCK}|^0?\.\d+$|^\d{{3,4}}$"),
    "count": _DIGIT,
    "whole": re.compile(r"^\d{1,4}(?:\.0+)?\s*[年月日时点分]?$"),
}
_NEEDS: Mapping[str, tuple[str, float]] = MappingProxyType(
    {
        "lon": ("place", 0.5),
        "lat": ("place", 0.5),
        "lonlat": ("pair", 0.5),
        **dict.fromkeys(
            ("received_at", "occurred_from", "occurred_to", "closed_at"), ("moment", 0.3)
        ),
        "date": ("day", 0.5),
        "clock": ("clock", 0.5),
        **dict.fromkeys(("year", "month", "day", "hour", "minute"), ("whole", 0.5)),
        **dict.fromkeys(("persons", "boxes", "goods_value"), ("count", 0.3)),
    }
)
"""Our column -> the kind of cells it needs, and the least share of them among cells not blank."""
_NEVER: Mapping[str, str] = MappingProxyType({"clock": "day", "address": "pair"})
"""Our column -> the kind that more than half of its cells must not be."""


@dataclass(frozen=True)
class Content:
    """Shares of the cells of a column that are of each kind; empty where it has no cell."""

    shares: Mapping[str, float]

    def fits(self, ours: str) -> bool:
        """
        Tell whether the cells may be those of our column; a column without a cell fits all.

        Examples
        --------
        >>> words = read_content(pd.Series(["河边", "桥底下"]))
        >>> words.fits("address"), words.fits("lon")
        (True, False)
        """
        if not self.shares:
            return True
        kind, least = _NEEDS.get(ours, ("", 0.0))
        if kind and self.shares[kind] < least:
            return False
        return self.shares.get(_NEVER.get(ours, ""), 0.0) <= 0.5  # noqa: PLR2004  # the half


def read_content(cells: pd.Series) -> Content:
    """
    Look at a sample of a column's cells.

    Examples
    --------
    >>> read_content(pd.Series(["117.2,39.1", "117.3，39.2", ""])).shares["pair"]
    1.0
    """
    top = cells[cells != ""].head(SAMPLED)
    texts = [unicodedata.normalize("NFKC", text).casefold().strip() for text in top.unique()]
    said = [text for text in texts if not is_blank(text)]
    if not said:
        return Content({})
    return Content(
        {
            kind: sum(pattern.search(text) is not None for text in said) / len(said)
            for kind, pattern in _KINDS.items()
        }
    )
