"""The answer about a coordinate system: which, how sure, why, and the places it gives."""

from collections.abc import Iterator
from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from data.china_shift import Array, Pair
from data.errors import N_, Message
from data.ledger.crs_labels import LABEL_AXES, Label
from data.ledger.datum_hypotheses import Hypothesis, is_degrees
from data.ledger.datum_verdict import Fits, Verdict, tabulate
from data.ledger.datum_words import say
from data.ledger.findings import Rule
from data.ledger.local_grid import LocalGrid

MOST_SHOWN = 200

DATUM_CONVERTED = Rule(
    "datum_converted",
    N_("{n} places were converted to WGS 84 from the system in which the file is."),
    "repaired",
)
DATUM_ASSUMED = Rule(
    "datum_assumed",
    N_("{n} places stand in a system that is probable, not certain."),
    "assumed",
    N_("Look at the small map, and confirm the system or choose another."),
)
DATUM_UNSETTLED = Rule(
    "datum_unsettled",
    N_("{n} places are not on the map, because their coordinate system cannot be told."),
    "set_aside",
    N_("Choose the system, or add names of streets and facilities to hold the points against."),
)


@dataclass(frozen=True)
class DatumFinding:
    """The system of a file, how sure that is, and why."""

    system: str
    """`wgs84` (also for CGCS2000), `cgcs2000`, `gcj02`, `bd09`, `EPSG:n`, `local`; or empty."""
    swapped: bool
    """Whether the two columns are exchanged."""
    confidence: float
    """Between 0 and 1."""
    certain: bool
    """Whether it may be used without asking."""
    scores: pd.DataFrame
    """Per system and kind of evidence: `n`, `median_m`, `share`, `log_likelihood`, `posterior`."""
    said: tuple[Message, ...]
    """The answer and its reasons."""
    sample: pd.DataFrame
    """At most 200 points: `raw_lon`, `raw_lat` as they stand (missing if metres), `lon`, `lat`."""
    rules: tuple[Rule, ...] = field(default=())
    """What was done with the label."""
    grid: LocalGrid | None = None
    """A city's own grid, if the system is `local`."""

    def places(self, x: pd.Series, y: pd.Series) -> pd.DataFrame:
        """
        Convert the columns of the file.

        Parameters
        ----------
        x, y
            As they stand in the file.

        Returns
        -------
        places
            On the index of `x`: `lon` and `lat` in WGS 84, missing if the system is untold.
        """
        if not self.system:
            return pd.DataFrame({"lon": np.nan, "lat": np.nan}, index=x.index, dtype=float)
        if self.grid is not None:
            lon, lat = self.grid.to_wgs84(x.to_numpy(dtype=float), y.to_numpy(dtype=float))
            return pd.DataFrame({"lon": lon, "lat": lat}, index=x.index)
        there = (x != 0) | (y != 0)  # 0, 0 is no place but an empty cell
        lon, lat = Hypothesis(self.system, self.swapped).places(
            x.where(there).to_numpy(dtype=float), y.where(there).to_numpy(dtype=float)
        )
        return pd.DataFrame({"lon": lon, "lat": lat}, index=x.index)


def answer(
    points: Pair, verdict: Verdict, fits: Fits, label: Label, nudged: Message | None
) -> DatumFinding:
    """
    Put the answer together.

    Parameters
    ----------
    points
        Numbers of the file.
    verdict, fits
        What was decided, and how well each system fits.
    label
        What is left of the file's label.
    nudged
        Where the points would fit better, if anywhere.
    """
    best = verdict.best
    certain = verdict.certain and nudged is None
    labelled = label.believed and best == label.hypothesis and certain
    said = [Message(rule.said) for rule in label.rules]
    said += [*say(verdict, fits, labelled=labelled, certain=certain), *([nudged] if nudged else [])]
    swapped = best is not None and best.swapped
    rules = [rule for rule in label.rules if rule is not LABEL_AXES or swapped]
    return DatumFinding(
        system=best.system if best else "",
        swapped=swapped,
        confidence=verdict.confidence,
        certain=certain,
        scores=tabulate(verdict.ranked, fits, verdict),
        said=tuple(said),
        sample=_sample(points, best),
        rules=tuple(rules),
    )


def untold(points: Pair, label: Label) -> DatumFinding:
    """
    Say that no known system fits, or that there is nothing to fit.

    Parameters
    ----------
    points
        Numbers of the file.
    label
        What is left of the file's label.

    Examples
    --------
    >>> str(untold((np.array([]), np.array([])), Label()).said[0])
    'No row has coordinates.'
    """
    said = [*(Message(rule.said) for rule in label.rules), *_say_none(points, label)]
    empty = tabulate([], {}, Verdict(None, 0.0, certain=False, ranked=[], posterior={}))
    sample = _sample(points, None)
    return DatumFinding(
        "", swapped=False, confidence=0.0, certain=False, scores=empty, said=tuple(said),
        sample=sample, rules=label.rules,
    )  # fmt: skip


def _say_none(points: Pair, label: Label) -> Iterator[Message]:
    """Say why there is no system to try."""
    if not points[0].size:
        yield Message.of(N_("No row has coordinates."))
        return
    if not label.uncertain:
        yield Message.of(N_("The numbers fit no coordinate system that is known here."))
    yield Message.of(
        N_("Give three or more points with their place on the map, to fit the system from them.")
    )


def _sample(points: Pair, best: Hypothesis | None) -> pd.DataFrame:
    """Return points as they stand and as they will be."""
    x, y = points[0][:MOST_SHOWN], points[1][:MOST_SHOWN]
    missing: Array = np.full(len(x), np.nan)
    lon, lat = best.places(x, y) if best else (missing, missing)
    raw = (y, x) if best is not None and best.swapped else (x, y)
    if len(x) and not is_degrees(*raw):
        raw = (missing, missing)
    return pd.DataFrame({"raw_lon": raw[0], "raw_lat": raw[1], "lon": lon, "lat": lat})
