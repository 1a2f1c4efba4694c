"""By which a row is known when its file comes again, and whether it then says the same.

A row that has a number in its source is known by the two, any other by what it says. The
place that was worked out for it (by converting coordinates, from a name, by hand) is left out of
what it says: it may be found better next time, and the row is still the same. Of rows that are
alike within one file the first, the second and so on are known as such.

Each hash is the first 64 bits of BLAKE2b over a fixed arrangement of bytes, so it is the same on
every machine and in every version; among a million rows the chance of any two meeting by accident
is 3 in 100 million.
"""

from collections.abc import Callable, Iterable
from hashlib import blake2b

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from data.ledger.records import CONTENT
from data.store.record_tables import MOMENTS, NUMBERS, TEXTS

Tick = Callable[[float], None]

HASH_BYTES = 8
BATCH_ROWS = 50_000
DEGREES = 1e7
"""Degrees are compared to 7 decimals, about a centimetre: the last bits of a conversion may differ
from one version of a library to the next."""
_MOMENTS = [name for name in MOMENTS if name in CONTENT]
_NUMBERS = [name for name in NUMBERS if name in CONTENT and name not in {"lon", "lat"}]
_TEXTS = [name for name in TEXTS if name in CONTENT and name != "geo_precision"]
_NOTHING = np.iinfo(np.int64).min
_CONTENT, _KEY = 1, 2


def hash_contents(table: pa.Table, tick: Tick = lambda _share: None) -> NDArray[np.int64]:
    """
    Hash what each row says, its place included unless a person set it.

    Parameters
    ----------
    table
        As `data.store.record_tables.to_table` makes it, n rows.
    tick
        Called with the share done.

    Returns
    -------
    hashes
        Shape (n,).
    """
    return _hash_batches(table, _CONTENT, tick)


def hash_keys(table: pa.Table, tick: Tick = lambda _share: None) -> NDArray[np.int64]:
    """
    Hash by what each row is known again; no two rows of a table have the same key.

    Parameters
    ----------
    table
        As `data.store.record_tables.to_table` makes it, n rows.
    tick
        Called with the share done.

    Returns
    -------
    keys
        Shape (n,).
    """
    numbered = pc.not_equal(table.column("source_ref"), "").to_numpy()
    keys = np.empty(table.num_rows, np.int64)
    keys[~numbered] = _hash_batches(table.filter(pa.array(~numbered)), _KEY, tick)
    named = table.select(["source", "source_ref"]).filter(pa.array(numbered))
    separator = pa.scalar("\x1f", pa.large_string())
    texts = pc.binary_join_element_wise(*named.columns, separator)
    keys[numbered] = _hash_all(texts.cast(pa.large_binary()).to_numpy())
    return _count_repeats(keys)


def hash_words(table: pa.Table) -> NDArray[np.int64]:
    """Hash rows by what they say, whether they are numbered or not, as `hash_keys` does."""
    return _count_repeats(_hash_batches(table, _KEY, lambda _share: None))


def _count_repeats(keys: NDArray[np.int64]) -> NDArray[np.int64]:
    """Give the second, third ... row of a key a key of its own."""
    repeats = pd.Series(keys).groupby(keys, sort=False).cumcount().to_numpy(np.int64)
    again = repeats > 0
    pairs = np.column_stack([keys[again], repeats[again]]).astype("<i8")
    own = keys.copy()
    own[again] = _hash_all([pair.tobytes() for pair in pairs])
    return own


def _hash_batches(table: pa.Table, purpose: int, tick: Tick) -> NDArray[np.int64]:
    hashes = [np.empty(0, np.int64)]
    for start in range(0, table.num_rows, BATCH_ROWS):
        tick(start / table.num_rows)
        batch = table.slice(start, BATCH_ROWS).combine_chunks()
        hashes.append(_hash_all(_arrange(batch, purpose)))
    return np.concatenate(hashes)


def _hash_all(rows: Iterable[bytes]) -> NDArray[np.int64]:
    """Hash rows one by one."""
    whole = b"".join([blake2b(row, digest_size=HASH_BYTES).digest() for row in rows])
    return np.frombuffer(whole, ">i8").astype(np.int64)


def _arrange(batch: pa.Table, purpose: int) -> Iterable[bytes]:
    """Write each row as bytes: numbers, lengths of the texts, texts."""
    lon, lat, precision = _place(batch, purpose)
    texts = [*(batch.column(name).chunk(0) for name in _TEXTS), precision]
    numbers = [
        np.full(batch.num_rows, purpose, np.int64),
        *(pc.fill_null(batch.column(name), _NOTHING).to_numpy() for name in _MOMENTS),
        *(_bits(batch.column(name)) for name in _NUMBERS),
        lon,
        lat,
        *(pc.binary_length(text).to_numpy() for text in texts),
    ]
    block = np.column_stack(numbers).astype("<i8")
    width = pa.binary(block.shape[1] * block.itemsize)
    head = pa.FixedSizeBinaryArray.from_buffers(width, len(block), [None, pa.py_buffer(block)])
    parts = [part.cast(pa.large_binary()) for part in (head.cast(pa.binary()), *texts)]
    joined = pc.binary_join_element_wise(*parts, pa.scalar(b"", pa.large_binary()))
    rows: Iterable[bytes] = joined.to_numpy(zero_copy_only=False)
    return rows


def _place(batch: pa.Table, purpose: int) -> tuple[NDArray[np.int64], NDArray[np.int64], pa.Array]:
    """Return degrees and precision of the places that count: what was worked out does not."""
    origin = batch.column("place_origin").chunk(0)
    precision = batch.column("geo_precision").chunk(0)
    nothing = pa.scalar("", pa.large_string())
    if purpose == _CONTENT:
        counts = pc.not_equal(origin, "hand")
        precision = pc.if_else(counts, precision, nothing)
    else:
        counts = pc.and_(pc.equal(origin, "file"), pc.is_null(batch.column("raw_x").chunk(0)))
        precision = pc.if_else(pa.scalar(value=False), precision, nothing)
    lon, lat = (
        np.where(counts, _whole(batch.column(name)), _NOTHING).astype(np.int64)
        for name in ("lon", "lat")
    )
    return lon, lat, precision


def _whole(degrees: pa.ChunkedArray) -> NDArray[np.int64]:
    """Round degrees to whole parts."""
    parts = np.rint(degrees.to_numpy() * DEGREES)
    return np.where(np.isnan(parts), _NOTHING, np.nan_to_num(parts)).astype(np.int64)


def _bits(numbers: pa.ChunkedArray) -> NDArray[np.int64]:
    """Return the bits of numbers, the same ones for 0 and -0 and for every NaN."""
    values = numbers.to_numpy().astype("<f8") + 0.0
    return np.where(np.isnan(values), _NOTHING, values.view("<i8")).astype(np.int64)
