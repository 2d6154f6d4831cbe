"""Writes libraries: a new file, or a copy of the old one with more rides; checked whole, then renamed.

Recordings stream through one at a time. Nothing is resampled, repaired or reordered on the way.
"""

import dataclasses
import math
import operator
import shutil
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass
from datetime import UTC
from pathlib import Path

import h5py
import numpy as np

from projector import __version__
from projector.domain.errors import InputError, LibraryError
from projector.domain.ids import MAX_RIDE_NUMBER
from projector.domain.nouns import Annotation, Recording, Stream
from projector.domain.progress import Progress, silent
from projector.library import format as layout
from projector.library import hashing
from projector.library.annotation_table import AnnotationTable
from projector.library.checks import open_library_file, reading
from projector.library.library import Library, all_columns, read_tables
from projector.library.met import remember
from projector.library.replacing import replacing, storage_errors
from projector.library.sink import Sink
from projector.library.stored import clock_of
from projector.library.table import RideRow, RideTable, StreamRow
from projector.processing.clock import clock_truth
from projector.processing.levels import axes_of, build_levels

FIRST_NUMBER = 1
CHECKERS = 2  # while one hashes what it has read, the other reads


@dataclass(frozen=True)
class WriteReport:
    """What was written. samples counts rows of primary streams; refused holds (ride id, reason)."""

    path: Path
    ids: tuple[str, ...]
    samples: int
    seconds: float
    annotations: int
    refused: tuple[tuple[str, str], ...]
    content_hash: str


class LibraryThere(LibraryError):
    """What is to be written is there already."""


def write_library(
    path: str | Path,
    recordings: Iterable[Recording],
    *,
    replace: bool = False,
    into: bool = False,
    progress: Progress = silent,
) -> WriteReport:
    """Writes recordings to a library; with `into` adds them to the one that is there, whose numbers stay.

    Progress counts the rides written, then all of the library's as they are checked.
    A ride whose id is taken, or that cannot be stored, is refused and reported, the others are written.
    Raises LibraryError where the output is in the way or damaged, InputError where nothing is to be written,
    StorageError where the disk does not take it; in each case what was there is as it was.
    """
    path = Path(path)
    if path.is_symlink():
        path = path.resolve()  # the file that is meant is replaced, not the link to it
    if path.suffix.lower() not in (".h5", ".hdf5"):
        raise LibraryError("a library's name ends in .h5", where=str(path), remedy="name it so")
    if replace and into:
        raise LibraryError("--replace and --into exclude one another", where=str(path))
    if path.exists() and not (replace or into):
        raise LibraryThere(
            "there is a file already",
            where=str(path),
            remedy="use --replace to write it anew, or --into to add rides to it",
        )
    adding = into and path.exists()
    if adding:
        Library.open(path).close()  # a damaged one, or another kind of file, is refused before it is copied
    with replacing(path) as part:
        if adding:
            with storage_errors(path):
                shutil.copy(path, part)
        with _open(part, path, adding) as (file, sink):
            draft = _Draft(file, sink, str(path), adding)
            draft.add_all(recordings, progress)
            content_hash = draft.finish()
        _check(part, path, content_hash, progress)
    remember(path)
    return draft.report(path, content_hash)


@contextmanager
def _open(part: Path, path: Path, adding: bool) -> Iterator[tuple[h5py.File, Sink]]:
    with storage_errors(path):
        raw = part.open("r+b", buffering=0)
    with raw:
        sink = Sink(raw, path)
        try:
            with h5py.File(sink, "r+" if adding else "w", libver=layout.HDF5_FORMS) as file:
                yield file, sink
        finally:
            sink.check()  # also when libhdf5 stumbled because a write had failed: the cause is what counts


