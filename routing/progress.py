"""Telling whoever waits how far a long calculation is."""

from collections.abc import Callable

from data.errors import Message

Progress = Callable[[float, Message], None]
"""Called with the share done, from 0 to 1, and what is being done."""


def report(progress: Progress | None, share: float, doing: Message) -> None:
    """Call `progress` if somebody waits.

    Examples
    --------
    >>> report(lambda share, doing: print(f"{share:.0%} {doing}"), 0.5, Message("solving"))
    50% solving
    """
    if progress is not None:
        progress(share, doing)
