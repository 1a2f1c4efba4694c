"""The maps that give something back, shown for the browser test, with what they gave back."""

import os
from pathlib import Path

import geopandas as gpd
import pandas as pd
import shapely
import streamlit as st

from app.maps.editing import draw_shapes, pick_place
from data.area import Area, read_area

CANDIDATES = pd.DataFrame(
    {
        "lon": [117.9003, 117.9017],
        "lat": [38.8521, 38.8532],
        "name": ["甲路口", "<img src=x onerror=alert(1)> ${1}"],
    }
)
WEST = shapely.box(117.9003, 38.8505, 117.9020, 38.8535)
EAST = shapely.box(117.9020, 38.8505, 117.9037, 38.8535)


@st.cache_resource
def read(folder: str) -> Area:
    """Read the area once."""
    return read_area(Path(folder))


def show() -> None:
    """Show the map that the address asks for."""
    area = read(os.environ["XUNGE_AREA"])
    what = st.query_params.get("what", "pick")
    revision = st.text_input("revision", "1")
    name = st.text_input("name", "西社区")
    if what == "pick":
        st.code(repr(pick_place(area, key="m", revision=revision, candidates=CANDIDATES)))
        return
    places = [WEST, EAST] if what == "polygon" else [WEST.centroid, EAST.centroid]
    shapes = gpd.GeoSeries(places, index=[1, 2], crs="EPSG:4326")
    drawn = draw_shapes(
        area,
        shapes,
        {1: name, 2: "东社区"},
        kind=what,
        unit="社区",
        key="m",
        revision=revision,
        hidden=frozenset({"communities"}),
    )
    if drawn is not None:
        st.code(f"changed {drawn.changed.to_wkt().to_dict()} removed {drawn.removed}")


if __name__ == "__main__":
    show()
