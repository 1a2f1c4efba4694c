"""Ledgers on the command line: read, looked through, and stored after one question."""

import gc
import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Annotated, Literal

import pandas as pd
import typer

from app.cli_options import AreaFolder, Json, Language, Who, Yes, agreed, now, read_pairs
from app.i18n import set_language, t
from app.intake_words import as_json, headline, say_datum, say_findings, say_novelty
from app.posts import default_post
from data.decisions import saved_rules
from data.errors import N_, AreaError, Fault, Message, XungeError
from data.intake import Intake, read_file
from data.ledger.contacts import leaflet_key
from data.ledger.context import LedgerContext, read_context
from data.ledger.positions import LOCAL
from data.ledger.reading import Reading
from data.ledger.terms import ControlPoint, Terms
from data.receipts import Receipt, take_in
from data.repeats import Known, apply_rules, find_known, known_records, propose_repeats
from data.store.connections import Store
from data.store.engine import has_store, open_store, store_url

commands = typer.Typer()


@commands.command("import")
def import_ledgers(
    area: AreaFolder,
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
    terms = Terms(
        kind=kind,
        source=source,
        columns=read_pairs(column or []),
        datum=_choose_system(crs, control),
        control=() if control is None else read_control(control),
        utc=utc,
    )
    context, moment = read_context(area), now()
    with _no_collecting():
        seen = _look(files, context, terms, sheet, moment)
    if not as_data:
        for line in _lines(seen):
            typer.echo(line)
    receipts: list[Receipt] = []
    stored = bool(seen.intakes) and not dry_run and agreed(t("存入台账？"), yes=yes)
    if stored:
        receipts = _take_in_all(
            seen.intakes, context, who=who or default_post(), moment=moment, aloud=not as_data
        )
    if as_data:
        typer.echo(_write_json(seen, receipts, stored=stored))
    if seen.faults:
        raise AreaError(seen.faults)


@contextmanager
def _no_collecting() -> Iterator[None]:
    """Look for no waste in cycles: there is hardly any, and among a million rows it takes long."""
    gc.disable()
    try:
        yield
    finally:
        gc.enable()


@dataclass(frozen=True)
class _Seen:
    """What was read of all files, and what the store says to it."""

    intakes: list[Intake]
    faults: list[Fault]
    known: Known
    repeats: pd.DataFrame
    """Groups left to ask about."""


def _look(
    files: list[Path], context: LedgerContext, terms: Terms, sheet: str | None, moment: datetime
) -> _Seen:
    """Read the files, and compare them with each other and with what is on file."""
    with _store(context) as store:
        intakes, faults = _read_all(files, context, terms, sheet, moment, store)
        known = find_known(intakes, context, store)
        repeats = propose_repeats(intakes, context, known_records(context, store), known)
        if store is not None:
            intakes, repeats = apply_rules(intakes, repeats, saved_rules(store, context.key))
    return _Seen(intakes, faults, known, repeats)


def _take_in_all(
    intakes: list[Intake], context: LedgerContext, *, who: str, moment: datetime, aloud: bool
) -> list[Receipt]:
    """Store file after file; say of each what became of it as soon as it is stored."""
    receipts: list[Receipt] = []
    for intake in intakes:
        with _cancellable(), _no_collecting():
            taken = take_in(
                intake, context, who=who, now=moment, progress=_show_progress if aloud else None
            )
        receipts += taken
        for receipt in taken if aloud else ():
            typer.echo(_say_receipt(receipt))
    return receipts


def _say_receipt(receipt: Receipt) -> str:
    """Say what became of a table."""
    return t(
        "{file}：导入编号 {id}，新增 {added}，未变 {unchanged}，有改动 {changed}",
        file=receipt.file,
        id=receipt.number or "—",
        added=receipt.added,
        unchanged=receipt.unchanged,
        changed=receipt.changed,
    )


def _write_json(seen: _Seen, receipts: list[Receipt], *, stored: bool) -> str:
    """Write what was read and what became of it, for programs."""
    told = [entry for intake in seen.intakes for entry in as_json(intake, seen.repeats, seen.known)]
    for entry, receipt in zip(told, receipts, strict=False):
        entry |= {
            "import_id": receipt.number,
            "added": receipt.added,
            "unchanged": receipt.unchanged,
            "changed": receipt.changed,
        }
    return json.dumps({"stored": stored, "tables": told}, ensure_ascii=False, indent=2)


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


def _lines(seen: _Seen) -> Iterator[str]:
    """Say of each table what was read, what is new, what was found and what was done to it."""
    for intake in seen.intakes:
        for reading in intake.readings:
            name = f"{intake.file} {reading.sheet}".strip()
            yield f"{name}  {headline(reading, seen.repeats)}"
            if isinstance(reading, Reading):
                yield f"  · {say_novelty(reading, seen.known)}"
            for line in (*say_datum(reading), *say_findings(reading.findings)):
                yield f"  · {line}"


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
