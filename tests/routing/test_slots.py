"""Time slots and varied starts."""

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from data.settings import DAY, NIGHT, Patrol
from data.shifts import Shift
from routing.slots import duty_slots, hot_slots, patrol_trips

SHIFTS = st.sampled_from(
    [
        DAY,
        NIGHT,
        Shift("late", 1320, 360, patrol=((1380, 1500),), dark=True),
        Shift("deep", 1080, 360, patrol=((1110, 1290), (1440, 1500), (1680, 1800)), dark=True),
        Shift("tight", 360, 1080, patrol=((360, 480), (500, 620), (900, 1080))),
        Shift("odd", 360, 420, patrol=((1000, 1100),)),
    ]
)
RULES = st.builds(
    Patrol,
    revisit_max_min=st.sampled_from([20.0, 60.0, 120.0, 600.0]),
    revisit_gap_min=st.sampled_from([0.0, 30.0, 200.0]),
    start_jitter_min=st.sampled_from([0.0, 10.0, 60.0]),
)


@given(SHIFTS, RULES, st.integers(0, 99))
def test_trips_keep_their_length_and_order(shift: Shift, rules: Patrol, seed: int) -> None:
    """Jitter moves whole trips by whole minutes, never longer, never into each other."""
    trips = patrol_trips(["D1", "D2"], shift, rules, seed=seed)
    assert len(trips) == 2 * len(shift.patrol)
    for trip in trips:
        start, end = shift.patrol[trip.window - 1]
        assert trip.end_s - trip.start_s == (end - start) * 60
        assert abs(trip.start_s - start * 60) <= rules.start_jitter_min * 60
        assert trip.start_s % 60 == 0
    for earlier, later in pairwise(trips):
        if earlier.team_id == later.team_id:
            start, end = shift.patrol[later.window - 1][0], shift.patrol[earlier.window - 1][1]
            assert later.start_s - earlier.end_s >= (start - end) * 60 / 2


@given(SHIFTS, RULES, st.floats(-1, 1))
def test_visits_of_different_slots_are_apart(shift: Shift, rules: Patrol, tilt: float) -> None:
    """Whatever second a visit begins at, the next slot opens a whole gap after its end."""
    slots = hot_slots(shift, rules, tilt=tilt)
    assert len(slots) == len(hot_slots(shift, rules))
    for earlier, later in pairwise(slots):
        end_s = earlier.latest_s + rules.hot_dwell_min * 60
        assert later.earliest_s - end_s >= rules.revisit_gap_min * 60
    assert all(slot.earliest_s <= slot.latest_s for slot in slots)


@given(SHIFTS, RULES, st.integers(1, 5))
def test_owed_visits_are_apart(shift: Shift, rules: Patrol, visits: int) -> None:
    """Owed visits to one key point are as far apart as repeated visits to a hot stop."""
    slots = duty_slots(shift, rules, visits)
    assert len(slots) <= visits
    for earlier, later in pairwise(slots):
        end_s = earlier.latest_s + rules.key_point_dwell_min * 60
        assert later.earliest_s - end_s >= rules.revisit_gap_min * 60


def test_starts_stay_within_the_night() -> None:
    """Jitter never takes a window after midnight beyond the hours of its shift."""
    night = Shift("night", 1080, 360, patrol=((1085, 1200), (1680, 1798)), dark=True)
    for seed in range(30):
        first, second = patrol_trips(["N1"], night, Patrol(start_jitter_min=60), seed=seed)
        assert first.start_s >= 1080 * 60
        assert second.end_s <= 1800 * 60


def test_starts_differ_between_teams_and_seeds() -> None:
    """Starts are drawn, not computed: another seed gives other minutes, the same seed the same."""
    teams = [f"D{n}" for n in range(6)]
    first, again, other = (patrol_trips(teams, DAY, Patrol(), seed=seed) for seed in (1, 1, 2))
    assert first == again != other
    assert len({trip.start_s for trip in first if trip.window == 1}) > 1


def test_one_owed_visit_may_be_made_at_any_time_of_the_shift() -> None:
    """With one visit owed, its slot runs from the first window's start to the last one's end."""
    (slot,) = duty_slots(DAY, Patrol(start_jitter_min=0), 1)
    assert slot == (480 * 60, (1020 - 15) * 60)


def test_two_owed_visits_halve_the_patrol_time_not_the_day() -> None:
    """The break between the windows is nobody's patrol time."""
    first, second = duty_slots(DAY, Patrol(start_jitter_min=0), 2)
    assert (first.earliest_s, second.earliest_s) == (480 * 60, 810 * 60)


def test_slot_shorter_than_a_visit_is_left_out() -> None:
    """A window of ten minutes has no room for a visit of twelve."""
    brief = Shift("day", 360, 1080, patrol=((480, 490),))
    assert hot_slots(brief, Patrol(start_jitter_min=0)) == ()
    assert duty_slots(brief, Patrol(start_jitter_min=0), 1) == ()
