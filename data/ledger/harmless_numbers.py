"""Numbers in free text that lead to no person and are needed for work: they stay."""

import re

_DAY = r"(?:3[01]|[12]\d|0?[1-9])"
_MONTH = r"(?:1[0-2]|0?[1-9])"
_YEAR = r"(?:19|20)\d\d"
_HOUR_MINUTE = r"(?:[01]\d|2[0-3])[0-5]\d"

MOMENT = (
    rf"{_YEAR}(?P<a>[-./]){_MONTH}(?P=a){_DAY}|{_DAY}(?P<b>[-./]){_MONTH}(?P=b){_YEAR}"
    rf"|{_MONTH}/{_DAY}/\d\d|{_YEAR}[-./]{_MONTH}"
    rf"|{_YEAR}\s?[-—–~至]\s?{_YEAR}|{_MONTH}[./]{_DAY}\s?[-—–~至]\s?{_MONTH}[./]{_DAY}"
    rf"|(?:[01]?\d|2[0-4])[:：][0-5]\d(?:[:：][0-5]\d(?:\.\d{{1,9}})?)?"
    rf"|(?<![-‐-―.·零〇一二三四五六七八九幺壹贰叁肆伍陆柒捌玖])[01]\d[0-5]\d[-—–~]{_HOUR_MINUTE}"
)
"""A day, a month, a time of day or a span of them, written with signs."""
_STAMP = (
    rf"{_YEAR}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])"
    rf"(?:[T_ ]?{_HOUR_MINUTE}(?:[0-5]\d)?)?"
)
_COORDINATE = (
    r"(?:1[0-7]\d|180|\d{1,2})\.\d{3,17}"
    r"""|\d{1,3}°\s?\d{1,2}(?:\.\d+)?\s?[′'’](?:\s?\d{1,2}(?:\.\d+)?\s?[″"”])?"""
)
_METRIC_COORDINATE = r"(?<![A-Za-z])[XYxy]\s?[=:：]\s?\d{6,8}(?:\.\d{1,4})?"
_AMOUNT = r"(?!1[3-9]\d{9})\d{1,9}(?:\.\d{1,2})?(?=\s?余?(?:万|亿)?(?:元|盒|瓶|箱|粒))"
_ROOM = r"\d{1,3}[-—–]\d{1,2}(?:[-—–]\d{1,2})?[-—–]\d{3,4}(?!-)"
DOORS = r"(?<!\d)\d{1,4}(?:[-‐-―、/]\d{1,4}){1,9}(?![\d\-])"
"""Perhaps the door numbers of one house; `are_doors` tells whether they are."""
_ROAD = re.compile(r"[路街道巷弄里条胡同层楼座]$")
_MOST_APART = 200


def are_doors(found: re.Match[str]) -> bool:
    """
    Tell the door numbers of one house from the parts of a telephone number.

    Examples
    --------
    >>> texts = ["斜土路1298-1308号", "斜土路2621-1234", "请打2621-2634"]
    >>> [are_doors(re.search(DOORS, text)) for text in texts]
    [True, False, False]
    """
    doors = [int(door) for door in re.findall(r"\d+", found[0])]
    behind = found.string[found.end() : found.end() + 1]
    named = behind in {"号", "弄"} or _ROAD.search(found.string[: found.start()][-2:])
    return bool(named) and max(doors) - min(doors) <= _MOST_APART


LOT = r"(?:国药准字|批准文号|批号|追溯码|监管码)[\s:：为是]{0,2}(?P<secret>[A-Za-z]?\d{4,20})(?!\d)"
"""Approval, lot and tracing numbers of medicines."""
HOTLINE = r"(?:1[12]\d|100\d\d|12\d{3}|9[56]\d{3,4}|88908890)"
"""Numbers of public services, 88908890 being that of the city of Tianjin."""

HARMLESS = (
    rf"(?<!\d)(?<!\d\.)(?:{MOMENT}|{_STAMP}|{_COORDINATE}|{_METRIC_COORDINATE}|{_AMOUNT}|{_ROOM}"
    rf"|{HOTLINE})(?!\d)(?!\.\d)"
)
"""Any of these, of which no part is part of a longer number."""

_CLOCK_RE2 = r"(?:[01][0-9]|2[0-3]|[0-9]):[0-5][0-9](?::[0-5][0-9])?"
_DAY_RE2 = (
    r"(?:19|20)[0-9][0-9](?:-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12][0-9]|3[01])"
    r"|/(?:1[0-2]|[1-9])/(?:[12][0-9]|3[01]|[1-9]))"
)
DAYS_RE2 = (
    rf"(^|[\p{{L}}，。；、！？：])(?:{_DAY_RE2}(?:[ T]{_CLOCK_RE2})?|{_CLOCK_RE2})"
    rf"(?:[-~—至]{_CLOCK_RE2})?( ?\p{{L}}|[，。；、！？]|$)"
)
"""The most usual days and times, in the syntax of RE2, with what stands before and behind as
groups: never a digit, nor a sign that stands between the digits of one number."""
