"""Telephone numbers of leaflets as keyed hashes: they link a series, and nobody can ring them."""

import hmac
import os
import re
import secrets
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from data.errors import N_, AreaError
from data.ledger.marks import cover, fold, hits
from data.ledger.private_numbers import LETTERED, NUMBERS, PHONE, SEVEN, to_digits

HASH_LENGTH = 16
"""Hexadecimal digits: 64 bits, so that a million numbers have no two alike by chance."""
KEY_LENGTH = 32
KEY_FILE = "XUNGE_LEAFLET_KEY"
"""Names the file of the key; unset, nothing of a number on a leaflet is kept."""
SHORTEST_KEY = 16

_AREA = re.compile(r"(?:0|0?086|86)?(?:0?(?:10|2\d|[3-9]\d\d))?([2-8]\d{6,7})")
_COUNTRY = re.compile(r"(?:0086|86|0)?(1[3-9]\d{9})")
_EXTENSION = re.compile(r"转|分机|[Ee][Xx][Tt]")
_HAN = re.compile(r"[\u4e00-\u9fff]")
_CLAUSES = re.compile(r"[。；;！!？?\n]")
_LEAFLET = re.compile(
    "广告|传单|名片|卡片|贴纸|纸条|喷|印有|写着|标注|留有|招牌|牌子|收药|回收|药贩"
)
_PERSON = re.compile("举报|投诉|报警|来电|致电|求助|反映|回复|回电|市民|居民|群众|本人|联系人|姓名")
_LETTERS = str.maketrans("OolI", "0011")


def hash_contacts(texts: pd.Series, key: bytes) -> pd.Series:
    """
    Hash the telephone numbers that leaflets give.

    Only a number that stands alone, or behind a word that tells of a leaflet, is one: the number of
    whoever reported it is never hashed.

    The hash is keyed (HMAC-SHA-256) because there are only some ten thousand million numbers: from
    a plain hash, anybody could find the number by trying them all. Who holds the key still can, so
    it stays on the office's own machine, apart from the data and their backups; see `local_key`.

    Parameters
    ----------
    texts
        What stands on the leaflets; numbers in any spelling.
    key
        At least 16 secret bytes; empty if no hash is wanted.

    Returns
    -------
    hashes
        On the index of `texts`: sixteen hexadecimal digits for each number, sorted and divided by
        spaces; empty without a number or a key. The country's and the area's code and an extension
        make no difference, because leaflets leave them out.

    Raises
    ------
    ValueError
        If the key is shorter than 16 bytes, because it could be guessed.

    Examples
    --------
    >>> texts = pd.Series(["收药138-0000-1234", "+86 13800001234", "上门收药"])
    >>> hashes = hash_contacts(texts, bytes(range(32)))
    >>> hashes[0] == hashes[1], len(hashes[0]), hashes[2]
    (True, 16, '')
    """
    if key and len(key) < SHORTEST_KEY:
        msg = f"A key of {len(key)} bytes could be guessed; use at least {SHORTEST_KEY}."
        raise ValueError(msg)
    unique = pd.Series(texts.unique(), dtype=str).dropna()
    if not key or unique.empty:
        return pd.Series("", texts.index, dtype=str, name=texts.name)
    plain = unique.map(fold).astype(str)
    array = pa.array(plain, type=pa.large_string())
    gates = [pc.match_substring_regex(array, gate) for gate in (SEVEN, LETTERED)]
    held = pc.or_(*gates).to_numpy(zero_copy_only=False)
    pairs = zip(unique[held], plain[held], strict=True)
    made = {text: _hash(folded, key) for text, folded in pairs}
    return texts.map(lambda text: made.get(text, "")).astype(str)


def _hash(text: str, key: bytes) -> str:
    """Hash each number of a leaflet in a folded text."""
    found = {hmac.digest(key, number.encode(), "sha256").hex() for number in numbers_in(text)}
    return " ".join(sorted(digest[:HASH_LENGTH] for digest in found))


def numbers_in(text: str) -> list[str]:
    """
    Return a leaflet's telephone numbers in plain digits, without country, area and extension.

    Examples
    --------
    >>> numbers_in("小广告写着一三八-0000-1234，(022)2621-1234转801，2018-01-15")
    ['26211234', '13800001234']
    >>> numbers_in("举报人电话13800001234")
    []
    """
    plain = fold(text)
    found = []
    for mark in NUMBERS:
        if mark.rule is PHONE:
            spans = [span for span in hits(mark, plain) if _is_of_leaflet(text[: span[0]])]
            found += [_normalise(plain[first:last]) for first, last in spans]
        plain = cover(plain, mark)
    return [number for number in found if number]


def _is_of_leaflet(before: str) -> bool:
    """Tell from what stands before a number whether it is that of a leaflet."""
    said = _CLAUSES.split(before)[-1]
    words = _LEAFLET.search(said)
    if words is None:
        return _HAN.search(before) is None
    return _PERSON.search(said[words.end() :]) is None


def _normalise(spelling: str) -> str:
    """Return the digits of one number; nothing if some of them are not given."""
    digits = to_digits(_EXTENSION.split(spelling)[0].translate(_LETTERS))
    for pattern in (_COUNTRY, _AREA):
        if number := pattern.fullmatch(digits):
            return number[1]
    return digits if digits.startswith(("400", "800")) else ""


def leaflet_key() -> bytes | None:
    """
    Return the key of the file that `XUNGE_LEAFLET_KEY` names; None if the office wants no hashes.

    Raises
    ------
    AreaError
        As `local_key` does.
    """
    named = os.environ.get(KEY_FILE)
    return local_key(Path(named)) if named else None


def local_key(path: Path) -> bytes:
    """
    Return the key kept in a file, which is made if there is none.

    The file can be read by its owner only. Keep it outside the store and its backups: who has the
    key and the hashes can find the numbers again. If it is lost, old hashes match no new ones.

    Raises
    ------
    AreaError
        If the file holds no key, or others can read it.
    """
    try:
        file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return _read_key(path)
    except OSError as error:
        raise AreaError(
            N_("The key of the telephone numbers cannot be written."),
            N_("Name a file in a folder that is there and may be written to."),
        ) from error
    with os.fdopen(file, "w", encoding="ascii") as key_file:
        key_file.write(secrets.token_hex(KEY_LENGTH))
    return _read_key(path)


def _read_key(path: Path) -> bytes:
    """Read a key that is well kept."""
    if os.name != "nt" and path.stat().st_mode & 0o077:
        raise AreaError(
            N_("The key of the telephone numbers can be read by others."),
            N_("Let only its owner read the file (chmod 600)."),
        )
    text = path.read_text(encoding="ascii", errors="replace").strip()
    if re.fullmatch(rf"[0-9a-f]{{{2 * KEY_LENGTH}}}", text) is None:
        raise AreaError(
            N_("The file of the key holds no key."),
            N_("Delete it: a new one is made, which matches no hash made before."),
        )
    return bytes.fromhex(text)
