"""The files of a plan: GeoPackage for GIS, CSV for spreadsheets, JSON for the audit."""

import json
import platform
from collections.abc import Callable, Mapping
from dataclasses import asdict
from datetime import date, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any

import geopandas as gpd
import pandas as pd

from data.area import Area
from data.errors import Message
from routing.booths import BoothPlan
from routing.plan import PatrolPlan

Translate = Callable[[Message | str], str]

WGS84 = "EPSG:4326"
BUNDLE_FILES = (
    *("plan.gpkg", "hotspots.csv", "visits.csv", "booths.csv", "unmet.csv", "plan.json"),
)
HOTSPOT_COLUMNS = [
    "cell_id",
    "shift",
    "n",
    "expected",
    "p_value",
    "q_value",
    "hot",
    "lon",
    "lat",
    "n_block",
]
VISIT_COLUMNS = [
    *("shift", "team", "order", "stop_id", "stop_kind"),
    *("arrive_at", "depart_at", "dwell_min", "lon", "lat"),
]
BOOTH_COLUMNS = ["booth_id", "status", "covered_share", "lon", "lat"]
VERSIONED = (
    "xunge",
    "geopandas",
    "highspy",
    "networkx",
    "numpy",
    "osmnx",
    "pandas",
    "pyvrp",
    "scipy",
)


def write_bundle(
    folder: Path,
    *,
    area: Area,
    hotspots: gpd.GeoDataFrame,
    plan: PatrolPlan,
    booths: BoothPlan,
    manifest: Mapping[str, Any],
    translate: Translate,
) -> None:
    """
    Write the tables and layers of a plan into an existing folder.

    Parameters
    ----------
    folder
        Receives `plan.gpkg`, `hotspots.csv`, `visits.csv`, `booths.csv`, `unmet.csv`, `plan.json`.
    area, hotspots, plan, booths
        What was planned, and from what.
    manifest
        What `describe` returns.
    translate
        Renders a message in the reader's language.
    """
    write_layers(folder / "plan.gpkg", area=area, hotspots=hotspots, plan=plan, booths=booths)
    _write_csv(_with_place(hotspots, HOTSPOT_COLUMNS), folder / "hotspots.csv")
    _write_csv(visit_table(plan), folder / "visits.csv")
    _write_csv(
        _with_place(booths.booths.rename_axis("booth_id").reset_index(), BOOTH_COLUMNS),
        folder / "booths.csv",
    )
    unmet = pd.concat([plan.unmet, booths.unmet], ignore_index=True)
    _write_csv(unmet_table(unmet, translate), folder / "unmet.csv")
    text = json.dumps(manifest, ensure_ascii=False, indent=2, default=str)
    (folder / "plan.json").write_text(text + "\n", encoding="utf-8")


def visit_table(plan: PatrolPlan) -> pd.DataFrame:
    """Return the visits as the columns of `visits.csv`: a stop is a key point or a hot cell."""
    visits = _by_place(plan)
    table = _with_place(visits, VISIT_COLUMNS)
    times = {
        column: visits[column].map(pd.Timestamp.isoformat) for column in ("arrive_at", "depart_at")
    }
    return table.assign(**times)


def _by_place(plan: PatrolPlan) -> gpd.GeoDataFrame:
    """Name each visit by its key point or hot cell, and keep the gate in a column of its own."""
    return plan.visits.assign(gate_id=plan.visits["stop_id"], stop_id=plan.visits["place_id"])


def unmet_table(unmet: pd.DataFrame, translate: Translate) -> pd.DataFrame:
    """Return what cannot be done, why, and what would help, in the reader's language."""
    return unmet[["what", "reason", "remedy"]].map(translate)


def _with_place(frame: gpd.GeoDataFrame, columns: list[str]) -> pd.DataFrame:
    """Add longitude and latitude of each row's middle and keep `columns` in this order."""
    middle = frame.geometry.representative_point().to_crs(WGS84)
    table = pd.DataFrame(frame.assign(lon=middle.x.round(6), lat=middle.y.round(6)))[columns]
    return table.round({"covered_share": 4, "n": 4, "n_block": 4, "expected": 4})


def _write_csv(table: pd.DataFrame, path: Path) -> None:
    """Write a table that is safe to open in a spreadsheet program."""
    path.write_bytes(csv_bytes(table))


def csv_bytes(table: pd.DataFrame) -> bytes:
    r"""
    Write a table as CSV: UTF-8, with the mark that spreadsheet programs need if it holds Chinese.

    Examples
    --------
    A text that a spreadsheet would compute is kept from it.

    >>> csv_bytes(pd.DataFrame({"what": ["=1+1"]}))
    b"what\n'=1+1\n"
    """
    texts = table.select_dtypes(include=["str", "object"]).columns
    harmless = table.assign(**{column: table[column].map(_harmless) for column in texts})
    content = harmless.to_csv(index=False, lineterminator="\n")
    return content.encode("utf-8" if content.isascii() else "utf-8-sig")


def _harmless(cell: object) -> object:
    """Keep a spreadsheet from reading a text as a formula."""
    return f"'{cell}" if isinstance(cell, str) and cell[:1] in {"=", "+", "-", "@"} else cell


def write_layers(
    path: Path,
    *,
    area: Area,
    hotspots: gpd.GeoDataFrame,
    plan: PatrolPlan,
    booths: BoothPlan,
) -> None:
    """Write the plan's layers as a GeoPackage in the area's metric CRS."""
    due = area.key_points["daily_required"]
    layers = {
        "hotspots": (hotspots, "Polygon"),
        "visits": (_by_place(plan), "Point"),
        # a stop at the base itself takes no way, and a line of no length is no valid line
        "routes": (plan.routes[plan.routes.length > 0], "LineString"),
        "booths": (booths.booths, "Point"),
        "key_points": (area.key_points[due], "Point"),
        "facilities": (area.key_points[~due], "Point"),
        "communities": (area.communities, "Polygon"),
    }
    for name, (frame, geometry_type) in layers.items():
        flat = frame.reset_index() if frame.index.name else frame
        plain = [c for c in flat.columns if not any(map(_is_nested, flat[c]))]
        flat[plain].to_file(
            path,
            layer=name,
            driver="GPKG",
            geometry_type=geometry_type if flat.empty else None,
        )


def _is_nested(value: object) -> bool:
    return isinstance(value, list | tuple | dict | Message)


def describe(
    area: Area,
    plan: PatrolPlan,
    *,
    day: date,
    seed: int,
    now: datetime,
    notes: tuple[Message, ...],
    translate: Translate,
) -> dict[str, Any]:
    """Return everything needed to make the same plan again, and its headline figures."""
    return {
        "area": area.name,
        "demo": area.demo,
        "date": day.isoformat(),
        "seed": seed,
        "created_at": now.isoformat(timespec="seconds"),
        "data_sha256": area.content_hash,
        "crs": area.crs.to_string(),
        "settings": asdict(area.settings),
        "versions": {
            "python": platform.python_version(),
            **{package: version(package) for package in VERSIONED},
        },
        "headline": {key: _plain(value) for key, value in plan.headline.items()},
        "notes": [translate(note) for note in (*area.notices, *notes)],
        "left_out": [
            {"reason": translate(reason), "n": int(n)} for reason, n in area.left_out_reasons
        ],
        "recorded": area.recorded,
        "located": area.located,
        "store_seq": area.seq,
    }


def _plain(value: Any) -> Any:
    """Turn NumPy numbers into plain ones."""
    return value.item() if hasattr(value, "item") else value
