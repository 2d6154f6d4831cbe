"""TRAINSET's CSV: exactly `series,timestamp,value,label`, a row a sample and channel, UTC with milliseconds.

In its first form every row's label is 0 or 1, that is false or true, and never empty: there, 0 is no label.

A sample has one label: of labels that overlap, the one that begins last is written, and a point becomes one
sample. Whatever does not come back as it was is told by the export.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

import numpy as np

from projector.domain.nouns import AXES
from projector.library.labels.nouns import Format, Read, Refused, Sheet, Told
from projector.library.labels.text import Row, as_table, date, each, milliseconds, table

COLUMNS = ("series", "timestamp", "value", "label")


@dataclass
class _Run:
    """Samples of one series that follow each other with one label: places and stamps as they stand there."""

    label: str
    place: str
    first: str
    before_last: str
    last: str


def read(text: str) -> Read:
    """Runs of one label. A run lasts to the stamp of the next sample; at the end one step longer.

    Channels of a ride carry the same labels: a run that another series has just so is the same label.
    """
    rows = list(table(text, COLUMNS))
    labels = {row["label"].strip() for _, row in rows if isinstance(row, dict)}
    nothing = "0" if "0" in labels <= {"0", "1"} else ""
    return each(_once(_runs(rows, nothing)), _label)


def _runs(
    rows: Iterable[tuple[str, Row | Refused]], nothing: str
) -> Iterator[tuple[str, tuple[_Run, str] | Refused]]:
    """(place, (run, the stamp after it or "")) in order of their ends."""
    open_runs: dict[str, _Run] = {}
    for place, row in rows:
        if isinstance(row, Refused):
            yield place, row
            continue
        series, stamp, label = row["series"], row["timestamp"], row["label"].strip()
        label = "" if label == nothing else label
        run = open_runs.get(series)
        if run is not None and run.label == label:
            run.before_last, run.last = run.last, stamp
            continue
        if run is not None and run.label:
            yield run.place, (run, stamp)
        open_runs[series] = _Run(label, place, stamp, run.last if run else "", stamp)
    for run in open_runs.values():
        if run.label:
            yield run.place, (run, "")


def _once(
    runs: Iterator[tuple[str, tuple[_Run, str] | Refused]],
) -> Iterator[tuple[str, tuple[_Run, str] | Refused]]:
    seen = set()
    for place, found in runs:
        if isinstance(found, tuple):
            key = (found[0].label, found[0].first, found[1] or found[0].last)
            if key in seen:
                continue
            seen.add(key)
        yield place, found


def _label(found: tuple[_Run, str]) -> Told:
    run, after = found
    return Told(date(run.first), date(after) if after else _end(run), run.label)


def _end(run: _Run) -> datetime:
    """One step after the last sample of a series."""
    last = date(run.last)
    return last + (last - date(run.before_last)) if run.before_last else last


def write(sheets: Sequence[Sheet]) -> Iterator[str]:
    return as_table(COLUMNS, (row for sheet in sheets for row in _rows(sheet)))


def _rows(sheet: Sheet) -> Iterator[tuple[str, str, str, str]]:
    ride = sheet.ride
    labels = np.full(len(ride.samples), "", object)
    for mark in sheet.marks:
        first = min(ride.nearest(mark.start_s), len(labels) - 1)
        labels[first : max(ride.nearest(mark.stop_s), first + 1)] = mark.label
    stamps = [
        milliseconds(ride.utc(second), "T").replace("+00:00", "Z") for second in ride.edges[:-1].tolist()
    ]
    for axis, name in enumerate(AXES):
        for stamp, value, label in zip(stamps, ride.samples[:, axis].tolist(), labels, strict=True):
            yield name, stamp, f"{value:.9g}", label


FORMAT = Format("trainset", "TRAINSET CSV", ".csv", read, write, dated=True, spreadsheet=True, sampled=True)
