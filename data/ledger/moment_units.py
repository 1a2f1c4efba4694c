"""Units of moments, and the numbers that a moment is taken apart into."""

from collections.abc import Mapping
from types import MappingProxyType

MINUTE_S, HOUR_S, DAY_S = 60.0, 3600.0, 86_400.0
SIXTY = 60
THIS_CENTURY = 2000
GRAINS: Mapping[str, int] = MappingProxyType({"": 0, "minute": 1, "hour": 2, "period": 3})
"""How exactly a time of day is given; 0 where none is."""
PARTS = (
    *("a", "b", "c"),  # numbers of the date as written, the first two NaN where they are not
    *("end_a", "end_b", "end_c"),  # the same of the day on which an interval ends
    "shift",  # days from the day of the report
    *("begin_s", "end_s"),  # seconds after midnight
    "grain",  # as in `GRAINS`
    "offset_min",  # minutes east of Greenwich, where a zone is named
)
