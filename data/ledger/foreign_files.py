"""Files that are no tables, known by their first bytes."""

from data.errors import N_, AreaError, Message
from data.ledger.refusals import SAVE_AGAIN

DOCUMENT = N_("a Word document")
SLIDES = N_("a slide show")
ARCHIVE = N_("an archive")
OTHER = N_("of another kind")
_PICTURE = N_("a picture")
_PROGRAM = N_("a program")

_FOREIGN = {
    b"%PDF": N_("a PDF document"),
    b"\x89PNG": _PICTURE,
    b"\xff\xd8\xff": _PICTURE,
    b"GIF8": _PICTURE,
    b"BM": _PICTURE,
    b"II*\0": _PICTURE,
    b"MM\0*": _PICTURE,
    b"{\\rtf": DOCUMENT,
    b"Rar!": ARCHIVE,
    b"7z\xbc\xaf": ARCHIVE,
    b"BZh": ARCHIVE,
    b"\xfd7zXZ": ARCHIVE,
    b"MZ": _PROGRAM,
    b"\x7fELF": _PROGRAM,
    b"PAR1": N_("a Parquet file"),
}
_OLD_SHEET = (b"\x09\x00\x04\x00", b"\x09\x02\x06\x00", b"\x09\x04\x06\x00")
_LETTERS = 3
_AS_TABLE = N_("Copy the table into WPS or Excel and save it as xlsx.")


def not_a_table(kind: str, remedy: str = _AS_TABLE) -> AreaError:
    """Return the error that refuses a file of a kind, which is marked with `N_`.

    Examples
    --------
    >>> print(not_a_table("a picture", "Type it."))
    The file is a picture, not a table. Type it.
    """
    what = Message.of(N_("The file is {kind}, not a table."), kind=Message(kind))
    return AreaError(what, remedy)


def refuse_foreign(head: bytes) -> None:
    """
    Refuse documents, pictures, archives and programs.

    Parameters
    ----------
    head
        The first bytes of a file.

    Raises
    ------
    AreaError
        With the kind in words.

    Examples
    --------
    >>> refuse_foreign(b"%PDF-1.7")
    Traceback (most recent call last):
    data.errors.AreaError: The file is a PDF document, not a table. Copy the table into WPS or ...
    """
    for magic, kind in _FOREIGN.items():
        # two or three letters may be the first ones of a table
        if head.startswith(magic) and (len(magic) > _LETTERS or b"\0" in head):
            raise not_a_table(kind)
    if head[4:8] == b"ftyp":
        raise not_a_table(_PICTURE)
    if head.startswith(_OLD_SHEET):
        raise AreaError(N_("The workbook is of a version before 1993."), SAVE_AGAIN)
