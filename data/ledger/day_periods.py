"""Words for parts of the day: the hours they stand for, and what they make of a clock's hour."""

from collections.abc import Mapping
from types import MappingProxyType

HOURS: Mapping[str, tuple[int, int]] = MappingProxyType(
    {
        "凌晨": (0, 6),
        **dict.fromkeys(("清晨", "清早", "晨", "dawn"), (5, 8)),
        **dict.fromkeys(("早上", "早晨", "早间", "一早", "早"), (6, 9)),
        "上午": (8, 12),
        "morning": (6, 12),
        **dict.fromkeys(("中午", "正午", "午间", "noon"), (11, 14)),
        **dict.fromkeys(("下午", "午后", "afternoon"), (13, 18)),
        "傍晚": (17, 20),
        **dict.fromkeys(("晚上", "晚间", "夜晚", "晚", "evening"), (18, 24)),
        **dict.fromkeys(("夜间", "夜里", "夜", "night"), (20, 30)),
        **dict.fromkeys(("深夜", "半夜", "午夜", "midnight"), (22, 28)),
        "白天": (6, 18),
        "am": (0, 12),
        "pm": (12, 24),
    }
)
"""Word -> from and to, in hours after midnight; more than 24 is the next morning."""

NOON = 12
_AFTERNOON = frozenset({"下午", "午后", "傍晚", "pm", "afternoon"})
_NOONTIME = frozenset({"中午", "正午", "午间", "noon"})
NIGHT = frozenset(
    {"晚上", "晚间", "夜晚", "晚", "夜间", "夜里", "夜", "深夜", "半夜", "午夜", "evening", "night"}
)
_AFTER_MIDNIGHT = frozenset({"凌晨", "am"})
_LATEST_NOONTIME = 3
_EARLIEST_EVENING = 5


def day_hour(word: str, hour: int) -> int:
    """
    Tell which hour of the day is meant by an hour and a word for the part of the day.

    Parameters
    ----------
    word
        Of `HOURS`, or empty.
    hour
        As written, 0 to 24; what is 13 and more is a clock of 24 hours whatever the word says.

    Returns
    -------
    hour
        24 is the midnight at the end of the day.

    Examples
    --------
    >>> day_hour("下午", 3), day_hour("晚上", 9), day_hour("上午", 8), day_hour("中午", 1)
    (15, 21, 8, 13)
    >>> day_hour("am", 12), day_hour("pm", 12), day_hour("晚上", 12), day_hour("夜里", 2)
    (0, 12, 24, 2)
    """
    if hour > NOON:
        return hour
    if word in _AFTER_MIDNIGHT:
        return hour % NOON
    later = (
        word in _AFTERNOON
        or (word in _NOONTIME and hour < _LATEST_NOONTIME)
        or (word in NIGHT and hour >= _EARLIEST_EVENING)
    )
    at_noon = hour == NOON and word not in NIGHT
    return hour + NOON if later and not at_noon else hour
