"""Delimited text of any usual encoding -> rows numbered as a spreadsheet shows them."""

import csv
import io
from pathlib import Path

import pandas as pd

from data.errors import N_, AreaError, FaultList, Message

TEXT_SUFFIXES = frozenset({".csv", ".tsv", ".txt"})
_MAX_LISTED = 20


def decode(content: bytes) -> str:
    """
    Decode a table in UTF-8, UTF-16 or GB 18030, the encodings that office programs write.

    Raises
    ------
    AreaError
        If it is none of these, because a guess would turn names into nonsense.

    Examples
    --------
    >>> decode("门口".encode("gbk"))
    '门口'
    """
    marked = content.startswith((b"\xff\xfe", b"\xfe\xff"))
    for encoding in ("utf-16",) if marked else ("utf-8-sig", "gb18030"):
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\x00" not in text:
            return text
    raise AreaError(
        N_("The file is neither UTF-8 nor GB 18030 text."),
        N_("Open it in a spreadsheet program and save it again as CSV UTF-8."),
    )


def read_delimited(file: Path) -> pd.DataFrame:
    """
    Read delimited text as it stands, every cell a text.

    Parameters
    ----------
    file
        CSV or TSV; the first row that is not blank holds the headers.

    Returns
    -------
    table
        The index `row` is the number that a spreadsheet shows; blank rows are left out.

    Raises
    ------
    AreaError
        If the file cannot be read, or a row has more cells than there are headers, because then
        nobody knows which cell belongs to which header.
    """
    if not file.is_file():
        raise AreaError(N_("The file does not exist."), N_("Check its name and folder."))
    if file.suffix.lower() not in TEXT_SUFFIXES:
        raise AreaError(
            N_("This kind of file is not read here."),
            N_("Save it as CSV UTF-8, GeoJSON or GeoPackage."),
        )
    rows = _split(decode(file.read_bytes()))
    if not rows:
        raise AreaError(N_("The file is empty."), N_("Export it again."))
    top = min(rows)
    header = [name.strip() for name in rows.pop(top)]
    _refuse_long_rows(rows, len(header))
    cells = [(row + [""] * len(header))[: len(header)] for row in rows.values()]
    index = pd.Index(list(rows), dtype=int, name="row")
    return pd.DataFrame(cells, index=index, columns=header, dtype=str)


def _split(text: str) -> dict[int, list[str]]:
    """Split text into rows by their number; blank rows are counted, but not returned."""
    delimiter = max(",;\t", key=text.lstrip().partition("\n")[0].count)
    # only line ends end a line: other breaks, and those between quotation marks, are text
    lines = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    try:
        return {n: row for n, row in enumerate(lines, start=1) if any(map(str.strip, row))}
    except csv.Error as error:
        raise AreaError(
            N_("The table is cut off, or a quotation mark in it is not closed."),
            N_("Export it again."),
        ) from error


def _refuse_long_rows(rows: dict[int, list[str]], width: int) -> None:
    """Raise the rows that have a text beyond the last header."""
    long = [number for number, row in rows.items() if any(map(str.strip, row[width:]))]
    faults = FaultList()
    for number in long[:_MAX_LISTED]:
        faults.add(
            N_("The row has more cells than there are headers."),
            N_("Put a text that holds the separator in quotation marks, or name every column."),
            row=number,
        )
    if len(long) > _MAX_LISTED:
        more = Message.of(N_("{n} more faults of this kind follow."), n=len(long) - _MAX_LISTED)
        faults.add(more, N_("Correct the first ones and try again."))
    faults.raise_if_any(AreaError)
