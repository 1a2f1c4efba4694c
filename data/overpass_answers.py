"""What an Overpass server sends, checked down to each object: half an answer is none."""

import json
import math
from dataclasses import dataclass, field
from typing import Any

from data.errors import N_, AreaError, Message
from data.web_questions import ASK_AGAIN, ASK_FOR_LESS, LOOK_AT_IT

Elements = dict[tuple[str, int], dict[str, Any]]
"""Objects of OpenStreetMap by type and number."""
KINDS = ("node", "way", "relation")
_GREATEST_ID = 2**63
_LONGEST_TAG = 255


@dataclass
class Answer:
    """What a server gave so far."""

    elements: Elements = field(default_factory=dict)
    as_of: str = ""
    """When the server's copy of the map was made."""


def read_json(content: bytes, host: str) -> Any:
    """
    Read JSON that a server sent.

    Raises
    ------
    AreaError
        If it is a web page, cut short or damaged.

    Examples
    --------
    >>> read_json(b"[1]", "maps.example")
    [1]
    """
    if content.lstrip()[:1] == b"<":
        what = N_("{host} answered with a web page and not with data.")
        raise AreaError(Message.of(what, host=host), LOOK_AT_IT)
    try:
        return json.loads(content)
    except (ValueError, RecursionError) as error:
        what = N_("The answer of {host} is cut short or damaged.")
        raise AreaError(Message.of(what, host=host), ASK_AGAIN) from error


def read_answer(content: bytes, host: str) -> Answer:
    """
    Read the answer of an Overpass server.

    Raises
    ------
    AreaError
        If it is no whole answer; a remark in it says that the server gave up half-way.

    Examples
    --------
    >>> node = '{"type": "node", "id": 7, "lat": 38.85, "lon": 117.9}'
    >>> read_answer(f'{{"elements": [{node}]}}'.encode(), "maps.example").elements["node", 7]["lon"]
    117.9
    """
    content_read = read_json(content, host)
    if not isinstance(content_read, dict) or not isinstance(content_read.get("elements"), list):
        what = N_("The answer of {host} is not that of an Overpass server.")
        raise AreaError(Message.of(what, host=host), LOOK_AT_IT)
    if content_read.get("remark"):
        what = N_("{host} gave up: the question takes more time or memory than it grants.")
        raise AreaError(Message.of(what, host=host), ASK_FOR_LESS)
    elements = content_read["elements"]
    if not all(map(_is_sound, elements)):
        what = N_("The answer of {host} is cut short or damaged.")
        raise AreaError(Message.of(what, host=host), ASK_AGAIN)
    about = content_read.get("osm3s")
    as_of = about.get("timestamp_osm_base", "") if isinstance(about, dict) else ""
    by_id = {(element["type"], element["id"]): element for element in elements}
    return Answer(by_id, str(as_of)[:20])


def _is_sound(element: Any) -> bool:
    """Tell whether an object has all that its type needs."""
    if not isinstance(element, dict) or element.get("type") not in KINDS:
        return False
    tags = element.get("tags", {})
    if not isinstance(tags, dict) or not all(map(_is_text, (*tags, *tags.values()))):
        return False
    if not _is_id(element.get("id")):
        return False
    if element["type"] == "node":
        return _is_within(element.get("lon"), 180) and _is_within(element.get("lat"), 90)
    if element["type"] == "way":
        nodes = element.get("nodes")
        return isinstance(nodes, list) and all(map(_is_id, nodes))
    members = element.get("members")
    return isinstance(members, list) and all(map(_is_member, members))


def _is_id(number: Any) -> bool:
    return type(number) is int and 0 < number < _GREATEST_ID


def _is_within(number: Any, bound: float) -> bool:
    return type(number) in {int, float} and math.isfinite(number) and abs(number) <= bound


def _is_text(text: Any) -> bool:
    """Tell whether a text may be a tag: not too long, and no half of a letter."""
    if not isinstance(text, str) or len(text) > _LONGEST_TAG:
        return False
    try:
        return text.isascii() or bool(text.encode())
    except UnicodeEncodeError:
        return False


def _is_member(member: Any) -> bool:
    return (
        isinstance(member, dict)
        and member.get("type") in KINDS
        and _is_id(member.get("ref"))
        and _is_text(member.get("role", ""))
    )
