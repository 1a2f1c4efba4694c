"""A sweep of the sample's streets, walked edge by edge."""

from itertools import pairwise

from app.study import Study
from data.profiles import build_profile
from routing.sweep.streets import sweep_on_streets, sweep_streets


def test_every_street_of_a_community_is_walked(study: Study) -> None:
    """The walks are connected, begin and end at the base, and hold every street."""
    area = study.area
    profile = build_profile(area.streets, "foot", area.shifts[0], area.settings.streets)
    streets = sweep_streets(profile, area.communities.geometry.iloc[0])
    assert len(streets) > 5
    base = int(streets["u"].iloc[0])
    sweep, walks = sweep_on_streets(profile, streets, [base, base], steps=2000)
    walked = {frozenset(edge[:2]) for walk in walks for edge in walk}
    assert {frozenset((u, v)) for u, v in zip(streets["u"], streets["v"], strict=True)} <= walked
    for walk, length_s in zip(walks, sweep.length_s, strict=True):
        assert all(left[1] == right[0] for left, right in pairwise(walk))
        if walk:
            assert (walk[0][0], walk[-1][1]) == (base, base)
        took_s = sum(profile.edges[edge]["travel_time"] for edge in walk)
        assert abs(took_s - length_s) < 1e-6
    assert sweep.longest_s < streets["forward_s"].sum()
