"""Accounts, e-mail addresses and numbers of papers in free text."""

import re

from data.errors import N_
from data.ledger.findings import Rule
from data.ledger.harmless_numbers import HOTLINE, MOMENT
from data.ledger.marks import Mark

ACCOUNT = Rule(
    "account_masked", N_("{n} texts held a WeChat, QQ or other account; it was masked."), "dropped"
)
EMAIL = Rule("email_masked", N_("{n} texts held an e-mail address; it was masked."), "dropped")
PAPER = Rule(
    "paper_masked",
    N_("{n} texts held the number of a passport, permit or card; it was masked."),
    "dropped",
)

_HAN_SERVICES = (
    r"微\s?信|威信|薇信|徽信|[Vv]\s?信|微博|抖音|快手|支付宝|小红书|陌陌|闲鱼|[账帐]号|加[微vV]"
)
_LATIN_SERVICES = "(?i:vx|wx|we ?chat|weixin|telegram|tg|whatsapp|skype)"
_SERVICES = rf"{_HAN_SERVICES}|(?<![A-Za-z]){_LATIN_SERVICES}"
_QQ = "扣扣|企鹅|(?<![A-Za-z])(?i:qq)"
_GATE = rf"{_HAN_SERVICES}|微\p{{Z}}信|[Vv]\p{{Z}}信|{_LATIN_SERVICES}|扣扣|企鹅|(?i:qq)"
_LINK = r"(?:号码?|群号?|群|(?i:id)|[账帐]号)?[\s:：,，是为叫加搜=\-(（\"“]{0,4}(?:同号)?[\s:：]?"
_NICKNAMES = "(?:微信|抖音|快手|(?i:qq))(?:名|昵称)|昵称|网名"
_PAPERS = (
    "护照|通行证|台胞证|回乡证|[军警]官证|士兵证|驾驶证|驾照|行驶证|居住证|社保卡?|医保卡|就诊卡|病历"
    "|住院|学生证|残疾证|证件|身份证|卡号|(?i:passport|permit|licen[cs]e)"
)
_NO_MOMENT = rf"(?!(?:{MOMENT})(?!\d))(?!(?:19|20)\d\d年)"

ACCOUNTS_WORDS = (
    r"@|#|at|信|微博|抖音|快手|支付宝|小红书|陌陌|闲鱼|[账帐]号|加[微vV]|扣扣|企鹅|昵称|网名"
    r"|(?i:vx|wx|we ?chat|qq|telegram|tg|whatsapp|skype)|t\.me|[证照卡历]|社保|住院"
    r"|(?i:pass|permit|licen)|[0-9]{7}"
)
"""One of these stands in every text with an account, an address or a paper; in RE2's syntax."""

_EMAIL = (
    r"(?<![A-Za-z0-9._%+\-])[A-Za-z0-9._%+\-]++\s?(?:@|[\[(（]at[\])）]|#)\s?"
    r"(?:[A-Za-z0-9\-]{1,63}\s?[.。]\s?){1,4}(?:[A-Za-z]{2,10})(?![A-Za-z])"
)
_ADDRESSES = r"(?:u\.wechat\.com|qm\.qq\.com|weixin://|t\.me)[!-~]*|(?i:wxid_)[A-Za-z0-9_\-]+"
_NAMED = rf"(?:{_NICKNAMES})[\s:：是为叫“\"]{{0,3}}(?P<secret>[^\s,，。;；、:：()（）”\"*]{{1,16}})"
_AFTER_SERVICE = (
    rf"(?:(?:{_SERVICES}){_LINK}(?!{HOTLINE}(?![A-Za-z0-9]))|(?:{_QQ}){_LINK}){_NO_MOMENT}"
    r"(?P<secret>(?=[A-Za-z0-9_.\-]*[A-Za-z]|\d{5})[A-Za-z0-9][A-Za-z0-9_.\-]{3,}(?<![.\-]))"
)
_BEFORE_SERVICE = (
    r"(?<![A-Za-z0-9_\-])(?P<secret>[A-Za-z][A-Za-z0-9_\-]{4,19})"
    r"(?=\s?[(（]?\s?(?:微信|[Vv]信|(?i:vx|wx|qq))号?[\s)）,，。]|\s?[(（]?\s?微信号?$)"
)
_AFTER_PAPER = (
    rf"(?:{_PAPERS})(?:号码?|编号|(?i:no)\.?|(?i:number))?[\s:：为是#]{{0,3}}(?!{HOTLINE}(?!\d)){_NO_MOMENT}"
    r"(?P<secret>(?=(?:[A-Za-z()（）*×●•\-]*\d){4})[A-Za-z0-9][A-Za-z0-9*×●•\-()（）]{4,}(?<![\-(（]))"
)
_PASSPORT = r"(?<![A-Za-z0-9])(?<!准字)[EGDSPHMC][A-Z]?\d{7,10}(?![A-Za-z0-9])"

ACCOUNTS = (
    Mark(re.compile(_EMAIL), EMAIL, r"@|#|[\[(（]at[\])）]"),
    Mark(re.compile(_ADDRESSES), ACCOUNT, r"wechat\.com|qm\.qq\.com|weixin://|t\.me|(?i:wxid_)"),
    Mark(re.compile(_NAMED), ACCOUNT, _NICKNAMES),
    Mark(re.compile(_AFTER_SERVICE), ACCOUNT, _GATE),
    Mark(
        re.compile(_BEFORE_SERVICE),
        ACCOUNT,
        r"[A-Za-z0-9_\-]{5}[^\p{L}\p{N}]{0,3}(?:微信|(?i:v信|vx|wx|qq))",
    ),
    Mark(re.compile(_AFTER_PAPER), PAPER, _PAPERS),
    Mark(re.compile(_PASSPORT), PAPER, "[EGDSPHMC][A-Z]?[0-9]{7}"),
)
