"""When: hours, weekdays, change, near repeats and emerging places."""

from app.study import Study


def show(study: Study) -> None:
    """Show the panels."""
