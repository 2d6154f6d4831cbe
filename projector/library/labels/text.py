"""Text on its way in and out: rows with their places, cells that no spreadsheet runs, numbers and dates.

Whatever a row holds, it becomes a label or a refusal with its place; only a file that is of another kind
altogether is an error.
"""

import csv
import io
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import datetime, timedelta
from itertools import chain
from typing import TypeVar

from projector.domain.errors import InputError
from projector.library.labels.nouns import Read, Refused, Told

T = TypeVar("T")
Row = dict[str, str]


def one_line(cell: str) -> str:
    """Text for a format whose rows are lines: tabs and line ends become blanks."""
    return re.sub(r"[\t\r\n]+", " ", cell)


def each(items: Iterable[tuple[str, T | Refused]], make: Callable[[T], Told]) -> Read:
    """Labels made of items; what one isn't made of is told in its place."""
    for place, item in items:
        if isinstance(item, Refused):
            yield place, item
            continue
        try:
            yield place, make(item)
        except InputError as error:
            yield place, Refused(error.what)
        except KeyError as error:
            yield place, Refused(f"it lacks {error.args[0]!r}")
        except (ValueError, TypeError, AttributeError, IndexError, OverflowError) as error:
            yield place, Refused(f"it is not built as this format is: {error}")


def lines(text: str, *, comment: str = "") -> Iterator[tuple[str, str]]:
    """("line 3", its text) of every line that is neither blank nor a comment."""
    for number, line in enumerate(text.split("\n"), start=1):
        line = line.removesuffix("\r")
        if line.strip() and not (comment and line.startswith(comment)):
            yield f"line {number}", line


def table(
    text: str, wanted: Sequence[str], *, optional: Sequence[str] = ()
) -> Iterator[tuple[str, Row | Refused]]:
    """("line 3", its cells by column) of a table with column names, whose names may be in any case.

    Raises InputError where a wanted column is missing, or for what is no table. The separator is the one of
    comma, semicolon and tab that the names use. Optional columns that are missing are empty.
    """
    first = text.partition("\n")[0]
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=max(",;\t", key=first.count), strict=True)
    try:
        names = [name.strip().lower() for name in next(reader, [])]
        lacking = [name for name in wanted if name.lower() not in names]
        if lacking:
            raise InputError(f"its first line names no column {', '.join(lacking)}")
        at = {name: names.index(name.lower()) for name in (*wanted, *optional) if name.lower() in names}
        before = reader.line_num
        for cells in reader:
            place, before = f"line {before + 1}", reader.line_num
            if not any(cell.strip() for cell in cells):
                continue
            if len(cells) > len(names) or len(cells) <= max(at[name] for name in wanted):
                yield place, Refused(f"it has {len(cells)} fields under {len(names)} column names")
                continue
            row = dict.fromkeys(optional, "")
            yield place, row | {name: cells[k] for name, k in at.items() if k < len(cells)}
    except csv.Error as error:
        raise InputError(f"it cannot be read as a table: {error}", where=f"line {reader.line_num}") from None


def as_table(names: Sequence[str], rows: Iterable[Sequence[object]]) -> Iterator[str]:
    """A CSV, line by line."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    for row in chain([names], rows):
        writer.writerow(row)
        yield out.getvalue()
        out.seek(0)
        out.truncate()


def number(cell: str) -> float:
    """A number, with a decimal point or comma. Raises InputError."""
    try:
        if "_" not in cell:
            return float(cell.strip().replace(",", "."))
    except ValueError:
        pass
    raise InputError(f"{cell!r} is no number")


def whole(cell: object) -> int:
    """A whole number, such as a sample's. Raises InputError."""
    value = cell if isinstance(cell, int) else number(str(cell))
    if isinstance(cell, bool) or value != value or value in (float("inf"), float("-inf")) or value % 1:
        raise InputError(f"{cell!r} is no whole number")
    return int(value)


def date(cell: str) -> datetime:
    """A date and time in ISO 8601 or with a blank between, with a zone or without. Raises InputError."""
    try:
        return datetime.fromisoformat(cell.strip())
    except ValueError:
        raise InputError(f"{cell!r} is no date and time") from None


def milliseconds(moment: datetime, separator: str) -> str:
    """A date rounded to the millisecond, in ISO 8601."""
    return (moment + timedelta(microseconds=500)).isoformat(separator, "milliseconds")


def after(start: datetime, seconds: float) -> datetime:
    """Some seconds after a date. Raises InputError where that is beyond all calendars."""
    try:
        return start + timedelta(seconds=seconds)
    except (OverflowError, ValueError):
        raise InputError(f"{seconds:g} s after {start:%Y-%m-%d} is no date") from None
