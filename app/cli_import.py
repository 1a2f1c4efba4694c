"""Ledgers on the command line: `import`, `undo`, `backup`, `restore`."""

import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any, Literal

import pandas as pd
import typer

from app.cli_options import read_pairs
from app.i18n import set_language, t
from app.intake_words import as_json, headline, say_datum, say_findings
from data.decisions import saved_rules
from data.errors import N_, AreaError, Fault, Message, XungeError
from data.folder import read_key
from data.intake import Intake, apply_rules, known_records, propose_repeats, read_file, take_in
from data.ledger.contacts import leaflet_key
from data.ledger.context import LedgerContext, read_context
from data.ledger.positions import LOCAL
from data.ledger.terms import ControlPoint, Terms
from data.store.backup import back_up, restore
from data.store.connections import Store
from data.store.engine import has_store, open_store, store_url
from data.store.retention import purge
from data.store.undo import undo, what_undo_does

commands = typer.Typer()

OFFICE = N_("Office")
Area = Annotated[Path, typer.Option(help="区域文件夹 / area folder", show_default=False)]
Who = Annotated[str, typer.Option(help="经手岗位（不写姓名）/ role that does it, no name")]
Yes = Annotated[bool, typer.Option("--yes", "-y", help="不再询问 / do not ask")]
Json = Annotated[bool, typer.Option("--json", help="结果写成 JSON / print JSON")]
Language = Annotated[Literal["zh", "en"], typer.Option("--lang")]


@commands.command("import")
def import_ledgers(
    area: Area,
    files: Annotated[list[Path], typer.Argument(help="台账文件 / files", show_default=False)],
    source: Annotated[
        str, typer.Option(help="来源代码，如 order_12345 / source of rows that name none")
    ] = "",
    sheet: Annotated[str | None, typer.Option(help="只读这张表 / only this sheet")] = None,
    column: Annotated[
        list[str] | None, typer.Option(help="列对应，可重复 / ours=theirs, repeatable")
    ] = None,
    crs: Annotated[
        str, typer.Option(help="坐标系 auto|wgs84|gcj02|bd09|cgcs2000|EPSG:n / system")
    ] = "auto",
    control: Annotated[
        Path | None,
        typer.Option(help="本地坐标网的控制点 CSV：x,y,lon,lat / control points of a local grid"),
    ] = None,
    kind: Annotated[
        str, typer.Option(help="auto|incidents|facilities|communities|boundary")
    ] = "auto",
    utc: Annotated[
        Literal["auto", "as_written", "convert"],
        typer.Option(help="时间末尾的 Z / what a Z after a time means"),
    ] = "auto",
    who: Who = "",
    yes: Yes = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="只看不存 / store nothing")] = False,
    as_data: Json = False,
    lang: Language = "zh",
) -> None:
    """导入台账：看清楚、问一次、再入库 / Read ledgers, ask once, store what is new."""
    set_language(lang)
    now = _now()
    terms = Terms(
        kind=kind,
        source=source,
        columns=read_pairs(column or []),
        datum=_choose_system(crs, control),
        control=() if control is None else read_control(control),
        utc=utc,
    )
    context = read_context(area)
    with _store(context) as store:
        intakes, faults = _read_all(files, context, terms, sheet, now, store)
        repeats = propose_repeats(intakes, context, known_records(context, store), store)
        if store is not None:
            rules = saved_rules(store, context.key)
            intakes, repeats = apply_rules(intakes, repeats, rules)
    told: list[dict[str, Any]] = [entry for i in intakes for entry in as_json(i, repeats)]
    if not as_data:
        for line in _lines(intakes, repeats):
            typer.echo(line)
    stored = bool(intakes) and not dry_run and _agreed(t("存入台账？"), yes=yes)
    receipts = []
    if stored:
        for intake in intakes:
            with _cancellable():
                receipts += take_in(
                    intake, context, who=who or t(Message.of(OFFICE)), now=now,
                    progress=None if as_data else _show_progress,
                )  # fmt: skip
    for entry, receipt in zip(told, receipts, strict=False):
        entry |= {
            "import_id": receipt.import_id,
            "added": receipt.added,
            "unchanged": receipt.unchanged,
            "changed": receipt.changed,
        }
    if as_data:
        typer.echo(json.dumps({"stored": stored, "tables": told}, ensure_ascii=False, indent=2))
    else:
        for receipt in receipts:
            typer.echo(
                t(
                    "{file}：导入编号 {id}，新增 {added}，未变 {unchanged}，有改动 {changed}",
                    file=receipt.file,
                    id=receipt.import_id or "—",
                    added=receipt.added,
                    unchanged=receipt.unchanged,
                    changed=receipt.changed,
                )
            )
    if faults:
        raise AreaError(faults)


