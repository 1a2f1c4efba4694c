"""What kind of place a facility is: the words of lists, of map services and of names -> codes."""

import re
import unicodedata
from collections.abc import Callable

import pandas as pd

from data.columns import CODES
from data.errors import N_
from data.ledger.findings import Findings, Rule
from data.osm import FACILITIES

MEDICAL = frozenset(
    {
        "clinic",
        "community_health_center",
        "emergency_center",
        "hospital",
        "private_hospital",
        "tertiary_hospital",
    }
)
"""Codes of places where people are treated; no vet is among them."""

_FORMS: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("bus_stop", (r"公交(?:车)?站(?:台|点|相关)?\W*$", r"\bbus[ _]stop")),
    (
        "station",
        (r"(?:地铁|火车|高铁|轻轨|客运|汽车)站\W*$", r"\b(?:railway|metro|subway|bus)[ _]station"),
    ),
    (
        "veterinary",
        (
            r"动物(?:医|诊|救)",
            r"宠物|兽医|宠医",
            r"(?:猫|(?<!狂)犬|狗)\w{0,3}(?:医院|诊所)",
            r"\bveterinar",
            r"\b(?:pet|animal) (?:clinic|hospital)",
        ),
    ),
    ("dropoff_point", (r"过期药|药品?回收",)),
    ("emergency_center", (r"急救|紧急救援", r"\bemergency (?:cent|station)")),
    ("disease_control", (r"疾病预防|疾控|防疫站", r"\bdisease control")),
    ("police_post", (r"派出所|公安|警务|警署", r"\bpolice")),
    (
        "community_health_center",
        (r"社区卫生|卫生院(?!校)|卫生服务|卫生站|卫生室", r"\bcommunity health"),
    ),
    ("tertiary_hospital", (r"三甲|三级甲等",)),
    (
        "pharmacy",
        (
            r"药[房店铺堂]|大药",
            r"零售药|药品零售|医药零售|医药连锁|医药保健销售",
            r"\bpharmac|\bdrug ?store|\bchemist",
        ),
    ),
    ("hospital", (r"医院|保健院|疗养院|护理院|精神卫生中心|医疗中心", r"\bhospital")),
    (
        "clinic",
        (
            r"门诊|诊所|诊疗|医务室|卫生所|卫生保健|保健[站所]",
            r"口腔|[牙齿]科|医疗美容|中医",
            r"\bclinic|\bdoctors?\b|\bdentist",
        ),
    ),
    ("courier_site", (r"快递|寄递|菜鸟驿站|邮政(?!储蓄)", r"\bcourier|\bparcel")),
    ("market", (r"农贸|菜市|集贸|早市|集市|市场(?!监|管|部)", r"\bmarket(?:place)?\b")),
    (
        "school",
        (
            r"学校|小学|中学|初中|高中|大学|学院|院校|职校|成人教育",
            r"幼儿园|托儿所",
            r"\bschool|\bkindergarten|\bcollege|\buniversity",
        ),
    ),
    ("library", (r"图书馆", r"\blibrary")),
    ("station", (r"车站|地铁", r"\bstation\b")),
)
"""Code -> how words and names tell it; the first that fits counts: a police post in Hospital Road
is no hospital, and the stop at a hospital's gate neither."""
_PATTERNS = tuple((code, re.compile("|".join(forms), re.IGNORECASE)) for code, forms in _FORMS)
_KNOWN = {
    **{word.lower(): code for word, code in CODES["category"].items()},
    **{value: code for (_, value), code in FACILITIES.items()},
    **{code: code for code in CODES["category"].values()},
    **{code: code for code, _ in _FORMS},
}
_PRIVATE = re.compile(r"民营|私立|民办|私营|\bprivate\b", re.IGNORECASE)
_GRADE = re.compile(r"([一二三])级?([甲乙丙])等?")
_VET = next(pattern for code, pattern in _PATTERNS if code == "veterinary")
_CENTER = next(pattern for code, pattern in _PATTERNS if code == "community_health_center")

CLASS_FROM_NAME = Rule(
    "class_from_name",
    N_("{n} facilities have no class in the file; their name tells it."),
    "assumed",
)
CLASS_UNKNOWN = Rule(
    "class_unknown",
    N_("{n} facilities are of a kind that is not known here; they keep the file's own word."),
    "noted",
    N_("Choose a class for them if they matter for patrols."),
)
CLASS_MISSING = Rule(
    "class_missing",
    N_("{n} facilities have neither a class nor a name that tells it."),
    "noted",
    N_("Choose a class for them if they matter for patrols."),
)
CLASS_AGAINST_NAME = Rule(
    "class_against_name",
    N_("{n} facilities are named like a community health centre, but the file says otherwise."),
    "proposed",
    N_("The file's class stands; change it for those that are due a daily visit."),
)
VET_AMONG_HOSPITALS = Rule(
    "vet_among_hospitals",
    N_("{n} vets stand in the file as hospitals or clinics; they are counted as neither."),
    "repaired",
)


