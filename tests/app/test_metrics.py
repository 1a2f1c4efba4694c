"""The tiles of the overview: a figure, its unit, and the period that it is of."""

import pytest

from app import metrics
from app.i18n import in_language
from app.metrics import Tile
from app.study import Study

WIDEST_CHANGE = 12
"""Signs of a change that a tile shows whole on a screen of 1440 pixels."""


def tiles_of(study: Study, monkeypatch: pytest.MonkeyPatch) -> list[Tile]:
    """Return the tiles that the overview shows."""
    shown: list[Tile] = []
    monkeypatch.setattr(metrics.st, "columns", lambda n: [None] * n)
    monkeypatch.setattr(metrics, "_show_tile", lambda _, tile: shown.append(tile))
    with in_language("zh"):
        metrics.show_metrics(study)
    return shown


def test_each_figure_has_unit_and_period(study: Study, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each label ends with a unit, and below each figure stands the period or day it is of."""
    tiles = tiles_of(study, monkeypatch)
    assert len(tiles) == 5
    assert all(tile.label.endswith("）") for tile in tiles)
    start, end = (f"{moment:%Y-%m-%d}" for moment in study.hotspots.period)
    for tile in tiles:
        assert end in tile.below or f"{study.day:%Y-%m-%d}" in tile.below
    assert start in tiles[0].below
    assert tiles[0].figure == str(study.hotspots.n)


def test_a_change_is_short(study: Study, monkeypatch: pytest.MonkeyPatch) -> None:
    """What a tile says of a change is never cut off: with what it is compared stands below."""
    trend = tiles_of(study, monkeypatch)[1]
    assert trend.change is None or len(trend.change) <= WIDEST_CHANGE
    assert "周" in trend.below
