"""Zip archives at the door: what is packed in them, and whether it would flood the memory."""

import copy
import struct
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from data.errors import N_, AreaError, Message
from data.ledger.refusals import DAMAGED, LOCKED, SAVE_AGAIN, UNLOCK

MOST_UNPACKED = 1 << 30
"""Bytes of all members together."""
_HARMLESS = 100 << 20
_DENSEST = 60
"""Above `_HARMLESS` bytes, more than so many bytes out of one is a bomb: sheets pack 5 to 20."""
_MOST_MEMBERS = 10_000
_BLOCK = 1 << 20
_LOCKED = 0x1

_TRUST = N_("If you trust the file, open it in WPS or Excel and save only the sheet as CSV UTF-8.")
_ERRORS = (zipfile.BadZipFile, zlib.error, EOFError, OSError, NotImplementedError, struct.error)


@contextmanager
def open_archive(path: Path) -> Iterator[zipfile.ZipFile]:
    """Open an archive, and say in plain words if it is damaged."""
    try:
        with zipfile.ZipFile(path) as archive:
            yield archive
    except AreaError:
        raise
    except (*_ERRORS, ValueError, RuntimeError, LookupError):
        raise AreaError(DAMAGED, SAVE_AGAIN) from None


def check_archive(path: Path) -> None:
    """
    Refuse an archive that unpacks to more than it says, or to more than memory can hold.

    Sizes in the directory of an archive are claims; each member is unpacked, piece by piece and
    without being kept, until its size is known. Archives inside it are never opened.

    Raises
    ------
    AreaError
        If it is a bomb, locked or damaged.
    """
    with open_archive(path) as archive:
        members = archive.infolist()
        _refuse_bomb(sum(member.file_size for member in members), path.stat().st_size)
        if len(members) > _MOST_MEMBERS:
            raise AreaError(N_("The archive has too many members."), SAVE_AGAIN)
        if any(member.flag_bits & _LOCKED for member in members):
            raise AreaError(LOCKED, UNLOCK)
        n_unpacked = 0
        for member in members:
            claimed = n_unpacked + member.file_size
            for block in unpack(archive, member):
                n_unpacked += len(block)
                if n_unpacked > claimed:
                    raise _bomb()
            if n_unpacked != claimed:
                raise AreaError(DAMAGED, SAVE_AGAIN)


def unpack(archive: zipfile.ZipFile, member: zipfile.ZipInfo) -> Iterator[bytes]:
    """Yield the content of a member to its true end, whatever size the directory claims."""
    endless = copy.copy(member)
    endless.file_size = 1 << 62
    with archive.open(endless) as file:
        while block := file.read(_BLOCK):
            yield block


def _refuse_bomb(n_unpacked: int, n_packed: int) -> None:
    """Refuse what unpacks to too much, or to much more than it is."""
    if n_unpacked > MOST_UNPACKED:
        raise AreaError(
            Message.of(N_("It unpacks to more than {n} MB."), n=MOST_UNPACKED >> 20), _TRUST
        )
    if n_unpacked > _HARMLESS and n_unpacked > _DENSEST * n_packed:
        raise _bomb()


def _bomb() -> AreaError:
    return AreaError(
        N_("It is packed so densely that unpacking it would flood the memory: a zip bomb."), _TRUST
    )
