"""Map layers -> ledgers: fields as texts, shapes beside them."""

import warnings
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pyarrow as pa
import pyogrio
import shapely
from pyproj import CRS
from pyproj.exceptions import CRSError

from data.errors import N_, AreaError
from data.ledger.file_kinds import FileKind
from data.ledger.findings import Findings, Rule
from data.ledger.layer_fields import read_fields
from data.ledger.layer_sources import XML_KINDS, LayerSource, list_sources
from data.ledger.refusals import DAMAGED, EMPTY, EXPORT_AGAIN, refuse_unknown_sheet
from data.ledger.table import LedgerTable

# a layer may name an address for its coordinate system; nothing is ever fetched: no such proxy
pyogrio.set_gdal_config_options({"GDAL_HTTP_PROXY": "127.0.0.1:9", "GDAL_HTTP_MAX_RETRY": "0"})

HEIGHT_DROPPED = Rule(
    "height_dropped", N_("{n} shapes have heights, which are not read."), "dropped"
)
SHAPE_UNREADABLE = Rule(
    "shape_unreadable", N_("{n} shapes are damaged and were left out; their rows stay."), "dropped"
)
LAYER_ENCODING_ASSUMED = Rule(
    "layer_encoding_assumed",
    N_("The encoding of {n} map layers, which name none, was found from their texts."),
    "assumed",
)

_ERRORS = (
    pyogrio.errors.DataSourceError,
    pyogrio.errors.DataLayerError,
    pyogrio.errors.FeatureError,
    pyogrio.errors.GeometryError,
    pyogrio.errors.CRSError,
    pyogrio.errors.FieldError,
)
_FIRST_ROW = 2
"""As if the names of the fields stood in row 1 of a sheet."""
_NOT_LAYERS = frozenset({"layer_styles", "qgis_projects", "route_points", "track_points"})
"""Looks and vertices of other layers."""
_KML_LOOKS = frozenset(
    {"altitudeMode", "tessellate", "extrude", "visibility", "drawOrder", "icon", "snippet"}
)
_MADE_UP = {FileKind.KML: _KML_LOOKS, FileKind.KMZ: _KML_LOOKS}
"""Fields that the library gives to each layer."""
_SHAPES = "wkb_geometry"


def read_layers(path: Path, kind: FileKind, *, layer: str | None = None) -> list[LedgerTable]:
    """
    Read the layers of a map file that passed `data.ledger.guards.check_file`.

    Parameters
    ----------
    path
        The file; those that belong to a shapefile lie beside it.
    kind
        As `check_file` told.
    layer
        Read this one only.

    Returns
    -------
    tables
        One for each layer that has rows, or the one table of a file without shapes. Rows are
        numbered as if the names of the fields were row 1. Heights are dropped; names of fields
        that a shapefile has cut stay cut; `places` has no system where the file names none.

    Raises
    ------
    AreaError
        If the file cannot be opened, holds no row, or has no such layer.
    """
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # they quote fields
            return _read_sources(path, list(list_sources(path, kind)), kind, layer)
    except (*_ERRORS, pa.ArrowException, UnicodeDecodeError):
        raise AreaError(DAMAGED, EXPORT_AGAIN) from None


def _read_sources(
    path: Path, sources: list[LayerSource], kind: FileKind, wanted: str | None
) -> list[LedgerTable]:
    """Read every layer of every source, or the one that is wanted."""
    layers = [
        (source, at, str(name))
        for source in sources
        for at, (name, _) in enumerate(pyogrio.list_layers(source.data))
        if str(name) not in _NOT_LAYERS
    ]
    names = [name for *_, name in layers]
    if wanted is not None and len(names) > 1:
        refuse_unknown_sheet(wanted, names)
        layers = [layer for layer in layers if layer[2] == wanted]
    tables = [
        _read_layer(path, source, at, kind, sheet=name if len(names) > 1 else "")
        for source, at, name in layers
    ]
    filled = [table for table in tables if len(table.cells)]
    if not filled:
        raise AreaError(EMPTY, EXPORT_AGAIN)
    return filled


def _read_layer(
    path: Path, source: LayerSource, layer: int, kind: FileKind, *, sheet: str
) -> LedgerTable:
    """Read one layer."""
    meta, table = pyogrio.read_arrow(
        source.data, layer=layer, datetime_as_string=True, **source.options
    )
    findings = Findings()
    findings.note(LAYER_ENCODING_ASSUMED, int(source.encoding_assumed))
    rows = pd.RangeIndex(_FIRST_ROW, _FIRST_ROW + table.num_rows)
    index = pd.Index(rows.to_numpy(), dtype=np.int64, name="row")
    shapes = meta["geometry_name"] or _SHAPES
    places = None
    if meta["geometry_type"] is not None and shapes in table.column_names:
        places = _read_shapes(table[shapes], meta["crs"], index, findings)
        table = table.drop_columns([shapes])
    cells = read_fields(table, source.names, index, findings)
    made_up = _MADE_UP.get(kind, frozenset())
    # the library gives such layers every field that there might be
    blank = [c for c in cells if kind in XML_KINDS and (cells[c] == "").all()]
    cells = cells.drop(columns=[*blank, *made_up.intersection(cells).difference(blank)])
    return LedgerTable(path.name, sheet, cells, places, findings)


def _read_shapes(
    column: pa.ChunkedArray, crs: str | None, index: pd.Index, findings: Findings
) -> gpd.GeoSeries:
    """Build shapes without heights; damaged ones are left out."""
    content = column.to_numpy()
    shapes = shapely.from_wkb(content, on_invalid="ignore")
    lost = shapely.is_missing(shapes) & pd.notna(content)
    findings.add(SHAPE_UNREADABLE, pd.Series("", index[lost], dtype=str))
    findings.note(HEIGHT_DROPPED, int(shapely.has_z(shapes).sum()))
    return gpd.GeoSeries(shapely.force_2d(shapes), index=index, crs=_read_crs(crs))


def _read_crs(text: str | None) -> CRS | None:
    """Return the system that a layer names, None if it names none that is known."""
    if not text or "Undefined" in text:
        return None
    try:
        return CRS.from_user_input(text)
    except CRSError:
        return None
