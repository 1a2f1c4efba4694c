"""The bytes of a text file, packed or not."""

import gzip
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, cast

_BLOCK = 1 << 20
_HEAD = 1 << 16


@dataclass(frozen=True)
class TextSource:
    """A text file, perhaps compressed."""

    path: Path
    gzipped: bool = False

    def blocks(self) -> Iterator[bytes]:
        """Yield the content piece by piece."""
        with self._open() as file:
            while block := file.read(_BLOCK):
                yield block

    def lines(self) -> Iterator[bytes]:
        """Yield the content line by line."""
        with self._open() as file:
            yield from file

    def head(self, size: int = _HEAD) -> bytes:
        """Return the first bytes."""
        with self._open() as file:
            return file.read(size)

    def _open(self) -> BinaryIO:
        if self.gzipped:
            return cast("BinaryIO", gzip.open(self.path, "rb"))  # the caller closes
        return self.path.open("rb")
