"""What a waiting user sees and may do while a proof runs."""

from itertools import count

import numpy as np
import pytest
from numpy.typing import NDArray

from data.errors import Message, PlanError
from routing.siting.effort import Effort
from routing.siting.maximal_cover import maximal_cover
from routing.siting.p_centre import p_centre
from routing.siting.p_median import p_median
from routing.siting.rules import SiteRules
from routing.siting.set_cover import set_cover
from routing.siting.siting import Siting


def town(n: int = 150, seed: int = 0) -> NDArray[np.float64]:
    """Draw places and return whole distances between them."""
    places = np.random.default_rng(seed).uniform(0, 1000, (n, 2))
    return np.round(np.linalg.norm(places[:, None] - places[None], axis=2))


def test_the_first_plan_comes_at_once_and_only_better_ones_follow() -> None:
    """Plans that are handed over never get worse, their bounds hold, and the last is the answer."""
    shown: list[Siting] = []
    told: list[Message] = []
    effort = Effort(found=shown.append, progress=lambda _, doing: told.append(doing))
    distance = town()
    plan = p_median(distance, np.ones(150), SiteRules(150, most=6), effort=effort)
    costs = [one.objective for one in shown]
    assert costs == sorted(costs, reverse=True)
    assert costs[-1] == plan.objective
    assert all(one.bound <= plan.objective for one in shown)
    assert told
    assert plan.proven


@pytest.mark.parametrize("model", [p_median, p_centre])
def test_cancel_keeps_the_plan_and_an_honest_bound(model: object) -> None:
    """A plan cancelled after some questions keeps the rules and is not called proven wrongly."""
    distance, asked = town(), count()
    rules = SiteRules(150, most=6)
    assert callable(model)
    best = model(distance, np.ones(150), rules)
    effort = Effort(cancel=lambda: next(asked) > 60)
    plan = model(distance, np.ones(150), rules, effort=effort)
    assert rules.allow(plan.chosen)
    assert plan.bound <= best.objective <= plan.objective


def test_time_limit_by_the_callers_clock() -> None:
    """When the clock of the caller runs out the cover found so far stands, with its bound."""
    distance = town()
    ticks = count()
    effort = Effort(seconds=40.0, clock=lambda: float(next(ticks)))
    weight = np.random.default_rng(1).integers(1, 9, 150).astype(float)
    plan = maximal_cover(distance <= 120, weight, SiteRules(150, most=7), effort=effort)
    best = maximal_cover(distance <= 120, weight, SiteRules(150, most=7))
    assert plan.objective <= best.objective <= plan.bound
    assert best.proven


def test_a_gap_that_is_good_enough_ends_the_proof() -> None:
    """With a gap of 5 % asked for, the answer is within 5 % of its bound."""
    effort = Effort(gap=0.05)
    plan = p_median(town(), np.ones(150), SiteRules(150, most=9), effort=effort)
    assert plan.gap <= 0.05


def test_same_input_same_plan() -> None:
    """Nothing is drawn and nothing depends on the clock."""
    distance = town(seed=3)
    plans = [p_median(distance, np.ones(150), SiteRules(150, most=8)) for _ in range(2)]
    assert plans[0].chosen == plans[1].chosen


def test_moving_a_booth() -> None:
    """One of two standing booths may be moved: the better of the two moves is found."""
    place = np.arange(0.0, 101.0, 10)
    distance = abs(place[:, None] - place)
    stands = SiteRules(11, most=2, existing=(0, 1), most_closed=1)
    plan = p_median(distance, np.ones(11), stands)
    assert len(set(plan.chosen) & {0, 1}) == 1
    moves = [distance[:, [kept, to]].min(axis=1).sum() for kept in (0, 1) for to in range(11)]
    assert plan.objective == min(moves)


@pytest.mark.parametrize(
    ("told", "call"),
    [
        ("reaches 1 of 2 demands: 1", lambda: p_median(FAR, np.ones(2), SiteRules(2))),
        ("reaches 1 of 2 demands: 1", lambda: p_centre(FAR, np.ones(2), SiteRules(2))),
        ("weighs -1", lambda: maximal_cover(np.eye(2), np.array([1.0, -1]), SiteRules(2))),
        ("shape", lambda: maximal_cover(np.eye(3), np.ones(2), SiteRules(2))),
        ("cover 50.0%", lambda: set_cover(np.eye(2), np.ones(2), HALF, share=0.9)),
        ("both fixed and forbidden", lambda: SiteRules(2, fixed=(0,), forbidden=(0,))),
        ("2 sites are fixed, but only 1", lambda: SiteRules(2, fixed=(0, 1), most=1)),
        ("Site 5 is not one", lambda: SiteRules(2, fixed=(5,))),
        (
            "fixed sites cost 9, the budget is 5",
            lambda: SiteRules(2, fixed=(0,), cost=np.array([9.0, 1]), budget=5.0),
        ),
        (
            "every site needs at least 2",
            lambda: SiteRules(2, staff=np.full((1, 2), 2.0), staff_limit=np.ones(1)),
        ),
    ],
)
def test_bad_input_is_named(told: str, call: object) -> None:
    """What cannot be is refused by its name, with what to change."""
    assert callable(call)
    with pytest.raises(PlanError, match=told) as raised:
        call()
    assert all(str(fault.remedy) for fault in raised.value.faults)


FAR = np.array([[1.0, 2.0], [np.inf, np.inf]])
HALF = SiteRules(2, forbidden=(1,))