def _read_all(
    files: list[Path],
    context: LedgerContext,
    terms: Terms,
    sheet: str | None,
    now: datetime,
    store: Store | None,
) -> tuple[list[Intake], list[Fault]]:
    """Read every file that can be read, and collect what is wrong with the others."""
    intakes: list[Intake] = []
    faults: list[Fault] = []
    for file in files:
        try:
            intakes.append(
                read_file(
                    file, context, terms, now=now, sheet=sheet, contact_key=leaflet_key(),
                    store=store,
                )
            )  # fmt: skip
        except XungeError as error:
            faults.extend(error.named(file.name))
    return intakes, faults


@contextmanager
def _store(context: LedgerContext) -> Iterator[Store | None]:
    """Open the store of an area, if it has one."""
    if not has_store(context.folder):
        yield None
        return
    with open_store(store_url(context.folder)) as store:
        yield store


def _lines(intakes: list[Intake], repeats: pd.DataFrame) -> Iterator[str]:
    """Say of each table what was read, what was found and what was done to it."""
    for intake in intakes:
        for reading in intake.readings:
            name = f"{intake.file} {reading.sheet}".strip()
            yield f"{name}  {headline(reading, repeats)}"
            for line in (*say_datum(reading), *say_findings(reading.findings)):
                yield f"  · {line}"


def _agreed(question: str, *, yes: bool) -> bool:
    """Ask before anything is changed; without anybody to ask, refuse."""
    if yes:
        return True
    if not sys.stdin.isatty():
        raise AreaError(
            N_("Nobody is there to confirm; nothing was changed."),
            N_("Add --yes to go ahead without being asked."),
        )
    return typer.confirm(question, default=False)


@contextmanager
def _cancellable() -> Iterator[None]:
    """End an import that is cut off by Ctrl-C with a sentence: nothing of it is kept."""
    try:
        yield
    except KeyboardInterrupt as stop:
        typer.echo(t("已取消：这个文件没有存入任何内容，之前的文件已存入。"), err=True)
        raise typer.Exit(130) from stop


def _show_progress(share: float, said: Message | None = None) -> None:
    typer.echo(f"\r[{share:4.0%}] {t(said) if said else ''}", err=True, nl=share >= 1)


def read_system(name: str) -> str:
    """Read the name of a coordinate system in any usual spelling.

    Examples
    --------
    >>> read_system("GCJ-02"), read_system("epsg:4548"), read_system("auto")
    ('gcj02', 'EPSG:4548', 'auto')
    """
    plain = name.strip().lower().replace("-", "").replace("_", "")
    if plain in {"auto", "wgs84", "gcj02", "bd09", "cgcs2000", LOCAL}:
        return plain
    if plain.removeprefix("epsg:").isdigit():
        return f"EPSG:{plain.removeprefix('epsg:')}"
    message = f"{name}: auto|wgs84|gcj02|bd09|cgcs2000|EPSG:n"
    raise typer.BadParameter(message)


