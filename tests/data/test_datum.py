import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyproj import CRS, Geod

from data.china import in_china
from data.datum import (
    bd09_from_gcj02,
    from_wgs84,
    gcj02_from_bd09,
    gcj02_from_wgs84,
    is_uncertain,
    to_wgs84,
    wgs84_from_gcj02,
)
from data.errors import AreaError

GEOD, GLOBE = Geod(ellps="WGS84"), Geod(a=6_371_000, f=0)
PLACE = (117.2000, 39.1400)
# the larger cities at the borders, and their neighbours abroad (lon, lat)
INSIDE = {
    "Mohe": (122.5, 53.48), "Heihe": (127.5, 50.24), "Fuyuan": (134.3, 48.36),
    "Suifenhe": (131.15, 44.4), "Hunchun": (130.35, 42.86), "Dandong": (124.38, 40.12),
    "Manzhouli": (117.4, 49.59), "Erenhot": (112.0, 43.65), "Khorgos": (80.41, 44.22),
    "Kashgar": (75.99, 39.47), "Taxkorgan": (75.23, 37.77), "Burang": (81.18, 30.29),
    "Yadong": (88.9, 27.48), "Ruili": (97.85, 24.01), "Mengla": (101.56, 21.48),
    "Hekou": (103.94, 22.53), "Dongxing": (107.97, 21.55), "Sanya": (109.5, 18.25),
    "Hong Kong": (114.17, 22.28), "Macau": (113.54, 22.19), "Taipei": (121.5, 25.04),
    "the sample area, in Bohai Bay": (117.9, 38.85),
}  # fmt: skip
OUTSIDE = {
    "Ulaanbaatar": (106.9, 47.9), "Seoul": (127, 37.5), "Pyongyang": (125.75, 39.02),
    "Vladivostok": (131.9, 43.1), "Irkutsk": (104.3, 52.3), "Almaty": (76.9, 43.25),
    "Bishkek": (74.6, 42.87), "Srinagar": (74.8, 34.1), "Delhi": (77.2, 28.6),
    "Kathmandu": (85.3, 27.7), "Thimphu": (89.6, 27.47), "Dhaka": (90.4, 23.8),
    "Myitkyina": (97.4, 25.4), "Hanoi": (105.85, 21.03), "Da Nang": (108.2, 16.05),
    "Manila": (121, 14.6), "Naha": (127.7, 26.2), "Tokyo": (139.7, 35.7),
    "Singapore": (103.85, 1.29), "Chicago": (-87.6, 41.8),
}  # fmt: skip


def metres(a: tuple[float, float], b: tuple[float, float], on: Geod = GEOD) -> tuple[float, float]:
    """Return bearing (degrees) and distance (m), by an independent library."""
    bearing, _, length = on.inv(*map(float, a), *map(float, b))
    return bearing % 360, length


def test_fingerprints() -> None:
    """A known place has the known GCJ-02 and BD-09 coordinates, shifts and bearings."""
    gcj02 = gcj02_from_wgs84(*PLACE)
    bd09 = bd09_from_gcj02(*gcj02)
    assert np.allclose(gcj02, (117.206306, 39.141041), atol=1e-6, rtol=0)
    assert np.allclose(bd09, (117.212846, 39.146979), atol=1e-6, rtol=0)
    # the published lengths are those on a sphere; on the ellipsoid 556 m are 557 m
    assert metres(PLACE, gcj02, GLOBE) == pytest.approx((78, 556), abs=1)
    assert metres(PLACE, bd09, GLOBE) == pytest.approx((55, 1353), abs=1)
    assert metres(gcj02, bd09, GLOBE)[1] == pytest.approx(868, abs=1)


@st.composite
def places_in_china(draw: st.DrawFn) -> tuple[float, float]:
    """Draw a place in China that is not at its very border."""
    lon, lat = draw(st.floats(73.5, 134.9)), draw(st.floats(16, 53.6))
    near = [(lon + dx, lat + dy) for dx in (-0.05, 0.05) for dy in (-0.05, 0.05)]
    return (lon, lat) if all(in_china(*place) for place in near) else PLACE


