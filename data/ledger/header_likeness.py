"""How like a header is to the headers that are known for a column."""

import re
import unicodedata
from collections.abc import Sequence
from functools import cache, lru_cache

from rapidfuzz import fuzz

EXACT, SYNONYM, CUT = 100.0, 95.0, 90.0
FUZZY = 82.0
"""The least likeness (0-100) at which a header is proposed at all: one sign of six may differ, and
发现时间 is not taken for 出现时间, nor 经手时间 for 接收时间."""
_MOST_FUZZY = 94.0
MOST_KEPT = 20_000
"""Scores kept at hand: a table is asked about several times, and so is the next of its kind."""

_BRACKETS = re.compile(r"[(\[{【〔《<][^)\]}】〕》>]*[)\]}】〕》>]")
_SIGNS = re.compile(r"[\W_]+")
_PARTS = re.compile(r"[/|\n>]+")
_GENERAL = re.compile(
    r"^(?:事件|案件|警情|问题|工单|线索|所在|所属|具体|详细|实际|大致|主要|涉及|疑似|本次|现场)"
)
_PERSON = re.compile(r"人(?!数)|员(?!数)|者|姓名|电话|手机|证件|身份|联系|phone|caller|reporter")
_SHAPEFILE_BYTES = (9, 10)


@cache
def plain_header(header: str) -> str:
    """
    Write a header without what offices add to it: brackets, units, signs, capitals, full width.

    Examples
    --------
    >>> plain_header("＊货值（万元）"), plain_header("Primary Type"), plain_header("GPS_坐标：")
    ('货值', 'primarytype', 'gps坐标')
    """
    text = unicodedata.normalize("NFKC", header).casefold()
    return _SIGNS.sub("", _BRACKETS.sub("", text))


@lru_cache(maxsize=MOST_KEPT)
def score_header(header: str, ours: str, known: tuple[str, ...]) -> float:
    """
    Score how likely a header means our column.

    Parameters
    ----------
    header
        As it stands in the file.
    ours
        Our name of the column.
    known
        Other headers of the column, the likeliest first.

    Returns
    -------
    score
        100 for our own name or the first of `known`; 95 to 99 for the others; 90 for one that a
        shapefile cut to 10 bytes; 82 to 94 for one of like spelling; 0 for all others.

    Examples
    --------
    >>> known = ("发生时间", "案发时间", "date_time")
    >>> [score_header(text, "occurred_from", known) for text in ("发生时间", "Date/Time", "发生时")]
    [100.0, 96.0, 90.0]
    >>> score_header("派单时间", "occurred_from", known)
    0.0
    """
    names = [ours, *known]
    forms = _forms(header)
    by_form = max(trust * _score_known(form, names) for form, trust in forms)
    return by_form or max(_score_cut(header, names), _score_spelling(forms[0][0], names))


@cache
def _forms(header: str) -> list[tuple[str, float]]:
    """Return the plain forms of a header, and how much each is trusted.

    The header itself; what stands in its brackets; the last part of a header in several parts;
    and what is left of it without a general word in front.
    """
    text = unicodedata.normalize("NFKC", header)
    inner = [found[1:-1] for found in _BRACKETS.findall(text)]
    plain = plain_header(header)
    last = _PARTS.split(text)[-1]
    others = [*map(plain_header, [*inner, last]), _GENERAL.sub("", plain)]
    return [(plain, 1.0), *((form, 0.98) for form in others if form not in ("", plain))]


def _score_known(form: str, names: Sequence[str]) -> float:
    """Score a form that is one of the names, by its rank among them."""
    plain = [plain_header(name) for name in names]
    if form not in plain:
        return 0.0
    rank = plain.index(form)
    return EXACT if rank <= 1 else 99.0 - 4.0 * rank / len(plain)


def _score_cut(header: str, names: Sequence[str]) -> float:
    """Score a header of 10 bytes, as shapefiles cut them, by the names that begin with it."""
    header = header.casefold()
    # a character that does not fit whole is dropped: 9 or 10 bytes are left
    cut = any(len(header.encode(code)) in _SHAPEFILE_BYTES for code in ("gb18030", "utf-8"))
    longer = any(len(name) > len(header) and name.startswith(header) for name in names)
    return CUT if cut and longer else 0.0


def _score_spelling(form: str, names: Sequence[str]) -> float:
    """Score by spelling; a header that speaks of a person is like none that does not."""
    rivals = [plain_header(name) for name in names]
    if _PERSON.search(form):
        rivals = [name for name in rivals if _PERSON.search(name)]
    best = max((fuzz.ratio(form, name) for name in rivals), default=0.0)
    return min(best, _MOST_FUZZY) if best >= FUZZY else 0.0
