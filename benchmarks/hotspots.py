"""Hotspots at scale: our seconds and memory beside those of the peers, one line for each work.

Seconds are of the processor, all threads together, so that others on the machine do not lengthen
them much, for us and for the peers alike; work of several processes is timed by the clock too.

With --quick it ends within 50 seconds: the largest works are smaller or left out then, and a peer
that takes longer is stopped and said to be.
"""

import argparse
import math
import os
import subprocess
import sys
import tempfile
import time
import warnings
from collections.abc import Callable
from contextlib import suppress
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
from spatial.near_repeat_table import near_repeat_table
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
QUICK_S = 44.0
"""From the start of the process: what is under way then has six seconds to end."""
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
# one process: at this size its fastest way, and the one whose seconds are all seen
how = {"transform": "B", "star": True, "keep_simulations": False, "n_jobs": 1, "seed": 0}
G_Local(counts, weights, permutations=9, **how)
start = time.process_time()
G_Local(counts, weights, permutations=999, **how)
print(time.process_time() - start)
"""


def places(n: int) -> tuple[Floats, Floats]:
    """Draw points, half of them in a cluster."""
    rng = np.random.default_rng(0)
    xy = rng.uniform(0, SIDE_M, (2, n))
    xy[:, ::2] = np.clip(rng.normal(SIDE_M / 2, SIDE_M / 8, xy[:, ::2].shape), 0, SIDE_M)
    return xy[0], xy[1]


def best(work: Callable[[], object], times: int = 3) -> float:
    """Return the seconds of the fastest of some runs: the machine is shared."""
    seconds = []
    for _ in range(times):
        start = time.process_time()
        work()
        seconds.append(time.process_time() - start)
    return min(seconds)


def age_s() -> float:
    """Return for how long this process has been there: on a busy machine imports take seconds."""
    file = Path("/proc/self/stat")
    if not file.exists():
        return time.process_time()
    started = int(file.read_text(encoding="ascii").rsplit(")", 1)[-1].split()[19])
    return time.clock_gettime(time.CLOCK_BOOTTIME) - started / os.sysconf("SC_CLK_TCK")


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
    ours_s = best(lambda: count_points(x, y, lattice=LATTICE), 25)
    taken = memory()
    points = gpd.GeoDataFrame(geometry=gpd.points_from_xy(x, y))
    cells = LATTICE.cells(MASK)[["geometry"]]

    def peer() -> None:
        gpd.sjoin(points, cells)["cell_id"].value_counts()

    peer_s = best(peer, 1)
    line(
        f"{n:.0e} points to {CELLS} cells",
        f"{ours_s * 1e3:.1f} ms",
        f"geopandas sjoin + value_counts {peer_s:.2f} s",
        f"{peer_s / ours_s:.0f}",
        taken,
    )
    pass_s = best(lambda: x.sum() + y.sum(), 25)
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
        # hundreds of incidents in a cell leave next to no blocks as full to be parted
        exact_gi_star(pd.Series(counts), neighbours, parts_per_incident=1, ties="block")
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


def scattered_counts() -> pd.Series:
    """Throw as many incidents as there are cells."""
    thrown = np.random.default_rng(0).integers(CELLS, size=CELLS)
    return pd.Series(np.bincount(thrown, minlength=CELLS))


def start_esda(folder: Path) -> "subprocess.Popen[str]":
    """Start the peer of the exact Gi*: a process of its own, since it must compile itself."""
    file = folder / "counts.npy"
    np.save(file, scattered_counts().to_numpy())
    command = [sys.executable, "-c", ESDA, str(file)]
    return subprocess.Popen(command, stdout=subprocess.PIPE, text=True)  # noqa: S603  # our own text


def gi_star_row(peer: "subprocess.Popen[str]", seconds_left: float) -> None:
    """Exact Gi*, beside 999 permutations after the peer has compiled itself."""
    counts, neighbours = scattered_counts(), LATTICE.neighbours(LATTICE.cells(MASK))
    reset_peak()
    ours_s = best(lambda: exact_gi_star(counts, neighbours, parts_per_incident=1))
    taken = memory()
    said, ratio = "esda failed", "-"
    try:
        answer, _ = peer.communicate(timeout=seconds_left)
        if peer.returncode == 0:
            peer_s = float(answer.split()[-1])
            said, ratio = f"esda 999 permutations {peer_s:.2f} s", f"{peer_s / ours_s:.0f}"
    except subprocess.TimeoutExpired:
        said = f"esda was stopped after {seconds_left:.0f} s more, still compiling or permuting"
    line(f"exact Gi* on {CELLS} cells", f"{ours_s * 1e3:.1f} ms", said, ratio, taken)


def import_row() -> None:
    """Import all of what a hotspot page needs in a fresh process."""
    ours_s, bare_s = (
        min(import_seconds(module) for _ in range(2))
        for module in ("spatial.hotspots", "geopandas")
    )
    line(
        "import spatial.hotspots, the process included",
        f"{ours_s:.2f} s",
        f"import geopandas {bare_s:.2f} s; limit 0.7 s",
        f"{0.7 / ours_s:.1f}",
        math.nan,
    )


def import_seconds(module: str) -> float:
    """Return the seconds of a process that imports a module and ends, by the clock if need be."""
    command = [sys.executable, "-c", f"import {module}"]
    before, start = children_seconds(), time.perf_counter()
    subprocess.run(command, check=True, cwd=Path(__file__).parents[1])  # noqa: S603  # our own text
    spent = children_seconds() - before
    return time.perf_counter() - start if math.isnan(spent) else spent


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


def network_row(side: int, n: int, limit_s: float, bandwidths_m: tuple[float, ...]) -> None:
    """Network density of incidents, snapping included."""
    lixels = town(side)
    rng = np.random.default_rng(0)
    points = gpd.GeoSeries.from_xy(*rng.uniform(0, side * 100 - 100, (2, n)), crs="EPSG:32650")
    once = pd.DataFrame({"n": np.ones(n)})
    segments = int((lixels["part"] == 0).sum())
    for bandwidth_m in bandwidths_m:
        for rule in ("discontinuous", "continuous"):

            def ours(rule: str = rule, bandwidth_m: float = bandwidth_m) -> None:
                network_density(points, once, lixels, bandwidth_m=bandwidth_m, rule=rule)

            reset_peak()
            ours_s = best(ours, 2)
            line(
                f"network KDE, {rule}, sd {bandwidth_m:g} m,"
                f" {n:,} incidents on {segments:,} segments",
                f"{ours_s:.2f} s",
                f"limit {limit_s:.0f} s",
                f"{limit_s / ours_s:.1f}",
                memory(),
            )


def near_repeat_row(n: int) -> None:
    """Near-repeat table with its 999 orders of the times, nine pairs of bands up to 300 m."""
    rng = np.random.default_rng(3)
    xy, days = rng.uniform(0, [1000, 2000], (n, 2)), rng.uniform(0, 365, n)
    near_repeat_table(xy, days, permutations=200)
    reset_peak()
    ours_s = best(lambda: near_repeat_table(xy, days), 1)
    work = f"near-repeat table of {n:,} incidents on 2 km2, 999 orders"
    line(work, f"{ours_s:.2f} s", "-", "-", memory())


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
        start, before = time.perf_counter(), children_seconds() + time.process_time()
        found = count_partitions([file] * files, lattice=LATTICE, shifts=SHIFTS, workers=2)
        ours_s = time.perf_counter() - start
        busy_s = children_seconds() + time.process_time() - before
    same = "the same" if (found.counts == files * in_memory).all() else "NOT the same"
    line(
        f"{found.rows:.0e} points in {files} Parquet files: counts, shift layers, two processes",
        f"{ours_s:.1f} s by the clock, {busy_s:.1f} s of all processors",
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


def children_seconds() -> float:
    """Return the processor's seconds of all processes that have ended, NaN if unknown."""
    try:
        import resource  # noqa: PLC0415  # not on every system
    except ImportError:
        return math.nan
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def works(*, quick: bool) -> list[tuple[str, float, Callable[[], None]]]:
    """List the works: name, seconds that a quick run needs for it, and the work.

    What starts other processes comes last: how long they take to start nobody can promise.
    """
    return [
        ("points to cells", 6, count_row),
        ("KDE", 4, kde_row),
        ("stability", 1, stability_row),
        ("network KDE", 2, lambda: network_row(39, 300, 1, (100, 300))),
        ("large table", 1.5, lambda: table_row(2_000_000 if quick else 10_000_000)),
        ("near repeats", 1.5, lambda: near_repeat_row(3000)),
        ("large network KDE", math.inf, lambda: network_row(224, 10_000, 30, (100,))),
        (
            "Parquet partitions",
            6,
            lambda: partition_row(500_000 if quick else 10_000_000, 2 if quick else 20),
        ),
        ("import", 5, import_row),
    ]


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="end within 50 seconds")
    quick = parser.parse_args().quick
    warnings.simplefilter("ignore")  # the peers' own

    def left_s() -> float:
        return QUICK_S - age_s() if quick else PATIENCE_S

    def slowed() -> float:
        return max(age_s() / time.process_time(), 1.0)

    print("work | ours | peer | ratio (limit / ours where no peer is) | peak memory of the process")
    with tempfile.TemporaryDirectory() as folder:
        # its compiler takes half a minute: in a quick run it works beside us
        peer = start_esda(Path(folder)) if quick else None
        try:
            for name, needed_s, row in works(quick=quick):
                if quick and left_s() < needed_s * slowed():
                    print(f"{name} | left out by --quick", flush=True)
                else:
                    row()
            peer = peer or start_esda(Path(folder))
            gi_star_row(peer, max(left_s(), 1.0))
        finally:
            if peer is not None:
                peer.kill()
                with suppress(subprocess.TimeoutExpired):
                    peer.wait(5)


if __name__ == "__main__":
    main()
