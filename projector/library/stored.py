"""A ride as it stands in a library: verified when it is first read, its samples fetched as needed."""

from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any, TypeVar

import numpy as np
from h5py import h5d, h5g, h5s

from projector.domain.errors import LibraryError
from projector.domain.nouns import Annotation, Recording, Samples, Seconds, Stream
from projector.library import hashing
from projector.library.checks import RESTORE, has, open_dataset, open_group, read_all, reading
from projector.library.format import (
    OVERVIEW,
    SAMPLE_TYPE,
    SAMPLES,
    STAMP_TYPE,
    STAMPS,
    STREAMS,
    Unsound,
)
from projector.library.table import Metadata, RideRow, StreamRow
from projector.processing.clock import Clock, ClockTruth, truth_of_rate, truth_of_stamps, working_times
from projector.processing.levels import (
    BLOCK,
    LEAST_BINS,
    NEXT_FACTOR,
    Level,
    Rows,
    axes_of,
    bin_count,
    first_bin_s,
    most_bins,
    shown_channels,
)
from projector.processing.overview import Pyramid

Found = TypeVar("Found")
_HASHERS = ThreadPoolExecutor(2, thread_name_prefix="hasher")  # kept: to start one takes a millisecond
HASHED_AT_ONCE = (
    1 << 19
)  # bytes of samples: half a millisecond; to hand them to a thread takes a good part of it
KEPT_IN_MEMORY = 4 << 20  # bytes of samples: a stream that small stays as it was read for verification


class DiskRows:
    """Rows of a dataset as `Rows`; damage found while reading is a LibraryError."""

    def __init__(self, dataset: h5d.DatasetID, where: str) -> None:
        self._dataset, self._where, self._shape = dataset, where, dataset.shape

    def __len__(self) -> int:
        return int(self._shape[0])

    def __getitem__(self, rows: slice, /) -> Any:
        if not self._dataset.valid:
            raise LibraryError("the library has been closed", where=self._where)
        first, last, _ = rows.indices(len(self))
        part = np.empty((max(last - first, 0), *self._shape[1:]), SAMPLE_TYPE)
        if part.size:
            with reading(self._where):  # by hand: h5py's own way costs a click more than the reading does
                space = self._dataset.get_space()
                space.select_hyperslab((first, *(0 for _ in part.shape[1:])), part.shape)
                self._dataset.read(h5s.create_simple(part.shape), space, part)
        return part


class StoredStream:
    """One stream of a verified ride. Times are working seconds from the ride's start."""

    def __init__(
        self, row: StreamRow, samples: Rows, stamps: Seconds | None, clock: Clock, levels: tuple[Rows, ...]
    ) -> None:
        self._row, self._samples, self._stamps, self._levels = row, samples, stamps, levels
        self._clock = clock
        self.name, self.channels, self.units = row.name, row.channels, row.units
        self.rate_hz, self.start_s, self.count = row.rate_hz, row.start_s, row.count

    @property
    def is_primary(self) -> bool:
        return axes_of(self.channels) is not None

    @property
    def stop_s(self) -> float:
        """One step after the last sample."""
        return self._clock.stop_s

    def samples(self, first: int, last: int) -> Samples:
        """Samples first to last - 1, float32 (n, channels)."""
        return self._samples[first:last]

    def times(self, first: int, last: int) -> Seconds:
        """When they were taken, float64 (n,), strictly increasing."""
        return self._clock.at(first, last)

    def pyramid(self) -> Pyramid:
        """The stream at any zoom; reads only what a view needs."""
        return self._pyramid

    def clock(self) -> ClockTruth:
        """What the clock really did."""
        if self._stamps is None:
            return truth_of_rate(self.count, self.rate_hz or 1.0)
        return truth_of_stamps(self._stamps, self.rate_hz)

    def check_overview(self) -> None:
        """Reads all levels, whose checksums are verified by that. Raises LibraryError."""
        for rows in self._levels:
            for first in range(0, len(rows), BLOCK):
                rows[first : first + BLOCK]

    def load(self) -> Stream:
        """The whole stream in memory, with its stamps as recorded."""
        row = self._row
        samples = self._samples[0 : row.count]
        return Stream(row.name, row.channels, row.units, samples, row.rate_hz, self._stamps, row.start_s)

    @cached_property
    def _pyramid(self) -> Pyramid:
        first = first_bin_s(self._clock)
        levels = tuple(Level(first * NEXT_FACTOR**k, rows) for k, rows in enumerate(self._levels))
        axes = axes_of(self.channels)
        return Pyramid(self._clock, self._samples, levels, shown_channels(self.channels), axes)


