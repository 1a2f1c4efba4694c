"""Delimited text of any usual encoding -> a ledger, a million rows in seconds."""

import csv
import io
import itertools

from data.errors import N_, AreaError
from data.ledger.delimited_rows import parse_rows, refuse_swallowed_rows
from data.ledger.findings import Findings, Rule
from data.ledger.grids import lay_out
from data.ledger.header_words import is_header_word
from data.ledger.headers import NO_HEADER, WRITE_HEADER, Header, Row, find_header
from data.ledger.table import LedgerTable
from data.ledger.text_encodings import REPLACED, find_encoding, utf8_blocks
from data.ledger.text_sources import TextSource

MIXED_ENCODINGS = Rule(
    "mixed_encodings",
    N_("{n} lines are in another encoding than the others; each was read in its own."),
    "repaired",
)
ENCODING_ASSUMED = Rule(
    "encoding_assumed",
    N_("The encoding of {n} text files was guessed from their characters."),
    "assumed",
    N_("If texts look wrong, save the file as CSV UTF-8 and import it again."),
)
UNDECODABLE_BYTES = Rule(
    "undecodable_bytes",
    N_("{n} cells hold bytes that are no character; � stands for them."),
    "noted",
    N_("Type these cells anew in the file, or export it again."),
)
_DELIMITERS = ",;\t|"
_SAMPLE_SIGNS = 1 << 18
_SAMPLE_ROWS = 80
_ENOUGH = 2


def read_text_table(source: TextSource) -> LedgerTable:
    """
    Read delimited text: encoding, delimiter and header row are found out.

    Parameters
    ----------
    source
        CSV, TSV or the like.

    Returns
    -------
    table
        Rows are numbered as a spreadsheet numbers them: a record whose quoted text has line breaks
        is one row, and blank lines count.

    Raises
    ------
    AreaError
        If there is no row of headers, or a quotation mark is left open. Nothing of the file is
        quoted: without headers nobody knows what is a person's.
    """
    encoding = find_encoding(source)
    sample = _sample(source, encoding.name)
    delimiter, header = _find_layout(sample)
    if header is None:
        raise AreaError(NO_HEADER, WRITE_HEADER)
    findings = Findings()
    findings.note(MIXED_ENCODINGS, encoding.n_other_lines)
    findings.note(ENCODING_ASSUMED, int(encoding.assumed))
    width = _usual_width(_rows(sample, delimiter), header)
    blocks = utf8_blocks(source, encoding.name)
    grid = parse_rows(blocks, delimiter, header.last, width, findings)
    refuse_swallowed_rows(grid, delimiter, len(header.names))
    cells = lay_out(grid, header, findings)
    for column in cells:
        held = cells[column][cells[column].str.contains(REPLACED, regex=False).to_numpy()]
        findings.add(UNDECODABLE_BYTES, held, column=str(column))
    return LedgerTable(source.path.name, "", cells, None, findings, encoding.name)


def _sample(source: TextSource, encoding: str) -> str:
    """Return the first rows as one text; the last row may be cut."""
    parts: list[str] = []
    for block in utf8_blocks(source, encoding):
        parts.append(block.decode("utf-8", errors="ignore"))
        if sum(map(len, parts)) >= _SAMPLE_SIGNS:
            break
    return "".join(parts)[:_SAMPLE_SIGNS]


def _rows(sample: str, delimiter: str) -> list[Row]:
    """Split the first rows of a text."""
    lines = csv.reader(io.StringIO(sample, newline=""), delimiter=delimiter)
    rows: list[Row] = []
    try:
        for number, cells in enumerate(itertools.islice(lines, _SAMPLE_ROWS), start=1):
            rows.append((number, [cell.strip() for cell in cells]))
    except csv.Error:  # a cell longer than the csv module takes: a shape as text
        pass
    return rows


def _find_layout(sample: str) -> tuple[str, Header | None]:
    """Find the delimiter that shows most usual headers; clevercsv judges where they are unusual."""
    found = {delimiter: find_header(_rows(sample, delimiter)) for delimiter in _DELIMITERS}
    known = {
        delimiter: sum(map(is_header_word, header.names)) if header else 0
        for delimiter, header in found.items()
    }
    best = max(_DELIMITERS, key=known.__getitem__)
    if known[best] < _ENOUGH:
        import clevercsv  # noqa: PLC0415  # a fifth of a second that hardly any file needs

        lines = "\n".join(sample.splitlines()[:_SAMPLE_ROWS])
        try:
            dialect = clevercsv.Sniffer().sniff(lines, delimiters=_DELIMITERS)
        except clevercsv.Error:
            return best, found[best]
        sniffed = dialect.delimiter if dialect else None
        best = sniffed if sniffed in found else best
    return best, found[best]


def _usual_width(rows: list[Row], header: Header) -> int:
    """Return the number of cells that most rows below the headers have."""
    usual = len(header.names)
    widths = [len(cells) for number, cells in rows if number > header.last and any(cells)]
    return max({*widths, usual}, key=lambda width: (widths.count(width), width == usual))
