import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from data.errors import DegenerateDataError
from data.shifts import Shift
from spatial import shift_layers
from spatial.aoristic import shift_twelfths
from spatial.count import cell_positions, count_in_cells, counts_on_cells
from spatial.grid import Lattice
from spatial.shift_layers import count_shift_layers

DAY, NIGHT = Shift("day", 360, 1080, ()), Shift("night", 1080, 360, ())
MASK = shapely.box(0, 0, 300, 200)


def table(n: int, seed: int, zone: str | None = None) -> pd.DataFrame:
    """Make incidents of every precision, some outside the area."""
    rng = np.random.default_rng(seed)
    begin = pd.Timestamp("2026-03-01", tz=zone) + pd.to_timedelta(rng.integers(0, 90_000, n), "min")
    length = np.where(rng.random(n) < 0.6, 0, rng.integers(0, 3000, n))
    return pd.DataFrame(
        {
            "x": rng.uniform(-50, 350, n),
            "y": rng.uniform(-50, 250, n),
            "occurred_from": begin,
            "occurred_to": begin + pd.to_timedelta(length, "min"),
            "time_precision": rng.choice(["minute", "period", "day"], n),
        }
    )


@settings(max_examples=15)
@given(
    st.integers(0, 300),
    st.integers(0, 9999),
    st.sampled_from([None, "Asia/Shanghai"]),
    st.sampled_from(["square", "hexagon"]),
)
def test_layers_are_those_of_points(n: int, seed: int, zone: str | None, shape: str) -> None:
    """Straight from columns the twelfths per shift and cell are those of points and weights."""
    incidents = table(n, seed, zone)
    lattice = Lattice.cover(MASK, 40.0, shape)
    cells = lattice.cells(MASK)
    points = gpd.GeoSeries.from_xy(incidents["x"], incidents["y"])
    positions = cell_positions(points, lattice=lattice, cells=cells)
    truth = count_in_cells(positions, cells, shift_twelfths(incidents, [DAY, NIGHT]))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(shift_layers, "ROWS_AT_ONCE", 128)
        found = count_shift_layers(incidents, lattice=lattice, shifts=[DAY, NIGHT])
    assert (
        counts_on_cells(found, lattice=lattice, cells=cells).T.tolist() == truth.to_numpy().tolist()
    )


def test_bad_tables_are_refused() -> None:
    """A missing column, a missing time and shifts with a gap are refused."""
    incidents, lattice = table(20, 1), Lattice.cover(MASK, 50.0)
    with pytest.raises(DegenerateDataError, match="no column y, time_precision"):
        count_shift_layers(
            incidents.drop(columns=["y", "time_precision"]), lattice=lattice, shifts=[DAY, NIGHT]
        )
    with pytest.raises(DegenerateDataError, match="do not add up"):
        count_shift_layers(incidents, lattice=lattice, shifts=[DAY])
    incidents.loc[3, "occurred_to"] = pd.NaT
    with pytest.raises(DegenerateDataError, match="1 incidents have no time"):
        count_shift_layers(incidents, lattice=lattice, shifts=[DAY, NIGHT])
