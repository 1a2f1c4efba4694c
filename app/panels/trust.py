"""How sure: stability, hold-out and before against after."""

from collections.abc import Callable

from app.i18n import t
from app.panels import trust_cleanup, trust_holdout, trust_stability
from app.panels.frame import show_panel
from app.study import Study


def show(study: Study) -> None:
    """Show the panels."""
    panels: list[tuple[str, Callable[[Study], None], str]] = [
        (t("稳定性"), trust_stability.show, "stability"),
        (t("预测检验"), trust_holdout.show, "holdout"),
        (t("清理前后"), trust_cleanup.show, "displacement"),
    ]
    for title, show_one, method in panels:
        show_panel(title, lambda draw=show_one: draw(study), method=method)  # type: ignore[misc]
