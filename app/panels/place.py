"""Where: concentration, segments, clusters, facilities and what raises risk."""

from collections.abc import Callable

from app.i18n import t
from app.panels import (
    place_clusters,
    place_concentration,
    place_facilities,
    place_segments,
    place_terrain,
)
from app.panels.frame import show_panel
from app.study import Study


def show(study: Study) -> None:
    """Show the panels."""
    panels: list[tuple[str, Callable[[Study], None], str]] = [
        (t("集中度"), place_concentration.show, "concentration"),
        (t("路段热点"), place_segments.show, "segments"),
        (t("聚集区"), place_clusters.show, "scans"),
        (t("点位"), place_facilities.show, "facility-rates"),
        (t("风险地形"), place_terrain.show, "risk-terrain"),
    ]
    for title, show_one, method in panels:
        show_panel(title, lambda draw=show_one: draw(study), method=method)  # type: ignore[misc]
