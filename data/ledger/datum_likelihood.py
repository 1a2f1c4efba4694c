"""How much more likely distances are under a system than if the file were shifted anyhow."""

from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray
from scipy.special import erf, logsumexp

from data.china_shift import Array

EDGES_M = np.array([10, 20, 35, 60, 100, 160, 250, 400, 650, 1000.0])
"""Distances to lines and points are counted in eleven classes,"""
POLYGON_EDGES_M = np.array([30, 100, 250, 650.0])
"""those to polygons in five; the first is inside or at the edge."""
POLYGON_SHARES = np.array([[0.95, 0.03, 0.01, 0.005, 0.005]])
"""of the points that keep to the rule."""
SMOOTH = 20.0
"""Points of a plain background that are added to the drawn one, so that no class is empty."""
PLAIN_M = 1500.0
"""Over which the plain background is even: of distances to lines, or of area around points."""
SECOND_SHARES = (0.3, 0.5, 0.7)
"""Of the points, in a second system, that come into question."""
MOST_COUNTED = 40
"""Points depend on each other: more than this many tell no more."""


@dataclass(frozen=True)
class Kind:
    """A kind of evidence: how far points lie from what they name, and how many of them do."""

    code: str
    spreads_m: tuple[float, ...]
    """Scales that come into question, all alike; none for polygons."""
    shares: tuple[float, ...]
    """Shares of the points that keep to the rule, all alike; the others lie anywhere."""
    typical_m: float
    """A median up to here is no surprise if the system is right."""
    reach_m: float
    """A point that is farther than this under every system names something else."""
    cell_m: float
    """Points nearer to each other than this count once."""
    to: str
    """`line`, `point` or `polygon`."""


MOST_KEEP = (0.5, 0.65, 0.8, 0.9, 0.97)
NAMED_STREET = Kind("named_street", (15, 40, 80), MOST_KEEP, 120, 1000, 20, "line")
ANY_KEEP = (0.05, 0.25, 0.5, 0.75, 0.95)
STREET = Kind("street", (6, 15, 30), ANY_KEEP, 25, 1000, 20, "line")
FACILITY = Kind("facility", (15, 50, 120), MOST_KEEP, 130, 1000, 10, "point")
COMMUNITY = Kind("community", (), MOST_KEEP, 30, 1500, 60, "polygon")
BOUNDARY = Kind("boundary", (), ANY_KEEP, 30, 1500, 100, "polygon")
MEMBER = Kind("member", (), MOST_KEEP, 30, 3000, 10, "polygon")
EDGE = Kind("edge", (30, 80), MOST_KEEP, 100, 3000, 10, "line")
OUTLINE = Kind("outline", (10, 40, 100), MOST_KEEP, 100, 3000, 60, "line")


def log_likelihood(kind: Kind, distances_m: Array, background_m: Array) -> float:
    """
    Return the log of how much likelier the distances are than those of a file shifted anyhow.

    A share of the points keeps to the rule and lies as near as `kind` says; the others lie like
    the background. Share and scale are unknown: the likelihood is their mean over what comes into
    question, so that a file of doorways and one of patrol stops are treated alike.

    Parameters
    ----------
    kind
        What the points are held against.
    distances_m
        Of the points under a system (m).
    background_m
        Of the same points after random shifts of some hundreds of metres (m).

    Examples
    --------
    >>> rng = np.random.default_rng(0)
    >>> anywhere = rng.uniform(0, 1500, 2000)
    >>> log_likelihood(NAMED_STREET, np.array([3.0, 12, 30, 8, 900]), anywhere) > 5
    True
    >>> log_likelihood(NAMED_STREET, np.array([300.0, 620, 310, 1200]), anywhere) < 0
    True
    """
    counts = np.bincount(_classes(kind, distances_m), minlength=_plain(kind).size)
    counts = counts * min(1.0, MOST_COUNTED / max(counts.sum(), 1))
    ratio = _ratio(kind, background_m)
    shares = np.array(kind.shares)[:, None, None]
    per_class = np.log(shares * ratio[None] + 1 - shares)
    each = per_class @ counts
    most = float(each.max())
    return most + float(np.log(np.exp(each - most).mean()))


def mixed_log_likelihoods(
    kind: Kind, first_m: Array, second_m: Array, background_m: Array
) -> Array:
    """
    Return, per share in `SECOND_SHARES`, the log of how much likelier two systems are than one.

    Parameters
    ----------
    kind
        What the points are held against.
    first_m, second_m
        Distances of the same points (m) under the best system and another; missing where nothing
        is known.
    background_m
        Distances after random shifts (m).

    Examples
    --------
    >>> rng = np.random.default_rng(0)
    >>> far, near = rng.uniform(200, 1500, 40), rng.uniform(0, 40, 40)
    >>> chance = rng.uniform(0, 1500, 2000)
    >>> halves = np.r_[near[:20], far[:20]], np.r_[far[:20], near[:20]]
    >>> mixed_log_likelihoods(FACILITY, *halves, chance)[1].item() > 10
    True
    >>> mixed_log_likelihoods(FACILITY, near, far, chance).max().item() < -10
    True
    """
    ratio = _ratio(kind, background_m)
    first, second = (
        np.where(np.isnan(measured), 1.0, ratio[:, _classes(kind, measured)])
        if measured.size
        else np.ones((len(ratio), 0))
        for measured in (first_m, second_m)
    )
    weight = min(1.0, MOST_COUNTED / max(len(first_m), 1))
    kept = np.array(kind.shares)[:, None, None]

    def explain(part: float) -> float:
        rule = (1 - part) * first + part * second
        each = weight * np.log(kept * rule + 1 - kept).sum(axis=-1)
        return float(logsumexp(each) - np.log(each.size))

    return np.array([explain(part) for part in SECOND_SHARES]) - explain(0.0)


def _classes(kind: Kind, distances_m: Array) -> NDArray[np.intp]:
    """Return the class of each distance."""
    edges = POLYGON_EDGES_M if kind.to == "polygon" else EDGES_M
    return np.asarray(np.searchsorted(edges, np.nan_to_num(distances_m), side="right"))


def _ratio(kind: Kind, background_m: Array) -> Array:
    """Return how much likelier each class is by the rule than by chance, by scale."""
    plain = _plain(kind)
    background = np.bincount(_classes(kind, background_m), minlength=plain.size) + SMOOTH * plain
    return np.asarray(_expected(kind) / (background / background.sum()))


@cache
def _plain(kind: Kind) -> Array:
    """Return the share of each class if nothing but geometry counts."""
    if kind.to == "polygon":
        return np.full(len(POLYGON_EDGES_M) + 1, 1 / (len(POLYGON_EDGES_M) + 1))
    reached = (EDGES_M / PLAIN_M) ** (2 if kind.to == "point" else 1)
    return np.diff(np.concatenate([[0.0], reached, [1.0]]))


@cache
def _expected(kind: Kind) -> Array:
    """Return the share of each class among points that keep to the rule, by scale."""
    if kind.to == "polygon":
        return POLYGON_SHARES
    spreads = np.array(kind.spreads_m)[:, None]
    ratio = EDGES_M / spreads
    # distances in the plane follow a Rayleigh, across a line a half-normal law
    reached = -np.expm1(-(ratio**2) / 2) if kind.to == "point" else erf(ratio / np.sqrt(2))
    ones, zeros = np.ones_like(spreads), np.zeros_like(spreads)
    return np.diff(np.hstack([zeros, reached, ones]), axis=1)
