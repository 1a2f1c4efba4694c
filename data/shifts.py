"""Shifts: which hours of the day belong to them, and when their teams are out."""

from dataclasses import dataclass

MINUTES_PER_DAY = 24 * 60


@dataclass(frozen=True)
class Shift:
    """A part of the day with its own risk layer, street network and patrol windows.

    Examples
    --------
    >>> night = Shift("night", 18 * 60, 6 * 60, patrol=((18 * 60 + 30, 21 * 60 + 30),), dark=True)
    >>> night.spans
    ((0, 360), (1080, 1440))
    >>> night.ends_min, night.patrol_min
    (1800, 180)
    """

    code: str
    """`day`, `night`, another code of the area, or `all` where no hour of day is known."""
    from_min: int
    """First minute after midnight whose incidents belong to the shift."""
    to_min: int
    """Minute after midnight at which they no longer do; not after `from_min` if past midnight."""
    patrol: tuple[tuple[int, int], ...]
    """Patrol windows in rising order, between them a break: minutes after midnight of the plan's
    date, on which the shift begins. Those of a night that lie after midnight are above 1440."""
    dark: bool = False
    """Whether teams walk the night network: closed gates shut, unlit ways slower."""

    @property
    def spans(self) -> tuple[tuple[int, int], ...]:
        """Minutes of the day that belong to the shift, as half-open spans in rising order."""
        if self.to_min > self.from_min:
            return ((self.from_min, self.to_min),)
        late = ((self.from_min, MINUTES_PER_DAY),)
        return ((0, self.to_min), *late) if self.to_min else late

    @property
    def ends_min(self) -> int:
        """Minutes from midnight of the plan's date to the end; above 1440 if past midnight."""
        return self.to_min + (MINUTES_PER_DAY if self.to_min <= self.from_min else 0)

    @property
    def patrol_min(self) -> int:
        """Minutes on duty in all patrol windows."""
        return sum(end - start for start, end in self.patrol)


def undivided(shift: Shift) -> Shift:
    """Return the one shift `all` of an area without hours of day, patrolled when `shift` is.

    Examples
    --------
    >>> undivided(Shift("day", 360, 1080, patrol=((480, 690),))).spans
    ((0, 1440),)
    """
    return Shift("all", 0, MINUTES_PER_DAY, shift.patrol, dark=shift.dark)
