"""Make an area folder out of files that lie somewhere else."""

import hashlib
import json
import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from datetime import date
from pathlib import Path

import pandas as pd

from data.area import Area, read_area
from data.demo import LABEL, draw_incidents
from data.errors import N_, AreaError, Fault, FaultList, Message, XungeError
from data.filling import NO_INCIDENTS
from data.frames import incident_frame
from data.line_layers import split_layer
from data.sources import (
    Sources,
    copy_areas,
    copy_incidents,
    copy_key_points,
    copy_network,
    copy_staffing,
    write_table,
)

CELL_SIZES_M = (50, 100, 150, 200, 250, 300, 400, 500, 1000)
MOST_CELLS = 3000
"""A few hundred incidents on more cells than this leave nothing that a test could find."""
DEMO_UNTIL = date(2026, 11, 15)
"""Last day of invented incidents where none is given: the same command makes the same folder."""


def create_area(out: Path, sources: Sources) -> Area:
    """
    Write a new area folder, or nothing at all, and return the area as read back from it.

    Parameters
    ----------
    out
        The folder to make; it must not exist, or be empty.
    sources
        The files to build it from. Tables keep the columns that we know and no others.

    Returns
    -------
    area
        The new folder's area.

    Raises
    ------
    AreaError
        If the folder is not empty, or anything is wrong with a file.
    """
    if out.exists() and (not out.is_dir() or any(out.iterdir())):
        faults = FaultList(str(out))
        faults.add(N_("There is already something here."), N_("Name a folder that does not exist."))
        faults.raise_if_any(AreaError)
    with _parents_of(out), tempfile.TemporaryDirectory(dir=out.parent, prefix=".new-") as scratch:
        folder = Path(scratch) / out.name
        folder.mkdir()
        _fill(folder, sources)
        if out.exists():
            out.rmdir()
        folder.rename(out)
    return read_area(out)


@contextmanager
def _parents_of(out: Path) -> Iterator[None]:
    """Make the folders above `out`, and remove them again if it does not come to be."""
    missing = [folder for folder in out.parents if not folder.exists()]
    try:
        out.parent.mkdir(parents=True, exist_ok=True)
        yield
    finally:
        made = [] if out.exists() else [folder for folder in missing if folder.is_dir()]
        for folder in made:
            folder.rmdir()


@contextmanager
def _under_own_names(names: Mapping[str, str]) -> Iterator[None]:
    """Give faults of our copies (keys) the names of the files that were copied (values)."""
    try:
        yield
    except XungeError as error:
        faults = [replace(f, file=names.get(f.file or "", f.file)) for f in error.faults]
        raise AreaError(faults) from error


def _fill(folder: Path, sources: Sources) -> None:
    """Write every file of the area; faults of all sources are raised together."""
    faults: list[Fault] = []
    key_points = sources.network if sources.key_points_from_osm else sources.key_points
    jobs: tuple[tuple[str, str | None, Callable[[str], str]], ...] = (
        ("network", sources.network, lambda path: copy_network(path, folder)),
        ("boundary", sources.boundary, lambda path: copy_areas(path, folder, "boundary")),
        ("communities", sources.communities, lambda path: copy_areas(path, folder, "communities")),
        ("key_points", key_points, lambda path: copy_key_points(path, folder, sources)),
        ("staffing", sources.staffing, lambda path: copy_staffing(path, folder)),
        ("incidents", sources.incidents, lambda path: copy_incidents(path, folder, sources)),
    )
    written, own_names = {}, {}
    for name, path, write in jobs:
        if path is None:
            continue
        try:
            written[name] = write(path)
            own_names[written[name]] = split_layer(path)[0].name
        except XungeError as error:
            faults.extend(error.named(split_layer(path)[0].name))
    if faults:
        raise AreaError(faults)
    _write_spec(folder, sources, written)
    with _under_own_names(own_names):
        if sources.demo_incidents and sources.incidents is None:
            _write_demo(folder, sources)
        _fit_cells(folder)


