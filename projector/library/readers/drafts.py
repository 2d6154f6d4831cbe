"""One stream from a table: its rows, its samples in the library's units, its stamps as they were recorded.

What cannot be read becomes an empty cell and is counted; a stream that is mostly unreadable is refused,
since a few numbers that happen to parse are worse than none.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import numpy.typing as npt

from projector.domain.errors import InputError
from projector.domain.nouns import Samples
from projector.library.readers.clocks import Stamps, read_stamps
from projector.library.readers.description import ChannelPart, Clock, StreamPart
from projector.library.readers.table import Key, Table, coded
from projector.library.readers.text import BAD_SHARE
from projector.library.readers.units import Conversion, conversion

_MANGLED = re.compile(r"-?\d{1,3}(\.\d{3}){2,}")
_SPREADSHEET = ": a spreadsheet took the decimal point for a thousands mark and lost the number"
Mask = npt.NDArray[np.bool_]
Rows = npt.NDArray[np.int64] | slice  # of a table, in order
ALL = slice(None)


@dataclass(frozen=True, eq=False)
class Draft:
    """A stream whose stamps are still in the source's own count.

    rows    which rows of the table its samples came from
    """

    part: StreamPart
    clock: Clock
    table: Table
    rows: Rows
    samples: Samples
    conversions: tuple[Conversion, ...]
    stamps: Stamps | None
    odd: tuple[str, ...]


def draft(part: StreamPart, clock: Clock, table: Table) -> Draft | None:
    """A stream's samples, None for an optional one without rows. Raises InputError."""
    per_channel = _rows(part, table)
    rows = per_channel[0]
    if isinstance(rows, np.ndarray) and not len(rows):
        if part.optional:
            return None
        raise InputError(f"no rows for the stream {part.name}", where=table.where)
    conversions = tuple(conversion(c.unit or part.unit, name) for name, c in part.channels.items())
    samples, odd = _samples(part, conversions, table, per_channel)
    stamps = read_stamps(table, clock) if clock.column is not None else None
    if stamps is not None:
        stamps = _same_stamps(stamps, per_channel, part, table)
        if stamps.bad.any():
            samples, rows, stamps, odd = _without_bad_stamps(samples, rows, stamps, odd, part, table)
    return Draft(part, clock, table, rows, samples, conversions, stamps, (*table.odd, *odd))


def _rows(part: StreamPart, table: Table) -> list[Rows]:
    """The rows of each channel. Raises InputError where channels differ in number of rows."""
    kept = _matching(table, part.rows)
    per_channel: list[Rows] = []
    for channel in part.channels.values():
        mask = kept if not channel.rows else _both(kept, _matching(table, channel.rows))
        per_channel.append(ALL if mask is None else np.flatnonzero(mask))
    counts = {len(rows) for rows in per_channel if isinstance(rows, np.ndarray)}
    if len(counts) > 1:
        told = f"the channels of {part.name} have different numbers of rows: {sorted(counts)}"
        raise InputError(told, where=table.where)
    return per_channel


def _both(one: Mask | None, other: Mask | None) -> Mask | None:
    return other if one is None else one if other is None else one & other


def key_of(name: str) -> Key:
    """TOML keys are text: a column's position among them too."""
    return int(name) if name.isdecimal() else name


def _matching(table: Table, wanted: dict[str, float | str]) -> Mask | None:
    """Which rows have these cells; None for all."""
    mask = None
    for name, value in wanted.items():
        if isinstance(value, str):
            codes, names = coded(table.cells(key_of(name)))
            here = np.array([text == value for text in names], bool)[codes]
        else:
            here = table.numbers(key_of(name))[0] == value
        mask = _both(mask, here)
    return mask


