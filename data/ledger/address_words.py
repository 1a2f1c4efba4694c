"""Addresses as clerks type them -> words that can be compared; no place is known here."""

import math
import re
import unicodedata
from typing import NamedTuple

from data.ledger.chinese_numerals import NUMERALS, to_digits

_FORMS = (
    # seen in official papers and in text copied out of PDF files, or typed for the sign beside it
    ("釆囗囯⻄⻅⻆⻉⻋⻓⻔⻘⻙⻚⻛⻜⻝⻢⻥⻦⻩", "采口国西见角贝车长门青韦页风飞食马鱼鸟黄"),
    # the traditional forms of common words of addresses
    (
        "號樓門東區縣鎮鄉村橋車醫藥衛廣場開發園灣臺層棟廳處側邊對閣",
        "号楼门东区县镇乡村桥车医药卫广场开发园湾台层栋厅处侧边对阁",
    ),
    ("[{<〔【《〈「『", "((((((((("),
    ("]}>〕】》〉」』", ")))))))))"),
    ("‐‑‒–—―−~〜", "---------"),
    (";:。!?|", ",,,,,,"),
)
_PLAIN = str.maketrans(
    "".join(seen for seen, _ in _FORMS), "".join(plain for _, plain in _FORMS), "·"
)
_LOOSE_SPACE = re.compile(r"\s*([(),、/-])\s*|(?<=\d)\s+|\s+(?=\d)")
_HASH = re.compile(r"(?<=\d)#(?:号)?")
_NUMERO = re.compile(r"(?<![a-z])no\.?(?=\d)|第(?=\d+号)")
_COUNTED = re.compile(f"[{NUMERALS}]+(?=[号弄栋幢])")

HAN = "\u3400-\u9fff"
_SPACED_OUT = re.compile(rf"(?<!\S)(?:[{HAN}] ){{2,}}")
_JOINERS = "在于近靠到至从由沿与和及往向的内路道街巷弄号院室层栋幢楼口侧边旁处站省市区县镇乡村"
_OPENS = re.compile(
    rf"(?:^|[^{HAN}]|[{_JOINERS}]|胡同|附近|对面|门前|社区|小区|居委会|办事处|派出所辖区)$"
)
_VERBS = "有|发现|存在|出现|收药|收购|回收|卖|摆|站街|设牌|张贴|贴|散发|发放|发小|聚集|非法|疑似"
_AFTER = (
    rf"$|[^{HAN}]|附近|周边|周围|一带|旁|边|对面|对过|斜对|门口|门前|门外|院外|处|内|外|前|后|侧|两侧|左右|之间|中间|以|"
    rf"与|和|及|至|到|往|向|靠|近|的|口|{_VERBS}|[东南西北]+(?:$|[^{HAN}]|[侧边面口头段端首行约门角])"
)
_ENDS = {
    "road": re.compile(
        rf"{_AFTER}|上|中段|段|路口|路边|路段|路旁|交|十字|丁字|沿|人行|便道|辅路|桥下|地道"
    ),
    "community": re.compile(r"(?!卫生|医院|服务|公交|车站|站)"),
    "place": re.compile(
        rf"{_AFTER}|院内|里|正门|大门|后门|侧门|主门|急诊|门诊|住院|体检|发热|停车|大楼|大厅|桥下|下|底|公交|车站|[出进]站|[出入]口|出入口"
    ),
}
_NUMBER = re.compile(
    r"(?:门牌)?(?:甲|乙|丙|丁|附|增|临)?(?P<low>\d{1,4})(?!\d)"
    r"(?:[-、,/](?P<high>\d{1,4})(?!\d))?(?P<unit>号|弄)?(?P<rest>.?)"
)
_NO_DOOR = frozenset("米m路栋幢楼层室年月日点时分人个次元盒车多余里%门线口站桥院")
_MOST_APART = 60
"""Two numbers further apart are no range of doors: 1002-05 is a flat, 230-1 a sub-number."""
_OFFSET = re.compile(
    r"(?:[以往向朝偏正]|路)?(?P<side>[东西]?[南北]|[东西])?(?:[侧边面方]|方向)?[行走]?(?:大?约)?"
    r"(?P<metres>\d{1,4})(?:余|多)?(?:米|m)"
)
_EAST = {"东": 1, "西": -1}
_NORTH = {"北": 1, "南": -1}
_VAGUE = re.compile(r"附近|周边|周围|一带|左右|不远|沿线")


