"""Chinese numerals in a text -> digits."""

import re

_VALUE = {sign: n for n, sign in enumerate("零一二三四五六七八九")} | {"〇": 0, "两": 2}
NUMERALS = "零〇一二两三四五六七八九十百"
_RUN = re.compile(f"[{NUMERALS}]+")
_POSITIONS = {"十": 10, "百": 100}


def to_digits(text: str) -> str:
    """
    Write the Chinese numerals below a thousand in a text as digits.

    Examples
    --------
    >>> to_digits("二〇一八年十二月三十一日"), to_digits("十余人"), to_digits("一百零五盒")
    ('2018年12月31日', '10余人', '105盒')
    """
    return _RUN.sub(lambda run: str(_value(run[0])), text)


def _value(run: str) -> str:
    """Return the number that a run of numerals stands for; without 十 or 百, digit by digit."""
    if not any(sign in _POSITIONS for sign in run):
        return "".join(str(_VALUE[sign]) for sign in run)
    total, digit = 0, None
    for sign in run:
        if sign in _POSITIONS:
            total += (1 if digit is None else digit) * _POSITIONS[sign]
            digit = None
        else:
            digit = _VALUE[sign]
    return str(total + (digit or 0))
