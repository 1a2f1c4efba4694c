"""A new area, and the plan for an area, on the command line."""

from datetime import date
from pathlib import Path
from typing import Annotated, Literal

import typer

from app.cli_options import read_pairs
from app.i18n import set_language, t
from app.study import check_output, run_study, today, write_study
from app.summary import summary_lines
from data.errors import Message
from data.new_area import create_area
from data.sources import Sources

YEARS = range(1990, 2101)

commands = typer.Typer()

Folder = Annotated[Path, typer.Option(help="区域文件夹 / area folder", show_default=False)]
Out = Annotated[Path, typer.Option(help="结果文件夹 / folder to write", show_default=False)]
Seed = Annotated[
    int, typer.Option(min=0, help="随机种子：相同种子，相同计划 / same seed, same plan")
]
Day = Annotated[
    str | None,
    typer.Option("--date", help="计划日期，默认今天 / day to plan for", metavar="YYYY-MM-DD"),
]
Demo = Annotated[
    int,
    typer.Option(
        min=0, help="没有事件时虚构 N 起，标明演示数据 / invent N incidents where there are none"
    ),
]
Language = Annotated[Literal["zh", "en"], typer.Option("--lang")]


def _show_progress(share: float, message: Message) -> None:
    typer.echo(f"[{share:4.0%}] {t(message)}", err=True)


@commands.command()
def plan(
    area: Folder,
    out: Out,
    seed: Seed = 0,
    day: Day = None,
    demo_incidents: Demo = 0,
    lang: Language = "zh",
) -> None:
    """计算热点、昼夜巡逻计划与岗亭 / Find hotspots, plan patrols, propose booths."""
    set_language(lang)
    check_output(out)
    study = run_study(
        area,
        day=_read_date(day),
        seed=seed,
        demo_incidents=demo_incidents,
        progress=_show_progress,
    )
    write_study(study, out, language=lang)
    for line in summary_lines(study):
        typer.echo(line)
    typer.echo(str(out))


@commands.command("new-area")
def new_area(
    out: Annotated[Path, typer.Argument(help="要新建的区域文件夹 / folder to make")],
    network: Annotated[
        str, typer.Option(help="路网：OSM、GraphML 或街道中心线 FILE#layer / streets")
    ],
    incidents: Annotated[
        str | None, typer.Option(help="事件表或图层 FILE#layer / incidents")
    ] = None,
    incidents_crs: Annotated[str | None, typer.Option(help="事件坐标系 EPSG / their EPSG")] = None,
    column: Annotated[
        list[str] | None, typer.Option(help="列对应，可重复 / ours=theirs, repeatable")
    ] = None,
    point: Annotated[str | None, typer.Option(help="坐标两列的列名 / columns: lon,lat")] = None,
    key_points: Annotated[str | None, typer.Option(help="重点点位 FILE#layer / key points")] = None,
    key_points_from_osm: Annotated[
        bool,
        typer.Option(
            "--key-points-from-osm", help="取路网文件中的医院、药店、派出所 / from the OSM file"
        ),
    ] = False,
    staffing: Annotated[str | None, typer.Option(help="人员配备表 / staffing table")] = None,
    teams: Annotated[
        int | None, typer.Option(help="无配备表时的队伍数 / teams without a table")
    ] = None,
    base: Annotated[str | None, typer.Option(help="队伍出发地 经度,纬度 / base: lon,lat")] = None,
    boundary: Annotated[str | None, typer.Option(help="边界图层 / boundary layer")] = None,
    communities: Annotated[str | None, typer.Option(help="社区图层 / communities layer")] = None,
    timezone: Annotated[str, typer.Option(help="时区 / time zone")] = "Asia/Shanghai",
    name: Annotated[str | None, typer.Option(help="区域名称 / name of the area")] = None,
    demo_incidents: Demo = 0,
    seed: Seed = 0,
    lang: Language = "zh",
) -> None:
    """由现有文件新建区域文件夹 / Make an area folder out of existing files."""
    set_language(lang)
    sources = Sources(
        network=network,
        incidents=incidents,
        incidents_crs=incidents_crs,
        columns=_read_columns(column or [], point),
        key_points=key_points,
        key_points_from_osm=key_points_from_osm,
        staffing=staffing,
        teams=teams,
        base=_read_place(base),
        boundary=boundary,
        communities=communities,
        timezone=timezone,
        name=name,
        demo_incidents=demo_incidents,
        seed=seed,
    )
    made = create_area(out, sources)
    typer.echo(
        t(
            "{name}：{streets} 个路口，{incidents} 起事件，{key_points} 处点位，{units} 个单位",
            name=made.name,
            streets=len(made.streets),
            incidents=len(made.incidents),
            key_points=len(made.key_points),
            units=len(made.staffing),
        )
    )
    for notice in made.notices:
        typer.echo(t(notice))
    for reason, n in made.left_out_reasons:
        typer.echo(f"{t(reason)} {n}")
    following = t("下一步")
    typer.echo(f"{following}: xunge plan --area {out} --out {out}-plan")


def _read_date(text: str | None) -> date:
    """Read a day, or take today."""
    if text is None:
        return today()
    try:
        day = date.fromisoformat(text)
    except ValueError:
        day = None
    if day is None or day.year not in YEARS:
        message = f"{text}: 日期应写作 2026-11-23 / write the date like 2026-11-23"
        raise typer.BadParameter(message)
    return day


def _read_columns(pairs: list[str], point: str | None) -> dict[str, str]:
    """Read `ours=theirs` pairs and the two columns of the place."""
    columns = read_pairs(pairs)
    if point is not None:
        lon, separator, lat = point.partition(",")
        if not separator:
            message = f"{point}: 应写作 经度列,纬度列 / write lon,lat"
            raise typer.BadParameter(message)
        columns |= {"lon": lon.strip(), "lat": lat.strip()}
    return columns


def _read_place(text: str | None) -> tuple[float, float] | None:
    """Read `lon,lat`."""
    if text is None:
        return None
    try:
        lon, lat = (float(part) for part in text.split(","))
    except ValueError as error:
        message = f"{text}: 应写作 经度,纬度 / write lon,lat"
        raise typer.BadParameter(message) from error
    return lon, lat
