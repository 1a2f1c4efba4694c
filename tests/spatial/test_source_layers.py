import re

import numpy as np
import pandas as pd
import pytest

from data.columns import CODES
from data.errors import DegenerateDataError
from spatial.source_layers import (
    LAYER_NAMES,
    SOURCE_LAYERS,
    count_by_source,
    finds_per_visit_hour,
    layer_of_source,
    police_activity_note,
)


def twelfths(n: int) -> pd.DataFrame:
    """Share n incidents between day and night."""
    day = np.arange(n) % 13
    return pd.DataFrame({"day": day, "night": 12 - day})


def test_every_source_of_a_ledger_has_a_layer() -> None:
    """Each source that an import knows is somebody's: only `unknown` is nobody's."""
    codes = set(CODES["source"].values())
    assert codes - set(SOURCE_LAYERS) == {"unknown"}
    assert set(SOURCE_LAYERS.values()) <= set(LAYER_NAMES)


def test_layers_add_up_to_the_whole() -> None:
    """Layers and shifts together hold every incident once, sources nobody knows included."""
    source = pd.Series(["tip", "grid", "patrol_find", "no such", "", "call_110", "tip"])
    counts = count_by_source(source, twelfths(7))
    assert counts.index.tolist() == list(LAYER_NAMES)
    assert counts["n"].sum() == pytest.approx(7)
    assert counts["share"].sum() == pytest.approx(1)
    assert np.allclose(counts["n_day"] + counts["n_night"], counts["n"])
    assert counts.loc["unknown", "n"] == pytest.approx(2)
    assert layer_of_source(source).index.equals(source.index)


@pytest.mark.parametrize(
    ("patrols", "others", "words"),
    [(5, 5, "50 % .* shows mostly"), (4, 6, "40 % .* made only where"), (0, 3, None)],
)
def test_map_of_police_activity_is_called_that(
    patrols: int, others: int, words: str | None
) -> None:
    """From half on the map is said to show where patrols went; below, their share is stated."""
    source = pd.Series(["patrol_find"] * patrols + ["tip"] * others)
    notes = police_activity_note(count_by_source(source, twelfths(len(source))))
    if words is None:
        assert notes == []
    else:
        assert re.match(words, str(notes[0]))


@pytest.mark.parametrize(
    ("n", "low", "high"), [(0, 0, 3.689), (3, 0.619, 8.767), (10, 4.795, 18.39)]
)
def test_interval_of_finds_is_garwoods(n: int, low: float, high: float) -> None:
    """In one hour of visits the interval is the exact one printed for Poisson counts."""
    rates, notes = finds_per_visit_hour(pd.Series({"K1": n}), pd.Series({"K1": 1.0}))
    assert rates.loc["K1", ["low", "high"]].tolist() == pytest.approx([low, high], abs=5e-4)
    assert notes == ()


def test_finds_without_visits_have_no_rate() -> None:
    """Nobody on record at a place means no rate there, and none anywhere without any record."""
    finds = pd.Series({"K1": 2, "K2": 3})
    rates, notes = finds_per_visit_hour(finds, pd.Series({"K1": 4.0, "K2": 0.0}))
    assert rates["per_hour"].tolist() == pytest.approx([0.5, np.nan], nan_ok=True)
    assert str(notes[0]).startswith("3 finds were made where no visit is on record")
    _, notes = finds_per_visit_hour(finds, pd.Series(dtype=float))
    assert str(notes[0]) == "No visit is on record; finds of patrols have no rate."


def test_no_incident_has_no_shares() -> None:
    """An empty ledger is a sentence, not shares of nothing."""
    with pytest.raises(DegenerateDataError, match="There is no incident"):
        count_by_source(pd.Series(dtype=str), twelfths(0))
