"""Which hot cells rest on some of the incidents: the same exact test with and without them."""

from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.sparse import csr_array

from data.settings import Analysis
from spatial.aoristic import TWELFTHS
from spatial.count import count_in_cells
from spatial.hot_layers import prove_hot
from spatial.refusals import refuse_few


def compare_hot_cells(
    positions: NDArray[np.int64],
    twelfths: pd.Series,
    left_out: NDArray[np.bool_],
    *,
    cells: Any,
    neighbours: "csr_array[Any]",
    analysis: Analysis,
) -> pd.DataFrame:
    """
    Test every cell with all incidents and again without some of them.

    Parameters
    ----------
    positions
        Row number of the cell of each incident, -1 for none.
    twelfths
        Twelfths of each incident that belong to the layer, shape (n,).
    left_out
        Whether each incident is left out of the second test, such as finds of patrols.
    cells
        CELLS frame.
    neighbours
        Binary weights of the cells, 1 on the diagonal.
    analysis
        Level and correction, as in `find_hotspots`; fewer incidents than its `min_n_ranking` are
        not tested.

    Returns
    -------
    compared
        On the index of `cells`: `n_block` (incidents in the cell and its neighbours), `q_value` and
        `hot`; the same without those left out as `n_block_without`, `q_without`, `hot_without`.

    Raises
    ------
    DegenerateDataError
        If fewer than `min_n_ranking` incidents remain.

    Examples
    --------
    Twelve finds of patrols in one cell of six in a row, twelve reports in another.

    >>> import geopandas as gpd
    >>> row = csr_array(np.eye(6, dtype=int))
    >>> cells = gpd.GeoDataFrame(index=list("abcdef"))
    >>> positions = np.repeat([0, 5], 12)
    >>> compared = compare_hot_cells(
    ...     positions,
    ...     pd.Series(12, index=range(24)),
    ...     positions == 0,
    ...     cells=cells,
    ...     neighbours=row,
    ...     analysis=Analysis(alpha=1.0),
    ... )
    >>> columns = ["n_block", "n_block_without", "hot", "hot_without"]
    >>> compared.loc[["a", "f"], columns].to_numpy().tolist()
    [[12.0, 0.0, True, False], [12.0, 12.0, True, True]]
    """
    refuse_few(int(twelfths.to_numpy()[~left_out].sum()) // TWELFTHS, analysis.min_n_ranking)
    every = np.zeros(len(twelfths), dtype=bool)
    with_all, without = (
        _test(positions, twelfths, out, cells=cells, neighbours=neighbours, analysis=analysis)
        for out in (every, left_out)
    )
    return with_all.join(without.set_axis(["n_block_without", "q_without", "hot_without"], axis=1))


def lose_at_random(
    positions: NDArray[np.int64],
    twelfths: pd.Series,
    n_lost: int,
    *,
    cells: Any,
    neighbours: "csr_array[Any]",
    analysis: Analysis,
    draws: int = 39,
    seed: int = 0,
) -> NDArray[np.int64]:
    """
    Count how many hot cells remain when as many incidents are left out, whichever they are.

    Fewer incidents prove fewer cells hot. Only what goes beyond that is due to which ones were
    left out.

    Parameters
    ----------
    positions, twelfths, cells, neighbours, analysis
        As in `compare_hot_cells`.
    n_lost
        Incidents left out in each draw.
    draws, seed
        Random choices to try, and their seed.

    Returns
    -------
    n_remaining
        Cells hot with all incidents and with those of each draw, shape (draws,).

    Examples
    --------
    >>> import geopandas as gpd
    >>> cells = gpd.GeoDataFrame(index=list("abcdef"))
    >>> left = lose_at_random(
    ...     np.repeat([0, 5], [20, 1]),
    ...     pd.Series(12, index=range(21)),
    ...     1,
    ...     cells=cells,
    ...     neighbours=csr_array(np.eye(6, dtype=int)),
    ...     analysis=Analysis(alpha=1.0),
    ...     draws=3,
    ... )
    >>> left.tolist()
    [1, 1, 1]
    """
    rng = np.random.default_rng(seed)
    how = {"cells": cells, "neighbours": neighbours, "analysis": analysis}
    kept = np.zeros(len(twelfths), dtype=bool)
    hot = _test(positions, twelfths, kept, **how)["hot"]
    remaining = np.zeros(draws, dtype=np.int64)
    for draw in range(draws):
        out = kept.copy()
        out[rng.choice(len(twelfths), n_lost, replace=False)] = True
        again = _test(positions, twelfths, out, **how)["hot"]
        remaining[draw] = int((hot & again).sum())
    return remaining


def _test(
    positions: NDArray[np.int64],
    twelfths: pd.Series,
    left_out: NDArray[np.bool_],
    *,
    cells: Any,
    neighbours: "csr_array[Any]",
    analysis: Analysis,
) -> pd.DataFrame:
    """Return `n_block`, `q_value` and `hot` of every cell."""
    weights = twelfths.to_frame("parts")[~left_out]
    parts = count_in_cells(positions[~left_out], cells, weights)["parts"]
    return prove_hot(parts, neighbours, analysis)[["n_block", "q_value", "hot"]]
