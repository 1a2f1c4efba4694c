"""Hotspots at scale: our seconds and memory beside those of the peers, one line for each work.

With --quick it ends within 50 seconds: the largest works are smaller then, and a peer that would
take longer is stopped and said to be.
"""

import argparse
import math
import subprocess
import sys
import tempfile
import time
import warnings
from collections.abc import Callable
from pathlib import Path

import geopandas as gpd
import networkx as nx
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray
from scipy.stats import gaussian_kde, norm

from data.graphs import StreetGraph
from data.shifts import Shift
from spatial.count import count_points
from spatial.gi_star import exact_gi_star
from spatial.grid import Lattice
from spatial.kde import density_at
from spatial.lixel import cut_lixels
from spatial.network_kde import network_density
from spatial.partitions import count_partitions
from spatial.shift_layers import count_shift_layers
from spatial.stability import Doubt, cell_stability

Floats = NDArray[np.float64]

SIDE_M = 10_000.0
MASK = shapely.box(0, 0, SIDE_M, SIDE_M)
LATTICE = Lattice.cover(MASK, 100.0)
CELLS = LATTICE.rows * LATTICE.columns
SHIFTS = (Shift("day", 360, 1080, ()), Shift("night", 1080, 360, ()))
BANDWIDTH_M = 300.0
MIB, GIB = 2**20, 2**30
QUICK_S = 42.0
PATIENCE_S = 600.0
PLACES = 25
"""Places at which the slow peer is asked; its time grows with their number."""
EVERY = 4
ESDA = """
import sys, time, warnings
import numpy as np
from esda.getisord import G_Local
from libpysal.weights import lat2W
warnings.simplefilter("ignore")
counts, weights = np.load(sys.argv[1]).astype(float), lat2W(100, 100, rook=False)
G_Local(counts, weights, transform="B", star=True, permutations=9, seed=0)
start = time.perf_counter()
G_Local(counts, weights, transform="B", star=True, permutations=999, seed=0)
print(time.perf_counter() - start)
"""


def places(n: int) -> tuple[Floats, Floats]:
    """Draw points, half of them in a cluster."""
    rng = np.random.default_rng(0)
    xy = rng.uniform(0, SIDE_M, (2, n))
    xy[:, ::2] = np.clip(rng.normal(SIDE_M / 2, SIDE_M / 8, xy[:, ::2].shape), 0, SIDE_M)
    return xy[0], xy[1]


def best(
    work: Callable[[], object], times: int = 3, clock: Callable[[], float] = time.perf_counter
) -> float:
    """Return the seconds of the fastest of some runs: the machine is shared."""
    seconds = []
    for _ in range(times):
        start = clock()
        work()
        seconds.append(clock() - start)
    return min(seconds)


def reset_peak() -> None:
    """Start to watch the peak memory of this process anew, where the system lets us."""
    peak = Path("/proc/self/clear_refs")
    if peak.exists():
        peak.write_text("5", encoding="ascii")


def memory() -> float:
    """Return the peak memory of this process in bytes since `reset_peak`, NaN if unknown."""
    status = Path("/proc/self/status")
    if not status.exists():
        return math.nan
    lines = status.read_text(encoding="ascii").splitlines()
    return next(float(line.split()[1]) * 1024 for line in lines if line.startswith("VmHWM"))


def line(work: str, ours: str, peer: str, ratio: str, bytes_taken: float) -> None:
    """Print a row of the table."""
    taken = "-" if math.isnan(bytes_taken) else f"{bytes_taken / MIB:.0f} MiB"
    print(f"{work} | {ours} | {peer} | {ratio} | {taken}", flush=True)


