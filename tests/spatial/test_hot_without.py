import numpy as np
import pytest

from app.study import Study
from data.errors import DegenerateDataError
from spatial.count import count_in_cells
from spatial.gi_star import exact_gi_star
from spatial.hot_layers import prove_hot
from spatial.hot_without import compare_hot_cells, lose_at_random


def test_with_all_it_is_the_map(study: Study) -> None:
    """With all incidents the hot cells and q-values are those of the map, cell by cell."""
    found = study.hotspots
    incidents = study.area.incidents.loc[found.parts.index]
    compared = compare_hot_cells(
        found.units.positions(incidents),
        found.parts["day"],
        (incidents["source"] == "patrol_find").to_numpy(),
        cells=found.units.frame,
        neighbours=found.units.neighbours(),
        analysis=study.area.settings.analysis,
    )
    layer = found.hotspots[found.hotspots["shift"] == "day"].set_index("cell_id")
    assert (compared["hot"] == layer["hot"]).all()
    assert compared["q_value"].to_numpy() == pytest.approx(layer["q_value"].to_numpy())
    assert (compared["n_block_without"] <= compared["n_block"]).all()


def test_of_many_incidents_it_is_the_map_too(study: Study, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where so many are counted that ties stay, the comparison keeps to the rule of the map."""
    found = study.hotspots
    positions = found.units.positions(study.area.incidents.loc[found.parts.index])
    how = {"cells": found.units.frame, "neighbours": found.units.neighbours()}
    analysis = study.area.settings.analysis
    monkeypatch.setattr("spatial.hot_layers.PARTED_UNTIL", 0)
    day, nobody = found.parts["day"], np.zeros(len(positions), dtype=bool)
    compared = compare_hot_cells(positions, day, nobody, analysis=analysis, **how)
    counts = count_in_cells(positions, how["cells"], day.to_frame())["day"]
    tested = prove_hot(counts, how["neighbours"], analysis)
    assert compared["q_value"].tolist() == tested["q_value"].tolist()
    blocks = exact_gi_star(counts, how["neighbours"], ties="block")["p_value"]
    assert tested["p_value"].tolist() == blocks.tolist()


def test_losing_nothing_loses_nothing(study: Study) -> None:
    """Without a loss every hot cell remains; the same seed gives the same losses."""
    found = study.hotspots
    how = {
        "cells": found.units.frame,
        "neighbours": found.units.neighbours(),
        "analysis": study.area.settings.analysis,
    }
    positions = found.units.positions(study.area.incidents.loc[found.parts.index])
    hot = found.hotspots[found.hotspots["shift"] == "night"]["hot"].sum()
    night = found.parts["night"]
    assert lose_at_random(positions, night, 0, draws=2, **how).tolist() == [hot, hot]
    first, again = (lose_at_random(positions, night, 60, draws=4, seed=3, **how) for _ in "ab")
    assert first.tolist() == again.tolist()
    assert (first <= hot).all()


def test_too_few_others_are_refused(study: Study) -> None:
    """Where nearly all are finds of patrols there is no map without them, and that is said."""
    found = study.hotspots
    n = len(found.parts)
    with pytest.raises(DegenerateDataError, match="at least 10 are needed"):
        compare_hot_cells(
            np.zeros(n, dtype=np.int64),
            found.parts["day"],
            np.arange(n) > 5,
            cells=found.units.frame,
            neighbours=found.units.neighbours(),
            analysis=study.area.settings.analysis,
        )