@given(places_in_china())
def test_conversions_can_be_undone(place: tuple[float, float]) -> None:
    """There and back is less than 1 cm, in both directions, all over China."""
    for there, back in [
        (gcj02_from_wgs84, wgs84_from_gcj02),
        (wgs84_from_gcj02, gcj02_from_wgs84),
        (bd09_from_gcj02, gcj02_from_bd09),
        (gcj02_from_bd09, bd09_from_gcj02),
    ]:
        assert metres(place, back(*there(*place)))[1] < 0.01
    for system in ("gcj02", "bd09"):
        assert metres(place, to_wgs84(*from_wgs84(*place, system), system))[1] < 0.01
        assert metres(place, from_wgs84(*to_wgs84(*place, system), system))[1] < 0.01


@given(places_in_china())
def test_shifts_are_hundreds_of_metres(place: tuple[float, float]) -> None:
    """GCJ-02 lies at most 1 km from WGS 84 and BD-09 0.5 to 1.2 km from GCJ-02."""
    gcj02 = gcj02_from_wgs84(*place)
    assert metres(place, gcj02)[1] < 1000
    assert 500 < metres(gcj02, bd09_from_gcj02(*gcj02))[1] < 1200


@pytest.mark.parametrize("city", INSIDE)
def test_china_is_shifted(city: str) -> None:
    """Everything that Chinese map services shift is inside the outline."""
    assert in_china(*INSIDE[city])


@pytest.mark.parametrize("city", OUTSIDE)
def test_abroad_is_not_shifted(city: str) -> None:
    """Abroad, also within the customary box, both systems are WGS 84."""
    place = OUTSIDE[city]
    assert not in_china(*place)
    for system in ("gcj02", "bd09"):
        assert [float(v) for v in from_wgs84(*place, system)] == list(place)
        assert [float(v) for v in to_wgs84(*place, system)] == list(place)


def test_cgcs2000_is_wgs84_at_the_metre() -> None:
    """CGCS2000 degrees are taken as they are, and PROJ agrees to the millimetre."""
    assert [float(v) for v in to_wgs84(*PLACE, "cgcs2000")] == list(PLACE)
    assert metres(PLACE, to_wgs84(*PLACE, "EPSG:4490"))[1] < 0.001


@pytest.mark.parametrize("code", [*range(4491, 4502), *range(4513, 4534)])
def test_a_zone_with_its_number_and_without_is_one_place(code: int) -> None:
    """Gauss-Krüger with the zone before the easting differs from that without by the number."""
    crs = CRS.from_epsg(code)
    meridian = crs.coordinate_operation.params[1].value
    zone = int(crs.name.split("zone ")[1])
    lon, lat = meridian + 0.4, 35.0
    with_number = from_wgs84(lon, lat, f"EPSG:{code}")
    plain = from_wgs84(lon, lat, f"EPSG:{4534 + round(meridian / 3) - 25}")
    assert with_number[0] - zone * 1e6 == pytest.approx(plain[0], abs=1e-6)
    assert metres((lon, lat), to_wgs84(*with_number, f"EPSG:{code}"))[1] < 1e-3


@pytest.mark.parametrize("code", [2334, 2386, 4610, 21420, 2433, 4214])
def test_old_datums_are_refused(code: int) -> None:
    """Xi'an 80 and Beijing 54 are refused: their shift to WGS 84 is not public."""
    assert is_uncertain(CRS.from_epsg(code))
    with pytest.raises(AreaError, match="not public"):
        to_wgs84(500_000, 4_300_000, f"EPSG:{code}")


def test_unknown_systems_are_refused() -> None:
    """A system that nobody knows is named in the error."""
    with pytest.raises(AreaError, match="mars"):
        to_wgs84(1, 1, "mars")


def test_missing_stays_missing_and_arguments_stay_as_they_are() -> None:
    """A missing coordinate stays missing, alone, and the arguments are not changed."""
    lon, lat = np.array([117.2, np.nan]), np.array([39.14, 39.14])
    for system in ("wgs84", "gcj02", "bd09", "EPSG:4548"):
        x, y = from_wgs84(lon, lat, system)
        assert np.isfinite(x).tolist() == [True, False]
        assert np.isfinite(to_wgs84(x, y, system)[0]).tolist() == [True, False]
    assert lon[0] == 117.2
