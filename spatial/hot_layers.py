"""The test of every unit in every shift, and what it would say of a map of chance."""

from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
from scipy.sparse import csr_array

from data.settings import Analysis
from spatial.aoristic import TWELFTHS
from spatial.gi_star import exact_gi_star, expected_hot_by_chance
from spatial.multiple_tests import benjamini_hochberg, benjamini_yekutieli
from spatial.unit_stability import unit_stability
from spatial.units import Units

CORRECTIONS = {"bh": benjamini_hochberg, "by": benjamini_yekutieli}
PARTED_UNTIL = 10_000
"""Incidents of a shift up to which blocks as full as each other are parted by the unit's own count;
with more the steps between two sums are fine, and the test takes a tenth of the time without."""


def rank_units(
    incidents: gpd.GeoDataFrame,
    parts: pd.DataFrame,
    counts: pd.DataFrame,
    *,
    units: Units,
    neighbours: "csr_array[Any]",
    analysis: Analysis,
    seed: int = 0,
) -> gpd.GeoDataFrame:
    """
    Test the units of every shift.

    Parameters
    ----------
    incidents
        INCIDENTS frame of those that are counted.
    parts
        Their twelfths by shift.
    counts
        Twelfths by unit and shift.
    units, neighbours
        The units, and which of them are neighbours.
    analysis
        Level, correction, least number for a ranking, replicates.
    seed
        Of the replicates.

    Returns
    -------
    hotspots
        HOTSPOTS frame, a row for each shift and unit, shift after shift. Below `min_n_ranking`
        incidents a shift has neither p- nor q-values, and nothing is hot.

    Examples
    --------
    `find_hotspots` shows one.
    """
    layers = []
    for code, column in counts.items():
        layer = prove_hot(column, neighbours, analysis)
        layer["stability"] = unit_stability(
            incidents,
            parts[code].to_numpy() / TWELFTHS,
            units,
            layer["hot"].to_numpy(dtype=bool),
            replicates=analysis.replicates,
            seed=seed,
        )
        layer.insert(0, "n", column / TWELFTHS)
        layer.insert(0, "shift", str(code))
        layers.append(layer.reset_index())
    table = pd.concat(layers, ignore_index=True)
    geometry = np.tile(units.frame.geometry.to_numpy(), len(layers))
    return gpd.GeoDataFrame(table, geometry=geometry, crs=units.frame.crs)


def prove_hot(parts: pd.Series, neighbours: "csr_array[Any]", analysis: Analysis) -> pd.DataFrame:
    """
    Test the units of one map, by the one rule that the map, its dates and its comparisons share.

    Parameters
    ----------
    parts
        Twelfths of incidents in each unit.
    neighbours
        Which units are neighbours, 1 on the diagonal.
    analysis
        Level, correction and least number for a ranking.

    Returns
    -------
    tested
        On the index of `parts`: what `exact_gi_star` gives, `q_value`, and `hot`. Below
        `min_n_ranking` incidents there are neither p- nor q-values, and nothing is hot.

    Examples
    --------
    Twelve incidents in one of six gates; eleven are too few where twelve are asked for.

    >>> gates = csr_array(np.eye(6, dtype=int))
    >>> asked = Analysis(alpha=1.0, min_n_ranking=12)
    >>> parts = pd.Series([144, 0, 0, 0, 0, 0], index=list("abcdef"))
    >>> prove_hot(parts, gates, asked)["hot"].tolist()
    [True, False, False, False, False, False]
    >>> int(prove_hot(parts.clip(upper=132), gates, asked)["hot"].sum())
    0
    """
    layer = exact_gi_star(parts, neighbours, ties=_ties(parts))
    layer["q_value"] = CORRECTIONS[analysis.correction](layer["p_value"])
    above = layer["n_block"] > layer["expected"]
    layer["hot"] = (layer["q_value"] <= analysis.alpha) & above
    if parts.sum() < analysis.min_n_ranking * TWELFTHS:
        return layer.assign(p_value=np.nan, q_value=np.nan, hot=False)
    return layer


def hot_by_chance(
    hotspots: pd.DataFrame, counts: pd.DataFrame, neighbours: "csr_array[Any]", analysis: Analysis
) -> pd.DataFrame:
    """
    Tell of every shift how many units would be hot on a map of chance.

    The level is the largest p-value that the map calls hot. Where nothing is hot it is that of the
    first step of Benjamini-Hochberg, alpha / m: what the smallest of m p-values had to undercut.

    Parameters
    ----------
    hotspots
        Result of `rank_units`.
    counts, neighbours, analysis
        What it was made of.

    Returns
    -------
    by_chance
        Index shift: `n_hot`, `level` and `n_chance`, the mean number of units with such a p-value
        over all orders of the counts; NaN for a shift that is not tested.

    Examples
    --------
    `tests/spatial/test_units.py` shuffles a map and counts.
    """
    rows = {}
    for code, column in counts.items():
        layer = hotspots[hotspots["shift"] == str(code)]
        if layer["p_value"].isna().all():
            rows[str(code)] = (0, np.nan, np.nan)
            continue
        hot = layer.loc[layer["hot"], "p_value"]
        level = float(hot.max()) if len(hot) else analysis.alpha / len(layer)
        # a p-value from another table of the same chances may differ in its last digits
        expected = expected_hot_by_chance(
            column, neighbours, level=min(level * (1 + 1e-9), 1.0), ties=_ties(column)
        )
        rows[str(code)] = (len(hot), level, expected)
    columns = ["n_hot", "level", "n_chance"]
    return pd.DataFrame.from_dict(rows, orient="index", columns=columns).rename_axis("shift")


def _ties(parts: pd.Series) -> str:
    """Return whether small counts call for the finer order."""
    return "own" if parts.sum() <= PARTED_UNTIL * TWELFTHS else "block"
