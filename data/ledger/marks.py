"""Patterns of private text, and the covering of what they find."""

import re
import unicodedata
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from data.ledger.findings import Rule

HIDDEN = "\ue000"
"""Stands for a sign that is to be masked; of the private area, so that no pattern fits it."""
KEPT = "\ue001"
"""Stands for a sign that was looked at and is to stay."""
MASK = "***"

_COVERED = re.compile(f"{HIDDEN}+")
_SIGNS = frozenset("@*._-+#=")


Hit = Callable[[re.Match[str]], bool]


def always(_: re.Match[str]) -> bool:
    """Take every find."""
    return True


@dataclass(frozen=True)
class Mark:
    """A pattern and what becomes of its finds: counted under a rule and hidden, or kept."""

    pattern: re.Pattern[str]
    """Where it has a group `secret`, that group is covered, else the whole find."""
    rule: Rule | None
    """None: the find is kept from the marks that follow."""
    gate: str
    """Only a text that this finds, in the syntax of RE2, can hold what the pattern finds; empty
    where the pattern looks for `HIDDEN`."""
    is_hit: Hit = always
    retry: bool = False
    """Whether a find that is no hit may cover the beginning of one; finds must be short then."""
    is_long: bool = False
    """Whether it finds numbers of seven and more digits only, and none in a usual day or time."""


class _Fold(dict[int, str]):
    """The plain sign for each full-width, raised, ringed or foreign digit and letter."""

    def __missing__(self, code: int) -> str:
        sign = chr(code)
        digit = unicodedata.digit(sign, None)
        plain = unicodedata.normalize("NFKC", sign) if digit is None else str(digit)
        is_plain = len(plain) == 1 and plain.isascii() and (plain.isalnum() or plain in _SIGNS)
        self[code] = plain if is_plain else "\ufffd" if sign in {HIDDEN, KEPT} else sign
        return self[code]


_FOLD = _Fold()


def fold(text: str) -> str:
    """
    Write every kind of digit and letter plainly; signs keep their places, so spans stay valid.

    Examples
    --------
    >>> fold("１３８①②③④，ａｂｃ＠")
    '1381234，abc@'
    """
    return text if text.isascii() else text.translate(_FOLD)


def cover(text: str, mark: Mark) -> str:
    r"""
    Put `HIDDEN` or `KEPT` in place of what a mark finds, sign by sign.

    Examples
    --------
    >>> room = Mark(re.compile(r"\d+(?P<secret>室)"), None, "室")
    >>> cover("3号501室", room) == "3号501" + KEPT
    True
    """
    if mark.pattern.search(text) is None:  # most: asked before anything is made ready
        return text
    filler = KEPT if mark.rule is None else HIDDEN
    parts, end = [], 0
    for first, last in hits(mark, text):
        parts += [text[end:first], filler * (last - first)]
        end = last
    return "".join((*parts, text[end:])) if parts else text


def hits(mark: Mark, text: str) -> Iterator[tuple[int, int]]:
    """Yield the spans of a text that a mark covers, from the first to the last."""
    group = "secret" if "secret" in mark.pattern.groupindex else 0
    found = mark.pattern.search(text)
    while found is not None:
        hit = mark.is_hit(found)
        if hit:
            yield found.span(group)
        start = found.start() + 1 if mark.retry and not hit else max(found.end(), found.start() + 1)
        found = mark.pattern.search(text, start)


def uncover(text: str, covered: str) -> str:
    """
    Write the mask in place of what is hidden.

    Examples
    --------
    >>> uncover("打26211234找人", "打" + 8 * HIDDEN + "找人")
    '打***找人'
    """
    parts, end = [], 0
    for hidden in _COVERED.finditer(covered):
        parts += [text[end : hidden.start()], MASK]
        end = hidden.end()
    return "".join((*parts, text[end:]))
