"""Lists of facilities and layers of areas -> features that the store keeps with their days."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from data.errors import N_, AreaError
from data.ledger.areas import area_frame
from data.ledger.context import LedgerContext
from data.ledger.datum_finding import DatumFinding
from data.ledger.facilities import facility_frames
from data.ledger.findings import Findings
from data.ledger.layer_datum import find_layer_datum
from data.ledger.mapping import ColumnMapping
from data.ledger.osm_facilities import facilities_from_osm
from data.ledger.positions import choose_datum, place_records
from data.ledger.private_headers import private_headers
from data.ledger.reading import (
    PRIVATE,
    declared_system,
    hide_listed,
    map_columns,
    raw_positions,
)
from data.ledger.table import LedgerTable
from data.ledger.terms import Terms
from data.tables import WGS84

LAYER_KINDS = frozenset({"facilities", "communities", "boundary"})
_PLACE_TEXTS = ("name", "address", "community")


@dataclass(frozen=True)
class LayerReading:
    """What was made of one table or layer that is not a ledger of incidents."""

    file: str
    sheet: str
    kind: str
    """`facilities`, `communities` or `boundary`."""
    headers: tuple[str, ...]
    terms: Terms
    mapping: ColumnMapping | None
    private: Mapping[str, str]
    rows: int
    """Rows of the file."""
    layers: Mapping[str, gpd.GeoDataFrame]
    """Name of a layer of the store -> its features, in longitude and latitude."""
    counts: Mapping[str, int]
    """Features that are on no map, by reason."""
    findings: Findings
    datum: DatumFinding | None
    """None where the format itself says it, as OpenStreetMap's does."""

    @property
    def has_numbers(self) -> bool:
        """Whether any row has coordinates: a layer has nothing else."""
        return True

    @property
    def features(self) -> gpd.GeoDataFrame:
        """The features of the layer that gives the table its kind."""
        return self.layers[self.kind]


def read_features(table: LedgerTable, context: LedgerContext, terms: Terms) -> LayerReading:
    """
    Read a table as a list of facilities, as communities or as a boundary.

    Parameters
    ----------
    table
        As its file gave it.
    context
        What is known of the area.
    terms
        What a person decided; `kind` says what the table is.

    Raises
    ------
    AreaError
        If it lacks what such a layer must have.
    """
    findings = Findings()
    findings.merge(table.findings)
    private = private_headers(table.cells.columns)
    findings.note(PRIVATE, len(private))
    areas = terms.kind in {"communities", "boundary"}
    mapping = map_columns(table, "communities" if areas else "facilities", terms)
    read = _read_areas if areas else _read_facilities
    layers, datum, missing = read(table, mapping, context, terms, findings)
    hide_listed(findings)
    return LayerReading(
        file=table.file,
        sheet=table.sheet,
        kind=terms.kind,
        headers=tuple(header for header in table.cells.columns if header not in private),
        terms=terms,
        mapping=mapping,
        private=private,
        rows=len(table.cells),
        layers=MappingProxyType(layers),
        counts={"no_place": missing} if missing else {},
        findings=findings,
        datum=datum,
    )


def read_osm(path: Path, context: LedgerContext, terms: Terms) -> LayerReading:
    """Read the facilities of an OpenStreetMap extract that lie in the area."""
    findings = Findings()
    features = facilities_from_osm(path, within=context.margin_in_degrees, findings=findings)
    if features.empty:
        raise AreaError(
            N_("The map file holds no facility of the area."),
            N_("For its streets, make an area of it: xunge new-area --network FILE"),
        )
    return LayerReading(
        file=path.name,
        sheet="",
        kind="facilities",
        headers=(),
        terms=terms,
        mapping=None,
        private={},
        rows=len(features) + findings.counts.get("osm_outside_area", 0),
        layers=MappingProxyType({"facilities": features}),
        counts={},
        findings=findings,
        datum=None,
    )


def _read_facilities(
    table: LedgerTable,
    mapping: ColumnMapping,
    context: LedgerContext,
    terms: Terms,
    findings: Findings,
) -> tuple[dict[str, gpd.GeoDataFrame], DatumFinding, int]:
    """Read facilities and their gates; those without coordinates are looked up by their address."""
    cells = mapping.pick(table.cells)
    texts = cells.reindex(columns=list(_PLACE_TEXTS), fill_value="")
    places, datum, _ = place_records(
        raw_positions(table, cells, findings),
        texts.rename(columns={"name": "near_facility"}).assign(place_note="", stated=""),
        context,
        terms,
        declared=declared_system(table, cells),
        findings=findings,
    )
    facilities, gates = facility_frames(
        table, mapping.columns, places["lon"], places["lat"], findings=findings
    )
    placed = ~(facilities.geometry.is_empty | facilities.geometry.isna())
    entered = ~(gates.geometry.is_empty | gates.geometry.isna())
    layers = {"facilities": facilities[placed], "gates": gates[entered]}
    return layers, datum, int((~placed).sum())


def _read_areas(
    table: LedgerTable,
    mapping: ColumnMapping,
    context: LedgerContext,
    terms: Terms,
    findings: Findings,
) -> tuple[dict[str, gpd.GeoDataFrame], DatumFinding, int]:
    """Read areas; a boundary is all of them as one."""
    if table.places is None:
        raise AreaError(
            N_("The table has no shapes: an area needs an outline."),
            N_("Export the layer as GeoJSON, GeoPackage or Shapefile."),
        )
    areas = area_frame(table, mapping.columns, findings=findings)
    datum = find_layer_datum(
        areas.geometry,
        context.evidence,
        declared=declared_system(table, table.cells),
        headers=tuple(table.cells.columns),
        names=areas["name"],
    )
    system = datum.system if terms.datum == "auto" else terms.datum
    if not system:
        raise AreaError(
            N_("The coordinate system of the outlines cannot be told."),
            N_("Say which it is: wgs84, gcj02, bd09, cgcs2000 or EPSG:n."),
        )
    degrees = areas.set_geometry(to_degrees(areas.geometry, choose_datum(datum, terms)), crs=WGS84)
    if terms.kind == "boundary":
        outline = degrees.geometry.union_all()
        degrees = gpd.GeoDataFrame(
            {"name": ["、".join(degrees["name"])]},
            geometry=[outline],
            index=pd.Index(["boundary"], name="feature_id"),
            crs=WGS84,
        )
    return {terms.kind: degrees}, datum, len(table.cells) - len(areas)


def to_degrees(shapes: gpd.GeoSeries, datum: DatumFinding) -> gpd.GeoSeries:
    """Convert every corner of some shapes to longitude and latitude."""

    def convert(corners: NDArray[np.float64]) -> NDArray[np.float64]:
        places = datum.places(pd.Series(corners[:, 0]), pd.Series(corners[:, 1]))
        return places[["lon", "lat"]].to_numpy(dtype=float)

    plain = shapely.transform(shapes.to_numpy(), convert)
    return gpd.GeoSeries(plain, shapes.index, crs=WGS84)
