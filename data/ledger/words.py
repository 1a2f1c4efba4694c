"""Words for what, whence, outcome and exactness -> codes; what is not known stays as it is."""

from collections.abc import Mapping
from types import MappingProxyType

import numpy as np
import pandas as pd

from data.columns import CODES
from data.errors import N_
from data.ledger.blank_words import without_blanks
from data.ledger.findings import Findings, Rule
from data.ledger.records import GEO_PRECISIONS

CONTAINED: Mapping[str, Mapping[str, str]] = MappingProxyType(
    {
        "source": MappingProxyType(
            {
                "order_12345": r"(?<!\d)12345(?!\d)|8890|便民热线|政务服务热线|市长热线|市民热线",
                "call_110": r"(?<!\d)110(?!\d)|接处?警|警情|报警|指挥中心",
                "handover": r"移交|移送|转办|交办|转来",
                "grid": r"网格|津治通|网络(?:化|员)",  # 网络化 is written for 网格化
                "tip": r"举报|投诉|12315|信访|来信|来访|来电|反映|群众|市民",
                "patrol_find": r"巡查|巡逻|巡检|检查|暗访|自查|发现",
                "online": r"网络|网上|互联网|网站|微信|微博|舆情|抖音|贴吧",
            }
        ),
        "type": MappingProxyType(
            {
                "storage_den": r"窝点|储存|囤积|囤药|仓库|周转点|存放点",
                "pharmacy_violation": r"药店|药房|大药|零售企业",
                "courier": r"快递|寄递|邮寄|寄药|物流|包裹|收寄",
                "online": r"网络|网上|互联网|网站|微信|朋友圈|qq群|闲鱼|贴吧|直播|抖音",
                "leafleting": r"[散派分]发|发放|[发塞]小?广告|[发塞](?:卡片|名片|传单)",
                "posting": r"张贴|粘贴|喷涂|喷绘|喷刷|涂写|贴小?广告|牛皮癣",
                "street_soliciting": r"站街|[设举立摆]牌|挂牌收|揽客|招揽|拉客|吆喝|路边收药",
                "gathering_spot": r"聚集|扎堆|交易|收售|买卖|倒卖|贩卖|药贩|收药|收购|回收药",
            }
        ),
        "outcome": MappingProxyType(
            {
                "unfounded": r"不属实|不实|查无实据|不成立|虚假",
                "not_found": r"未发现|没有发现|没发现|未见|无此|未查到|已离开|无异常",
                "referred": r"移送|移交|转交|立案|刑拘",
                "penalised": r"处罚|罚款|罚没|没收|拘留|警告",
                "shut_down": r"取缔|清理|清除|捣毁|查封|收缴|查获|铲除",
                "moved_on": r"劝离|劝阻|劝散|劝导|驱离|驱散|批评|教育",
            }
        ),
        "geo_precision": MappingProxyType(
            {
                "gate": r"门口|门前|大门|出入口|gate",
                "door": r"门牌|楼栋|楼号|door|address",
                "segment": r"路段|道路|路口|沿街|segment|street",
                "community": r"社区|小区|网格|街道|community",
            }
        ),
    }
)
"""Column -> code -> what a word that means it contains; the first code that fits is taken."""
UNSAID = frozenset({"", "小广告"})
"""Types that leave open which type it is; the record's text may say it."""
_VAGUE = (
    r"(?:已|正在|正|在)?(?:经|全部)?"
    r"(?:处理|处置|办理|办结|解决|完成|整改|回复|答复|受理|结案|反馈|转派|核实|跟进)"
    r"(?:完毕|完成|完|结束|中|了)?|正常"
)
"""Outcomes that say that something was done, and not what."""
_DENIED = (
    r"(?:未(?:发现|见|有|查|收)|没有|没见|没发现|并无|无(?:此|人)|不是|并非)[^,。;!?，；！？]*"
)
_SIGNS = r"[\W_]+"

WORD_CONTAINED = Rule(
    "word_contained", N_("{n} words were understood by a part of them."), "repaired"
)
WORD_KEPT = Rule(
    "word_kept",
    N_("{n} words are the office's own and are kept as they are."),
    "noted",
    N_("Use the words of the list if they mean the same."),
)
TYPE_FROM_SUMMARY = Rule(
    "type_from_summary",
    N_("{n} records without a type have one that their text names."),
    "assumed",
    N_("Check the type where it matters."),
)
OUTCOME_VAGUE = Rule(
    "outcome_vague",
    N_("{n} outcomes say that it was dealt with, not how; the outcome stays open."),
    "noted",
)
GEO_PRECISION_UNKNOWN = Rule(
    "geo_precision_unknown",
    N_("{n} words for the exactness of a place are not known."),
    "dropped",
)

OUTCOMES: Mapping[str, str] = MappingProxyType(
    {
        "取缔": "shut_down",
        "劝离": "moved_on",
        "处罚": "penalised",
        "移送": "referred",
        "未发现": "not_found",
        "不属实": "unfounded",
    }
)
"""Word of the list -> code."""
_PLACES = frozenset({"address", "place_note", "near_facility", "lon", "lonlat"})
_EMPTY = {"source": "unknown", "type": "other", "outcome": "", "geo_precision": "unknown"}


