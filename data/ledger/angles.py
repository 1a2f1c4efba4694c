"""One coordinate, or a pair of them, in the ways people write them -> decimal degrees."""

import re
import unicodedata
from typing import NamedTuple

_LABELS = r"东经|西经|南纬|北纬|经度|纬度|longitude|latitude|lng|lon|lat|[nsew](?![a-z])"
_ANGLE = re.compile(
    rf"""(?P<before>{_LABELS})?["']?\s*[:=]?\s*
    (?P<degrees>[+-]?\d{{1,9}}(?:\.\d+)?)
    (?:\s*[°度]\s*
      (?:(?P<minutes>\d{{1,2}}(?:\.\d+)?)\s*(?:['′’分]|$)\s*
        (?:(?P<seconds>\d{{1,2}}(?:\.\d+)?)\s*(?:["”秒]|['′’]{{2}}|(?=[nsew]|$)))?)?
    )?
    (?(before)|\s*(?P<after>[nsew](?![a-z])))?""",
    re.VERBOSE,
)
_SEXAGESIMAL = re.compile(r"([+-]?\d{1,3})([\s:.-])(\d{1,2})\2(\d{1,2}(?:\.\d+)?)\s*([nsew]?)")
_COMMA_PAIR = re.compile(r"([+-]?\d{1,3}),(\d{3,})\s*[,;\s]\s*([+-]?\d{1,3}),(\d{3,})")
_SIGNS = str.maketrans({"º": "°", "˚": "°", "﹒": ".", "，": ",", "；": ";", "“": '"', "″": "”"})
_BETWEEN = re.compile(r"(?:[\s,;/、|()\[\]{}\"'“”′’°:=_-]|point|gps|坐标|为|和)*")
_NORTHING = frozenset({"n", "s", "南纬", "北纬", "纬度", "latitude", "lat"})
_NEGATIVE = frozenset({"s", "w", "南纬", "西经"})
_FULL = 60.0
_PAIR = 2


class Angle(NamedTuple):
    """A coordinate and its axis: `x` is east, `y` is north; of a single one it may be unknown."""

    value: float
    axis: str


def read_angles(text: str) -> list[Angle]:
    r"""
    Read the coordinate, or the two, that a text holds.

    Parameters
    ----------
    text
        As it stands in a cell, such as `117°12'22.6"E`, `东经117度12分22秒`, `(117.2, 39.1)`.

    Returns
    -------
    angles
        One or two, in the order of the text; none if it holds anything else. Of two without a
        name the first is east.

    Examples
    --------
    >>> [round(angle.value, 4) for angle in read_angles("117°12'22.6\"E")]
    [117.2063]
    >>> read_angles("北纬39.1 东经117.2")
    [Angle(value=39.1, axis='y'), Angle(value=117.2, axis='x')]
    >>> read_angles("建国道12号")
    []
    """
    plain = unicodedata.normalize("NFKC", text.translate(_SIGNS)).casefold().strip()
    if whole := _SEXAGESIMAL.fullmatch(plain):
        degrees, _, minutes, seconds, side = whole.groups()
        return _checked([_angle(degrees, minutes, seconds, side)])
    plain = _COMMA_PAIR.sub(r"\1.\2 \3.\4", plain)
    found = list(_ANGLE.finditer(plain))
    if len(found) > _PAIR or _BETWEEN.fullmatch(_ANGLE.sub("", plain)) is None:
        return []
    return _checked(
        [_angle(part["degrees"], part["minutes"], part["seconds"], _side(part)) for part in found]
    )


def _side(part: re.Match[str]) -> str:
    """Return what a text says of the axis or the hemisphere."""
    return part["before"] or part["after"] or ""


def _angle(degrees: str, minutes: str | None, seconds: str | None, side: str) -> Angle | None:
    """Put the parts of an angle together, unless they cannot be parts of one."""
    parts = [float(minutes or 0), float(seconds or 0)]
    if max(parts) >= _FULL or (minutes and "." in degrees):
        return None
    size = abs(float(degrees)) + parts[0] / _FULL + parts[1] / _FULL**2
    axis = "" if not side else "y" if side in _NORTHING else "x"
    return Angle(-size if degrees.startswith("-") or side in _NEGATIVE else size, axis)


def _checked(angles: list[Angle | None]) -> list[Angle]:
    """Return the angles if each of them is one; of two, one is east and the other north."""
    read = [angle for angle in angles if angle is not None]
    if len(read) < len(angles) or len(read) < _PAIR:
        return read if len(read) == len(angles) else []
    axes = [angle.axis for angle in read]
    north = axes.index("y") if "y" in axes else 1 - axes.index("x") if "x" in axes else 1
    if axes[1 - north] == "y" or axes[north] == "x":
        return []
    return [Angle(angle.value, "y" if i == north else "x") for i, angle in enumerate(read)]
