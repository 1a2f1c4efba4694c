"""Team orienteering: our search beside PyVRP, OR-Tools routing and VROOM, on published instances.

    python benchmarks/team_orienteering.py DIR --best FILE [--only a,b] [--seconds N] [--peers]

DIR holds files of Chao's format, at any depth, or with `--toptw` files of Solomon's and Cordeau's
format for team orienteering with time windows, which do not say how many tours there are: `--teams`
does, or FILE. FILE has a line `name score` per instance (`name tours score` for several numbers of
tours); instances without a line are solved but not compared. Seconds are those of the processor,
all threads together. Every plan is checked here against the instance as it was read.
"""

import argparse
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from importlib import import_module
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

sys.path.insert(0, str(Path(__file__).parents[1]))

from routing.search.problem import OrienteeringProblem, Team, Visit
from routing.search.search import search, warm_up

SCALE = 1_000_000
"""Parts of the unit of length: coarser ones lose points (an arc rounded up no longer fits)."""
PEER_PRIZE = 100_000
"""PyVRP: what a point is worth in units of length, so that prize comes before travel."""
MOST_TOURS = 9
MAX_PRIORITY = 100
"""VROOM knows whole priorities up to 100 only."""
PEERS = ("pyvrp", "ortools", "vroom")
DEFAULT_DIR = Path(__file__).parents[2] / "shared" / "data" / "bench_top_dev"


@dataclass(frozen=True)
class Instance:
    """One published instance: the first place is the start, the last the end."""

    name: str
    places: NDArray[np.float64]
    score: NDArray[np.float64]
    service: NDArray[np.float64]
    opens: NDArray[np.float64]
    closes: NDArray[np.float64]
    teams: int

    def length(self, decimals: int | None) -> NDArray[np.float64]:
        """Return straight distances; the time-window instances cut them to one decimal."""
        apart = np.hypot(*(self.places[:, None] - self.places[None]).transpose(2, 0, 1))
        cut = apart if decimals is None else np.floor(apart * 10**decimals + 1e-9) / 10**decimals
        return np.asarray(cut, dtype=float)


def read_chao(file: Path) -> Instance:
    """Read Chao's format: `n`, `m`, `tmax`, then x, y and score of each place."""
    lines = [line.split() for line in file.read_text(encoding="utf-8").splitlines() if line.strip()]
    count, teams, limit = int(lines[0][1]), int(lines[1][1]), float(lines[2][1])
    rows = np.array([[float(cell) for cell in line[:3]] for line in lines[3 : 3 + count]])
    none = np.zeros(count)
    return Instance(file.stem, rows[:, :2], rows[:, 2], none, none, none + limit, teams)


def read_toptw(file: Path, teams: int) -> Instance:
    """Read Solomon's and Cordeau's format: number, x, y, service, score, ..., opens, closes.

    The depot comes first and is also the end; its closing time is the limit of every tour. The
    number of tours is not in the file.
    """
    lines = [line.split() for line in file.read_text(encoding="utf-8").splitlines() if line.strip()]
    rows = [[float(cell) for cell in line] for line in lines if len(line) >= 8]  # noqa: PLR2004
    table = np.array([[*row[1:5], *row[-2:]] for row in [*rows, rows[0]]])
    x, y, service, score, opens, closes = table.T
    # a depot line has one column less: its window is the whole day
    score[[0, -1]] = service[[0, -1]] = 0
    opens[[0, -1]] = 0
    places = np.column_stack([x, y])
    return Instance(f"{file.stem}.{teams}", places, score, service, opens, closes, teams)


def as_problem(instance: Instance, *, toptw: bool) -> OrienteeringProblem:
    """Write an instance in our terms, in whole parts of the unit of length."""
    length = instance.length(_decimals(instance) if toptw else None)
    # what ends on the limit to the last digit is on time; a hair more is not
    travel = np.ceil(length * SCALE - 0.5).astype(np.int64) if toptw else _up(length)
    last = len(instance.score) - 1
    limit = round(float(instance.closes[0]) * SCALE)
    visits = tuple(
        Visit(
            place,
            float(instance.score[place]),
            round(float(instance.service[place]) * SCALE),
            ((round(instance.opens[place] * SCALE), round(instance.closes[place] * SCALE)),),
        )
        for place in range(1, last)
    )
    teams = (Team(0, last, 0, limit),) * instance.teams
    return OrienteeringProblem(travel[None], teams, visits)


