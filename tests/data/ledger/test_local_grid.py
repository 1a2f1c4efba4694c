import json

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyproj import Transformer

from data.errors import AreaError
from data.ledger.local_grid import LocalGrid, fit_local_grid

TO_DEGREES = Transformer.from_crs("EPSG:4548", "EPSG:4326", always_xy=True)
CORNERS = np.array([[0, 0], [2000, 100], [1900, 1700], [150, 1600], [900, 800], [400, 1200.0]])
TURN = np.radians(12)


def control_points(
    xy: np.ndarray, *, turn: float = TURN, scale: float = 1.0, noise_m: float = 0.0
) -> pd.DataFrame:
    """Put the points of a city grid on the ground: turned, scaled and shifted in CGCS2000."""
    matrix = scale * np.array([[np.cos(turn), -np.sin(turn)], [np.sin(turn), np.cos(turn)]])
    ground = xy @ matrix.T + (517_000, 4_333_000)
    ground = ground + np.random.default_rng(0).normal(0, noise_m, ground.shape)
    lon, lat = TO_DEGREES.transform(*ground.T)
    return pd.DataFrame({"x": xy[:, 0], "y": xy[:, 1], "lon": lon, "lat": lat})


@given(st.floats(-np.pi, np.pi), st.floats(0.95, 1.05), st.floats(-2e5, 2e5), st.integers(3, 6))
def test_a_city_grid_is_found(turn: float, scale: float, shift: float, n: int) -> None:
    """Whatever turn, scale and origin a grid has, its points come back within 5 cm."""
    control = control_points(CORNERS[:n] + shift, turn=turn, scale=scale)
    lon, lat = fit_local_grid(control).to_wgs84(control["x"], control["y"])
    off = np.hypot((lon - control["lon"]) * 86_000, (lat - control["lat"]) * 111_000)
    assert off.max() < 0.05


def test_places_between_the_points_are_right() -> None:
    """A place that is no control point lands where the grid's makers put it."""
    grid = fit_local_grid(control_points(CORNERS[:4]))
    truth = control_points(CORNERS[4:])
    lon, lat = grid.to_wgs84(truth["x"], truth["y"])
    assert np.allclose(lon, truth["lon"], atol=1e-6)
    assert np.allclose(lat, truth["lat"], atol=1e-6)


def test_residuals_are_shown() -> None:
    """Each point has its residual, and a larger one where it is left out of the fit."""
    grid = fit_local_grid(control_points(CORNERS, noise_m=1.0))
    assert len(grid.residuals_m) == len(grid.left_out_m) == len(CORNERS)
    assert 0.1 < grid.rms_m < 3
    assert sum(grid.left_out_m) > sum(grid.residuals_m)


def test_six_parameters_only_if_they_are_better() -> None:
    """A squeezed grid takes six parameters from five points on, a plain one never does."""
    squeezed = control_points(CORNERS * (1.01, 0.99)).assign(x=CORNERS[:, 0], y=CORNERS[:, 1])
    assert fit_local_grid(squeezed).kind == "affine"
    assert fit_local_grid(control_points(CORNERS, noise_m=0.5)).kind == "similarity"
    with pytest.raises(AreaError):  # four points may not take six
        fit_local_grid(squeezed.head(4))


def test_the_wrong_point_is_named() -> None:
    """Of five points one is off by 80 m: it is named, with the way it is off."""
    control = control_points(CORNERS[:5]).set_axis(list("ABCDE"))
    control.loc["C", "x"] += 80
    with pytest.raises(AreaError, match="point C is off by"):
        fit_local_grid(control)


def test_three_points_cannot_name_the_wrong_one() -> None:
    """Of three bad points none is named: they are refused together."""
    control = control_points(CORNERS[:3])
    control.loc[1, "x"] += 80
    with pytest.raises(AreaError, match=r"off by .* on average"):
        fit_local_grid(control)


@pytest.mark.parametrize(
    ("control", "said"),
    [
        (control_points(CORNERS[:2]), "at least 3"),
        (control_points(CORNERS[[0, 1, 1]]), "at least 3"),
        (control_points(CORNERS[:4] / 50), "within 200 m"),
        (control_points(np.array([[0, 0], [1000, 3], [2000, -2], [3000, 1.0]])), "in a line"),
        (control_points(CORNERS[:4]).rename(columns={"x": "y", "y": "x"}), "exchanged"),
        (control_points(CORNERS[:4], scale=0.3048), "metres"),
        (control_points(CORNERS[:4]).assign(lon=np.nan), "lacks a number"),
    ],
)
def test_bad_points_are_refused(control: pd.DataFrame, said: str) -> None:
    """Too few, too near, in a line, exchanged axes, feet, gaps: each has its sentence."""
    with pytest.raises(AreaError, match=said):
        fit_local_grid(control)


def test_a_grid_survives_the_store() -> None:
    """Written as text and read again, a grid is the same."""
    grid = fit_local_grid(control_points(CORNERS))
    text = grid.to_json()
    assert LocalGrid.from_json(text) == grid
    assert set(json.loads(text)) >= {"kind", "rms_m", "residuals_m", "left_out_m"}
