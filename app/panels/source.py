"""Who told: reports and patrol finds apart, and the effort behind them."""

from functools import partial

from app.i18n import t
from app.panels.frame import show_panel
from app.panels.source_effort import show_effort
from app.panels.source_hotspots import show_hot_cells
from app.panels.source_layers import show_layers
from app.study import Study


def show(study: Study) -> None:
    """Show the panels."""
    show_panel(t("谁报的"), partial(show_layers, study), method="sources")
    show_panel(t("每到访小时发现几起"), partial(show_effort, study), method="sources")
    show_panel(t("热点格靠不靠巡查发现"), partial(show_hot_cells, study), method="sources")
