"""The tours of a sweep: every street once, shared among teams, the longest as short as can be."""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from data.errors import N_, FaultList, Message, PlanError
from routing.sweep.kernel import anneal

CHAINS = 2
"""Searches side by side: two, whatever the machine, so that the plan depends on the seed alone."""
STEPS = 20_000
HOT, COLD = 0.5, 0.005
"""Temperatures at the begin and at the end, in mean lengths of a street."""
Floats = NDArray[np.float64]
Costs = tuple[Floats, Floats, Floats, Floats]
"""Between two states, from the bases, to the bases, and of walking the street itself; a state is
2 x street, + 1 if it is walked from head to tail."""


@dataclass(frozen=True)
class Sweep:
    """Which team walks which streets, in which order and direction."""

    visits: pd.DataFrame
    """One row per street walked for the sweep: `team`, `order` (from 0 in each team), `street`
    (label of the row in `streets`), `backwards` (from head to tail)."""
    length_s: Floats
    """Time of each team's tour, from its base and back, shape (teams,)."""
    bound_s: float
    """No sweep has a longest tour shorter than this; the optimum may be longer."""

    @property
    def longest_s(self) -> float:
        """Time of the longest tour."""
        return float(self.length_s.max(initial=0.0))


def plan_sweep(
    walk_s: Floats,
    streets: pd.DataFrame,
    bases: Sequence[int],
    *,
    steps: int = STEPS,
    seed: int = 0,
) -> Sweep:
    """
    Share streets among teams so that each is walked once and the longest tour is short.

    The windy rural postman problem with several teams: each tour begins and ends at the team's
    base; a street may be walked in either direction, at different cost; ways between streets are
    the fastest ones. Minimised is the longest tour, then the sum. Two chains of ruin and recreate
    with simulated annealing; directions are chosen exactly for every order that is tried.

    Parameters
    ----------
    walk_s
        Fastest way between places, seconds, shape (n, n); `inf` where none leads. It may use the
        streets to be walked, so it is nowhere longer than one of them.
    streets
        Streets to be walked: `tail` and `head` (places, 0 to n - 1), `forward_s` from tail to head
        and `back_s` from head to tail, seconds; `inf` where that direction is closed.
    bases
        Place of each team's base.
    steps
        Streets are taken out and put back this often in each chain.
    seed
        Same arguments: same sweep, on every machine.

    Returns
    -------
    sweep
        See `Sweep`. A team may stay without a street where another way round is shorter.

    Raises
    ------
    PlanError
        If there is no team, or a street cannot be reached from every base and left again.

    References
    ----------
    Benavent, Corberan, Plana & Sanchis (2009), Networks 54(4), doi:10.1002/net.20334, for the
    problem; Christiaens & Vanden Berghe (2020), doi:10.1287/trsc.2019.0914, for the search.

    Examples
    --------
    Two streets of 100 s lead from the base to both sides: one team walks there and back twice, two
    teams once each.

    >>> walk_s = np.array([[0.0, 100, 100], [100, 0, 200], [100, 200, 0]])
    >>> streets = pd.DataFrame(
    ...     {"tail": [0, 0], "head": [1, 2], "forward_s": 100.0, "back_s": 100.0},
    ...     index=["east", "west"],
    ... )
    >>> plan_sweep(walk_s, streets, [0]).longest_s, plan_sweep(walk_s, streets, [0, 0]).longest_s
    (400.0, 200.0)
    """
    _check(walk_s, streets, bases)
    service = streets[["forward_s", "back_s"]].to_numpy(dtype=float).ravel()
    begin = streets[["tail", "head"]].to_numpy(dtype=np.int64).ravel()
    end = streets[["head", "tail"]].to_numpy(dtype=np.int64).ravel()
    base = np.asarray(bases, dtype=np.int64)
    out, home = walk_s[np.ix_(base, begin)], walk_s[np.ix_(end, base)].T.copy()
    between = walk_s[np.ix_(end, begin)]
    if not service.size:
        return Sweep(_visits([], streets), np.zeros(base.size), 0.0)
    model = _finite(between), _finite(out), _finite(home), _finite(service)
    with ThreadPoolExecutor(CHAINS) as pool:
        found = list(pool.map(lambda chain: _search(model, chain, steps, seed), range(CHAINS)))
    tours = min(found, key=lambda made: (round(made[1].max(), 6), made[1].sum()))[0]
    directed = [_direct(tour, team, model) for team, tour in enumerate(tours)]
    length_s = np.array([length for _, length in directed])
    bound_s = _bound(service, out, home, base.size)
    return Sweep(_visits([states for states, _ in directed], streets), length_s, bound_s)


