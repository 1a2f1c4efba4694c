"""The arrows between the packages point one way."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
# package -> what it may import of ours; routing/demand.py alone may look at spatial
MAY_IMPORT = {
    "data": {"data"},
    "spatial": {"spatial", "data"},
    "routing": {"routing", "data"},
    "reports": {"reports", "routing", "spatial", "data"},
    "app": {"app", "reports", "routing", "spatial", "data"},
}
ONLY_IN_APP = {"streamlit", "streamlit_folium", "folium", "branca", "offlinefolium"}
EXCEPTIONS = {("routing/demand.py", "spatial")}


def imported_roots(file: Path) -> Iterator[str]:
    """Name the top-level package of every import in a file."""
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name.split(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield node.module.split(".")[0]


def sources(package: str) -> list[Path]:
    """List the modules of a package."""
    return sorted((ROOT / package).rglob("*.py"))


@pytest.mark.parametrize("package", MAY_IMPORT)
def test_arrows_point_one_way(package: str) -> None:
    """A package imports only itself and what lies below it."""
    wrong = [
        f"{name} imports {root}"
        for file in sources(package)
        for name in [file.relative_to(ROOT).as_posix()]
        for root in set(imported_roots(file)) & set(MAY_IMPORT)
        if root not in MAY_IMPORT[package] and (name, root) not in EXCEPTIONS
    ]
    assert sources(package)
    assert wrong == []


@pytest.mark.parametrize("package", ["data", "spatial", "routing", "reports"])
def test_nothing_below_app_knows_the_screen(package: str) -> None:
    """Nothing below `app` imports Streamlit or Folium."""
    wrong = [
        f"{file.relative_to(ROOT)} imports {root}"
        for file in sources(package)
        for root in set(imported_roots(file)) & ONLY_IN_APP
    ]
    assert wrong == []


def test_the_entry_script_is_short() -> None:
    """`streamlit_app.py` is a frame of at most 40 lines; what it shows lives in `app`."""
    assert len((ROOT / "streamlit_app.py").read_text(encoding="utf-8").splitlines()) <= 40


def test_tests_hide_no_package() -> None:
    """No `__init__.py` under `tests/`: it would hide the package of the same name."""
    assert list((ROOT / "tests").rglob("__init__.py")) == []


def test_no_address_in_the_locks() -> None:
    """The locks carry versions and hashes, never the address of a server."""
    for lock in ("requirements.lock", "requirements-dev.lock"):
        text = (ROOT / lock).read_text(encoding="utf-8")
        assert "--hash=sha256:" in text
        assert "://" not in text
