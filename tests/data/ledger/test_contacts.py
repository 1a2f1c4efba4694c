import hashlib
import hmac
import os
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from data.errors import AreaError
from data.ledger.contacts import hash_contacts, local_key
from tests.data.ledger.planted import landline, mobile, plant

KEY = bytes(range(32))


def _hash(number: str, key: bytes = KEY) -> str:
    return hmac.new(key, number.encode(), hashlib.sha256).hexdigest()[:16]


@pytest.mark.parametrize(
    "text",
    [
        "13800001234",
        "138-0000-1234",
        "１３８ ００００ １２３４",
        "一三八〇〇〇〇一二三四",
        "+86 138 0000 1234",
        "0086-13800001234",
        "小广告上写着13800001234",
        "散发名片，收药电话:138 0000 1234，2018-01-15",
        "l38OOOO1234",
    ],
)
def test_one_number_in_many_spellings(text: str) -> None:
    """Every spelling of a number has the hash of its digits."""
    assert hash_contacts(pd.Series([text]), KEY).tolist() == [_hash("13800001234")]


@pytest.mark.parametrize("text", ["26211234", "022-2621-1234", "（022）26211234转801", "2621 1234"])
def test_area_codes_and_extensions_make_no_difference(text: str) -> None:
    """A landline number is the same with and without area code or extension."""
    assert hash_contacts(pd.Series([text]), KEY).tolist() == [_hash("26211234")]


def test_several_numbers_are_all_kept() -> None:
    """A leaflet with two numbers has two hashes, sorted, so that either links it to another."""
    both = hash_contacts(pd.Series(["传单：13800001234、26211234"]), KEY)[0]
    assert both.split() == sorted([_hash("13800001234"), _hash("26211234")])


@pytest.mark.parametrize(
    "text",
    [
        "",
        "北门有人收药",
        "举报人张某电话13800001234",
        "市民（13800001234）来电反映小广告",
        "小广告。联系人13800001234",
        "散发小广告，举报人13800001234",
        "2018-01-15 08:30",
        "138****1234",
        "110105194912310021",
    ],
)
def test_only_numbers_of_leaflets_are_hashed(text: str) -> None:
    """Whoever reported it is not hashed, nor is a time or part of a number."""
    assert hash_contacts(pd.Series([text]), KEY).tolist() == [""]


def test_without_a_key_nothing_is_kept() -> None:
    """No key, no hash; a key that could be guessed is refused."""
    texts = pd.Series(["13800001234"], index=[7], name="summary")
    assert hash_contacts(texts, b"").tolist() == [""]
    with pytest.raises(ValueError, match="guessed"):
        hash_contacts(texts, b"secret")


def test_another_key_gives_another_hash() -> None:
    """Hashes of two offices cannot be compared."""
    texts = pd.Series(["13800001234"])
    assert hash_contacts(texts, KEY)[0] != hash_contacts(texts, KEY[::-1])[0]


@given(st.integers(0, 2**32 - 1))
def test_the_number_is_not_in_its_hash(seed: int) -> None:
    """The digits of a number do not stand in the result, and the index is that of the texts."""
    items = plant(24, seed)
    texts = pd.Series([item.text for item in items], index=range(2, 26))
    hashes = hash_contacts(texts, KEY)
    assert hashes.index.equals(texts.index)
    for item, made in zip(items, hashes, strict=True):
        assert not any(secret in made for secret in item.secrets)


def test_the_key_is_made_once_and_kept(tmp_path: Path) -> None:
    """The first call makes a key, later calls return it, and only the owner can read it."""
    path = tmp_path / "contacts.key"
    key = local_key(path)
    assert len(key) == 32
    assert local_key(path) == key
    assert local_key(tmp_path / "other.key") != key
    if os.name != "nt":
        assert path.stat().st_mode & 0o777 == 0o600


@pytest.mark.skipif(os.name == "nt", reason="modes of files mean nothing there")
def test_a_key_that_others_can_read_is_refused(tmp_path: Path) -> None:
    """A key readable by others is refused, with the remedy."""
    path = tmp_path / "contacts.key"
    local_key(path)
    path.chmod(0o644)
    with pytest.raises(AreaError, match="chmod 600"):
        local_key(path)


def test_a_file_without_a_key_is_refused(tmp_path: Path) -> None:
    """What was cut off while it was written is no key."""
    path = tmp_path / "contacts.key"
    path.touch(mode=0o600)
    with pytest.raises(AreaError, match="holds no key"):
        local_key(path)


def test_planted_numbers_differ() -> None:
    """The generator draws numbers in their usual lengths."""
    rng = np.random.default_rng(1)
    assert len(mobile(rng)) == 11
    assert len(landline(rng)) == 8
