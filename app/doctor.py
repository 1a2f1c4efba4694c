"""Checks that the installation can do its work, each with what to do if it cannot."""

import platform
import sys
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from data.cache import cache_folder
from data.errors import N_, Message

OLDEST_PYTHON = (3, 11)


@dataclass(frozen=True)
class Check:
    """One finding of the doctor."""

    passed: bool
    message: Message


def xunge_version() -> str:
    """Return the installed version.

    Examples
    --------
    >>> xunge_version().count(".")
    2
    """
    return version("xunge")


def run_checks() -> Iterator[Check]:
    """Check Python, the packages, the cache folder and the message catalogues."""
    yield Check(
        sys.version_info[:2] >= OLDEST_PYTHON,
        Message.of(
            N_("Python {version} on {machine}"),
            version=platform.python_version(),
            machine=platform.machine(),
        ),
    )
    for package in ("pyvrp", "highspy", "osmnx", "osmium", "streamlit", "folium-offline"):
        yield _check_package(package)
    yield _check(N_("The cache folder {path} can be written."), cache_folder(), _can_write)
    locales = Path(__file__).parent / "locales"
    yield _check(N_("The message catalogues in {path} are there."), locales, _has_catalogues)


def _check_package(name: str) -> Check:
    try:
        found = version(name)
    except PackageNotFoundError:
        return Check(False, Message.of(N_("{name} is missing; run: make app"), name=name))  # noqa: FBT003
    return Check(True, Message.of(N_("{name} {version}"), name=name, version=found))  # noqa: FBT003


def _check(text: str, path: Path, holds: Callable[[Path], bool]) -> Check:
    return Check(holds(path), Message.of(text, path=path))


def _can_write(folder: Path) -> bool:
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder):
            return True
    except OSError:
        return False


def _has_catalogues(folder: Path) -> bool:
    return all((folder / code / "LC_MESSAGES" / "xunge.mo").is_file() for code in ("zh", "en"))
