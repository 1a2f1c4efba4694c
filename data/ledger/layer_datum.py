"""Which coordinate system a layer of areas is in: its outlines against streets and known places."""

from collections.abc import Collection, Iterator, Mapping, Sequence

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray
from pyproj import CRS

from data.china_shift import Array, Pair
from data.errors import N_, Message
from data.ledger.crs_labels import read_label
from data.ledger.datum_answer import DatumFinding, answer, untold
from data.ledger.datum_clues import Clue, find_clues, narrow, shift, weigh
from data.ledger.datum_evidence import Evidence, Ground
from data.ledger.datum_finding import only_choice, systems_in_question
from data.ledger.datum_hypotheses import Hypothesis
from data.ledger.datum_likelihood import BOUNDARY, EDGE, MEMBER, OUTLINE, STREET, Kind
from data.ledger.datum_names import plain_name
from data.ledger.datum_verdict import Fits, judge
from data.ledger.findings import Rule
from data.projection import WGS84

MOST_CORNERS = 2000
"""Corners of a large layer that are looked at."""
TELLING_M = 800.0
"""Places farther than this from every border lie on the same side of it in every system."""
PUBLISHED = frozenset({"childrennum", "level", "parent", "subfeatureindex", "acroutes"})
"""Beside `adcode`, the fields of Alibaba's DataV GeoAtlas, whose outlines are GCJ-02."""
FEWEST_FIELDS = 2
PUBLISHER_WEIGHT = float(np.log(30))
"""Log-likelihood that such fields add to GCJ-02: enough to name it, never to be certain. The words
of AMap in a list of places add nothing: the lists met with were converted to WGS 84 by others."""
PUBLISHER = Rule(
    "publisher_datav",
    N_("The fields are those of DataV, who publishes outlines in GCJ-02."),
    "noted",
)


def find_layer_datum(
    shapes: gpd.GeoSeries,
    evidence: Evidence,
    *,
    declared: str | CRS | None = None,
    headers: Collection[str] = (),
    names: pd.Series | None = None,
    seed: int = 0,
) -> DatumFinding:
    """
    Find the coordinate system of outlines.

    Outlines run along streets, and along known edges if there are any; the places that are known
    to belong to an area lie in it, and those of other areas outside. A file alone tells nothing,
    but its fields may tell who made it.

    Parameters
    ----------
    shapes
        Polygons with the numbers of the file; their `crs` is not looked at.
    evidence
        What is known in WGS 84, from another source than the layer.
    declared
        What the file says of its system.
    headers
        Names of the layer's fields.
    names
        Of the areas, on the index of `shapes`.
    seed
        For drawing corners and random shifts.

    Returns
    -------
    finding
        The system, or an empty one if it cannot be told.

    Raises
    ------
    AreaError
        If the label speaks of degrees and the numbers are none, and fit no known system.

    Examples
    --------
    >>> square = gpd.GeoSeries([shapely.box(117.20, 39.13, 117.22, 39.15)])
    >>> find_layer_datum(square, Evidence()).system
    ''
    >>> found = find_layer_datum(square, Evidence(), headers=["adcode", "level", "parent"])
    >>> found.system, found.certain
    ('gcj02', False)
    """
    rng = np.random.default_rng(seed)
    there = shapes[shapes.notna() & ~shapes.is_empty]
    corners = shapely.get_coordinates(there.to_numpy())
    x, y = pd.Series(corners[:, 0]), pd.Series(corners[:, 1])
    ground = evidence.ground
    label = read_label(declared, x, y, ground.centre if ground else None)
    drawn = rng.permutation(len(corners))[:MOST_CORNERS]
    points = (corners[drawn, 0], corners[drawn, 1])
    hypotheses = systems_in_question(points, ground, label)
    if not hypotheses:
        return untold(points, label)
    named = None if names is None else names.reindex(there.index)
    fits: Fits = {}
    if ground is not None:
        fits = _weigh_all(ground, evidence, there, hypotheses, names=named, rng=rng)
    published = is_published(headers)
    bonus = {h: PUBLISHER_WEIGHT for h in hypotheses if published and h.system == "gcj02"}
    believed = label.hypothesis if label.believed else only_choice(hypotheses, points)
    verdict = judge(hypotheses, fits, believed=believed, bonus=bonus)
    return _mention(answer(points, verdict, fits, label, None), published=bool(bonus))


def is_published(headers: Collection[str]) -> bool:
    """
    Tell whether the fields are those of a publisher whose outlines are GCJ-02.

    Examples
    --------
    >>> is_published(["adcode", "name", "childrenNum", "level"]), is_published(["adcode", "name"])
    (True, False)
    """
    plain = {header.lower() for header in headers}
    return "adcode" in plain and len(plain & PUBLISHED) >= FEWEST_FIELDS


def _mention(finding: DatumFinding, *, published: bool) -> DatumFinding:
    """Add who published the layer."""
    if not published:
        return finding
    said = (*finding.said, Message(PUBLISHER.said))
    return DatumFinding(**{**vars(finding), "said": said, "rules": (*finding.rules, PUBLISHER)})


