"""Published instances of team orienteering, as the benchmark reads and checks them."""

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]
SCRIPT = ROOT / "benchmarks" / "team_orienteering.py"
CHAO = ROOT.parent / "shared" / "data" / "bench_top_dev"


def _run(*words: str) -> list[str]:
    """Run the benchmark and return its lines."""
    command = [sys.executable, str(SCRIPT), *words]
    done = subprocess.run(command, capture_output=True, text=True, check=True)  # noqa: S603
    return done.stdout.splitlines()


@pytest.mark.real_data
def test_listed_scores_are_reached() -> None:
    """Three instances of Chao's sets 1 to 3 reach the listed scores in half a second each."""
    if not CHAO.is_dir():
        pytest.skip("the instances are not here")
    names, best = "p1.2.i,p2.2.k,p3.3.k", str(CHAO / "top_best_1_3.txt")
    lines = _run(str(CHAO / "top"), "--best", best, "--only", names, "--seconds", "0.5")
    assert lines[-1] == "mean_gap 0.000% worst_gap 0.000% instances 3"


def test_time_windows_in_the_published_format(tmp_path: Path) -> None:
    """Of two customers with the same window only one can be met by one tour; two meet both."""
    rows = [
        "1 1 2 1",
        "0 0",
        "0 0.0 0.0 0.0 0.0 0 0 0 100",
        "1 10.0 0.0 5.0 7.0 1 1 1 10 12",
        "2 0.0 10.0 5.0 9.0 1 1 1 10 12",
    ]
    (tmp_path / "c1.txt").write_text("\n".join(rows), encoding="utf-8")
    (tmp_path / "best.txt").write_text("c1 1 9\nc1 2 16\n", encoding="utf-8")
    lines = _run(str(tmp_path), "--toptw", "--best", str(tmp_path / "best.txt"), "--seconds", "0.1")
    assert [line.split(" cpu")[0] for line in lines[:2]] == [
        "c1.1 ours score 9 best 9 gap 0.000%",
        "c1.2 ours score 16 best 16 gap 0.000%",
    ]
    assert lines[-1] == "mean_gap 0.000% worst_gap 0.000% instances 2"
