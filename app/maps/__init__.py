"""Maps that need no network: Leaflet from this PC, the area's own streets as base map."""
