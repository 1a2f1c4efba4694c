"""Two incident files, one after the other: how well the first foretells where the second lies.

For plain counts and for the surface that the tool chooses by the first file alone it prints the hit
rate with a 95 % bootstrap interval, PAI, PEI* and RRI, at each share of the area. Both files may be
tables or map layers of any layout that the import page reads.
"""

import argparse
import sys
import warnings
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray
from pyproj import CRS, Transformer

from data.errors import DegenerateDataError
from data.ledger.coordinates import read_positions
from data.ledger.dates import read_moments
from data.ledger.files import read_tables
from data.ledger.findings import Findings
from data.ledger.mapping import propose_mapping
from data.projection import WGS84, utm_crs
from spatial.accuracy import patrolled_part, surface_accuracy
from spatial.count import cell_numbers, count_points
from spatial.grid import Lattice
from spatial.holdout import SAFE, judge_surfaces, study_cells
from spatial.surfaces import PLAIN, WIDTHS_IN_CELLS, candidate_surfaces

Floats = NDArray[np.float64]

SAMPLE = Path(__file__).parents[1] / "data" / "sample" / "incidents.csv"
DEGREES = (180.0, 90.0)
FURTHEST_M = 100_000.0
"""Points further than this from the middle of the first file are typing errors."""
SEED = 0
BOOTSTRAPS = 2000
NOW = datetime(2100, 1, 1)  # noqa: DTZ001  # local; only the future would be refused


@dataclass(frozen=True)
class Incidents:
    """Places of incidents as their file gives them, and when they happened."""

    x: Floats
    y: Floats
    times: pd.Series
    """NaT where unknown."""


def read_incidents(file: Path) -> Incidents:
    """Read places and times from a table or map layer; rows without a place are left out."""
    table = read_tables(file)[0]
    mapping = propose_mapping(table, "incidents")
    texts = table.cells.rename(columns={theirs: ours for ours, theirs in mapping.columns.items()})
    texts = texts[[column for column in texts if column in mapping.columns]]
    if table.places is not None and not table.places.is_empty.all():
        spots = table.places.representative_point()
        x, y = spots.x.to_numpy(), spots.y.to_numpy()
    else:
        raw = read_positions(texts, findings=Findings())
        x, y = raw["raw_x"].to_numpy(np.float64), raw["raw_y"].to_numpy(np.float64)
    moments = read_moments(texts, timezone="UTC", now=NOW, findings=Findings(), utc="as_written")
    placed = np.isfinite(x) & np.isfinite(y) & ~((x == 0) & (y == 0))
    times = moments["occurred_from"].reset_index(drop=True)
    print(f"{file.name}: {len(x)} rows, {int(placed.sum())} with a place")
    return Incidents(x[placed], y[placed], times[placed].reset_index(drop=True))


def sample_in_two() -> tuple[Incidents, Incidents]:
    """Cut the incidents of the sample area at two thirds."""
    whole = read_incidents(SAMPLE)
    early = (whole.times < whole.times.quantile(2 / 3)).to_numpy()
    first, second = (
        Incidents(whole.x[part], whole.y[part], whole.times[part].reset_index(drop=True))
        for part in (early, ~early)
    )
    return first, second


def source_crs(incidents: Incidents, given: str | None) -> CRS | None:
    """Return the system of the coordinates: the one given, degrees, or None for plain metres."""
    if given is not None:
        return CRS.from_user_input(given)
    limit = np.array(DEGREES)[:, None]
    in_degrees = bool((np.abs(np.stack([incidents.x, incidents.y])) <= limit).all())
    return CRS.from_user_input(WGS84) if in_degrees else None


def in_metres(train: Incidents, test: Incidents, given: str | None) -> tuple[Incidents, Incidents]:
    """Project both files to one metric system, and drop what lies far beyond the first."""
    crs = source_crs(train, given)
    project = None
    if crs is not None and crs.is_geographic:
        target = utm_crs(float(np.median(train.x)), float(np.median(train.y)))
        project = Transformer.from_crs(crs, target, always_xy=True)
    moved = []
    for each in (train, test):
        x, y = (each.x, each.y) if project is None else project.transform(each.x, each.y)
        moved.append(Incidents(np.asarray(x), np.asarray(y), each.times))
    middle = np.median(moved[0].x), np.median(moved[0].y)
    near = [np.hypot(e.x - middle[0], e.y - middle[1]) <= FURTHEST_M for e in moved]
    for each, kept in zip(moved, near, strict=True):
        if not kept.all():
            print(f"{int((~kept).sum())} of {each.x.size} points are over 100 km away: left out")
    first, second = (
        Incidents(e.x[k], e.y[k], e.times[k].reset_index(drop=True))
        for e, k in zip(moved, near, strict=True)
    )
    return first, second


def lay_lattice(train: Incidents, test: Incidents, cell_m: float) -> Lattice:
    """Cover both files and a margin with squares."""
    x, y = np.concatenate([train.x, test.x]), np.concatenate([train.y, test.y])
    margin_m = 6 * cell_m
    frame = shapely.box(x.min(), y.min(), x.max(), y.max()).buffer(margin_m, join_style="mitre")
    return Lattice.cover(frame, cell_m)