def _decimals(instance: Instance) -> int:
    """Solomon's instances cut distances to one decimal, Cordeau's (pr...) to two."""
    return 2 if instance.name.startswith("pr") else 1


def _up(length: NDArray[np.float64]) -> NDArray[np.int64]:
    """Round up, but for what is only the last digit of a double."""
    return np.ceil(length * SCALE - 1e-3).astype(np.int64)


def score_of(instance: Instance, routes: list[list[int]], *, toptw: bool) -> float:
    """Return the score of routes of places, or fail if they break a rule of the instance."""
    length = instance.length(_decimals(instance) if toptw else None)
    made = [place for route in routes for place in route]
    last = len(instance.score) - 1
    fine = len(made) == len(set(made)) and len(routes) <= instance.teams
    for route in routes:
        now = 0.0
        for here, there in pairwise([0, *route, last]):
            now = max(now + instance.service[here] + length[here, there], instance.opens[there])
            fine = fine and now <= instance.closes[there] + 1e-6
    if not fine:
        msg = f"{instance.name}: the plan breaks a rule of the instance"
        raise AssertionError(msg)
    return float(instance.score[made].sum())


class _Spent:
    """Ends a search once the processor has worked on it for some seconds."""

    def __init__(self, seconds: float) -> None:
        self.until = time.process_time() + seconds

    def __call__(self, _: object = None) -> bool:
        return time.process_time() >= self.until


def solve_ours(problem: OrienteeringProblem, seconds: float, seed: int) -> list[list[int]]:
    """Solve with the application's own search."""
    plan = search(problem, seed=seed, seconds=seconds, clock=time.process_time)
    return [[problem.visits[visit].place for visit in route] for route in plan.routes]


