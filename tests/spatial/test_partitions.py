from collections.abc import Iterator
from pathlib import Path

import pandas as pd
import pytest

from data.errors import DegenerateDataError
from spatial.count import count_points
from spatial.grid import Lattice
from spatial.partitions import count_file, count_partitions
from spatial.shift_layers import count_shift_layers
from tests.spatial.test_shift_layers import DAY, MASK, NIGHT, table

distributed = pytest.importorskip("distributed")

LATTICE = Lattice.cover(MASK, 25.0)
SHIFTS = (DAY, NIGHT)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Write 3,000 incidents into three files of different length."""
    incidents = table(3000, 5, "Asia/Shanghai")
    for number, (first, last) in enumerate([(0, 100), (100, 1900), (1900, 3000)]):
        incidents[first:last].to_parquet(tmp_path / f"part-{number}.parquet")
    return tmp_path


@pytest.fixture(scope="module")
def scheduler() -> Iterator[str]:
    """Run a scheduler with one worker inside this process; give its address."""
    options = {"processes": False, "n_workers": 1, "dashboard_address": "127.0.0.1:0"}
    with distributed.LocalCluster(protocol="tcp://", **options) as cluster:
        yield cluster.scheduler_address


def test_partitions_count_as_one_table_does(folder: Path, scheduler: str) -> None:
    """Counts and shift layers over files equal those in memory, whole number by whole number."""
    found = count_partitions([folder], lattice=LATTICE, shifts=SHIFTS, scheduler=scheduler)
    incidents = table(3000, 5, "Asia/Shanghai")
    x, y = incidents["x"].to_numpy(), incidents["y"].to_numpy()
    layers = count_shift_layers(incidents, lattice=LATTICE, shifts=SHIFTS)
    assert found.rows == 3000
    assert found.counts.tolist() == count_points(x, y, lattice=LATTICE).tolist()
    assert found.twelfths is not None
    assert found.twelfths.tolist() == layers.tolist()


def test_a_cluster_on_this_machine_is_the_default(folder: Path) -> None:
    """Without an address the files are counted by a process of this machine, which then ends."""
    found = count_partitions([folder], lattice=LATTICE, workers=1)
    x, y = table(3000, 5)[["x", "y"]].to_numpy().T
    assert found.counts.tolist() == count_points(x, y, lattice=LATTICE).tolist()
    assert found.twelfths is None


def test_one_file_is_read_in_pieces(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """However few rows are in memory at a time, the counts stay the same."""
    file = str(folder / "part-1.parquet")
    whole = count_file(file, lattice=LATTICE, shifts=SHIFTS)
    monkeypatch.setattr("spatial.partitions.ROWS_AT_ONCE", 77)
    pieces = count_file(file, lattice=LATTICE, shifts=SHIFTS)
    assert pieces.counts.tolist() == whole.counts.tolist()
    assert pieces.twelfths is not None
    assert whole.twelfths is not None
    assert pieces.twelfths.tolist() == whole.twelfths.tolist()
    assert pieces.rows == whole.rows == 1800


def test_missing_files_and_columns_are_refused(tmp_path: Path) -> None:
    """An empty folder, or a file without places, is refused by name."""
    with pytest.raises(DegenerateDataError, match="no Parquet file"):
        count_partitions([tmp_path], lattice=LATTICE)
    pd.DataFrame({"x": [1.0]}).to_parquet(tmp_path / "flat.parquet")
    with pytest.raises(DegenerateDataError, match=r"flat.parquet has no column y"):
        count_file(str(tmp_path / "flat.parquet"), lattice=LATTICE)
