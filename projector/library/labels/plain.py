"""Our own plain CSV: `ride,start_s,stop_s,label,author,comment`, seconds from each ride's start, exact.

Only start_s and label must be there: without stop_s (or with an empty one) a row is a point, without ride
the file is about the one ride that it is named after.
"""

from collections.abc import Iterator, Sequence

from projector.library.labels.nouns import Format, Read, Sheet, Told
from projector.library.labels.text import Row, as_table, each, number, table

COLUMNS = ("ride", "start_s", "stop_s", "label", "author", "comment")


def read(text: str) -> Read:
    return each(table(text, ("start_s", "label"), optional=("ride", "stop_s", "author", "comment")), _label)


def _label(row: Row) -> Told:
    start = number(row["start_s"])
    stop = number(row["stop_s"]) if row["stop_s"].strip() else start
    rides = (row["ride"],) if row["ride"] else ()
    return Told(start, stop, row["label"], row["author"], row["comment"], rides)


def write(sheets: Sequence[Sheet]) -> Iterator[str]:
    rows = (
        (sheet.name, mark.start_s, mark.stop_s, mark.label, mark.author, mark.comment)
        for sheet in sheets
        for mark in sheet.marks
    )
    return as_table(COLUMNS, rows)


FORMAT = Format("csv", "CSV of labels", ".csv", read, write, many=True, spreadsheet=True)
