"""The questions put to an Overpass server."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from data.downloads import download
from data.errors import N_, Message
from data.osm import FACILITIES, RAILWAYS, WATERWAYS
from data.osm_streets import NO_STREETS
from data.overpass_answers import Answer, read_answer
from data.web_questions import Clock, Limits, Question, Tell, host_of

Box = tuple[float, float, float, float]
"""West, south, east, north in degrees."""

PUBLIC = "https://overpass-api.de/api"
QUERY_S = 180
QUERY_BYTES = 512 * 1024**2
_AREA = 'rel["type"="multipolygon"]'
"""Other relations are whole rivers and bus lines, and would come with all their ways."""
_SURFACES = MappingProxyType(
    {
        "waterway": ("dock", "riverbank"),
        "natural": ("water",),
        "landuse": ("basin", "reservoir"),
        "leisure": ("garden", "park"),
    }
)
_LINES = MappingProxyType({"waterway": WATERWAYS, "railway": RAILWAYS})
"""With the surfaces and the buildings this is what `data.osm.read_basemap` draws."""


@dataclass(frozen=True)
class Stage:
    """One question: what it is for, and what is wanted."""

    said: Message
    statements: tuple[str, ...]

    def query(self, box: Box) -> str:
        """Write the question for a box: the objects, and all that they are made of."""
        west, south, east, north = box
        head = (
            f"[out:json][timeout:{QUERY_S}][maxsize:{QUERY_BYTES}]"
            f"[bbox:{south:.6f},{west:.6f},{north:.6f},{east:.6f}];"
        )
        return f"{head}({''.join(f'{statement};' for statement in self.statements)});(._;>;);out;"


def _one_of(kinds: Iterable[str], wanted: Mapping[str, Iterable[str]]) -> tuple[str, ...]:
    """Ask for each kind of object for every key with one of its values."""
    return tuple(
        f'{kind}["{key}"~"^({"|".join(sorted(values))})$"]'
        for key, values in wanted.items()
        for kind in kinds
    )


def _facilities_by_key() -> dict[str, list[str]]:
    keys = dict.fromkeys(key for key, _ in FACILITIES)
    return {key: [value for other, value in FACILITIES if other == key] for key in keys}


STREETS = Stage(
    Message.of(N_("Streets")),
    (f'way["highway"]["highway"!~"^({"|".join(sorted(NO_STREETS))})$"]',),
)
PLACES = Stage(Message.of(N_("Facilities")), _one_of(("node", "way", _AREA), _facilities_by_key()))
BASEMAP = Stage(
    Message.of(N_("Water, railways, parks and buildings")),
    (
        'way["building"]',
        f'{_AREA}["building"]',
        *_one_of(("way", _AREA), _SURFACES),
        *_one_of(("way",), _LINES),
    ),
)


def fetch_elements(
    stages: Iterable[Stage],
    box: Box,
    url: str,
    tell: Tell,
    *,
    limits: Limits | None = None,
    clock: Clock | None = None,
) -> Answer:
    """
    Ask an Overpass server for the objects of a box.

    Parameters
    ----------
    stages
        The questions, asked one after the other.
    box
        West, south, east, north; nothing else is sent.
    url
        Address of the server's interface, with or without `/interpreter`.
    tell, limits, clock
        As `data.downloads.download` takes them.

    Raises
    ------
    AreaError
        If any of the answers is missing, damaged or incomplete.
    """
    whole = Answer()
    address = url.rstrip("/").removesuffix("/interpreter") + "/interpreter"
    for stage in stages:
        tell(stage.said, 0)
        question = Question(address, form={"data": stage.query(box)})
        content = download(question, stage.said, tell, limits=limits, clock=clock)
        answer = read_answer(content, host_of(url))
        whole.elements |= answer.elements
        whole.as_of = whole.as_of or answer.as_of
    return whole
