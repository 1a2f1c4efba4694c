"""Layers and rules written as one programme: sites, layers, second sites, the worst case."""

from math import inf

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import block_array, csr_array, eye_array

from routing.siting.layers import Layers
from routing.siting.local_search import Sites
from routing.siting.programme import Programme
from routing.siting.rules import SiteRules
from routing.siting.worth import Floats, Worth


def cover_programme(
    worth: Worth,
    rules: SiteRules,
    made: Layers,
    *,
    closed: NDArray[np.bool_],
    opened: NDArray[np.bool_],
) -> Programme:
    """
    Write the programme that `routing.siting.layers` states.

    Parameters
    ----------
    worth
        What is to be maximised.
    rules
        What plans keep.
    made
        Its layers.
    closed, opened
        Sites that are so in every plan that is looked for, shapes (n,).

    Returns
    -------
    programme
        Variables: sites, layers, with backups their second sites, with a worst case its worth.

    Examples
    --------
    >>> from routing.siting.effort import Effort
    >>> from routing.siting.layers import layers
    >>> worth, no = Worth(csr_array(np.array([[3.0, 0], [2, 5]]))), np.zeros(2, bool)
    >>> made = layers(worth, closed=no, opened=no, floor=np.zeros(2))
    >>> programme = cover_programme(worth, SiteRules(2, most=1), made, closed=no, opened=no)
    >>> programme.worth.size, programme.solve(Effort()).bound
    (5, 5.0)
    """
    count, n, backed = made.worth.size, rules.sites, bool(worth.backups.any())
    blocks, row_upper = layer_rows(made, rules, backed=backed)
    if worth.worst:
        rows = made.base.size
        blocks = [[*block, None] for block in blocks]
        second = [-made.second] if backed else []
        blocks.append([csr_array((rows, n)), -made.gain, *second, csr_array(np.ones((rows, 1)))])
        row_upper = np.concatenate([row_upper, made.base])
        objective = np.concatenate([np.zeros(n + count * (1 + backed)), [1.0]])
    else:
        chance = np.ones(1) if worth.plain else worth.chance
        gains = [chance @ made.gain, *([chance @ made.second] if backed else [])]
        objective = np.concatenate([np.zeros(n), *gains])
    upper, lower = np.ones(objective.size), np.zeros(objective.size)
    upper[:n], lower[:n] = ~closed, opened
    lower[n : n + count] = made.due
    if worth.worst:
        upper[-1] = inf
    return Programme(
        objective,
        csr_array(block_array(blocks, format="csr")),
        np.full(row_upper.size, -inf),
        row_upper,
        np.arange(objective.size) < n,
        lower,
        upper,
        constant=-worth.offset if worth.worst else worth.score(made.base),
    )


def layer_rows(
    made: Layers, rules: SiteRules, *, backed: bool
) -> tuple[list[list[csr_array | None]], Floats]:
    """
    Write the rows that chain layers, and those of the rules, over sites and layers.

    Parameters
    ----------
    made
        The layers.
    rules
        The rules.
    backed
        Whether the layers have second sites.

    Returns
    -------
    blocks, row_upper
        Rows and their upper limits; there are no lower ones.

    Examples
    --------
    `cover_programme` and `set_cover` stand on them.
    """
    count = made.worth.size
    linked = np.flatnonzero(made.above >= 0)
    ones = np.ones(linked.size)
    above = csr_array((ones, (linked, made.above[linked])), shape=(count, count))
    chain = csr_array(eye_array(count, format="csr") - above)
    return [
        [-made.sites, chain, *([chain] if backed else [])],
        [rules.matrix, csr_array((rules.matrix.shape[0], count)), *([None] if backed else [])],
    ], np.concatenate([np.zeros(count), rules.limit])


def start_values(worth: Worth, made: Layers, chosen: Sites) -> Floats:
    """
    Write a plan as a solution of the programme.

    Parameters
    ----------
    worth
        What is to be maximised.
    made
        Its layers.
    chosen
        Open sites.

    Returns
    -------
    values
        One per variable of `cover_programme`.

    Examples
    --------
    >>> from routing.siting.layers import layers
    >>> worth, no = Worth(csr_array(np.array([[3.0, 0], [2, 5]]))), np.zeros(2, bool)
    >>> made = layers(worth, closed=no, opened=no, floor=np.zeros(2))
    >>> start_values(worth, made, np.array([0])).tolist()
    [1.0, 0.0, 1.0, 0.0, 1.0]
    """
    best, second = worth.served(chosen)
    parts = [np.isin(np.arange(worth.shape[1]), chosen), best[made.demand] >= made.worth]
    if worth.backups.any():
        parts.append(second[made.demand] >= made.worth)
    values = np.concatenate([part.astype(float) for part in parts])
    return np.append(values, worth.objective(chosen)) if worth.worst else values
