import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely

from data.errors import DegenerateDataError
from spatial.displacement import AREAS, compare_cleanup, weighted_displacement
from spatial.grid import Lattice

PAPER = pd.DataFrame(
    {"before": [207, 308, 178, 150], "after": [110, 318, 157, 140]}, index=list(AREAS)
)
MASK = shapely.box(0, 0, 1500, 500)
CELLS = Lattice.cover(MASK, 50.0).cells(MASK)
START = pd.Timestamp("2026-06-01")


def test_the_paper_is_reproduced() -> None:
    """The example of Wheeler and Ratcliffe: -118, error 39.6, z -2.98, interval -196 to -40."""
    found = weighted_displacement(PAPER)
    total = found.table.loc["total"]
    assert total["estimate"] == -118
    assert total["standard_error"] == pytest.approx(np.sqrt(1568))
    assert round(total["z"], 2) == -2.98
    assert (round(total["lower"]), round(total["upper"])) == (-196, -40)
    assert found.enough
    assert "fell beyond" in str(found.verdict)


def test_weights_for_area_are_those_of_the_authors_package() -> None:
    """With areas of different size the estimate is per unit, as in the package `ptools`."""
    weight = pd.Series({"comparison": 0.9, "treated": 1.2, "comparison_ring": 1.6, "ring": 1.5})
    total = weighted_displacement(PAPER, area_weight=weight).table.loc["total"]
    assert total.to_numpy() == pytest.approx(
        [-99.69444444, 35.4280755, -2.813995483, -169.1321965, -30.25669241], rel=1e-8
    )


def test_periods_of_different_length() -> None:
    """Counts of twice the time before count half, and their variance a quarter, as in `ptools`."""
    counts = pd.DataFrame({"before": [80, 100], "after": [20, 50]}, index=list(AREAS[:2]))
    local = weighted_displacement(counts, days_before=2, days_after=1).table.loc["local"]
    assert local["estimate"] == -20
    assert local["standard_error"] == pytest.approx(np.sqrt(115))


def test_three_to_one_gets_no_star() -> None:
    """A drop from 3 to 1 has no verdict, however the comparison went."""
    counts = pd.DataFrame({"before": [3, 40], "after": [1, 90]}, index=list(AREAS[:2]))
    found = weighted_displacement(counts)
    assert found.table.loc["local", "upper"] < 0
    assert not found.enough
    assert "Too few incidents" in str(found.verdict)


@pytest.mark.parametrize(
    ("after", "said"),
    [
        ([15, 318, 300, 150], "rose in the ring"),
        ([400, 308, 178, 150], "rose beyond"),
        ([200, 310, 180, 150], "within what chance"),
    ],
)
def test_verdicts(after: list[int], said: str) -> None:
    """A rise in the ring, a rise beyond the comparison and mere chance are told apart."""
    assert said in str(weighted_displacement(PAPER.assign(after=after)).verdict)


def test_false_alarms_are_as_many_as_stated() -> None:
    """Where nothing changes, the 95 % interval misses 0 in about 5 % of draws."""
    rng = np.random.default_rng(0)
    missed = 0
    for _ in range(150):
        counts = pd.DataFrame(rng.poisson(30, (4, 2)), list(AREAS), ["before", "after"])
        total = weighted_displacement(counts).table.loc["total"]
        missed += not total["lower"] <= 0 <= total["upper"]
    assert missed / 150 == pytest.approx(0.05, abs=0.045)


def moved_next_door() -> gpd.GeoDataFrame:
    """Make 30 incidents at a gate that move 90 m after the clean-up, and a second gate as busy."""
    rng = np.random.default_rng(1)
    days = pd.to_timedelta(rng.uniform(-28, 28, 60), unit="D")
    after = days > pd.Timedelta(0)
    x = np.where(after, 165.0, 75.0)
    x[30:] = 1275.0
    points = gpd.points_from_xy(x, np.full(60, 225.0))
    return gpd.GeoDataFrame({"occurred_from": START + days}, geometry=points)


def test_what_moved_next_door_is_found_in_the_ring() -> None:
    """A gate emptied into its neighbourhood: local fall, ring rise, and no gain in total."""
    incidents, place = moved_next_door(), shapely.box(50, 200, 100, 250)
    before = incidents.copy(), CELLS.copy()
    counts, areas = compare_cleanup(incidents, CELLS, place, start=START, ring_m=150)
    table = weighted_displacement(counts).table
    assert table.loc["local", "estimate"] < 0 < table.loc["displaced", "estimate"]
    assert areas.index.equals(CELLS.index)
    assert (areas == "treated").sum() == (areas == "comparison").sum() == 1
    # the comparison is the other busy gate, and rings keep apart
    assert CELLS[areas == "comparison"].contains(shapely.Point(1275, 225)).all()
    ring = CELLS[areas == "ring"].representative_point()
    assert (ring.distance(place) <= 150).all()
    moved = int((incidents.geometry.x == 165).sum())
    assert counts.loc["ring"].tolist() == [0, moved]
    pd.testing.assert_frame_equal(incidents, before[0])
    pd.testing.assert_frame_equal(CELLS, before[1])


def test_impossible_questions_are_refused() -> None:
    """A place without cells, a ring that leaves nothing, and wrong counts are refused."""
    incidents = moved_next_door()
    for place, more, said in (
        (shapely.Point(9999, 9999).buffer(9), {}, "No cell lies"),
        (shapely.box(50, 200, 100, 250), {"ring_m": 5000.0}, "0 cells are left"),
        (shapely.box(50, 200, 100, 250), {"days": 0}, "compare nothing"),
    ):
        with pytest.raises(DegenerateDataError, match=said):
            compare_cleanup(incidents, CELLS, place, start=START, **more)
    with pytest.raises(DegenerateDataError, match="areas compared are treated, far"):
        weighted_displacement(PAPER.iloc[:2].set_axis(["treated", "far"]))
    with pytest.raises(DegenerateDataError, match="below 0"):
        weighted_displacement(-PAPER)
    with pytest.raises(DegenerateDataError, match="Periods of 0 and 1 days"):
        weighted_displacement(PAPER, days_before=0, days_after=1)