class Offset(NamedTuple):
    """How far from a named place something was, and to which side."""

    east_m: float
    north_m: float
    known_side: bool
    metres: float


def normalise(text: str) -> str:
    """
    Write an address with plain signs: one form for each letter, bracket, dash and number.

    Only what is compared is changed so; a record keeps its own words.

    Examples
    --------
    >>> normalise("建设路 十二号（釆风里小区）、河边  桥")
    '建设路12号(采风里小区)、河边 桥'
    >>> normalise("建 设 路３＃"), normalise("一号路—八号桥")
    ('建设路3号', '1号路-8号桥')
    """
    plain = unicodedata.normalize("NFKC", text).casefold()
    plain = " ".join(plain.translate(_PLAIN).split())
    # a cell whose letters were spread over its width
    plain = _SPACED_OUT.sub(lambda found: found[0].replace(" ", ""), plain)
    plain = _COUNTED.sub(lambda found: to_digits(found[0]), plain)
    plain = _LOOSE_SPACE.sub(lambda found: found[1] or "", plain)
    return _NUMERO.sub("", _HASH.sub("号", plain))


def read_number(words: str) -> tuple[int, int] | None:
    """
    Read the door number at the beginning of what follows a road's name.

    Returns
    -------
    numbers
        The lowest and the highest, equal but for a range; None if it begins with no door number.
        Of a lane (弄) it is the lane's number, which is that of its mouth on the road.

    Examples
    --------
    >>> read_number("12号3号楼501"), read_number("1515-1525号"), read_number("230-1号")
    ((12, 12), (1515, 1525), (230, 230))
    >>> read_number("50米"), read_number("3号楼"), read_number("8路公交站"), read_number("口")
    (None, None, None, None)
    """
    found = _NUMBER.match(words)
    if found is None or found["rest"] in _NO_DOOR - (set() if found["unit"] is None else {"院"}):
        return None
    low, high = int(found["low"]), int(found["high"] or found["low"])
    low, high = min(low, high), max(low, high)
    if high - low > _MOST_APART:
        low = high = int(found["low"])
    return (low, high) if low else None


def read_offset(words: str) -> Offset | None:
    """
    Read how far from the place before it something lies.

    Examples
    --------
    >>> read_offset("以东50米")
    Offset(east_m=50.0, north_m=0.0, known_side=True, metres=50.0)
    >>> read_offset("西南100米处")[:2], read_offset("约30米")[2:], read_offset("东侧")
    ((-70.7, -70.7), (False, 30.0), None)
    """
    found = _OFFSET.search(words)
    if found is None:
        return None
    metres, side = float(found["metres"]), found["side"] or ""
    east = sum(_EAST.get(sign, 0) for sign in side)
    north = sum(_NORTH.get(sign, 0) for sign in side)
    step = metres / (math.hypot(east, north) or 1.0)
    return Offset(round(east * step, 1), round(north * step, 1), bool(side), metres)


def is_vague(words: str) -> bool:
    """
    Tell whether a place is only said to be near the one that is named.

    Examples
    --------
    >>> is_vague("医院附近"), is_vague("医院北门")
    (True, False)
    """
    return _VAGUE.search(words) is not None


def opens_at(text: str, start: int) -> bool:
    """
    Tell whether a name can begin at a position: 建设路 does not in 新建设路.

    Examples
    --------
    >>> opens_at("新建设路", 1), opens_at("光复道街道建设路", 5), opens_at("(建设路)", 1)
    (False, True, True)
    """
    return _OPENS.search(text, max(start - 6, 0), start) is not None


def closes_at(text: str, end: int, kind: str) -> bool:
    """
    Tell whether a name of a kind (`road`, `community` or `place`) can end at a position.

    Examples
    --------
    >>> closes_at("建设路小学", 3, "road"), closes_at("建设路口", 3, "road")
    (False, True)
    >>> closes_at("某医院家属院", 3, "place"), closes_at("某医院急诊楼", 3, "place")
    (False, True)
    """
    return _ENDS[kind].match(text, end) is not None
