"""The command line: each command is loaded when it is called, so that none waits for the others."""

import gc
import sys
from importlib import import_module
from io import TextIOWrapper
from types import ModuleType
from typing import Annotated, cast

import typer
from typer.core import TyperCommand, TyperGroup

from app.doctor import xunge_version
from app.i18n import LANGUAGES, current_language, in_language, tell_fault
from data.errors import Fault, XungeError

BAD_INPUT = 2
COMMANDS = {
    "plan": "app.cli_plan",
    "new-area": "app.cli_plan",
    "import": "app.cli_import",
    "undo": "app.cli_store",
    "backup": "app.cli_store",
    "restore": "app.cli_store",
    "purge": "app.cli_store",
    "area": "app.cli_area",
    "doctor": "app.cli_doctor",
}
"""Command -> module that holds it, in the order of the help."""


class _Commands(TyperGroup):
    """The commands, loaded by name."""

    def list_commands(self, _ctx: object) -> list[str]:
        """Return the names of the commands."""
        return list(COMMANDS)

    def get_command(self, _ctx: object, name: str) -> TyperCommand | TyperGroup | None:
        """Return a command by its name."""
        if name not in COMMANDS:
            return None
        group = typer.main.get_group(_load(COMMANDS[name]).commands)
        return cast("TyperCommand | TyperGroup", group.commands[name])


def _load(module: str) -> ModuleType:
    """Load a module; what it loads stays, and looking for waste in it takes a tenth of the time."""
    gc.disable()
    try:
        return import_module(module)
    finally:
        gc.enable()


cli = typer.Typer(
    cls=_Commands,
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
    help="巡格：从一个文件夹到白天与夜间的巡逻计划。Hotspots, patrols and booths from a folder.",
)


def say_fault(fault: Fault) -> str:
    """Say one fault as a plain sentence in both languages, the reader's own first."""
    sentences = []
    for language in sorted(LANGUAGES, key=current_language().__ne__):
        with in_language(language):
            sentences.append(tell_fault(fault))
    return " / ".join(sentences)


def _show_version(wanted: bool) -> None:  # Typer calls it with the flag
    if wanted:
        typer.echo(f"xunge {xunge_version()}")
        raise typer.Exit


@cli.callback()
def _options(
    version: Annotated[  # handled by its callback
        bool,
        typer.Option("--version", callback=_show_version, is_eager=True, help="版本 / version"),
    ] = False,
) -> None:
    """巡格：从一个文件夹到白天与夜间的巡逻计划 / From a folder to a day and a night patrol plan."""


def main() -> None:
    """Run the command line; bad input ends with exit code 2 and one sentence per fault."""
    for stream in (sys.stdout, sys.stderr):
        # an old console, or a pipe, may not know every letter: a ? is better than no answer
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(errors="replace")
    try:
        cli()
    except XungeError as error:
        for fault in error.faults:
            typer.echo(say_fault(fault), err=True)
        sys.exit(BAD_INPUT)
