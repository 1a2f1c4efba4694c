"""One sheet or layer of a file as it stands, before anybody says what its columns mean."""

from dataclasses import dataclass, field

import geopandas as gpd
import pandas as pd

from data.ledger.column_content import Content, read_content
from data.ledger.findings import Findings


@dataclass(frozen=True)
class LedgerTable:
    """A sheet or a layer: texts under the file's own headers, numbered as a spreadsheet shows."""

    file: str
    """Name without its folder."""
    sheet: str
    """Sheet or layer; empty where a file has one table only."""
    cells: pd.DataFrame
    """Every cell a trimmed text, empty where there is none. The index `row` is the row number of
    the file, ascending and unique; headers are unique texts."""
    places: gpd.GeoSeries | None = None
    """The shapes of a map layer on the index of `cells`, in the system that the file names; `crs`
    is None where it names none. A row may have no shape."""
    findings: Findings = field(default_factory=Findings)
    """What the reader did to come from the file to this table."""
    encoding: str = ""
    """Of a text file, such as `utf-8` or `gb18030`."""
    _contents: dict[str, Content] = field(
        default_factory=dict, init=False, repr=False, compare=False
    )

    def content(self, header: str) -> Content:
        """Return what kind of cells a column holds, looked at once for all who ask."""
        if header not in self._contents:
            self._contents[header] = read_content(self.cells[header])
        return self._contents[header]
