"""Location models on published instances, and maximal cover beside spopt, both by HiGHS.

    python benchmarks/location.py [DIR] [--only pmed1,...] [--seconds N] [--centre]
    python benchmarks/location.py --cover [--sizes 2000x15,...] [--seconds N]

DIR holds files of the OR-Library's p-median format at any depth: `n m p`, then m lines `i j cost`
of an undirected graph, of which the last line of an edge counts; every node is a demand and a site.
Per instance stand the objective, the proven bound, the gap between them and the seconds that
passed. `--centre` solves the p-centre instead. `--cover` solves maximal cover on random places, by
us and by spopt to proven optimality, each in a process of its own whose largest memory is shown;
with a size of 20,000 places and more spopt is left out and a gap of 1 % is enough.
"""

import argparse
import resource
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array
from scipy.sparse.csgraph import shortest_path
from scipy.spatial import cKDTree
from scipy.spatial.distance import cdist

sys.path.insert(0, str(Path(__file__).parents[1]))

from routing.siting.cover_matrix import cover_by_distance
from routing.siting.effort import Effort
from routing.siting.maximal_cover import maximal_cover
from routing.siting.p_centre import p_centre
from routing.siting.p_median import p_median
from routing.siting.rules import SiteRules

DEFAULT_DIR = Path(__file__).parents[2] / "shared" / "data" / "bench_pmedian_dev"
SIDE_M, RADIUS_M = 5_000.0, 400.0
LARGE = 20_000
"""From this size on a gap of 1 % is enough."""


def read_graph(file: Path) -> tuple[NDArray[np.float64], int]:
    """Read an instance: all shortest ways between its nodes, and p."""
    numbers = [float(word) for word in file.read_text(encoding="utf-8").split()]
    n, edges, p = (int(number) for number in numbers[:3])
    table = np.array(numbers[3 : 3 + 3 * edges]).reshape(-1, 3)
    cost = np.full((n, n), np.inf)
    for first, second, length in table:
        i, j = int(first) - 1, int(second) - 1
        cost[i, j] = cost[j, i] = length
    row, column = np.nonzero(np.isfinite(cost))
    graph = csr_array((cost[row, column], (row, column)), shape=(n, n))
    return np.asarray(shortest_path(graph, directed=False)), p


def run_instances(folder: Path, only: set[str], seconds: float, *, centre: bool) -> None:
    """Print a line per instance."""
    files = [
        file for file in folder.rglob("pmed*") if file.is_file() and (not only or file.stem in only)
    ]
    if not files:
        sys.exit(f"No file pmed* in {folder} is among those asked for.")
    p_median(np.ones((2, 2)), np.ones(2), SiteRules(2, most=1))  # compiles
    for file in sorted(files, key=lambda file: (len(file.stem), file.stem)):
        distance, p = read_graph(file)
        model = p_centre if centre else p_median
        start = time.perf_counter()
        plan = model(
            distance,
            np.ones(len(distance)),
            SiteRules(len(distance), most=p),
            effort=Effort(seconds=seconds),
        )
        print(
            f"{file.stem} objective {plan.objective:.0f} bound {plan.bound:.2f} "
            f"gap {plan.gap:.4%} seconds {time.perf_counter() - start:.2f}",
            flush=True,
        )


def run_cover(sizes: str, seconds: float) -> None:
    """Print a line per size and solver, and the ratios."""
    for size in sizes.split(","):
        n = int(size.split("x")[0])
        solvers = ("ours",) if n >= LARGE else ("ours", "spopt")
        rows = [_in_own_process(solver, size, seconds) for solver in solvers]
        if len(rows) > 1:
            (ours_s, ours_mb), (peer_s, peer_mb) = rows
            print(
                f"maximal cover {size}: spopt takes {peer_s / ours_s:.1f} times our processor "
                f"seconds and {peer_mb / ours_mb:.1f} times our memory",
                flush=True,
            )


def _in_own_process(solver: str, size: str, seconds: float) -> tuple[float, float]:
    """Solve one size in a fresh process; return its processor seconds and largest memory in MB."""
    call = [sys.executable, __file__, "--cover", "--sizes", size, "--solver", solver]
    done = subprocess.run(  # noqa: S603  # this script itself
        [*call, "--seconds", str(seconds)], capture_output=True, text=True, check=True
    )
    line = done.stdout.strip().splitlines()[-1]
    print(line, flush=True)
    words = line.split()
    return float(words[words.index("cpu_s") + 1]), float(words[words.index("memory_mb") + 1])


def solve_cover(solver: str, size: str, seconds: float) -> None:
    """Solve one random instance; the seconds hold cover matrix, model and proof, not imports."""
    n, p = (int(part) for part in size.split("x"))
    rng = np.random.default_rng(n)
    places = rng.random((n, 2)) * SIDE_M * np.sqrt(max(n / 2_000, 1.0))
    weight = rng.integers(1, 20, n).astype(float)
    if solver == "ours":
        maximal_cover(np.eye(2), np.ones(2), SiteRules(2, most=1))  # compiles
    else:
        import pulp  # noqa: PLC0415  # only in the peer's process: it counts in its memory
        from spopt.locate import MCLP  # noqa: PLC0415
    start, cpu = time.perf_counter(), time.process_time()
    if solver == "ours":
        tree = cKDTree(places)
        pairs = tree.sparse_distance_matrix(tree, RADIUS_M, output_type="coo_matrix")
        near = csr_array((pairs.data, (pairs.row, pairs.col)), shape=(n, n))
        effort = Effort(seconds=seconds, gap=0.01 if n >= LARGE else 0.0)
        cover = cover_by_distance(near, RADIUS_M)
        plan = maximal_cover(cover, weight, SiteRules(n, most=p), effort=effort)
        covered, gap = plan.objective, plan.gap
    else:
        peer = MCLP.from_cost_matrix(cdist(places, places), weight, RADIUS_M, p)
        peer.solve(pulp.HiGHS(msg=False))
        covered, gap = float(pulp.value(peer.problem.objective)), 0.0
    spent, passed = time.process_time() - cpu, time.perf_counter() - start
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(
        f"{solver} {size} covered {covered:.0f} gap {gap:.4%} seconds {passed:.2f} "
        f"cpu_s {spent:.2f} memory_mb {memory:.0f}"
    )


def main() -> None:
    """Read the arguments and print the table."""
    parser = argparse.ArgumentParser(description="Location models on published instances.")
    parser.add_argument("folder", nargs="?", type=Path, default=DEFAULT_DIR)
    parser.add_argument("--only", default="", help="names of instances, with commas")
    parser.add_argument("--seconds", type=float, default=60.0, help="limit for each instance")
    parser.add_argument("--centre", action="store_true", help="p-centre instead of p-median")
    parser.add_argument("--cover", action="store_true", help="maximal cover beside spopt")
    parser.add_argument("--sizes", default="300x5,2000x15,20000x40", help="places x sites")
    parser.add_argument("--solver", choices=("ours", "spopt"), help="only one, in this process")
    asked = parser.parse_args()
    if asked.solver:
        solve_cover(asked.solver, asked.sizes, asked.seconds)
    elif asked.cover:
        run_cover(asked.sizes, asked.seconds)
    else:
        only = {name for name in asked.only.split(",") if name}
        run_instances(asked.folder, only, asked.seconds, centre=asked.centre)


if __name__ == "__main__":
    main()
