"""XML at the door: whether it is whole, what its root is, and that it defines nothing."""

from collections.abc import Callable, Iterable
from xml.parsers import expat

from data.errors import N_, AreaError
from data.ledger.refusals import DAMAGED, EXPORT_AGAIN

Start = Callable[[str, dict[str, str]], None]


def check_xml(blocks: Iterable[bytes], *, on_start: Start | None = None) -> str:
    """
    Parse XML to its end and return the name of its root, without prefix and in lower case.

    Parameters
    ----------
    blocks
        The content piece by piece.
    on_start
        Called for each element with its name and attributes, prefixes as they stand.

    Raises
    ------
    AreaError
        If it is not well-formed, or defines a document type: entities that are made of entities
        grow without end.

    Examples
    --------
    >>> check_xml([b"<a:KML xmlns:a='x'><b/>", b"</a:KML>"])
    'kml'
    """
    parser = expat.ParserCreate()
    roots: list[str] = []

    def start(name: str, attributes: dict[str, str]) -> None:
        if not roots:
            roots.append(name)
            if on_start is None:  # nothing more is to be learned from Python's side
                parser.StartElementHandler = None
        if on_start is not None:
            on_start(name, attributes)

    def refuse(*_: object) -> None:
        raise AreaError(
            N_("The file defines a document type of its own, which is not read for safety."),
            EXPORT_AGAIN,
        )

    parser.StartElementHandler = start
    parser.StartDoctypeDeclHandler = refuse
    try:
        for block in blocks:
            parser.Parse(block)
        parser.Parse(b"", True)  # noqa: FBT003  # it takes no keyword
    except AreaError:
        raise
    except (expat.ExpatError, ValueError, LookupError):  # the last two: an unknown encoding
        raise AreaError(DAMAGED, EXPORT_AGAIN) from None
    return roots[0].rpartition(":")[2].lower() if roots else ""
