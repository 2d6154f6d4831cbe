"""What separates the fields of a text table, and what its decimal mark is, seen from its first lines."""

import csv
import re
from dataclasses import replace

from projector.library.readers.description import BLANKS, Layout

_SEPARATORS = (",", ";", "\t", "|", BLANKS)
_TIMELIKE = re.compile(r"\d{1,4}[-/.]\d\d?[-/.]\d{1,4}.*|\d\d?:\d\d.*")
_SAMPLE_LINES = 50


def fields_of(line: str, layout: Layout) -> list[str]:
    """The fields of one line."""
    line = line.removesuffix(layout.line_end) if layout.line_end else line
    if layout.separator in (BLANKS, None):
        return line.split()
    try:
        return next(csv.reader([line], delimiter=str(layout.separator), skipinitialspace=True), [])
    except csv.Error:
        return line.split(str(layout.separator))


def is_number(cell: str, decimal: str = ".") -> bool:
    """Whether a cell holds a number or nothing."""
    try:
        float(cell if decimal == "." else cell.replace(".", "x").replace(decimal, "."))
    except ValueError:
        return cell.strip().lower() in ("", "na", "n/a", "null", "none")
    return "_" not in cell


def is_header(line: str, layout: Layout) -> bool:
    """Whether a line names columns: none of its fields is a number."""
    return not any(cell.strip() and is_number(cell, layout.decimal) for cell in fields_of(line, layout))


def guess_layout(head: bytes, layout: Layout) -> Layout:
    """The layout with separator and decimal mark filled in from the first lines of the data.

    The right pair is the one under which every line has the same number of fields and most of them are
    numbers; a wider table wins over a narrow one.
    """
    lines = [line for line in head.decode("utf-8", "replace").splitlines() if line.strip()][:_SAMPLE_LINES]
    tried = [
        replace(layout, separator=separator, decimal=decimal)
        for separator in _SEPARATORS
        for decimal in (".", ",")
        if separator != decimal
    ]
    return max(tried, key=lambda trial: _fitness(lines, trial))


def _fitness(lines: list[str], layout: Layout) -> tuple[float, int]:
    rows = [fields_of(line, layout) for line in lines]
    width = len(rows[-1]) if len(rows) < 3 else len(rows[1])
    body = rows[1:] or rows
    cells = [cell for row in body for cell in row]
    even = sum(len(row) == width for row in rows) / len(rows)
    read = sum(is_number(cell, layout.decimal) or bool(_TIMELIKE.match(cell)) for cell in cells) / max(
        len(cells), 1
    )
    return (round(even * read, 3) if width > 1 else 0.0, width)