def class_of(text: str) -> str:
    """
    Return the code of a word, of a path of words or of a name; '' if it tells none.

    In a path such as map services write the last part is the narrowest, and several paths are
    parted by `|`, the most fitting first.

    Examples
    --------
    >>> class_of("医疗保健服务;综合医院;卫生院|医疗保健服务;诊所;诊所")
    'community_health_center'
    >>> class_of("医院路派出所"), class_of("爱宠动物医院"), class_of("医疗机构")
    ('police_post', 'veterinary', '')
    """
    plain = unicodedata.normalize("NFKC", text).strip()
    if plain.lower() in _KNOWN:
        return _KNOWN[plain.lower()]
    for path in plain.split("|"):
        for part in reversed(path.split(";")):
            code = _KNOWN.get(part.strip().lower()) or _class_of_part(part)
            if code:
                return code
    return ""


def _class_of_part(text: str) -> str:
    return next((code for code, pattern in _PATTERNS if pattern.search(text)), "")


def grade_of(text: str) -> str:
    """
    Return the grade of a hospital in its full form; '' if none is named.

    Examples
    --------
    >>> grade_of("医疗保健服务;综合医院;三级甲等医院"), grade_of("二甲"), grade_of("二级")
    ('三级甲等', '二级甲等', '二级')
    """
    found = _GRADE.search(text)
    if found:
        return f"{found[1]}级{found[2]}等"
    level = re.search(r"[一二三]级", text)
    return level[0] if level else ""


def classify(
    words: pd.Series, names: pd.Series, grades: pd.Series, *, findings: Findings
) -> pd.Series:
    """
    Class facilities: by the file's word, else by their name.

    Parameters
    ----------
    words
        What the file calls their kind, one text a row; empty where it says nothing.
    names, grades
        On the same index.
    findings
        Collects what was assumed.

    Returns
    -------
    category
        Codes on the index of `words`; a word that no rule knows stays as it is. Where word and name
        disagree the word counts, but no vet is ever a hospital.

    Examples
    --------
    >>> words = pd.Series(["综合医院", "", "专科医院"])
    >>> names = pd.Series(["甲市第一医院", "乙街社区卫生服务中心", "丙动物医院"])
    >>> grades = pd.Series(["三甲", "", ""])
    >>> classify(words, names, grades, findings=Findings()).tolist()
    ['tertiary_hospital', 'community_health_center', 'other']
    """
    by_word = read_each(words, class_of)
    unsaid = by_word == ""
    by_name = read_each(names.where(unsaid, ""), class_of)
    findings.add(CLASS_FROM_NAME, names[unsaid & (by_name != "")], column="category", after=by_name)
    category = by_word.where(~unsaid, by_name)
    nameless, unsaid_word = category == "", words == ""
    findings.add(CLASS_UNKNOWN, words[nameless & ~unsaid_word], column="category")
    findings.add(CLASS_MISSING, names[nameless & unsaid_word], column="category")
    category = category.where(~nameless, words.where(~unsaid_word, "other"))
    category = _by_grade(category, words, names, grades)
    return _against_names(category, names, findings)


def _by_grade(
    category: pd.Series, words: pd.Series, names: pd.Series, grades: pd.Series
) -> pd.Series:
    """Tell hospitals of the highest grade, and private ones, from the others."""
    hospital = category == "hospital"
    highest = hospital & (read_each(grades, grade_of) == "三级甲等")
    said = (words + " " + grades + " " + names).where(hospital, "")
    private = hospital & ~highest & said.str.contains(_PRIVATE)
    return category.mask(highest, "tertiary_hospital").mask(private, "private_hospital")


def _against_names(category: pd.Series, names: pd.Series, findings: Findings) -> pd.Series:
    """Note names that say otherwise than the class; a vet among hospitals is taken out."""
    medical = category.isin(MEDICAL)
    vets = medical & names.str.contains(_VET)
    findings.add(
        VET_AMONG_HOSPITALS, names[vets], column="category", after=category.mask(vets, "other")
    )
    centers = medical & ~vets & (category != "community_health_center")
    centers &= names.str.contains(_CENTER)
    findings.add(CLASS_AGAINST_NAME, names[centers], column="category", after=category)
    return category.mask(vets, "other")


def read_each(texts: pd.Series, reader: Callable[[str], str]) -> pd.Series:
    """
    Read each distinct text once.

    Examples
    --------
    >>> read_each(pd.Series(["二甲", "二甲"]), grade_of).tolist()
    ['二级甲等', '二级甲等']
    """
    read = {text: reader(text) for text in texts.unique()}
    return texts.map(read).astype(str)
