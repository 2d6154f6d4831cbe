"""Audacity's label track: `start TAB end TAB text`, seconds with six decimals; a point has equal times.

Before Audacity 1.3 a row was `time TAB text`, a point; Audacity still reads these, and so do we.
"""

from collections.abc import Iterator, Sequence

from projector.domain.errors import InputError
from projector.library.labels.nouns import Format, Read, Sheet, Told
from projector.library.labels.text import each, lines, number, one_line

LONGEST = 259  # Audacity cuts what is longer


def read(text: str) -> Read:
    return each(lines(text), _label)


def _label(line: str) -> Told:
    if line.startswith("\\"):
        raise InputError("a range of frequencies: labels of rides have none")
    cells = line.split("\t", 2)
    if len(cells) < 2:
        raise InputError("it has no tab between start and end")
    start = number(cells[0])
    if len(cells) == 2:
        try:
            return Told(start, number(cells[1]), "")
        except InputError:
            return Told(start, start, cells[1])
    return Told(start, number(cells[1]), cells[2])


def write(sheets: Sequence[Sheet]) -> Iterator[str]:
    for sheet in sheets:
        for mark in sheet.marks:
            yield f"{mark.start_s:.6f}\t{mark.stop_s:.6f}\t{one_line(mark.label)[:LONGEST]}\n"


FORMAT = Format("audacity", "Audacity labels", ".txt", read, write)
