"""What an answer must rule out before it is certain: two systems in one file, a small shift."""

from collections.abc import Mapping, Sequence

import numpy as np
import shapely
from scipy.special import logsumexp

from data.china_shift import Array, Pair
from data.ledger.datum_clues import Clue, weigh
from data.ledger.datum_hypotheses import Hypothesis
from data.ledger.datum_likelihood import Kind, mixed_log_likelihoods

RULED_OUT = float(np.log(10))
"""An answer must be ten times as likely as what it has to rule out."""
APART_M, DIRECTIONS = 100.0, 8
"""About as far as a degree of Beijing 54 or Xi'an 80 lies from one of WGS 84."""


def find_mixture(
    clues: Sequence[Clue],
    positions: Mapping[Hypothesis, Pair],
    best: Hypothesis,
    chance: Mapping[Kind, Array],
) -> tuple[Hypothesis | None, float]:
    """
    Return the second system of which a file most likely has a part, and how much that explains.

    Parameters
    ----------
    clues
        What is held against what, narrowed.
    positions
        Per hypothesis: x and y (m) of all points of the file.
    best
        The system of the others.
    chance
        Per kind of evidence: distances (m) after random shifts.

    Returns
    -------
    second, gain
        None if only one system is in question; log of how much likelier two systems are than one.
    """
    gains = {
        other: _mean(
            np.sum([_mixed(clue, positions, best, other, chance) for clue in clues], axis=0)
        )
        for other in positions
        if other != best and clues
    }
    second = max(gains, key=lambda other: gains[other], default=None)
    return second, -np.inf if second is None else gains[second]


def weigh_shift(clues: Sequence[Clue], place: Pair, chance: Mapping[Kind, Array]) -> float:
    """
    Return the log of how much likelier points lie a hundred metres off, as in another datum.

    Parameters
    ----------
    clues
        What is held against what, narrowed.
    place
        x and y (m) of all points of the file.
    chance
        Per kind of evidence: distances (m) after random shifts.
    """
    x, y = place
    spots = {-1: place}
    for way in range(DIRECTIONS):
        angle = way * 2 * np.pi / DIRECTIONS
        spots[way] = (x + APART_M * np.sin(angle), y + APART_M * np.cos(angle))
    total = np.zeros(len(spots))
    for clue in clues:
        total += [fit.log_likelihood for fit in weigh(clue, spots, chance[clue.kind]).values()]
    return _mean(total[1:]) - float(total[0])


def _mixed(
    clue: Clue,
    positions: Mapping[Hypothesis, Pair],
    best: Hypothesis,
    other: Hypothesis,
    chance: Mapping[Kind, Array],
) -> Array:
    """Return how much likelier each share of a second system makes the points of a clue."""
    measured = []
    for x, y in (positions[best], positions[other]):
        points = np.asarray(shapely.points(x[clue.rows], y[clue.rows]), dtype=object)
        distances = clue.measure(points)
        if clue.covered is not None:
            distances[~shapely.contains(clue.covered, points)] = np.nan
        measured.append(distances)
    return mixed_log_likelihoods(clue.kind, measured[0], measured[1], chance[clue.kind])


def _mean(log_likelihoods: Array) -> float:
    """Return the log of the mean likelihood."""
    return float(logsumexp(log_likelihoods) - np.log(np.size(log_likelihoods)))
