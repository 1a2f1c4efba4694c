"""Numbers in free text that lead to a person: telephones, identity and bank cards, plates."""

import re
from types import MappingProxyType

from data.errors import N_
from data.ledger.findings import Rule
from data.ledger.harmless_numbers import DOORS, HARMLESS, HOTLINE, LOT, MOMENT, are_doors
from data.ledger.identity_numbers import (
    is_bank_card,
    is_identity_number,
    is_old_identity_number,
    looks_like_identity_number,
)
from data.ledger.marks import Hit, Mark, always

PHONE = Rule("phone_masked", N_("{n} texts held a telephone number; it was masked."), "dropped")
IDENTITY = Rule(
    "identity_masked", N_("{n} texts held an identity number; it was masked."), "dropped"
)
BANK_CARD = Rule(
    "bank_card_masked", N_("{n} texts held a bank card number; it was masked."), "dropped"
)
PLATE = Rule("plate_masked", N_("{n} texts held a licence plate; it was masked."), "dropped")
DIGITS = Rule(
    "digits_masked",
    N_("{n} texts held another number of seven and more digits; it was masked to be safe."),
    "dropped",
)

NUMERALS = MappingProxyType(
    dict(zip("零〇一二三四五六七八九幺壹贰叁肆伍陆柒捌玖", "001234567891123456789", strict=True))
)
"""Chinese numeral -> digit."""
_D = rf"[0-9{''.join(NUMERALS)}]"
_ANY_DIGIT = re.compile(rf"{_D}|\d")
FEWEST_OF_LONG = 7
"""Marks of long numbers find no number in a text with fewer digits."""
_GAP = r"(?:[^\w\n\ue000\ue001]|_)"
"""Any sign that is neither letter, digit nor covered."""
_DASH = r"[ \t\u3000.·_\-‐-―－()（）]"
"""A sign that people put between the digits of one number."""
_LOOSE = r"(?:[^\w\n\ue000\ue001*,，、;；:：/|%~]|_|(?<!\*)\*(?!\*))"
"""Any sign but those of lists, times and masks."""
_EXTENSION = r"(?:\s?(?:转|分机|[Ee][Xx][Tt]\.?)\s?\d{1,6}|-\d{1,5})?(?!\d)"
_PROVINCE = "京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼"
_CALLED = "电话|手机|座机|固话|短号|联系|号码|致电|拨打|传真"
_EIGHTEEN = rf"(?<![\dA-Za-z])\d(?:{_DASH}{{0,2}}\d){{16}}{_DASH}{{0,2}}[\dXx](?![\dA-Za-z])"

_COMMON = frozenset(
    {(11,), (3, 4, 4), (3, 3, 5), (4, 3, 4), (3, 8), (7, 4), (4, 4, 3), (5, 6), (6, 5), (4, 7)}
    | {(3, 3, 3, 2), (3, 4, 2, 2), (3, 2, 2, 2, 2), (3, 2, 2, 4), (2, 3, 3, 3), (1, 2, 4, 4)}
    | {(1,) * 11, (2, 2, 2, 2, 2, 1), (1, 2, 2, 2, 2, 2)}
)
"""How the eleven digits of a mobile number are grouped, whatever stands between the groups."""
_CLEAREST = frozenset({(3, 4, 4), (3, 3, 5), (4, 3, 4), (1,) * 11})
"""The groups that are believed even with signs between them that divide lists and times."""
_LIST_SIGNS = ",，、;；:：/|"
_PAIR = re.compile(r"\d{2,8}[,，\s]+\d{1,3}\.\d")
"""How the decimals of a coordinate go on into the next coordinate."""
_DAY = re.compile(r"(?:19|20)\d\d([-./])\d\d?\1\d")
"""How what looks like the last four digits goes on if it is the year of a day."""
_MOST_GROUPS = 6
_FEWEST_DIGITS = 4


def to_digits(text: str) -> str:
    """
    Return the digits of a spelling of a number, Chinese numerals among them.

    Examples
    --------
    >>> to_digits("一三八-1234 五六七八")
    '13812345678'
    """
    return "".join(NUMERALS.get(sign, sign) for sign in text if sign in NUMERALS or sign.isdigit())


def count_digits(text: str) -> int:
    """
    Count the digits of a text, Chinese numerals among them.

    Examples
    --------
    >>> count_digits("北门 138-一二三")
    6
    """
    return len(_ANY_DIGIT.findall(text))


def _compact(found: re.Match[str]) -> str:
    return re.sub(r"[^0-9Xx]", "", found[0])