def read_words(table: pd.DataFrame, *, findings: Findings) -> pd.DataFrame:
    """
    Turn the words of a ledger into codes.

    A word is first looked up in the list, then searched for the parts that give it away: 站街收药
    is street soliciting. An empty type is taken from the text of the record; what that text denies
    does not count. 小广告 alone is neither leafleting nor posting unless the text says which.

    Parameters
    ----------
    table
        Texts under our names; `source`, `type`, `outcome`, `geo_precision` and `summary` are read
        where they are.
    findings
        Counts what was done.

    Returns
    -------
    codes
        `source`, `type`, `outcome` and `geo_precision` on the index of `table`.

    Examples
    --------
    >>> table = pd.DataFrame({"type": ["站街收药", "小广告"], "summary": ["", "北门张贴小广告"]})
    >>> codes = read_words(table, findings=Findings())
    >>> codes["type"].tolist(), codes["source"].tolist()
    (['street_soliciting', 'posting'], ['unknown', 'unknown'])
    """
    codes = {
        name: _read_column(_column(table, name), name, findings)
        for name in ("source", "type", "outcome", "geo_precision")
    }
    silent = table[_column(table, "type").isin(UNSAID)]
    told = _column(silent, "summary")
    said = told.str.replace(_DENIED, "", regex=True)
    # who gives a WeChat id in the street stands in the street
    guessed = _contained(said, "type")
    street = (guessed == "online") & _in_street(silent)
    guessed = guessed.mask(street, _contained(said[street], "type", without="online"))
    guessed = guessed[guessed != ""]
    findings.add(TYPE_FROM_SUMMARY, told[guessed.index], column="type", after=guessed)
    codes["type"] = codes["type"].mask(codes["type"].index.isin(guessed.index), guessed)
    return pd.DataFrame(codes, index=table.index)


def _column(table: pd.DataFrame, name: str) -> pd.Series:
    """Pick a column of texts, empty where the table has none."""
    if name not in table:
        return pd.Series("", table.index, dtype=str)
    listed = _listed(name) if name in CONTAINED else {}
    codes, words = pd.factorize(table[name])  # a million cells hold some dozen words
    each = pd.Series(words, dtype=str)
    plain = each.where(each.isin(listed), without_blanks(each))
    return pd.Series(plain.array.take(codes), table.index, dtype=str)


def _read_column(words: pd.Series, column: str, findings: Findings) -> pd.Series:
    """Turn the words of one column into codes."""
    if (words == "").all():
        return pd.Series(_EMPTY[column], words.index, dtype=str)
    each = pd.Series(words.unique(), dtype=str)
    listed = each.map(_listed(column))
    found = _contained(each, column).where(listed.isna(), "")
    vague = each.str.replace(_SIGNS, "", regex=True).str.fullmatch(_VAGUE) & (column == "outcome")
    vague &= listed.isna() & (found == "")
    own = listed.isna() & (found == "") & ~vague
    unknown = own & (column == "geo_precision")
    codes = listed.fillna(found.where(found != "", each)).mask(vague, "").mask(unknown, "unknown")
    codes = words.map(dict(zip(each, codes, strict=True))).astype(str)
    for rule, words_of_rule in (
        (WORD_CONTAINED, each[found != ""]),
        (GEO_PRECISION_UNKNOWN, each[unknown]),
        (WORD_KEPT, each[own & ~unknown]),
    ):
        made = None if rule is WORD_KEPT else codes
        findings.add(rule, words[words.isin(words_of_rule)], column=column, after=made)
    findings.note(OUTCOME_VAGUE, int(words.isin(each[vague]).sum()))  # no fault of any row
    return codes


def _listed(column: str) -> dict[str, str]:
    """Return the words of the list, and the codes themselves, each with its code."""
    words = OUTCOMES if column == "outcome" else CODES[column]
    codes = GEO_PRECISIONS if column == "geo_precision" else words.values()
    return {**{code: code for code in codes}, **words, "": _EMPTY[column]}


def _in_street(table: pd.DataFrame) -> pd.Series:
    """Tell which records name a place in the street, or give its coordinates."""
    found = pd.Series(data=False, index=table.index)
    for name in _PLACES & set(table.columns):
        words = _column(table, name)
        found |= (words != "") & ~_contained(words, "type").eq("online")
    return found


def _contained(texts: pd.Series, column: str, *, without: str = "") -> pd.Series:
    """Return the first code of which each text contains a part, or nothing; one may be barred."""
    plain = texts.str.normalize("NFKC").str.lower()
    codes = {code: parts for code, parts in CONTAINED[column].items() if code != without}
    fits = [plain.str.contains(parts, regex=True).to_numpy(dtype=bool) for parts in codes.values()]
    return pd.Series(np.select(fits, list(codes), ""), texts.index, dtype=str)
