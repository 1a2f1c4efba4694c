"""How long a proof may take, who is told meanwhile, and who may stop it."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from math import inf

from data.errors import Message
from routing.progress import Progress, report
from routing.siting.siting import Siting


@dataclass(frozen=True, eq=False)
class Effort:
    """
    What a model may spend on its proof; the plan found so far is returned in any case.

    Examples
    --------
    >>> ticks = iter([0.0, 3.0, 12.0])
    >>> watched = Effort(seconds=10, clock=lambda: next(ticks)).begun()
    >>> watched.over, watched.over
    (False, True)
    """

    seconds: float = inf
    """Time limit; the building of the model counts too."""
    gap: float = 0.0
    """Relative gap at which the proof is good enough; 0: to the end."""
    progress: Progress | None = None
    """Told the share of the time limit that is used, and what is being done."""
    found: Callable[[Siting], None] | None = None
    """Given the first plan at once, and each better one with the bound of that moment."""
    cancel: Callable[[], bool] | None = None
    """Asked again and again; the calculation ends soon after it says True."""
    clock: Callable[[], float] = time.monotonic
    """Counts seconds."""
    started: float | None = field(default=None, repr=False)
    """What the clock showed at the beginning."""

    def begun(self) -> "Effort":
        """Return the same effort with its clock running; one that runs already goes on."""
        return self if self.started is not None else replace(self, started=self.clock())

    @property
    def left_s(self) -> float:
        """Seconds that are left of the time limit, not below 0."""
        if self.started is None or self.seconds == inf:
            return self.seconds
        return max(self.seconds - (self.clock() - self.started), 0.0)

    @property
    def over(self) -> bool:
        """Whether the time is up or somebody cancelled."""
        return self.left_s <= 0 or (self.cancel is not None and self.cancel())

    def tell(self, doing: Message) -> None:
        """Tell whoever waits what is being done."""
        share = 0.0 if self.seconds == inf else 1 - self.left_s / max(self.seconds, 1e-9)
        report(self.progress, min(share, 1.0), doing)

    def show(self, siting: Siting) -> None:
        """Hand over a plan that is better than the last one."""
        if self.found is not None:
            self.found(siting)
