"""Take the pictures of the four pages for the README: Chinese, sample area, 1440 x 900.

Run it with `make screenshots`; it needs Chromium and, like the pages, no network.
"""

import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

from playwright.sync_api import Page, ViewportSize, sync_playwright

ROOT = Path(__file__).parents[1]
IMAGES = ROOT / "docs" / "images"
PAGES = {"overview": "总览", "hotspots": "热点", "patrol": "巡逻计划", "booths": "岗亭"}
SIZE_PX: ViewportSize = {"width": 1440, "height": 900}
START_S = 120
PATIENCE_MS = 240_000
SETTLE_MS = 2500


def main() -> None:
    """Start the interface, visit each page and keep its picture."""
    chromium = shutil.which("chromium") or shutil.which("chromium-browser")
    if chromium is None:
        sys.exit("Chromium is needed: apt-get install chromium")
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    server = _start(port)
    try:
        with sync_playwright() as playwright:
            arguments = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
            browser = playwright.chromium.launch(executable_path=chromium, args=arguments)
            page = browser.new_page(viewport=SIZE_PX, locale="zh-CN")
            page.goto(f"http://127.0.0.1:{port}/?lang=zh")
            for name, title in PAGES.items():
                _take(page, name, title)
            browser.close()
    finally:
        server.terminate()
        server.wait()


def _start(port: int) -> "subprocess.Popen[bytes]":
    """Start the interface and wait until it answers."""
    command = [sys.executable, "-m", "streamlit", "run", "streamlit_app.py", "--server.port"]
    server = subprocess.Popen(  # noqa: S603  # our own command
        [*command, str(port), "--server.headless", "true"],
        cwd=ROOT,
        env={**os.environ, "XUNGE_AREA": "data/sample"},
        stdout=subprocess.DEVNULL,
    )
    deadline = time.monotonic() + START_S
    while time.monotonic() < deadline:
        try:
            urllib.request.urlopen(f"http://127.0.0.1:{port}/_stcore/health", timeout=2)
        except OSError:
            time.sleep(0.3)
        else:
            return server
    server.terminate()
    sys.exit("The interface did not start.")


def _take(page: Page, name: str, title: str) -> None:
    """Open a page by its link, wait for its map, and write the picture."""
    page.get_by_test_id("stSidebarNav").get_by_text(title, exact=True).click()
    page.get_by_role("heading", name=title, exact=True, level=1).wait_for(timeout=PATIENCE_MS)
    drawn = page.frame_locator('iframe[title^="streamlit_folium"]')
    drawn.locator(".leaflet-marker-icon .xg-icon").first.wait_for(timeout=PATIENCE_MS)
    page.mouse.move(SIZE_PX["width"] - 4, SIZE_PX["height"] - 4)
    page.wait_for_timeout(SETTLE_MS)
    IMAGES.mkdir(exist_ok=True)
    page.screenshot(path=IMAGES / f"{name}.png")


if __name__ == "__main__":
    main()
