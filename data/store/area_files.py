"""The files of an area folder, as a backup takes them along and puts them back."""

import shutil
import tomllib
from collections.abc import Mapping
from pathlib import Path

from data.errors import N_, Message
from data.folder import FILES
from data.line_layers import split_layer
from data.store.errors import StoreError

SPEC = "area.toml"
PREFIX = "area/"
"""Under which they stand in the archive."""
SIDE_FILES = (".dbf", ".prj", ".cpg", ".shx")
"""What belongs to a shapefile."""


def take_files(folder: Path) -> tuple[dict[str, Path], tuple[str, ...]]:
    """
    List the files that `area.toml` names, and those that bear a usual name.

    Parameters
    ----------
    folder
        The area.

    Returns
    -------
    members, left_out
        Name in an archive -> file; and the entries that lie outside the folder, which nobody could
        put back.
    """
    members: dict[str, Path] = {}
    left_out = []
    root = folder.resolve()
    for entry in dict.fromkeys([SPEC, *_named(folder), *FILES.values()]):
        file = split_layer(str(folder / entry))[0]
        if not file.resolve().is_relative_to(root):
            left_out.append(entry)
            continue
        for path in (file, *(file.with_suffix(suffix) for suffix in SIDE_FILES)):
            belongs = path == file or file.suffix.lower() == ".shp"
            if belongs and path.is_file():
                name = path.resolve().relative_to(root).as_posix()
                members[PREFIX + name] = path
    return members, tuple(left_out)


def put_files(members: Mapping[str, Path], folder: Path) -> tuple[str, ...]:
    """
    Put files back into an area folder, each in one stroke.

    Parameters
    ----------
    members
        Name in an archive -> unpacked file; names were checked when the archive was.
    folder
        The area; made if it is not there.

    Returns
    -------
    names
        The files written; those that were the same already are not among them.
    """
    written = []
    for name, source in members.items():
        if not name.startswith(PREFIX):
            continue
        target = folder / name.removeprefix(PREFIX)
        if target.is_file() and target.read_bytes() == source.read_bytes():
            continue
        target.parent.mkdir(parents=True, exist_ok=True)
        part = target.with_name(f".{target.name}.part")
        shutil.copyfile(source, part)
        part.replace(target)
        written.append(target.name)
    return tuple(written)


def refuse_other_files(members: Mapping[str, Path], folder: Path) -> None:
    """
    Raise an error if a file of the folder would be replaced by another one.

    Raises
    ------
    StoreError
        If a file says something else than the one of the same name in the archive.
    """
    for name, source in members.items():
        target = folder / name.removeprefix(PREFIX)
        if (
            name.startswith(PREFIX)
            and target.exists()
            and target.read_bytes() != source.read_bytes()
        ):
            raise StoreError(
                Message.of(N_("{file} in this folder is another one."), file=target.name),
                N_("Restore into an empty folder, or agree to replace what is there."),
            )


def _named(folder: Path) -> list[str]:
    """List the entries of `[files]` of `area.toml`; a faulty file names none, and goes along."""
    try:
        spec = tomllib.loads((folder / SPEC).read_bytes().decode("utf-8-sig"))
    except (OSError, tomllib.TOMLDecodeError, UnicodeDecodeError):
        return []
    files = spec.get("files", {})
    return [str(entry) for entry in files.values()] if isinstance(files, Mapping) else []
