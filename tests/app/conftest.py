"""The sample study, a study whose every text is an attack, and a browser for both."""

import html
import os
import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from playwright.sync_api import Browser, sync_playwright

from app.study import Study
from tests.app.attacks import ATTACKS, MARKDOWN

ROOT = Path(__file__).parents[2]
CHROMIUM_ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


@pytest.fixture(scope="session")
def attack() -> str:
    """One text that tries every way out of a map's script."""
    return " ".join(ATTACKS)


@pytest.fixture(scope="session")
def hostile_study(study: Study, attack: str) -> Study:
    """Put the attack into every text of the sample study that a file may carry."""
    area, plan = study.area, study.plan
    streets = area.streets.copy()
    for _, _, data in streets.edges(data=True):
        data["name"] = attack
    hostile_area = replace(
        area,
        name=attack,
        streets=streets,
        incidents=area.incidents.assign(address=attack, type=attack, source=attack),
        key_points=area.key_points.assign(name=attack, category=attack),
        communities=area.communities.assign(name=attack),
        basemap=area.basemap.assign(name=attack),
    )
    hostile_plan = replace(
        plan,
        teams=plan.teams.assign(name=attack, orgs=attack),
        visits=plan.visits.assign(label=attack),
    )
    booths = replace(study.booths, booths=study.booths.booths.assign(name=attack))
    return replace(study, area=hostile_area, plan=hostile_plan, booths=booths)


@pytest.fixture
def hostile_folder(area_folder: Path) -> Path:
    """Put pictures and links in Markdown and HTML into every text of a small area folder."""
    for name, word in {
        "streets.osm": "横1路",
        "incidents.csv": "站街设牌",
        "key_points.csv": "甲医院",
        "staffing.csv": "甲所",
    }.items():
        mark = html.escape(MARKDOWN) if name.endswith(".osm") else MARKDOWN
        file = area_folder / name
        file.write_text(file.read_text("utf-8").replace(word, mark), "utf-8")
    key_points = area_folder / "key_points.csv"
    key_points.write_text(key_points.read_text("utf-8").replace("三甲医院", MARKDOWN), "utf-8")
    (area_folder / "area.toml").write_text(
        f"""
        name = '{MARKDOWN}'
        demo = true
        patrol.iterations = 100
        [shifts]
        day = {{ hours = ["06:00", "18:00"], patrol = [["08:00", "11:00"]] }}
        '{MARKDOWN}' = {{ hours = ["18:00", "06:00"], patrol = [["18:30", "21:30"]] }}
        """,
        "utf-8",
    )
    return area_folder


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Start the system's Chromium, without any traffic of its own."""
    chromium = shutil.which("chromium") or shutil.which("chromium-browser")
    if chromium is None:
        if os.environ.get("CI") == "true":
            pytest.fail("CI must have Chromium: no page would be tested.")
        pytest.skip("Chromium is not installed.")
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=chromium, args=CHROMIUM_ARGUMENTS)
        yield opened
        opened.close()
