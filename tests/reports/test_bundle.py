from pathlib import Path

import pandas as pd

from reports.bundle import _harmless, _write_csv


def test_no_cell_is_a_formula() -> None:
    """A text that a spreadsheet would compute is kept from it; numbers and plain texts stay."""
    assert _harmless("=cmd|calc") == "'=cmd|calc"
    assert _harmless("@x") == "'@x"
    assert _harmless("北门") == "北门"
    assert _harmless(-3.5) == -3.5


def test_chinese_tables_carry_the_mark(tmp_path: Path) -> None:
    """A table with Chinese opens in spreadsheet programs; a plain one is plain UTF-8."""
    _write_csv(pd.DataFrame({"what": ["北门"]}), tmp_path / "a.csv")
    _write_csv(pd.DataFrame({"what": ["gate"]}), tmp_path / "b.csv")
    assert (tmp_path / "a.csv").read_bytes().startswith(b"\xef\xbb\xbf")
    assert (tmp_path / "b.csv").read_bytes() == b"what\ngate\n"
