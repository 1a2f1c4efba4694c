import json
import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from playwright.sync_api import Browser

from app.maps.document import map_html
from app.maps.escape import embed, escape
from app.study import Study

DANGEROUS = set("&<>\"'`$\\{}")
ENTITY = re.compile(r"&#(\d+);")
NAMES = st.from_regex(r"[a-z]{1,8}", fullmatch=True)
VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(NAMES, inner, max_size=3),
    max_leaves=8,
)


def decode(text: str) -> str:
    """Read entities as a browser does."""
    return ENTITY.sub(lambda found: chr(int(found[1])), text)


@given(st.text())
def test_escaped_text_cannot_act(text: str) -> None:
    """No character that HTML, a template literal or a template reads as code is left as it was."""
    escaped = escape(text)
    assert not DANGEROUS & set(ENTITY.sub("", escaped))


@given(st.text(st.characters(exclude_characters="\r\n\t\u2028\u2029")))
def test_escaped_text_reads_the_same(text: str) -> None:
    """What the reader sees is the text itself."""
    assert decode(escape(text)) == text


@given(VALUES)
def test_embedded_value_is_json_without_live_text(value: object) -> None:
    """Data reach the script as JSON in which no text can end a string, a script or a template."""
    written = embed(value)
    json.loads(written)
    assert not re.search(r"</|<!|`|\$|\{\{|\{%|\{#", written)


@pytest.mark.parametrize(
    "value", [object(), {"a b": 1}, {1: "x"}, float("nan"), float("inf"), b"x"]
)
def test_unknown_values_are_refused(value: object) -> None:
    """What is not known to be harmless does not reach a map."""
    with pytest.raises((TypeError, ValueError)):
        embed(value)


@pytest.mark.browser
def test_attack_in_every_text_executes_nothing(
    hostile_study: Study, attack: str, browser: Browser, tmp_path: Path
) -> None:
    """An attack in every name and note is shown as text, and none of it runs."""
    page_file = tmp_path / "map.html"
    page_file.write_text(map_html(hostile_study, "zh"), "utf-8")
    page = browser.new_page()
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.on("dialog", lambda dialog: errors.append(dialog.message))
    page.goto(page_file.as_uri())
    page.wait_for_selector(".leaflet-marker-icon .xg-icon")
    page.evaluate(
        """() => {
            const map = window[Object.keys(window).find(key => key.startsWith("map_"))];
            Object.values(map.xunge.groups).forEach(group => group.addTo(map));
            map.eachLayer(layer => layer.getTooltip && layer.getTooltip() && layer.openTooltip());
        }"""
    )
    page.wait_for_timeout(300)
    assert page.evaluate("window.hacked") is None
    assert page.locator(".leaflet-container img[src=x]").count() == 0
    assert page.locator(".xg-tip").count() > 10
    assert any(attack in said for said in page.locator(".xg-tip").all_inner_texts())
    assert any(attack in said for said in page.locator(".xg-label").all_inner_texts())
    assert not errors
    page.close()
