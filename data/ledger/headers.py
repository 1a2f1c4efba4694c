"""Where the headers of a sheet stand: below title rows, in one line or in two."""

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from data.errors import N_
from data.ledger.header_words import is_header_word
from data.ledger.private_headers import private_headers

LOOKED_AT = 40
"""Filled rows among which the headers are sought."""
_LOOKED_BELOW = 20
_MOSTLY = 0.8
_FEWEST = 2
"""Columns of a table; a list of one is none."""

_NUMBER = r"[-+]?[\d,.]*\d[\d,.]*(?:e[-+]?\d+)?%?"
_DATE = r"(?:\d{4}|\d{1,2})[-/.年月]\d{1,2}.*"
_CLOCK = r".*\d[:：时点]\d*.*"
_LONG_RUN = r".*\d(?:[-\s]?\d){6,}.*"
_VALUE = re.compile(rf"{_NUMBER}|{_DATE}|{_CLOCK}|{_LONG_RUN}", re.IGNORECASE | re.DOTALL)
_YEAR = re.compile(r"(?:19|20)\d\d年?")

NO_HEADER = N_("No row of headers was found.")
WRITE_HEADER = N_("Write a header above every column, such as 发生时间, 地址, 经度 and 纬度.")

Row = tuple[int, Sequence[str]]
"""Row number as a spreadsheet shows it, and trimmed cells."""


@dataclass(frozen=True)
class Header:
    """The headers of a table and the rows in which they stand."""

    first: int
    last: int
    """Differs from `first` where the headers take two lines."""
    names: tuple[str, ...]
    """As they stand; empty where a column has none."""
    titles: int
    """Filled rows above."""


def find_header(rows: Iterable[Row]) -> Header | None:
    """
    Find the headers among the first rows of a sheet.

    Parameters
    ----------
    rows
        The first rows; blank ones may be left out.

    Returns
    -------
    header
        The row with most usual header words. Without such words, the first row of texts above
        columns of numbers or dates. None if there is neither: a row of texts above more texts may
        be a person's data as well as headers, and what is taken for headers is shown.

    Examples
    --------
    >>> rows = [(1, ["线索台账", ""]), (2, ["序号", "时间"]), (3, ["1", "8:10"])]
    >>> header = find_header(rows)
    >>> header.last, header.names, header.titles
    (2, ('序号', '时间'), 1)
    >>> find_header([(1, ["张某", "8:10", "桥下"]), (2, ["李某", "9:10", "桥上"])]) is None
    True
    """
    filled = [(number, list(cells)) for number, cells in rows if any(cells)][:LOOKED_AT]
    texts = [cells for _, cells in filled]
    at = _with_known_words(texts)
    if at is None:
        at = _above_values(texts)
    if at is None:
        return None
    upper, lower = _lines(texts, at)
    names = _join(texts[upper], texts[lower]) if lower > upper else texts[upper]
    while names and not names[-1]:
        names = names[:-1]
    return Header(filled[upper][0], filled[lower][0], tuple(names), upper)


def is_value(text: str) -> bool:
    """
    Tell whether a text is a number, a date or a time, as headers are not.

    Examples
    --------
    >>> [is_value(text) for text in ("117.20", "2018年1月5日", "上午8点", "138-0000-0000", "地址")]
    [True, True, True, True, False]
    """
    return _VALUE.fullmatch(unicodedata.normalize("NFKC", text)) is not None


def _with_known_words(rows: list[list[str]]) -> int | None:
    """Return the first of the rows with most header words that may be headers."""
    scores = [_score(cells) for cells in rows]
    best = max(scores, default=0)
    return scores.index(best) if best else None


def _score(cells: list[str]) -> int:
    """Count the header words of a row; none where it holds data as well or is a single text."""
    texts = {cell for cell in cells if cell}
    known = sum(map(is_header_word, texts))
    values = sum(map(_is_data, texts))
    enough = known >= _FEWEST or known * 2 >= len(texts)
    return known if enough and len(texts) >= _FEWEST and values < max(known, 1) else 0


