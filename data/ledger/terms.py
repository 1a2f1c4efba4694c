"""What a person decided about a file: how its columns, places and repetitions are to be read."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any, Literal

LonLat = tuple[float, float]
ControlPoint = tuple[float, float, float, float]
"""East and north in the grid, longitude and latitude (WGS 84)."""


@dataclass(frozen=True)
class Terms:
    """How a file is read; what nobody decided is found out and said.

    Examples
    --------
    >>> terms = Terms(source="order_12345", places={12: (117.9, 38.85)})
    >>> Terms.from_json(terms.to_json()) == terms
    True
    """

    kind: str = "auto"
    """`incidents`, `facilities`, `communities` or `boundary`."""
    source: str = ""
    """Code of the source of the rows that name none, such as `order_12345`."""
    columns: Mapping[str, str] = field(default_factory=dict)
    """Our column -> the file's header, where a person said so; an empty header leaves it unread."""
    datum: str = "auto"
    """`wgs84`, `gcj02`, `bd09`, `cgcs2000`, `EPSG:n`, or `local` for the grid of `control`."""
    control: tuple[ControlPoint, ...] = ()
    """Points of a city's own grid of which the place is known."""
    utc: Literal["auto", "as_written", "convert"] = "auto"
    """What a Z at the end of a time means."""
    places: Mapping[int, LonLat] = field(default_factory=dict)
    """Row -> longitude and latitude (WGS 84) that a person put on the map."""
    repeats: Mapping[int, str] = field(default_factory=dict)
    """Row -> what it repeats: `row 19` of the same file, or the number of a record on file."""

    def to_json(self) -> dict[str, Any]:
        """Return what JSON can hold; keys of mappings become texts."""
        return {
            **asdict(self),
            "columns": dict(self.columns),
            "control": [list(point) for point in self.control],
            "places": {str(row): list(place) for row, place in self.places.items()},
            "repeats": {str(row): record for row, record in self.repeats.items()},
        }

    @classmethod
    def from_json(cls, stored: Mapping[str, Any]) -> "Terms":
        """Return the terms that `to_json` wrote."""
        return cls(
            **{
                **stored,
                "control": tuple((x, y, lon, lat) for x, y, lon, lat in stored.get("control", ())),
                "places": {int(row): (at[0], at[1]) for row, at in stored["places"].items()},
                "repeats": {int(row): record for row, record in stored["repeats"].items()},
            }
        )
