"""The names a place goes by: the full one, and those that people shorten it to."""

import re
from collections.abc import Iterable
from itertools import pairwise
from typing import NamedTuple

from data.ledger.address_words import HAN, normalise

OFFICIAL, TOWNLESS, SHORT, LOOSE = 100, 96, 94, 83
"""How surely a name means the place: its own; without its town; one of the usual short forms; one
that other places may go by as well, among them that of a branch without its branch."""

_KINDS: tuple[tuple[str, ...], ...] = (
    ("社区卫生服务中心", "社区卫生中心", "卫生服务中心", "社区医院"),
    ("社区卫生服务站", "卫生服务站", "社区卫生站", "卫生站"),
    ("大药房", "药房", "药店", "大药店"),
    ("口腔医院", "口腔门诊部", "口腔诊所", "口腔"),
    ("骨科医院", "骨科"),
    ("公交站", "公交车站", "公共汽车站", "公交站台", "公交站点"),
    ("地铁站", "轨道站"),
    ("火车站", "车站", "站"),
    ("农贸市场", "集贸市场", "菜市场", "市场"),
    ("早市", "早市场"),
    ("公园",),
    ("医院",),
    ("诊所",),
    ("门诊部",),
)
"""Words that end the name of a facility; those of one row are said for one another."""
ENDINGS = sorted({word for row in _KINDS for word in row}, key=len, reverse=True)
_DEPARTMENT = re.compile(
    r".{0,2}(?:门诊|急诊|住院|病房|体检|综合|医技)(?:部|处|楼|室|中心)?|.{0,2}科|[0-9]+号楼"
)
_GENERIC = re.compile(
    r"(?:第?[一二三四五六七八九十]*(?:人民|中心|中医|儿童|妇产|口腔|专科|综合|职工)?(?:医?院|中医医院))"
    r"|妇幼保健院|(?:社区)?卫生(?:服务)?(?:中心|站)|社区医院|(?:中西医)?诊所"
    r"|(?:大|小)?(?:药房|药店|市场|公园|学校|小学)"
)
_BRANCH = re.compile(r"\(([^()]+)\)$")
_COMPANY = re.compile(r"(?:股份|连锁|医药)*有限(?:责任)?公司$")
_TOWNS = (
    re.compile(rf"[{HAN}]{{2,7}}?(?:省|自治区)"),
    re.compile(rf"[{HAN}]{{2,6}}?市(?!场|民|政)"),
    re.compile(rf"[{HAN}]{{1,5}}?(?:(?<![社小园校院厂])区|县)"),
)
_PARENT = re.compile(rf"^[{HAN}]{{3,}}?附属(?=[{HAN}]{{3,}})")
_ORDINAL = re.compile(r"第([一二三四五六七八九十]+)(人民|中心)?医院$")
_COMMUNITY = re.compile(
    r"(?P<stem>.+?)(?P<kind>社区居民委员会|社区居委会|居民委员会|居委会|社区|村民委员会|村委会|村|小区)$"
)
_OFFICE = re.compile(r"(?P<stem>.{2,}?)(?P<kind>街道办事处|街道|街|办事处|镇政府|镇)$")
_COMMUNITY_WORDS = (
    "社区",
    "居委会",
    "社区居委会",
    "社区居民委员会",
    "居民委员会",
    "小区",
    "村",
    "村委会",
)
_OFFICE_WORDS = ("街道", "街道办事处", "街道办", "办事处", "街", "街办")
_SHORTEST = 3


class Name(NamedTuple):
    """One name of a place."""

    text: str
    worth: int
    town: str
    """What was left out before it, such as 某市某区: another town there means another place."""


def name_facility(name: str, towns: Iterable[str] = ()) -> list[Name]:
    """
    List the names of a facility, the surest first.

    Parameters
    ----------
    name
        As the list of facilities has it.
    towns
        Names of towns and districts without 市 and 区, with which names of the area begin.

    Examples
    --------
    >>> [name.text for name in name_facility("甲乙市第三中心医院（东院）")][:3]
    ['甲乙市第三中心医院(东院)', '甲乙市第三中心医院东院', '第三中心医院东院']
    >>> sorted((n.text, n.worth) for n in name_facility("甲乙市第三医院") if len(n.text) < 5)
    [('三院', 83), ('第三医院', 83)]
    """
    full = normalise(name)
    names = [Name(full, LOOSE if _DEPARTMENT.fullmatch(full) else OFFICIAL, "")]
    base = _COMPANY.sub("", full)
    if branch := _BRANCH.search(base):
        base = base[: branch.start()]
        names.append(Name(base + branch[1], OFFICIAL, ""))
    names.append(Name(base, LOOSE if branch else names[0].worth, ""))
    names += [cut for one in names[1:] for cut in _cut_front(one, tuple(towns))]
    names += [other for one in names[1:] for other in _reword(one)]
    surest: dict[str, Name] = {}
    for one in sorted(names, key=lambda one: -one.worth):
        if one.text not in ENDINGS:
            surest.setdefault(one.text, one)
    return list(surest.values())


