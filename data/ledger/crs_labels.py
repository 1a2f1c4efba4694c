"""What a file says of its coordinate system, held against its own numbers."""

import re
import unicodedata
from dataclasses import dataclass, field

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from pyproj import CRS
from pyproj.exceptions import CRSError

from data.china import in_china
from data.china_shift import Array
from data.datum import is_uncertain
from data.errors import N_, AreaError, Message
from data.ledger.datum_hypotheses import MERCATOR, MOST, Hypothesis, is_degrees, propose
from data.ledger.findings import Rule

BESIDE_DEG = 3.0
"""A projection is used this far outside the area it was made for, and no farther."""
WORDS = {
    "wgs84": ("wgs84", "wgs1984", "gps"),
    "cgcs2000": ("cgcs2000", "2000", "国家2000", "大地2000", "2000国家大地", "国家大地2000"),
    "gcj02": ("gcj02", "gcj", "火星", "高德", "腾讯"),
    "bd09": ("bd09", "bd09ll", "bd", "百度"),
}
"""How offices write the systems of longitude and latitude, without spaces, dashes and dots."""
SYSTEMS = {word: system for system, words in WORDS.items() for word in words}
UNKNOWN_WORDS = ("", "未知", "不详", "unknown", "auto")
_CODE = re.compile(r"(?:epsg:?)?(\d{4,6})", re.IGNORECASE)
_MARKS = re.compile(r"[\s\-_.·]")

LABEL_OPEN = Rule(
    "label_open",
    N_("The label WGS 84 (EPSG:4326) settles nothing inside China: GCJ-02 files bear it too."),
    "noted",
)
LABEL_MERCATOR = Rule(
    "label_mercator",
    N_("The label Web Mercator (EPSG:3857) settles nothing inside China: web maps shift it too."),
    "noted",
)
LABEL_NOT_DEGREES = Rule(
    "label_not_degrees",
    N_("The label speaks of degrees, but the numbers are metres: the label is not used."),
    "noted",
)
LABEL_NOT_METRES = Rule(
    "label_not_metres",
    N_("The label speaks of metres, but the numbers are degrees: the label is not used."),
    "noted",
)
LABEL_ELSEWHERE = Rule(
    "label_elsewhere",
    N_("The numbers lie far outside the area of the label's system: the label is not used."),
    "noted",
)
LABEL_AXES = Rule(
    "label_axes",
    N_("The two columns are in the other order than the label says: they are exchanged."),
    "repaired",
)
LABEL_UNCERTAIN = Rule(
    "label_uncertain",
    N_("The shift between the label's system and WGS 84 is not public."),
    "noted",
    N_("Give three or more points with their place on the map, to fit it from them."),
)
LABEL_UNREAD = Rule(
    "label_unread",
    N_("The label names no system that is known here: the label is not used."),
    "noted",
)


@dataclass(frozen=True)
class Label:
    """What is left of a label after a look at the numbers."""

    hypothesis: Hypothesis | None = None
    """The system that the label names, if it can be true."""
    believed: bool = False
    """Whether the label stands unless evidence speaks against it."""
    uncertain: bool = False
    """Whether it names a system whose shift to WGS 84 is not public."""
    rules: tuple[Rule, ...] = field(default=())


def system_of(label: str | CRS | None) -> str | None:
    """
    Return the system that a label names, in the words of this program.

    Parameters
    ----------
    label
        A word of an office, a code, or what a map file carries.

    Returns
    -------
    system
        `wgs84`, `cgcs2000`, `gcj02`, `bd09`, `EPSG:n`; empty if there is no label, None if it
        names nothing that is known.

    Examples
    --------
    >>> system_of("GCJ-02"), system_of("国家2000"), system_of("4548"), system_of(CRS("EPSG:4490"))
    ('gcj02', 'cgcs2000', 'EPSG:4548', 'cgcs2000')
    >>> system_of("未知"), system_of("天津独立坐标系")
    ('', None)
    """
    if label is None:
        return ""
    if isinstance(label, str):
        plain = _plain(label)
        if plain in UNKNOWN_WORDS:
            return ""
        if plain in SYSTEMS:
            return SYSTEMS[plain]
        code = _CODE.fullmatch(plain)
        try:
            label = CRS.from_user_input(f"EPSG:{code[1]}" if code else label)
        except CRSError:
            return None
    return _system_of_crs(label)


