"""Invented towns anywhere in China, and files of their incidents in any coordinate system."""

from dataclasses import dataclass
from functools import cache
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from pyproj import Transformer
from shapely.affinity import rotate

from data.china import in_china
from data.datum import from_wgs84
from data.ledger.datum_evidence import Evidence, street_lines
from data.ledger.datum_finding import DatumFinding, find_datum
from data.network import read_streets
from data.projection import WGS84, utm_crs

SAMPLE = Path(__file__).parents[3] / "data" / "sample"
DATUMS = ("wgs84", "cgcs2000", "gcj02", "bd09", "projected")
AMOUNTS = ("all", "named streets", "bare streets", "facilities", "boundary", "communities")
"""Of evidence. Names are known to the records in all of them."""
TOWNS = 30
NEAR_M = 1500.0
"""Noise lies anywhere in the town and this far around it."""


@dataclass(frozen=True)
class File:
    """What a clerk might send: numbers in a system that nobody names, and texts."""

    datum: str
    swapped: bool
    amount: str
    noise: float
    lon: pd.Series
    lat: pd.Series
    x: pd.Series
    y: pd.Series
    records: pd.DataFrame
    evidence: Evidence

    def find(self) -> DatumFinding:
        """Ask for the system."""
        return find_datum(self.x, self.y, self.evidence, records=self.records)

    def verdict(self, finding: DatumFinding) -> str:
        """Say whether an answer is `right`, `untold` or `wrong`: right puts places within 1 m."""
        if not finding.system:
            return "untold"
        places = finding.places(self.x, self.y)
        off = np.hypot((places["lon"] - self.lon) * 90_000, (places["lat"] - self.lat) * 111_000)
        return "right" if float(np.median(off)) < 12 else "wrong"


@cache
def sample_evidence() -> Evidence:
    """Return the invented sub-district that ships with the program."""
    streets, _ = read_streets(SAMPLE / "streets.osm")
    gates = pd.read_csv(SAMPLE / "key_points.csv")
    places = gpd.points_from_xy(gates["经度"], gates["纬度"], crs=WGS84)
    communities = gpd.read_file(SAMPLE / "communities.geojson")
    name = next(c for c in communities.columns if c in {"name", "名称"})
    return Evidence(
        boundary=gpd.read_file(SAMPLE / "boundary.geojson").geometry.iloc[0],
        streets=street_lines(streets),
        facilities=gpd.GeoDataFrame({"name": gates["名称"]}, geometry=places),
        communities=communities.rename(columns={name: "name"})[["name", "geometry"]],
    )


@cache
def make_town(seed: int) -> Evidence:
    """Draw a town of crooked streets, with facilities and communities, somewhere in China."""
    rng = np.random.default_rng(seed)
    lon, lat = _somewhere(rng)
    crs = utm_crs(lon, lat)
    east, north = Transformer.from_crs(WGS84, crs, always_xy=True).transform(lon, lat)
    angle = rng.uniform(0, 90)
    side_m = rng.uniform(1200, 3500)

    def placed(shapes: list[shapely.Geometry], names: list[str]) -> gpd.GeoDataFrame:
        turned = [rotate(shape, angle, origin=(0, 0)) for shape in shapes]
        moved = gpd.GeoSeries(turned, crs=crs).translate(east, north)
        return gpd.GeoDataFrame({"name": names}, geometry=moved, crs=crs).to_crs(WGS84)

    lines, names = _streets(rng, side_m)
    spots = rng.uniform(-side_m / 2, side_m / 2, (int(rng.integers(6, 25)), 2))
    quarters = [
        shapely.box(left, low, left + side_m / 3, low + side_m / 2)
        for left in (-side_m / 2, -side_m / 6, side_m / 6)
        for low in (-side_m / 2, 0)
    ]
    square = shapely.box(-side_m / 2, -side_m / 2, side_m / 2, side_m / 2)
    return Evidence(
        boundary=placed([square], [""]).geometry.iloc[0],
        streets=placed(lines, names),
        facilities=placed(list(shapely.points(spots)), [f"第{k}医院" for k in range(len(spots))]),
        communities=placed(quarters, [f"第{k}社区" for k in range(6)]),
    )


def known_of(town: Evidence, amount: str) -> Evidence:
    """Return a part of what is known of a town, always the same object."""
    parts = vars(town).setdefault("_parts", {"all": town})
    if amount not in parts:
        known = {
            "named streets": {"streets": town.streets},
            "bare streets": {"streets": town.streets.assign(name="")},
            "facilities": {"facilities": town.facilities},
            "boundary": {"boundary": town.boundary},
            "communities": {"communities": town.communities},
        }
        parts[amount] = Evidence(**known[amount])
    part: Evidence = parts[amount]
    return part


def make_file(rng: np.random.Generator, town: Evidence, amount: str, datum: str) -> File:
    """Draw incidents of a town, with noise, in a system."""
    n = round(float(np.exp(rng.uniform(np.log(5), np.log(500)))))
    noise = rng.uniform(0, 0.2)
    places, records = _incidents(rng, town, n, noise)
    lon, lat = places
    swapped = datum == "projected" and bool(rng.random() < 0.5)
    decimals = (4, 5, 6, 7)[int(rng.integers(4))]
    x, y = from_wgs84(lon, lat, _system(rng, datum, float(lon.mean())))
    if datum == "projected":
        decimals = 2
    columns = [pd.Series(np.round(v, decimals)) for v in ((y, x) if swapped else (x, y))]
    return File(
        datum,
        swapped,
        amount,
        noise,
        pd.Series(lon),
        pd.Series(lat),
        *columns,
        records,
        known_of(town, amount),
    )


