"""`xunge doctor`: a look at the installation."""

import typer

from app import doctor
from app.i18n import t

UNHEALTHY = 2
commands = typer.Typer()


@commands.callback()
def _options() -> None:
    """检查安装 / Check the installation."""


@commands.command("doctor")
def check_installation() -> None:
    """检查安装 / Check the installation."""
    healthy = True
    for check in doctor.run_checks():
        healthy &= check.passed
        typer.echo(f"{'✓' if check.passed else '✗'} {t(check.message)}")
    raise typer.Exit(0 if healthy else UNHEALTHY)
