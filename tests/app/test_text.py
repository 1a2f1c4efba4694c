import re

from hypothesis import given
from hypothesis import strategies as st

from app.text import WORD_JOINER, number, plain

ESCAPED = re.compile(r"\\([!-/:-@\[-`{-~])")
MARKS = st.text(st.sampled_from("\\`*_{}[]()<>#+-.!|$:~^&=@\n\t w/hpsx1 ")) | st.text()


@given(MARKS)
def test_plain_text_has_no_live_sign(text: str) -> None:
    """Every sign that Markdown could read is escaped, and there is one line only."""
    left = ESCAPED.sub("", plain(text))
    assert not re.search(r"[!-/:-@\[-`{-~\n\r]", left)


@given(MARKS)
def test_plain_text_reads_the_same(text: str) -> None:
    """The reader sees the text, with single spaces; what is invisible only parts an address."""
    shown = ESCAPED.sub(r"\1", plain(text))
    visible = text.replace(WORD_JOINER, "")
    assert shown.replace(WORD_JOINER, "").split() == visible.split()


@given(st.sampled_from(["http://a.example", "HTTPS://a.example", "www.a.example", "x@a.example"]))
def test_plain_address_is_no_link(address: str) -> None:
    """An address stays text even where Markdown makes links of unmarked addresses."""
    shown = ESCAPED.sub(r"\1", plain(address))
    assert not re.search(r"(?i)https?://|www\.|@[\w-]", shown)


@given(st.floats(-1e6, 1e6), st.integers(0, 4))
def test_no_number_is_a_negative_zero(value: float, digits: int) -> None:
    """A minus stands only before something other than zero."""
    written = number(value, digits)
    assert not written.startswith("-") or re.search("[1-9]", written)