def count_row() -> None:
    """Points to cells, beside a spatial join and beside merely reading the coordinates."""
    n = 1_000_000
    x, y = places(n)
    count_points(x, y, lattice=LATTICE)
    reset_peak()
    # one thread each: seconds of the processor, which others on the machine do not lengthen
    ours_s = best(lambda: count_points(x, y, lattice=LATTICE), 25, time.process_time)
    taken = memory()
    points = gpd.GeoDataFrame(geometry=gpd.points_from_xy(x, y))
    cells = LATTICE.cells(MASK)[["geometry"]]

    def peer() -> None:
        gpd.sjoin(points, cells)["cell_id"].value_counts()

    peer_s = best(peer, 1, time.process_time)
    line(
        f"{n:.0e} points to {CELLS} cells",
        f"{ours_s * 1e3:.1f} ms",
        f"geopandas sjoin + value_counts {peer_s:.2f} s",
        f"{peer_s / ours_s:.0f}",
        taken,
    )
    pass_s = best(lambda: x.sum() + y.sum(), 25, time.process_time)
    line(
        "the same beside one pass over the coordinates",
        f"{ours_s * 1e3:.1f} ms",
        f"numpy sum {pass_s * 1e3:.2f} ms",
        f"1/{ours_s / pass_s:.1f}",
        taken,
    )


