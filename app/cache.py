"""Studies are kept while the server runs: the same folder, date and seed are worked out once."""

import glob
import hashlib
import threading
import tomllib
from collections import OrderedDict
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

import streamlit as st

from app.study import Study, run_study
from data.errors import Message, XungeError
from data.folder import FILES, read_key
from data.line_layers import split_layer
from data.store.engine import store_revision

MAX_STUDIES = 4
Progress = Callable[[float, Message], None]
Key = tuple[str, str, date, int]


@dataclass
class Shelf:
    """The studies of this server, the least used first, and a lock: one is made at a time."""

    studies: OrderedDict[Key, Study] = field(default_factory=OrderedDict)
    lock: threading.Lock = field(default_factory=threading.Lock)


@st.cache_resource(show_spinner=False)
def _shelf() -> Shelf:
    """Return the shelf that all sessions share."""
    return Shelf()


def fingerprint(folder: Path) -> str:
    """Digest names, sizes and times of the files an area is read from, wherever they lie.

    Examples
    --------
    >>> fingerprint(Path("no such folder")) == fingerprint(Path("nor this"))
    True
    """
    digest = hashlib.sha256()
    for path in _files_of(folder):
        try:
            state = path.stat()
        except OSError:  # not there, or no longer: that is its state
            continue
        digest.update(f"{path.name}|{state.st_size}|{state.st_mtime_ns}\n".encode())
    return digest.hexdigest()


def _files_of(folder: Path) -> list[Path]:
    """List `area.toml`, the files that it names, and those that belong to them, as `.dbf` does."""
    spec = folder / "area.toml"
    try:
        named = tomllib.loads(spec.read_bytes().decode("utf-8-sig")).get("files", {})
    except (OSError, ValueError):  # reading the area will tell what is wrong with it
        named = {}
    named = named if isinstance(named, Mapping) else {}
    files = {spec}
    for name, usual in FILES.items():
        path, _ = split_layer(str(folder / str(named.get(name, usual))))
        files |= {path, *path.parent.glob(f"{glob.escape(path.stem)}.*")}
    return sorted(files)


def has_study(folder: Path, day: date, seed: int) -> bool:
    """Tell whether a study is at hand, so that nobody need wait."""
    return _key(folder, day, seed) in _shelf().studies


def get_study(folder: Path, day: date, seed: int, progress: Progress) -> Study:
    """
    Return the study of a folder, worked out now if need be; treat it as read-only.

    Raises
    ------
    XungeError
        If the folder, or a plan from it, cannot be made; nothing is kept then.
    """
    key, shelf = _key(folder, day, seed), _shelf()
    with shelf.lock:
        if key not in shelf.studies:
            shelf.studies[key] = run_study(folder, day=day, seed=seed, progress=progress)
            while len(shelf.studies) > MAX_STUDIES:
                shelf.studies.popitem(last=False)
        shelf.studies.move_to_end(key)
        return shelf.studies[key]


def forget(folder: Path, day: date, seed: int) -> None:
    """Let the next call work a study out anew."""
    _shelf().studies.pop(_key(folder, day, seed), None)


def _key(folder: Path, day: date, seed: int) -> Key:
    """Name a study by what it is made from."""
    return str(folder.resolve()), f"{fingerprint(folder)}-{_revision(folder)}", day, seed


def _revision(folder: Path) -> int:
    """Return the state of the area's store; 0 where the area cannot be read, as it will tell."""
    try:
        return store_revision(folder, read_key(folder))
    except XungeError:
        return 0
