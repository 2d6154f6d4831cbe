"""The library: rides in one file, opened by reading its table, verified ride by ride as they are read."""

from collections import OrderedDict
from functools import cached_property, partial
from pathlib import Path
from threading import Lock
from types import TracebackType
from typing import Any

import h5py
import numpy as np
import numpy.typing as npt
from h5py import h5g

from projector.annotations.layers import Anchor
from projector.domain.columns import Column
from projector.domain.errors import LibraryError
from projector.domain.nouns import Annotations
from projector.library import annotation_table, hashing, met, table
from projector.library.annotation_table import AnnotationTable
from projector.library.checks import (
    RESTORE,
    check_signature,
    open_group,
    open_library_file,
    read_column,
    reading,
    text_attribute,
)
from projector.library.format import ANNOTATIONS, RIDES, TABLE
from projector.library.stored import StoredRide, inspect_ride, read_ride, read_stamps
from projector.library.table import RideRow, RideTable
from projector.processing.clock import working_times
from projector.processing.levels import axes_of

RIDES_KEPT = 8  # verified rides that stay open


class Library:
    """Rides of one file, in order of number. Made with `Library.open`; close it, or use it in a `with`."""

    def __init__(self, path: Path, file: h5py.File) -> None:
        """Reads the tables of an open file and checks them against their hashes. Raises LibraryError."""
        self.path, self._file = path, file
        self._table, self._annotation_table, self.content_hash = read_tables(file, str(path))
        self._open_rides: OrderedDict[int, StoredRide] = OrderedDict()
        self._lock = Lock()  # rides are also read ahead, on another thread

    @staticmethod
    def open(path: str | Path) -> "Library":
        """Opens a library; one that this computer hasn't met is first probed in a process of its own.

        Raises LibraryError (not one, damaged, newer, made to do harm) or StorageError (not readable).
        """
        path = Path(path)
        check_signature(path)
        if not met.known(path):
            met.probe(path)
        file = open_library_file(path)
        try:
            return Library(path, file)
        except BaseException:
            file.close()
            raise

    @property
    def numbers(self) -> npt.NDArray[np.int64]:
        """Each ride's permanent number, int64 (n,), ascending."""
        return self._table.arrays["number"]

    @property
    def signal_hashes(self) -> npt.NDArray[np.uint8]:
        """What makes each ride's signals the same signals, uint8 (n, 32)."""
        return self._table.arrays["signal_hash"]

    @cached_property
    def anchors(self) -> dict[str, Anchor]:
        """What holds labels to each ride, by its id."""
        hashes = (row.tobytes().hex() for row in self.signal_hashes)
        return dict(zip(self.ids, map(Anchor, self.numbers.tolist(), hashes), strict=True))

    @cached_property
    def ids(self) -> tuple[str, ...]:
        return self._table.ids

    @cached_property
    def columns(self) -> dict[str, Column]:
        """One row a ride: ride, start, rate_hz, seconds, samples and every metadata column."""
        return self._table.columns()

    @property
    def metadata_names(self) -> tuple[str, ...]:
        return self._table.metadata_names

    @cached_property
    def annotations(self) -> Annotations:
        """The imported layer."""
        return self._annotation_table.annotations()

    @cached_property
    def _row_of_id(self) -> dict[str, int]:
        return {ride_id: row for row, ride_id in enumerate(self.ids)}

    @cached_property
    def _rides(self) -> h5g.GroupID:
        with reading(str(self.path)):
            return open_group(self._file.id, RIDES)

    def __len__(self) -> int:
        return len(self._table)

    def number_of(self, ride_id: str) -> int:
        """Raises LibraryError where there is no such ride."""
        row = self._row_of_id.get(ride_id)
        if row is None:
            raise LibraryError(f"there is no ride {ride_id!r}", where=str(self.path))
        return int(self.numbers[row])

    def id_of(self, number: int) -> str:
        return self.ids[self.row_of(number)]

    def row_of(self, number: int) -> int:
        """The row of a ride in `columns`. Raises LibraryError where there is no such ride."""
        row = int(np.searchsorted(self.numbers, number))
        if row == len(self) or self.numbers[row] != number:
            raise LibraryError(f"there is no ride number {number}", where=str(self.path))
        return row

    def describe(self, number: int) -> RideRow:
        """All that the table knows of a ride, without reading its signals."""
        return self._table.row(self.row_of(number))

    def ride(self, number: int) -> StoredRide:
        """A ride, verified when it is read. Raises LibraryError where it is not what was imported."""
        ride = self.opened(number)
        try:
            ride.verify()
        except LibraryError:
            with self._lock:
                self._open_rides.pop(number, None)
            raise
        return ride

    def opened(self, number: int) -> StoredRide:
        """A ride that is still being hashed: nothing of it may be seen before `ride` gives it, too."""
        with self._lock:
            known = self._open_rides.get(number)
            if known is not None:
                self._open_rides.move_to_end(number)
                return known
        inside = self.annotations.of_ride(number)
        marks = partial(self._annotation_table.rows, inside.start, inside.stop)
        ride = read_ride(self._rides, self.describe(number), marks, str(self.path))
        with self._lock:
            self._open_rides[number] = ride
            if len(self._open_rides) > RIDES_KEPT:
                self._open_rides.popitem(last=False)
        return ride

    def last_time(self, number: int) -> float:
        """When a ride's last sample was taken, in working seconds from its start; below 0 where it has none.

        Looks at no sample: a plan for thousands of rides reads the table, and stamps where there are any.
        """
        row = self.describe(number)
        stream = next(one for one in row.streams if axes_of(one.channels) is not None)
        if not stream.count:
            return -1.0
        if stream.stamped:
            return float(working_times(read_stamps(self._rides, row, stream, str(self.path)))[-1])
        return stream.start_s + (stream.count - 1) / (stream.rate_hz or 1.0)

    def inspect(self, number: int) -> None:
        """Checks how a ride is stored, without reading its samples. Raises LibraryError."""
        inspect_ride(self._rides, self.describe(number), str(self.path))

    def close(self) -> None:
        """Gives the file back; rides taken from here can no longer be read."""
        self._open_rides.clear()
        self._file.close()

    def __enter__(self) -> "Library":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def read_tables(file: h5py.File, where: str) -> tuple[RideTable, AnnotationTable, str]:
    """Both tables of a library and its content hash, checked against the hashes kept. Raises LibraryError."""
    with reading(where):
        columns = _read_group(file, TABLE, table.COLUMN_TYPES)
        marks = _read_group(file, ANNOTATIONS, annotation_table.COLUMN_TYPES)
        hashed = hashing.tables_hash(all_columns(columns, marks))
        content = hashing.content_hash(row.tobytes() for row in columns["record_hash"])
        told = (text_attribute(file.id, "tables_hash"), text_attribute(file.id, "content_hash"))
    if told != (hashed, content):
        raise LibraryError("its table is not the one that was written", where=where, remedy=RESTORE)
    with reading(where):
        return RideTable.read(columns), AnnotationTable.read(marks), content


def all_columns(columns: table.Arrays, marks: table.Arrays) -> dict[str, npt.NDArray[Any]]:
    """The columns of both tables under their paths, as they are hashed."""
    return {f"{TABLE}/{name}": column for name, column in columns.items()} | {
        f"{ANNOTATIONS}/{name}": column for name, column in marks.items()
    }


def _read_group(file: h5py.File, name: str, types: dict[str, tuple[str, int]]) -> dict[str, npt.NDArray[Any]]:
    group = open_group(file.id, name)
    return {
        column: read_column(group, column, np.dtype(dtype), ndim) for column, (dtype, ndim) in types.items()
    }
