"""Risk terrain: which facilities raise the number of incidents around them, and by how much."""

from typing import NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from data.errors import N_, DegenerateDataError, Message
from spatial.count_regression import NEGATIVE_BINOMIAL, POISSON, CountModel, fit_counts
from spatial.elastic_net import screen_columns
from spatial.refusals import refuse_few
from spatial.stepwise import choose_columns

LEAST_INCIDENTS = 30
PER_FACTOR = 10
"""Incidents for each factor of a model: fewer, and its values are mostly chance."""

DISTRIBUTIONS = (POISSON, NEGATIVE_BINOMIAL)

Floats = NDArray[np.float64]


class RiskTerrain(NamedTuple):
    """A model of where incidents happen, and its map."""

    factors: pd.DataFrame
    """A row for each factor: `category`, `kind`, `distance_m`, `coefficient`, `relative_risk` (how
    many times as many incidents a cell has that the factor reaches) and `n_cells` so reached."""
    cells: pd.DataFrame
    """On the index of the counts: `relative_risk` (1 where no factor reaches) and `expected`."""
    distribution: str
    """`poisson` or `negative_binomial`, whichever fits better by BIC."""
    bic: float
    bic_null: float
    """BIC of the model without factors."""
    notes: tuple[Message, ...]


def model_risk_terrain(
    counts: pd.Series,
    layers: pd.DataFrame,
    *,
    exposure: pd.Series | None = None,
    gamma: float = 1.0,
    seed: int = 0,
) -> RiskTerrain:
    """
    Find the facility classes, and the distances, that go with more incidents.

    A penalised Poisson regression with cross-validation screens the layers; among those left
    columns are added, dropped and exchanged one by one, for a Poisson and a negative binomial
    model, and the better of the two is kept. A class enters once as proximity or density, at one
    distance. Only factors that raise risk are looked for: a simplification. What is found is where
    incidents are, not why; after such a choice the values are larger than they will prove to be.

    Parameters
    ----------
    counts
        Incidents in each cell, whole numbers of at least 0, indexed by cell.
    layers
        Result of `build_risk_layers` on the same index.
    exposure
        On the same index, above 0, such as the area of cells that the edge cuts; by default all
        cells count alike.
    gamma
        1 charges for the number of layers tried (extended BIC), 0 does not (BIC), as RTMDx does.
        Either way 0 is used to choose between the two distributions.
    seed
        Of the random parts of the cross-validation.

    Raises
    ------
    DegenerateDataError
        If there are fewer than 30 incidents, all lie in one cell, or no layer tells one cell from
        another.

    References
    ----------
    Caplan, Kennedy & Miller (2011), doi:10.1080/07418825.2010.486037; Kennedy, Caplan & Piza
    (2011), doi:10.1007/s10940-010-9126-2; Peduzzi et al. (1996),
    doi:10.1016/S0895-4356(96)00236-3, for ten events a factor.

    Examples
    --------
    A hundred cells with one incident each, three in each of the first twenty.

    >>> cells = pd.Index([f"c{i}" for i in range(100)], name="cell_id")
    >>> names = pd.MultiIndex.from_tuples(
    ...     [("hospital", "proximity", 100.0), ("station", "proximity", 100.0)],
    ...     names=["category", "kind", "distance_m"],
    ... )
    >>> near = np.column_stack([np.arange(100) < 20, np.arange(100) % 2]).astype(int)
    >>> counts = pd.Series(np.where(np.arange(100) < 20, 3, 1), cells)
    >>> model = model_risk_terrain(counts, pd.DataFrame(near, cells, names))
    >>> model.factors[["category", "relative_risk"]].round(3).to_numpy().tolist()
    [['hospital', 3.0]]
    >>> model.cells["relative_risk"].round(3).iloc[[0, 50]].tolist()
    [3.0, 1.0]
    """
    n = int(counts.sum())
    refuse_few(n, LEAST_INCIDENTS)
    _refuse_one_cell(counts)
    usable, said = _comparable(layers, counts)
    size = np.ones(len(counts)) if exposure is None else exposure.to_numpy(dtype=np.float64)
    y = counts.to_numpy(dtype=np.float64)
    columns = usable.to_numpy(dtype=np.float64)
    classes = usable.columns.get_level_values("category").tolist()
    chosen, model = _best_model(columns, y, size, classes, gamma=gamma, seed=seed)
    reached = usable.iloc[:, chosen]
    factors = _describe(reached, model.coefficients[1:])
    risk = map_relative_risk(reached, model.coefficients[1:])
    cells = pd.DataFrame({"relative_risk": risk, "expected": model.fitted}, index=counts.index)
    nulls = [fit_counts(columns[:, :0], y, size, distribution=name) for name in DISTRIBUTIONS]
    return RiskTerrain(
        factors,
        cells,
        NEGATIVE_BINOMIAL if model.dispersion else POISSON,
        _bic(model),
        min(map(_bic, nulls)),
        (*said, *_summary(len(factors), n, columns.shape[1])),
    )


