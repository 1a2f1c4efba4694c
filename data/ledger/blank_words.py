"""Words that stand in a cell for nothing."""

import pandas as pd

BLANK_WORDS = frozenset(
    {
        *("", "-", "--", "---", "—", "——", "/", "//", "\\", ".", "*", "?", "略", "<na>"),
        *("#n/a", "#value!", "#ref!", "n/a", "na", "nan", "nil", "none", "null", "nat", "nd"),
        *("undefined", "unknown", "无", "无记录", "无数据", "没有", "空", "空白", "暂无", "未知"),
        *(
            "不详",
            "不明",
            "不清",
            "不清楚",
            "不清晰",
            "未填",
            "未填写",
            "未说明",
            "未提供",
            "记不清",
        ),
        *("待定", "待查", "待补", "待核实"),
    }
)
"""In small letters and narrow signs."""
_LONGEST = max(map(len, BLANK_WORDS))


def is_blank(text: str) -> bool:
    """
    Tell whether a text, already in small letters and narrow signs, says nothing.

    Examples
    --------
    >>> is_blank("不详"), is_blank("null"), is_blank("无名路")
    (True, True, False)
    """
    return text in BLANK_WORDS


def without_blanks(texts: pd.Series) -> pd.Series:
    """
    Empty the cells that say nothing.

    Examples
    --------
    >>> without_blanks(pd.Series(["不详", "NULL", "3人"])).tolist()
    ['', '', '3人']
    """
    short = texts[(texts.str.len() <= _LONGEST).to_numpy(dtype=bool)]
    blank = short[short.str.lower().isin(BLANK_WORDS) & (short != "")]
    return texts if blank.empty else texts.where(~texts.index.isin(blank.index), "")
