"""The pages in a real browser, with everything outside this machine refused and counted."""

import os
import re
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, Page, Route

from app.i18n import LANGUAGES, in_language, t

pytestmark = pytest.mark.browser

ROOT = Path(__file__).parents[2]
PAGES = ("总览", "热点", "巡逻计划", "岗亭")
LOOPBACK = {"127.0.0.1", "localhost", "[::1]"}
PATIENCE_MS = 240_000
START_S = 90


def free_port() -> int:
    """Return a port that nobody uses."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    """Start the interface as `make app` does, on a free port."""
    port = free_port()
    command = [sys.executable, "-m", "streamlit", "run", "streamlit_app.py"]
    server = subprocess.Popen(  # noqa: S603  # our own command
        [*command, "--server.port", str(port)],
        cwd=ROOT,
        env={**os.environ, "XUNGE_AREA": str(ROOT / "data" / "sample")},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    started = f"http://127.0.0.1:{port}"
    deadline = time.monotonic() + START_S
    while not is_up(f"{started}/_stcore/health"):
        assert time.monotonic() < deadline, "The server did not start."
        time.sleep(0.3)
    yield started
    server.terminate()
    server.wait(timeout=20)


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


@pytest.mark.parametrize("language", LANGUAGES)
def test_pages_show_their_maps_without_a_network(
    language: str, address: str, watched: tuple[Page, list[str], list[str]]
) -> None:
    """Each page draws its streets, names and signs; nothing outside is asked for, nothing fails."""
    page, outside, errors = watched
    page.goto(f"{address}/?lang={language}")
    for name in PAGES:
        with in_language(language):
            title = t(name)
        page.get_by_test_id("stSidebarNav").get_by_text(title, exact=True).click()
        page.get_by_role("heading", name=title, exact=True, level=1).wait_for(timeout=PATIENCE_MS)
        drawn = page.frame_locator('iframe[title^="streamlit_folium"]')
        drawn.locator(".xg-icon").first.wait_for(timeout=PATIENCE_MS)
        assert drawn.locator(".leaflet-xg-base-pane canvas").count() == 1
        assert drawn.locator(".xg-label-major, .xg-label-street").count() > 3
        assert drawn.locator(".xg-panel details").count() == 1
        if name == "巡逻计划":
            assert drawn.locator(".xg-arrow svg").count() > 5
    assert outside == []
    assert errors == []