def read_label(
    declared: str | CRS | None,
    x: pd.Series,
    y: pd.Series,
    centre: tuple[float, float] | None = None,
) -> Label:
    """
    Hold what a file says of its system against its numbers.

    EPSG:4326 never settles anything inside China, because programs write it under any longitude
    and latitude; the word of an office, CGCS2000 and a projected system do unless evidence
    speaks against them.

    Parameters
    ----------
    declared
        A word, a code or what the map file carries; None or empty if nothing.
    x, y
        The numbers as they stand.
    centre
        Lon and lat of the middle of the area, if known.

    Returns
    -------
    label
        What can be believed, and the rules that were applied.

    Raises
    ------
    AreaError
        If the label speaks of degrees and the numbers fit neither degrees nor any system that is
        known here, because then nobody knows what they are.

    Examples
    --------
    >>> read_label("EPSG:4326", pd.Series([117.2]), pd.Series([39.1])).rules[0].code
    'label_open'
    >>> read_label("EPSG:4548", pd.Series([5.0e5]), pd.Series([4.3e6])).believed
    True
    """
    east, north = _known(x, y)
    system = system_of(declared)
    if system is None:
        return Label(rules=(LABEL_UNREAD,))
    if not system or not east.size:
        return Label()
    if system.startswith("EPSG:"):
        return _projected_label(system, east, north)
    label = _degrees_label(system, east, north, centre)
    spoken = isinstance(declared, str) and _plain(declared) in SYSTEMS
    if system != "wgs84" or spoken or label.hypothesis is None:
        return label
    lon, lat = (north, east) if label.hypothesis.swapped else (east, north)
    return Label(rules=(*label.rules, LABEL_OPEN)) if in_china(lon, lat).any() else label


def _degrees_label(system: str, x: Array, y: Array, centre: tuple[float, float] | None) -> Label:
    """Judge a label of longitude and latitude by the size of the numbers."""
    for swapped, (lon, lat) in enumerate([(x, y), (y, x)]):
        if is_degrees(lon, lat) and not (swapped and is_degrees(x, y)):
            rules = (LABEL_AXES,) if swapped else ()
            return Label(Hypothesis(system, bool(swapped)), believed=True, rules=rules)
    if not propose(x, y, centre):
        most = max(float(np.abs(x).max()), float(np.abs(y).max()))
        raise AreaError(
            Message.of(
                N_("The file says that its coordinates are degrees, but they go up to {most}."),
                most=f"{most:,.0f}",
            ),
            N_(
                "They are feet or metres of a system that is not named. Ask for it where the file "
                "comes from, and give it when importing."
            ),
        )
    return Label(rules=(LABEL_NOT_DEGREES,))


def _projected_label(system: str, x: Array, y: Array) -> Label:
    """Judge a label of a projected system, or of another datum."""
    crs = CRS.from_user_input(system)
    if crs.is_projected and is_degrees(x, y):
        return Label(rules=(LABEL_NOT_METRES,))
    if is_uncertain(crs):
        return Label(uncertain=True, rules=(LABEL_UNCERTAIN,))
    for swapped in (False, True):
        hypothesis = Hypothesis(system, swapped)
        places = hypothesis.places(x, y)
        if _share(_in_area_of_use(crs, *places)) >= MOST:
            if system == MERCATOR and in_china(*places).any():
                return Label(hypothesis, rules=(LABEL_MERCATOR,))
            return Label(hypothesis, believed=True, rules=(LABEL_AXES,) if swapped else ())
    return Label(rules=(LABEL_ELSEWHERE,))


def _plain(label: str) -> str:
    """Write a word without marks, and without the word for a coordinate system at its end."""
    plain = _MARKS.sub("", unicodedata.normalize("NFKC", label)).lower()
    return plain.removesuffix("系").removesuffix("坐标") or plain


def _system_of_crs(crs: CRS) -> str | None:
    """Name a reference system."""
    horizontal = crs.sub_crs_list[0] if crs.is_compound else crs
    if horizontal.is_geographic:
        name = horizontal.name.upper().replace(" ", "").replace("_", "")
        if "WGS84" in name or "WGS1984" in name:
            return "wgs84"
        if "CGCS2000" in name or "CHINAGEODETICCOORDINATESYSTEM2000" in name:
            return "cgcs2000"
    code = horizontal.to_epsg(min_confidence=60)
    return f"EPSG:{code}" if code else None


def _in_area_of_use(crs: CRS, lon: Array, lat: Array) -> NDArray[np.bool_]:
    """Tell which places lie in or near the area that a system was made for."""
    area = crs.area_of_use
    if area is None:
        return np.isfinite(lon)
    east, north = BESIDE_DEG, BESIDE_DEG
    wide = area.east if area.east >= area.west else area.east + 360
    turned = np.where(lon < area.west - east, lon + 360, lon)
    fits = (turned >= area.west - east) & (turned <= wide + east)
    return np.asarray(fits & (lat >= area.south - north) & (lat <= area.north + north))


def _known(x: pd.Series, y: pd.Series) -> tuple[Array, Array]:
    """Return the numbers of the rows that have two."""
    east, north = x.to_numpy(dtype=float), y.to_numpy(dtype=float)
    there = np.isfinite(east) & np.isfinite(north) & ((east != 0) | (north != 0))
    return east[there], north[there]


def _share(fits: NDArray[np.bool_]) -> float:
    """Return the share of points that fit."""
    return float(np.mean(fits))
