"""One answer of one server: asked with patience, received within limits, refused in words."""

from dataclasses import dataclass
from datetime import UTC
from email.utils import parsedate_to_datetime
from http import HTTPStatus
from importlib.metadata import version
from urllib.parse import urlsplit

import requests
import urllib3

from data.errors import N_, AreaError, Message
from data.web_questions import (
    ASK_FOR_LESS,
    LOOK_AT_IT,
    USE_A_FILE,
    Clock,
    Limits,
    Question,
    Tell,
    host_of,
)

PIECE_BYTES = 65536
BUSY = frozenset(
    {
        HTTPStatus.TOO_MANY_REQUESTS,
        HTTPStatus.BAD_GATEWAY,
        HTTPStatus.SERVICE_UNAVAILABLE,
        HTTPStatus.GATEWAY_TIMEOUT,
    }
)
"""Answers that mean: the same question later."""


class _TryAgainError(Exception):
    """The question may be put again."""

    def __init__(self, what: str, wait_s: float | None = None, *, nobody: bool = False) -> None:
        super().__init__(what)
        self.what, self.wait_s, self.nobody = what, wait_s, nobody


def download(
    question: Question,
    stage: Message,
    tell: Tell,
    *,
    limits: Limits | None = None,
    clock: Clock | None = None,
) -> bytes:
    """
    Put a question to a server until it is answered, and return the answer.

    A busy server (429, 502, 503, 504), a refused or cut connection and silence are met by waiting,
    each time `wait_factor` times longer, or as long as the server's `Retry-After` asks. No redirect
    is followed: only the named server learns what is asked.

    Parameters
    ----------
    question
        Where, and what is asked.
    stage
        What is told while bytes come in.
    tell
        Called for every piece and before every wait.
    limits, clock
        The usual ones if None.

    Raises
    ------
    AreaError
        If the server cannot be reached, stays busy, refuses, or answers too slowly, too much or
        not to the end; what was received is forgotten.

    Examples
    --------
    `tests/data/test_area_fetch.py` talks to a server that misbehaves in every one of these ways.
    """
    limits, clock = limits or Limits(), clock or Clock()
    host = host_of(question.url)
    wait_s = limits.first_wait_s
    attempt = 1
    while True:
        try:
            return _ask(question, _Receiver(host, stage, tell, limits, clock))
        except _TryAgainError as error:
            asked_s = wait_s if error.wait_s is None else error.wait_s
            most = limits.attempts_at_nobody if error.nobody else limits.attempts
            if attempt >= most or asked_s > limits.longest_wait_s:
                raise AreaError(Message.of(error.what, host=host), USE_A_FILE) from error
        text = N_("{host} is busy or away; asking again in {n} s")
        tell(Message.of(text, host=host, n=round(asked_s)), 0)
        clock.sleep(asked_s)
        wait_s *= limits.wait_factor
        attempt += 1


@dataclass(frozen=True)
class _Receiver:
    """Takes in one answer."""

    host: str
    stage: Message
    tell: Tell
    limits: Limits
    clock: Clock

    def check_status(self, response: requests.Response) -> None:
        """Refuse what is no answer to the question."""
        status = response.status_code
        if status in BUSY:
            wait_s = _read_wait(response.headers.get("Retry-After", ""), self.clock)
            if status == HTTPStatus.TOO_MANY_REQUESTS:
                what = N_("{host} says that too many questions come from here.")
            else:
                what = N_("{host} is too busy to answer.")
            raise _TryAgainError(what, wait_s)
        if response.is_redirect:
            elsewhere = urlsplit(response.headers["Location"]).hostname or self.host
            text = N_("{host} sends us on to {elsewhere}, which nobody agreed to ask.")
            remedy = N_("If that is the right server, name its address.")
            raise AreaError(Message.of(text, host=self.host, elsewhere=elsewhere), remedy)
        if status != HTTPStatus.OK:
            text = N_("{host} refused the question (status {status}).")
            raise AreaError(Message.of(text, host=self.host, status=status), LOOK_AT_IT)

    def read(self, response: requests.Response) -> bytes:
        """Take in the answer piece by piece, as it comes."""
        announced = response.headers.get("Content-Length", "")
        if announced.isdecimal() and int(announced) > self.limits.most_bytes:
            raise self._too_long()
        content = bytearray()
        end_s = self.clock.monotonic() + self.limits.answer_s
        # not `iter_content`: it waits until a piece is full, however slowly it drips
        while piece := response.raw.read1(PIECE_BYTES, decode_content=True):
            content += piece
            if len(content) > self.limits.most_bytes:
                raise self._too_long()
            if self.clock.monotonic() > end_s:
                text = N_("{host} answers too slowly: after {n} s the answer was not complete.")
                what = Message.of(text, host=self.host, n=round(self.limits.answer_s))
                raise AreaError(what, USE_A_FILE)
            self.tell(self.stage, len(content))
        return bytes(content)

    def _too_long(self) -> AreaError:
        text = N_("The answer of {host} is larger than {n} MB.")
        n = round(self.limits.most_bytes / 1024**2, 1)
        return AreaError(Message.of(text, host=self.host, n=n), ASK_FOR_LESS)


def _ask(question: Question, receiver: _Receiver) -> bytes:
    """Put the question once; name what went wrong."""
    timeouts = (receiver.limits.connect_s, receiver.limits.silence_s)
    with requests.Session() as session:
        session.headers["User-Agent"] = f"xunge/{version('xunge')}"
        try:
            with session.request(
                "POST" if question.form else "GET",
                question.url,
                params=question.query,
                data=question.form,
                stream=True,
                allow_redirects=False,
                timeout=timeouts,
            ) as response:
                receiver.check_status(response)
                return receiver.read(response)
        except requests.ConnectionError as error:  # a timeout of connecting is one as well
            raise _TryAgainError(N_("{host} cannot be reached."), nobody=True) from error
        except (requests.Timeout, urllib3.exceptions.TimeoutError) as error:
            raise _TryAgainError(N_("{host} did not answer in time.")) from error
        except (requests.RequestException, urllib3.exceptions.HTTPError) as error:
            raise _TryAgainError(N_("The answer of {host} broke off before its end.")) from error


def _read_wait(header: str, clock: Clock) -> float | None:
    """Read `Retry-After`, seconds or a date; None where it says nothing that can be read."""
    if header.strip().isdecimal():
        return float(header)
    try:
        until = parsedate_to_datetime(header)
    except ValueError:
        return None
    until = until if until.tzinfo else until.replace(tzinfo=UTC)
    return max((until - clock.now()).total_seconds(), 0.0)