def _best_model(
    columns: Floats, y: Floats, size: Floats, classes: list[str], *, gamma: float, seed: int
) -> tuple[list[int], CountModel]:
    """Return the columns and the fit of the better of both distributions."""
    screened = screen_columns(columns, y, size, seed=seed)
    fits = []
    for distribution in DISTRIBUTIONS:
        chosen, model, _ = choose_columns(
            columns[:, screened],
            y,
            size,
            groups=[classes[at] for at in screened],
            tried=columns.shape[1],
            most=int(y.sum()) // PER_FACTOR,
            gamma=gamma,
            distribution=distribution,
        )
        fits.append(([screened[at] for at in chosen], model))
    return min(fits, key=lambda fit: _bic(fit[1]))


def map_relative_risk(layers: pd.DataFrame, coefficients: Floats) -> pd.Series:
    """
    Multiply the relative risks of the factors that reach each cell.

    Parameters
    ----------
    layers
        0 or 1, a column for each factor.
    coefficients
        Of the factors: logarithms of their relative risks.

    Returns
    -------
    relative_risk
        On the index of `layers`, 1 where no factor reaches.

    Examples
    --------
    The two factors of a published burglary model, of 21.36 and 8.65 times, and its riskiest cell.

    >>> layers = pd.DataFrame([[0, 0], [0, 1], [1, 1]])
    >>> map_relative_risk(layers, np.array([3.0617, 2.1578])).round(2).tolist()
    [1.0, 8.65, 184.84]
    """
    return pd.Series(np.exp(layers.to_numpy() @ coefficients), layers.index, name="relative_risk")


def _refuse_one_cell(counts: pd.Series) -> None:
    """Raise if one cell holds all incidents."""
    if int((counts > 0).sum()) == 1:
        raise DegenerateDataError(
            Message.of(N_("All {n} incidents lie in one cell."), n=int(counts.sum())),
            N_("Check whether their point is a default, or use smaller cells."),
        )


def _comparable(layers: pd.DataFrame, counts: pd.Series) -> tuple[pd.DataFrame, list[Message]]:
    """Keep the layers with incidents both inside and outside, and say what the others were."""
    inside = layers.mul(counts, axis=0).sum()
    usable = layers.loc[:, (inside > 0) & (inside < counts.sum())]
    said = []
    if whole := int((inside >= counts.sum()).sum()):
        text = N_("{n} layers hold all incidents: without any outside there is no comparison.")
        said.append(Message.of(text, n=whole))
    if empty := int((inside == 0).sum()):
        said.append(Message.of(N_("{n} layers hold no incident and raise no risk."), n=empty))
    if usable.shape[1] == 0:
        raise DegenerateDataError(
            Message.of(N_("None of {n} facility layers can be compared."), n=layers.shape[1]),
            N_("Add facility classes, or distances at which only some cells are near."),
        )
    return usable, said


def _bic(model: CountModel) -> float:
    """Return the Bayesian information criterion of a fit."""
    free = model.coefficients.size + (model.dispersion > 0)
    return float(free * np.log(model.fitted.size) - 2 * model.log_likelihood)


def _describe(reached: pd.DataFrame, coefficients: Floats) -> pd.DataFrame:
    """List the factors, the strongest first."""
    table = reached.columns.to_frame(index=False)
    table["coefficient"] = coefficients
    table["relative_risk"] = np.exp(coefficients)
    table["n_cells"] = reached.sum().to_numpy()
    return table.sort_values("relative_risk", ascending=False, ignore_index=True)


def _summary(n_factors: int, n: int, tried: int) -> list[Message]:
    """Say what was found among how much."""
    if n_factors == 0:
        text = N_("None of {tried} facility layers goes with more incidents than chance ({n}).")
    else:
        text = N_("{n_factors} of {tried} facility layers go with more incidents ({n} in all).")
    return [Message.of(text, tried=tried, n=n, n_factors=n_factors)]
