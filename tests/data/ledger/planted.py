"""Invented personal data in many shapes, planted among ordinary work text to see what gets through.

No number here is anybody's: mobile numbers hold 0000 in the middle, people were born before 1900,
names are drawn from rare signs.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from data.ledger.identity_numbers import check_digit

Rng = np.random.Generator
Shape = Callable[[Rng], tuple[str, tuple[str, ...]]]

FREE_TEXT_HEADER = "诉求内容"
_BEFORE = (
    "某医院北门公交站旁有2人举牌收药，",
    "2018-01-15 08:30 建设路12号门口发现3人聚集，",
    "XX路与YY道交口东北角有人散发小广告，收缴35盒，",
    "市民来电反映河边桥底下每天早上8点多有人收药，",
    "坐标117.2063,39.1410，群众拨打12345反映，",
)
_AFTER = ("", "，请尽快处理。", "，已移交市场监管所", "。110到场后劝离")
_NUMERALS = "零一二三四五六七八九"
_WIDE = str.maketrans("0123456789", "０１２３４５６７８９")
_RINGED = str.maketrans("0123456789", "⓪①②③④⑤⑥⑦⑧⑨")
_SURNAMES = "王李张刘陈杨赵黄周吴徐孙胡朱郭罗梁宋郑谢高马林何"
_GIVEN = "虢虤蠼鬻鬯鼐鼒龑龘麤黻黼鑫燊翀骉羴猋淼焱垚"


@dataclass(frozen=True)
class Planted:
    """One cell of a ledger with something in it that must not get through."""

    shape: str
    header: str
    """Of the column in which the cell stands."""
    text: str
    secrets: tuple[str, ...]
    """What must be found nowhere afterwards: as written, and in plain digits."""
    kept: str
    """Work text before it, which must survive; empty in a column that is dropped."""


def plant(n: int = 1000, seed: int = 0) -> list[Planted]:
    """Return `n` planted cells, every shape as often as any other."""
    rng = np.random.default_rng(seed)
    shapes = [*TEXT_SHAPES.items(), *COLUMN_SHAPES.items()]
    items = []
    for at in range(n):
        name, shape = shapes[at % len(shapes)]
        text, secrets = shape(rng)
        if name in COLUMN_SHAPES:
            items.append(Planted(name, name, text, secrets, ""))
        else:
            before, after = str(rng.choice(_BEFORE)), str(rng.choice(_AFTER))
            items.append(Planted(name, FREE_TEXT_HEADER, before + text + after, secrets, before))
    return items


def mobile(rng: Rng) -> str:
    """Invent a mobile number."""
    return f"1{rng.integers(3, 10)}{rng.integers(10)}0000{rng.integers(1000, 9999)}"


def landline(rng: Rng) -> str:
    """Invent a telephone number of eight digits."""
    return f"2{rng.integers(2, 9)}00{rng.integers(1000, 9999)}"


def identity(rng: Rng) -> str:
    """Invent a valid identity number of somebody long dead."""
    day = f"{rng.integers(1880, 1900)}{rng.integers(1, 13):02}{rng.integers(1, 29):02}"
    body = f"120105{day}{rng.integers(1000):03}"
    return body + check_digit(body)


def name(rng: Rng) -> str:
    """Invent a name."""
    return str(rng.choice(list(_SURNAMES))) + "".join(rng.choice(list(_GIVEN), 2))


def account(rng: Rng) -> str:
    """Invent an account."""
    return f"shouyao_{rng.integers(10_000, 99_999)}"


def plate(rng: Rng) -> str:
    """Invent a licence plate."""
    return (
        f"津{rng.choice(list('ABCDEFGHJK'))}{rng.choice(list('QRSTUV'))}{rng.integers(1000, 9999)}"
    )


def room(rng: Rng) -> str:
    """Invent a flat."""
    return f"{rng.integers(61, 99)}号楼{rng.integers(11, 19)}单元{rng.integers(21, 39)}04"


def card(rng: Rng) -> str:
    """Invent a bank card with a valid check digit (Luhn)."""
    body = f"622202000000{rng.integers(100_000, 999_999)}"
    total = sum(
        sum(divmod(int(sign) * (2 if at % 2 == 0 else 1), 10))
        for at, sign in enumerate(reversed(body))
    )
    return body + str(-total % 10)


def _cut(number: str, *ends: int, by: str) -> str:
    starts = (0, *ends)
    return by.join(number[a:b] for a, b in zip(starts, (*ends, len(number)), strict=True))


def _number(
    make: Callable[[Rng], str], write: Callable[[str], str], around: str = "电话{}"
) -> Shape:
    """Return a shape that writes an invented number in some way."""

    def shape(rng: Rng) -> tuple[str, tuple[str, ...]]:
        plain = make(rng)
        return around.format(write(plain)), tuple({plain, write(plain)})

    return shape


def _plain(text: str) -> str:
    return text


def _spelled(number: str) -> str:
    return "".join(_NUMERALS[int(digit)] for digit in number)


def _half_spelled(number: str) -> str:
    return number[:2] + _spelled(number[2:5]) + number[5:]


def _lettered(number: str) -> str:
    return number.replace("0", "O")


TEXT_SHAPES: dict[str, Shape] = {
    "mobile": _number(mobile, _plain),
    "mobile without cue": _number(mobile, _plain, "{}"),
    "mobile, spaces": _number(mobile, lambda n: _cut(n, 3, 7, by=" ")),
    "mobile, dashes": _number(mobile, lambda n: _cut(n, 3, 7, by="-"), "打{}"),
    "mobile, dots": _number(mobile, lambda n: _cut(n, 3, 7, by="."), "{}"),
    "mobile, long dashes": _number(mobile, lambda n: _cut(n, 3, 7, by="—"), "{}"),
    "mobile, middle dots": _number(mobile, lambda n: _cut(n, 4, 7, by="·"), "{}"),
    "mobile, commas": _number(mobile, lambda n: _cut(n, 3, 7, by="，"), "{}"),
    "mobile, slashes": _number(mobile, lambda n: _cut(n, 3, 7, by="/"), "{}"),
    "mobile, single digits": _number(mobile, " ".join, "{}"),
    "mobile, zero-width spaces": _number(mobile, "\u200b".join, "{}"),
    "mobile, full width": _number(mobile, lambda n: n.translate(_WIDE)),
    "mobile, ringed": _number(mobile, lambda n: n.translate(_RINGED), "{}"),
    "mobile, Chinese numerals": _number(mobile, _spelled, "{}"),
    "mobile, Chinese numerals with dashes": _number(
        mobile, lambda n: _cut(_spelled(n), 3, 7, by="-"), "{}"
    ),
    "mobile, half in numerals": _number(mobile, _half_spelled, "{}"),
    "mobile, letters for noughts": _number(mobile, _lettered, "{}"),
    "mobile, +86": _number(mobile, _plain, "+86 {}"),
    "mobile, 0086 with dashes": _number(mobile, lambda n: _cut(n, 3, 7, by="-"), "0086-{}"),
    "mobile, in brackets": _number(mobile, lambda n: f"({n[:3]}){n[3:7]}-{n[7:]}", "{}"),
    "mobile, stars": _number(mobile, lambda n: n[:3] + "****" + n[7:]),
    "mobile, after a time": _number(mobile, lambda n: _cut(n, 3, 7, by=" "), "13:00-14:00 {}"),
    "mobile, before a house number": _number(mobile, _plain, "手机{} 3号门"),
    "landline": _number(landline, _plain, "{}"),
    "landline, area code": _number(landline, _plain, "022-{}"),
    "landline, area code in brackets": _number(
        landline, lambda n: f"{n[:4]}-{n[4:]}", "（022）{}转801"
    ),
    "landline, extension": _number(landline, lambda n: f"{n[:4]} {n[4:]}", "座机{}-8012"),
    "400 number": _number(
        lambda rng: "4000" + landline(rng)[2:], lambda n: f"{n[:3]}-{n[3:6]}-{n[6:]}", "{}"
    ),
    "identity card": _number(identity, _plain, "身份证{}"),
    "identity card without cue": _number(identity, str.lower, "{}"),
    "identity card, spaces": _number(identity, lambda n: _cut(n, 6, 14, by=" "), "{}"),
    "identity card, dashes": _number(identity, lambda n: _cut(n, 6, 10, 12, 14, by="-"), "{}"),
    "identity card, full width": _number(identity, lambda n: n.translate(_WIDE), "证件号：{}"),
    "identity card, wrong check digit": _number(
        lambda rng: identity(rng)[:17] + "T", lambda n: n[:17] + "5", "{}"
    ),
    "identity card, old": _number(
        lambda rng: identity(rng)[:6] + identity(rng)[8:17], _plain, "{}"
    ),
    "identity card, stars": _number(identity, lambda n: n[:6] + "********" + n[14:], "{}"),
    "bank card": _number(card, _plain, "卡号{}"),
    "bank card, spaces": _number(card, lambda n: _cut(n, 4, 8, 12, 16, by=" "), "{}"),
    "plate": _number(plate, _plain, "一辆{}面包车"),
    "plate, dot": _number(plate, lambda p: f"{p[:2]}·{p[2:]}", "车牌{}"),
    "plate, new energy": _number(lambda rng: plate(rng)[:2] + "D" + plate(rng)[2:], _plain, "{}"),
    "plate, lower case": _number(plate, str.lower, "{}"),
    "plate, police": _number(lambda rng: f"WJ津{rng.integers(10_000, 99_999)}", _plain, "{}"),
    "wechat": _number(account, _plain, "微信号: {}"),
    "wechat, joined": _number(account, _plain, "加微信{}"),
    "wechat, vx": _number(account, _plain, "VX：{}"),
    "wechat, behind": _number(account, _plain, "{}（微信）"),
    "wechat, own id": _number(lambda rng: f"wxid_{rng.integers(10**9)}", _plain, "{}"),
    "qq": _number(lambda rng: str(rng.integers(10_000, 99_999)), _plain, "QQ{}"),
    "qq, group": _number(lambda rng: str(rng.integers(10**5, 10**6)), _plain, "QQ群：{}"),
    "e-mail": _number(account, lambda a: f"{a}@example.com", "邮箱{}"),
    "e-mail, at": _number(account, lambda a: f"{a} [at] example.com", "{}"),
    "passport": _number(lambda rng: f"E{rng.integers(10**7, 10**8)}", _plain, "护照{}"),
    "permit": _number(lambda rng: f"C{rng.integers(10**7, 10**8)}", _plain, "港澳通行证号：{}"),
    "name, reporter": _number(name, _plain, "举报人{}称"),
    "name, colon": _number(name, _plain, "联系人：{}"),
    "name, several": _number(name, _plain, "当事人：王虢虤、{}"),
    "name, title": _number(name, _plain, "{}女士反映"),
    "name, caller": _number(name, _plain, "来电人姓名：{}，要求回复"),
    "name, beside a number": _number(name, _plain, "{} 13800001234"),
    "name, behind a number": _number(name, _plain, "13800001234（{}）"),
    "name, foreign": _number(lambda rng: f"阿{name(rng)}·买{name(rng)}", _plain, "姓名：{}"),
    "name, staff": _number(name, _plain, "民警{}到场"),
    "name, English": _number(
        lambda rng: f"Xu{''.join(rng.choice(list('aeiou'), 6))}", _plain, "Reporter: John {}"
    ),
    "home": _number(room, _plain, "住幸福小区{}"),
    "home, full": _number(room, _plain, "家住建设路12号{}"),
    "home, dashes": _number(
        lambda rng: f"{rng.integers(61, 99)}-7-{rng.integers(2100, 3900)}", _plain, "住址：幸福里{}"
    ),
    "ticket number": _number(lambda rng: f"TJ{rng.integers(10**10, 10**11)}", _plain, "工单{}"),
}
"""Name -> what stands in free text."""

COLUMN_SHAPES: dict[str, Shape] = {
    "举报人": _number(name, _plain, "{}"),
    "联系电话": _number(mobile, _plain, "{}"),
    "来电号码": _number(landline, _plain, "{}"),
    "身份证号码": _number(identity, _plain, "{}"),
    "家庭住址": _number(room, _plain, "幸福小区{}"),
    "巡查人员": _number(name, _plain, "{}"),
    "微信": _number(account, _plain, "{}"),
    "车牌号": _number(plate, _plain, "{}"),
    "Reporter Name": _number(name, _plain, "{}"),
    "年龄": _number(
        lambda rng: f"{rng.integers(20, 90)}岁零{rng.integers(100, 999)}天", _plain, "{}"
    ),
}
"""Header of a column that is not read -> what stands in it."""
