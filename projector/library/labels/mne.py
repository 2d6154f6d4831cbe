"""MNE-Python's annotations: a CSV with dates in UTC, or text with an origin and seconds from it.

MNE writes 1970 where it doesn't know when a recording was; we always write a real date, and refuse 1970.
"""

import re
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime

from projector.domain.errors import InputError
from projector.library.labels.nouns import Format, Moment, Read, Sheet, Told
from projector.library.labels.text import Row, after, as_table, date, each, lines, number, one_line, table

COLUMNS = ("onset", "duration", "description")
_ORIGIN = re.compile(r"^#\s*orig_time\s*:\s*(.*?)\s*$", re.MULTILINE)


def read(text: str) -> Read:
    """Either form: which one it is shows in the first line."""
    return _read_text(text) if text.lstrip().startswith("#") else each(table(text, COLUMNS), _row)


def _row(row: Row) -> Told:
    onset, duration = row["onset"], number(row["duration"])
    try:
        start: Moment = number(onset)
    except InputError:
        start = _utc(date(onset))
    return Told(start, _later(start, duration), row["description"])


def _read_text(text: str) -> Read:
    found = _ORIGIN.search(text)
    origin = _utc(date(found[1])) if found else None
    more = re.search(r"^#\s*onset\s*,\s*duration\s*,\s*description\s*,", text, re.MULTILINE) is not None

    def label(line: str) -> Told:
        cells = [cell.strip() for cell in line.split(",", -1 if more else 2)]
        if len(cells) < 3:
            raise InputError("onset, duration and description are not all there")
        start: Moment = number(cells[0]) if origin is None else after(origin, number(cells[0]))
        return Told(start, _later(start, number(cells[1])), cells[2])

    return each(lines(text, comment="#"), label)


def _utc(moment: datetime) -> datetime:
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _later(start: Moment, seconds: float) -> Moment:
    assert isinstance(start, datetime | float)
    return after(start, seconds) if isinstance(start, datetime) else start + seconds


def write_table(sheets: Sequence[Sheet]) -> Iterator[str]:
    rows = (
        (
            f"{sheet.ride.utc(mark.start_s):%Y-%m-%d %H:%M:%S.%f}",
            _seconds(mark.stop_s - mark.start_s),
            mark.label,
        )
        for sheet in sheets
        for mark in sheet.marks
    )
    return as_table(COLUMNS, rows)


def write_text(sheets: Sequence[Sheet]) -> Iterator[str]:
    """A comma in a description would be taken for the next column, so it becomes a blank."""
    for sheet in sheets:
        yield "# MNE-Annotations\n"
        yield f"# orig_time : {sheet.ride.utc(0.0).replace(tzinfo=None)}\n"
        yield "# onset, duration, description\n"
        for mark in sheet.marks:
            label = one_line(mark.label).replace(",", " ")
            yield f"{_seconds(mark.start_s)},{_seconds(mark.stop_s - mark.start_s)},{label}\n"


def _seconds(value: float) -> str:
    return f"{value:.6f}"


TABLE = Format("mne", "MNE annotations, CSV", "-annot.csv", read, write_table, dated=True, spreadsheet=True)
TEXT = Format("mne-txt", "MNE annotations, text", "-annot.txt", read, write_text, dated=True)