def _samples(
    part: StreamPart, conversions: Sequence[Conversion], table: Table, per_channel: Sequence[Rows]
) -> tuple[Samples, tuple[str, ...]]:
    """float32 (n, channels) in the library's units. Raises InputError where too much is no number."""
    columns = [
        _column(part, channel, table, rows)
        for channel, rows in zip(part.channels.values(), per_channel, strict=True)
    ]
    samples = np.empty((len(columns[0][0]), len(columns)), np.float32)
    bad = np.zeros(len(samples), bool)
    for k, ((values, wrong), channel, to) in enumerate(
        zip(columns, part.channels.values(), conversions, strict=True)
    ):
        with np.errstate(over="ignore"):
            np.multiply(values, channel.scale * to.factor, out=samples[:, k], casting="unsafe")
        if wrong is not None:
            bad |= wrong
    infinite = np.isinf(samples)
    if infinite.any():
        bad |= infinite.any(axis=1)
        samples[infinite] = np.nan
    if not bad.any():
        return samples, ()
    return samples, (_told_bad(part, table, per_channel, bad),)


def _column(
    part: StreamPart, channel: ChannelPart, table: Table, rows: Rows
) -> tuple[npt.NDArray[Any], Mask | None]:
    values, wrong = table.numbers(channel.column)
    return values[rows], None if wrong is None else wrong[rows]


def _told_bad(part: StreamPart, table: Table, per_channel: Sequence[Rows], bad: Mask) -> str:
    """How many rows hold something that is no number. Raises InputError where they are too many."""
    example, row = _example(part, table, per_channel)
    count = f"{int(bad.sum()):,} of {len(bad):,} rows of {part.name}"
    told = f"{count} hold something that is no number, first {example!r} in row {row + 1}"
    if bad.sum() > max(BAD_SHARE * len(bad), 1):
        why = _SPREADSHEET if _MANGLED.fullmatch(example) else ""
        raise InputError(told + why, where=table.where)
    return f"bad cells: {told}: left empty"


def _example(part: StreamPart, table: Table, per_channel: Sequence[Rows]) -> tuple[str, int]:
    """The first cell that is no number, and its row in the table."""
    for channel, rows in zip(part.channels.values(), per_channel, strict=True):
        values, wrong = table.numbers(channel.column)
        mask = np.isinf(values) if wrong is None else wrong | np.isinf(values)
        places = np.arange(table.rows)[rows][mask[rows]]
        if len(places):
            return str(table.cells(channel.column)[places[0]]), int(places[0])
    return "too large", 0


def _same_stamps(stamps: Stamps, per_channel: Sequence[Rows], part: StreamPart, table: Table) -> Stamps:
    """The stamps of the stream's rows, which must be the same for every channel."""
    values = stamps.values[per_channel[0]]
    for rows in per_channel[1:]:
        if rows is not per_channel[0] and part.channels and not _equal(stamps.values[rows], values):
            raise InputError(f"the channels of {part.name} don't share their stamps", where=table.where,
                             remedy="make them streams of their own")  # fmt: skip
    return replace(stamps, values=values, bad=stamps.bad[per_channel[0]])


def _equal(one: npt.NDArray[Any], other: npt.NDArray[Any]) -> bool:
    return np.array_equal(one, other, equal_nan=one.dtype.kind == "f")


def _without_bad_stamps(
    samples: Samples, rows: Rows, stamps: Stamps, odd: tuple[str, ...], part: StreamPart, table: Table
) -> tuple[Samples, Rows, Stamps, tuple[str, ...]]:
    """A sample whose time is unknown has no place on the ride's axis."""
    good, count = ~stamps.bad, int(stamps.bad.sum())
    told = f"{count:,} of {len(good):,} rows of {part.name} have no stamp that can be read"
    if count > max(BAD_SHARE * len(good), 1) or not good.any():
        raise InputError(told, where=table.where, remedy="check the clock's column and unit")
    rows = np.arange(table.rows)[rows][good]
    stamps = replace(stamps, values=stamps.values[good], bad=stamps.bad[good])
    return samples[good], rows, stamps, (*odd, f"bad stamps: {told}: left out")