def _is_mobile(found: re.Match[str]) -> bool:
    """Tell a mobile number from eleven digits of dates, times, lists and coordinates."""
    number = found["number"]
    if _PAIR.match(number) and re.search(r"\d\.$", found.string[: found.start()][-2:]):
        return False
    if _DAY.match(found.string, found.end("number") - 4):
        return False
    groups = tuple(map(len, re.findall(r"\d+", number)))
    if to_digits(number)[1] not in "3456789":
        return False
    signs = {sign.strip() for sign in re.findall(r"\D+", number)}
    if groups == (3, 8) and signs == {"."}:  # may be a longitude: a latitude stands beside it
        return re.match(r"[,，\s]+\d\d\.\d{3}", found.string[found.end() :][:9]) is None
    if any(sign in _LIST_SIGNS for sign in "".join(signs)):
        return groups in _CLEAREST
    return groups in _COMMON or (len(signs) == 1 and 2 < len(groups) <= _MOST_GROUPS)  # noqa: PLR2004  # 2: a decimal


def _is_eighteen(found: re.Match[str]) -> bool:
    """Tell whether eighteen signs run without a gap, or could be an identity number."""
    number = _compact(found)
    return len(number) == len(found[0]) or looks_like_identity_number(number)


def _is_spelled(found: re.Match[str]) -> bool:
    """Tell a number spelled in Chinese numerals, which is longer if there are gaps in it."""
    digits = to_digits(found[0])
    spelled = not NUMERALS.keys().isdisjoint(found[0])
    return spelled and (len(digits) == len(found[0]) or len(digits) >= 10)  # noqa: PLR2004  # see above


def _has_letter(found: re.Match[str]) -> bool:
    """Tell whether a few letters stand in place of digits."""
    digits = sum(sign.isdigit() for sign in found[0])
    return len(found[0]) > digits >= _FEWEST_DIGITS


_PLATE = (
    rf"(?<![A-Za-z])(?:[{_PROVINCE}]\s?[A-Za-z][\s·•.\-]?(?=(?:[A-Za-z]*\d){{3}})"
    r"[A-Za-z0-9]{4,6}[挂学警港澳]?(?![A-Za-z0-9])"
    rf"|(?i:WJ)\s?(?:[{_PROVINCE}]|\d\d)?[\s·•\-]?\d{{4,5}}[A-Za-z]?(?!\d))"
)
_CALLED_PLATE = (
    r"车牌(?:号码?|照)?[\s:：为是]{0,3}(?P<secret>[\u4e00-\u9fff]?(?=(?:[A-Za-z·\-\s]*\d){3})"
    r"[A-Za-z0-9·\-]{4,9}[\u4e00-\u9fff]?)(?![A-Za-z0-9])"
)
_SHORTENED = (
    r"(?<!\d)(?:1[3-9]\d(?:[*×●•]{2,8}|[xX]{4})\d{0,4}|\d{6,14}[*×●•xX]{4,12}\d{0,3}[\dXx]?"
    r"|\d{3,4}[*×●•]{3,8}\d{2,4})(?!\d)"
)
_LAST_DIGITS = (
    r"(?:尾号|[后末][四六]位)[数字号码]{0,2}[\s:：为是]{0,3}(?P<secret>\d{3,6}[Xx]?)(?!\d)"
)
_OLD = rf"(?<!\d)\d{{6}}{_DASH}?\d{{6}}{_DASH}?\d{{3}}(?!\d)"
_CARD = (
    rf"(?<!\d)\d{{4}}(?P<gap>{_DASH}?)\d{{4}}(?P=gap)\d{{4}}(?P=gap)\d{{4}}"
    r"(?:(?P=gap)\d{1,3})?(?!\d)"
)
_MOBILE = (
    rf"(?<!\d)(?:[(（]?(?:\+|00)?86[)）]?{_DASH}{{0,2}}|0)?"
    rf"(?P<number>1(?:{_GAP}{{0,3}}\d){{10}}){_EXTENSION}"
)
LETTERED = "[1lI][3-9][0-9OolI]{9}"
"""Gate for a mobile number with letters in place of noughts and ones."""
_ABROAD = (
    rf"\+(?:{_DASH}{{0,2}}\d){{8,15}}(?!\d)"
    r"|(?<!\d)[(（]?[2-9]\d\d[)）]?[ .\-]{1,2}\d{3}[ .\-]\d{4}(?!\d)"
)
_FREE = rf"(?<!\d)[48]00{_DASH}?(?:\d{{3}}{_DASH}?\d{{4}}|\d{{4}}{_DASH}?\d{{3}}){_EXTENSION}"
_WITH_AREA = (
    rf"(?<!\d)(?:[(（]?(?:\+|00)86[)）]?{_DASH}{{0,2}}0?|[(（]?0)(?:10|2\d|[3-9]\d\d)"
    rf"{_DASH}{{0,3}}[2-8]\d{{2,3}}{_DASH}?\d{{4}}{_EXTENSION}"
)
_AFTER_CUE = (
    rf"(?:{_CALLED}|[Tt]el|TEL|[Pp]hone|[Mm]obile)(?:方式|号码?|[Nn]o)?[\s:：.是为(（]{{0,3}}"
    rf"(?!{HOTLINE}(?!\d))(?!(?:{MOMENT})(?!\d))"
    rf"(?P<secret>{_D}{{3,}}(?:[\-. ]{_D}{{3,}})+|{_D}{{5,}})(?![0-9]|\.\d)"
)
_LANDLINE = rf"(?<!\d)[2-8]\d{{2,3}}{_DASH}?\d{{4}}{_EXTENSION}"
_SPELLED = rf"{_D}(?:[ \t.·_\-‐-―]?{_D}){{6,}}"
_LONG = rf"\d(?:{_LOOSE}{{0,3}}\d){{6,}}[Xx]?(?:\s?(?:转|分机)\s?\d{{1,6}})?"

