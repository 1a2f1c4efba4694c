"""Ways of proving against each other on models too large to try every plan."""

import numpy as np
import pytest
from scipy.sparse import csr_array

from routing.siting import best_sites as proof
from routing.siting.effort import Effort
from routing.siting.layers import layers
from routing.siting.rules import SiteRules
from routing.siting.worth import Worth


def random_worth(seed: int, *, whole: bool) -> Worth:
    """Draw the worth of a p-median with 25 places, where relaxation alone proves little."""
    rng = np.random.default_rng(seed)
    far = rng.integers(1, 40, (25, 25)).astype(float) if whole else rng.uniform(1, 40, (25, 25))
    return Worth(csr_array(far.max(axis=1)[:, None] - far))


@pytest.mark.parametrize("seed", range(2))
def test_branching_agrees_with_highs(seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """The tree of prices alone and HiGHS on the whole programme prove the same optimum."""
    worth = random_worth(seed, whole=seed % 2 == 0)
    cost = np.random.default_rng(seed).integers(1, 5, 25).astype(float)
    rules = SiteRules(25, most=4, cost=cost, budget=9.0)
    # without the relaxation nothing is ruled out and HiGHS proves everything
    with monkeypatch.context() as patch:
        patch.setattr(proof, "_limited", lambda _: False)
        alone = proof.best_sites(worth, rules, Effort())
    assert alone.bound == pytest.approx(alone.value)

    def never(*_: object) -> None:
        pytest.fail("the tree was to prove it")

    monkeypatch.setattr(proof, "_prove", never)
    tree = proof.best_sites(worth, rules, Effort())
    assert tree.value == pytest.approx(alone.value)
    assert tree.bound == pytest.approx(tree.value)


def test_layers_are_fewer_than_pairs() -> None:
    """Demands with the same sites at the same worth are one layer, and open sites make none."""
    value = np.tile([4.0, 2.0, 0.0, 1.0], (50, 1))
    no = np.zeros(4, dtype=bool)
    made = layers(Worth(csr_array(value)), closed=no, opened=no, floor=np.zeros(50))
    assert made.worth.size == 3
    assert made.gain.toarray().tolist() == [[100.0, 50.0, 50.0]]
    opened = np.array([False, True, False, False])
    made = layers(Worth(csr_array(value)), closed=no, opened=opened, floor=np.zeros(50))
    assert made.worth.size == 1
    assert made.base.tolist() == [100.0]
