"""`xunge area fetch`: the one command that asks somebody outside, and says so before it does."""

import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Literal, TextIO

import typer

from app.i18n import set_language, t
from data import nominatim, overpass
from data.area import Area
from data.area_fetch import fetch_area
from data.errors import Message
from data.fetch_request import MOST_KM2, FetchRequest, describe_request
from data.overpass import Box

REFUSED = 2
CANCELLED = 130
"""What a shell gives a command that Ctrl-C ended."""
KILOBYTE = 1024

commands = typer.Typer()
area = typer.Typer(no_args_is_help=True, help="区域文件夹 / area folders")
commands.add_typer(area, name="area")


@area.callback()
def _options() -> None:
    """区域文件夹 / Area folders."""


@area.command("fetch")
def fetch(
    *,
    out: Annotated[Path, typer.Option(help="要新建的区域文件夹 / folder to make")],
    place: Annotated[str | None, typer.Option(help="地名 / name of the place")] = None,
    bbox: Annotated[str | None, typer.Option(help="西,南,东,北 / west,south,east,north")] = None,
    boundary: Annotated[
        Path | None, typer.Option(help="边界图层，不外传 / outline; it is not sent")
    ] = None,
    overpass_url: Annotated[
        str, typer.Option("--overpass", envvar="XUNGE_OVERPASS_URL", help="Overpass")
    ] = overpass.PUBLIC,
    nominatim_url: Annotated[
        str, typer.Option("--nominatim", envvar="XUNGE_NOMINATIM_URL", help="Nominatim")
    ] = nominatim.PUBLIC,
    max_km2: Annotated[
        float, typer.Option(min=0, help="最大面积，平方公里 / largest area, km²")
    ] = MOST_KM2,
    name: Annotated[str | None, typer.Option(help="区域名称 / name of the area")] = None,
    timezone: Annotated[str, typer.Option(help="时区 / time zone")] = "Asia/Shanghai",
    yes: Annotated[bool, typer.Option("--yes", help="不再询问 / do not ask")] = False,
    lang: Annotated[Literal["zh", "en"], typer.Option("--lang")] = "zh",
) -> None:
    """从 OpenStreetMap 服务器取街道与设施，新建区域（联网）/ Fetch an area (goes online)."""
    set_language(lang)
    request = FetchRequest(
        place=place,
        bbox=_read_box(bbox),
        boundary=boundary,
        overpass_url=overpass_url,
        nominatim_url=nominatim_url,
        max_km2=max_km2,
        name=name,
        timezone=timezone,
    )
    for sentence in describe_request(request):
        typer.echo(t(sentence), err=True)
    if not yes:
        _confirm()
    _show_area(_fetch(request, out), out)


def _is_terminal(stream: TextIO) -> bool:
    return stream.isatty()


def _confirm() -> None:
    """Ask whether to go on; where nobody can answer, do not."""
    if not _is_terminal(sys.stdin):
        typer.echo(t("无人可以确认，因此没有联网。确需联网时请加 --yes。"), err=True)
        raise typer.Exit(REFUSED)
    if not typer.confirm(t("是否联网查询？"), err=True):
        typer.echo(t("没有联网。"), err=True)
        raise typer.Exit(REFUSED)


def _fetch(request: FetchRequest, out: Path) -> Area:
    """Fetch with a progress line; Ctrl-C ends it and leaves nothing."""
    progress = _Progress(live=_is_terminal(sys.stderr))
    try:
        return fetch_area(request, out, progress.show)
    except KeyboardInterrupt:
        typer.echo(err=True)
        typer.echo(t("已取消，没有留下任何文件。"), err=True)
        raise typer.Exit(CANCELLED) from None
    finally:
        progress.end_line()


@dataclass
class _Progress:
    """One line per stage; on a terminal it grows as bytes come in."""

    live: bool
    """Whether a line may be written over."""
    stage: Message | None = None
    n_bytes: int = 0
    open_line: bool = False

    def show(self, stage: Message, n_bytes: int) -> None:
        """Show the stage, and how much of it has come."""
        if stage != self.stage:
            self.end_line()
        self.stage, self.n_bytes = stage, n_bytes
        if self.live:
            typer.echo(f"\r{self._line()}", err=True, nl=False)
        self.open_line = True

    def end_line(self) -> None:
        """Finish the line of a stage."""
        if self.open_line and self.stage is not None:
            typer.echo("" if self.live else self._line(), err=True)
        self.open_line = False

    def _line(self) -> str:
        size = f" · {self.n_bytes / KILOBYTE:,.0f} KB" if self.n_bytes else ""
        return f"{t(self.stage or '')}{size}"


def _read_box(text: str | None) -> Box | None:
    """Read `west,south,east,north`."""
    if text is None:
        return None
    try:
        west, south, east, north = (float(part) for part in text.split(","))
    except ValueError as error:
        message = f"{text}: 应写作 西,南,东,北 / write west,south,east,north"
        raise typer.BadParameter(message, param_hint="--bbox") from error
    return west, south, east, north


def _show_area(made: Area, out: Path) -> None:
    """Say what came, and what to do next."""
    typer.echo(
        t(
            "{name}：{streets} 个路口，{key_points} 处点位",
            name=made.name,
            streets=len(made.streets),
            key_points=len(made.key_points),
        )
    )
    for notice in made.notices:
        typer.echo(t(notice))
    typer.echo("© OpenStreetMap contributors, ODbL 1.0")
    typer.echo(f"{t('下一步')}: xunge plan --area {out} --out {out}-plan")