def _search(model: Costs, chain: int, steps: int, seed: int) -> tuple[list[list[int]], Floats]:
    """Run one chain from the streets dealt out in turn; return tours and their lengths."""
    between, out, home, service = model
    n, teams = service.size // 2, out.shape[0]
    apart = between.reshape(n, 2, n, 2).min(axis=(1, 3))
    near = np.argsort(np.minimum(apart, apart.T), axis=1, kind="stable")
    tours, sizes = np.zeros((teams, n + 1), dtype=np.int64), np.zeros(teams, dtype=np.int64)
    for at, street in enumerate(np.argsort(out[0, ::2], kind="stable").tolist()):
        team = at % teams
        tours[team, sizes[team]] = street
        sizes[team] += 1
    usual = float(service[np.isfinite(service)].mean()) or 1.0
    at_first = CHAINS * seed + chain
    anneal(
        between, out, home, service, near, tours, sizes, at_first, steps, HOT * usual, COLD * usual
    )
    listed = [tour[:size].tolist() for tour, size in zip(tours, sizes, strict=True)]
    lengths = [_direct(tour, team, model)[1] for team, tour in enumerate(listed)]
    return listed, np.array(lengths)


def _direct(tour: list[int], team: int, model: Costs) -> tuple[list[int], float]:
    """Choose the best direction of every street of a tour; return its states and its length."""
    if not tour:
        return [], 0.0
    between, out, home, service = model
    reached = {2 * tour[0] + d: (out[team, 2 * tour[0] + d], [2 * tour[0] + d]) for d in (0, 1)}
    reached = {state: (cost + service[state], way) for state, (cost, way) in reached.items()}
    for street in tour[1:]:
        ahead = {}
        for here in (2 * street, 2 * street + 1):
            cost, way = min(
                ((cost + between[last, here], way) for last, (cost, way) in reached.items()),
                key=lambda found: found[0],
            )
            ahead[here] = cost + service[here], [*way, here]
        reached = ahead
    last, (cost, way) = min(reached.items(), key=lambda found: found[1][0] + home[team, found[0]])
    return way, float(cost + home[team, last])


def _bound(service: Floats, out: Floats, home: Floats, teams: int) -> float:
    """Return what no longest tour can be below: the farthest street, or an even share of all."""
    alone = (out + service + home).reshape(teams, -1, 2).min(axis=(0, 2))
    return float(max(alone.max(), service.reshape(-1, 2).min(axis=1).sum() / teams))


def _visits(states: list[list[int]], streets: pd.DataFrame) -> pd.DataFrame:
    """Return the table of who walks what."""
    rows = [
        (team, order, streets.index[state // 2], state % 2 == 1)
        for team, way in enumerate(states)
        for order, state in enumerate(way)
    ]
    return pd.DataFrame(rows, columns=["team", "order", "street", "backwards"])


def _finite(cost: Floats) -> Floats:
    """Return costs in which a closed way is dearer than any plan, but can be added up."""
    return np.where(np.isfinite(cost), cost, 1e12)


def _check(walk_s: Floats, streets: pd.DataFrame, bases: Sequence[int]) -> None:
    """Raise what makes a sweep impossible."""
    faults = FaultList()
    if not len(bases):
        faults.add(N_("There is no team for the sweep."), N_("Name one team or more."))
    ends = streets[["tail", "head"]].to_numpy(dtype=np.int64)
    cost = streets[["forward_s", "back_s"]].to_numpy(dtype=float)
    if (cost < 0).any() or np.isnan(cost).any():
        faults.add(
            N_("Some streets of the sweep have no walking time."),
            N_("Give every street a time of 0 s or more, in both directions."),
        )
    base = np.asarray(bases, dtype=np.int64)
    if not base.size or not len(streets):
        faults.raise_if_any(PlanError)
        return
    there = np.isfinite(walk_s[np.ix_(base, ends.ravel())]).reshape(len(base), -1, 2)
    back = np.isfinite(walk_s[np.ix_(ends.ravel(), base)]).T.reshape(len(base), -1, 2)
    walked = np.isfinite(cost) & there & back[:, :, ::-1]
    for street in streets.index[~walked.any(axis=2).all(axis=0)]:
        faults.add(
            Message.of(
                N_("No way leads from every base to the street {street} and back."), street=street
            ),
            N_("Leave the street out of the sweep, or correct the street network."),
        )
    faults.raise_if_any(PlanError)
