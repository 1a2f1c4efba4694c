"""The pages in a real browser, with everything outside this machine refused and counted."""

import os
import re
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, FrameLocator, Page, Route

from app.i18n import LANGUAGES, in_language, t
from tests.app.attacks import OUTSIDE

pytestmark = pytest.mark.browser

ROOT = Path(__file__).parents[2]
PAGES = ("总览", "热点", "巡逻计划", "岗亭")
LOOPBACK = {"127.0.0.1", "localhost", "[::1]"}
PATIENCE_MS = 240_000
START_S = 90
SETTLE_MS = 500
MARKER = ".leaflet-marker-icon .xg-icon"
"""A sign on the map; the legend shows the same signs, but not as markers."""


def free_port() -> int:
    """Return a port that nobody uses."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def served(area: Path) -> Iterator[str]:
    """Start the interface as `make app` does, on a free port and without a browser of its own."""
    port = free_port()
    command = [sys.executable, "-m", "streamlit", "run", "streamlit_app.py"]
    server = subprocess.Popen(  # noqa: S603  # our own command
        [*command, "--server.port", str(port), "--server.headless", "true"],
        cwd=ROOT,
        env={**os.environ, "XUNGE_AREA": str(area)},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    started = f"http://127.0.0.1:{port}"
    try:
        deadline = time.monotonic() + START_S
        while not is_up(f"{started}/_stcore/health"):
            assert time.monotonic() < deadline, "The server did not start."
            time.sleep(0.3)
        yield started
    finally:
        server.terminate()
        server.wait(timeout=20)


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    """Serve the sample area."""
    with served(ROOT / "data" / "sample") as started:
        yield started


def is_up(url: str) -> bool:
    """Tell whether the server answers."""
    try:
        with urllib.request.urlopen(url, timeout=2) as answer:  # noqa: S310  # loopback only
            return bool(answer.status == 200)
    except OSError:
        return False


@pytest.fixture
def watched(browser: Browser) -> Iterator[tuple[Page, list[str], list[str]]]:
    """Open a page; note the addresses outside that it asks for and the errors of its console."""
    context = browser.new_context(viewport={"width": 1440, "height": 900}, locale="zh-CN")
    outside: list[str] = []
    errors: list[str] = []

    def refuse_outside(route: Route) -> None:
        if urlsplit(route.request.url).hostname in LOOPBACK:
            route.continue_()
        else:
            outside.append(route.request.url)
            route.abort()

    context.route(re.compile("^https?://"), refuse_outside)
    page = context.new_page()
    page.on("console", lambda said: errors.append(said.text) if said.type == "error" else None)
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.on(
        "websocket",
        lambda opened: (
            None if urlsplit(opened.url).hostname in LOOPBACK else outside.append(opened.url)
        ),
    )
    yield page, outside, errors
    context.close()


def open_page(page: Page, title: str) -> FrameLocator:
    """Open a page by its link and return its map, once a marker stands on it."""
    page.get_by_test_id("stSidebarNav").get_by_text(title, exact=True).click()
    page.get_by_role("heading", name=title, exact=True, level=1).wait_for(timeout=PATIENCE_MS)
    drawn = page.frame_locator('iframe[title^="streamlit_folium"]')
    drawn.locator(MARKER).first.wait_for(timeout=PATIENCE_MS)
    return drawn


@pytest.mark.parametrize("language", LANGUAGES)
def test_pages_show_their_maps_without_a_network(
    language: str, address: str, watched: tuple[Page, list[str], list[str]]
) -> None:
    """Each page draws its streets, names and signs; nothing outside is asked for, nothing fails."""
    page, outside, errors = watched
    page.goto(f"{address}/?lang={language}")
    for name in PAGES:
        with in_language(language):
            drawn = open_page(page, t(name))
        assert drawn.locator(".leaflet-xg-base-pane canvas").count() == 1
        assert drawn.locator(".xg-label-major, .xg-label-street").count() > 3
        assert drawn.locator(".xg-panel details").count() == 1
        if name == "巡逻计划":
            assert drawn.locator(".xg-arrow svg").count() > 5
    assert outside == []
    assert errors == []


def test_hostile_names_ask_for_nothing_outside(
    hostile_folder: Path, watched: tuple[Page, list[str], list[str]]
) -> None:
    """Pictures, links and HTML in the names of a folder are text on each page, and load nothing."""
    page, outside, errors = watched
    with served(hostile_folder) as started:
        page.goto(f"{started}/?lang=zh")
        for name in PAGES:
            open_page(page, name)
            page.locator("details summary").last.click()
            page.wait_for_timeout(SETTLE_MS)
            assert OUTSIDE in page.get_by_test_id("stMain").inner_text()
            assert page.locator(f'img[src*="{OUTSIDE}"], a[href*="{OUTSIDE}"]').count() == 0
    assert outside == []
    assert errors == []