def kde_row() -> None:
    """Density of a million points at 10,000 places, beside scipy, and its error."""
    n = 1_000_000
    x, y = places(n)
    at = LATTICE.centres(np.arange(CELLS))
    once = np.ones((1, n))

    def ours() -> Floats:
        layers = density_at(x, y, once, mask=MASK, at=at, bandwidth_m=BANDWIDTH_M)
        return np.asarray(layers[0])

    ours()
    reset_peak()
    ours_s = best(ours)
    taken = memory()
    some = np.stack(at)[:, :: CELLS // PLACES]
    peer = gaussian_kde(np.stack([x, y]), BANDWIDTH_M / SIDE_M)
    peer_s = best(lambda: peer(some), 1) * CELLS / some.shape[1]
    truth = exact_density(x, y)
    found = ours().reshape(LATTICE.rows, LATTICE.columns)[::EVERY, ::EVERY]
    error = np.abs(found - truth).max() / truth.max()
    line(
        f"KDE of {n:.0e} points at {CELLS} places (error {error:.4%} of the peak)",
        f"{ours_s * 1e3:.0f} ms",
        f"scipy gaussian_kde {peer_s:.0f} s (from {some.shape[1]} places)",
        f"{peer_s / ours_s:.0f}",
        taken,
    )


def exact_density(x: Floats, y: Floats) -> Floats:
    """Sum all kernels by a matrix product, over their exact share within the square.

    It is asked at every fourth column and row.
    """
    middle = LATTICE.centres(np.arange(0, LATTICE.columns, EVERY))[0]
    total = np.zeros((middle.size, middle.size))
    for start in range(0, x.size, 50_000):
        part = slice(start, start + 50_000)
        up, across = (
            np.exp(-(((middle[:, None] - v[part]) / BANDWIDTH_M) ** 2) / 2) for v in (y, x)
        )
        total += up @ across.T
    inside = norm.cdf(SIDE_M, middle, BANDWIDTH_M) - norm.cdf(0, middle, BANDWIDTH_M)
    height = 1e6 / (2 * np.pi * BANDWIDTH_M**2)
    return np.asarray(total / np.outer(inside, inside) * height)


def table_row(n: int) -> None:
    """Make everything of one large table: counts, density, exact Gi*, shift layers."""
    x, y = places(n)
    rng = np.random.default_rng(1)
    minutes = rng.integers(0, 365 * 1440, n).astype("timedelta64[m]")
    times = (np.datetime64("2026-01-01", "us") + minutes).astype("datetime64[us]")
    table = {
        "x": pd.Series(x, copy=False),
        "y": pd.Series(y, copy=False),
        "occurred_from": pd.Series(times, copy=False),
        "occurred_to": pd.Series(times, copy=False),
        "time_precision": pd.Series("minute", index=range(n), dtype="category"),
    }
    at = LATTICE.centres(np.arange(CELLS))
    neighbours = LATTICE.neighbours(LATTICE.cells(MASK))
    once = np.broadcast_to(1.0, (1, n))

    def ours() -> None:
        counts = count_points(x, y, lattice=LATTICE)
        density_at(x, y, once, mask=MASK, at=at, bandwidth_m=BANDWIDTH_M)
        exact_gi_star(pd.Series(counts), neighbours, parts_per_incident=1)
        count_shift_layers(table, lattice=LATTICE, shifts=SHIFTS)

    reset_peak()
    ours_s = best(ours, 1)
    line(
        f"{n:.0e}-point table: counts, KDE, exact Gi*, shift layers",
        f"{ours_s:.2f} s",
        "limit 5 s and 2 GiB, the table included",
        f"{5 / ours_s:.1f}",
        memory(),
    )


def gi_star_row(seconds_left: float) -> None:
    """Exact Gi*, beside 999 permutations after the peer has compiled itself."""
    rng = np.random.default_rng(0)
    counts = np.bincount(rng.integers(CELLS, size=CELLS), minlength=CELLS)
    neighbours = LATTICE.neighbours(LATTICE.cells(MASK))
    reset_peak()
    ours_s = best(lambda: exact_gi_star(pd.Series(counts), neighbours, parts_per_incident=1))
    taken = memory()
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "counts.npy"
        np.save(file, counts)
        command = [sys.executable, "-c", ESDA, str(file)]
        try:
            said = subprocess.run(  # noqa: S603  # our own text
                command, check=True, capture_output=True, text=True, timeout=seconds_left
            )
            peer_s = float(said.stdout.split()[-1])
            peer, ratio = f"esda 999 permutations {peer_s:.2f} s", f"{peer_s / ours_s:.0f}"
        except subprocess.CalledProcessError:
            peer, ratio = "esda failed", "-"
        except subprocess.TimeoutExpired:
            peer = f"esda was stopped after {seconds_left:.0f} s, still compiling or permuting"
            ratio = "-"
    work = f"exact Gi* on {CELLS} cells"
    line(work, f"{ours_s * 1e3:.1f} ms", peer, ratio, taken)


def import_row() -> None:
    """Import all of what a hotspot page needs in a fresh process."""
    command = [sys.executable, "-c", "import spatial.hotspots"]
    bare = [sys.executable, "-c", "import numpy"]
    root = Path(__file__).parents[1]
    ours_s, bare_s = (
        best(lambda c=c: subprocess.run(c, check=True, cwd=root), 2)  # type: ignore[misc]  # noqa: S603
        for c in (command, bare)
    )
    line(
        "import spatial.hotspots, the process included",
        f"{ours_s:.2f} s",
        f"import numpy {bare_s:.2f} s; limit 0.7 s",
        f"{0.7 / ours_s:.1f}",
        math.nan,
    )


def stability_row() -> None:
    """1,000 replicates of 300 incidents on 2,025 cells: bootstrap, grid, place and time."""
    mask = shapely.box(0, 0, 2250, 2250)
    lattice = Lattice.cover(mask, 50.0)
    cells = lattice.cells(mask)
    x, y = (axis / SIDE_M * 2250 for axis in places(300))
    doubt = Doubt(20.0, np.full(300, 0.5))
    for name, width in (("counts", None), ("density 150 m", 150.0)):

        def ours(width: float | None = width) -> None:
            cell_stability(
                x, y, lattice=lattice, cells=cells, n_patrolled=40, doubt=doubt, bandwidth_m=width
            )

        reset_peak()
        ours_s = best(ours, 2)
        line(
            f"1,000 stability replicates, 300 incidents, {len(cells)} cells, {name}",
            f"{ours_s:.2f} s",
            "limit 3 s",
            f"{3 / ours_s:.1f}",
            memory(),
        )


def town(side: int) -> gpd.GeoDataFrame:
    """Make a town of bent blocks of about 100 m, `side` crossings each way, as lixels."""
    rng = np.random.default_rng(1)
    axes = np.meshgrid(np.arange(side) * 100.0, np.arange(side) * 100.0)
    xy = np.stack(axes, axis=-1).reshape(-1, 2) + rng.uniform(-30, 30, (side * side, 2))
    streets: StreetGraph = nx.MultiDiGraph(crs="EPSG:32650")
    for u in range(side * side):
        beside = [u + 1] if (u + 1) % side else []
        above = [u + side] if u + side < side * side else []
        for v in beside + above:
            street = shapely.LineString([xy[u], xy[v]])
            streets.add_edge(u, v, geometry=street, length=street.length)
    return cut_lixels(streets, length_m=50)


def network_row(side: int, n: int, limit_s: float) -> None:
    """Network density of incidents, snapping included."""
    lixels = town(side)
    rng = np.random.default_rng(0)
    points = gpd.GeoSeries.from_xy(*rng.uniform(0, side * 100 - 100, (2, n)), crs="EPSG:32650")
    once = pd.DataFrame({"n": np.ones(n)})
    segments = int((lixels["part"] == 0).sum())
    for rule in ("discontinuous", "continuous"):

        def ours(rule: str = rule) -> None:
            network_density(points, once, lixels, bandwidth_m=100.0, rule=rule)

        reset_peak()
        ours_s = best(ours, 2)
        line(
            f"network KDE, {rule}, {n:,} incidents on {segments:,} segments",
            f"{ours_s:.2f} s",
            f"limit {limit_s:.0f} s",
            f"{limit_s / ours_s:.1f}",
            memory(),
        )


def partition_row(rows: int, files: int) -> None:
    """Count Parquet files with Dask, all and by shift; one file stands for each of them."""
    x, y = places(rows)
    rng = np.random.default_rng(1)
    minutes = rng.integers(0, 365 * 1440, rows).astype("timedelta64[m]")
    times = (np.datetime64("2026-01-01", "us") + minutes).astype("datetime64[us]")
    table = pd.DataFrame({"x": x, "y": y, "occurred_from": times, "occurred_to": times})
    table["time_precision"] = "minute"
    in_memory = count_points(x, y, lattice=LATTICE)
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "part.parquet"
        table.to_parquet(file)
        del table, times, minutes
        start = time.perf_counter()
        found = count_partitions([file] * files, lattice=LATTICE, shifts=SHIFTS, workers=2)
        ours_s = time.perf_counter() - start
    same = "the same" if (found.counts == files * in_memory).all() else "NOT the same"
    line(
        f"{found.rows:.0e} points in {files} Parquet files: counts, shift layers, two processes",
        f"{ours_s:.1f} s ({ours_s / found.rows * 1e9:.0f} ns a point)",
        f"in memory: {same}",
        "-",
        children_peak(),
    )


def children_peak() -> float:
    """Return the peak memory of the largest process that has ended, in bytes."""
    try:
        import resource  # noqa: PLC0415  # not on every system
    except ImportError:
        return math.nan
    return resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss * 1024.0


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="end within 50 seconds")
    quick = parser.parse_args().quick
    warnings.simplefilter("ignore")  # the peers' own
    start = time.perf_counter()

    def left_s() -> float:
        return QUICK_S - (time.perf_counter() - start) if quick else PATIENCE_S

    # what starts other processes comes last: how long they take to start nobody can promise
    rows: list[tuple[str, float, Callable[[], None]]] = [
        ("points to cells", 0, count_row),
        ("KDE", 8, kde_row),
        ("large table", 4, lambda: table_row(2_000_000 if quick else 10_000_000)),
        ("stability", 3, stability_row),
        ("network KDE", 3, lambda: network_row(39, 300, 1)),
        ("large network KDE", math.inf if quick else 0, lambda: network_row(224, 10_000, 30)),
        ("exact Gi*", 2, lambda: gi_star_row(max(left_s() - 6, 1.0))),
        ("import", 5, import_row),
        (
            "Parquet partitions",
            15,
            lambda: partition_row(500_000 if quick else 10_000_000, 2 if quick else 20),
        ),
    ]
    print("work | ours | peer | ratio (limit / ours where no peer is) | peak memory of the process")
    for name, needed_s, row in rows:
        if quick and left_s() < needed_s:
            print(f"{name} | left out by --quick")
        else:
            row()


if __name__ == "__main__":
    main()
