"""Our own plain CSV: `ride,start_s,stop_s,label,author,comment`, seconds from each ride's start, exact.

Only start_s and label must be there: without stop_s (or with an empty one) a row is a point, without ride
the file is about the one ride that it is named after. Where an end is uncertain, `start_pm_s` and `stop_pm_s`
follow: ± so many seconds.
"""

from collections.abc import Iterator, Sequence

from projector.library.labels.nouns import Format, Read, Sheet, Told
from projector.library.labels.text import Row, as_table, each, number, table

COLUMNS = ("ride", "start_s", "stop_s", "label", "author", "comment")
UNSURE = ("start_pm_s", "stop_pm_s")
OPTIONAL = ("ride", "stop_s", "author", "comment", *UNSURE)


def read(text: str) -> Read:
    return each(table(text, ("start_s", "label"), optional=OPTIONAL), _label)


def _label(row: Row) -> Told:
    start = number(row["start_s"])
    stop = number(row["stop_s"]) if row["stop_s"].strip() else start
    rides = (row["ride"],) if row["ride"] else ()
    pm = (number(row[name]) if row[name].strip() else 0.0 for name in UNSURE)
    return Told(start, stop, row["label"], row["author"], row["comment"], rides, *pm)


def write(sheets: Sequence[Sheet]) -> Iterator[str]:
    unsure = any(mark.start_pm_s or mark.stop_pm_s for sheet in sheets for mark in sheet.marks)
    columns = (*COLUMNS, *UNSURE) if unsure else COLUMNS
    rows = (
        [sheet.name, *(getattr(mark, name) for name in columns[1:])]
        for sheet in sheets
        for mark in sheet.marks
    )
    return as_table(columns, rows)


FORMAT = Format("csv", "CSV of labels", ".csv", read, write, many=True, spreadsheet=True)
