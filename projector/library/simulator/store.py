"""A simulated library and, beside it, the truth about its labels: NAME.h5 and NAME.truth.csv."""

import csv
from collections.abc import Iterable, Iterator
from operator import attrgetter
from pathlib import Path
from typing import TextIO

from projector.domain.errors import LibraryError
from projector.domain.nouns import Recording
from projector.domain.progress import Progress, silent
from projector.library.replacing import replacing, storage_errors
from projector.library.simulator.labels import TRUTH_COLUMNS
from projector.library.simulator.ride import Settings, SimulatedRide, simulated_rides
from projector.library.writer import WriteReport, write_library

_cells = attrgetter(*TRUTH_COLUMNS)


def truth_path(library: Path) -> Path:
    """Where the truth about a simulated library stands."""
    return library.with_suffix(".truth.csv")


def write_simulated(
    path: Path, rides: int, settings: Settings, *, replace: bool = False, progress: Progress = silent
) -> WriteReport:
    """Simulate and write both files, one ride in memory at a time; progress counts rides.

    Raises LibraryError if either is there already and `replace` is not set, and what write_library raises.
    """
    truth = truth_path(path)
    if truth.exists() and not replace:
        raise LibraryError(
            "there is a file already", where=str(truth), remedy="use --replace to write it anew"
        )
    made = simulated_rides(rides, settings, progress)
    with (
        replacing(truth) as part,
        storage_errors(truth),
        part.open("w", encoding="utf-8", newline="") as table,
    ):
        return write_library(path, _telling(made, table), replace=replace)


def _telling(rides: Iterable[SimulatedRide], table: TextIO) -> Iterator[Recording]:
    """The recordings; each ride's truth goes to the table as it passes."""
    writer = csv.writer(table, lineterminator="\n")
    writer.writerow(TRUTH_COLUMNS)
    for ride in rides:
        writer.writerows(map(_cells, ride.truth))
        yield ride.recording
