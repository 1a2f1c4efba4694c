"""What is kept, on the command line: `undo`, `backup`, `restore`, `purge`."""

from datetime import datetime, timedelta
from pathlib import Path
from typing import Annotated
from zoneinfo import ZoneInfo

import typer

from app.cli_options import AreaFolder, Language, Who, Yes, agreed, now
from app.i18n import set_language, t
from app.posts import default_post
from data.errors import N_, AreaError
from data.folder import read_key, read_timezone
from data.store.backup import BackupContents, back_up, look_into, restore
from data.store.engine import has_store, open_store, store_url
from data.store.imports import find_import
from data.store.retention import Purged, purge, what_purge_does
from data.store.undo import undo, what_undo_does

commands = typer.Typer()


@commands.command("undo")
def undo_import(
    area: AreaFolder,
    import_id: Annotated[
        int | None,
        typer.Argument(metavar="[IMPORT_ID]", help="导入编号 / number of the import"),
    ] = None,
    entry: Annotated[
        int | None,
        typer.Option(help="修改记录的编号，例如要恢复的撤销 / entry of the trail, such as an undo"),
    ] = None,
    who: Who = "",
    yes: Yes = False,
    lang: Language = "zh",
) -> None:
    """撤销一次导入或改动：先说会怎样 / Take back an import or a change."""
    set_language(lang)
    if (import_id is None) == (entry is None):
        message = "请给出导入编号，或 --entry 编号 / give the number of an import, or --entry"
        raise typer.BadParameter(message)
    key, timezone = read_key(area), read_timezone(area)
    _refuse_without_store(area)
    with open_store(store_url(area)) as store:
        seq = int(entry or 0) if import_id is None else find_import(store, key, import_id)
        typer.echo(t(what_undo_does(store, key, seq).message(timezone)))
        if not agreed(t("撤销？"), yes=yes):
            raise typer.Exit(1)
        taken = undo(store, key, seq, who=who or default_post(), now=now())
    typer.echo(
        t(
            "已撤销。要恢复，请运行：xunge undo --entry {seq} --area {folder}",
            seq=taken,
            folder=area,
        )
    )


@commands.command("backup")
def back_up_area(
    out: Annotated[Path, typer.Argument(help="备份文件 .zip / file to write")],
    area: AreaFolder,
    lang: Language = "zh",
) -> None:
    """备份台账与辖区文件，并读回核对 / Back up the store and the area, verified by reading back."""
    set_language(lang)
    _refuse_without_store(area)
    with open_store(store_url(area)) as store:
        receipt = back_up(store, out, folder=area, now=now())
    typer.echo(t("{file}：SHA-256 {hash}", file=out.name, hash=receipt.sha256))


@commands.command("restore")
def restore_area(
    backup: Annotated[Path, typer.Argument(help="备份文件 .zip / file to read")],
    area: AreaFolder,
    who: Who = "",
    yes: Yes = False,
    lang: Language = "zh",
) -> None:
    """由备份恢复；先核对校验和 / Restore a backup, checksums first."""
    set_language(lang)
    typer.echo(_say_backup(backup, look_into(backup), _zone(area)))
    replace = has_store(area)
    if replace and not agreed(
        t(
            "现有台账和辖区文件将被备份中的内容取代：备份以后新增、改动的会丢失，备份以后清除的会回来。继续？"
        ),
        yes=yes,
    ):
        raise typer.Exit(1)
    receipt = restore(area, backup, replace=replace, who=who or default_post(), now=now())
    typer.echo(t("已恢复到 {folder}：台账 {n} 条记录。", folder=area, n=receipt.records))


def _zone(area: Path) -> ZoneInfo | None:
    """Return the area's zone; None where the folder cannot tell, for then one restores it."""
    try:
        return ZoneInfo(read_timezone(area)) if (area / "area.toml").is_file() else None
    except AreaError:
        return None


def _say_backup(file: Path, told: BackupContents, zone: ZoneInfo | None) -> str:
    """Say when a backup was made, by the area's clock or this machine's, and what it holds."""
    made = f"{told.created_at.astimezone(zone):%Y-%m-%d %H:%M}"
    if told.records is None:
        return t("备份 {file}：{made} 制作。", file=file.name, made=made)
    return t(
        "备份 {file}：{made} 制作，台账 {n} 条记录。", file=file.name, made=made, n=told.records
    )


@commands.command("purge")
def purge_area(
    area: AreaFolder,
    keep_days: Annotated[
        int, typer.Option(min=0, help="已删除、已改动的旧内容保留几天 / days to keep")
    ] = 365,
    max_age_days: Annotated[
        int | None, typer.Option(min=1, help="早于几天的事件一并删除 / delete older incidents")
    ] = None,
    who: Who = "",
    yes: Yes = False,
    lang: Language = "zh",
) -> None:
    """到期清除：彻底删除，不能撤销 / Delete for good what is older than the limits."""
    set_language(lang)
    key, moment = read_key(area), now()
    _refuse_without_store(area)
    with open_store(store_url(area)) as store:
        due = what_purge_does(
            store, key, keep_days=keep_days, max_age_days=max_age_days, now=moment
        )
        for line in _say_due(due, read_timezone(area), keep_days, max_age_days, moment):
            typer.echo(line)
        typer.echo(t("辖区文件夹自己的事件表和以前的备份不在清除范围内，到期的请另行删除。"))
        nothing = not due.versions + due.removed + due.aged
        # also with nothing due: an earlier purge may not have been able to wipe the file
        if not nothing and not agreed(t("以上内容将彻底删除，不能撤销，继续？"), yes=yes):
            raise typer.Exit(1)
        done = purge(
            store, key, keep_days=keep_days, max_age_days=max_age_days, now=moment,
            who=who or default_post(),
        )  # fmt: skip
    if nothing:
        typer.echo(t("没有到期的内容，什么都没有删除。"))
        return
    typer.echo(
        t(
            "已彻底删除 {records} 条记录（超过保存期限 {aged} 条，此前已删除 {removed} 条）"
            "和 {versions} 份旧内容。",
            records=done.removed + done.aged,
            aged=done.aged,
            removed=done.removed,
            versions=done.versions,
        )
    )


def _say_due(
    due: Purged, timezone: str, keep_days: int, max_age_days: int | None, moment: datetime
) -> list[str]:
    """Say what would go, and the moment before which it goes, in the area's zone."""
    local = moment.astimezone(ZoneInfo(timezone))
    kept_until = f"{local - timedelta(days=keep_days):%Y-%m-%d %H:%M}"
    lines = [
        t("{day} 以前（{n} 天）删除的记录：{records} 条", day=kept_until, n=keep_days,
          records=due.removed),
        t("{day} 以前（{n} 天）被改动取代的旧内容：{versions} 份", day=kept_until, n=keep_days,
          versions=due.versions),
    ]  # fmt: skip
    if max_age_days is not None:
        oldest = f"{local - timedelta(days=max_age_days):%Y-%m-%d %H:%M}"
        lines.append(
            t("{day} 以前（{n} 天）发生的事件：{records} 条", day=oldest, n=max_age_days,
              records=due.aged)
        )  # fmt: skip
    return lines


def _refuse_without_store(area: Path) -> None:
    """Refuse to work on a store that is not there."""
    if not has_store(area):
        raise AreaError(
            N_("Nothing has been imported into this area yet."), N_("Check the folder of --area.")
        )
