import numpy as np
import pytest
import shapely
from scipy.stats import multivariate_normal, norm

from data.errors import DegenerateDataError
from spatial import bandwidth
from spatial.bandwidth import bandwidth_scores, choose_bandwidth

BOX = shapely.box(0, 0, 1000, 800)
WIDTHS = [25.0, 50.0, 100.0, 200.0]


def by_hand(places: np.ndarray, width: float) -> float:
    """Leave every place out by hand, with the exact share and integral in a rectangle."""

    def share(x: np.ndarray, y: np.ndarray) -> np.ndarray:
        across = norm.cdf(1000, x, width) - norm.cdf(0, x, width)
        return across * (norm.cdf(800, y, width) - norm.cdf(0, y, width))

    total = 0.0
    for place in places:
        others = places[(places != place).any(axis=1)]
        kernels = multivariate_normal(place, width**2).pdf(others)
        total += np.log(np.sum(kernels) / share(*place))
    x, y = np.meshgrid(np.arange(2.5, 1000, 5), np.arange(2.5, 800, 5))
    spread = norm.pdf(y[:, :1], places[:, 1], width) @ norm.pdf(x[:1].T, places[:, 0], width).T
    return float(total - (spread / share(x, y)).sum() * 25)


def test_scores_equal_leaving_out_by_hand() -> None:
    """The score is the likelihood of each place under the kernels of all other places."""
    rng = np.random.default_rng(3)
    places = rng.uniform((0, 0), (1000, 800), (40, 2))
    places = np.vstack([places, places[:5]])
    scores = bandwidth_scores(*places.T, mask=BOX, candidates_m=WIDTHS)
    assert scores.index.tolist() == WIDTHS
    assert scores.to_numpy() == pytest.approx([by_hand(places, w) for w in WIDTHS], abs=0.3)


def test_repeats_at_one_gate_do_not_shrink_the_bandwidth() -> None:
    """Reporting every incident three times from its own place leaves the best bandwidth as is."""
    x, y = np.random.default_rng(4).normal(450, 90, (2, 80))
    once = choose_bandwidth(x, y, mask=BOX)
    thrice = choose_bandwidth(np.tile(x, 3), np.tile(y, 3), mask=BOX)
    assert thrice == once


def test_pixels_agree_with_pairs(monkeypatch: pytest.MonkeyPatch) -> None:
    """Above 1,000 places pixels take over; at the bandwidths they choose among the best agrees."""
    x, y = np.random.default_rng(5).normal(450, 110, (2, 600))
    exact = bandwidth_scores(x, y, mask=BOX)
    monkeypatch.setattr(bandwidth, "EXACT_PLACES", 100)
    binned = bandwidth_scores(x, y, mask=BOX)
    step = exact.index.get_loc(exact.idxmax()) - binned.index.get_loc(binned.idxmax())
    assert abs(step) <= 1
    assert abs(exact - binned).iloc[4:].max() < 20


def test_a_narrow_and_a_wide_cloud_are_told_apart() -> None:
    """Of 1,200 incidents from a Gaussian the best width is near n^(-1/6) of its deviation."""
    box = shapely.box(0, 0, 1500, 1500)
    for spread in (50, 120):
        x, y = np.random.default_rng(6).normal(750, spread, (2, 1200))
        best = choose_bandwidth(x, y, mask=box, candidates_m=np.geomspace(8, 80, 7).tolist())
        assert 0.7 < best / (spread * 1200 ** (-1 / 6)) < 1.6


def test_too_few_places_are_refused() -> None:
    """Many incidents at one gate, or none at all, cannot tell a bandwidth, and say so."""
    with pytest.raises(DegenerateDataError, match="50 incidents at 1 different places"):
        choose_bandwidth(np.full(50, 10.0), np.full(50, 10.0), mask=BOX)
    with pytest.raises(DegenerateDataError, match="0 incidents at 0"):
        choose_bandwidth(np.empty(0), np.empty(0), mask=BOX)


def test_candidates_must_ascend() -> None:
    """Bandwidths that do not ascend from above 0 are refused by value."""
    x, y = np.random.default_rng(7).uniform(0, 800, (2, 30))
    with pytest.raises(DegenerateDataError, match=r"\[30.0, 20.0\] are no bandwidths"):
        choose_bandwidth(x, y, mask=BOX, candidates_m=[30, 20])
