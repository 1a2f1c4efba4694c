"""Who covers whom: distances become shares of cover, whole up to a limit or fading to another."""

from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array, issparse

Floats = NDArray[np.float64]
Cover = csr_array | NDArray[np.float64] | NDArray[np.bool_]
"""Share of each demand that each site covers, from 0 to 1, demands down, sites across."""


def shares_of(cover: Cover) -> csr_array:
    """
    Return a cover as a sparse matrix of its own.

    Parameters
    ----------
    cover
        Shares, or whether a site covers a demand, shape (m, n).

    Returns
    -------
    shares
        Sorted, without stored zeros, shape (m, n).

    Examples
    --------
    >>> shares_of(np.array([[True, False]])).toarray().tolist()
    [[1.0, 0.0]]
    """
    given: Any = cover
    shares: Any = csr_array(given, dtype=np.float64, copy=True)
    shares.sum_duplicates()
    shares.eliminate_zeros()
    return csr_array(shares)


def cover_by_distance(
    distance: Floats | csr_array, full: float, none: float | None = None
) -> csr_array:
    r"""
    Turn distances into the share of a demand that a site covers.

    .. math:: a_{ij} = \min\Big(1, \max\Big(0, \frac{N - d_{ij}}{N - F}\Big)\Big)

    Parameters
    ----------
    distance
        From demands (down) to sites (across) in any unit, shape (m, n): a dense array, infinite
        where no way leads, or a sparse one whose stored entries alone are ways.
    full
        Up to this distance :math:`F` a demand is covered in full.
    none
        From this distance :math:`N` on it is not covered; None: right after `full`, so that every
        share is 1 or 0.

    Returns
    -------
    cover
        Shares above 0, shape (m, n).

    References
    ----------
    Church & Roberts (1983), Papers of the Regional Science Association 53,
    doi:10.1007/BF01939922; Berman & Krass (2002), Computers & Operations Research 29(6),
    doi:10.1016/S0305-0548(00)00079-X

    Examples
    --------
    >>> cover_by_distance(np.array([[0.0, 300, 450, 600, np.inf]]), 300, 600).toarray().tolist()
    [[1.0, 1.0, 0.5, 0.0, 0.0]]
    """
    if issparse(distance):
        stored: Any = csr_array(distance)
        row, site, far = np.repeat(np.arange(stored.shape[0]), np.diff(stored.indptr)), None, None
        site, far = stored.indices, stored.data
    else:
        row, site = np.nonzero(np.isfinite(distance))
        far = np.asarray(distance)[row, site]
    if none is None or none <= full:
        share = (far <= full).astype(float)
    else:
        share = np.clip((none - far) / (none - full), 0.0, 1.0)
    kept = share > 0
    return csr_array((share[kept], (row[kept], site[kept])), shape=distance.shape)


def assigned_sites(cover: csr_array, chosen: NDArray[np.intp]) -> NDArray[np.intp]:
    """
    Return the first of the open sites that cover a demand best.

    Parameters
    ----------
    cover
        Shares, shape (m, n).
    chosen
        Open sites.

    Returns
    -------
    assigned
        Shape (m,); -1 where none covers it.

    Examples
    --------
    >>> assigned_sites(csr_array(np.array([[0.2, 0.5], [0, 0]])), np.array([0, 1])).tolist()
    [1, -1]
    """
    if not chosen.size or not cover.shape[0]:
        return np.full(cover.shape[0], -1, dtype=np.intp)
    by_site = cover.tocsc()
    best = np.zeros(cover.shape[0])
    assigned = np.full(cover.shape[0], -1, dtype=np.intp)
    for site in chosen.tolist():
        part = slice(by_site.indptr[site], by_site.indptr[site + 1])
        rows, share = by_site.indices[part], by_site.data[part]
        better = share > best[rows]
        best[rows[better]], assigned[rows[better]] = share[better], site
    return assigned
