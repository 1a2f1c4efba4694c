import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
from libpysal import examples
from pyproj import CRS

from data.datum import from_wgs84
from data.errors import AreaError
from data.ledger.crs_labels import read_label, system_of

LON, LAT = pd.Series([117.19, 117.20, 117.21]), pd.Series([39.13, 39.14, 39.15])


def codes(declared: str | CRS | None, x: pd.Series, y: pd.Series) -> list[str]:
    """Return the codes of the rules that a label met with."""
    return [rule.code for rule in read_label(declared, x, y).rules]


def numbers(system: str) -> tuple[pd.Series, pd.Series]:
    """Return the places of this file in a system."""
    x, y = from_wgs84(LON, LAT, system)
    return pd.Series(x), pd.Series(y)


@pytest.mark.parametrize("label", ["EPSG:4326", "4326", CRS.from_epsg(4326), "OGC:CRS84"])
def test_4326_settles_nothing_in_china(label: str | CRS) -> None:
    """Inside China the label EPSG:4326 is open: GCJ-02 files bear it too."""
    assert codes(label, LON, LAT) == ["label_open"]
    assert read_label(label, LON, LAT).hypothesis is None


def test_4326_stands_abroad() -> None:
    """Outside China the label EPSG:4326 is believed."""
    assert read_label("EPSG:4326", pd.Series([-87.6]), pd.Series([41.8])).believed


@pytest.mark.parametrize("word", ["WGS84", "GCJ-02", "BD09", "国家2000", "EPSG:4490"])
def test_the_word_of_an_office_stands(word: str) -> None:
    """What an office writes into the column of systems is believed unless evidence contradicts."""
    label = read_label(word, LON, LAT)
    assert label.believed
    assert label.hypothesis is not None
    assert label.hypothesis.system == system_of(word)


def test_projected_labels_stand() -> None:
    """A projected label whose numbers lie in its area is believed."""
    label = read_label("EPSG:4548", *numbers("EPSG:4548"))
    assert label.believed
    assert label.rules == ()


def test_northing_first_is_seen() -> None:
    """Where the northing stands in the first column the label stands, exchanged, and it is said."""
    x, y = numbers("EPSG:4548")
    label = read_label("EPSG:4548", y, x)
    assert label.hypothesis is not None
    assert label.hypothesis.swapped
    assert [rule.code for rule in label.rules] == ["label_axes"]


def test_latitude_first_is_seen() -> None:
    """Degrees with latitude first, the official order of CGCS2000, are seen and said."""
    label = read_label("EPSG:4490", LAT, LON)
    assert label.hypothesis is not None
    assert label.hypothesis.swapped


def test_metres_called_degrees_are_looked_at_as_metres() -> None:
    """Gauss-Krüger metres under a label of degrees: the label is dropped, not the file."""
    assert codes("EPSG:4326", *numbers("EPSG:4527")) == ["label_not_degrees"]


def test_mercator_called_4326_is_looked_at_where_the_area_is_known() -> None:
    """Web Mercator metres called EPSG:4326 are accepted for a look if they lie at the area."""
    x, y = numbers("EPSG:3857")
    label = read_label("EPSG:4326", x, y, (117.2, 39.14))
    assert [rule.code for rule in label.rules] == ["label_not_degrees"]


def test_degrees_called_metres_are_looked_at_as_degrees() -> None:
    """Degrees under a projected label: the label is dropped, not the file."""
    assert codes("EPSG:4548", LON, LAT) == ["label_not_metres"]


def test_a_label_of_elsewhere_is_dropped() -> None:
    """A zone far from where its numbers lie is not believed."""
    assert codes("EPSG:2056", *numbers("EPSG:4548")) == ["label_elsewhere"]


@pytest.mark.parametrize("label", ["EPSG:2386", "EPSG:2334", "EPSG:21420"])
def test_old_datums_are_flagged(label: str) -> None:
    """Xi'an 80 and Beijing 54 are uncertain: the remedy is control points."""
    label_read = read_label(label, *numbers("EPSG:4548"))
    assert label_read.uncertain
    assert "three" in label_read.rules[0].remedy


def test_mercator_settles_nothing_in_china() -> None:
    """Web Mercator inside China may be a shifted web map."""
    assert codes("EPSG:3857", *numbers("EPSG:3857")) == ["label_mercator"]


def test_feet_called_degrees_are_refused() -> None:
    """Libpysal's street points say WGS 84 and count in feet: one sentence says so."""
    shapes = gpd.read_file(examples.get_path("street_net_pts.shp"))
    x, y = pd.Series(shapes.geometry.x), pd.Series(shapes.geometry.y)
    with pytest.raises(AreaError, match=r"says that its coordinates are degrees.*881,321"):
        read_label(shapes.crs, x, y)


@pytest.mark.parametrize("label", [None, "", "未知", "unknown"])
def test_no_label_is_no_label(label: str | None) -> None:
    """A missing label and the word for unknown say nothing."""
    assert read_label(label, LON, LAT).hypothesis is None
    assert codes(label, LON, LAT) == []


def test_an_unreadable_label_is_said() -> None:
    """A city's own system is not guessed from its name."""
    assert codes("天津独立坐标系", LON, LAT) == ["label_unread"]


def test_the_prj_of_a_shapefile_is_recognised() -> None:
    """The ESRI text of a .prj file leads to the code it stands for."""
    text = CRS.from_epsg(4548).to_wkt("WKT1_ESRI")
    assert system_of(CRS.from_wkt(text)) == "EPSG:4548"


def test_rows_without_numbers_are_left_aside() -> None:
    """Missing and zero coordinates do not disturb the label."""
    x = pd.Series([np.nan, 0.0, *LON])
    y = pd.Series([39.0, 0.0, *LAT])
    assert read_label("GCJ02", x, y).believed
