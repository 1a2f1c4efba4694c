"""Emerging hotspots: since when, how often and with what trend each cell has been hot."""

from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from scipy.sparse import csr_array

from data.errors import N_, DegenerateDataError, Message
from spatial.aoristic import TWELFTHS
from spatial.gi_star import benjamini_hochberg, exact_gi_star, getis_ord
from spatial.mann_kendall import mann_kendall
from spatial.refusals import refuse_few

PATTERNS = {
    "new": N_("new: hot in the last slice and never before"),
    "consecutive": N_("consecutive: hot in the last slices without a break, and never before"),
    "intensifying": N_("intensifying: hot nearly always, last of all too, and more and more so"),
    "persistent": N_("persistent: hot nearly always, last of all too, without a trend"),
    "diminishing": N_("diminishing: hot nearly always, last of all too, but less and less so"),
    "sporadic": N_("sporadic: hot in the last slice and now and then before"),
    "oscillating": N_("oscillating: hot in the last slice, and colder than chance before"),
    "historical": N_("historical: hot nearly always, but not in the last slice"),
    "none": N_("no pattern"),
}
NEARLY_ALWAYS = 0.9
LEAST_SLICES = 10


class EmergingHotspots(NamedTuple):
    """The pattern of every cell over the slices of time."""

    cells: pd.DataFrame
    """On the index of the counts: `pattern` (a key of `PATTERNS`), `n_hot` (slices in which the
    cell was hot), `hot_now`, `tau` and `p_trend` (Mann-Kendall over the scores of the slices)."""
    hot: pd.DataFrame
    """Whether each cell (row) was hot in each slice (column)."""
    notes: tuple[Message, ...]


def find_emerging_hotspots(
    parts: pd.DataFrame,
    neighbours: "csr_array[Any]",
    *,
    alpha: float = 0.05,
    reach: int = 1,
    least_per_slice: int = 10,
    parts_per_incident: int = TWELFTHS,
) -> EmergingHotspots:
    """
    Tell new from lasting hotspots by testing every slice of time.

    A cell is hot in a slice if the exact permutation test of its block, over this slice and the
    `reach` slices before it, says so after Benjamini-Hochberg over the cells; it is cold if the
    same test of the lower tail does. Trends are those of the scores of single slices; they are
    corrected by Benjamini-Hochberg over the cells that are hot nearly always. Classes are those of
    ArcGIS, whose p-values are normal ones. A cell hot on and off, but not now, has no pattern.

    Parameters
    ----------
    parts
        Whole parts of incidents, cells x slices in the order of time, such as `count_in_cells` of
        `slice_twelfths`.
    neighbours
        Binary weights of the cells, 1 on the diagonal.
    alpha
        Level of every test.
    reach
        Slices before each one that are counted with it.
    least_per_slice
        Fewer incidents than this on average are not tested.
    parts_per_incident
        Parts that make one incident.

    Raises
    ------
    DegenerateDataError
        If there are fewer than 10 slices, in which nearly always is not told from always and hardly
        any trend is provable; or too few incidents for so many slices.

    References
    ----------
    Getis & Ord (1992), doi:10.1111/j.1538-4632.1992.tb00261.x; Mann (1945), doi:10.2307/1907187;
    Esri, How Emerging Hot Spot Analysis works, for the classes.

    Examples
    --------
    Ten slices of 15 incidents on 60 cells in a row: 5 in each of three neighbours, but in the last
    slice one here and there.

    >>> row = csr_array(np.tri(60, k=1, dtype=int) * np.tri(60, k=1, dtype=int).T)
    >>> parts = pd.DataFrame(0, index=range(60), columns=range(10))
    >>> parts.iloc[20:23, :9] = 5
    >>> parts.iloc[::4, 9] = 1
    >>> found = find_emerging_hotspots(parts, row, reach=0, parts_per_incident=1)
    >>> found.cells.loc[[21, 40], ["pattern", "n_hot"]].to_numpy().tolist()
    [['historical', 9], ['none', 0]]
    """
    _refuse_short(parts, least_per_slice, parts_per_incident)
    pooled = parts.T.rolling(reach + 1, min_periods=1).sum().T.astype(np.int64)
    hot = pooled.apply(_unusual, args=(neighbours, alpha, parts_per_incident))
    cold = (pooled.max() - pooled).apply(_unusual, args=(neighbours, alpha, parts_per_incident))
    trend = mann_kendall(parts.apply(_score, args=(neighbours,)))
    cells = pd.DataFrame(
        {
            "pattern": name_patterns(hot, cold, trend, alpha=alpha),
            "n_hot": hot.sum(axis=1),
            "hot_now": hot.iloc[:, -1],
            "tau": trend["tau"],
            "p_trend": trend["p_value"],
        }
    )
    sparse = int((parts.sum() < least_per_slice * parts_per_incident).sum())
    text = N_("{n} of {total} slices of time hold fewer than {least} incidents.")
    values = {"n": sparse, "total": parts.shape[1], "least": least_per_slice}
    return EmergingHotspots(cells, hot, (Message.of(text, **values),) if sparse else ())


