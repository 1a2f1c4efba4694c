"""How sure: stability, hold-out and before against after."""

from app.study import Study


def show(study: Study) -> None:
    """Show the panels."""