@dataclass(frozen=True, eq=False)
class StoredRide:
    """A ride of a library, whose samples are those that were imported once `verify` has come back."""

    row: RideRow
    streams: Mapping[str, StoredStream]
    _marks: Callable[[], Sequence[tuple[int, Annotation]]]
    _digests: Sequence[Future[bytes]]
    _where: str

    def verify(self) -> None:
        """Waits until the streams are hashed. Raises LibraryError where they are not what was imported."""
        with reading(self._where):
            signal = hashing.signal_hash(digest.result() for digest in self._digests)
        if signal != self.row.signal_hash:
            what = "its samples are not those that were imported"
            raise LibraryError(what, where=self._where, remedy=RESTORE)

    @property
    def number(self) -> int:
        return self.row.number

    @property
    def id(self) -> str:
        return self.row.id

    @property
    def metadata(self) -> Metadata:
        return self.row.metadata

    @property
    def odd(self) -> tuple[str, ...]:
        return self.row.odd

    @cached_property
    def annotations(self) -> tuple[Annotation, ...]:
        """The imported ones."""
        return tuple(annotation for _, annotation in self._marks())

    @property
    def primary(self) -> StoredStream:
        return next(stream for stream in self.streams.values() if stream.is_primary)

    @property
    def start(self) -> datetime | None:
        """When it began, in the zone it was recorded in."""
        return start_of(self.row)

    def recording(self) -> Recording:
        """All of it in memory, as it was imported."""
        row = self.row
        streams = tuple(stream.load() for stream in self.streams.values())
        return Recording(row.id, streams, self.annotations, row.metadata, self.start, row.source, row.odd)


def start_of(row: RideRow) -> datetime | None:
    """When a ride began: with the zone it was recorded in, or as local time without one; None if unknown."""
    if not row.start:
        return None
    start = datetime.fromisoformat(row.start)
    if not row.zone:
        return start
    return start.astimezone(datetime.fromisoformat(f"2000-01-01T00:00:00{row.zone}").tzinfo)


def clock_of(row: StreamRow, stamps: Seconds | None) -> Clock:
    """The clock that a stream's working times come from."""
    if stamps is not None:
        return Clock.stamped(working_times(stamps), row.rate_hz)
    return Clock.even(row.count, row.rate_hz or 1.0, row.start_s)


def read_ride(
    rides: h5g.GroupID, row: RideRow, marks: Callable[[], Sequence[tuple[int, Annotation]]], where: str
) -> StoredRide:
    """Opens a ride and verifies links, storage, shapes and record hash. Raises LibraryError.

    Its signal hash is still being found, which is what `StoredRide.verify` waits for.

    rides   the open group of all rides; where: the library, for messages
    marks   gives the ride's rows of the annotation table
    """
    where = f"{where}, ride {row.id}"
    with reading(where):
        group = open_group(rides, row.id, STREAMS)
        found = [_read_stream(group, stream, where) for stream in row.streams]
        if sum(stream.is_primary for stream, _ in found) != 1:
            raise Unsound("a ride needs exactly one stream with ax, ay and az")
    if row.hashed() != row.record_hash:
        raise LibraryError("its record is not the one that was imported", where=where, remedy=RESTORE)
    streams = {stream.name: stream for stream, _ in found}
    return StoredRide(row, streams, marks, [digest for _, digest in found], where)