def _write_spec(folder: Path, sources: Sources, written: Mapping[str, str]) -> None:
    """Write `area.toml`; every setting that it does not name keeps its default."""
    demo = bool(sources.demo_incidents and sources.incidents is None)
    name = sources.name or folder.name
    lines = [
        f"name = {json.dumps(name + (f'（{LABEL}）' if demo else ''), ensure_ascii=False)}",
        f"timezone = {json.dumps(sources.timezone)}",
        f"demo = {str(demo).lower()}",
        "",
        "[files]",
        *(f"{key} = {json.dumps(file)}" for key, file in written.items()),
        *(['incidents = "incidents.csv"'] if demo else []),
    ]
    if sources.base is not None:
        lon, lat = sources.base
        lines += ["", "[base]", f"lon = {lon}", f"lat = {lat}"]
    if sources.teams is not None:
        lines += ["", "[patrol]", f"default_teams = {sources.teams}"]
    (folder / "area.toml").write_text("\n".join([*lines, ""]), encoding="utf-8")


def _write_demo(folder: Path, sources: Sources) -> None:
    """Write invented incidents near the area's own key points."""
    table = pd.DataFrame({column: [] for column in ("occurred_from", "lon", "lat")}, dtype=str)
    write_table(table, folder, "incidents")
    area = read_area(folder)
    until = sources.until or DEMO_UNTIL
    invented = _invent(area, sources.demo_incidents, seed=sources.seed, until=until)
    write_table(invented, folder, "incidents")


def _fit_cells(folder: Path) -> None:
    """Write a larger cell size where the usual one would give more cells than a test can judge."""
    area = read_area(folder)
    usual = area.settings.analysis.cell_size_m
    sizes = (size for size in CELL_SIZES_M if area.boundary.area / size**2 <= MOST_CELLS)
    size = next(sizes, CELL_SIZES_M[-1])
    if size > usual:
        with (folder / "area.toml").open("a", encoding="utf-8") as spec:
            spec.write(f"\n[analysis]\ncell_size_m = {size}\n")


def _invent(area: Area, n: int, *, seed: int, until: date) -> pd.DataFrame:
    """Draw invented incidents near the key points of an area."""
    if n < 1:
        raise AreaError(
            Message.of(N_("{n} incidents cannot be invented."), n=n),
            N_("Ask for at least one."),
        )
    if area.gates.empty:
        raise AreaError(
            N_("Invented incidents lie near key points, and the area has none."),
            N_("Give key points, or a ledger of incidents."),
        )
    return draw_incidents(area.gates, n, seed=seed, until=until)


def add_demo_incidents(area: Area, n: int, *, seed: int, until: date = DEMO_UNTIL) -> Area:
    """
    Return the area with invented incidents, labelled 演示数据, if it has none of its own.

    Parameters
    ----------
    area
        An area; one with incidents is returned as it is.
    n
        How many to invent, at least 1.
    seed
        Same seed, same incidents.
    until
        Their last day.

    Returns
    -------
    area
        A notice says how many are invented, and `content_hash` tells n, seed and date apart.

    Raises
    ------
    AreaError
        If the area has no key point near which they could lie, or n is not positive.

    Examples
    --------
    `tests/data/test_new_area.py` fills a small area.
    """
    if len(area.incidents):
        return area
    faults = FaultList()
    table = _invent(area, n, seed=seed, until=until)
    incidents, _, _ = incident_frame(table, area.timezone, faults)
    faults.raise_if_any(AreaError)
    invented = Message.of(N_("{n} incidents are invented (seed {seed})."), n=n, seed=seed)
    kept = [notice for notice in area.notices if notice != NO_INCIDENTS]
    content = f"{area.content_hash} {n} {seed} {until}"
    return replace(
        area,
        name=area.name if area.demo else f"{area.name}（{LABEL}）",
        demo=True,
        incidents=incidents.to_crs(area.crs),
        shifts=area.settings.shifts,
        notices=(*kept, invented),
        content_hash=hashlib.sha256(content.encode()).hexdigest(),
    )
