"""When a study is worked out anew: whenever a file that it is read from has changed."""

import os
from pathlib import Path

import pytest

from app.cache import fingerprint


@pytest.mark.parametrize(
    "file",
    [
        "area.toml",
        "incidents.csv",
        "roads/streets.shp",
        "roads/streets.dbf",
        "../shared/booths.csv",
    ],
)
def test_an_edited_file_is_noticed(file: str, tmp_path: Path) -> None:
    """An edit shows in the digest, in the folder, below it, beside it, and in a layer's table."""
    area = tmp_path / "area"
    for name in ("roads/streets.shp", "roads/streets.dbf", "../shared/booths.csv", "incidents.csv"):
        (area / name).resolve().parent.mkdir(parents=True, exist_ok=True)
        (area / name).write_text("1", encoding="utf-8")
    files = '[files]\nnetwork = "roads/streets.shp"\nbooths = "../shared/booths.csv"\n'
    (area / "area.toml").write_text(files, encoding="utf-8")
    before = fingerprint(area)
    assert fingerprint(area) == before
    os.utime(area / file, ns=(1, 1))
    assert fingerprint(area) != before


@pytest.mark.parametrize("broken", ["[files", "files = 3", "[files]\nnetwork = 5"])
def test_broken_settings_still_have_a_fingerprint(broken: str, tmp_path: Path) -> None:
    """Settings that cannot be read are noticed when they are corrected."""
    (tmp_path / "area.toml").write_text(broken, encoding="utf-8")
    before = fingerprint(tmp_path)
    (tmp_path / "area.toml").write_text('name = "x"', encoding="utf-8")
    assert fingerprint(tmp_path) != before
