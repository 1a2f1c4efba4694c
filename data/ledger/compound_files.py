"""Compound files (OLE 2), in which old office programs keep a workbook: names and streams."""

import struct
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from mmap import mmap

from data.errors import AreaError
from data.ledger.refusals import DAMAGED, SAVE_AGAIN

MAGIC = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"

_END = 0xFFFFFFFA
"""Sector numbers from here on are signs, not sectors."""
_HEADER = 512
_ENTRY = 128
_TABLE_SECTORS_IN_HEADER = 109
_STREAM = 2


@dataclass(frozen=True)
class _Entry:
    """A stream or storage of the directory."""

    name: str
    kind: int
    start: int
    size: int


class CompoundFile:
    """
    The directory of a compound file and the content of its streams.

    References
    ----------
    Microsoft, [MS-CFB] Compound File Binary File Format, sections 2.2 to 2.6.
    """

    def __init__(self, content: bytes | mmap) -> None:
        with _refuse_damage():
            self._content = content
            self._sector = 1 << struct.unpack_from("<H", content, 30)[0]
            self._mini_sector = 1 << struct.unpack_from("<H", content, 32)[0]
            self._cutoff = struct.unpack_from("<I", content, 56)[0]
            self._table = self._read_table()
            directory = self._chain(struct.unpack_from("<I", content, 48)[0])
            self._entries = list(_read_entries(b"".join(directory)))

    @property
    def names(self) -> frozenset[str]:
        """Names of the streams and storages."""
        return frozenset(entry.name for entry in self._entries)

    def read(self, name: str) -> bytes:
        """Return the content of a stream; empty if there is none of the name."""
        found = [entry for entry in self._entries if (entry.name, entry.kind) == (name, _STREAM)]
        if not found:
            return b""
        entry = found[0]
        with _refuse_damage():
            in_sectors = entry.size >= self._cutoff
            sectors = self._chain(entry.start) if in_sectors else self._mini_chain(entry.start)
            return b"".join(sectors)[: entry.size]

    def _read_table(self) -> list[int]:
        """Return the sector that follows each sector."""
        numbers = list(struct.unpack_from(f"<{_TABLE_SECTORS_IN_HEADER}I", self._content, 76))
        following, n_more = struct.unpack_from("<II", self._content, 68)
        width = self._sector // 4
        for _ in range(min(n_more, len(self._content) // self._sector)):
            if following >= _END:
                break
            *more, following = struct.unpack(f"<{width}I", self._at(following))
            numbers += more
        used = (number for number in numbers if number < _END)
        return [n for number in used for n in struct.unpack(f"<{width}I", self._at(number))]

    def _at(self, number: int) -> bytes:
        """Return a sector; the last one may be cut."""
        start = _HEADER if self._sector == _HEADER else self._sector
        start += number * self._sector
        part = self._content[start : start + self._sector]
        if not part:
            raise IndexError(number)
        return part.ljust(self._sector, b"\0")

    def _chain(self, first: int) -> Iterator[bytes]:
        """Yield the sectors of a chain; a chain in a circle ends."""
        for number in _follow(first, self._table):
            yield self._at(number)

    def _mini_chain(self, first: int) -> Iterator[bytes]:
        """Yield the small sectors of a short stream, which lie in the root's stream."""
        root = self._entries[0]  # by definition
        small = b"".join(self._chain(root.start))
        raw = b"".join(self._chain(struct.unpack_from("<I", self._content, 60)[0]))
        table = list(struct.unpack(f"<{len(raw) // 4}I", raw))
        for number in _follow(first, table):
            yield small[number * self._mini_sector : (number + 1) * self._mini_sector]


@contextmanager
def _refuse_damage() -> Iterator[None]:
    """Say that a file is damaged where a number in it points outside of it."""
    try:
        yield
    except (struct.error, ValueError, IndexError):
        raise AreaError(DAMAGED, SAVE_AGAIN) from None


def _follow(first: int, table: list[int]) -> Iterator[int]:
    """Yield the numbers of a chain, each once at most."""
    number = first
    for _ in table:
        if number >= _END:
            return
        yield number
        number = table[number]


def _read_entries(directory: bytes) -> Iterator[_Entry]:
    """Yield the entries of a directory."""
    for at in range(0, len(directory) - _ENTRY + 1, _ENTRY):
        length, kind = struct.unpack_from("<HB", directory, at + 64)
        name = directory[at : at + max(length - 2, 0)].decode("utf-16-le", errors="replace")
        start, size = struct.unpack_from("<II", directory, at + 116)
        if kind:
            yield _Entry(name, kind, start, size)
