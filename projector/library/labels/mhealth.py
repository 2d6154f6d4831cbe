"""mHealth annotations: `HEADER_TIME_STAMP,START_TIME,STOP_TIME,LABEL_NAME`, local time with milliseconds."""

from collections.abc import Iterator, Sequence

from projector.library.labels.nouns import Format, Read, Sheet, Told
from projector.library.labels.text import Row, as_table, date, each, milliseconds, table

COLUMNS = ("HEADER_TIME_STAMP", "START_TIME", "STOP_TIME", "LABEL_NAME")


def read(text: str) -> Read:
    return each(table(text, COLUMNS[1:]), _label)


def _label(row: Row) -> Told:
    return Told(date(row["START_TIME"]), date(row["STOP_TIME"]), row["LABEL_NAME"])


def write(sheets: Sequence[Sheet]) -> Iterator[str]:
    def local(sheet: Sheet, second: float) -> str:
        return milliseconds(sheet.ride.date(second).replace(tzinfo=None), " ")

    rows = (
        (local(sheet, mark.start_s), local(sheet, mark.start_s), local(sheet, mark.stop_s), mark.label)
        for sheet in sheets
        for mark in sheet.marks
    )
    return as_table(COLUMNS, rows)


FORMAT = Format(
    "mhealth", "mHealth annotations", ".annotation.csv", read, write, dated=True, spreadsheet=True
)
