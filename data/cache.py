"""Prepared networks kept on disk, outside the project, under the hash of what made them."""

import hashlib
import os
import tempfile
from pathlib import Path
from zipfile import BadZipFile

import numpy as np
import platformdirs
from numpy.typing import NDArray

Arrays = dict[str, NDArray[np.generic]]


def cache_folder(given: Path | None = None) -> Path:
    """
    Return the folder for prepared data: `given`, else XUNGE_CACHE_DIR, else the user's cache.

    Examples
    --------
    >>> cache_folder(Path("elsewhere")).name
    'elsewhere'
    """
    named = given or os.environ.get("XUNGE_CACHE_DIR")
    return Path(named) if named else Path(platformdirs.user_cache_dir("xunge", appauthor=False))


def content_key(content: bytes, *parts: object) -> str:
    """
    Return the hash under which something made from `content` and `parts` is kept.

    Examples
    --------
    >>> content_key(b"streets", "EPSG:32650") == content_key(b"streets", "EPSG:32651")
    False
    """
    digest = hashlib.sha256(content)
    for part in parts:
        digest.update(b"\0" + repr(part).encode())
    return digest.hexdigest()


def load_arrays(folder: Path, key: str) -> Arrays | None:
    """Return the arrays kept under `key`; None if there are none or the file is damaged."""
    try:
        with (folder / f"{key}.npz").open("rb") as file, np.load(file) as stored:
            return dict(stored)
    except (OSError, ValueError, EOFError, BadZipFile):
        return None


def save_arrays(folder: Path, key: str, arrays: Arrays) -> None:
    """Keep arrays under `key`, whole or not at all; a folder that refuses costs only time."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile(dir=folder, suffix=".part", delete=False) as part:
            np.savez_compressed(part, allow_pickle=False, **arrays)
        Path(part.name).replace(folder / f"{key}.npz")
    except OSError:
        return