def _found(work: Callable[[], Found], size: int) -> Future[Found]:
    """What is found by hashing so many bytes: in a thread, or at once if they are few."""
    if size > HASHED_AT_ONCE:
        return _HASHERS.submit(work)
    found: Future[Found] = Future()
    found.set_result(work())
    return found


def read_stamps(rides: h5g.GroupID, row: RideRow, stream: StreamRow, where: str) -> Seconds:
    """The stamps of a ride's stream and nothing else; they are verified when the ride is read."""
    with reading(f"{where}, ride {row.id}"):
        group = open_group(rides, row.id, STREAMS, stream.name)
        stamps: Seconds = read_all(open_dataset(group, STAMPS, STAMP_TYPE, (stream.count,)), STAMP_TYPE)
        return stamps


def inspect_ride(rides: h5g.GroupID, row: RideRow, where: str) -> None:
    """Checks links, storage and shapes of a ride, without reading its samples. Raises LibraryError."""
    with reading(f"{where}, ride {row.id}"):
        streams = open_group(rides, row.id, STREAMS)
        for stream in row.streams:
            group = open_group(streams, stream.name)
            open_dataset(group, SAMPLES, SAMPLE_TYPE, (stream.count, len(stream.channels)))
            if stream.stamped:
                open_dataset(group, STAMPS, STAMP_TYPE, (stream.count,))
            if _may_have_levels(group, stream):
                overview, shown = open_group(group, OVERVIEW), len(shown_channels(stream.channels))
                for name in overview:
                    open_dataset(overview, name.decode(), SAMPLE_TYPE, (None, 2, shown))


def _read_stream(streams: h5g.GroupID, row: StreamRow, where: str) -> tuple[StoredStream, Future[bytes]]:
    """A stream and its hash to come: a click waits for this, so the rest is read and found meanwhile."""
    group = open_group(streams, row.name)
    dataset = open_dataset(group, SAMPLES, SAMPLE_TYPE, (row.count, len(row.channels)))
    size = row.count * len(row.channels) * SAMPLE_TYPE.itemsize
    rows: Rows = read_all(dataset, SAMPLE_TYPE) if size <= KEPT_IN_MEMORY else DiskRows(dataset, where)
    begun = _found(lambda: hashing.begun(row.about, rows), size)
    stamps = None
    if row.stamped:
        stamps = read_all(open_dataset(group, STAMPS, STAMP_TYPE, (row.count,)), STAMP_TYPE)
    others = [] if stamps is None else [stamps]
    digest = _found(lambda: hashing.ended(begun.result(), *others), size)
    clock = clock_of(row, stamps)
    levels = _read_levels(group, row, clock, where) if _may_have_levels(group, row) else ()
    return StoredStream(row, rows, stamps, clock, levels), digest


def _may_have_levels(group: h5g.GroupID, row: StreamRow) -> bool:
    """Whether there are levels; a stream that is too short for them is not even asked."""
    return most_bins(row.count) >= LEAST_BINS and has(group, OVERVIEW)


def _read_levels(group: h5g.GroupID, row: StreamRow, clock: Clock, where: str) -> tuple[Rows, ...]:
    bins = bin_count(clock, first_bin_s(clock))
    levels: list[Rows] = []
    overview = open_group(group, OVERVIEW)
    while bins >= LEAST_BINS:
        shape = (bins, 2, len(shown_channels(row.channels)))
        levels.append(DiskRows(open_dataset(overview, str(len(levels)), SAMPLE_TYPE, shape), where))
        bins = -(-bins // NEXT_FACTOR) if bins >= NEXT_FACTOR * LEAST_BINS else 0
    return tuple(levels)
