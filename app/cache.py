"""Studies are kept while the server runs: the same folder, date and seed are worked out once."""

import hashlib
import threading
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

import streamlit as st

from app.study import Study, run_study
from data.errors import Message

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
    """Digest the names, sizes and times of a folder's files: it changes when one of them does.

    Examples
    --------
    >>> fingerprint(Path("no such folder")) == fingerprint(Path("nor this"))
    True
    """
    digest = hashlib.sha256()
    files = sorted(folder.glob("*")) if folder.is_dir() else []
    for path in files:
        if path.is_file():
            state = path.stat()
            digest.update(f"{path.name}|{state.st_size}|{state.st_mtime_ns}\n".encode())
    return digest.hexdigest()


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
    return str(folder.resolve()), fingerprint(folder), day, seed