def choose(train: Incidents, lattice: Lattice, studied: NDArray[np.bool_], share: float) -> str:
    """Let the first file choose the surface by itself; say why."""
    known = bool(train.times.notna().all()) and train.times.min() < train.times.max()
    times = train.times if known else None
    widths = [lattice.cell_size_m * width for width in WIDTHS_IN_CELLS]
    try:
        judged = judge_surfaces(
            train.x,
            train.y,
            times,
            lattice=lattice,
            studied=studied,
            area_share=share,
            bandwidths_m=widths,
            seed=SEED,
        )
    except DegenerateDataError as error:
        print(f"  {error}")
        return SAFE
    how = "periods, each from all before it" if known else "random parts, each from the others"
    said = "plain counts are as good" if judged.plain_is_as_good else "better than plain counts"
    print(f"  chosen: {judged.chosen} ({said}; {judged.folds} {how}, n {judged.n_test})")
    return judged.chosen


def interval(part: pd.Series, test: Incidents, lattice: Lattice) -> tuple[float, float]:
    """Bound a hit rate by drawing the incidents of the second file anew."""
    hit = part.reindex(cell_numbers(test.x, test.y, lattice=lattice), fill_value=0.0).to_numpy()
    rng = np.random.default_rng(SEED)
    drawn = [hit[rng.integers(hit.size, size=hit.size)].mean() for _ in range(BOOTSTRAPS)]
    lower, upper = np.quantile(drawn, [0.025, 0.975])
    return float(lower), float(upper)


def judge(
    train: Incidents, test: Incidents, lattice: Lattice, studied: NDArray[np.bool_], share: float
) -> None:
    """Print both surfaces at one share of the area."""
    cells, n_patrolled = int(studied.sum()), round(share * int(studied.sum()))
    print(f"area share {share:g}: {n_patrolled} of {cells} cells of {lattice.cell_size_m:g} m")
    chosen = choose(train, lattice, studied, share)
    age = None
    if train.times.notna().all():
        age = ((train.times.max() - train.times).dt.total_seconds() / 86_400).to_numpy()
    widths = [lattice.cell_size_m * width for width in WIDTHS_IN_CELLS]
    scores = candidate_surfaces(
        train.x, train.y, age, lattice=lattice, studied=studied, bandwidths_m=widths
    )
    counts = [
        pd.Series(count_points(each.x, each.y, lattice=lattice)[studied], scores.index)
        for each in (train, test)
    ]
    table = surface_accuracy(
        scores, *counts, area_share=share, n_train=train.x.size, n_test=test.x.size
    )
    for name, surface in (("plain counts", PLAIN), ("chosen surface", chosen)):
        row = table.loc[surface]
        lower, upper = interval(patrolled_part(scores[surface], n_patrolled), test, lattice)
        print(
            f"  {name:14} hit_rate {row['hit_rate']:.4f} [{lower:.4f}, {upper:.4f}] "
            f"PAI {row['pai']:.2f} PEI* {row['pei_star']:.3f} RRI {row['rri']:.3f}"
        )


def study_mask(
    boundary: Path | None, crs: str | None, train: Incidents, lattice: Lattice
) -> NDArray[np.bool_]:
    """Return the studied cells: those within a boundary, else those around the first file."""
    if boundary is None:
        return study_cells(train.x, train.y, lattice)
    shape = gpd.read_file(boundary)
    shape = shape if crs is None else shape.to_crs(crs)
    x, y = lattice.centres(np.arange(lattice.rows * lattice.columns))
    return np.asarray(shapely.contains_xy(shape.union_all(), x, y))


def main() -> None:
    """Read two files and print how well the first foretells the second."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--train", type=Path, help="incidents to learn from")
    parser.add_argument("--test", type=Path, help="later incidents, to be foretold")
    parser.add_argument("--crs", help="of the coordinates; by default degrees or plain metres")
    parser.add_argument("--cell-size", type=float, default=250.0, help="side of a square (m)")
    parser.add_argument("--area-share", type=float, nargs="+", default=[0.01, 0.05])
    parser.add_argument("--boundary", type=Path, help="study area, in the metres of --crs")
    given = parser.parse_args()
    warnings.simplefilter("ignore")  # what a foreign file makes its reader warn of
    if (given.train is None) != (given.test is None):
        parser.error("Name both files, or none for those of the sample area.")
    if given.train is None:
        files = sample_in_two()
    else:
        files = read_incidents(given.train), read_incidents(given.test)
    train, test = in_metres(*files, given.crs)
    if not (train.x.size and test.x.size):
        sys.exit("No incident with a place in one of the files: nothing to judge.")
    lattice = lay_lattice(train, test, given.cell_size)
    studied = study_mask(given.boundary, given.crs, train, lattice)
    on = cell_numbers(test.x, test.y, lattice=lattice)
    outside = int((~studied[on]).sum())
    print(f"{outside} of {test.x.size} later incidents lie outside the study area: missed by all")
    for share in given.area_share:
        judge(train, test, lattice, studied, share)


if __name__ == "__main__":
    main()
