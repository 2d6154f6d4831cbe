"""One ride from its files, as its description says: tables to streams on one time axis, labels, metadata."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from typing import Protocol

import numpy as np

from projector.domain.errors import InputError
from projector.domain.nouns import AXES, Annotation, Recording, Stream
from projector.library.readers.clocks import is_epoch
from projector.library.readers.description import Description, StreamPart
from projector.library.readers.drafts import Draft, draft, key_of
from projector.library.readers.facts import gather, metadata, start_of
from projector.library.readers.formats import read_table
from projector.library.readers.labels import Axis, find_labels
from projector.library.readers.oddities import merged, oddities
from projector.library.readers.patterns import Facts, Match, fill, inside
from projector.library.readers.table import Table, Wanted


def read_ride(description: Description, match: Match, ride_id: str) -> Recording:
    """The recording of one match of the description's `files`. Raises InputError with the reason."""
    return assemble(description, match, ride_id, _FileTables(description, match))


class Tables(Protocol):
    """Where streams get their tables from: files, or a table that was read to see what it is."""

    def of(self, part: StreamPart) -> Table | None:
        """The stream's table; None where the file of an optional stream isn't there."""


class _FileTables:
    """The tables of one ride, each read once, with the columns that any of its streams needs."""

    def __init__(self, description: Description, match: Match) -> None:
        self._description, self._match = description, match
        self._read: dict[tuple[Path, ...], Table] = {}

    def paths(self, part: StreamPart) -> tuple[Path, ...]:
        return tuple(inside(self._match.root, file, self._match.parts) for file in part.file) or (
            self._match.path,
        )

    def of(self, part: StreamPart) -> Table | None:
        """The stream's table; None where the file of an optional stream isn't there."""
        paths = self.paths(part)
        absent = [path.name for path in paths if not path.is_file()]
        if absent and part.optional:
            return None
        if absent:
            raise InputError(f"there is no {' and no '.join(absent)} for the stream {part.name}")
        if paths not in self._read:
            self._read[paths] = self._table(paths)
        return self._read[paths]

    def _table(self, paths: tuple[Path, ...]) -> Table:
        layout = self._description.table
        if len(paths) == 1:
            return read_table(paths[0], layout, self._wanted(paths))
        return side_by_side([read_table(path, layout, Wanted()) for path in paths])

    def _wanted(self, paths: tuple[Path, ...]) -> Wanted:
        parts = [part for part in self._description.streams if self.paths(part) == paths]
        clocks = [self._description.clock_of(part) for part in parts]
        numbers = {channel.column for part in parts for channel in part.channels.values()}
        selectors = {key_of(name) for part in parts for rows in _row_filters(part) for name in rows}
        stamps = {key for clock in clocks for key in (clock.column, clock.time_column) if key is not None}
        text = {labels.label for labels in self._description.labels if labels.source == "column"}
        if not any(set(AXES) <= set(part.channels) for part in parts):
            text = set()
        numbers -= stamps | selectors | text
        return Wanted(tuple(numbers), tuple(stamps | selectors), tuple(text))


def _row_filters(part: StreamPart) -> list[dict[str, float | str]]:
    return [part.rows, *(channel.rows for channel in part.channels.values())]


def side_by_side(tables: Sequence[Table]) -> Table:
    """Tables of the same number of rows as one, columns in order. Raises InputError where they differ."""
    if len({table.rows for table in tables}) > 1:
        counts = ", ".join(f"{Path(table.where).name} {table.rows:,}" for table in tables)
        raise InputError(f"the files of a stream don't have the same number of rows: {counts}")
    return Table(
        " + ".join(table.where for table in tables),
        tuple(name if len(tables) == 1 else "" for table in tables for name in table.names),
        tuple(column for table in tables for column in table.columns),
        tables[0].header,
        tuple(odd for table in tables for odd in table.odd),
    )


