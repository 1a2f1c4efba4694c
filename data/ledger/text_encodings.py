"""In which encoding a text stands, and its bytes as UTF-8."""

import codecs
import functools
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import charset_normalizer

from data.errors import N_, AreaError
from data.ledger.text_sources import TextSource

MIXED = "utf-8+gb18030"
"""Some lines are UTF-8, others GB 18030."""

_MARKS = {
    codecs.BOM_UTF8: "utf-8-sig",
    codecs.BOM_UTF32_LE: "utf-32",
    codecs.BOM_UTF32_BE: "utf-32",
    codecs.BOM_UTF16_LE: "utf-16",
    codecs.BOM_UTF16_BE: "utf-16",
}
"""In this order: the mark of UTF-32 begins with that of UTF-16."""
_OTHERS = ["big5", "big5hkscs", "cp1252", "gb18030"]
_WIDE = re.compile("[\u2e80-\ufffc\U00010000-\U0010ffff]")
"""Chinese characters and their punctuation, and what stands behind them."""
_MAY_BE_WIDE = re.compile(rb"[\xe2-\xf4][\x80-\xbf]{2}")
"""How such a character begins in UTF-8; few lines of GB 18030 hold this, and it is quickly seen."""
_COMMON = 0.7
"""Share of everyday characters from which a text is taken for GB 18030 unasked."""
_SAMPLE = 1 << 16
REPLACED = "\ufffd"


@dataclass(frozen=True)
class TextEncoding:
    """The encoding of a text and how sure it is."""

    name: str
    assumed: bool = False
    """Whether it was guessed from the frequency of characters."""
    n_other_lines: int = 0
    """Lines in the less frequent of two encodings."""


def find_encoding(source: TextSource) -> TextEncoding:
    """
    Find the encoding of a text: by its mark, by strict decoding, by its characters.

    Raises
    ------
    AreaError
        If it holds NUL bytes, because then it is no text.
    """
    head = source.head()
    for mark, name in _MARKS.items():
        if head.startswith(mark) and _decodes(source, name):
            return TextEncoding(name)
    if b"\x00" in head:
        return _find_unmarked_utf16(head)
    if _decodes(source, "utf-8"):
        return TextEncoding("utf-8")
    return judge_lines(source.lines())


def _decodes(source: TextSource, encoding: str) -> bool:
    """Tell whether the whole text is of an encoding."""
    decoder = codecs.getincrementaldecoder(encoding)()
    try:
        for block in source.blocks():
            if "\x00" in decoder.decode(block):
                raise no_text()
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return True


def no_text() -> AreaError:
    """Return the error that refuses a file with NUL bytes."""
    return AreaError(
        N_("The file holds NUL bytes: it is damaged, or no text."),
        N_("Export it again as CSV UTF-8 or xlsx."),
    )


def _find_unmarked_utf16(head: bytes) -> TextEncoding:
    """Find out which half of each pair of bytes comes first; without a line end it is no text."""
    for name in ("utf-16-le", "utf-16-be"):
        if any(sign.encode(name) in head for sign in ("\n", "\r")) and _is_utf16(head, name):
            return TextEncoding(name, assumed=True)
    raise no_text()


def _is_utf16(head: bytes, name: str) -> bool:
    try:
        text = head[: len(head) // 2 * 2 - 2].decode(name)
    except UnicodeDecodeError:
        return False
    plain = sum(sign.isascii() or _is_common(sign) for sign in text)
    return "\x00" not in text and plain >= _COMMON * len(text)


@functools.cache
def _is_common(sign: str) -> bool:
    """Tell whether a character is in everyday use in China: one of GB 2312."""
    try:
        sign.encode("gb2312")
    except UnicodeEncodeError:
        return False
    return True


def judge_lines(lines: Iterable[bytes]) -> TextEncoding:
    """
    Judge a text that is not UTF-8 throughout by its lines, or by the cells of a table.

    Raises
    ------
    AreaError
        If it holds NUL bytes, because then it is no text.

    Examples
    --------
    >>> judge_lines(["北门".encode("gbk"), "河边桥底下".encode("gbk")])
    TextEncoding(name='gb18030', assumed=False, n_other_lines=0)
    """
    kinds: Counter[str] = Counter()
    sample = bytearray()
    for line in lines:
        if b"\x00" in line:
            raise no_text()
        if line.isascii():
            continue
        kinds[_kind(line)] += 1
        if len(sample) < _SAMPLE:
            sample += line
    if kinds["utf-8"]:
        return TextEncoding(MIXED, n_other_lines=min(kinds["utf-8"], kinds["gb18030"]))
    if kinds["gb18030"] and _common_share(bytes(sample)) >= _COMMON:
        return TextEncoding("gb18030")
    found = charset_normalizer.from_bytes(bytes(sample), cp_isolation=_OTHERS).best()
    return TextEncoding(found.encoding if found else "gb18030", assumed=True)


def _kind(line: bytes) -> str:
    """Tell whether a line is UTF-8 with Chinese, GB 18030 or neither."""
    if _is_chinese_utf8(line):
        return "utf-8"
    try:
        line.decode("gb18030")
    except UnicodeDecodeError:
        return "neither"
    return "gb18030"


def _is_chinese_utf8(line: bytes) -> bool:
    """Tell whether a line is UTF-8, but for a character that may be cut, and holds Chinese."""
    if _MAY_BE_WIDE.search(line) is None:
        return False
    try:
        return _WIDE.search(line.decode()) is not None
    except UnicodeDecodeError:
        text = line.decode("utf-8", errors="replace")
    return len(_WIDE.findall(text)) > 2 * text.count(REPLACED)


def _common_share(content: bytes) -> float:
    """Return the share of everyday characters among those of a text in GB 18030."""
    text = content.decode("gb18030", errors="replace")
    signs = Counter(sign for sign in text if not sign.isascii())
    common = sum(n for sign, n in signs.items() if _is_common(sign))
    return common / max(signs.total(), 1)


def utf8_blocks(source: TextSource, encoding: str) -> Iterator[bytes]:
    r"""
    Yield a text as UTF-8 without a mark; what cannot be decoded becomes U+FFFD.

    Examples
    --------
    >>> import tempfile
    >>> from pathlib import Path
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     path = Path(folder) / "a.csv"
    ...     _ = path.write_bytes("时间\n".encode() + "北门\n".encode("gbk"))
    ...     print(b"".join(utf8_blocks(TextSource(path), MIXED)).decode().split())
    ['时间', '北门']
    """
    if encoding == MIXED:
        yield from map(_decode_line, source.lines())
        return
    decoder = codecs.getincrementaldecoder(encoding)(errors="replace")
    for block in source.blocks():
        yield block if encoding == "utf-8" else decoder.decode(block).encode()
    yield decoder.decode(b"", final=True).encode()


def _decode_line(line: bytes) -> bytes:
    """Return a line in UTF-8, whichever of the two it is in."""
    if line.isascii():
        return line
    encoding = "utf-8" if _kind(line) == "utf-8" else "gb18030"
    return line.removeprefix(codecs.BOM_UTF8).decode(encoding, errors="replace").encode()
