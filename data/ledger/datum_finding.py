"""Which coordinate system a file is in: found by evidence, told with its reasons, never assumed."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from pyproj import CRS

from data.china_shift import Array, Pair
from data.errors import Message
from data.ledger.crs_labels import Label, read_label
from data.ledger.datum_answer import (
    DATUM_ASSUMED,
    DATUM_CONVERTED,
    DATUM_UNSETTLED,
    DatumFinding,
    answer,
    untold,
)
from data.ledger.datum_clues import Clue, find_clues, narrow, shift, weigh
from data.ledger.datum_doubts import RULED_OUT, find_mixture, weigh_shift
from data.ledger.datum_evidence import Evidence, Ground
from data.ledger.datum_hypotheses import Hypothesis, is_degrees, propose
from data.ledger.datum_likelihood import Kind
from data.ledger.datum_verdict import Fits, Verdict, judge
from data.ledger.datum_words import say_nudged

__all__ = [
    "DATUM_ASSUMED",
    "DATUM_CONVERTED",
    "DATUM_UNSETTLED",
    "DatumFinding",
    "find_datum",
    "only_choice",
    "systems_in_question",
]

MOST_DRAWN = 3000
"""Points of a large file that are looked at."""
BESIDE_DEG = 0.03
"""Of a large file, points this near the area are drawn first."""
NUDGES_M, DIRECTIONS = (60.0, 120.0, 220.0), 8
NUDGED = 6.0
"""A place elsewhere that fits better by this log-likelihood forbids certainty."""
NUDGED_POINTS = 60
TEXTS = ("name", "near_facility", "address", "place_note", "community")


def find_datum(
    x: pd.Series,
    y: pd.Series,
    evidence: Evidence,
    *,
    declared: str | CRS | None = None,
    records: pd.DataFrame | None = None,
    seed: int = 0,
) -> DatumFinding:
    """
    Find the coordinate system of a file.

    Every system that the numbers allow is tried. Under each, points are measured to the streets
    and facilities that they name, to the nearest street, to the community that they name and to
    the boundary, and this is compared with what random shifts of the file would give. No system
    is likelier than another before.

    Parameters
    ----------
    x, y
        Numbers as the file gives them, first and second column of coordinates.
    evidence
        What is known of the area.
    declared
        What the file says: a word, a code or the reference system of a map layer.
    records
        Texts on the index of `x`: any of `name`, `near_facility`, `address`, `place_note`,
        `community`.
    seed
        For drawing points of a large file and random shifts.

    Returns
    -------
    finding
        The system, or an empty one if it cannot be told.

    Raises
    ------
    AreaError
        If the label speaks of degrees and the numbers are none, and fit no known system.

    Examples
    --------
    >>> abroad = find_datum(pd.Series([-87.6]), pd.Series([41.8]), Evidence())
    >>> abroad.system, abroad.certain
    ('wgs84', True)
    >>> find_datum(pd.Series([117.2]), pd.Series([39.1]), Evidence()).system
    ''
    """
    ground = evidence.ground
    label = read_label(declared, x, y, ground.centre if ground else None)
    rng = np.random.default_rng(seed)
    drawn = _draw(x, y, ground, rng)
    points = (x.loc[drawn].to_numpy(dtype=float), y.loc[drawn].to_numpy(dtype=float))
    hypotheses = systems_in_question(points, ground, label)
    if not hypotheses:
        return untold(points, label)
    positions = {h: ground.to_metres(*h.places(*points)) for h in hypotheses} if ground else {}
    clues = [narrow(clue, positions) for clue in _clues(ground, records, drawn)]
    chance = {clue.kind: shift(clue, positions, rng) for clue in clues}
    fits: Fits = {clue.kind: weigh(clue, positions, chance[clue.kind]) for clue in clues}
    believed = label.hypothesis if label.believed else only_choice(hypotheses, points)
    verdict = judge(hypotheses, fits, believed=believed)
    verdict = _doubt(clues, positions, verdict, chance, believed=believed)
    nudged = _nudge(clues, positions, verdict, chance)
    return answer(points, verdict, fits, label, nudged)


def _draw(x: pd.Series, y: pd.Series, ground: Ground | None, rng: np.random.Generator) -> pd.Index:
    """Draw rows that have coordinates, of a large file those near the area first."""
    east, north = x.to_numpy(dtype=float), y.to_numpy(dtype=float)
    there = np.isfinite(east) & np.isfinite(north) & ((east != 0) | (north != 0))
    rows = rng.permutation(np.flatnonzero(there))
    if ground is not None and len(rows) > MOST_DRAWN:
        beside = _beside(east[rows], north[rows], ground) | _beside(north[rows], east[rows], ground)
        rows = np.concatenate([rows[beside], rows[~beside]])
    return x.index[rows[:MOST_DRAWN]]


def _beside(lon: Array, lat: Array, ground: Ground) -> NDArray[np.bool_]:
    """Tell which places lie near the area if the numbers are degrees, shifted or not."""
    west, south, east, north = ground.bounds
    in_span = (lon > west - BESIDE_DEG) & (lon < east + BESIDE_DEG)
    return np.asarray(in_span & (lat > south - BESIDE_DEG) & (lat < north + BESIDE_DEG))


def systems_in_question(points: Pair, ground: Ground | None, label: Label) -> list[Hypothesis]:
    """
    List the systems in question; none if the label's own cannot be converted.

    Parameters
    ----------
    points
        Numbers of the file.
    ground, label
        The evidence, and what is left of the label.

    Examples
    --------
    >>> chicago = np.array([-87.6]), np.array([41.8])
    >>> systems_in_question(chicago, None, Label())
    [Hypothesis(system='wgs84', swapped=False)]
    """
    if label.uncertain:
        return []
    return propose(*points, ground.centre if ground else None, label.hypothesis)


def only_choice(hypotheses: Sequence[Hypothesis], points: Pair) -> Hypothesis | None:
    """
    Return longitude and latitude outside China, which need no proof; None where they do.

    Parameters
    ----------
    hypotheses
        The systems in question.
    points
        Numbers of the file.

    Examples
    --------
    >>> chicago = np.array([-87.6]), np.array([41.8])
    >>> only_choice([Hypothesis("wgs84")], chicago).system
    'wgs84'
    """
    only = hypotheses[0]
    if len(hypotheses) > 1 or only.system != "wgs84":
        return None
    lon, lat = points[::-1] if only.swapped else points
    return only if is_degrees(lon, lat) else None


def _clues(ground: Ground | None, records: pd.DataFrame | None, drawn: pd.Index) -> list[Clue]:
    """List what the drawn points can be held against."""
    if ground is None:
        return []
    texts = None
    if records is not None:
        texts = records.loc[drawn, [c for c in TEXTS if c in records.columns]]
    return find_clues(ground, texts, len(drawn))


def _doubt(
    clues: Sequence[Clue],
    positions: Mapping[Hypothesis, Pair],
    verdict: Verdict,
    chance: Mapping[Kind, Array],
    *,
    believed: Hypothesis | None,
) -> Verdict:
    """Take back certainty while evidence alone does not rule out a second system or a shift."""
    if verdict.best is None or not clues:
        return verdict
    second, gain = find_mixture(clues, positions, verdict.best, chance)
    mixed = second if gain > RULED_OUT else None
    certain = verdict.certain and mixed is None
    if certain and verdict.best != believed:
        # streets and facilities see a shift of a hundred metres; polygons hardly do
        blind = verdict.decisive is None or verdict.decisive.to == "polygon"
        shifted = weigh_shift(clues, positions[verdict.best], chance)
        certain = gain < -RULED_OUT and shifted < (-RULED_OUT if blind else 0.0)
    return replace(verdict, certain=certain, mixed=mixed)


def _nudge(
    clues: Sequence[Clue],
    positions: dict[Hypothesis, Pair],
    verdict: Verdict,
    chance: dict[Kind, Array],
) -> Message | None:
    """Say where the points would fit clearly better, if anywhere near."""
    if verdict.best is None or not verdict.certain or not clues:
        return None
    x, y = positions[verdict.best]
    spots = {(0.0, 0): (x, y)}
    for length_m in NUDGES_M:
        for way in range(DIRECTIONS):
            angle = way * 2 * np.pi / DIRECTIONS
            moved = (x + length_m * np.sin(angle), y + length_m * np.cos(angle))
            spots[length_m, way * 360 // DIRECTIONS] = moved
    total = dict.fromkeys(spots, 0.0)
    for clue in clues:
        few = clue.keep(slice(NUDGED_POINTS))
        for spot, fit in weigh(few, spots, chance[clue.kind]).items():
            total[spot] += fit.log_likelihood
    best = max(total, key=lambda spot: total[spot])
    return say_nudged(*best) if total[best] - total[0.0, 0] > NUDGED else None