def _cut_front(name: Name, towns: tuple[str, ...]) -> list[Name]:
    """Leave out the town, the district, and the institution it belongs to."""
    cuts = _cuts_of_towns(name.text) or [len(t) for t in towns if name.text.startswith(t)]
    shorter = [
        Name(name.text[cut:], _worth(name.text[cut:], min(name.worth, TOWNLESS)), name.text[:cut])
        for cut in cuts
    ]
    if parent := _PARENT.match(name.text):
        shorter.append(Name(name.text[parent.end() :], min(name.worth, SHORT), ""))
    return [one for one in shorter if len(one.text) >= _SHORTEST]


def _cuts_of_towns(text: str) -> list[int]:
    """Return where the province, the town and the district before a name end."""
    cuts = [0]
    for pattern in _TOWNS:
        if found := pattern.match(text, cuts[-1]):
            cuts.append(found.end())
    return cuts[1:]


def _worth(text: str, most: int) -> int:
    """Say how surely a shortened name means its place: little where only its kind is left."""
    generic = _GENERIC.fullmatch(text) or _DEPARTMENT.fullmatch(text)
    return min(most, LOOSE) if generic or len(text) <= _SHORTEST else most


def _reword(name: Name) -> list[Name]:
    """Say the kind of a facility in the other words that are used for it."""
    if ordinal := _ORDINAL.search(name.text):
        stem, number, middle = name.text[: ordinal.start()], ordinal[1], ordinal[2] or ""
        short = f"{number}中心" if middle == "中心" else f"{number}院"
        texts = [stem + short, *([f"{stem}{number}{middle}医院"] if middle else [])]
    else:
        texts = [text for text in _swap_ending(name.text) if not _GENERIC.fullmatch(text)]
    return [Name(text, _worth(text, min(name.worth, SHORT)), name.town) for text in texts]


def _swap_ending(name: str) -> list[str]:
    """Exchange the word for the kind at the end of a name by those that mean the same."""
    ending = next((word for word in ENDINGS if name.endswith(word)), "")
    stem = name.removesuffix(ending)
    row = next((row for row in _KINDS if ending in row), ())
    return [stem + word for word in row if word != ending] if len(stem) > 1 else []


def learn_towns(names: Iterable[str]) -> tuple[str, ...]:
    """
    Collect the towns and districts that stand in full before some of the names.

    Examples
    --------
    >>> learn_towns(["甲乙市第三医院", "丙丁区中医医院", "甲乙口腔医院", "苇岸社区医院"])
    ('丙丁', '甲乙')
    """
    found = set()
    for name in names:
        plain = normalise(name)
        cuts = [0, *_cuts_of_towns(plain)]
        found |= {plain[a : b - 1] for a, b in pairwise(cuts) if plain[b - 1] in "市区县"}
    return tuple(sorted(town for town in found if len(town) > 1))


def name_community(name: str) -> list[Name]:
    """
    List the names of a community, or of a sub-district where that is what the areas are.

    Examples
    --------
    >>> [one.text for one in name_community("晴岚社区")][:3]
    ['晴岚社区', '晴岚居委会', '晴岚社区居委会']
    >>> [one.text for one in name_community("光复道街")][:4]
    ['光复道街', '光复道街道', '光复道街道办事处', '光复道街道办']
    """
    full = normalise(name)
    found = {full: Name(full, OFFICIAL, "")}
    stem, words = split_community(full)
    for word in words:
        worth = LOOSE if word in {"小区", "村", "街"} else OFFICIAL
        found.setdefault(stem + word, Name(stem + word, worth, ""))
    return list(found.values())


def split_community(name: str) -> tuple[str, tuple[str, ...]]:
    """
    Return the stem of a community's name, and the words that may follow it.

    Examples
    --------
    >>> split_community("晴岚社区居委会")[0], split_community("光复道办事处")[0]
    ('晴岚', '光复道')
    """
    for pattern, words in ((_COMMUNITY, _COMMUNITY_WORDS), (_OFFICE, _OFFICE_WORDS)):
        if found := pattern.fullmatch(name):
            return found["stem"], words
    return name, _COMMUNITY_WORDS
