"""A script served to a real browser, with everything outside this machine refused and noted."""

import os
import re
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from playwright.sync_api import Browser, FrameLocator, Locator, Page, Route, expect
from playwright.sync_api import TimeoutError as PlaywrightTimeout

ROOT = Path(__file__).parents[2]
LOOPBACK = {"127.0.0.1", "localhost", "[::1]"}
START_S = 90
PATIENCE_MS = 120_000
TRIES = 20
expect.set_options(timeout=60_000)
EDITOR = 'iframe[title="app.maps.edit_frame.edit_map"]'


@dataclass
class Watched:
    """A page, and what it must not have done."""

    page: Page
    outside: list[str] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)

    @property
    def editor(self) -> FrameLocator:
        """The map that gives something back."""
        return self.page.frame_locator(EDITOR)

    def check(self) -> None:
        """Fail if anything outside was asked for, or anything went wrong."""
        assert self.outside == []
        assert self.errors == []


@contextmanager
def served(script: Path, area: Path, cache: Path) -> Iterator[str]:
    """Serve a script on a free port and give its address."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
    command = [sys.executable, "-m", "streamlit", "run", str(script)]
    server = subprocess.Popen(  # noqa: S603  # our own command
        [*command, "--server.port", str(port), "--server.headless", "true"],
        cwd=ROOT,
        env={
            **os.environ,
            "XUNGE_AREA": str(area),
            "XUNGE_CACHE_DIR": str(cache),
            "PYTHONPATH": str(ROOT),
        },
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        deadline = time.monotonic() + START_S
        while not _is_up(f"http://127.0.0.1:{port}/_stcore/health"):
            assert time.monotonic() < deadline, "The server did not start."
            time.sleep(0.2)
        yield f"http://127.0.0.1:{port}"
    finally:
        server.terminate()
        server.wait(timeout=20)


def _is_up(url: str) -> bool:
    try:
        with urllib.request.urlopen(url, timeout=2) as answer:  # noqa: S310  # loopback only
            return bool(answer.status == 200)
    except OSError:
        return False


@contextmanager
def watched_page(browser: Browser) -> Iterator[Watched]:
    """Open a page in Chinese that can reach nothing but this machine."""
    context = browser.new_context(viewport={"width": 1440, "height": 900}, locale="zh-CN")
    watched = Watched(context.new_page())

    def refuse_outside(route: Route) -> None:
        if urlsplit(route.request.url).hostname in LOOPBACK:
            route.continue_()
        else:
            watched.outside.append(route.request.url)
            route.abort()

    context.route(re.compile("^https?://"), refuse_outside)
    watched.page.set_default_timeout(PATIENCE_MS)
    watched.page.on(
        "console",
        lambda said: watched.errors.append(said.text) if said.type == "error" else None,
    )
    watched.page.on("pageerror", lambda error: watched.errors.append(str(error)))
    yield watched
    context.close()


def choose(page: Page, placeholder: str, name: str) -> None:
    """Open a list and take an entry; what the page still redraws closes an open list again."""
    box, entry = page.get_by_placeholder(placeholder), page.get_by_role("option", name=name)
    box.wait_for()
    for _ in range(TRIES):
        page.locator('[data-testid="stApp"][data-test-script-state="notRunning"]').wait_for()
        box.click()
        try:
            entry.click(timeout=PATIENCE_MS / TRIES)
        except PlaywrightTimeout:
            page.keyboard.press("Escape")
        else:
            return
    entry.click()


def middle(locator: Locator) -> tuple[float, float]:
    """Return where the middle of an element is on the screen."""
    box = locator.bounding_box()
    assert box is not None
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


def drag(page: Page, locator: Locator, by: tuple[float, float]) -> None:
    """Drag an element by some pixels."""
    x, y = middle(locator)
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x + by[0] / 2, y + by[1] / 2, steps=4)
    page.mouse.move(x + by[0], y + by[1], steps=4)
    page.mouse.up()
