"""Options and answers that several commands have in common."""

import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Literal

import typer

from data.errors import N_, AreaError

AreaFolder = Annotated[Path, typer.Option("--area", help="区域文件夹 / area folder")]
Who = Annotated[
    str, typer.Option(help="经手岗位（不写姓名），默认为办公室 / role that does it, no name")
]
Yes = Annotated[bool, typer.Option("--yes", "-y", help="不再询问 / do not ask")]
Json = Annotated[bool, typer.Option("--json", help="结果写成 JSON / print JSON")]
Language = Annotated[Literal["zh", "en"], typer.Option("--lang")]


def read_pairs(pairs: list[str]) -> dict[str, str]:
    """Read `ours=theirs` pairs.

    Examples
    --------
    >>> read_pairs(["type=事由"])
    {'type': '事由'}
    """
    columns = {}
    for pair in pairs:
        ours, separator, theirs = pair.partition("=")
        if not separator:
            message = f"{pair}: 应写作 本系统列名=原列名 / write ours=theirs"
            raise typer.BadParameter(message)
        columns[ours.strip()] = theirs.strip()
    return columns


def agreed(question: str, *, yes: bool) -> bool:
    """
    Ask before anything is changed; without anybody to ask, refuse.

    Raises
    ------
    AreaError
        If nobody can answer and `yes` was not given.
    """
    if yes:
        return True
    if not sys.stdin.isatty():
        raise AreaError(
            N_("Nobody is there to confirm; nothing was changed."),
            N_("Add --yes to go ahead without being asked."),
        )
    return typer.confirm(question, default=False)


def now() -> datetime:
    """Return the moment on this machine's clock."""
    return datetime.now(tz=UTC)
