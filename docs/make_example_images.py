"""Take a picture of the map of each plan folder named: docs/images/example-NAME.png.

docs/examples.md has the commands that make the folders, from files that are not in this project.
"""

import shutil
import sys
from pathlib import Path

from playwright.sync_api import sync_playwright

IMAGES = Path(__file__).parent / "images"
SETTLE_MS = 2500


def main(folders: list[Path]) -> None:
    """Open each `map.html` in Chromium and keep its picture."""
    chromium = shutil.which("chromium") or shutil.which("chromium-browser")
    if chromium is None:
        sys.exit("Chromium is needed: apt-get install chromium")
    with sync_playwright() as playwright:
        arguments = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
        browser = playwright.chromium.launch(executable_path=chromium, args=arguments)
        page = browser.new_page(viewport={"width": 1440, "height": 900}, locale="zh-CN")
        for folder in folders:
            page.goto((folder.resolve() / "map.html").as_uri())
            page.wait_for_timeout(SETTLE_MS)
            page.screenshot(path=IMAGES / f"example-{folder.name}.png")
        browser.close()


if __name__ == "__main__":
    main([Path(name) for name in sys.argv[1:]])
