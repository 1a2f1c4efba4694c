"""Sweeps against published optima, an exact method and all sweeps of small cases."""

import subprocess
import sys
from itertools import permutations, product
from pathlib import Path

import networkx as nx
import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.sparse.csgraph import csgraph_from_dense, shortest_path

from data.errors import PlanError
from routing.sweep.tours import plan_sweep

ROOT = Path(__file__).parents[3]
PUBLISHED = ROOT.parent / "shared" / "data" / "bench_arc_dev" / "MM-kWRPP"


@pytest.mark.real_data
@pytest.mark.skipif(not PUBLISHED.exists(), reason="the instances are not beside the checkout")
def test_published_optima_are_reached() -> None:
    """All 54 known optima of the windy rural postman problem, with one to three teams."""
    printed = subprocess.run(  # noqa: S603  # our own script
        [sys.executable, "benchmarks/rural_postman.py", str(PUBLISHED), "--steps", "2000"],
        cwd=ROOT,
        check=True,
        capture_output=True,
        text=True,
    ).stdout
    assert printed.splitlines()[-1] == "optima 54 of 54"


def test_one_team_on_all_streets_is_the_chinese_postman() -> None:
    """On a grid of 60 streets it is each street once and the cheapest matching of odd crossings."""
    grid, rng = nx.grid_2d_graph(6, 6), np.random.default_rng(1)
    at = {node: row for row, node in enumerate(grid)}
    cost, rows = np.full((36, 36), np.inf), []
    for one, other in grid.edges:
        time_s = float(rng.integers(50, 150))
        cost[at[one], at[other]] = cost[at[other], at[one]] = time_s
        rows.append((at[one], at[other], time_s, time_s))
    streets = pd.DataFrame(rows, columns=["tail", "head", "forward_s", "back_s"])
    walk_s = shortest_path(np.ma.masked_invalid(cost))
    odd = [at[node] for node in grid if grid.degree(node) % 2]
    pairs = nx.Graph()
    pairs.add_weighted_edges_from((a, b, walk_s[a, b]) for a in odd for b in odd if a < b)
    twice_s = sum(walk_s[a, b] for a, b in nx.min_weight_matching(pairs))
    sweep = plan_sweep(walk_s, streets, [0], steps=5000)
    assert sweep.longest_s == pytest.approx(streets["forward_s"].sum() + twice_s)


@st.composite
def small_sweeps(draw: st.DrawFn) -> tuple[np.ndarray, pd.DataFrame, list[int]]:
    """Draw up to 4 streets among 5 places with other costs each way, and one or two teams."""
    cost = np.array(draw(st.lists(st.integers(1, 30), min_size=25, max_size=25)), dtype=float)
    row = st.tuples(*[st.integers(0, 4)] * 2, *[st.integers(0, 30)] * 2)
    rows = draw(st.lists(row, min_size=1, max_size=4))
    cost = cost.reshape(5, 5)
    for tail, head, forward_s, back_s in rows:
        cost[tail, head], cost[head, tail] = (
            min(cost[tail, head], forward_s),
            min(cost[head, tail], back_s),
        )
    walk_s = shortest_path(csgraph_from_dense(cost, null_value=np.inf))
    streets = pd.DataFrame(rows, columns=["tail", "head", "forward_s", "back_s"])
    return walk_s, streets, draw(st.lists(st.integers(0, 4), min_size=1, max_size=2))


def tour_s(walk_s: np.ndarray, streets: pd.DataFrame, base: int, order: tuple[int, ...]) -> float:
    """Return the length of the best directions of one order."""
    lengths = []
    for back in product((False, True), repeat=len(order)):
        here, length = base, 0.0
        for street, backwards in zip(order, back, strict=True):
            tail, head, forward_s, back_s = streets.iloc[street]
            start, end = (head, tail) if backwards else (tail, head)
            length += walk_s[here, int(start)] + (back_s if backwards else forward_s)
            here = int(end)
        lengths.append(length + (walk_s[here, base] if order else 0.0))
    return min(lengths)


@settings(deadline=None, max_examples=40)
@given(small_sweeps())
def test_small_sweeps_are_optimal(drawn: tuple[np.ndarray, pd.DataFrame, list[int]]) -> None:
    """The longest tour is that of the best of all sweeps, and the bound is not above it."""
    walk_s, streets, bases = drawn
    sweep = plan_sweep(walk_s, streets, bases, steps=400)
    best = min(
        max(
            min(
                tour_s(walk_s, streets, base, order)
                for order in permutations([s for s, k in enumerate(teams) if k == team])
            )
            for team, base in enumerate(bases)
        )
        for teams in product(range(len(bases)), repeat=len(streets))
    )
    assert sweep.longest_s == pytest.approx(best)
    assert sweep.bound_s <= best + 1e-9
    assert sorted(sweep.visits["street"]) == list(range(len(streets)))


def test_same_seed_same_sweep() -> None:
    """The seed and the number of steps decide every row."""
    rng = np.random.default_rng(4)
    walk_s = shortest_path(rng.uniform(10, 90, (20, 20)))
    streets = pd.DataFrame(rng.integers(0, 20, (30, 2)), columns=["tail", "head"])
    streets = streets.assign(forward_s=50.0, back_s=60.0)
    one, two = (plan_sweep(walk_s, streets, [0, 1, 2], steps=500, seed=7) for _ in range(2))
    pd.testing.assert_frame_equal(one.visits, two.visits)


def test_no_street_is_no_walk() -> None:
    """A sweep of nothing has tours of 0 s."""
    none = pd.DataFrame(columns=["tail", "head", "forward_s", "back_s"], dtype=float)
    assert plan_sweep(np.zeros((1, 1)), none, [0, 0]).length_s.tolist() == [0, 0]


def test_impossible_sweeps_are_named_together() -> None:
    """No team, no time and every street out of reach are told at once."""
    walk_s = np.array([[0.0, 5, np.inf], [5, 0, np.inf], [np.inf, np.inf, 0]])
    streets = pd.DataFrame(
        {"tail": [0, 1], "head": [1, 2], "forward_s": [5.0, 5.0], "back_s": [5.0, 5.0]},
        index=["near", "far"],
    )
    with pytest.raises(PlanError, match="No way leads from every base to the street far and back"):
        plan_sweep(walk_s, streets, [0])
    with pytest.raises(PlanError, match="There is no team for the sweep"):
        plan_sweep(walk_s, streets.iloc[:1], [])
    with pytest.raises(PlanError, match="have no walking time"):
        plan_sweep(walk_s, streets.iloc[:1].assign(back_s=np.nan), [0])


def test_a_one_way_street_is_walked_its_way() -> None:
    """A street that is closed in one direction is never walked in it."""
    walk_s = np.array([[0.0, 10, 20], [10, 0, 10], [20, 10, 0]])
    streets = pd.DataFrame({"tail": [1], "head": [2], "forward_s": [np.inf], "back_s": [10.0]})
    sweep = plan_sweep(walk_s, streets, [0], steps=50)
    assert sweep.visits["backwards"].tolist() == [True]
    assert sweep.longest_s == 20 + 10 + 10
