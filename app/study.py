"""One study from folder to files: the same steps for the pages and for the command line."""

import tempfile
from collections.abc import Callable
from dataclasses import asdict, dataclass, replace
from datetime import UTC, date, datetime
from importlib.metadata import version
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd

from app.i18n import in_language, t
from app.maps.document import map_html
from app.tables import visit_csv
from data.area import Area, read_area
from data.errors import N_, AreaError, FaultList, Message
from data.new_area import add_demo_incidents
from data.profiles import build_profile
from data.store.engine import open_store, store_url
from data.store.runs import save_run
from reports.bundle import BUNDLE_FILES, describe, write_bundle
from routing.booth_report import RINGS_MIN
from routing.booths import BoothPlan, plan_booths
from routing.plan import PatrolPlan, plan_patrols
from routing.reach import reached_streets
from spatial.facility import count_in_communities, count_near_key_points, walking_distances
from spatial.hotspots import HotspotAnalysis, find_hotspots
from spatial.trend import Trend, compare_recent
from spatial.units import AREA

PLAN_FILES = frozenset({*BUNDLE_FILES, "map.html", "timetable.csv"})
"""Everything that a plan's folder holds."""
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
    trend: Trend
    """The last weeks beside the weeks before them."""
    reach: list[gpd.GeoSeries]
    """Streets within each ring of `RINGS_MIN` on foot from the booths, existing and proposed."""
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
    area = read_area(folder, on=day)
    if demo_incidents:
        area = add_demo_incidents(area, demo_incidents, seed=seed)
    tell(0.2, Message.of(N_("Finding hotspots")))
    hotspots = _find(area, period_weeks)
    # a drawn area is no place to stand at
    places = _find(area, period_weeks, unit="cell") if hotspots.units.kind == AREA else hotspots
    key_point_table, community_table = _overlay(area, hotspots)
    tell(0.35, Message.of(N_("Planning patrols")))
    plan = plan_patrols(
        area,
        places.hotspots,
        date=day,
        seed=seed,
        progress=lambda share, message: tell(0.35 + 0.5 * share, message),
    )
    tell(0.85, Message.of(N_("Siting booths")))
    booths = plan_booths(area, plan.stops)
    _keep_run(area, plan, day=day, seed=seed)
    tell(1.0, Message.of(N_("Done")))
    return Study(
        area=area,
        hotspots=hotspots,
        key_point_table=key_point_table,
        community_table=community_table,
        plan=plan,
        booths=booths,
        trend=_compare(area, hotspots),
        reach=reached_streets(area, booths.booths.geometry, RINGS_MIN),
        day=day,
        seed=seed,
    )


def _keep_run(area: Area, plan: PatrolPlan, *, day: date, seed: int) -> None:
    """Keep what the figures were made of, so that they can be traced to their rows later."""
    if not area.seq:  # nothing of it is from a store
        return
    with open_store(store_url(area.folder)) as store:
        save_run(
            store,
            area.key,
            kind="plan",
            settings={**asdict(area.settings), "date": day.isoformat()},
            data_hash=area.content_hash,
            seq=area.seq,
            seed=seed,
            version=version("xunge"),
            headline=plan.headline,
            now=datetime.now(tz=UTC),
        )


def _find(area: Area, period_weeks: int | None, unit: str | None = None) -> HotspotAnalysis:
    """Find hotspots in the boundary and a margin: a gate just outside is one of the area's."""
    analysis = area.settings.analysis
    if unit is not None:
        analysis = replace(analysis, unit=unit)
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
        areas=area.communities,
        graph=area.streets,
    )


def _compare(area: Area, hotspots: HotspotAnalysis) -> Trend:
    """Compare the last weeks of the incidents that were analysed with those before."""
    analysis = area.settings.analysis
    return compare_recent(
        area.incidents.loc[hotspots.parts.index, "occurred_from"],
        end=hotspots.period[1],
        recent_weeks=analysis.hot_period_weeks,
        baseline_weeks=analysis.baseline_weeks,
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
        If `out` cannot be written, or holds anything but an earlier plan, which would be lost.
    """
    check_output(out)
    target = out.resolve()
    with tempfile.TemporaryDirectory(dir=target.parent, prefix=".plan-") as scratch:
        folder, old = Path(scratch) / "new", Path(scratch) / "old"
        folder.mkdir()
        with in_language(language):
            _fill(study, folder, language)
        if target.exists():
            target.rename(old)
        try:
            folder.rename(target)
        except OSError:
            # put back what was there; a plan that cannot be replaced is better than none
            if old.exists():
                old.rename(target)
            raise


def check_output(out: Path) -> None:
    """
    Make sure, before anything is computed, that a plan can be written to `out`.

    Raises
    ------
    AreaError
        If it is no folder, cannot be written, or holds a file that is not one of a plan.
    """
    faults = FaultList(str(out))
    target = out.resolve()
    if target.is_dir() and {file.name for file in target.iterdir()} - PLAN_FILES:
        faults.add(
            N_("There is something here that is not an earlier plan."),
            N_("Name another folder, or empty this one."),
        )
    elif target.exists() and not target.is_dir():
        faults.add(N_("This is a file."), N_("Name a folder."))
    else:
        try:
            target.parent.mkdir(parents=True, exist_ok=True)
            with tempfile.TemporaryDirectory(dir=target.parent, prefix=".plan-"):
                pass
        except OSError as error:
            faults.add(
                N_("Nothing can be written here."),
                N_("Name another folder."),
                value=error.strerror,
            )
    faults.raise_if_any(AreaError)


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
    (folder / "timetable.csv").write_bytes(visit_csv(study.plan))
