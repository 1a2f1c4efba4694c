"""Where: concentration, segments, clusters, facilities and what raises risk."""

from app.study import Study


def show(study: Study) -> None:
    """Show the panels."""
