import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from app.maps.assets import SCRIPTS, STYLES, asset_name, asset_text, stored_assets, write_assets
from app.maps.frame import LocalMap
from app.maps.serve import local_address

ADDRESSES = [address for _, address in (*SCRIPTS, *STYLES)]


@pytest.mark.parametrize("address", ADDRESSES)
def test_every_address_has_a_local_file(address: str) -> None:
    """Each script and style of a map is a text on this PC, found by a relative address."""
    assert asset_text(address)
    assert local_address(address) == f"../app.maps.serve.map_files/{asset_name(address)}"


def test_map_asks_for_nothing_else() -> None:
    """The map's own list of files is the list of the files that are here."""
    assert [*LocalMap.default_js, *LocalMap.default_css] == [*SCRIPTS, *STYLES]


@pytest.mark.parametrize("address", ADDRESSES)
def test_assets_name_no_outside_address(address: str) -> None:
    """No file links to the outside; the namespace of SVG is a name and never fetched."""
    left = set(re.findall(r"https?://[\w.]+", asset_text(address)))
    assert left <= {"http://www.w3.org"}


def test_outside_address_is_refused() -> None:
    """An address without a local file stops the page in the tests, not the reader's map."""
    with pytest.raises(ValueError, match="No local file"):
        local_address("https://example.org/x.js")


def test_assets_are_written_once(tmp_path: Path) -> None:
    """Writing twice leaves one file per asset, named by its content."""
    write_assets(tmp_path)
    write_assets(tmp_path)
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted(map(asset_name, ADDRESSES))


def test_assets_lie_in_the_cache_that_was_chosen(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """The folder named by XUNGE_CACHE_DIR holds the maps' files."""
    monkeypatch.setenv("XUNGE_CACHE_DIR", str(tmp_path / "chosen"))
    assert stored_assets() == tmp_path / "chosen" / "maps"


def test_cache_that_cannot_be_written_stops_no_page(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Where the cache refuses, as with a locked home, a temporary folder holds the files."""
    (tmp_path / "file").write_text("in the way", encoding="utf-8")
    monkeypatch.setenv("XUNGE_CACHE_DIR", str(tmp_path / "file" / "cache"))
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    folder = stored_assets()
    assert folder.parent == tmp_path
    assert sorted(path.name for path in folder.iterdir()) == sorted(map(asset_name, ADDRESSES))


def test_import_writes_nothing(tmp_path: Path) -> None:
    """Files are written when the first map is shown, not when the module is loaded."""
    subprocess.run(
        [sys.executable, "-c", "import app.maps.serve"],
        check=True,
        env={**os.environ, "XUNGE_CACHE_DIR": str(tmp_path / "cache")},
        cwd=Path(__file__).parents[2],
    )
    assert list(tmp_path.iterdir()) == []
