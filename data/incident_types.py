"""Which incidents belong to the street."""

RESTRICTED_TYPES = frozenset({"storage_den", "online"})
"""Incidents that did not happen in the street: suspected dens and finds on the net. They are kept
apart from street hotspots, and on no map that is printed or given away."""
