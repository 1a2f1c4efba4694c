"""Map layers that are written as text: their content in UTF-8, and the names that they use."""

import html
import re
from pathlib import Path

from data.errors import AreaError
from data.ledger.refusals import DAMAGED, EXPORT_AGAIN
from data.ledger.zip_archives import open_archive

_DECLARED = re.compile(rb"\s*<\?xml[^>]*?\bencoding\s*=\s*[\"']([\w.-]+)[\"'][^>]*\?>")
_CHINESE = frozenset({b"gb2312", b"gbk", b"gb18030", b"cp936"})
_DECLARATION = re.compile(r"\A\s*<\?xml[^>]*\?>")
_UTF8 = '<?xml version="1.0" encoding="UTF-8"?>'
_UTF16_MARKS = (b"\xff\xfe", b"\xfe\xff")
_ZIP = b"PK"
_FIELD = re.compile(
    r"(<(?:\w+:)?(?:Data|SimpleData|SimpleField)\b[^>]*?\bname\s*=\s*)(\"[^\"]*\"|'[^']*')"
)


def read_documents(path: Path) -> list[bytes]:
    """
    Return the XML documents of a KML, KMZ or GPX file, those in GBK or UTF-16 as UTF-8.

    Raises
    ------
    AreaError
        If a document is not of the encoding that it names.
    """
    content = path.read_bytes()
    if not content.startswith(_ZIP):
        return [_to_utf8(content)]
    with open_archive(path) as archive:
        members = [name for name in archive.namelist() if name.lower().endswith(".kml")]
        return [_to_utf8(archive.read(name)) for name in members]


def _to_utf8(content: bytes) -> bytes:
    """Decode what is not UTF-8: the parsers do not know the Chinese encodings."""
    encoding = "utf-16" if content.startswith(_UTF16_MARKS) else "gb18030"
    declared = _DECLARED.match(content)
    if encoding == "gb18030" and (declared is None or declared[1].lower() not in _CHINESE):
        return content
    try:
        text = content.decode(encoding)
    except UnicodeDecodeError:
        raise AreaError(DAMAGED, EXPORT_AGAIN) from None
    return (_UTF8 + _DECLARATION.sub("", text, count=1)).encode()


def alias_fields(document: bytes) -> tuple[bytes, dict[str, str]]:
    """
    Give the added fields of a KML document plain names, and return what stands for what.

    The library writes a low line for each byte of a Chinese name, so that names of one length
    become one.

    Examples
    --------
    >>> document, names = alias_fields('<Data name="备注"/><Data name="备注"/>'.encode())
    >>> document, names
    (b'<Data name="field1"/><Data name="field1"/>', {'field1': '备注'})
    """
    aliases: dict[str, str] = {}

    def replace(found: re.Match[str]) -> str:
        name = html.unescape(found[2][1:-1])
        alias = aliases.setdefault(name, f"field{len(aliases) + 1}")
        return f'{found[1]}"{alias}"'

    try:
        text = document.decode()
    except UnicodeDecodeError:  # of another encoding that the parser knows
        return document, {}
    aliased = _FIELD.sub(replace, text).encode()
    return aliased, {alias: name for name, alias in aliases.items()}
