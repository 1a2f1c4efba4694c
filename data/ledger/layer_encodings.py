"""In which encoding the table of a shapefile (.dbf) is written: few say so, some say it wrong."""

import struct
from collections.abc import Iterator

from data.ledger.text_encodings import MIXED, judge_lines

_CODES = {"gb18030": "GB18030", "utf-8": "UTF-8", "big5": "BIG5", "big5hkscs": "BIG5-HKSCS"}
_WESTERN = "CP1252"
_FIELD = 32
_NAME = 10
_LAST_FIELD = 0x0D
_LANGUAGE = 29
_UNSAID = frozenset({0x00, 0x03, 0x57})
"""Language marks that every program writes, whatever the language."""
ENOUGH_BYTES = 1 << 24


def find_dbase_encoding(table: bytes) -> tuple[str, bool]:
    """
    Find the encoding of a .dbf table by its texts.

    Parameters
    ----------
    table
        Its first bytes, `ENOUGH_BYTES` or all of them.

    Returns
    -------
    encoding, marked
        Name for GDAL, empty where all texts are plain ASCII; and whether the table has a mark of
        its language. A mark, like a .cpg file, is not believed against the texts.
    """
    texts = [text for text in _texts(table) if not text.isascii()]
    if not texts:
        return "", False
    marked = table[_LANGUAGE] not in _UNSAID
    if all(map(_is_utf8, texts)):
        return "UTF-8", marked
    found = judge_lines(text for text in texts if b"\0" not in text).name
    name = "utf-8" if found == MIXED else found  # texts cut within a character
    return _CODES.get(name, _WESTERN), marked


def _is_utf8(text: bytes) -> bool:
    try:
        text.decode()
    except UnicodeDecodeError:
        return False
    return True


def _texts(content: bytes) -> Iterator[bytes]:
    """Yield the names of the fields and the content of those that hold text."""
    if len(content) < _FIELD:
        return
    n_rows, start, width = struct.unpack_from("<IHH", content, 4)
    fields: list[tuple[int, int]] = []
    place = 1  # behind the mark of deletion
    for at in range(_FIELD, min(start, len(content)) - 1, _FIELD):
        if content[at] == _LAST_FIELD:
            break
        yield content[at : at + _NAME].split(b"\0")[0]
        size = content[at + 16]
        if content[at + 11 : at + 12] == b"C":
            fields.append((place, size))
        place += size
    for row in range(min(n_rows, len(content) // max(width, 1))):
        record = content[start + row * width : start + (row + 1) * width]
        for first, size in fields:
            yield record[first : first + size].strip(b" \0")
