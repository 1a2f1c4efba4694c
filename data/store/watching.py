"""Telling whoever waits how far a long job is, and stopping when they no longer want it."""

from collections.abc import Callable
from dataclasses import dataclass

from data.errors import N_, Message
from data.store.errors import ImportCancelledError

Progress = Callable[[float, Message], None]
"""Called with the share done, from 0 to 1, and what is being done."""
Cancelled = Callable[[], bool]


@dataclass(frozen=True)
class Watch:
    """Who waits for a job.

    Examples
    --------
    >>> Watch(lambda share, doing: print(f"{share:.0%} {doing}"), None).tell(0.5, "Saving")
    50% Saving
    """

    progress: Progress | None = None
    cancelled: Cancelled | None = None

    def tell(self, share: float, doing: str) -> None:
        """Say how far the job is; `doing` is marked with `N_`.

        Raises
        ------
        ImportCancelledError
            If a person stopped it.
        """
        if self.cancelled is not None and self.cancelled():
            raise ImportCancelledError(
                N_("The import was stopped."), N_("Nothing of the file was kept.")
            )
        if self.progress is not None:
            self.progress(share, Message(doing))