def name_patterns(
    hot: pd.DataFrame, cold: pd.DataFrame, trend: pd.DataFrame, *, alpha: float = 0.05
) -> pd.Series:
    """
    Name the pattern of each cell.

    Parameters
    ----------
    hot, cold
        Whether each cell (row) was hot or cold in each slice (column).
    trend
        Result of `mann_kendall` on the same index.
    alpha
        Level of the trends, after Benjamini-Hochberg over the cells that are hot nearly always.

    Returns
    -------
    pattern
        On the same index: a key of `PATTERNS`.

    Examples
    --------
    >>> hot = pd.DataFrame([[0, 0, 1], [0, 1, 1], [1, 0, 1], [1, 1, 0]], dtype=bool)
    >>> trend = pd.DataFrame({"s": 0, "p_value": 1.0}, index=range(4))
    >>> name_patterns(hot, ~hot & False, trend).tolist()
    ['new', 'consecutive', 'sporadic', 'none']
    """
    n_hot, now = hot.sum(axis=1), hot.iloc[:, -1]
    # the run at the end: slices after which the cell was never not hot
    run = np.logical_and.accumulate(hot.to_numpy()[:, ::-1], axis=1).sum(axis=1)
    mostly = n_hot >= NEARLY_ALWAYS * hot.shape[1]
    lasting = mostly & now
    q_value = benjamini_hochberg(trend.loc[lasting, "p_value"]).reindex(hot.index)
    proven = q_value <= alpha
    conditions = {
        "intensifying": proven & (trend["s"] > 0),
        "diminishing": proven & (trend["s"] < 0),
        "persistent": lasting,
        "historical": mostly & ~now,
        "new": now & (n_hot == 1),
        "consecutive": now & (run == n_hot),
        "oscillating": now & cold.iloc[:, :-1].any(axis=1),
        "sporadic": now,
    }
    names = np.select(list(conditions.values()), list(conditions), default="none")
    return pd.Series(names, index=hot.index, name="pattern")


def _refuse_short(parts: pd.DataFrame, least_per_slice: int, parts_per_incident: int) -> None:
    """Raise if there are too few slices, or too few incidents for them."""
    n_slices = parts.shape[1]
    if n_slices < LEAST_SLICES:
        raise DegenerateDataError(
            Message.of(
                N_("There are {n} slices of time; {least} are needed."),
                n=n_slices,
                least=LEAST_SLICES,
            ),
            N_("Choose a longer period or shorter slices."),
        )
    refuse_few(int(parts.to_numpy().sum()) // parts_per_incident, least_per_slice * n_slices)


def _unusual(
    parts: pd.Series, neighbours: "csr_array[Any]", alpha: float, parts_per_incident: int
) -> pd.Series:
    """Tell which cells have blocks larger than chance makes them, corrected for many cells."""
    test = exact_gi_star(parts, neighbours, parts_per_incident=parts_per_incident)
    return benjamini_hochberg(test["p_value"]) <= alpha


def _score(parts: pd.Series, neighbours: "csr_array[Any]") -> pd.Series:
    """Return the z-score of every cell; 0 for a slice in which all cells are equal."""
    if (parts == parts.iloc[0]).all():
        return pd.Series(0.0, index=parts.index)
    return getis_ord(parts, neighbours)
