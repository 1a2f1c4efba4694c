"""The maximal covering location problem, solved to proven optimality."""

from dataclasses import dataclass
from typing import Any

import highspy
import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array, hstack, identity, vstack


@dataclass(frozen=True)
class Cover:
    """Which candidates to open."""

    chosen: tuple[int, ...]
    """Rising positions of the opened candidates, without the fixed ones."""
    weight: float
    """Demand covered by fixed and chosen sites."""
    gap: float
    """Relative distance from the proven bound; 0 means that no better choice exists."""


def maximal_cover(
    covers: NDArray[np.bool_], weight: NDArray[np.float64], *, fixed: NDArray[np.bool_], most: int
) -> Cover:
    """
    Open the sites that cover the most demand.

    Parameters
    ----------
    covers
        Whether a site covers a demand; demands down, sites across, shape (m, n).
    weight
        Weight of each demand, not negative, shape (m,).
    fixed
        Sites that are open anyway, shape (n,).
    most
        How many further sites may be opened.

    Returns
    -------
    cover
        Of sites that cover the same demand the first is taken; one that adds nothing stays shut.

    References
    ----------
    Church & ReVelle (1974), Papers of the Regional Science Association 32,
    doi:10.1007/BF01942293

    Examples
    --------
    Greedy takes the middle site first, for 6, and ends at 8; the outer two cover all 10.

    >>> covers = np.array([[1, 0, 0], [1, 1, 0], [0, 1, 1], [0, 0, 1]], dtype=bool)
    >>> weight = np.array([2.0, 3, 3, 2])
    >>> maximal_cover(covers, weight, fixed=np.zeros(3, dtype=bool), most=2)
    Cover(chosen=(0, 2), weight=10.0, gap=0.0)
    """
    open_rows = np.flatnonzero(~covers[:, fixed].any(axis=1) & (weight > 0))
    sites = _distinct_sites(covers[open_rows], fixed)
    useful = covers[np.ix_(open_rows, sites)]
    reachable = useful.any(axis=1)
    useful, value = useful[reachable], weight[open_rows][reachable]
    picked, gap = _solve(useful, value, min(most, len(sites)))
    chosen = tuple(sorted(int(sites[site]) for site in _without_idle(useful, value, picked)))
    is_open = fixed.copy()
    is_open[list(chosen)] = True
    return Cover(chosen, float(weight[covers[:, is_open].any(axis=1)].sum()), gap)


def greedy_cover(
    covers: NDArray[np.bool_], weight: NDArray[np.float64], most: int
) -> tuple[int, ...]:
    """
    Open sites one by one, each time the one that adds the most; at least 63 % of the optimum.

    Parameters
    ----------
    covers
        Demands down, sites across, shape (m, n).
    weight
        Weight of each demand, shape (m,).
    most
        How many sites may be opened.

    Returns
    -------
    chosen
        In the order of opening; it ends where nothing can be added.

    References
    ----------
    Nemhauser, Wolsey & Fisher (1978), Mathematical Programming 14, doi:10.1007/BF01588971

    Examples
    --------
    >>> greedy_cover(np.array([[True, False], [True, True]]), np.array([2.0, 3.0]), 2)
    (0,)
    """
    left = weight.astype(float)
    chosen: list[int] = []
    while len(chosen) < most:
        gain = left @ covers
        if not gain.size or gain.max() <= 0:
            break
        site = int(gain.argmax())
        chosen.append(site)
        left = np.where(covers[:, site], 0.0, left)
    return tuple(chosen)


def _distinct_sites(covers: NDArray[np.bool_], fixed: NDArray[np.bool_]) -> NDArray[np.intp]:
    """Keep, of the sites that cover the same demand, the first; drop those that cover none."""
    first_of: dict[bytes, int] = {}
    for site in np.flatnonzero(~fixed & covers.any(axis=0)).tolist():
        first_of.setdefault(covers[:, site].tobytes(), site)
    return np.array(sorted(first_of.values()), dtype=np.intp)


def _solve(
    covers: NDArray[np.bool_], weight: NDArray[np.float64], most: int
) -> tuple[list[int], float]:
    """Solve the model with HiGHS, beginning with the greedy choice."""
    start = greedy_cover(covers, weight, most)
    if covers[:, list(start)].any(axis=1).all() or most == 0:
        return list(start), 0.0  # everything that can be covered is covered
    solver: Any = highspy.Highs()  # type: ignore[no-untyped-call]  # it ships no types
    for option, value in {
        "output_flag": False,
        "threads": 1,
        "random_seed": 0,
        "mip_rel_gap": 0.0,
        "mip_abs_gap": 0.0,
    }.items():
        solver.setOptionValue(option, value)
    solver.passModel(_model(covers, weight, most))
    solution = highspy.HighsSolution()
    opened = np.isin(np.arange(covers.shape[1]), start)
    solution.col_value = [*opened.astype(float), *covers[:, list(start)].any(axis=1).astype(float)]
    solver.setSolution(solution)
    solver.run()
    if solver.getModelStatus() != highspy.HighsModelStatus.kOptimal:
        msg = f"HiGHS ended with {solver.getModelStatus()} on a model that always has an optimum."
        raise AssertionError(msg)
    values = np.array(solver.getSolution().col_value)[: covers.shape[1]]
    return np.flatnonzero(np.round(values) > 0).tolist(), float(solver.getInfo().mip_gap)


def _model(covers: NDArray[np.bool_], weight: NDArray[np.float64], most: int) -> highspy.HighsLp:
    """Write the model from arrays: sites first, then demands, which are covered by whole sites."""
    demands, sites = covers.shape
    linked = hstack([-csr_array(covers.astype(float)), identity(demands, format="csr")])
    number = csr_array(np.concatenate([np.ones(sites), np.zeros(demands)])[None, :])
    matrix = csr_array(vstack([linked, number]))
    lp = highspy.HighsLp()
    lp.num_col_, lp.num_row_ = sites + demands, demands + 1
    lp.sense_ = highspy.ObjSense.kMaximize
    lp.col_cost_ = np.concatenate([np.zeros(sites), weight])
    lp.col_lower_, lp.col_upper_ = np.zeros(sites + demands), np.ones(sites + demands)
    lp.row_lower_ = np.full(demands + 1, -highspy.kHighsInf)
    lp.row_upper_ = np.concatenate([np.zeros(demands), [float(most)]])
    lp.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
    lp.a_matrix_.start_ = matrix.indptr
    lp.a_matrix_.index_ = matrix.indices
    lp.a_matrix_.value_ = matrix.data
    kinds = highspy.HighsVarType
    # a demand is covered in full as soon as a whole site is open, so it need not be whole itself
    lp.integrality_ = [kinds.kInteger] * sites + [kinds.kContinuous] * demands
    return lp


def _without_idle(
    covers: NDArray[np.bool_], weight: NDArray[np.float64], picked: list[int]
) -> list[int]:
    """Drop sites without which no demand is lost, from the last."""
    kept = list(picked)
    for site in reversed(picked):
        others = [other for other in kept if other != site]
        lost = covers[:, kept].any(axis=1) & ~covers[:, others].any(axis=1)
        if not weight[lost].any():
            kept = others
    return kept
