import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from pandas.testing import assert_frame_equal
from scipy.stats import norm

from data.errors import DegenerateDataError
from spatial.grid import Lattice
from spatial.kde import density_at, kernel_density

BOX = shapely.box(1000, 2000, 3000, 3300)


def once(points: gpd.GeoSeries) -> pd.DataFrame:
    """Weigh every point 1."""
    return pd.DataFrame({"all": np.ones(len(points))})


def spots(*places: tuple[float, float]) -> gpd.GeoDataFrame:
    """Make tiny cells that ask for the density at exact places."""
    squares = [shapely.Point(place).buffer(0.01, cap_style="square") for place in places]
    return gpd.GeoDataFrame(geometry=squares)


def exact(points: np.ndarray, at: np.ndarray, h: float, box: shapely.Polygon) -> np.ndarray:
    """Sum kernels by a matrix product, over the kernel's exact share inside a rectangle."""
    west, south, east, north = box.bounds
    near_x = norm.pdf(at[:, :1], points[:, 0], h)
    near_y = norm.pdf(at[:, 1:], points[:, 1], h)
    inside = norm.cdf(east, at[:, 0], h) - norm.cdf(west, at[:, 0], h)
    inside *= norm.cdf(north, at[:, 1], h) - norm.cdf(south, at[:, 1], h)
    return (near_x * near_y).sum(axis=1) / inside * 1e6


@settings(max_examples=15, deadline=None)
@given(
    st.integers(1, 200),
    st.sampled_from([40.0, 77.0, 150.0, 300.0]),
    st.sampled_from(["square", "hexagon"]),
    st.integers(0, 1000),
)
def test_density_equals_the_exact_sum(n: int, bandwidth_m: float, shape: str, seed: int) -> None:
    """Binning and filtering stays within 0.5 % of the peak of the exact edge-corrected sum."""
    rng = np.random.default_rng(seed)
    places = rng.uniform(BOX.bounds[:2], BOX.bounds[2:], (n, 2))
    points = gpd.GeoSeries.from_xy(*places.T)
    cells = Lattice.cover(BOX, 90.0, shape).cells(BOX)
    found = kernel_density(points, once(points), mask=BOX, cells=cells, bandwidth_m=bandwidth_m)
    at = shapely.get_coordinates(cells.representative_point())
    truth = exact(places, at, bandwidth_m, BOX)
    peak = exact(places, np.vstack([at, places]), bandwidth_m, BOX).max()
    assert found.index.equals(cells.index)
    assert abs(found["all"] - truth).max() <= 0.005 * peak


def test_lone_point_keeps_its_height_and_place() -> None:
    """One incident far from the edge peaks at 1 / (2 pi h^2), wherever the pixels lie."""
    for x in (1900, 1903.7, 1909.4):
        points = gpd.GeoSeries.from_xy([x], [2700])
        cells = spots((x, 2700))
        found = kernel_density(points, once(points), mask=BOX, cells=cells, bandwidth_m=150)
        assert found["all"].iloc[0] == pytest.approx(1e6 / (2 * np.pi * 150**2), rel=0.005)


def test_mass_is_conserved_away_from_the_edge() -> None:
    """Density times area adds up to the number of incidents, when no kernel meets the edge."""
    points = gpd.GeoSeries.from_xy([1800, 1950, 2222], [2600, 2650, 2710])
    weights = pd.DataFrame({"day": [1, 0.5, 2], "night": [0, 0.5, 1]})
    cells = Lattice.cover(BOX, 50.0).cells(BOX)
    found = kernel_density(points, weights, mask=BOX, cells=cells, bandwidth_m=100)
    mass = found.mul(cells["area_m2"] / 1e6, axis=0).sum()
    assert mass.to_dict() == pytest.approx({"day": 3.5, "night": 1.5}, rel=0.002)


