"""Squares over the study area: what some methods need, whatever unit the hotspots are found by."""

from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from app.panels.frame import keep
from app.panels.place_streets import studied_incidents
from app.study import Study
from spatial.count import cell_positions, count_in_cells
from spatial.grid import Lattice


@dataclass(frozen=True)
class Squares:
    """A lattice of squares, those near a street or with incidents, and what lies in them."""

    lattice: Lattice
    cells: gpd.GeoDataFrame
    """CELLS frame."""
    n: pd.Series
    """Incidents of each cell."""
    parts: pd.DataFrame
    """Twelfths of incidents of each cell, by shift."""

    @property
    def studied(self) -> NDArray[np.bool_]:
        """Tell by cell number which cells of the lattice belong to the study area."""
        return np.asarray(self.lattice.positions(self.cells) >= 0)


def lay_squares(study: Study) -> Squares:
    """Return the squares of a study: those of its hotspots where these are squares."""
    return keep(study, "squares", lambda: _lay(study))


def _lay(study: Study) -> Squares:
    """Lay the lattice and count."""
    found, incidents = study.hotspots, studied_incidents(study)
    lattice, cells = found.lattice, found.cells
    if lattice.shape != "square" or found.units.lattice is None:
        lattice, cells = _cover(study, incidents)
    positions = cell_positions(incidents, lattice=lattice, cells=cells)
    return Squares(
        lattice,
        cells,
        count_in_cells(positions, cells)["n"],
        count_in_cells(positions, cells, found.parts),
    )


def _cover(study: Study, incidents: gpd.GeoDataFrame) -> tuple[Lattice, gpd.GeoDataFrame]:
    """Cover the study area, without the cells that are far from every street and incident."""
    area, analysis = study.area, study.area.settings.analysis
    mask = area.boundary.buffer(analysis.edge_buffer_m)
    lattice = Lattice.cover(mask, analysis.cell_size_m)
    cells = lattice.cells(mask, crs=area.crs)
    lines = np.array([data["geometry"] for *_, data in area.streets.edges(data=True)])
    things = np.concatenate([lines, incidents.geometry.to_numpy()])
    near, _ = shapely.STRtree(things).query(
        cells.geometry.to_numpy(), "dwithin", analysis.cell_size_m
    )
    return lattice, cells.iloc[np.unique(near)]
