"""The area that a shift's people can look after: at that area, and no other, a map is judged."""

from typing import NamedTuple

import streamlit as st

from app.i18n import t
from app.labels import name_shift
from app.study import Study
from app.text import number, plain
from spatial.patrolled_area import patrolled_cells

MIN_S = 60.0


class Staff(NamedTuple):
    """What a shift's plan says about the time of its teams, all in minutes."""

    teams: int
    patrol_min: float
    dwell_min: float
    travel_min: float
    """Way to a stop, on average over the plan."""
    duty_min: float
    """Bound at the key points that are due."""
    revisit_min: float

    @property
    def cells(self) -> int:
        """How many places they can look after."""
        return patrolled_cells(**self._asdict())


def staff_of(study: Study, shift: str) -> Staff:
    """Take the figures from the plan of the day."""
    plan, patrol = study.plan, study.area.settings.patrol
    travel_min = float(plan.routes["travel_s"].sum()) / MIN_S / max(len(plan.visits), 1)
    duties = plan.visits[(plan.visits["shift"] == shift) & plan.visits["required"].astype(bool)]
    return Staff(
        teams=int((plan.teams["shift"] == shift).sum()),
        patrol_min=next(s.patrol_min for s in study.area.shifts if s.code == shift),
        dwell_min=patrol.hot_dwell_min,
        travel_min=travel_min,
        duty_min=float(duties["dwell_min"].sum()) + travel_min * len(duties),
        revisit_min=patrol.revisit_max_min,
    )


def choose_area(study: Study, shift: str, n_cells: int, *, key: str) -> int:
    """Propose as many cells as the staff can cover, say how that is reckoned, and let it change."""
    staff = staff_of(study, shift)
    number_of, why = st.columns([1, 3], vertical_alignment="bottom")
    with number_of:
        chosen = st.number_input(
            t("盖得住的格数"),
            min_value=1,
            max_value=max(n_cells // 2, 1),
            value=min(max(staff.cells, 1), max(n_cells // 2, 1)),
            step=1,
            key=f"{key}_{shift}_{staff.cells}_{n_cells}",
        )
    said = t(
        "按当日计划推算 {cells} 格：{shift} {teams} 个队各在外 {patrol:g} 分钟，"
        "扣去每日必巡 {duty} 分钟；一次停留 {dwell:g} 分钟加路上 {travel} 分钟，"
        "同一处至少每 {revisit:g} 分钟一次。可以改。",
        cells=staff.cells,
        shift=name_shift(shift),
        teams=staff.teams,
        patrol=staff.patrol_min,
        duty=number(staff.duty_min, 0),
        dwell=staff.dwell_min,
        travel=number(staff.travel_min),
        revisit=staff.revisit_min,
    )
    with why:
        st.caption(plain(said))
    return int(chosen)
