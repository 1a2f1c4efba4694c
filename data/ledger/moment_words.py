"""The words, signs and numbers in which people write moments, as patterns."""

import re

from data.ledger.chinese_numerals import NUMERALS
from data.ledger.day_periods import HOURS

RELATIVE = {
    **dict.fromkeys(("今天", "今日", "当天", "当日", "本日", "同日", "今", "当"), 0),
    **dict.fromkeys(("昨天", "昨日", "昨"), -1),
    **dict.fromkeys(("前天", "前日", "前"), -2),
    "大前天": -3,
}
"""Word -> days from the day of the report."""
MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
LAST_MONTH, LAST_DAY, LAST_HOUR = 12, 31, 24

_MONTH = "|".join(MONTHS)
_WORDS = "|".join(sorted(HOURS, key=len, reverse=True))
TOKEN = re.compile(
    rf"""(?P<year_date>(?P<y>\d{{4}}|\d{{2}})年(?P<ym>\d{{1,2}})月(?P<yd>\d{{1,2}})[日号]?)
    |(?P<signed_date>(?<!\d)(?P<a>\d{{1,4}})(?P<sign>[-/.])(?P<b>\d{{1,2}})(?P=sign)(?P<c>\d{{1,4}})
        (?!\d))
    |(?P<short_date>(?<!\d)(?P<m>\d{{1,2}})月(?P<d>\d{{1,2}})[日号]?)
    |(?P<day_month>(?<!\d)(?P<nd>\d{{1,2}})(?:st|nd|rd|th)?[\s.-]*(?P<nm>{_MONTH})[a-z]*
        (?:[\s.,-]*(?P<ny>\d{{4}}|\d{{2}}(?![\d:])))?)
    |(?P<month_day>(?P<om>{_MONTH})[a-z]*[\s.]*(?P<od>\d{{1,2}})(?!\d)(?:st|nd|rd|th)?
        (?:[\s,]+(?P<oy>\d{{4}}))?)
    |(?P<only_day>(?<!\d)(?P<dd>\d{{1,2}})[日号])
    |(?P<colon_clock>(?<!\d)(?P<h>\d{{1,2}}):(?P<mi>\d{{2}})(?::(?P<s>\d{{2}}(?:\.\d{{1,9}})?))?(?!\d))
    |(?P<point_clock>(?<!\d)(?P<ph>\d{{1,2}})[点时]钟?
        (?:(?P<half>半)|(?P<quarter>[13])刻|整|(?P<pm>\d{{1,2}})(?:分(?:(?P<ps>\d{{1,2}})秒)?|(?!\d)))?)
    |(?P<relative>大前天|[今昨前当本同][天日]|[今昨](?=[早晨上中下午晚夜凌清深])|[前当](?=[晚夜]))
    |(?P<half_day>(?<![a-z])[ap]\.?\s?m(?![a-z])\.?)
    |(?P<word>{_WORDS})
    |(?P<about>大约|大概|约|左右|许|多|前后|上下|余|about|around)
    |(?P<habit>每[天日周晚早]|天天|经常|长期|近期|近日|最近|多次|时常|平时|工作日|周末|不定时|一直|连日)
    |(?P<weekday>(?:星期|周|礼拜)[一二三四五六日天]|(?:mon|tue|wed|thu|fri|sat|sun)[a-z]*)
    |(?P<until>至|到|~+|[—–―‐−]+|-+)
    |(?P<number>\d+(?:\.\d+)?)
    |(?P<rest>\D)""",
    re.VERBOSE,
)
COMPACT = re.compile(
    r"^((?:19|20)\d\d)(\d\d)(\d\d)(?=[\st_]|$|\d{4,6}$)[\st_]*(?:(\d\d)(\d\d)(\d\d)?$)?"
)
LEADING = re.compile(r"^(\d{1,2})([./-])(\d{1,2})(?=$|\s|[上下早晚中凌傍夜午清晨])")
NUMERAL = re.compile(rf"[{NUMERALS}]+(?=[年月日号点时分刻])")
CHINESE_DATE = re.compile(r"\d\s*[年月日号]")
STREET = re.compile(r"[路道街巷弄里村院园]\d")
"""Before a number that is a house's and no day's."""
WIDE = re.compile("[０-９：／．－]")