def _choose_system(crs: str, control: Path | None) -> str:
    """Return the system that was asked for; control points are for a local grid only."""
    asked = read_system(crs)
    if control is not None and asked not in {"auto", LOCAL}:
        message = f"--control {control}, --crs {crs}: 只能选一个 / choose one"
        raise typer.BadParameter(message)
    return asked if control is None else LOCAL


def read_control(file: Path) -> tuple[ControlPoint, ...]:
    """Read the control points of a local grid."""
    try:
        points = pd.read_csv(file)[["x", "y", "lon", "lat"]].astype(float)
    except (OSError, KeyError, ValueError) as error:
        raise AreaError(
            Message.of(N_("{file} is no list of control points."), file=file.name),
            N_("Write a CSV with the columns x, y, lon, lat and a number in each cell."),
        ) from error
    return tuple((x, y, lon, lat) for x, y, lon, lat in points.itertuples(index=False, name=None))


@commands.command("undo")
def undo_import(
    import_id: Annotated[int, typer.Argument(help="导入编号 / number of the import")],
    area: Area,
    who: Who = "",
    yes: Yes = False,
    lang: Language = "zh",
) -> None:
    """撤销一次导入或改动：先说会怎样 / Take back an import or a change."""
    set_language(lang)
    key = read_key(area)
    _refuse_without_store(area)
    with open_store(store_url(area)) as store:
        typer.echo(t(what_undo_does(store, key, import_id).message))
        if not _agreed(t("撤销？"), yes=yes):
            raise typer.Exit(1)
        seq = undo(store, key, import_id, who=who or t(Message.of(OFFICE)), now=_now())
    typer.echo(t("已撤销；这次撤销的编号是 {seq}，也可以再撤销。", seq=seq))


@commands.command("backup")
def back_up_area(
    out: Annotated[Path, typer.Argument(help="备份文件 .zip / file to write")],
    area: Area,
    lang: Language = "zh",
) -> None:
    """备份台账与辖区文件，并读回核对 / Back up the store and the area, verified by reading back."""
    set_language(lang)
    _refuse_without_store(area)
    with open_store(store_url(area)) as store:
        receipt = back_up(store, out, folder=area, now=_now())
    typer.echo(t("{file}：SHA-256 {hash}", file=out.name, hash=receipt.sha256))


@commands.command("restore")
def restore_area(
    backup: Annotated[Path, typer.Argument(help="备份文件 .zip / file to read")],
    area: Area,
    yes: Yes = False,
    lang: Language = "zh",
) -> None:
    """由备份恢复；先核对校验和 / Restore a backup, checksums first."""
    set_language(lang)
    replace = has_store(area) and _agreed(t("现有台账将被备份中的内容取代，继续？"), yes=yes)
    restore(area, backup, replace=replace)
    typer.echo(t("已恢复到 {folder}", folder=area))


@commands.command("purge")
def purge_area(
    area: Area,
    keep_days: Annotated[
        int, typer.Option(min=0, help="已删除、已改动的旧内容保留几天 / days to keep")
    ] = 365,
    max_age_days: Annotated[
        int | None, typer.Option(min=1, help="早于几天的事件一并删除 / delete older incidents")
    ] = None,
    yes: Yes = False,
    lang: Language = "zh",
) -> None:
    """到期清除：彻底删除，不能撤销 / Delete for good what is older than the limits."""
    set_language(lang)
    key = read_key(area)
    _refuse_without_store(area)
    if not _agreed(t("到期内容将彻底删除，不能撤销，继续？"), yes=yes):
        raise typer.Exit(1)
    with open_store(store_url(area)) as store:
        purge(store, key, keep_days=keep_days, max_age_days=max_age_days, now=_now())
    typer.echo(t("已清除。"))


def _refuse_without_store(area: Path) -> None:
    """Refuse to work on a store that is not there."""
    if not has_store(area):
        raise AreaError(
            N_("Nothing has been imported into this area yet."), N_("Check the folder of --area.")
        )


def _now() -> datetime:
    """Return the moment on this machine's clock."""
    return datetime.now(tz=UTC)
