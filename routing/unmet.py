"""What cannot be met: each lack with its reason and its remedy."""

from collections.abc import Iterable
from typing import NamedTuple

import pandas as pd

from data.errors import N_, Message

SHIFT_NAMES = {
    "day": N_("day shift"),
    "night": N_("night shift"),
    "all": N_("undivided shift"),
}


class Unmet(NamedTuple):
    """One thing that was asked for and is not done, or a risk that the plan leaves open."""

    what: Message
    reason: Message
    remedy: Message


def shift_name(code: str) -> Message:
    """Name a shift in words that the catalogue can translate; other codes stay as they are.

    Examples
    --------
    >>> str(shift_name("day")), str(shift_name("evening"))
    ('day shift', 'evening')
    """
    return Message(SHIFT_NAMES[code]) if code in SHIFT_NAMES else Message.of("{code}", code=code)


def join_messages(messages: Iterable[Message]) -> Message:
    """Chain sentences into one message, so that each is still translated by itself.

    Examples
    --------
    >>> str(join_messages([Message("Too far."), Message("No team.")]))
    'Too far. No team.'
    """
    first, *others = messages
    for other in others:
        first = Message.of("{first} {second}", first=first, second=other)
    return first


def unmet_frame(rows: Iterable[Unmet]) -> pd.DataFrame:
    """Collect rows, each once, in the order of their first mention.

    Examples
    --------
    >>> row = Unmet(Message("Gate A"), Message("closed"), Message("open it"))
    >>> len(unmet_frame([row, row]))
    1
    """
    return pd.DataFrame(list(dict.fromkeys(rows)), columns=list(Unmet._fields), dtype=object)
