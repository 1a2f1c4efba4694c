"""What a map may tell of single incidents: never enough to find out who reported them."""

import re
from dataclasses import replace

import pandas as pd
import pytest

from app.i18n import LANGUAGES, in_language, t
from app.maps import views
from app.maps.document import map_html
from app.maps.hot import incident_points
from app.study import Study
from data.incident_types import RESTRICTED_TYPES

ADDRESS = "无名里3号楼2单元"
MINUTE = re.compile(r"20\d\d-\d\d-\d\d \d\d:\d\d")


def with_address(study: Study) -> Study:
    """Give every incident an address that nothing else in the study has."""
    incidents = study.area.incidents.assign(address=ADDRESS)
    return replace(study, area=replace(study.area, incidents=incidents))


def tips_of(layer: dict[str, object]) -> list[list[str]]:
    """Return the tooltip of each point of a layer."""
    features: list[dict[str, dict[str, list[str]]]] = layer["features"]["features"]  # type: ignore[index]  # a GeoJSON collection
    return [feature["properties"]["tip"] for feature in features]


@pytest.mark.parametrize("language", LANGUAGES)
def test_exported_map_shows_no_single_incident(study: Study, language: str) -> None:
    """The file that leaves the PC has cells but no point, minute or address of an incident."""
    html = map_html(with_address(study), language)
    assert '"type":"Point"' not in html
    assert not MINUTE.search(html)
    assert ADDRESS not in html
    with in_language(language):
        assert t("内部使用") in html


def test_points_tell_kind_month_and_source_alone(study: Study) -> None:
    """A point's tooltip holds its type, its month and its source, and nothing else."""
    for _, month, _ in tips_of(incident_points(study.area.incidents, study.hotspots)):
        assert re.fullmatch(r"\d{4}-\d{2}", month)


@pytest.mark.parametrize("kind", sorted(RESTRICTED_TYPES))
def test_dens_and_network_clues_are_on_no_map(study: Study, kind: str) -> None:
    """An incident of a restricted type is counted in its cell and drawn nowhere."""
    incidents = study.area.incidents
    hidden = pd.Series(range(len(incidents)), index=incidents.index) % 3 == 0
    marked = incidents.assign(type=incidents["type"].where(~hidden, kind))
    analysed = marked[marked.index.isin(study.hotspots.parts.index)]
    open_to_all = ~analysed["type"].isin(RESTRICTED_TYPES)
    drawn = tips_of(incident_points(marked, study.hotspots))
    assert 0 < len(drawn) == int(open_to_all.sum()) < len(analysed)


def test_page_maps_tell_no_address(study: Study) -> None:
    """No address of an incident stands in the maps of the pages either."""
    known = with_address(study)
    for drawn in (views.overview_map(known), views.hotspot_map(known, "day")):
        html = str(drawn.get_root().render())
        assert not MINUTE.search(html)
        assert ADDRESS not in html
