"""The spans of days over which a feature holds in one form: `valid_from` in, `valid_to` out."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from shapely.geometry.base import BaseGeometry

from data.store.column_types import to_json


@dataclass(frozen=True)
class Span:
    """A feature in one form, from a day on and until another."""

    feature_id: str
    attributes: Mapping[str, Any]
    """As JSON can hold them."""
    shape: BaseGeometry | None
    valid_from: date
    valid_to: date | None = None
    """The first day on which it no longer holds; None if it holds on."""
    version_id: int = 0

    def says_same(self, other: "Span") -> bool:
        """Tell whether another span gives the feature the same form."""
        if (self.shape is None) != (other.shape is None):
            return False
        same_shape = self.shape is None or self.shape.wkb == other.shape.wkb  # type: ignore[union-attr]  # neither is None
        return same_shape and to_json(self.attributes) == to_json(other.attributes)

    def holds_after(self, day: date) -> bool:
        """Tell whether it holds on this day or on a later one."""
        return self.valid_to is None or self.valid_to > max(day, self.valid_from)


def put_span(held: Sequence[Span], new: Span) -> tuple[list[Span], list[Span]]:
    """
    Let a feature have a new form from a day on.

    Parameters
    ----------
    held
        Its spans in the store.
    new
        The new span, which goes on.

    Returns
    -------
    closed, made
        Spans that the store no longer says, and those that it says instead; none if the feature
        has this form already.

    Examples
    --------
    >>> old = Span("C1", {"responsible": "甲队"}, None, date(2026, 1, 1))
    >>> new = Span("C1", {"responsible": "乙队"}, None, date(2026, 3, 1))
    >>> closed, made = put_span([old], new)
    >>> [(span.attributes["responsible"], str(span.valid_to)) for span in made]
    [('甲队', '2026-03-01'), ('乙队', 'None')]
    """
    reached = _reached(held, new.valid_from)
    if len(reached) == 1:
        held_on = reached[0].valid_to is None and reached[0].valid_from <= new.valid_from
        if held_on and reached[0].says_same(new):
            return [], []
    return reached, [*_before(reached, new.valid_from), new]


def end_spans(held: Sequence[Span], day: date) -> tuple[list[Span], list[Span]]:
    """
    Let a feature end before a day.

    A feature that would never have held stays known with a span of no day.

    Returns
    -------
    closed, made
        As `put_span` gives them.

    Examples
    --------
    >>> booth = Span("G1", {}, None, date(2026, 1, 1))
    >>> _, made = end_spans([booth], date(2026, 3, 1))
    >>> str(made[0].valid_to)
    '2026-03-01'
    >>> _, made = end_spans([booth], date(2025, 3, 1))
    >>> str(made[0].valid_to)
    '2026-01-01'
    """
    reached = _reached(held, day)
    if not any(span.holds_after(day) for span in reached):
        return [], []
    made = _before(reached, day)
    if not made and len(reached) == len(held):
        made = [replace(reached[0], valid_to=reached[0].valid_from)]
    return reached, made


def _reached(held: Sequence[Span], day: date) -> list[Span]:
    """List the spans that hold on a day or later, or begin then."""
    return [span for span in held if span.holds_after(day) or span.valid_from >= day]


def _before(spans: Sequence[Span], day: date) -> list[Span]:
    """Return what is left of spans before a day."""
    return [replace(span, valid_to=day) for span in spans if span.valid_from < day]
