"""ephyviewer's epochs: a CSV of `time,duration,label` in seconds."""

from collections.abc import Iterator, Sequence

from projector.library.labels.nouns import Format, Read, Sheet, Told
from projector.library.labels.text import Row, as_table, each, number, table

COLUMNS = ("time", "duration", "label")


def read(text: str) -> Read:
    return each(table(text, COLUMNS), _label)


def _label(row: Row) -> Told:
    start = number(row["time"])
    return Told(start, start + number(row["duration"]), row["label"])


def write(sheets: Sequence[Sheet]) -> Iterator[str]:
    marks = (mark for sheet in sheets for mark in sheet.marks)
    return as_table(COLUMNS, ((one.start_s, one.stop_s - one.start_s, one.label) for one in marks))


FORMAT = Format("ephyviewer", "ephyviewer epochs", ".csv", read, write, spreadsheet=True)
