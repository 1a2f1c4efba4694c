"""How far the incidents of a study lie from its gates, on foot along the streets."""

import geopandas as gpd
import numpy as np
from numpy.typing import NDArray

from app.panels.frame import keep
from app.panels.place_streets import studied_incidents
from app.study import Study
from data.errors import N_, DegenerateDataError
from data.graphs import StreetGraph
from data.profiles import build_profile
from spatial.facility import walking_distances
from spatial.facility_bands import BANDS_M


def gate_distances(study: Study) -> NDArray[np.float64]:
    """Return the metres from every gate to every incident, `inf` beyond the last band.

    Raises
    ------
    DegenerateDataError
        If the area has no gate to measure from.
    """
    return keep(
        study,
        "gate_distances",
        lambda: measure_from_gates(study, studied_incidents(study)),
    )


def measure_from_gates(study: Study, places: gpd.GeoDataFrame) -> NDArray[np.float64]:
    """Return the metres from every gate to every place, `inf` beyond the last band."""
    area = study.area
    if area.gates.empty:
        raise DegenerateDataError(
            N_("The area has no key point to measure from."),
            N_("Add the file of key points, with a place for every gate."),
        )
    snap_m = area.settings.streets.max_snap_m
    return walking_distances(_walkable(study), area.gates, places, BANDS_M[-1], max_snap_m=snap_m)


def _walkable(study: Study) -> StreetGraph:
    """Return the streets on foot by day."""
    area = study.area
    return build_profile(area.streets, "foot", area.shifts[0], area.settings.streets)