def assemble(description: Description, match: Match, ride_id: str, tables: Tables) -> Recording:
    """A recording from the tables of its streams. Raises InputError."""
    drafts = [one for part in description.streams if (one := _draft(description, part, tables)) is not None]
    there = {one.part.name for one in drafts}
    lacking = [part.name for part in description.streams if part.name not in there]
    facts = gather(description, match, drafts[0].table.header)
    zero = _zeros(drafts, facts)
    streams = tuple(_stream(one, zero[one.clock.unit]) for one in drafts)
    primary, one = next((s, d) for s, d in zip(streams, drafts, strict=True) if s.is_primary)
    axis = Axis.of(primary, zero[one.clock.unit], one.clock)
    annotations, odd = _annotations(description, match.root, facts, axis, one)
    remarks = [*(remark for one in drafts for remark in one.odd), *odd]
    remarks += [remark for stream in streams for remark in oddities(stream)]
    remarks += [f"missing streams: {', '.join(lacking)}"] if lacking else []
    return Recording(
        id=ride_id,
        streams=streams,
        annotations=annotations,
        metadata=metadata(description, facts),
        start=start_of(description.start, facts) or _start(one, zero[one.clock.unit]),
        source=_source(description, drafts),
        odd=merged(remarks),
    )


def _draft(description: Description, part: StreamPart, tables: Tables) -> Draft | None:
    table = tables.of(part)
    return None if table is None else draft(part, description.clock_of(part), table)


def _zeros(drafts: Sequence[Draft], facts: Facts) -> dict[str, float | int]:
    """The stamp at the ride's 0 s, for each unit that clocks count in: as stated, else the earliest one."""
    zeros: dict[str, float | int] = {}
    for unit in {one.clock.unit for one in drafts}:
        same = [one for one in drafts if one.clock.unit == unit]
        stated = [one.clock.zero for one in same if one.clock.zero != "first"]
        first = min((one.stamps.first() for one in same if one.stamps is not None), default=0)
        zeros[unit] = _number(fill(str(stated[0]), facts, "clock.zero")) if stated else first
    return zeros


def _number(text: str) -> float | int:
    try:
        return int(text) if text.lstrip("-").isdecimal() else float(text)
    except ValueError:
        raise InputError(f"{text!r} is no stamp", where="clock.zero") from None


def _stream(one: Draft, zero: float | int) -> Stream:
    units = tuple(to.unit for to in one.conversions)
    time_s = None if one.stamps is None else one.stamps.seconds(zero)
    return Stream(one.part.name, tuple(one.part.channels), units, one.samples, one.clock.rate_hz, time_s)


def _annotations(
    description: Description, root: Path, facts: Facts, axis: Axis, one: Draft
) -> tuple[tuple[Annotation, ...], list[str]]:
    annotations, odd = list[Annotation](), list[str]()
    for labels in description.labels:
        cells = one.table.cells(labels.label)[one.rows] if labels.source == "column" else np.empty(0)
        found = find_labels(labels, root, facts, axis, cells)
        annotations += found.annotations
        odd += found.odd
    return tuple(sorted(annotations, key=lambda a: (a.start_s, a.stop_s, a.label))), odd


def _start(one: Draft, zero: float | int) -> datetime | None:
    """The date at 0 s, where stamps count from 1970."""
    if one.stamps is None or not is_epoch(zero / one.stamps.ticks):
        return None
    zone = one.stamps.zone
    moment = datetime.fromtimestamp(zero / one.stamps.ticks, UTC)
    if one.clock.unit == "iso" and zone is None:
        return moment.replace(tzinfo=None)
    return moment.astimezone(timezone(timedelta(minutes=zone or 0)))


def _source(description: Description, drafts: Sequence[Draft]) -> str:
    """Files, description and the units that were: what the numbers were before they came in."""
    files = " + ".join(
        dict.fromkeys(Path(path).name for one in drafts for path in one.table.where.split(" + "))
    )
    told = f" as {description.name}" if description.name else ""
    return f"{files}{told}; {', '.join(_converted(drafts)) or 'units unchanged'}"


def _converted(drafts: Sequence[Draft]) -> list[str]:
    """`ax ay az × 9.80665 from g` for each way in which channels were converted."""
    groups: dict[str, list[str]] = {}
    for one in drafts:
        for (name, part), to in zip(one.part.channels.items(), one.conversions, strict=True):
            factor = part.scale * to.factor
            if factor != 1:
                counts = "counts of " if part.scale != 1 else ""
                groups.setdefault(f"× {factor:.9g} from {counts}{to.source_unit}", []).append(name)
    return [f"{' '.join(names)} {how}" for how, names in groups.items()]
