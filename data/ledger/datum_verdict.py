"""From how well each system fits to an answer: which one, how sure, or that it cannot be told."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy.special import logsumexp

from data.datum import DEGREES
from data.ledger.datum_clues import Fit
from data.ledger.datum_hypotheses import Hypothesis
from data.ledger.datum_likelihood import Kind

Fits = Mapping[Kind, Mapping[Hypothesis, Fit]]

OTHER_WEIGHT = 0.1
"""Of the answer "none of these", when each system has 1."""
BELIEVED = 5.0
"""What a believed label adds to the log-likelihood of its system."""
NAMED_AT, CERTAIN_AT = 0.9, 0.9995
FEWEST_PLACES = {"line": 4, "point": 4, "polygon": 12}
"""Distinct places that a kind of evidence needs before it can make an answer certain."""
FITTING_SHARE = {"line": 0.6, "point": 0.6, "polygon": 0.85}
DECISIVE = 5.0
"""By how much the best system must beat the second in one kind of evidence alone."""
OPPOSED = 2.0
"""A kind of evidence that prefers another system by more than this forbids certainty."""
APART_SHARE = 0.35
"""By how much more points the best system must put inside, if only a boundary speaks."""
FEWEST_INSIDE = 15


@dataclass(frozen=True)
class Verdict:
    """The answer, and what stands behind it."""

    best: Hypothesis | None
    """None if it cannot be told."""
    confidence: float
    """Posterior probability of the best system, all systems being alike before."""
    certain: bool
    ranked: Sequence[Hypothesis]
    posterior: Mapping[Hypothesis, float]
    decisive: Kind | None = None
    """The kind of evidence that speaks most clearly for the best system."""
    mixed: Hypothesis | None = None
    """A second system that a good part of the points seems to be in."""


def judge(
    hypotheses: Sequence[Hypothesis],
    fits: Fits,
    *,
    believed: Hypothesis | None = None,
    bonus: Mapping[Hypothesis, float] | None = None,
) -> Verdict:
    """
    Weigh all evidence and say which system it is.

    The log-likelihoods of all kinds of evidence are added; "none of these" has 0. An answer is
    certain only if its posterior is nearly 1, one kind of evidence alone is decisive and fits well
    in itself, and no kind speaks against it. A believed label is certain too while nothing speaks
    against it.

    Parameters
    ----------
    hypotheses
        The systems in question, at least one.
    fits
        Per kind of evidence how well each of them fits.
    believed
        What a believed label says.
    bonus
        Further log-likelihood, such as of a known publisher.

    Examples
    --------
    >>> judge([Hypothesis("wgs84"), Hypothesis("gcj02")], {}).best is None
    True
    """
    totals = {
        h: sum(fit[h].log_likelihood for fit in fits.values())
        + (BELIEVED if h == believed else 0.0)
        + (bonus or {}).get(h, 0.0)
        for h in hypotheses
    }
    whole = logsumexp([*totals.values(), 0.0], b=[*[1.0] * len(totals), OTHER_WEIGHT])
    posterior = {h: float(np.exp(total - whole)) for h, total in totals.items()}
    ranked = sorted(hypotheses, key=lambda h: -posterior[h])
    best = ranked[0]
    deciding = [kind for kind in fits if _is_decisive(kind, fits[kind], best)]
    opposed = any(_opposes(fit, best) for fit in fits.values())
    proven = posterior[best] >= CERTAIN_AT and bool(deciding)
    return Verdict(
        best if posterior[best] >= NAMED_AT else None,
        posterior[best],
        (proven or best == believed) and not opposed and posterior[best] >= NAMED_AT,
        ranked,
        posterior,
        max(deciding, key=lambda kind: _lead(fits[kind], best), default=None),
    )


def tabulate(hypotheses: Sequence[Hypothesis], fits: Fits, verdict: Verdict) -> pd.DataFrame:
    """List per system and kind of evidence what was found; the kind `all` has the posterior."""
    rows = list(_rows(hypotheses, fits, verdict))
    columns = ["system", "swapped", "kind", "n", "median_m", "share", "log_likelihood", "posterior"]
    return pd.DataFrame(rows, columns=columns)


def _rows(
    hypotheses: Sequence[Hypothesis], fits: Fits, verdict: Verdict
) -> Iterator[tuple[object, ...]]:
    """Yield the rows of the table."""
    for h in hypotheses:
        for kind, by_system in fits.items():
            fit = by_system[h]
            found = (fit.n, fit.median_m, fit.share, fit.log_likelihood)
            yield (h.system, h.swapped, kind.code, *found, np.nan)
        total = sum(fit[h].log_likelihood for fit in fits.values())
        n = max((fit[h].n for fit in fits.values()), default=0)
        yield (h.system, h.swapped, "all", n, np.nan, np.nan, total, verdict.posterior[h])


def _is_decisive(kind: Kind, fit: Mapping[Hypothesis, Fit], best: Hypothesis) -> bool:
    """Tell whether one kind of evidence settles the matter by itself."""
    own = fit[best]
    if own.n < FEWEST_PLACES[kind.to] or own.share < FITTING_SHARE[kind.to]:
        return False
    if kind.to == "polygon" and best.system not in DEGREES:
        return False  # it would not notice the hundred metres between CGCS2000 and Beijing 54
    if kind.to == "polygon" and kind.code == "boundary":
        others = [other.share for h, other in fit.items() if h != best]
        return own.n >= FEWEST_INSIDE and own.share - max(others, default=0.0) >= APART_SHARE
    return own.median_m <= kind.typical_m and _lead(fit, best) >= DECISIVE


def _lead(fit: Mapping[Hypothesis, Fit], best: Hypothesis) -> float:
    """Return by how much a kind of evidence prefers a system to the second, and to chance."""
    others = [other.log_likelihood for h, other in fit.items() if h != best]
    return fit[best].log_likelihood - max([0.0, *others])


def _opposes(fit: Mapping[Hypothesis, Fit], best: Hypothesis) -> bool:
    """Tell whether a kind of evidence prefers another system, or chance."""
    return -_lead(fit, best) > OPPOSED
