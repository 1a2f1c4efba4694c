"""The views of the page 研判 by themselves, with any incidents."""

import json
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
from streamlit.testing.v1 import AppTest

from app.study import Study
from spatial.hotspots import find_hotspots

PATIENCE_S = 300
CHART = "vega_lite_chart"
AXES = ("x", "y")
START = pd.Timestamp("2026-03-02", tz="Asia/Shanghai")


def with_incidents(study: Study, incidents: gpd.GeoDataFrame, name: str) -> Study:
    """Put other incidents into a study; `name` keeps its kept results apart."""
    analysis = replace(study.area.settings.analysis, replicates=0)
    settings = replace(study.area.settings, analysis=analysis)
    area = replace(study.area, incidents=incidents, settings=settings, content_hash=name)
    mask = area.boundary.buffer(analysis.edge_buffer_m)
    found = find_hotspots(incidents, mask=mask, shifts=area.shifts, analysis=analysis)
    return replace(study, area=area, hotspots=found)


def make_incidents(
    study: Study,
    times: "pd.DatetimeIndex | pd.Series",
    *,
    until: "pd.DatetimeIndex | pd.Series | None" = None,
    precision: str = "minute",
    places: "np.ndarray[Any, Any] | None" = None,
    source: str = "order_12345",
) -> gpd.GeoDataFrame:
    """Make incidents at these times, by default around the middle of the area."""
    middle = study.area.boundary.representative_point()
    n = len(times)
    if places is None:
        places = np.random.default_rng(1).normal(0, 80, (n, 2))
    return gpd.GeoDataFrame(
        {
            "source": source,
            "type": "street_soliciting",
            "occurred_from": pd.DatetimeIndex(times),
            "occurred_to": pd.DatetimeIndex(times if until is None else until),
            "time_precision": precision,
            "address": "",
            "community": "",
            "geo_precision": "",
        },
        geometry=gpd.points_from_xy(middle.x + places[:, 0], middle.y + places[:, 1]),
        index=pd.Index([f"N{i}" for i in range(n)], name="incident_id", dtype=str),
        crs=study.area.crs,
    )


def open_view(study: Study, view: str) -> AppTest:
    """Show one view of the page."""

    def script(study: object, view: str) -> None:
        import importlib  # noqa: PLC0415  # the script has nothing of this module
        from unittest.mock import patch  # noqa: PLC0415

        # there is no page to link to without the navigation; a map's ground is tested elsewhere
        with patch("streamlit.page_link"), patch("app.maps.panel.basemap", return_value=[]):
            importlib.import_module(f"app.panels.{view}").show(study)

    shown = AppTest.from_function(
        script, default_timeout=PATIENCE_S, kwargs={"study": study, "view": view}
    ).run()
    assert not shown.exception
    return shown


def said(shown: AppTest) -> str:
    """Join all texts of a view, without the signs that keep them from acting as Markdown."""
    nodes = [*shown.markdown, *shown.caption, *shown.warning, *shown.info, *shown.subheader]
    return "\n".join(str(node.value) for node in nodes).replace("\\", "")


def specs(shown: AppTest) -> list[dict[str, Any]]:
    """Return the specifications of the charts of a view."""
    return [json.loads(node.proto.spec) for node in shown.get(CHART)]


def axis_titles(spec: Any) -> Iterator[object]:
    """Yield the title of every axis of a chart, None where it has none."""
    if isinstance(spec, list):
        for part in spec:
            yield from axis_titles(part)
    if isinstance(spec, dict):
        for axis in AXES:
            if "encoding" in spec and spec.get("data") and axis in spec["encoding"]:
                yield spec["encoding"][axis].get("title")
        for key in ("layer", "hconcat", "vconcat"):
            yield from axis_titles(spec.get(key, []))


def check_charts(shown: AppTest) -> None:
    """Fail if a chart fetches anything, is empty, or has an axis without a title."""
    for spec in specs(shown):
        assert "url" not in json.dumps(spec)
        assert "http" not in json.dumps({k: v for k, v in spec.items() if k != "$schema"})
        assert None not in list(axis_titles(spec)), spec
