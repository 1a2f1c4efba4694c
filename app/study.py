"""One study from folder to files: the same steps for the pages and for the command line."""

import shutil
import tempfile
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd

from app.i18n import in_language, t
from app.maps.document import map_html
from data.area import Area, read_area
from data.errors import N_, AreaError, FaultList, Message
from data.new_area import add_demo_incidents
from data.profiles import build_profile
from reports.bundle import describe, write_bundle
from routing.booths import BoothPlan, plan_booths
from routing.plan import PatrolPlan, plan_patrols
from spatial.facility import count_in_communities, count_near_key_points, walking_distances
from spatial.hotspots import HotspotAnalysis, find_hotspots

Progress = Callable[[float, Message], None]


@dataclass(frozen=True)
class Study:
    """Everything that a page or a file shows of one area on one day."""

    area: Area
    hotspots: HotspotAnalysis
    key_point_table: pd.DataFrame
    """Index `key_point_id`: `name, category, n_<shift>…, n`, incidents near any of its gates."""
    community_table: pd.DataFrame
    """Index `community_id`: `name`, incidents inside by shift, and how many lie near a gate."""
    plan: PatrolPlan
    booths: BoothPlan
    day: date
    seed: int


def today() -> date:
    """Return the day on this machine's clock."""
    return datetime.now(tz=UTC).astimezone().date()


def run_study(
    folder: Path,
    *,
    day: date,
    seed: int = 0,
    demo_incidents: int = 0,
    period_weeks: int | None = None,
    progress: Progress | None = None,
) -> Study:
    """
    Read an area, find its hotspots, plan its patrols and propose its booths.

    Parameters
    ----------
    folder
        The area folder.
    day
        The day to plan for.
    seed
        Same folder, day and seed: same study.
    demo_incidents
        How many incidents to invent where the area has none.
    period_weeks
        Use the last so many weeks of incidents; None takes the area's setting.
    progress
        Called with the share done, in [0, 1], and what is being done.

    Raises
    ------
    XungeError
        If the area, or a plan for it, is faulty.
    """
    tell = progress or (lambda _share, _message: None)
    tell(0.0, Message.of(N_("Reading the area")))
    area = read_area(folder)
    if demo_incidents:
        area = add_demo_incidents(area, demo_incidents, seed=seed)
    tell(0.2, Message.of(N_("Finding hotspots")))
    hotspots = _find(area, period_weeks)
    key_point_table, community_table = _overlay(area, hotspots)
    tell(0.35, Message.of(N_("Planning patrols")))
    plan = plan_patrols(
        area,
        hotspots.hotspots,
        date=day,
        seed=seed,
        progress=lambda share, message: tell(0.35 + 0.5 * share, message),
    )
    tell(0.85, Message.of(N_("Siting booths")))
    booths = plan_booths(area, plan.stops)
    tell(1.0, Message.of(N_("Done")))
    return Study(area, hotspots, key_point_table, community_table, plan, booths, day, seed)


def _find(area: Area, period_weeks: int | None) -> HotspotAnalysis:
    """Find hotspots in the boundary and a margin: a gate just outside is one of the area's."""
    analysis = area.settings.analysis
    if period_weeks is not None:
        analysis = replace(analysis, period_weeks=period_weeks)
    return find_hotspots(
        area.incidents,
        mask=area.boundary.buffer(analysis.edge_buffer_m),
        shifts=area.shifts,
        analysis=analysis,
        streets=gpd.GeoSeries(
            [data["geometry"] for *_, data in area.streets.edges(data=True)], crs=area.crs
        ),
    )


def _overlay(area: Area, hotspots: HotspotAnalysis) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Count the incidents near key points, along the streets, and in communities."""
    near_m = area.settings.analysis.near_facility_m
    incidents = area.incidents.loc[hotspots.parts.index]
    walkable = build_profile(area.streets, "foot", area.shifts[0], area.settings.streets)
    distance_m = walking_distances(walkable, area.gates, incidents, near_m)
    key_points = count_near_key_points(
        area.key_points, area.gates, hotspots.parts, distance_m, near_m
    )
    near = np.any(distance_m <= near_m, axis=0)
    communities = count_in_communities(area.communities, incidents, hotspots.parts, near)
    return (
        area.key_points[["name", "category"]].join(key_points),
        area.communities[["name"]].join(communities),
    )


def write_study(study: Study, out: Path, *, language: str = "zh") -> None:
    """
    Write every file of a study into `out`, or leave `out` as it was.

    Raises
    ------
    AreaError
        If `out` holds something that is not an earlier plan, which would be lost.
    """
    _check_replaceable(out)
    out.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=out.parent, prefix=".plan-") as scratch:
        folder = Path(scratch) / "plan"
        folder.mkdir()
        with in_language(language):
            _fill(study, folder, language)
        if out.exists():
            shutil.rmtree(out)
        folder.rename(out)


def _fill(study: Study, folder: Path, language: str) -> None:
    manifest = describe(
        study.area,
        study.plan,
        day=study.day,
        seed=study.seed,
        now=datetime.now(tz=UTC),
        notes=study.hotspots.notes,
        translate=t,
    )
    write_bundle(
        folder,
        area=study.area,
        hotspots=study.hotspots.hotspots,
        plan=study.plan,
        booths=study.booths,
        manifest=manifest,
        translate=t,
    )
    (folder / "map.html").write_text(map_html(study, language), encoding="utf-8")


def _check_replaceable(out: Path) -> None:
    """Refuse to replace a folder that holds anything but an earlier plan."""
    if (
        not out.exists()
        or (out.is_dir() and not any(out.iterdir()))
        or (out / "plan.json").is_file()
    ):
        return
    faults = FaultList(str(out))
    faults.add(
        N_("There is something here that is not an earlier plan."),
        N_("Name another folder, or empty this one."),
    )
    faults.raise_if_any(AreaError)