def test_truth_is_a_half_at_an_edge_and_a_quarter_at_a_corner() -> None:
    """A kernel on a straight edge, slanted or not, is half inside; in a right corner a quarter."""
    diamond = shapely.Polygon([(0, -2000), (2000, 0), (0, 2000), (-2000, 0)])
    places = [(0.0, 0.0), (1000.0, 1000.0), (0.0, -1999.9)]
    points = gpd.GeoSeries.from_xy(*zip(*places, strict=True))
    found = kernel_density(
        points, once(points), mask=diamond, cells=spots(*places), bandwidth_m=100
    )
    middle, edge, corner = found["all"]
    assert edge == pytest.approx(2 * middle, rel=0.01)
    assert corner == pytest.approx(4 * middle, rel=0.02)


def test_even_incidents_have_an_even_density_up_to_the_edge() -> None:
    """Where incidents are equally dense everywhere, no cell looks calmer, not even at a hole."""
    mask = shapely.box(0, 0, 900, 900).difference(shapely.Point(450, 450).buffer(200))
    x, y = (axis.ravel() for axis in np.meshgrid(np.arange(5, 900, 10), np.arange(5, 900, 10)))
    points = gpd.GeoSeries.from_xy(x, y)
    cells = Lattice.cover(mask, 60.0, "hexagon").cells(mask)
    found = kernel_density(points, once(points), mask=mask, cells=cells, bandwidth_m=80)
    assert found["all"].between(9_700, 10_300).all()


def test_points_outside_are_left_out_and_arguments_kept() -> None:
    """A point beyond the study area adds nothing, and no argument is changed."""
    points = gpd.GeoSeries.from_xy([1500, 3001], [2500, 2500])
    weights, cells = once(points), Lattice.cover(BOX, 200.0).cells(BOX)
    before = points.copy(), weights.copy(), cells.copy()
    with_it = kernel_density(points, weights, mask=BOX, cells=cells, bandwidth_m=100)
    alone = kernel_density(points[:1], weights[:1], mask=BOX, cells=cells, bandwidth_m=100)
    assert_frame_equal(with_it, alone)
    assert points.equals(before[0])
    assert_frame_equal(weights, before[1])
    assert_frame_equal(cells, before[2])


def test_no_point_gives_no_density() -> None:
    """Without incidents the density is 0 everywhere."""
    points = gpd.GeoSeries([], dtype="geometry")
    cells = Lattice.cover(BOX, 200.0).cells(BOX)
    found = kernel_density(points, once(points), mask=BOX, cells=cells, bandwidth_m=100)
    assert (found["all"] == 0).all()


def test_too_fine_a_bandwidth_is_refused_with_one_that_works() -> None:
    """A bandwidth that would need over 5 million pixels is refused, with the least that works."""
    county = shapely.box(0, 0, 1e5, 1e5)
    points, cells = gpd.GeoSeries.from_xy([0], [0]), spots((5, 5))
    with pytest.raises(DegenerateDataError, match=r"Use a bandwidth of 3\d\d m or more"):
        kernel_density(points, once(points), mask=county, cells=cells, bandwidth_m=20)


def test_machine_code_bins_as_arrays_do(monkeypatch: pytest.MonkeyPatch) -> None:
    """With millions of points, also on a slanted edge, the surface is the same."""
    diamond = shapely.Polygon([(0, -600), (600, 0), (0, 600), (-600, 0)])
    x, y = np.random.default_rng(8).uniform(-700, 700, (2, 3000))
    x[:600], y[:600] = np.linspace(0, 600, 600), np.linspace(600, 0, 600)
    x[600:610] = np.nan
    at, weights = (np.array([0.0, 250, 599]), np.array([0.0, 300, 0])), np.ones((1, 3000))
    by_array = density_at(x, y, weights, mask=diamond, at=at, bandwidth_m=90)
    monkeypatch.setattr("spatial.kernels.LEAST", 0)
    compiled = density_at(x, y, weights, mask=diamond, at=at, bandwidth_m=90)
    assert compiled == pytest.approx(by_array, rel=1e-9)
