r"""The cover models as an integer programme in layers, small because equal layers are one.

The sites of a demand in falling order of worth form layers of equal worth,
:math:`v_{i1} > v_{i2} > \dots`; :math:`y_{ik}` says that an open site lies in layer :math:`k` or
above, :math:`b_{ik}` that a second one does:

.. math::
    \max \sum_s \pi_s V_s \ \text{ or }\ t \le V_s \ \forall s \qquad
    V_s = \sum_{i \in s} \sum_k (v_{ik} - v_{i,k+1}) (y_{ik} + \beta_i b_{ik})

    y_{ik} + b_{ik} \le y_{i,k-1} + b_{i,k-1} + \sum_{j: v_{ij} = v_{ik}} x_j, \qquad
    0 \le y, b \le 1, \quad x \in \{0, 1\}^n

Binary cover has one layer per demand. Layers of different demands with the same sites above them
are one variable.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import coo_array, csr_array

from routing.siting.local_search import Sites
from routing.siting.worth import Floats, Worth


@dataclass(frozen=True, eq=False)
class Layers:
    """
    Layers above what every plan has anyway.

    References
    ----------
    Garcia, Labbe & Marin (2011), INFORMS Journal on Computing 23(4), doi:10.1287/ijoc.1100.0418;
    Cornuejols, Nemhauser & Wolsey (1980), SIAM Journal on Algebraic and Discrete Methods 1(3),
    doi:10.1137/0601030
    """

    demand: NDArray[np.intp]
    """A demand that the layer belongs to, shape (layers,)."""
    worth: Floats
    """Worth of that demand in the layer, shape (layers,)."""
    above: NDArray[np.intp]
    """The next better layer, -1: none."""
    sites: csr_array
    """Sites that the layer adds to those above it, shape (layers, n), entries 1."""
    gain: csr_array
    """What the layer counts in each scenario, shape (scenarios, layers)."""
    second: csr_array
    """What a second site in it counts, shape (scenarios, layers)."""
    due: NDArray[np.bool_]
    """Whether every better plan has an open site in it or above."""
    base: Floats
    """What every plan has anyway, shape (scenarios,)."""


def layers(
    worth: Worth,
    *,
    closed: NDArray[np.bool_],
    opened: NDArray[np.bool_],
    floor: Floats,
) -> Layers:
    """
    Write a worth in layers.

    Parameters
    ----------
    worth
        What is to be maximised.
    closed, opened
        Sites that are so in every better plan, shapes (n,).
    floor
        What each demand is served for in every better plan, shape (m,).

    Returns
    -------
    layers
        In the order of demands, best layer first.

    Examples
    --------
    Two demands have the same sites, and the third is served by the open one.

    >>> value = csr_array(np.array([[3.0, 3, 0], [5, 5, 0], [0, 1, 2]]))
    >>> made = layers(Worth(value), closed=np.zeros(3, bool), opened=np.arange(3) == 2,
    ...               floor=np.zeros(3))
    >>> made.gain.toarray().tolist(), made.base.tolist()
    ([[8.0]], [2.0])
    """
    starts, sites, value = worth.rows
    row = np.repeat(np.arange(worth.shape[0]), np.diff(starts))
    plain = worth.plain
    # with backups an open site still counts: it may be the second
    anyway, _ = worth.served(np.flatnonzero(opened)) if plain else (np.zeros(worth.shape[0]),) * 2
    kept = ~closed[sites] & (value > anyway[row])
    if plain:
        kept &= value >= floor[row] * (1 - 1e-9)
    row, sites, value = row[kept], sites[kept], value[kept]
    new_row = np.concatenate([[True], row[1:] != row[:-1]])[: row.size]
    new = new_row | np.concatenate([[True], value[1:] != value[:-1]])[: row.size]
    layer = np.cumsum(new) - 1
    of, level = row[new], value[new]
    last = np.concatenate([of[1:] != of[:-1], [True]])[: of.size]
    below = np.where(last, anyway[of], np.concatenate([level[1:], [0.0]])[: of.size])
    due = last & (floor[of] > anyway[of]) if plain else np.zeros(of.size, dtype=bool)
    first, merged = _merged(row, sites.astype(np.intp), layer, of.size)
    chained = np.where(new_row[new], -1, merged[np.arange(of.size) - 1])[first]
    scenario = np.zeros(of.size, np.intp) if plain else worth.scenarios[of]
    count = 1 if plain else worth.chance.size
    shape = (count, first.size)
    gain = csr_array(coo_array((level - below, (scenario, merged)), shape=shape))
    second = csr_array(
        coo_array(((level - below) * worth.backups[of], (scenario, merged)), shape=shape)
    )
    is_first = np.zeros(of.size, dtype=bool)
    is_first[first] = True
    used = is_first[layer]
    adds = coo_array(
        (np.ones(int(used.sum())), (merged[layer[used]], sites[used])),
        shape=(first.size, worth.shape[1]),
    )
    base = np.array([anyway.sum()]) if plain else np.zeros(count)
    any_due = np.zeros(first.size, dtype=bool)
    any_due[merged[due]] = True
    return Layers(of[first], level[first], chained, csr_array(adds), gain, second, any_due, base)


def _merged(
    row: NDArray[np.intp], sites: Sites, layer: NDArray[np.intp], count: int
) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """
    Find layers with the same sites in them and above.

    Sets of sites are compared by the sum of 128 random bits per site: two different sets agree
    with a chance below 1e-24 for a million layers.
    """
    rng = np.random.default_rng(0)
    most = int(sites.max(initial=-1)) + 1
    bits = rng.integers(0, 2**63, (2, most), dtype=np.uint64) * np.uint64(2) + np.uint64(1)
    sums = np.cumsum(bits[:, sites], axis=1, dtype=np.uint64)
    starts = np.flatnonzero(np.concatenate([[True], row[1:] != row[:-1]])[: row.size])
    before = np.zeros((2, row.size), dtype=np.uint64)
    before[:, starts[1:]] = sums[:, starts[1:] - 1]
    # the sum before a row is the same for all its entries
    row_of = np.cumsum(np.isin(np.arange(row.size), starts)) - 1
    sums -= before[:, starts][:, row_of] if row.size else before
    ends = np.searchsorted(layer, np.arange(count), side="right") - 1
    key = np.ascontiguousarray(sums[:, ends].T).view("u8,u8").ravel()
    _, first, merged = np.unique(key, return_index=True, return_inverse=True)
    order = np.argsort(first, kind="stable")
    rank = np.empty_like(order)
    rank[order] = np.arange(order.size)
    return first[order], rank[merged]
