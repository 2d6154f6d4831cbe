"""Labels from other tools into the label store: as edits, each once, and a word on every row not taken."""

import os
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any
from urllib.parse import unquote

from projector.annotations.arrivals import State
from projector.annotations.layers import IMPORTED
from projector.domain.edits import Edit
from projector.domain.errors import InputError, ProjectorError
from projector.domain.nouns import Annotation
from projector.domain.progress import Progress, silent
from projector.library.label_store import LabelStore
from projector.library.labels.nouns import Format, Refused, Ride, Told
from projector.library.labels.shelf import Shelf, placed, refusal, within
from projector.library.labels.sidecar import SUFFIX, Sidecar, read_sidecar
from projector.library.labels.taking import Source, Taking, became
from projector.library.library import Library
from projector.library.spreadsheet import unguard

MAX_BYTES = 1 << 30
AT_ONCE = 5000  # edits read from a store between two calls of progress
Refusals = tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class FileReport:
    """What became of one file.

    taken     annotations in it that lie on a ride     new  those of them that go in
    rides     how many rides they lie on
    held      (place, what became of it) of labels that were changed or deleted here since
    refused   (place, reason) of every row that was not taken; error: why the file could not be read at all
    """

    path: Path
    taken: int = 0
    new: int = 0
    rides: int = 0
    held: Refusals = ()
    refused: Refusals = ()
    error: str = ""

    def to_json(self) -> dict[str, Any]:
        refused = [{"place": place, "reason": reason} for place, reason in self.refused]
        held = [{"place": place, "became": became} for place, became in self.held]
        return {**vars(self), "path": str(self.path), "refused": refused, "held": held}


@dataclass(frozen=True)
class Look:
    """What an import would do, nothing of which is done.

    together, alone   the files with copies of what is shown coming along, and without
    hidden            of each ride where the layer has no word yet and other labels are shown: how many
    """

    together: tuple[FileReport, ...]
    alone: tuple[FileReport, ...]
    hidden: Mapping[str, int]


@dataclass(frozen=True)
class _Read:
    """A file's labels, each with its place."""

    path: Path
    found: Sequence[tuple[str, Ride, Annotation]] = ()
    refused: Refusals = ()
    error: str = ""


def import_labels(
    library: Library, store: LabelStore, paths: Sequence[Path], source: Source, progress: Progress = silent
) -> tuple[FileReport, ...]:
    """Put the labels of files, or of folders of them, into a store: all at once, or nothing when cancelled.

    Raises InputError where nothing at all could be taken, StorageError where the store cannot be written.
    """
    shelf = Shelf(library)
    files = _read_all(library, shelf, paths, source, progress)
    taking = Taking(library, shelf, edits_of(store, progress), source, (source.together,))
    (reports,) = _reports(taking, files, source, progress)
    if not any(report.taken for report in reports) and any(one.error or one.refused for one in reports):
        raise _nothing(reports)
    store.append(taking.edits(), progress)
    return reports


def edits_of(store: LabelStore, progress: Progress) -> list[Edit]:
    """Every edit of a store, in order of arrival."""
    found, total = list[Edit](), len(store)
    while len(found) < total:
        progress(len(found), total, "reading the labels that are there")
        found += store.edits(len(found), AT_ONCE)
    return found


def look_through(
    library: Library,
    edits: Iterable[Edit],
    paths: Sequence[Path],
    source: Source,
    progress: Progress = silent,
) -> Look:
    """What an import into a store with these edits would take and refuse. Raises InputError."""
    shelf = Shelf(library)
    files = _read_all(library, shelf, paths, source, progress)
    taking = Taking(library, shelf, edits, source, (True, False))
    together, alone = _reports(taking, files, source, progress)
    return Look(together, alone, {ride: len(copies) for ride, copies in taking.copies.items() if copies})


def _read_all(
    library: Library, shelf: Shelf, paths: Sequence[Path], source: Source, progress: Progress
) -> list[_Read]:
    if source.layer == IMPORTED:
        raise InputError(
            "the imported layer is the library's own and never changes", remedy="give the layer another name"
        )
    if source.ride and source.ride not in library.ids:
        raise InputError(f"there is no ride {source.ride!r}", where=str(library.path))
    files = list(files_of(paths, source.form))

    def shown(path: Path, at: float) -> None:
        progress(at, len(files), f"reading {_shown(path)}")

    return [_read(shelf, path, source, partial(shown, path), at) for at, path in enumerate(files)]


def _read(shelf: Shelf, path: Path, source: Source, progress: Callable[[float], None], at: int) -> _Read:
    found, refused = [], []
    progress(at)
    try:
        text = decoded(path, source.form)
        rows = max(text.count("\n"), 1)
        for row, (place, one) in enumerate(_labels(shelf, path, text, source)):
            if row % 1000 == 999:
                progress(at + min(row / rows, 1.0))
            if isinstance(one, Refused):
                refused.append((place, one.reason))
            else:
                found.append((place, *one))
    except InputError as error:
        return _Read(path, error=f"{error.where}: {error.what}" if error.where else error.what)
    return _Read(path, found, tuple(refused))


def _reports(
    taking: Taking, files: Sequence[_Read], source: Source, progress: Progress
) -> list[tuple[FileReport, ...]]:
    """What becomes of each file, in each way in which its labels are taken."""
    total, done, found = sum(len(file.found) for file in files), 0, []
    for file in files:
        found.append(_report(taking, file, source, partial(_comparing, progress, done, total)))
        done += len(file.found)
    return list(zip(*found, strict=True))


def _comparing(progress: Progress, before: int, total: int, done: int) -> None:
    progress(before + done, total, "comparing with the labels that are there")