def solve_pyvrp(problem: OrienteeringProblem, seconds: float, seed: int) -> list[list[int]]:
    """Solve with PyVRP."""
    pyvrp: Any = import_module("pyvrp")

    team, last = problem.teams[0], problem.travel.shape[1] - 1
    data = pyvrp.ProblemData(
        locations=[pyvrp.Location(0, 0) for _ in range(last + 1)],
        clients=[
            pyvrp.Client(
                visit.place,
                service_duration=visit.service,
                tw_early=visit.windows[0][0],
                tw_late=visit.windows[0][1],
                prize=int(visit.prize * PEER_PRIZE),
                required=False,
            )
            for visit in problem.visits
        ],
        depots=[pyvrp.Depot(0), pyvrp.Depot(last)],
        vehicle_types=[
            pyvrp.VehicleType(
                num_available=len(problem.teams),
                start_depot=0,
                end_depot=1,
                tw_early=0,
                tw_late=team.end,
                shift_duration=team.end,
            )
        ],
        distance_matrices=[problem.travel[0] // 1000],
        duration_matrices=[problem.travel[0]],
    )
    result = pyvrp.solve(data, _Spent(seconds), seed=seed, collect_stats=False, display=False)
    if not result.is_feasible():
        return []
    places = [visit.place for visit in problem.visits]
    return [
        [places[stop.idx] for stop in route if stop.is_client()] for route in result.best.routes()
    ]


def solve_ortools(problem: OrienteeringProblem, seconds: float, seed: int) -> list[list[int]]:
    """Solve with OR-Tools routing: cheapest insertion and guided local search."""
    routing: Any = import_module("ortools.constraint_solver.pywrapcp")
    enums: Any = import_module("ortools.constraint_solver.routing_enums_pb2")
    del seed  # it has none
    travel, team, last = problem.travel[0], problem.teams[0], problem.travel.shape[1] - 1
    count = len(problem.teams)
    manager = routing.RoutingIndexManager(last + 1, count, [0] * count, [last] * count)
    model = routing.RoutingModel(manager)
    service = np.zeros(last + 1, dtype=np.int64)
    for visit in problem.visits:
        service[visit.place] = visit.service
    matrix = (travel + service[:, None]).tolist()
    transit = model.RegisterTransitMatrix(matrix)
    model.SetArcCostEvaluatorOfAllVehicles(model.RegisterTransitMatrix((travel // 1000).tolist()))
    model.AddDimension(transit, team.end, team.end, False, "time")  # noqa: FBT003
    times = model.GetDimensionOrDie("time")
    for visit in problem.visits:
        index = manager.NodeToIndex(visit.place)
        model.AddDisjunction([index], int(visit.prize * PEER_PRIZE))
        times.CumulVar(index).SetRange(*(int(bound) for bound in visit.windows[0]))
    wanted = routing.DefaultRoutingSearchParameters()
    wanted.first_solution_strategy = enums.FirstSolutionStrategy.PARALLEL_CHEAPEST_INSERTION
    wanted.local_search_metaheuristic = enums.LocalSearchMetaheuristic.GUIDED_LOCAL_SEARCH
    wanted.time_limit.FromSeconds(int(seconds * 20) + 60)  # of the wall: a last resort
    model.AddSearchMonitor(model.solver().CustomLimit(_Spent(seconds)))
    found = model.SolveWithParameters(wanted)
    routes: list[list[int]] = []
    for vehicle in range(count if found else 0):
        index, route = found.Value(model.NextVar(model.Start(vehicle))), []
        while not model.IsEnd(index):
            route.append(manager.IndexToNode(index))
            index = found.Value(model.NextVar(index))
        routes.append(route)
    return routes


def solve_vroom(problem: OrienteeringProblem, seconds: float, seed: int) -> list[list[int]]:
    """Solve with VROOM: it works until it is done and knows no time limit of this kind."""
    vroom: Any = import_module("vroom")

    del seconds, seed
    scale = SCALE // 100  # its times are 32-bit numbers
    given = vroom.Input()
    given.set_durations_matrix("car", (-(-problem.travel[0] // scale)).astype(np.uint32))
    last = problem.travel.shape[1] - 1
    end = problem.teams[0].end // scale
    for number in range(len(problem.teams)):
        given.add_vehicle(
            vroom.Vehicle(number, start=0, end=last, time_window=vroom.TimeWindow(0, end))
        )
    most = max((visit.prize for visit in problem.visits), default=1.0) or 1.0
    for number, visit in enumerate(problem.visits):
        given.add_job(
            vroom.Job(
                number,
                location=visit.place,
                default_service=visit.service // scale,
                priority=int(visit.prize * min(1.0, MAX_PRIORITY / most)),
                time_windows=[
                    vroom.TimeWindow(early // scale, late // scale) for early, late in visit.windows
                ],
            )
        )
    found = given.solve(exploration_level=5, nb_threads=1)
    routes: list[list[int]] = [[] for _ in problem.teams]
    for row in found.routes.itertuples():
        if row.type == "job":
            routes[int(row.vehicle_id)].append(problem.visits[int(row.id)].place)
    return routes


SOLVERS = {
    "ours": solve_ours,
    "pyvrp": solve_pyvrp,
    "ortools": solve_ortools,
    "vroom": solve_vroom,
}


def run_one(instance: Instance, solver: str, seconds: float, seed: int, *, toptw: bool) -> str:
    """Solve one instance and write its score and the seconds of the processor it took."""
    problem = as_problem(instance, toptw=toptw)
    if solver == "ours":
        warm_up()
    began = time.process_time()
    routes = SOLVERS[solver](problem, seconds, seed)
    spent = time.process_time() - began
    return f"{score_of(instance, routes, toptw=toptw):g} {spent:.2f}"


def instances(arguments: argparse.Namespace) -> Iterator[tuple[Path, Instance]]:
    """Read every instance that is asked for."""
    only = set(arguments.only.split(",")) if arguments.only else None
    best = read_best(arguments.best)
    for file in sorted(arguments.folder.rglob("*.txt")):
        for count in tours(arguments, file.stem, best):
            try:
                instance = read_toptw(file, count) if arguments.toptw else read_chao(file)
            except (ValueError, IndexError):
                continue  # a description or a list of scores, not an instance
            if only is None or instance.name in only or file.stem in only:
                yield file, instance


def tours(arguments: argparse.Namespace, stem: str, best: dict[str, float]) -> list[int]:
    """Return the numbers of tours to solve a file for: as asked, or as there are best scores."""
    if not arguments.toptw:
        return [0]
    if arguments.teams:
        return [int(text) for text in arguments.teams.split(",")]
    return [count for count in range(1, MOST_TOURS + 1) if f"{stem}.{count}" in best] or [1]


def read_best(file: Path | None) -> dict[str, float]:
    """Read the best known scores: `name score`, or `name tours score`, per line."""
    if file is None:
        return {}
    lines = [line.split() for line in file.read_text(encoding="utf-8").splitlines()]
    rows = [line for line in lines if len(line) > 1]
    names = [".".join([row[0].removesuffix(".txt"), *row[1:-1]]) for row in rows]
    return {name: float(row[-1]) for name, row in zip(names, rows, strict=True)}


def parse(words: list[str]) -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", nargs="?", type=Path, default=DEFAULT_DIR / "top")
    parser.add_argument("--best", type=Path)
    parser.add_argument("--only", default="", help="names of instances, with commas between")
    parser.add_argument("--seconds", type=float, default=0.5, help="of the processor, each")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--peers", action="store_true", help="run PyVRP, OR-Tools and VROOM too")
    parser.add_argument("--toptw", action="store_true", help="instances with time windows")
    parser.add_argument("--teams", default="", help="numbers of tours, for --toptw")
    parser.add_argument("--solver", choices=list(SOLVERS), help=argparse.SUPPRESS)
    arguments = parser.parse_args(words)
    if arguments.best is None and arguments.folder == DEFAULT_DIR / "top":
        arguments.best = DEFAULT_DIR / "top_best_1_3.txt"
    return arguments


def in_own_process(instance: Instance, file: Path, solver: str, words: argparse.Namespace) -> str:
    """Run a peer in a process of its own, so that nothing of another stays in memory."""
    command = [
        sys.executable,
        __file__,
        str(file.parent),
        *("--only", instance.name, "--seconds", str(words.seconds), "--seed", str(words.seed)),
        *("--solver", solver),
        *(("--toptw", "--teams", str(instance.teams)) if words.toptw else ()),
    ]
    done = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603
    return done.stdout.strip().splitlines()[-1] if done.returncode == 0 and done.stdout else ""


def summary(name: str, gaps: list[float]) -> str:
    """Write the last line of a solver."""
    mean, worst = (float(np.mean(gaps)), max(gaps)) if gaps else (0.0, 0.0)
    return f"{name}mean_gap {mean:.3f}% worst_gap {worst:.3f}% instances {len(gaps)}"


def main() -> None:
    """Print a line per instance and solver, and the mean and worst gap of each."""
    words = parse(sys.argv[1:])
    if not words.folder.is_dir():
        print(f"team_orienteering: {words.folder} is missing; nothing to compare with")
        return
    best = read_best(words.best)
    gaps: dict[str, list[float]] = {name: [] for name in ("ours", *(PEERS if words.peers else ()))}
    for file, instance in instances(words):
        if words.solver:
            print(run_one(instance, words.solver, words.seconds, words.seed, toptw=words.toptw))
            continue
        for solver, of_solver in gaps.items():
            if solver == "ours":
                line = run_one(instance, solver, words.seconds, words.seed, toptw=words.toptw)
            else:
                line = in_own_process(instance, file, solver, words)
            if not line:
                print(f"{instance.name} {solver} gave no plan")
                continue
            score, spent = (float(cell) for cell in line.split())
            known = best.get(instance.name, best.get(file.stem))
            gap = 0.0 if not known else 100 * (known - score) / known
            if known is not None:
                of_solver.append(gap)
            shown = "-" if known is None else f"{known:g}"
            print(
                f"{instance.name} {solver} score {score:g} best {shown} gap {gap:.3f}% "
                f"cpu {spent:.2f} s",
                flush=True,
            )
    for solver in reversed(gaps if not words.solver else ()):
        print(summary("" if solver == "ours" else f"{solver} ", gaps[solver]))


if __name__ == "__main__":
    main()
