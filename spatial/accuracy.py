"""How well a surface foretold where the next incidents were: hit rate, PAI, PEI* and RRI."""

from collections.abc import Sequence

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from data.errors import N_, DegenerateDataError, Message

Floats = NDArray[np.float64]


def patrolled_part(scores: pd.Series, n_patrolled: int) -> pd.Series:
    """
    Tell how much of each cell is patrolled if the highest scores are patrolled first.

    Where cells with equal scores compete for the last places, each gets an equal part: that is the
    average over all ways to draw lots, so no seed decides how good plain counts look.

    Parameters
    ----------
    scores
        Shape (n,), finite, higher first.
    n_patrolled
        Cells that can be patrolled, 0 to n.

    Returns
    -------
    part
        In [0, 1] on the index of `scores`; adds up to `n_patrolled`.

    Examples
    --------
    >>> patrolled_part(pd.Series([5, 2, 2, 2, 0]), 2).round(3).tolist()
    [1.0, 0.333, 0.333, 0.333, 0.0]
    """
    value = scores.to_numpy(dtype=np.float64)
    if n_patrolled <= 0:
        return pd.Series(0.0, index=scores.index, name="part")
    least = np.partition(value, -n_patrolled)[-n_patrolled]
    above, equal = value > least, value == least
    part = above + equal * (n_patrolled - above.sum()) / equal.sum()
    return pd.Series(part, index=scores.index, name="part")


def surface_accuracy(
    scores: pd.DataFrame,
    train: pd.Series,
    test: pd.Series,
    *,
    area_share: float,
    n_train: int | None = None,
    n_test: int | None = None,
) -> pd.DataFrame:
    """
    Measure how many later incidents fell into the cells that each surface would have patrolled.

    Parameters
    ----------
    scores
        A row for each cell, a column for each surface; the higher the earlier patrolled.
    train, test
        Incidents of each cell before and after, on the index of `scores`.
    area_share
        Share of the cells that can be patrolled, above 0, at most 1; rounded to whole cells.
    n_train, n_test
        Incidents in all, if some lie in no cell; those are never hit.

    Returns
    -------
    accuracy
        Indexed by `surface`: `hits`; `hit_rate` (hits / all); `pai`, the hit rate over the share
        of the cells; `pei_star`, the hits over the most that as many cells could have had; `rri`,
        the hit rate over that of the earlier incidents in the same cells. NaN where it divides by
        nothing.

    Raises
    ------
    DegenerateDataError
        If the share asks for no cell or for more than there are.

    References
    ----------
    Chainey, Tompson & Uhlig (2008), Security Journal 21, doi:10.1057/palgrave.sj.8350066, for PAI;
    Levine (2008), Security Journal 21(4), for RRI; Hunt (2016), PhD thesis, City University of New
    York, for PEI, of which PEI* takes the best cells of the same area.

    Examples
    --------
    One cell of four is patrolled and has 3 of 4 later incidents: PAI is 0.75 / 0.25.

    >>> train, test = pd.Series([4, 1, 0, 3]), pd.Series([3, 0, 0, 1])
    >>> found = surface_accuracy(train.to_frame("count"), train, test, area_share=0.25)
    >>> found.loc["count"].to_dict()
    {'hits': 3.0, 'hit_rate': 0.75, 'pai': 3.0, 'pei_star': 1.0, 'rri': 1.5}
    """
    n_patrolled = round(area_share * len(scores))
    _check(area_share, n_patrolled, len(scores))
    n_train = int(train.sum()) if n_train is None else n_train
    n_test = int(test.sum()) if n_test is None else n_test
    best = np.sort(test.to_numpy())[::-1][:n_patrolled].sum()
    rows = {}
    for surface, score in scores.items():
        part = patrolled_part(score, n_patrolled).to_numpy()
        hits, before = float(part @ test.to_numpy()), float(part @ train.to_numpy())
        hit_rate = _ratio(hits, n_test)
        rows[surface] = {
            "hits": hits,
            "hit_rate": hit_rate,
            "pai": hit_rate / (n_patrolled / len(scores)),
            "pei_star": _ratio(hits, float(best)),
            "rri": _ratio(hit_rate, _ratio(before, n_train)),
        }
    return pd.DataFrame.from_dict(rows, orient="index").rename_axis("surface")


def hit_rate_curve(
    scores: pd.DataFrame,
    test: pd.Series,
    area_shares: Sequence[float],
    *,
    n_test: int | None = None,
) -> pd.DataFrame:
    """
    Return the hit rate of each surface at several shares of the area, and that of chance.

    Parameters
    ----------
    scores, test, n_test
        As in `surface_accuracy`.
    area_shares
        Shares of the cells, in [0, 1].

    Returns
    -------
    hit_rate
        Indexed by `area_share`; a column for each surface, and `random`, which hits as large a
        share of the incidents in the cells as it patrols of the cells.

    Examples
    --------
    >>> train, test = pd.Series([4, 1, 0, 3]), pd.Series([3, 0, 0, 1])
    >>> hit_rate_curve(train.to_frame("count"), test, [0.25, 0.5]).loc[0.5].to_dict()
    {'count': 1.0, 'random': 0.5}
    """
    total = int(test.sum()) if n_test is None else n_test
    rows = {}
    for share in area_shares:
        n = round(share * len(scores))
        hits = {
            surface: float(patrolled_part(score, n).to_numpy() @ test.to_numpy())
            for surface, score in scores.items()
        }
        hits["random"] = n / len(scores) * float(test.sum())
        rows[share] = {surface: _ratio(hit, total) for surface, hit in hits.items()}
    return pd.DataFrame.from_dict(rows, orient="index").rename_axis("area_share")


def _ratio(top: float, bottom: float) -> float:
    """Divide, or say that there is nothing to divide by."""
    return top / bottom if bottom else float("nan")


def _check(area_share: float, n_patrolled: int, n: int) -> None:
    """Raise if the share is none of these cells."""
    if not 0 < n_patrolled <= n:
        raise DegenerateDataError(
            Message.of(
                N_("A share of {share} of {n} cells makes {patrolled} cells to patrol."),
                share=area_share,
                n=n,
                patrolled=n_patrolled,
            ),
            N_("Give a share between one cell and all."),
        )
