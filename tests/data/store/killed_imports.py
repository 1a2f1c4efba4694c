"""Imports that are killed at random points; what they leave behind is looked at each time.

Usage: killed_imports.py STORE ROWS KILLS, where STORE is `folder:PATH` for a new file each time, or
the address of a server. One warm process forks the others: to start Python 50 times would take
longer than the imports.
"""

import os
import signal
import sys
import time
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[3]))

import numpy as np
import pandas as pd
import pyarrow as pa
from sqlalchemy import func, select

from data.store.connections import file_url, reading
from data.store.engine import open_store
from data.store.imports import save_import
from data.store.models import record
from data.store.records import read_records
from data.store.trail import current_seq, verify_trail
from tests.data.store.invented import invent

SEED = 20261121
BEYOND = 1.15
"""Kills are spread over this many times what an import takes: some come too late."""


def save(url: str, area: str, records: pd.DataFrame) -> None:
    """Open a store, which may be new, and import the records."""
    with open_store(url) as store:
        save_import(
            store, area, records, file="a.csv", file_hash="0", source="", terms={}, counts={},
            who="", now=datetime.now(tz=UTC),
        )  # fmt: skip


def fork(url: str, area: str, records: pd.DataFrame) -> int:
    """Import in a process of its own, and return its number."""
    child = os.fork()
    if child:
        return child
    status = 1
    try:
        save(url, area, records)
        status = 0
    finally:
        os._exit(status)


def look(url: str, area: str, rows: int) -> str:
    """Say what an area holds: all rows or nothing; anything else is an error."""
    with open_store(url) as store:
        verify_trail(store)
        with reading(store) as connection:
            found = connection.scalar(select(func.count()).where(record.c.area == area))
        seq = current_seq(store, area)
        if (found, bool(seq)) not in {(0, False), (rows, True)}:
            message = f"{area}: {found} rows and entry {seq}"
            raise AssertionError(message)
        if found and len(read_records(store, area)) != rows:
            raise AssertionError(area)
    return "all" if found else "nothing"


def main(where: str, rows: int, kills: int) -> None:
    """Kill as many imports as are asked for."""
    pa.set_cpu_count(1)  # a forked process has no threads but its own
    folder = where.removeprefix("folder:") if where.startswith("folder:") else None
    records = invent(rows)

    def url_of(number: int) -> str:
        return where if folder is None else file_url(Path(folder) / f"{number}.db")

    takes = []
    for number in (-1, -2):  # the first warms up what the second is measured with
        start = time.perf_counter()
        _, status = os.waitpid(fork(url_of(number), f"area{number}", records), 0)
        takes.append(time.perf_counter() - start)
        if status or look(url_of(number), f"area{number}", rows) != "all":
            message = f"an import that nobody killed ended with {status}"
            raise AssertionError(message)
    delays = np.random.default_rng(SEED).uniform(0, BEYOND * takes[-1], kills)
    outcomes: Counter[str] = Counter()
    for number, delay in enumerate(delays):
        child = fork(url_of(number), f"area{number}", records)
        time.sleep(delay)
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
        outcomes[look(url_of(number), f"area{number}", rows)] += 1
    print(f"{kills} kills: all {outcomes['all']}, nothing {outcomes['nothing']}")  # noqa: T201


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]))
