from hashlib import blake2b

import numpy as np
import pandas as pd
from hypothesis import given
from hypothesis import strategies as st

from data.store.record_tables import to_table
from data.store.row_hashes import hash_contents, hash_keys, hash_words
from tests.data.store.invented import invent, typed, without_place


def keys(records: pd.DataFrame) -> list[int]:
    """Hash records by what they are known again."""
    return hash_keys(to_table(records)).tolist()


def contents(records: pd.DataFrame) -> list[int]:
    """Hash what records say."""
    return hash_contents(to_table(records)).tolist()


def test_hashes_never_change() -> None:
    """The hashes of a known row are those of every earlier version: stores hold them."""
    records = pd.concat([invent(1), invent(1, first=2, numbered=False)])
    assert keys(records) == [7119736803734288964, 6302874976284370036]
    assert contents(records) == [-7269492287848157154, -3805763917958587642]


def test_the_key_of_a_numbered_row_is_a_plain_hash() -> None:
    """It is the first 64 bits of BLAKE2b of source and number, joined by the unit separator."""
    digest = blake2b(b"order_12345\x1fGD1", digest_size=8).digest()
    assert keys(invent(1)) == [int.from_bytes(digest, "big", signed=True)]


def test_a_numbered_row_is_known_by_source_and_number() -> None:
    """Whatever else it says, a row is the same while its source and its number are."""
    records = invent(2)
    other = records.assign(summary="别的", lon=1.0, type="posting")
    assert keys(other) == keys(records)
    assert keys(records.assign(source="call_110")) != keys(records)


def test_a_row_without_a_number_is_known_by_what_it_says() -> None:
    """A row without a number is another one as soon as a word of it is."""
    records = invent(2, numbered=False)
    assert keys(records.assign(file="b.csv", sheet="二", row=9)) == keys(records)
    for column, value in (("summary", "别的"), ("persons", 9.0), ("raw_x", 1.0), ("note", "x")):
        assert not set(keys(records.assign(**{column: value}))) & set(keys(records))


def test_the_place_found_for_a_row_does_not_make_it_another() -> None:
    """Converted otherwise, found by its name, or put on the map by hand, the row is the same."""
    records = invent(1, numbered=False)
    assert keys(records.assign(lon=1.0, datum="gcj02", geo_precision="gate")) == keys(records)
    bare = without_place(records, 2)
    found = bare.assign(lon=1.0, lat=2.0, place_origin="gazetteer", geo_precision="segment")
    assert keys(found) == keys(bare) == keys(found.assign(place_origin="hand", lon=3.0))


def test_content_includes_the_place_unless_it_is_by_hand() -> None:
    """A place that was found anew is news of the row; one that a person set is not the file's."""
    records = invent(1)
    moved = records.assign(lon=1.0)
    assert contents(moved) != contents(records)
    hand = records.assign(place_origin="hand")
    assert contents(hand) == contents(hand.assign(lon=1.0, lat=1.0, geo_precision="gate"))


def test_a_breath_of_a_conversion_is_no_news() -> None:
    """A place that differs by less than a centimetre is the same."""
    records = invent(1).assign(lon=117.9, lat=38.85)
    assert contents(records.assign(lon=117.9 + 1e-12)) == contents(records)


def test_alike_rows_of_one_file_are_told_apart() -> None:
    """Of rows that are alike, the first, the second and so on each have a key, always the same."""
    one = invent(1, numbered=False)
    three = pd.concat([one, one, one])
    assert len(set(keys(three))) == 3
    assert keys(three)[:2] == keys(pd.concat([one, one]))


def test_order_does_not_matter() -> None:
    """Rows have the same keys in whatever order they come."""
    records = pd.concat([invent(20), invent(20, first=50, numbered=False)])
    shuffled = records.sample(frac=1, random_state=1)
    assert sorted(keys(shuffled)) == sorted(keys(records))


def test_nothing_and_minus_zero_are_one() -> None:
    """NaN of every kind is nothing, and -0 is 0."""
    records = invent(1).assign(boxes=0.0)
    assert contents(records) == contents(records.assign(boxes=-0.0))
    assert contents(records.assign(boxes=np.nan)) != contents(records)


def test_no_row_has_no_hash() -> None:
    """Records without a row have no hashes."""
    assert keys(invent(3).iloc[:0]) == contents(invent(3).iloc[:0]) == []


@given(st.lists(st.tuples(*[st.text(max_size=4)] * 2), min_size=2, max_size=6, unique=True))
def test_texts_do_not_run_into_each_other(pairs: list[tuple[str, str]]) -> None:
    """Rows whose texts differ in any way, and be it in where one ends, have different hashes."""
    pairs = [(one.replace("\x00", ""), two.replace("\x00", "")) for one, two in pairs]
    pairs = list(dict.fromkeys(pairs))
    one, two = zip(*pairs, strict=True)
    records = pd.concat([invent(1, numbered=False)] * len(pairs))
    records = typed(records.assign(summary=list(one), note=list(two)))
    assert len(set(hash_words(to_table(records)).tolist())) == len(pairs)
    assert len(set(contents(records))) == len(pairs)
