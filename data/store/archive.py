"""Backup files: a zip with a manifest that names every member, its size and its SHA-256."""

import hashlib
import json
import shutil
import zipfile
import zlib
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path, PurePosixPath
from typing import Any

from data.errors import N_, Message
from data.store.column_types import to_json
from data.store.errors import StoreError

FORMAT = "xunge-backup"
FORMAT_VERSION = 1
MANIFEST = "manifest.json"
MOST_MEMBERS = 1000
MOST_MANIFEST_BYTES = 2**20
MOST_RATIO = 1000
"""A member that unpacks to more than this many times its size is a bomb; deflate reaches 1,032."""
_BLOCK = 2**20
_OTHER = N_("This is not a backup of this program.")
_CHOOSE = N_("Choose a file that xunge backup wrote.")


def write_archive(
    target: Path, members: Mapping[str, Path], told: Mapping[str, Any], *, now: datetime
) -> None:
    """
    Write files into a zip, with a manifest of their sizes and hashes.

    Parameters
    ----------
    target
        Must not be there yet.
    members
        Name in the archive, with slashes -> file.
    told
        What else the manifest says.
    now
        Moment that the archive bears.
    """
    listed = {}
    with zipfile.ZipFile(target, "x", zipfile.ZIP_DEFLATED, compresslevel=3) as archive:
        for name, path in members.items():
            info = zipfile.ZipInfo(name, now.timetuple()[:6])
            info.compress_type = zipfile.ZIP_DEFLATED
            digest = hashlib.sha256()
            with path.open("rb") as source, archive.open(info, "w", force_zip64=True) as member:
                while block := source.read(_BLOCK):
                    digest.update(block)
                    member.write(block)
            listed[name] = {"bytes": path.stat().st_size, "sha256": digest.hexdigest()}
        manifest = {**told, "format": FORMAT, "format_version": FORMAT_VERSION, "members": listed}
        archive.writestr(MANIFEST, to_json(manifest))


def read_manifest(path: Path) -> dict[str, Any]:
    """
    Read what a backup says of itself, and check that it holds just that.

    Raises
    ------
    StoreError
        If the file is no backup, is damaged, comes from a newer program, or holds names or sizes
        that no backup has.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            return _check(archive)
    except FileNotFoundError:
        raise StoreError(
            Message.of(N_("There is no file {file}."), file=path.name), _CHOOSE
        ) from None
    except (zipfile.BadZipFile, zlib.error, ValueError, KeyError, TypeError, OSError) as error:
        if isinstance(error, StoreError):
            raise
        raise StoreError(_OTHER, _CHOOSE) from None


def extract(path: Path, manifest: Mapping[str, Any], folder: Path) -> dict[str, Path]:
    """
    Unpack a checked backup, and compare every member with its hash.

    Parameters
    ----------
    manifest
        As `read_manifest` gives it.
    folder
        Where to unpack, empty.

    Returns
    -------
    members
        Name -> file.

    Raises
    ------
    StoreError
        If a member is not what the manifest says, or the disk is too small.
    """
    need = sum(member["bytes"] for member in manifest["members"].values())
    if need > shutil.disk_usage(folder).free:
        raise StoreError(N_("The disk is full."), N_("Make room on it and try again."))
    members = {}
    with zipfile.ZipFile(path) as archive:
        for number, (name, said) in enumerate(manifest["members"].items()):
            members[name] = folder / str(number)  # never under a name that stands in the archive
            if _unpack(archive, name, members[name]) != said["sha256"]:
                raise damaged_backup()
    return members


def damaged_backup() -> StoreError:
    """Say that a backup cannot be used."""
    return StoreError(
        N_("The backup is damaged."), N_("Take another copy of it. Nothing was changed.")
    )


def hash_file(path: Path) -> str:
    """Return the SHA-256 of a file."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _unpack(archive: zipfile.ZipFile, name: str, target: Path) -> str:
    """Unpack a member and return its hash."""
    digest = hashlib.sha256()
    try:
        with archive.open(name) as source, target.open("wb") as file:
            while block := source.read(_BLOCK):
                digest.update(block)
                file.write(block)
    except (zipfile.BadZipFile, zlib.error, EOFError) as error:
        raise damaged_backup() from error
    return digest.hexdigest()


def _check(archive: zipfile.ZipFile) -> dict[str, Any]:
    """Read the manifest of an open archive and compare it with the list of members."""
    infos = {info.filename: info for info in archive.infolist()}
    head = infos.get(MANIFEST)
    if head is None or head.file_size > MOST_MANIFEST_BYTES or len(infos) > MOST_MEMBERS:
        raise StoreError(_OTHER, _CHOOSE)
    manifest: dict[str, Any] = json.loads(archive.read(MANIFEST))
    if manifest["format"] != FORMAT:
        raise StoreError(_OTHER, _CHOOSE)
    if manifest["format_version"] > FORMAT_VERSION:
        raise StoreError(
            N_("The backup was made by a newer version of the program."),
            N_("Install that version. Nothing was changed."),
        )
    members = manifest["members"]
    listed = {name: info for name, info in infos.items() if name != MANIFEST}
    fits = len(infos) == len(archive.infolist()) and set(listed) == set(members)
    if not fits or not all(_is_sound(listed[name], members[name]) for name in members):
        raise damaged_backup()
    return manifest


def _is_sound(info: zipfile.ZipInfo, said: Mapping[str, Any]) -> bool:
    """Tell whether a member has the size that the manifest says, and a harmless name."""
    parts = PurePosixPath(info.filename).parts
    harmless = not info.filename.startswith("/") and ".." not in parts
    harmless &= not any(sign in info.filename for sign in ("\\", ":", "\x00"))
    bomb = info.file_size > MOST_RATIO * max(info.compress_size, _BLOCK // MOST_RATIO)
    encrypted = info.flag_bits & 1
    return harmless and not bomb and not encrypted and info.file_size == said["bytes"]