def _weigh_all(
    ground: Ground,
    evidence: Evidence,
    shapes: gpd.GeoSeries,
    hypotheses: Sequence[Hypothesis],
    *,
    names: pd.Series | None,
    rng: np.random.Generator,
) -> Fits:
    """Hold outlines against streets, and known places against the areas."""
    base = hypotheses[0]
    metric = shapely.transform(shapes.to_numpy(), lambda xy: _to_metres(ground, base, xy))
    outlines = shapely.union_all(shapely.boundary(metric))
    groups = [
        _outline_clues(ground, outlines, base, hypotheses, rng),
        *_place_clues(ground, metric, names, evidence, hypotheses, rng=rng),
    ]
    fits = {}
    for clues, positions in groups:
        for clue in clues:
            kept = narrow(clue, positions)
            fits[clue.kind] = weigh(kept, positions, shift(kept, positions, rng))
    return fits


def _outline_clues(
    ground: Ground,
    outlines: shapely.Geometry,
    base: Hypothesis,
    hypotheses: Sequence[Hypothesis],
    rng: np.random.Generator,
) -> tuple[list[Clue], Mapping[Hypothesis, Pair]]:
    """Make points along the outlines, to be held against streets and the known boundary."""
    lines = shapely.get_parts(shapely.segmentize(outlines, STREET.cell_m * 2))
    xy = rng.permutation(shapely.get_coordinates(lines))[:MOST_CORNERS]
    positions = _as_read(ground, base, hypotheses, _back(ground, xy))
    clues = [clue for clue in find_clues(ground, None, len(xy)) if clue.kind is STREET]
    if ground.boundary is not None:
        known = np.full(len(xy), shapely.boundary(ground.boundary), dtype=object)
        clues.append(Clue(OUTLINE, np.arange(len(xy)), ground, known))
    return clues, {h: positions[h] for h in hypotheses}


def _place_clues(
    ground: Ground,
    metric: NDArray[np.object_],
    names: pd.Series | None,
    evidence: Evidence,
    hypotheses: Sequence[Hypothesis],
    *,
    rng: np.random.Generator,
) -> Iterator[tuple[list[Clue], Mapping[Hypothesis, Pair]]]:
    """Hold known places against the areas; the places move, as if they stood in the file."""
    outlines = shapely.union_all(shapely.boundary(metric))
    if evidence.edges is not None and len(evidence.edges):
        yield _against(
            EDGE, evidence.edges, ground, hypotheses, [outlines] * len(evidence.edges), rng=rng
        )
    if evidence.facilities is None or not len(evidence.facilities):
        return
    facilities = evidence.facilities
    targets = _areas_of(facilities, metric, names)
    if targets is not None:
        yield _against(MEMBER, facilities, ground, hypotheses, targets, rng=rng)
    whole = shapely.union_all(shapely.make_valid(metric))
    yield _against(BOUNDARY, facilities, ground, hypotheses, [whole] * len(facilities), rng=rng)


def _areas_of(
    facilities: gpd.GeoDataFrame, metric: NDArray[np.object_], names: pd.Series | None
) -> list[shapely.Geometry | None] | None:
    """Return for each facility where it must lie: in the area it names, or outside them all."""
    if names is None or "community" not in facilities.columns:
        return None
    areas = dict(zip(names.fillna("").astype(str).map(plain_name), metric, strict=True))
    belongs = facilities["community"].fillna("").astype(str).map(plain_name)
    if not belongs.isin(areas).any():
        return None
    whole = shapely.union_all(shapely.make_valid(metric))
    outside = shapely.difference(shapely.envelope(whole).buffer(2 * MEMBER.reach_m), whole)
    return [areas.get(name, outside) if name else None for name in belongs]


def _against(
    kind: Kind,
    places: gpd.GeoDataFrame,
    ground: Ground,
    hypotheses: Sequence[Hypothesis],
    targets: Sequence[shapely.Geometry | None],
    *,
    rng: np.random.Generator,
) -> tuple[list[Clue], Mapping[Hypothesis, Pair]]:
    """Make a clue of known places."""
    points = places.to_crs(WGS84) if places.crs is not None else places
    spots = points.geometry.representative_point()
    lonlat = (spots.x.to_numpy(), spots.y.to_numpy())
    there = [k for k, target in enumerate(targets) if target is not None]
    rows = rng.permutation(np.array(there, dtype=np.intp))  # files are often sorted by area
    shapes = np.array([targets[k] for k in rows], dtype=object)
    base = hypotheses[0]
    positions = {h: ground.to_metres(*base.places(*h.numbers(*lonlat))) for h in hypotheses}
    if kind.to == "polygon":
        telling = np.zeros(len(rows), dtype=bool)
        for x, y in positions.values():
            border = shapely.boundary(shapes)
            telling |= shapely.distance(shapely.points(x[rows], y[rows]), border) <= TELLING_M
        rows, shapes = rows[telling], shapes[telling]
    return [Clue(kind, rows, ground, shapes)], positions


def _as_read(
    ground: Ground, base: Hypothesis, hypotheses: Sequence[Hypothesis], lonlat: Pair
) -> dict[Hypothesis, Pair]:
    """Return where points that the base hypothesis puts at `lonlat` are under each hypothesis."""
    numbers = base.numbers(*lonlat)
    return {h: ground.to_metres(*h.places(*numbers)) for h in hypotheses}


def _to_metres(ground: Ground, base: Hypothesis, xy: Array) -> Array:
    """Convert corners of the file to metres under a hypothesis."""
    return np.column_stack(ground.to_metres(*base.places(xy[:, 0], xy[:, 1])))


def _back(ground: Ground, xy: Array) -> Pair:
    """Return longitude and latitude of places in metres."""
    return ground.to_degrees(xy[:, 0], xy[:, 1])