class _Draft:
    """A library being written: rides go to the file as they come, the tables at the end."""

    def __init__(self, file: h5py.File, sink: Sink, where: str, adding: bool) -> None:
        self._file, self._sink, self._layout, self._where = file, sink, layout.Layout(file), where
        self._old: list[RideRow] = []
        self._marks: list[tuple[int, Annotation]] = []
        self._new: list[RideRow] = []
        self._refused: list[tuple[str, str]] = []
        if adding:
            table, marks, _ = read_tables(file, where)
            self._old, self._marks = table.rows(), marks.rows()
        self._old_marks = len(self._marks)
        self._taken = {row.id for row in self._old}
        self._next = self._old[-1].number + 1 if self._old else FIRST_NUMBER

    def add_all(self, recordings: Iterable[Recording], progress: Progress) -> None:
        expected = operator.length_hint(recordings, 0)
        for done, recording in enumerate(recordings, 1):
            try:
                self._add(recording)
            except InputError as error:
                self._refused.append((recording.id, error.what))
            self._sink.check()
            progress(done, max(expected, done), f"writing {recording.id}")
        if not self._new:
            refused = "; ".join(f"{ride_id}: {reason}" for ride_id, reason in self._refused)
            raise InputError("there is no ride to write" + (f" ({refused})" if refused else ""))

    def _add(self, recording: Recording) -> None:
        check_storable(recording)
        if recording.id in self._taken:
            raise InputError("the library has a ride with this id already")
        if self._next > MAX_RIDE_NUMBER:
            raise InputError("the library is full: ride numbers are used up")
        row = ride_row(recording, self._next)
        with self._damage_told():
            for stream, about in zip(recording.streams, row.streams, strict=True):
                self._write_stream(recording.id, stream, about)
        self._new.append(row)
        self._marks.extend((row.number, annotation) for annotation in recording.annotations)
        self._taken.add(recording.id)
        self._next += 1

    def _write_stream(self, ride_id: str, stream: Stream, row: StreamRow) -> None:
        path = layout.stream_path(ride_id, stream.name)
        self._layout.write((*path, layout.SAMPLES), np.asarray(stream.samples, layout.SAMPLE_TYPE), row.about)
        if stream.time_s is not None:
            self._layout.write((*path, layout.STAMPS), np.asarray(stream.time_s, layout.STAMP_TYPE))
        levels = build_levels(stream.samples, clock_of(row, stream.time_s), axes_of(stream.channels))
        for k, level in enumerate(levels):
            self._layout.write((*path, layout.OVERVIEW, str(k)), level.values[0:])

    def finish(self) -> str:
        """Writes the tables and what the file says of itself; gives the content hash."""
        columns = RideTable.of([*self._old, *self._new]).arrays
        marks = AnnotationTable.of(self._marks).arrays
        together = all_columns(columns, marks)
        content = hashing.content_hash(row.tobytes() for row in columns["record_hash"])
        about = {
            "format": layout.FORMAT,
            "version": str(layout.VERSION),
            "written_by": f"Projector {__version__}",
            "tables_hash": hashing.tables_hash(together),
            "content_hash": content,
        }
        with self._damage_told():
            for group in {layout.TABLE, layout.ANNOTATIONS} & set(self._file):
                del self._file[group]
            for name, column in together.items():
                self._layout.write(tuple(name.split("/")), column)
            for name, text in about.items():
                if name in self._file.attrs:
                    del self._file.attrs[name]
                layout.write_text_attribute(self._file.id, name, text)
        return content

    @contextmanager
    def _damage_told(self) -> Iterator[None]:
        """A damaged library may stop libhdf5 only when something is added to it."""
        with reading(self._where) if self._old else nullcontext():
            yield

    def report(self, path: Path, content_hash: str) -> WriteReport:
        return WriteReport(
            path,
            tuple(row.id for row in self._new),
            sum(row.samples for row in self._new),
            math.fsum(row.seconds for row in self._new),
            len(self._marks) - self._old_marks,
            tuple(self._refused),
            content_hash,
        )


def check_storable(recording: Recording) -> None:
    """Raises InputError where a recording cannot stand in a library."""
    layout.check_name(recording.id)
    if not len(recording.primary.samples):
        raise InputError("it has no samples")
    for name, value in recording.metadata.items():
        if not isinstance(value, str) and math.isinf(value):
            raise InputError(f"metadata {name} is not a finite number")
    for stream in recording.streams:
        layout.check_name(stream.name)
        if stream.time_s is not None and not np.all(np.isfinite(stream.time_s)):
            raise InputError(f"stream {stream.name}: a stamp is not a number")
        if not math.isfinite(stream.start_s) or not math.isfinite(stream.rate_hz or 0.0):
            raise InputError(f"stream {stream.name}: its start or rate is not a number")


def ride_row(recording: Recording, number: int) -> RideRow:
    """What the table keeps of a recording, hashes included."""
    streams = tuple(_stream_row(stream) for stream in recording.streams)
    digests = [
        hashing.stream_hash(
            row.about,
            np.asarray(stream.samples, layout.SAMPLE_TYPE),
            *([] if stream.time_s is None else [np.asarray(stream.time_s, layout.STAMP_TYPE)]),
        )
        for row, stream in zip(streams, recording.streams, strict=True)
    ]
    truth = clock_truth(recording.primary)
    start, zone = _start(recording)
    row = RideRow(
        number=number,
        id=recording.id,
        streams=streams,
        rate_hz=recording.primary.rate_hz or truth.true_hz or math.nan,
        seconds=truth.seconds,
        samples=len(recording.primary.samples),
        signal_hash=hashing.signal_hash(digests),
        record_hash=b"",
        start=start,
        zone=zone,
        source=recording.source,
        odd=tuple(recording.odd),
        metadata={name: _cell(value) for name, value in recording.metadata.items() if not _missing(value)},
    )
    return dataclasses.replace(row, record_hash=row.hashed())


def _stream_row(stream: Stream) -> StreamRow:
    rate = None if stream.rate_hz is None else float(stream.rate_hz)
    stamped, start, count = stream.time_s is not None, float(stream.start_s), len(stream.samples)
    return StreamRow(stream.name, tuple(stream.channels), tuple(stream.units), rate, stamped, start, count)


def _start(recording: Recording) -> tuple[str, str]:
    start = recording.start
    if start is None or start.tzinfo is None:
        return (start.isoformat() if start else ""), ""
    local = start.isoformat()
    zone = local[max(local.rfind("+"), local.rfind("-")) :]
    try:
        return start.astimezone(UTC).isoformat().replace("+00:00", "Z"), zone
    except OverflowError:
        raise InputError(f"its start {local} lies outside the calendar") from None


def _cell(value: str | float) -> str | float:
    return value if isinstance(value, str) else float(value)


def _missing(value: str | float) -> bool:
    return value == "" if isinstance(value, str) else math.isnan(value)


def _check(part: Path, path: Path, content_hash: str, progress: Progress) -> None:
    """Reads everything back from the part file and compares all hashes. Raises LibraryError."""
    with Library(path, open_library_file(part)) as library:
        if library.content_hash != content_hash:
            raise LibraryError("what was written reads back differently", where=str(path))
        with ThreadPoolExecutor(CHECKERS, thread_name_prefix="checker") as pool:
            checks = [pool.submit(_check_ride, library, number) for number in library.numbers.tolist()]
            try:
                for done, check in enumerate(checks, 1):
                    check.result()
                    progress(done, len(library), "checking")
            finally:
                pool.shutdown(cancel_futures=True)


def _check_ride(library: Library, number: int) -> None:
    for stream in library.ride(number).streams.values():
        stream.check_overview()