def make_files(count: int, seed: int, only: str = "") -> list[File]:
    """Draw files, half of them of the sample area; systems and amounts take turns."""
    files = []
    for number in range(count):
        rng = np.random.default_rng([seed, number])
        town = sample_evidence() if number % 2 else make_town(number % (2 * TOWNS))
        amount = AMOUNTS[(number // (2 * len(DATUMS))) % len(AMOUNTS)]
        datum = DATUMS[(number // 2) % len(DATUMS)]
        if only not in {"", datum}:
            continue
        files.append(make_file(rng, town, amount, datum))
    return files


def _somewhere(rng: np.random.Generator) -> tuple[float, float]:
    """Draw a place in China, well away from its borders."""
    while True:
        lon, lat = rng.uniform(80, 130), rng.uniform(21, 48)
        if all(in_china(lon + dx, lat + dy) for dx in (-0.5, 0.5) for dy in (-0.5, 0.5)):
            return float(lon), float(lat)


def _streets(rng: np.random.Generator, side_m: float) -> tuple[list[shapely.Geometry], list[str]]:
    """Draw a net of crooked streets around the origin."""
    lines: list[shapely.Geometry] = []
    names = []
    for across in (False, True):
        at = -side_m / 2
        while at < side_m / 2:
            along = np.linspace(-side_m / 2, side_m / 2, 12)
            aside = at + np.cumsum(rng.normal(0, 12, 12))
            xy = np.column_stack([along, aside] if across else [aside, along])
            lines.append(shapely.LineString(xy))
            named = rng.random() < 0.8
            names.append(f"{'东西' if across else '南北'}{len(lines)}路" if named else "")
            at += rng.uniform(80, 260)
    return lines, names


def _incidents(
    rng: np.random.Generator, town: Evidence, n: int, noise: float
) -> tuple[tuple[np.ndarray, np.ndarray], pd.DataFrame]:
    """Draw places and texts: some on streets, some at facilities, some anywhere at all."""
    streets, facilities, to_lonlat = _in_metres(town)
    weight = rng.exponential(1, len(streets)) * streets.length.to_numpy()
    chosen = rng.choice(len(streets), n, p=weight / weight.sum())
    lines = streets.geometry.to_numpy()[chosen]
    spread_m = rng.uniform(3, 30)
    spots = shapely.line_interpolate_point(lines, rng.random(n), normalized=True)
    xy = shapely.get_coordinates(spots) + rng.normal(0, spread_m, (n, 2))
    named = rng.random(n) < rng.uniform(0.2, 0.9)
    address = np.where(named, streets["name"].to_numpy()[chosen], "")
    at = rng.random(n) < rng.uniform(0, 0.5)
    facility = rng.choice(len(facilities), n)
    gates = shapely.get_coordinates(facilities.geometry.to_numpy())[facility]
    xy[at] = gates[at] + rng.normal(0, rng.uniform(5, 50), (at.sum(), 2))
    near = np.where(at, facilities["name"].to_numpy()[facility], "")
    address = np.where(at, "", address)
    community = _community(town, xy)
    low, high = xy.min(axis=0) - NEAR_M, xy.max(axis=0) + NEAR_M
    lost = rng.random(n) < noise
    xy[lost] = rng.uniform(low, high, (lost.sum(), 2))
    lon, lat = to_lonlat.transform(*xy.T)
    numbers = pd.Series(rng.integers(1, 200, n)).astype(str) + "号"
    texts = {
        "address": pd.Series(address).where(address == "", pd.Series(address) + numbers),
        "near_facility": near,
        "community": community,
    }
    return (np.asarray(lon), np.asarray(lat)), pd.DataFrame(texts)


def _in_metres(town: Evidence) -> tuple[gpd.GeoDataFrame, gpd.GeoDataFrame, Transformer]:
    """Return streets and facilities in metres, and the way back, made once."""
    kept = vars(town)
    if "_in_metres" not in kept:
        crs = town.ground.crs  # type: ignore[union-attr]  # a town has layers
        back = Transformer.from_crs(crs, WGS84, always_xy=True)
        kept["_in_metres"] = (town.streets.to_crs(crs), town.facilities.to_crs(crs), back)
    return kept["_in_metres"]


def _community(town: Evidence, xy: np.ndarray) -> np.ndarray:
    """Name the community of each place, empty where there is none."""
    names = np.full(len(xy), "", dtype=object)
    for name, shape in town.ground.communities.items():  # type: ignore[union-attr]
        names[shapely.contains_xy(shape, *xy.T)] = name
    return names


def _system(rng: np.random.Generator, datum: str, lon: float) -> str:
    """Choose a zone for a projected file: 3 or 6 degrees, with its number or without."""
    if datum != "projected":
        return datum
    zone_3deg, zone_6deg = round(lon / 3), int(lon // 6) + 1
    codes = (4513 - 25 + zone_3deg, 4534 - 25 + zone_3deg, 4491 - 13 + zone_6deg)
    return f"EPSG:{codes[int(rng.integers(3))]}"
