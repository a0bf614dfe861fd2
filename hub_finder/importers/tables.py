"""Rows of cells from a file, CSV or a workbook, a row at a time."""

import codecs
import csv
from collections.abc import Iterator
from io import TextIOBase
from pathlib import Path

from hub_finder.importers.cells import as_it_was
from hub_finder.importers.lines import Line
from hub_finder.importers.report import UnreadableFile

LONGEST_CELL = 4_000_000
LONGEST_LINE = 16_000_000
CHUNK = 1_000_000
# How the first bytes of a file tell what it is.
ZIP, OLD_OFFICE = b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


def read_lines(path: Path, notes: list[str]) -> Iterator[Line]:
    """The rows of a file that are not empty, the headings first. What was noticed of the file goes into `notes`.

    Reads .xlsx, and CSV in UTF-8, UTF-16 or Windows-1252. Raises UnreadableFile.
    """
    try:
        with path.open("rb") as file:
            start = file.read(8)
    except OSError as error:
        raise UnreadableFile(f"{path} cannot be read: {error.strerror}") from error
    ragged = start.startswith(ZIP)
    if ragged:
        from hub_finder.importers.workbooks import read_workbook  # brings openpyxl, which the site does without

        rows = read_workbook(path, notes)
    elif start == OLD_OFFICE:
        raise UnreadableFile(f"{path.name} is an old or locked Excel workbook. Save it as .xlsx, without a password.")
    else:
        rows = _read_csv(path, notes)
    filled = (row for row in rows if row.faults or any(cell.strip() for cell in row.cells))
    width = 0
    for row in _without_titles(filled, notes):
        width = width or len(row.cells)
        # A workbook stores no cells after the last that is filled in.
        row.cells.extend([""] * (width - len(row.cells)) if ragged else ())
        row.cells[:] = map(as_it_was, row.cells)
        yield row


def _without_titles(rows: Iterator[Line], notes: list[str]) -> Iterator[Line]:
    """Leave out lines above the headings that fill one cell only: titles."""
    for row in rows:
        if sum(bool(cell.strip()) for cell in row.cells) > 1:
            yield row
            break
        notes.append(f"Line {row.number} was taken for a title and left out.")
    yield from rows


def _read_csv(path: Path, notes: list[str]) -> Iterator[Line]:
    csv.field_size_limit(LONGEST_CELL)
    encoding = _encoding_of(path, notes)
    with path.open(encoding=encoding, errors="replace" if encoding == "cp1252" else "strict", newline="") as file:
        reader = csv.reader(_bounded(file, path.name), strict=True)
        start = 1
        try:
            for cells in reader:
                yield Line(start, cells)
                start = reader.line_num + 1
        except csv.Error as error:
            raise UnreadableFile(f"{path.name} is not a CSV file: line {reader.line_num}: {error}") from error


def _bounded(file: TextIOBase, name: str) -> Iterator[str]:
    while line := file.readline(LONGEST_LINE):
        if len(line) == LONGEST_LINE:
            raise UnreadableFile(f"{name} is not a CSV file: it has a line of over {LONGEST_LINE:,} characters.")
        yield line


def _encoding_of(path: Path, notes: list[str]) -> str:
    with path.open("rb") as file:
        start = file.read(CHUNK)
        if not start.strip() and not file.read(1):
            raise UnreadableFile(f"{path.name} is empty.")
    if start.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        if not _can_be_read(path, "utf-16"):
            raise UnreadableFile(f"{path.name} begins as UTF-16 but cannot be read as that: it may be cut off.")
        notes.append("The file was read as UTF-16.")
        return "utf-16"
    if _can_be_read(path, "utf-8"):
        return "utf-8-sig"
    notes.append("The file is not UTF-8; it was read as Windows-1252, the usual form of Excel's CSV files.")
    return "cp1252"


def _can_be_read(path: Path, encoding: str) -> bool:
    decoder = codecs.getincrementaldecoder(encoding)()
    try:
        with path.open("rb") as file:
            while chunk := file.read(CHUNK):
                decoder.decode(chunk)
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return True
