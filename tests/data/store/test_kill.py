import os
import subprocess
import sys
from pathlib import Path

import pytest

SCRIPT = Path(__file__).with_name("killed_imports.py")
KILLS = 50
pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="no process can be forked here")


def run(store: str, rows: int) -> str:
    """Run the script that kills, and return what it says."""
    command = [sys.executable, str(SCRIPT), store, str(rows), str(KILLS)]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=300)  # noqa: S603  # our own script
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_a_killed_import_leaves_all_or_nothing(tmp_path: Path) -> None:
    """Killed at 50 random points, from the making of its file on, a store holds all or nothing."""
    said = run(f"folder:{tmp_path}", 8_000)
    assert f"{KILLS} kills" in said
    assert "nothing 0" not in said  # kills came before the end


def test_a_killed_client_leaves_all_or_nothing_on_a_server(server_url: str) -> None:
    """Killed at 50 random points, an import leaves all or none of its rows on a server."""
    said = run(server_url, 3_000)
    assert f"{KILLS} kills" in said
    assert "nothing 0" not in said
