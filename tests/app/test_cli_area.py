import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import Result
from typer.testing import CliRunner

from app.cli_area import area
from data.area import read_area
from data.errors import AreaError
from tests.conftest import LAT, LON, SIDE, STEP_LAT, STEP_LON, grid_osm
from tests.data.overpass_stand_in import StandIn, read_elements, serve

BOX = f"{LON},{LAT},{LON + SIDE * STEP_LON:.4f},{LAT + SIDE * STEP_LAT:.4f}"


@pytest.fixture
def town(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[StandIn]:
    """Run a server that knows a grid of streets, and name it as an office would."""
    file = tmp_path / "known.osm"
    file.write_text(grid_osm(), encoding="utf-8")
    stand_in = StandIn(read_elements(file))
    file.unlink()
    with serve(stand_in):
        monkeypatch.setenv("XUNGE_OVERPASS_URL", stand_in.url)
        monkeypatch.setenv("XUNGE_NOMINATIM_URL", stand_in.url)
        yield stand_in


def run(*words: object, answer: str | None = None) -> Result:
    """Run `xunge area` with these words."""
    return CliRunner().invoke(area, list(map(str, words)), input=answer)


def test_fetch_makes_an_area(town: StandIn, tmp_path: Path) -> None:
    """With --yes the folder is made, after it was said whom what is asked, and with its source."""
    done = run("fetch", "--bbox", BOX, "--out", tmp_path / "made", "--yes", "--lang", "en")
    assert done.exit_code == 0, done.output
    assert len(read_area(tmp_path / "made").streets) == SIDE**2
    assert f"127.0.0.1:{town.port} is asked for the map of the box" in done.stderr
    assert "Nothing else leaves this computer" in done.stderr
    assert re.search(r"Streets · \d+ KB", done.stderr)
    assert "OpenStreetMap contributors, ODbL" in done.stdout
    assert "xunge plan --area" in done.stdout


def test_nobody_is_asked_without_a_yes(town: StandIn, tmp_path: Path) -> None:
    """Where nobody can confirm, and no --yes is given, no question goes out."""
    done = run("fetch", "--bbox", BOX, "--out", tmp_path / "made", answer="y\n")
    assert done.exit_code == 2
    assert "--yes" in done.stderr
    assert town.asked == []
    assert not (tmp_path / "made").exists()


@pytest.mark.parametrize(("answer", "code"), [("n\n", 2), ("\n", 2), ("y\n", 0)])
def test_a_person_is_asked(
    town: StandIn, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, answer: str, code: int
) -> None:
    """At a terminal the answer decides, and no answer is a no."""
    monkeypatch.setattr("app.cli_area._is_terminal", lambda _stream: True)
    done = run("fetch", "--bbox", BOX, "--out", tmp_path / "made", answer=answer)
    assert done.exit_code == code, done.output
    assert bool(town.asked) is (code == 0)
    assert (tmp_path / "made").exists() is (code == 0)


def test_faults_reach_the_caller(town: StandIn, tmp_path: Path) -> None:
    """A fault is raised for the command line to say, and nothing is left."""
    town.moods = ["said <html>"]
    done = run("fetch", "--bbox", BOX, "--out", tmp_path / "made", "--yes")
    assert isinstance(done.exception, AreaError)
    assert "web page" in str(done.exception)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("box", ["117,39,118", "a,b,c,d", ""])
def test_a_box_that_is_none(tmp_path: Path, box: str) -> None:
    """What is not four numbers is refused with the form it should have."""
    done = run("fetch", "--bbox", box, "--out", tmp_path / "made", "--yes")
    assert done.exit_code == 2
    assert "write" in done.output


def test_ctrl_c_leaves_nothing(town: StandIn, tmp_path: Path) -> None:
    """Ctrl-C while the answer drips in ends the command and leaves no file anywhere."""
    town.moods = ["drip..."]
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    words = ["fetch", "--bbox", BOX, "--out", str(tmp_path / "new" / "made"), "--yes"]
    command = f"from app.cli_area import area; area({words!r})"
    process = subprocess.Popen(  # noqa: S603  # our own program
        [sys.executable, "-c", command],
        cwd=Path(__file__).parents[2],
        env={**os.environ, "TMPDIR": str(scratch)},
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        while not town.asked and process.poll() is None:
            time.sleep(0.05)
        process.send_signal(signal.SIGINT)
        _, said = process.communicate(timeout=90)
    finally:
        process.kill()
    assert process.returncode == 130, said
    assert "没有留下任何文件" in said
    assert "Traceback" not in said
    assert list(scratch.iterdir()) == []
    assert list(tmp_path.iterdir()) == [scratch]
