"""TRAINSET's CSV: exactly `series,timestamp,value,label`, a row a sample and channel, UTC with milliseconds.

In its first form every row's label is 0 or 1, that is false or true, and never empty: there, 0 is no label.

A sample has one label: of labels that overlap, the one that begins last is written, and a point becomes one
sample. Whatever does not come back as it was is told by the export.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

import numpy as np

from projector.domain.errors import InputError
from projector.domain.nouns import AXES
from projector.library.labels.nouns import Format, Read, Refused, Sheet, Told
from projector.library.labels.text import Row, as_table, date, each, milliseconds, table

COLUMNS = ("series", "timestamp", "value", "label")


@dataclass
class _Run:
    """Samples of one series that follow each other with one label, and where the first of them stands.

    before_last     of the series; None where there is none
    """

    label: str
    place: str
    first: datetime
    before_last: datetime | None
    last: datetime


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
) -> Iterator[tuple[str, tuple[_Run, datetime] | Refused]]:
    """(place, (run, when it ends)) in order of their ends."""
    open_runs: dict[str, _Run] = {}
    for place, row in rows:
        if isinstance(row, Refused):
            yield place, row
            continue
        try:
            stamp = date(row["timestamp"])
        except InputError as error:
            yield place, Refused(error.what)
            continue
        series, label = row["series"], row["label"].strip()
        label = "" if label == nothing else label
        run = open_runs.get(series)
        if run is not None and run.label == label:
            run.before_last, run.last = run.last, stamp
            continue
        if run is not None and run.label:
            yield run.place, (run, stamp)
        open_runs[series] = _Run(label, place, stamp, run.last if run else None, stamp)
    for run in open_runs.values():
        if run.label:
            yield run.place, (run, _end(run))


def _once(
    runs: Iterator[tuple[str, tuple[_Run, datetime] | Refused]],
) -> Iterator[tuple[str, tuple[_Run, datetime] | Refused]]:
    seen = set()
    for place, found in runs:
        if isinstance(found, tuple):
            key = (found[0].label, found[0].first, found[1])
            if key in seen:
                continue
            seen.add(key)
        yield place, found


def _label(found: tuple[_Run, datetime]) -> Told:
    run, after = found
    return Told(run.first, after, run.label)


def _end(run: _Run) -> datetime:
    """One step after the last sample of a series."""
    try:
        return run.last + (run.last - run.before_last) if run.before_last else run.last
    except (OverflowError, TypeError):  # beyond all calendars; one with a zone, one without
        return run.last


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
