"""ELAN's tab-delimited text: (tier, participant,) begin, end, (duration,) text; one row an annotation.

Each time comes as hh:mm:ss.ms, as seconds, as whole milliseconds, or in several of these forms side by side,
as was chosen in ELAN's export dialog.
"""

import re
from collections.abc import Sequence

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
    tier, *cells, label = (cell.strip() for cell in line.split("\t"))
    times = [_seconds(cell) for cell in cells if _is_time(cell)]
    if _is_time(tier) and (span := _span([_seconds(tier), *times])):  # exported without the tier's name
        tier = ""
    else:
        span = _span(times)
    if span is None and len(times) == 3:
        raise InputError(f"from {times[0]:g} to {times[1]:g} s isn't {times[2]:g} s")
    if span is None:
        raise InputError(
            "it is not tier, begin, end, duration and text: export these as time of day or seconds"
        )
    return Told(*span, label, comment=f"tier {tier}" if tier else "")


def _span(times: Sequence[float]) -> tuple[float, float] | None:
    """Begin and end; None where that isn't what the times are."""
    for parts in (3, 2):  # with a duration, without
        forms = len(times) // parts
        if not times or len(times) % parts:
            continue
        begin, end, *duration = times[::forms]
        alike = all(abs(one - times[at - at % forms]) <= NEAR_S for at, one in enumerate(times))
        if alike and all(abs(end - begin - one) <= NEAR_S for one in duration):
            return begin, end
    return None


def _is_time(cell: str) -> bool:
    """With hours, minutes and seconds at most: a fourth part counts frames."""
    parts = cell.split(":")
    return len(parts) <= 3 and all(re.sub("[.,]", "", part, count=1).isdecimal() for part in parts)


def _seconds(cell: str) -> float:
    if ":" in cell:
        hours, minutes, seconds = ["0", "0", *cell.split(":")][-3:]
        return number(hours) * 3600 + number(minutes) * 60 + number(seconds)
    return number(cell) if "." in cell or "," in cell else number(cell) / 1000


FORMAT = Format("elan", "ELAN tab-delimited text", ".txt", read)
