import subprocess
import sys
from pathlib import Path

SCRIPT = Path(__file__).with_name("killed_imports.py")
KILLS = 50


def run(*arguments: str) -> str:
    """Run the script that kills, and return what it says."""
    command = [sys.executable, str(SCRIPT), *arguments, str(KILLS)]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=300)  # noqa: S603
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_a_killed_import_leaves_all_or_nothing(tmp_path: Path) -> None:
    """Killed 50 times at random points, from the making of the file on, a store holds all or none."""
    outcomes = run(f"folder:{tmp_path}")
    assert f"{KILLS} kills" in outcomes
    # the points lie where they should: some kills were early, and some imports were done
    assert "nothing 0" not in outcomes


def test_a_killed_client_leaves_all_or_nothing_on_a_server(server_url: str) -> None:
    """Killed 50 times at random points, an import leaves all or none of its rows on a server."""
    outcomes = run(server_url)
    assert f"{KILLS} kills" in outcomes
    assert "nothing 0" not in outcomes
