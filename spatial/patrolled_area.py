"""How many places a shift's teams can look after: the area at which a forecast is judged."""

import math


def patrolled_cells(
    *,
    teams: int,
    patrol_min: float,
    dwell_min: float,
    travel_min: float,
    revisit_min: float,
    duty_min: float = 0.0,
) -> int:
    """
    Count the places that some teams can keep visiting through a shift.

    The time left after the duties, over what one stop costs (dwell and the way to it), gives the
    stops of the shift. A place is looked after if somebody comes at least every `revisit_min`, so
    it takes as many stops as the shift has such intervals, a begun one counted.

    Parameters
    ----------
    teams
        Teams on duty.
    patrol_min
        Minutes that each is out, at least 0.
    dwell_min, travel_min
        Minutes of one stop, and of the way to it; their sum above 0.
    revisit_min
        Longest time between two visits, in minutes, above 0.
    duty_min
        Minutes of all teams that are bound elsewhere.

    Returns
    -------
    n
        Places, at least 0.

    References
    ----------
    Koper (1995), Justice Quarterly 12(4), doi:10.1080/07418829500096231, for dwell and return.

    Examples
    --------
    Two teams of four hours, stops of 12 + 3 minutes: 32 stops, two for each place.

    >>> patrolled_cells(
    ...     teams=2, patrol_min=240, dwell_min=12, travel_min=3, revisit_min=120
    ... )
    16
    """
    free_min = max(teams * patrol_min - duty_min, 0.0)
    visits = max(math.ceil(patrol_min / revisit_min), 1)
    return int(free_min / (dwell_min + travel_min) / visits)
