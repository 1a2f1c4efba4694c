"""The same counts over Parquet files, on all cores or many machines, in bounded memory."""

import importlib
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow.parquet as pq
from numpy.typing import NDArray

from data.errors import N_, DegenerateDataError, Message
from data.shifts import Shift
from spatial.count import count_points
from spatial.grid import Lattice
from spatial.shift_layers import COLUMNS, count_shift_layers

Integers = NDArray[np.int64]

ROWS_AT_ONCE = 1 << 20
"""Rows of a file in memory at a time, in each worker (40 MB of columns)."""


@dataclass(frozen=True)
class PartitionCounts:
    """Counts of all partitions together."""

    counts: Integers
    """Incidents by cell number."""
    twelfths: Integers | None
    """Twelfths by shift and cell number; None without shifts."""
    rows: int
    """Rows of all files, whether in the lattice or not."""


def count_partitions(
    files: Sequence[str | Path],
    *,
    lattice: Lattice,
    shifts: Sequence[Shift] | None = None,
    scheduler: str | None = None,
    workers: int | None = None,
) -> PartitionCounts:
    """
    Count the incidents of Parquet files per cell, and per shift if shifts are given.

    Each worker reads its files a million rows at a time and hands back counts only, so memory does
    not grow with the number of rows. Whole numbers are added, so the result is that of
    `count_points` and `count_shift_layers` over one table, in whatever order workers finish.

    Parameters
    ----------
    files
        Parquet files, each with `x` and `y` (m) and, for shifts, the columns of
        `count_shift_layers`. A folder stands for the files in it.
    lattice
        Squares or hexagons.
    shifts
        Shifts that hold each minute of the day exactly once.
    scheduler
        Address of a Dask scheduler, such as `tcp://10.0.0.5:8786`, whose workers see the same
        files; by default a cluster on this machine.
    workers
        Processes of the local cluster; by default one for each core.

    Returns
    -------
    counted
        See `PartitionCounts`.

    Raises
    ------
    DegenerateDataError
        If there is no file, or one lacks a column.

    References
    ----------
    Rocklin (2015), Proceedings of the 14th Python in Science Conference,
    doi:10.25080/Majora-7b98e3ed-013, for Dask.
    """
    paths = _paths(files)
    count = partial(count_file, lattice=lattice, shifts=None if shifts is None else tuple(shifts))
    total: PartitionCounts | None = None
    with _client(scheduler, workers) as client:
        for part in _results(client, count, paths):
            total = part if total is None else _add(total, part)
    assert total is not None  # noqa: S101  # _paths gives at least one
    return total


def count_file(
    path: str, *, lattice: Lattice, shifts: Sequence[Shift] | None = None
) -> PartitionCounts:
    """
    Count the incidents of one Parquet file; see `count_partitions`.

    Raises
    ------
    DegenerateDataError
        If a column is missing.
    """
    wanted = list(COLUMNS if shifts else COLUMNS[:2])
    with pq.ParquetFile(path) as file:
        if missing := sorted(set(wanted) - set(file.schema_arrow.names)):
            raise DegenerateDataError(
                Message.of(
                    N_("{file} has no column {columns}."),
                    file=Path(path).name,
                    columns=", ".join(missing),
                ),
                N_("Add it; places in metres, times as local time."),
            )
        counts = np.zeros(lattice.rows * lattice.columns, dtype=np.int64)
        twelfths = np.zeros((len(shifts), counts.size), dtype=np.int64) if shifts else None
        rows = 0
        for batch in file.iter_batches(ROWS_AT_ONCE, columns=wanted):
            table = batch.to_pandas()
            counts += count_points(
                table["x"].to_numpy(np.float64), table["y"].to_numpy(np.float64), lattice=lattice
            )
            if twelfths is not None and shifts:
                twelfths += count_shift_layers(table, lattice=lattice, shifts=shifts)
            rows += len(table)
    return PartitionCounts(counts, twelfths, rows)


def _add(one: PartitionCounts, other: PartitionCounts) -> PartitionCounts:
    """Add the counts of two partitions."""
    both = one.twelfths is not None and other.twelfths is not None
    return PartitionCounts(
        one.counts + other.counts,
        one.twelfths + other.twelfths if both else None,  # type: ignore[operator]  # asked above
        one.rows + other.rows,
    )


def _paths(files: Sequence[str | Path]) -> list[str]:
    """Return the files, with folders replaced by what they hold."""
    paths = [
        str(path.resolve())
        for given in map(Path, files)
        for path in (sorted(given.glob("*.parquet")) if given.is_dir() else [given])
    ]
    if not paths:
        raise DegenerateDataError(
            N_("There is no Parquet file to count."), N_("Name files, or a folder that holds some.")
        )
    return paths


@contextmanager
def _client(scheduler: str | None, workers: int | None) -> Iterator[Any]:
    """Connect to the scheduler, or start a cluster on this machine and stop it afterwards."""
    # imported here: nobody without partitions waits for it
    distributed: Any = importlib.import_module("distributed")
    if scheduler is not None:
        with distributed.Client(scheduler) as client:
            yield client
        return
    # heard on this machine only, at any free port
    options = {
        "n_workers": workers,
        "threads_per_worker": 1,
        "host": "127.0.0.1",
        "dashboard_address": "127.0.0.1:0",
    }
    with (
        distributed.LocalCluster(**options) as cluster,
        distributed.Client(cluster) as client,
    ):
        yield client


def _results(
    client: Any, count: Callable[[str], PartitionCounts], paths: list[str]
) -> Iterator[PartitionCounts]:
    """Yield the counts of files as they are ready, and forget them at once."""
    distributed: Any = importlib.import_module("distributed")
    futures = client.map(count, paths, pure=False)
    for future in distributed.as_completed(futures):
        yield future.result()
        future.release()
