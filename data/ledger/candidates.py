"""A place that a text may mean, and how surely."""

from typing import NamedTuple

from data.ledger.address_words import is_vague, read_offset
from data.ledger.mentions import Mention

PRECISIONS = ("gate", "door", "segment", "community")
SEGMENT_OFFSET_M = 50.0
"""Further than this from a named place, a distance said is only good for the segment."""
PART_OF_LONGER = 0.6
"""Factor on the score where the name may be part of a longer one."""
_TAIL = 16


class Candidate(NamedTuple):
    """A place a text may mean; `x` and `y` in metres."""

    score: float
    kind: str
    label: str
    x: float
    y: float
    precision: str

    def lowered(self) -> "Candidate":
        """Return it one class less precise, at the most a segment's."""
        at = min(PRECISIONS.index(self.precision) + 1, PRECISIONS.index("segment"))
        return self._replace(precision=PRECISIONS[max(at, PRECISIONS.index(self.precision))])

    def moved(self, words: str) -> "Candidate":
        """
        Return it where the words after its name say: 以东50米, or less precise for 附近.

        Examples
        --------
        >>> gate = Candidate(100, "gate", "某医院北门", 0, 0, "gate")
        >>> gate.moved("以东50米")[3:], gate.moved("附近")[3:], gate.moved("口")[3:]
        ((50.0, 0.0, 'door'), (0, 0, 'door'), (0, 0, 'gate'))
        """
        offset = read_offset(words)
        if offset is None:
            return self.lowered() if is_vague(words) else self
        at = self._replace(x=self.x + offset.east_m, y=self.y + offset.north_m).lowered()
        return at if offset.known_side and offset.metres <= SEGMENT_OFFSET_M else at.lowered()


def tail_of(text: str, mentions: list[Mention], position: int) -> str:
    """Return what is said right after a mention: up to the next one, or a comma."""
    end = mentions[position].end
    after = mentions[position + 1].start if position + 1 < len(mentions) else len(text)
    return text[end : min(after, end + _TAIL)].partition(",")[0]


def is_aside(text: str, start: int, *, brackets: bool = True) -> bool:
    """
    Tell whether a name at a position only helps to find another: after 近, or in brackets.

    Examples
    --------
    >>> text = "建设路12号(近新华道)"
    >>> is_aside(text, 8), is_aside(text, 0), is_aside("(新华道)", 1)
    (True, False, False)
    """
    before = text[:start]
    opened = before.rfind("(")
    inside = brackets and opened > max(before.rfind(")"), 0)
    return inside or before.endswith(("近", "邻", "临"))
