"""Columns that tell who somebody is: they are not read."""

import re
import unicodedata
from collections.abc import Iterable

from data.ledger.private_header_words import CHINESE, LATIN, NOT_OF_A_PERSON, PUBLIC

_CHINESE = {reason: re.compile(words, re.VERBOSE) for reason, words in CHINESE.items()}
_LATIN = {
    reason: re.compile(rf"(?<![^\W_])(?:{words})(?![^\W_])", re.VERBOSE)
    for reason, words in LATIN.items()
}
_PUBLIC = re.compile("|".join(PUBLIC.values()), re.VERBOSE)
_NOT_OF_A_PERSON = re.compile(NOT_OF_A_PERSON, re.VERBOSE)
_ANY_PERSON = re.compile(r"(?:人|人员)$")
_QUESTION = re.compile(r"^(?:是否|有无|能否|可否)")
_COUNTED = frozenset({"参与人", "老人"})
_CAMEL = re.compile(r"(?<=[a-z])(?=[A-Z])")
_SIGNS = re.compile(r"[\W_]+")
_HAN = re.compile(r"[\u3400-\u9fff]")


def private_headers(headers: Iterable[str]) -> dict[str, str]:
    """
    Tell which columns say who somebody is, or describe a person.

    Parameters
    ----------
    headers
        As the file has them, Chinese, English or (for a few words) Spanish.

    Returns
    -------
    reasons
        Header -> reason code of `private_header_words.REASONS`, in the order of `headers`; others
        are left out. Phrases that sound alike and name nobody are taken out of a header first;
        then it is searched for the words of the table.

    References
    ----------
    Personal Information Protection Law of the PRC, articles 6 (minimum scope) and 28.

    Examples
    --------
    >>> private_headers(["举报时间", "举报人姓名", "联 系 电 话", "药店名称", "Caller ID"])
    {'举报人姓名': 'reporter', '联 系 电 话': 'phone', 'Caller ID': 'caller'}
    """
    reasons = {header: _reason(header) for header in headers}
    return {header: reason for header, reason in reasons.items() if reason}


def _reason(header: str) -> str:
    """Return the reason code of a header, or nothing."""
    text = unicodedata.normalize("NFKC", header)
    return _chinese_reason(text) or _latin_reason(text)


def _chinese_reason(text: str) -> str:
    """Look through the Chinese words of a header; gaps between signs are for looks."""
    if _HAN.search(text) is None:
        return ""
    plain = _PUBLIC.sub("|", "".join(text.split()).casefold())
    for reason, words in _CHINESE.items():
        if words.search(plain):
            return reason
    bare = plain.partition("(")[0]
    counted = bare in _COUNTED or _QUESTION.match(bare)
    return "person_name" if _ANY_PERSON.search(bare) and not counted else ""


def _latin_reason(text: str) -> str:
    """Look through the Latin words of a header."""
    words = _SIGNS.sub("_", _CAMEL.sub("_", text)).casefold().strip("_")
    words = _NOT_OF_A_PERSON.sub("|", words)
    return next((reason for reason, found in _LATIN.items() if found.search(words)), "")