_G = r"[^\p{L}\p{N}]*"  # the gap of a gate
_SEVEN = rf"[0-9](?:{_G}[0-9]){{6}}"
SEVEN = rf"{_D}(?:{_G}{_D}){{6}}"
"""Gate for any number of seven and more digits, Chinese numerals among them."""
_FIFTEEN = "^(?:[^0-9]*[0-9]){15}"  # wherever they stand: many gaps are slow to find
NUMBERS_WORDS = (
    rf"[{_PROVINCE}][^\p{{L}}\p{{N}}]?[A-Za-z]|(?i:wj)|车牌|尾号|[后末][四六]位|[0-9][*×●•xX]{{2}}"
    rf"|[1lI][3-9][0-9OolI]{{3}}|{_CALLED}|(?i:tel|phone|mobile)"
)
"""One of these, or `SEVEN`, stands in every text with a private number; in the syntax of RE2."""


def _mark(pattern: str, rule: Rule | None, gate: str, *, is_hit: Hit = always) -> Mark:
    """Return a mark of a long number, which no day or time is."""
    return Mark(re.compile(pattern), rule, gate, is_hit, is_long=True)


NUMBERS = (
    Mark(re.compile(_PLATE), PLATE, rf"[{_PROVINCE}][^\p{{L}}\p{{N}}]?[A-Za-z]|(?i:wj)"),
    Mark(re.compile(_CALLED_PLATE), PLATE, "车牌"),
    Mark(re.compile(_SHORTENED), PHONE, "[0-9][*×●•xX]{2}"),
    Mark(re.compile(_LAST_DIGITS), PHONE, "尾号|[后末][四六]位"),
    _mark(_EIGHTEEN, IDENTITY, _FIFTEEN, is_hit=lambda found: is_identity_number(_compact(found))),
    _mark(_OLD, IDENTITY, _FIFTEEN, is_hit=lambda found: is_old_identity_number(_compact(found))),
    _mark(_EIGHTEEN, DIGITS, _FIFTEEN, is_hit=_is_eighteen),
    _mark(_CARD, BANK_CARD, _FIFTEEN, is_hit=lambda found: is_bank_card(_compact(found))),
    _mark(_CARD, DIGITS, _FIFTEEN),
    Mark(
        re.compile(_MOBILE),
        PHONE,
        rf"1{_G}[3-9](?:{_G}[0-9]){{9}}",
        _is_mobile,
        retry=True,
        is_long=True,
    ),
    Mark(re.compile(rf"(?<![A-Za-z0-9]){LETTERED}(?![A-Za-z0-9])"), PHONE, LETTERED, _has_letter),
    _mark(
        _ABROAD,
        PHONE,
        rf"\+{_G}[0-9]|[2-9][0-9][0-9][)）]?[ .\-]{{1,2}}[0-9]{{3}}[ .\-][0-9]{{4}}",
    ),
    _mark(_FREE, PHONE, rf"[48]00{_G}[0-9]"),
    _mark(_WITH_AREA, PHONE, rf"(?:86|0){_G}0?[1-9][0-9]{{1,2}}{_G}[2-8][0-9][0-9]"),
    Mark(
        re.compile(_AFTER_CUE),
        PHONE,
        rf"(?:{_CALLED}|(?i:tel|phone|mobile))(?:方式|号码?|[Nn]o)?"
        rf"(?:[^\p{{L}}\p{{N}}]|[是为]){{0,3}}{_D}",
    ),
    _mark(HARMLESS, None, SEVEN),
    _mark(LOT, None, SEVEN),
    _mark(DOORS, None, SEVEN, is_hit=are_doors),
    _mark(_LANDLINE, PHONE, _SEVEN),
    _mark(_SPELLED, PHONE, SEVEN, is_hit=_is_spelled),
    _mark(_LONG, DIGITS, _SEVEN),
)
"""In this order: what is a number for certain, what is none, and what may be one."""
