"""Who told: reports and patrol finds apart, and the effort behind them."""

from app.study import Study


def show(study: Study) -> None:
    """Show the panels."""
