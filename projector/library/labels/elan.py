"""ELAN's tab-delimited text: tier, (participant,) begin, end, duration, text; one row an annotation.

Times come as hh:mm:ss.ms, as seconds, or as whole milliseconds, as was chosen in ELAN's export dialog.
"""

from projector.domain.errors import InputError
from projector.library.labels.nouns import Format, Read, Told
from projector.library.labels.text import each, lines, number

NEAR_S = 0.002  # rounded to milliseconds, a duration need not be the exact difference


def read(text: str) -> Read:
    rows = list(lines(text, comment='"#'))
    if rows and "begin" in rows[0][1].lower() and "\t" in rows[0][1]:
        rows = rows[1:]  # the column names, which are an option too
    return each(rows, _label)


def _label(line: str) -> Told:
    cells = [cell.strip() for cell in line.split("\t")]
    tier, label = cells[0], cells[-1]
    times = [_seconds(cell) for cell in cells[1:-1] if _is_time(cell)]
    if len(times) not in (2, 3):
        raise InputError("it is not tier, begin, end, duration and text: export these with one form of time")
    if len(times) == 3 and abs(times[1] - times[0] - times[2]) > NEAR_S:
        raise InputError(f"from {times[0]:g} to {times[1]:g} s isn't {times[2]:g} s")
    return Told(times[0], times[1], label, comment=f"tier {tier}" if tier else "")


def _is_time(cell: str) -> bool:
    return bool(cell) and all(part.replace(".", "", 1).isdecimal() for part in cell.split(":"))


def _seconds(cell: str) -> float:
    if ":" in cell:
        hours, minutes, seconds = ["0", "0", *cell.split(":")][-3:]
        return number(hours) * 3600 + number(minutes) * 60 + number(seconds)
    return number(cell) if "." in cell else number(cell) / 1000


FORMAT = Format("elan", "ELAN tab-delimited text", ".txt", read)
