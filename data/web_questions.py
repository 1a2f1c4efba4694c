"""What is asked of a server outside: the question, the patience and the limits of the asking."""

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from urllib.parse import urlsplit

from data.errors import N_, AreaError, Message

USE_A_FILE = N_(
    "Wait some minutes, name another server, or use a map file on this computer: "
    "xunge new-area --network FILE."
)
LOOK_AT_IT = N_("Open its address in a browser: a login page, a proxy or a wrong address answers.")
ASK_AGAIN = N_("Ask again, or name another server.")
ASK_FOR_LESS = N_("Ask for a smaller area.")

Tell = Callable[[Message, int], None]
"""Is told the stage and how many bytes of its answer have come."""


@dataclass(frozen=True)
class Question:
    """What is sent: a path under a server's address, and form fields or a query."""

    url: str
    query: Mapping[str, str] = field(default_factory=dict)
    form: Mapping[str, str] = field(default_factory=dict)
    """Sent as POST, if there is one."""


@dataclass(frozen=True)
class Limits:
    """How long to be patient, and how much to take."""

    attempts: int = 5
    attempts_at_nobody: int = 2
    """Without a network nothing is gained by patience, and a person wants to know."""
    first_wait_s: float = 5.0
    wait_factor: float = 3.0
    longest_wait_s: float = 300.0
    """A server that asks for a longer wait is not waited for."""
    connect_s: float = 10.0
    silence_s: float = 200.0
    """Overpass may think for 180 s before its first byte."""
    answer_s: float = 900.0
    """From the first byte to the last: a server that drips is not waited for either."""
    most_bytes: int = 64 * 1024**2
    """Unpacked."""


@dataclass(frozen=True)
class Clock:
    """Where time comes from, so that tests need not wait."""

    sleep: Callable[[float], None] = time.sleep
    monotonic: Callable[[], float] = time.monotonic
    now: Callable[[], datetime] = field(default=lambda: datetime.now(UTC))


def host_of(url: str) -> str:
    """
    Name the server of an address, without a name or password that stands in it.

    Raises
    ------
    AreaError
        If it is not the address of a web server.

    Examples
    --------
    >>> host_of("https://me:secret@maps.example:8443/api")
    'maps.example:8443'
    """
    try:
        parts = urlsplit(url)
        host, port = parts.hostname, parts.port
    except ValueError:
        host = None
    if host is None or parts.scheme not in {"http", "https"}:
        raise AreaError(
            N_("This is not the address of a server."),
            N_("Write it like https://overpass-api.de/api."),
        )
    return f"{host}:{port}" if port else host
