"""When: hours, weekdays, change, near repeats and emerging places."""

from functools import partial

from app.i18n import t
from app.panels.frame import show_panel
from app.panels.time_change import show_change
from app.panels.time_emerging import show_emerging
from app.panels.time_hours import show_hours
from app.panels.time_repeats import show_repeats
from app.study import Study


def show(study: Study) -> None:
    """Show the panels."""
    show_panel(t("一周里的时段"), partial(show_hours, study), method="hours")
    show_panel(t("本期与上期、去年同期"), partial(show_change, study), method="change")
    show_panel(
        t("近重复：一起之后，附近是否很快又有"), partial(show_repeats, study), method="near-repeat"
    )
    show_panel(t("热点的兴衰"), partial(show_emerging, study), method="emerging")
