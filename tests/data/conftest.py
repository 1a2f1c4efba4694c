"""A town of a few streets, written as an OpenStreetMap file of any format."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Protocol

import osmium
import pytest
from pyproj import Transformer

TO_WGS84 = Transformer.from_crs("EPSG:32650", "EPSG:4326", always_xy=True)
ORIGIN = (500_000.0, 4_300_000.0)

Nodes = Mapping[int, tuple[float, float]]
Ways = Sequence[tuple[int, Sequence[int], Mapping[str, str]]]


class WriteTown(Protocol):
    """Writes nodes, in metres east and north of a place in UTM zone 50, and ways."""

    def __call__(
        self,
        name: str,
        nodes: Nodes,
        ways: Ways,
        node_tags: Mapping[int, Mapping[str, str]] | None = None,
    ) -> Path:
        """Return the path of the file written."""


@pytest.fixture
def write_town(tmp_path: Path) -> WriteTown:
    """Write small OpenStreetMap files whose lengths are known."""

    def write(
        name: str,
        nodes: Nodes,
        ways: Ways,
        node_tags: Mapping[int, Mapping[str, str]] | None = None,
    ) -> Path:
        path = tmp_path / name
        writer = osmium.SimpleWriter(str(path))
        for ref, (east, north) in nodes.items():
            place = TO_WGS84.transform(ORIGIN[0] + east, ORIGIN[1] + north)
            tags = dict((node_tags or {}).get(ref, {}))
            writer.add_node(osmium.osm.mutable.Node(id=ref, version=1, location=place, tags=tags))
        for ref, refs, tags in ways:
            way = osmium.osm.mutable.Way(id=ref, version=1, nodes=list(refs), tags=dict(tags))
            writer.add_way(way)
        writer.close()
        return path

    return write


@pytest.fixture(scope="session")
def shared() -> Path:
    """Return the folder of real files beside the checkout, or skip."""
    folder = Path(__file__).parents[3] / "shared" / "data"
    if not folder.is_dir():
        pytest.skip("the real files are not beside this checkout")
    return folder