def _is_data(text: str) -> bool:
    """Tell whether a text is a value and not a year, which may stand above a column."""
    return is_value(text) and _YEAR.fullmatch(text) is None


def _above_values(rows: list[list[str]]) -> int | None:
    """Return the first row of texts below which most columns of values lie, two at least."""
    for at, cells in enumerate(rows):
        texts = {cell for cell in cells if cell}
        if len(texts) < _FEWEST or any(map(_is_data, texts)):
            continue
        below = rows[at + 1 : at + 1 + _LOOKED_BELOW]
        width = max(map(len, [cells, *below]))
        of_values = [column for column in range(width) if _holds_values(below, column)]
        named = [column for column in of_values if any(cells[column : column + 1])]
        if len(named) >= _FEWEST and len(named) * 2 >= len(of_values):
            return at
    return None


def _holds_values(rows: list[list[str]], column: int) -> bool:
    """Tell whether the filled cells of a column are mostly numbers, dates and times."""
    cells = [row[column] for row in rows if len(row) > column and row[column]]
    return bool(cells) and sum(map(is_value, cells)) >= _MOSTLY * len(cells)


def _lines(rows: list[list[str]], at: int) -> tuple[int, int]:
    """Return the first and the last line of the headers of which one is at `at`."""
    if at > 0 and _continues(rows[at - 1], rows[at]):
        return at - 1, at
    if at + 1 < len(rows) and _continues(rows[at], rows[at + 1]):
        return at, at + 1
    return at, at


def _continues(upper: list[str], lower: list[str]) -> bool:
    """Tell whether `lower` divides groups of columns that `upper` names."""
    groups = _groups(upper, lower)
    below = {column: text for column, text in enumerate(lower) if text}
    grouped = [column for column in below if column in groups]
    single = [column for column, text in enumerate(upper) if text and column not in groups]
    # a text alone above all columns is a title
    if len(set(upper) - {""}) < _FEWEST or not grouped or any(map(is_value, below.values())):
        return False
    if any(lower[column : column + 1] not in ([], [""], [upper[column]]) for column in single):
        return False
    return bool(single) or any(is_header_word(lower[column]) for column in grouped)


def _groups(upper: list[str], lower: list[str]) -> dict[int, str]:
    """Return the group of each column that stands in one: a text with unnamed columns beside it."""
    width = max(len(upper), len(lower))
    top, below = (line + [""] * (width - len(line)) for line in (upper, lower))
    groups: dict[int, str] = {}
    for column in range(width):
        starts = column + 1 < width and not top[column + 1] and below[column] and below[column + 1]
        if top[column] and starts and below[column] != top[column]:
            groups[column] = top[column]
        elif not top[column] and below[column] and column - 1 in groups:
            groups[column] = groups[column - 1]
    return groups


def _says_all(text: str, group: str) -> bool:
    """Tell whether a second line names its column alone: a known word, or one with the group's."""
    return is_header_word(text) or (group in text and group != text)


def _private_name(group: str, text: str) -> str:
    """Return the two lines of a column joined so that they say whose it is, or nothing.

    地址 below 举报人 is where the reporter lives: alone it would be read as a place of incidents.
    """
    return next(iter(private_headers([group + text, text + group])), "")


def _join(upper: list[str], lower: list[str]) -> list[str]:
    """Name columns by both lines where the second one alone would not do."""
    groups = _groups(upper, lower)
    width = max(len(upper), len(lower))
    top, below = (line + [""] * (width - len(line)) for line in (upper, lower))
    names = []
    for column in range(width):
        text = below[column]
        if column not in groups:
            names.append(top[column] or text)
        elif private := _private_name(groups[column], text):
            names.append(private)
        elif _says_all(text, groups[column]) and below.count(text) == 1 and text not in top:
            names.append(text)
        elif is_header_word(text + groups[column]):  # 发现 below 时间
            names.append(text + groups[column])
        else:
            gap = " " if (groups[column] + text).isascii() else ""
            names.append(groups[column] + gap + text)
    return names
