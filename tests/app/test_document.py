import re
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from app.i18n import LANGUAGES
from app.maps.document import map_html
from app.study import Study

SOURCES = re.compile(
    r"""(?:src|href|action|data)\s*=\s*\\?["']?\s*(?:https?:)?//|url\(\s*["']?\s*(?:https?:)?//|@import""",
    re.IGNORECASE,
)


@pytest.mark.parametrize("language", LANGUAGES)
def test_html_has_no_outside_source(study: Study, language: str) -> None:
    """The file names no script, style, picture, font or link that lies outside it."""
    html = map_html(study, language)
    assert not SOURCES.search(html)
    assert set(re.findall(r"https?://[\w./-]+", html)) <= {"http://www.w3.org/2000/svg"}


@pytest.mark.browser
@pytest.mark.parametrize("language", LANGUAGES)
def test_html_draws_every_layer(
    study: Study, language: str, browser: Browser, tmp_path: Path
) -> None:
    """Opened from a stick, it draws cells, routes, stops and signs, and asks for nothing."""
    page_file = tmp_path / "map.html"
    page_file.write_text(map_html(study, language), "utf-8")
    page = browser.new_page(viewport={"width": 1440, "height": 900})
    asked: list[str] = []
    errors: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.on("console", lambda said: errors.append(said.text) if said.type == "error" else None)
    page.goto(page_file.as_uri())
    page.wait_for_selector(".leaflet-marker-icon .xg-icon")
    assert [url for url in asked if not url.startswith(("file:", "data:"))] == []
    assert page.locator(".xg-label").count() > 20
    assert page.locator(".leaflet-control-layers-base input").count() == len(study.area.shifts)
    second = page.locator(".leaflet-control-layers-base input").last
    second.click()
    page.wait_for_timeout(200)
    assert second.is_checked()
    assert not errors
    page.close()
