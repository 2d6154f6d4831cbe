"""Annotations of a ride, from wherever its description says that labels are."""

import math
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import numpy as np

from projector.domain.errors import InputError
from projector.domain.nouns import Annotation, Seconds, Stream
from projector.library.readers.clocks import TICKS
from projector.library.readers.description import Clock, Labels
from projector.library.readers.patterns import Facts, fill, inside
from projector.library.readers.sidecar import Sidecar, cell_of, read_sidecar
from projector.library.readers.table import Key, Values, coded
from projector.processing.clock import working_times


@dataclass(frozen=True, eq=False)
class Axis:
    """The primary stream's time: what label times refer to.

    times   float64 (n + 1,): when each sample was taken, and when one more would have been
    zero    the stamp at the ride's 0 s      clock  what stamps count in
    """

    times: Seconds
    zero: float
    clock: Clock

    @staticmethod
    def of(stream: Stream, zero: float, clock: Clock) -> "Axis":
        n = len(stream.samples)
        if stream.time_s is None:
            assert stream.rate_hz is not None
            return Axis(stream.start_s + np.arange(n + 1) / stream.rate_hz, zero, clock)
        times = working_times(stream.time_s)
        mean = (times[-1] - times[0]) / (n - 1) if n > 1 else 0.0
        return Axis(np.append(times, times[-1] + (mean or 1 / (stream.rate_hz or 1.0))), zero, clock)


@dataclass(frozen=True)
class Found:
    """Annotations, and what was strange about their source."""

    annotations: tuple[Annotation, ...]
    odd: tuple[str, ...] = ()


def find_labels(labels: Labels, root: Path, facts: Facts, axis: Axis, cells: Values) -> Found:
    """The annotations of one source; `cells` are those of its label column. Raises InputError."""
    names = dict(labels.names) | _names(labels, root, facts)
    ignored = {"", *labels.ignore}
    if labels.source == "ride":
        label = fill(str(labels.label), facts, "labels")
        label = names.get(label, label)
        whole = (
            Annotation(float(axis.times[0]), float(axis.times[-1]), label) if label not in ignored else None
        )
        return Found((whole,) if whole else ())
    if labels.source == "column":
        kept = [run for run in runs(cells, axis.times) if run[2] not in ignored]
        return Found(tuple(Annotation(start, stop, names.get(cell, cell)) for start, stop, cell in kept))
    return _from_sidecar(labels, root, facts, axis, names, ignored)


def runs(cells: Values, times: Seconds) -> Iterator[tuple[float, float, str]]:
    """(start, stop, cell) of each run of equal cells; a run lasts until the next one begins."""
    codes, names = coded(cells)
    first = np.flatnonzero(np.diff(codes, prepend=-1))
    after = np.append(first[1:], len(codes))
    for start, stop, code in zip(times[first].tolist(), times[after].tolist(), codes[first], strict=True):
        yield start, stop, names[code]


def _names(labels: Labels, root: Path, facts: Facts) -> dict[str, str]:
    source = labels.names_table
    if source is None:
        return {}
    table = read_sidecar(inside(root, source.file, facts), source.table, (source.code, source.name))
    code, name = table.at(source.code), table.at(source.name)
    return {cell_of(row, code): cell_of(row, name) for row in table.rows if cell_of(row, name)}


def _from_sidecar(
    labels: Labels, root: Path, facts: Facts, axis: Axis, names: dict[str, str], ignored: set[str]
) -> Found:
    keys: tuple[Key | None, ...] = (labels.label, labels.start, labels.stop, *labels.match)
    table = read_sidecar(
        inside(root, labels.file, facts), labels.table, tuple(key for key in keys if key is not None)
    )
    at = table.at(labels.label)
    kept, bad = list[Annotation](), 0
    for row in table.select({column: fill(value, facts) for column, value in labels.match.items()}):
        cell = cell_of(row, at)
        if cell in ignored and cell:
            continue
        try:
            kept.append(Annotation(*_times(labels, table, row, axis), names.get(cell, cell)))
        except (InputError, ValueError, IndexError):
            bad += 1
    return Found(tuple(kept), tuple(_oddities(labels, table, kept, bad, axis)))


def _oddities(labels: Labels, table: Sidecar, kept: list[Annotation], bad: int, axis: Axis) -> Iterator[str]:
    place = Path(table.where).name
    if bad:
        yield f"bad labels: {bad} rows of {place} have no label or no times and are left out"
    margin = 2 * (axis.times[-1] - axis.times[-2])
    past = sum(a.stop_s > axis.times[-1] + margin or a.start_s < min(0.0, axis.times[0]) for a in kept)
    if past:
        yield f"labels outside: {past} annotations of {place} reach past the samples"


def _times(labels: Labels, table: Sidecar, row: tuple[str, ...], axis: Axis) -> tuple[float, float]:
    """Start and stop in seconds of the ride. Raises ValueError or IndexError where a cell is none."""
    assert labels.start is not None
    start = _time(cell_of(row, table.at(labels.start)), labels, axis, 0)
    if labels.source == "points" or labels.stop is None:
        return start, start
    return start, _time(cell_of(row, table.at(labels.stop)), labels, axis, int(labels.inclusive))


def _time(cell: str, labels: Labels, axis: Axis, after: int) -> float:
    if labels.unit == "clock" and axis.clock.unit == "iso":
        moment = datetime.fromisoformat(cell)
        return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp() - axis.zero / TICKS[
            "iso"
        ]
    decimal = labels.table.decimal
    value = float(cell if decimal == "." else cell.replace(decimal, "."))
    if not math.isfinite(value):
        raise ValueError(cell)
    if labels.unit == "samples":
        index = int(value) - labels.first_sample + after
        if index < 0:
            raise IndexError(index)
        last = len(axis.times) - 1
        return float(axis.times[min(index, last)]) + max(index - last, 0) * float(
            axis.times[-1] - axis.times[-2]
        )
    if labels.unit == "clock":
        return (value - axis.zero) / TICKS[axis.clock.unit]
    return value / TICKS[labels.unit]
