"""Who may use a street: the rules of OpenStreetMap's tags for walkers, e-bikes and vehicles."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

YES = frozenset({"yes", "designated", "permissive", "official"})
NO = frozenset({"no", "private", "use_sidepath"})
GATES = frozenset(
    {
        "entrance",
        "full-height_turnstile",
        "gate",
        "hampshire_gate",
        "kissing_gate",
        "lift_gate",
        "sliding_gate",
        "swing_gate",
        "turnstile",
        "wicket_gate",
    }
)
"""Values of `barrier` that open and shut."""

_FAST = frozenset({"motorway", "motorway_link"})
_TRUNK = frozenset({"trunk", "trunk_link"})
_PATHS = frozenset({"bridleway", "corridor", "footway", "path", "pedestrian"})
_TIGHT = frozenset({"full-height_turnstile", "kissing_gate", "stile", "turnstile"})
_POSTS = frozenset(
    {
        "block",
        "bollard",
        "chain",
        "cycle_barrier",
        "debris",
        "jersey_barrier",
        "log",
        "motorcycle_barrier",
        "planter",
        "rope",
        "wicket_gate",
    }
)


@dataclass(frozen=True)
class AccessRule:
    """What one mode may use.

    The more specific tag of `keys` decides over the more general one; `barred` classes need a
    permission of their own (`foot=yes`), `shut` classes admit nobody.

    References
    ----------
    OpenStreetMap Wiki, Key:access and OSM tags for routing/Access restrictions

    Examples
    --------
    >>> RULES["foot"].admits({"highway": "service", "access": "private"})
    False
    >>> RULES["foot"].admits({"highway": "service", "access": "private", "foot": "yes"})
    True
    >>> RULES["e_bike"].admits({"highway": "footway"})
    False
    """

    keys: tuple[str, ...]
    """Access keys from the most specific to the most general."""
    barred: frozenset[str]
    shut: frozenset[str]
    stopped_by: frozenset[str]
    """Values of `barrier` on a node that this mode cannot pass at any hour."""

    def admits(self, way: Mapping[str, Any]) -> bool:
        """Tell whether the tags of a way, or of a barrier on it, let this mode through."""
        if way.get("highway") in self.shut:
            return False
        *own, general = (way.get(key) or "" for key in self.keys)
        for value in own:
            if value in YES:
                return True
            if value in NO:
                return False
        return general not in NO and way.get("highway") not in self.barred


RULES = {
    "foot": AccessRule(("foot", "access"), _FAST | _TRUNK, frozenset(), frozenset()),
    "e_bike": AccessRule(
        ("bicycle", "vehicle", "access"), _FAST | _TRUNK | _PATHS, frozenset({"steps"}), _TIGHT
    ),
    "vehicle": AccessRule(
        ("motorcar", "motor_vehicle", "vehicle", "access"),
        frozenset(),
        _PATHS | {"cycleway", "steps", "track"},
        _TIGHT | _POSTS,
    ),
}
"""The rule of each mode of patrol."""
