"""Sweeps: our search on published windy rural postman problems with one, two and three teams.

    python benchmarks/rural_postman.py DIR [--only a,b] [--teams 1,2,3] [--steps N] [--best FILE]

DIR holds files of the MM-kWRPP text format, at any depth: required and other edges with a cost for
each direction, the base at vertex 1. FILE (by default `wrpp_opt.txt` in DIR or above it) has a line
`name optimum optimum …` for one team and more. Every sweep is checked here against the instance.
"""

import argparse
import re
import sys
import time
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.sparse.csgraph import csgraph_from_dense, shortest_path

sys.path.insert(0, str(Path(__file__).parents[1]))

from routing.sweep.tours import STEPS, Sweep, plan_sweep

DEFAULT_DIR = Path(__file__).parents[2] / "shared" / "data" / "bench_arc_dev" / "MM-kWRPP"
EDGE = re.compile(r"\(\s*(\d+)\s*,\s*(\d+)\s*\)\s+coste\s+(\S+)\s+(\S+)")


class Instance(NamedTuple):
    """One published instance."""

    name: str
    walk_s: NDArray[np.float64]
    streets: pd.DataFrame


def main() -> None:
    """Print a line per instance and number of teams, and how many optima were reached."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("dir", type=Path, nargs="?", default=DEFAULT_DIR)
    parser.add_argument("--only", default="", help="names, parted by commas")
    parser.add_argument("--teams", default="1,2,3")
    parser.add_argument("--steps", type=int, default=STEPS)
    parser.add_argument("--best", type=Path)
    parser.add_argument("--seed", type=int, default=0)
    asked = parser.parse_args()
    best = read_best(asked.best, asked.dir)
    only = {name for name in asked.only.split(",") if name}
    reached = compared = 0
    print("instance teams longest best gap cpu_s")
    for path in sorted(file for file in asked.dir.rglob("*") if file.is_file()):
        text = path.read_text(encoding="utf-8", errors="replace")
        if (only and path.stem not in only) or "LISTA_ARISTAS_REQ" not in text or path.suffix:
            continue
        instance = read_instance(path.stem, text)
        for teams in [int(k) for k in asked.teams.split(",")]:
            began = time.process_time()
            sweep = plan_sweep(
                instance.walk_s, instance.streets, [0] * teams, steps=asked.steps, seed=asked.seed
            )
            took = time.process_time() - began
            check(instance, sweep, teams)
            known = best.get(path.stem, {}).get(teams)
            compared += known is not None
            reached += known is not None and round(sweep.longest_s, 6) <= known
            gap = "-" if known is None else f"{sweep.longest_s / known - 1:.3%}"
            print(f"{path.stem} {teams} {sweep.longest_s:g} {known or '-'} {gap} {took:.2f}")
    print(f"optima {reached} of {compared}")


def read_instance(name: str, text: str) -> Instance:
    """Read the edges; ways between vertices may use all of them."""
    n = int(re.search(r"VERTICES\s*:\s*(\d+)", text).group(1))  # type: ignore[union-attr]
    required, others = re.split(r"LISTA_ARISTAS_NOREQ", text.split("LISTA_ARISTAS_REQ", 1)[1])
    cost = np.full((n, n), np.inf)
    rows = []
    for part, wanted in ((required, True), (others, False)):
        for found in EDGE.finditer(part):
            u, v = int(found[1]) - 1, int(found[2]) - 1
            there, back = float(found[3]), float(found[4])
            cost[u, v], cost[v, u] = min(cost[u, v], there), min(cost[v, u], back)
            if wanted:
                rows.append((u, v, there, back))
    streets = pd.DataFrame(rows, columns=["tail", "head", "forward_s", "back_s"])
    # a cost of nothing stays an edge, and none is infinite
    walk_s = shortest_path(csgraph_from_dense(cost, null_value=np.inf))
    return Instance(name, walk_s, streets)


def read_best(path: Path | None, folder: Path) -> dict[str, dict[int, float]]:
    """Read the known optima, one column a number of teams."""
    for file in [path] if path else [folder / "wrpp_opt.txt", folder.parent / "wrpp_opt.txt"]:
        if file.exists():
            lines = [line.split() for line in file.read_text().splitlines() if line[:1] != "#"]
            return {
                cells[0]: {k: float(value) for k, value in enumerate(cells[1:], 1)}
                for cells in lines
                if cells
            }
    return {}


def check(instance: Instance, sweep: Sweep, teams: int) -> None:
    """Make sure that every street is walked once and that the lengths are what they are said."""
    ok = sorted(sweep.visits["street"]) == sorted(instance.streets.index)
    for team in range(teams):
        here, length = 0, 0.0
        tour = sweep.visits[sweep.visits["team"] == team].sort_values("order")
        for street, backwards in zip(tour["street"], tour["backwards"], strict=True):
            row = instance.streets.loc[street]
            ends = (row["head"], row["tail"]) if backwards else (row["tail"], row["head"])
            length += instance.walk_s[here, int(ends[0])]
            length += row["back_s"] if backwards else row["forward_s"]
            here = int(ends[1])
        ok &= bool(np.isclose(length + instance.walk_s[here, 0], sweep.length_s[team]))
    if not ok:
        sys.exit(f"{instance.name}: the sweep for {teams} teams is not one of this instance")


if __name__ == "__main__":
    main()
