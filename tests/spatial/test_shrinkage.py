import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from data.errors import DegenerateDataError
from spatial.shrinkage import fit_clayton_kaldor, fit_marshall, shrink_rates


def test_marshall_is_that_of_pysal() -> None:
    """Homicide rates around St Louis, 1979-84, shrink to the numbers of PySAL's documentation."""
    from libpysal.examples import get_path  # noqa: PLC0415  # slow, and only this test needs it

    stl = pd.read_csv(get_path("stl_hom.csv"), skipinitialspace=True)
    found = shrink_rates(stl["HC7984"], stl["PO7984"])
    expected = [2.36718950e-05, 4.54539167e-05, 4.78114019e-05, 2.76907146e-05, 6.58989323e-05]
    assert found["shrunk"].head().tolist() == pytest.approx(expected, rel=1e-8)


def test_clayton_kaldor_solves_its_equations() -> None:
    """Mean and variance of the prior are those of its posterior means, as Clayton and Kaldor ask.

    Counts and expected counts: lip cancer in the first 20 districts of Scotland, 1975-80.
    """
    n = np.array([9, 39, 11, 9, 15, 8, 26, 7, 6, 20, 13, 5, 3, 8, 17, 9, 2, 7, 9, 7], dtype=float)
    e = np.array(
        [
            1.4,
            8.7,
            3,
            2.5,
            4.3,
            2.4,
            8.1,
            2.3,
            2,
            6.6,
            4.4,
            1.8,
            1.1,
            3.3,
            7.8,
            4.6,
            1.1,
            4.2,
            5.5,
            4.4,
        ]
    )
    prior = fit_clayton_kaldor(n, e)
    posterior = (n + prior.shape) / (e + prior.rate)
    assert prior.mean == pytest.approx(posterior.mean(), rel=1e-8)
    spread = ((1 + prior.rate / e) * (posterior - prior.mean) ** 2).sum() / (n.size - 1)
    assert prior.shape / prior.rate**2 == pytest.approx(spread, rel=1e-6)


@settings(max_examples=20, deadline=None)
@given(
    st.lists(st.tuples(st.integers(0, 60), st.floats(0.1, 50)), min_size=5, max_size=12),
    st.sampled_from(["marshall", "clayton_kaldor"]),
)
def test_shrunk_lies_between_own_and_common_rate(
    rows: list[tuple[int, float]], method: str
) -> None:
    """Every estimate lies between the place's rate and the common one, nearer the own with more."""
    counts, exposure = (pd.Series(side, dtype=float) for side in zip(*rows, strict=True))
    if counts.sum() == 0:
        return
    found = shrink_rates(counts, exposure, method=method)
    fit = {"marshall": fit_marshall, "clayton_kaldor": fit_clayton_kaldor}[method]
    mean = fit(counts.to_numpy(), exposure.to_numpy()).mean
    low, high = np.minimum(found["rate"], mean), np.maximum(found["rate"], mean)
    assert ((found["shrunk"] >= low - 1e-9) & (found["shrunk"] <= high + 1e-9)).all()
    assert (found["low"] <= found["shrunk"] + 1e-9).all()
    assert (found["shrunk"] <= found["high"] + 1e-9).all()
    assert found["weight"].between(0, 1).all()
    in_order = found["weight"][exposure.sort_values().index]
    assert in_order.is_monotonic_increasing or in_order.max() - in_order.min() < 1e-9


def test_shrunk_rates_are_nearer_the_truth() -> None:
    """Over 40 draws of 12 places the shrunk rates miss the true ones by less than the raw do.

    The 95 % intervals hold the true rate in 92 to 98 of 100 cases.
    """
    rng = np.random.default_rng(4)
    exposure = pd.Series(np.geomspace(0.5, 40, 12))
    raw = shrunk = inside = 0.0
    for _ in range(40):
        true = rng.gamma(4, 0.25, 12)
        found = shrink_rates(pd.Series(rng.poisson(true * exposure)), exposure)
        raw += ((found["rate"] - true) ** 2).mean() / 40
        shrunk += ((found["shrunk"] - true) ** 2).mean() / 40
        inside += ((found["low"] <= true) & (true <= found["high"])).mean() / 40
    assert shrunk < raw / 2
    assert 0.92 < inside < 0.985


def test_rates_that_differ_as_chance_does_are_one_rate() -> None:
    """Where nothing is left to explain all places get the common rate, but no certainty of it."""
    found = shrink_rates(pd.Series([2, 2, 2, 2, 2]), pd.Series(np.ones(5)))
    assert (found["shrunk"] == 2).all()
    assert (found["weight"] == 0).all()
    low, high = found[["low", "high"]].iloc[0]
    # wider than that of ten incidents in five units, narrower than that of two in one
    assert 0.2422 < low < 0.9591
    assert 3.6781 < high < 7.2247


def test_too_few_places_or_no_incident_is_refused() -> None:
    """Four places, or five without an incident, have no rates to compare."""
    with pytest.raises(DegenerateDataError, match="There are 4 places; 5 are needed"):
        shrink_rates(pd.Series([1, 2, 3, 4]), pd.Series(np.ones(4)))
    with pytest.raises(DegenerateDataError, match="None of the 5 places has an incident"):
        shrink_rates(pd.Series(np.zeros(5)), pd.Series(np.ones(5)))
