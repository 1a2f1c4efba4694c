"""An integer programme as plain arrays, solved by HiGHS; nothing is built per variable."""

from collections.abc import Callable
from dataclasses import dataclass
from math import inf
from typing import Any

import highspy
import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

from data.errors import N_, Message
from routing.siting.effort import Effort

Floats = NDArray[np.float64]
ROWWISE = 2
MAXIMISE = -1
SOLVED = (highspy.HighsModelStatus.kOptimal, highspy.HighsModelStatus.kModelEmpty)
IMPOSSIBLE = (
    highspy.HighsModelStatus.kInfeasible,
    highspy.HighsModelStatus.kUnboundedOrInfeasible,
)


@dataclass(frozen=True, eq=False)
class Programme:
    """
    Maximise or minimise a linear objective over rows with two limits each.

    Examples
    --------
    >>> knapsack = Programme(np.array([5.0, 4, 3]), csr_array(np.array([[4.0, 3, 2]])),
    ...                      np.array([-np.inf]), np.array([5.0]), np.ones(3, bool))
    >>> solution = knapsack.solve(Effort())
    >>> solution.values.round().tolist(), solution.bound
    ([0.0, 1.0, 1.0], 7.0)
    """

    worth: Floats
    """Objective, shape (variables,)."""
    matrix: csr_array
    row_lower: Floats
    row_upper: Floats
    whole: NDArray[np.bool_]
    """Which variables are whole numbers."""
    lower: Floats | None = None
    """Least values; None: 0."""
    upper: Floats | None = None
    """Largest values; None: 1."""
    maximise: bool = True
    constant: float = 0.0

    def solve(
        self,
        effort: Effort,
        *,
        start: Floats | None = None,
        step: float = 0.0,
        first_only: bool = False,
        better: Callable[[Floats, float], None] | None = None,
    ) -> "Solution":
        """
        Solve to the gap that the effort asks for.

        Parameters
        ----------
        effort
            Time limit, gap, progress and cancel.
        start
            A solution to begin with.
        step
            Objectives differ by at least this, unless they are equal; 0: unknown.
        first_only
            Whether any solution will do.
        better
            Called with each better solution and the bound of that moment.

        Returns
        -------
        solution
            With the proven bound, also if the time ran out.
        """
        solver = self._solver(effort, step, started=start is not None)
        if first_only:
            solver.setOptionValue("mip_max_improving_sols", 1)
        if start is not None:
            solver.setSolution(start.size, np.arange(start.size, dtype=np.int32), start)
        _watch(solver, effort, better)
        solver.run()
        status, info = solver.getModelStatus(), solver.getInfo()
        if status in IMPOSSIBLE:
            return Solution(None, -inf if self.maximise else inf, possible=False)
        found = info.primal_solution_status == highspy.kSolutionStatusFeasible
        values = np.array(solver.getSolution().col_value) if found else None
        whole = bool(self.whole.any())
        bound = info.mip_dual_bound if whole else info.objective_function_value
        if not whole and status not in SOLVED:
            bound = inf if self.maximise else -inf
        return Solution(values, float(bound))

    def _solver(self, effort: Effort, step: float, *, started: bool) -> Any:
        """Hand the arrays to a new solver."""
        solver: Any = highspy.Highs()  # type: ignore[no-untyped-call]  # it ships no types
        for option, value in {
            "output_flag": False,
            "threads": 1,
            "random_seed": 0,
            "mip_rel_gap": effort.gap,
            "mip_heuristic_effort": 0.0 if started else 0.05,
            "mip_abs_gap": step * (1 - 1e-6),
            "time_limit": effort.left_s,
        }.items():
            solver.setOptionValue(option, value)
        size = self.worth.size
        solver.passModel(
            size,
            self.matrix.shape[0],
            self.matrix.nnz,
            ROWWISE,
            MAXIMISE if self.maximise else -MAXIMISE,
            self.constant,
            self.worth,
            np.zeros(size) if self.lower is None else self.lower,
            np.ones(size) if self.upper is None else self.upper,
            self.row_lower,
            self.row_upper,
            self.matrix.indptr.astype(np.int32),
            self.matrix.indices.astype(np.int32),
            self.matrix.data,
            self.whole.astype(np.int32),
        )
        return solver


@dataclass(frozen=True, eq=False)
class Solution:
    """What HiGHS found."""

    values: Floats | None
    """None: nothing was found."""
    bound: float
    """No solution is better."""
    possible: bool = True
    """False: it is proven that no solution exists."""


def _watch(solver: Any, effort: Effort, better: Callable[[Floats, float], None] | None) -> None:
    """Let whoever waits hear of better solutions and bounds, and stop the solver."""
    if effort.cancel is not None or effort.progress is not None:

        def ask(event: Any) -> None:
            """Tell how far the proof is, and stop if it is no longer wanted."""
            gap = event.data_out.mip_gap
            if np.isfinite(gap):
                effort.tell(Message.of(N_("Proving: at most {gap} better"), gap=f"{gap:.2%}"))
            if effort.over:
                event.interrupt()

        solver.cbMipInterrupt.subscribe(ask)
    if better is not None:

        def note(event: Any) -> None:
            """Hand on a better solution."""
            better(np.array(event.data_out.mip_solution), float(event.data_out.mip_dual_bound))

        solver.cbMipImprovingSolution.subscribe(note)