def _report(taking: Taking, file: _Read, source: Source, progress: Callable[[int], None]) -> list[FileReport]:
    rides: dict[str, list[tuple[str, Annotation]]] = {}
    for place, ride, one in file.found:
        rides.setdefault(ride.id, []).append((place, one))
    new, held, done = [0 for _ in taking.ways], [list[tuple[str, str]]() for _ in taking.ways], 0
    for ride_id, rows in rides.items():
        progress(done)
        done += len(rows)
        for way, arrivals in enumerate(taking.take(ride_id, [one for _, one in rows], _shown(file.path))):
            new[way] += sum(one.state is State.NEW for one in arrivals)
            held[way] += [
                (place, became(one)) for (place, _), one in zip(rows, arrivals, strict=True) if one.last
            ]
    return [
        FileReport(
            file.path,
            len(file.found),
            count + (len(left) if source.restore else 0),
            len(rides),
            tuple(left),
            file.refused,
            file.error,
        )
        for count, left in zip(new, held, strict=True)
    ]


def _shown(path: Path) -> str:
    """A file's name as text: on some disks a name is any bytes."""
    return os.fsencode(path.name).decode("utf-8", "replace")


def _labels(
    shelf: Shelf, path: Path, text: str, source: Source
) -> Iterator[tuple[str, tuple[Ride, Annotation] | Refused]]:
    """(place, a ride and its annotation, or why not). Raises InputError for what is no such file."""
    sidecar = read_sidecar(path)
    own = _own_ride(shelf, path, source, sidecar)
    for place, told in source.form.read(text):
        if isinstance(told, Refused):
            yield place, told
            continue
        told = undone(told) if sidecar.guarded else told
        try:
            ride = _ride_of(shelf, told, own, sidecar, chosen=bool(source.ride))
            yield place, (ride, within(placed(told, ride, source.author), ride))
        except InputError as error:
            yield place, refusal(error)


def decoded(path: Path, form: Format) -> str:
    """A file's text; bytes that are no UTF-8 stay recognisable, so that only their rows are refused.

    Raises InputError for what is no text. A pickle runs what is written in it when it is read: refused.
    """
    try:
        size = path.stat().st_size
        data = path.read_bytes() if size <= MAX_BYTES else b""
    except OSError as error:
        raise InputError(f"it cannot be read: {error.strerror}") from None
    if size > MAX_BYTES:
        raise InputError(f"{size:,} bytes are over the limit of {MAX_BYTES:,}")
    if path.suffix == ".mad_gui" or (data[:1] == b"\x80" and data[1:2] in b"\2\3\4\5"):
        raise InputError("it is a pickle, which can run anything: export its labels as text (MaD GUI: CSV)")
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        try:
            return data.decode("utf-16", "surrogatepass").replace("\r\n", "\n")
        except UnicodeDecodeError as error:
            raise InputError(f"it is no UTF-16, though it begins so: {error.reason}") from None
    if b"\0" in data[:4096]:
        raise InputError(f"it is no text, so it is no {form.title}")
    text = data.removeprefix(b"\xef\xbb\xbf").decode("utf-8", "surrogateescape")
    return text if "\n" in text else text.replace("\r", "\n")


def undone(told: Told) -> Told:
    """A label without the guards against spreadsheets."""
    return replace(
        told,
        label=unguard(told.label),
        author=unguard(told.author),
        comment=unguard(told.comment),
        rides=tuple(map(unguard, told.rides)),
    )


def _ride_of(shelf: Shelf, told: Told, own: Ride | None, sidecar: Sidecar, *, chosen: bool) -> Ride:
    """The ride of a row: the one that it names; else the file's own, also when that was chosen for it."""
    ride = shelf.find(told.rides)
    if ride is None and told.rides and not chosen:
        raise InputError(f"the library has no ride {told.rides[0]!r}")
    ride = ride or own
    if ride is None:
        raise InputError(
            "it does not say which ride it is about: name the file after it, or choose the ride (--ride)"
        )
    if sidecar.hashes.get(ride.id, ride.signal_hash) != ride.signal_hash:
        raise InputError(f"it was made for other signals than ride {ride.id} has here")
    return ride


def _own_ride(shelf: Shelf, path: Path, source: Source, sidecar: Sidecar) -> Ride | None:
    """The ride that a whole file is about: as asked for, as its sidecar or its name says, or the only one."""
    if source.ride:
        return shelf.ride(source.ride)
    stem = path.name.removesuffix(source.form.suffix)
    names = [*(sidecar.hashes if len(sidecar.hashes) == 1 else ()), stem, unquote(stem), path.stem]
    return shelf.find(names) or (shelf.ride(shelf.ids[0]) if len(shelf.ids) == 1 else None)


def files_of(paths: Sequence[Path], form: Format) -> Iterator[Path]:
    """Files as given; of a folder those that end as this format's do."""
    for path in paths:
        if not path.is_dir():
            yield path
            continue
        ending = form.suffix[form.suffix.rindex(".") :]
        inside = sorted(one for one in path.iterdir() if one.suffix == ending and one.is_file())
        inside = [one for one in inside if not one.name.endswith(SUFFIX)]
        if not inside:
            raise InputError(f"no file in this folder ends with {ending}", where=str(path))
        yield from inside


def _nothing(reports: Sequence[FileReport]) -> ProjectorError:
    """Why not one label could be taken, the commonest reasons first."""
    reasons = Counter(
        reason
        for report in reports
        for reason in ([f"{report.path.name}: {report.error}"] if report.error else [])
        + [f"{report.path.name}, {place}: {why}" for place, why in report.refused]
    )
    told = list(reasons)[:5] + ([f"and {len(reasons) - 5:,} more"] if len(reasons) > 5 else [])
    return InputError("no label could be taken", remedy="\n  ".join(told))
