"""Labels from other tools into the label store: as edits, each once, and a word on every row not taken."""

import os
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any
from urllib.parse import unquote

from projector.annotations.layers import IMPORTED, WITHDRAWN, first_edits
from projector.annotations.withdrawal import again
from projector.domain.edits import Edit
from projector.domain.errors import InputError, ProjectorError
from projector.domain.nouns import Annotation
from projector.domain.progress import Progress, silent
from projector.library.label_store import LabelStore
from projector.library.labels.nouns import Format, Refused, Ride, Told
from projector.library.labels.shelf import Shelf, placed, refusal, within
from projector.library.labels.sidecar import SUFFIX, Sidecar, read_sidecar
from projector.library.library import Library
from projector.library.spreadsheet import unguard

MAX_BYTES = 1 << 30
Refusals = tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class FileReport:
    """What became of one file.

    taken     annotations in it that lie on a ride     new  those that the store did not have
    rides     how many rides they lie on
    refused   (place, reason) of every row that was not taken; error: why the file could not be read at all
    """

    path: Path
    taken: int = 0
    new: int = 0
    rides: int = 0
    refused: Refusals = ()
    error: str = ""

    def to_json(self) -> dict[str, Any]:
        refused = [{"place": place, "reason": reason} for place, reason in self.refused]
        return {**vars(self), "path": str(self.path), "refused": refused}


@dataclass(frozen=True)
class Source:
    """Where labels come from and under whose name they go in.

    author   who made labels that don't say it themselves     ride  the ride of files that don't say it
    """

    form: Format
    author: str
    layer: str
    utc: str
    ride: str = ""


def import_labels(
    library: Library, store: LabelStore, paths: Sequence[Path], source: Source, progress: Progress = silent
) -> tuple[FileReport, ...]:
    """Put the labels of files, or of folders of them, into a store; a file is in whole or not at all.

    Raises InputError where nothing at all could be taken, StorageError where the store cannot be written.
    """
    reports = _each_file(library, store, paths, source, progress)
    if not any(report.taken for report in reports) and any(one.error or one.refused for one in reports):
        raise _nothing(reports)
    return reports


def look_through(
    library: Library, paths: Sequence[Path], source: Source, progress: Progress = silent
) -> tuple[FileReport, ...]:
    """What an import would take and refuse; nothing is written. Raises InputError as `import_labels` does."""
    return _each_file(library, None, paths, source, progress)


def _each_file(
    library: Library, store: LabelStore | None, paths: Sequence[Path], source: Source, progress: Progress
) -> tuple[FileReport, ...]:
    if source.layer == IMPORTED:
        raise InputError(
            "the imported layer is the library's own and never changes", remedy="give the layer another name"
        )
    if source.ride and source.ride not in library.ids:
        raise InputError(f"there is no ride {source.ride!r}", where=str(library.path))
    shelf, files, reports = Shelf(library), list(files_of(paths, source.form)), []
    for at, path in enumerate(files):
        progress(at, len(files), f"reading {_shown(path)}")
        reports.append(_read_file(library, store, shelf, path, source))
    return tuple(reports)


def _read_file(
    library: Library, store: LabelStore | None, shelf: Shelf, path: Path, source: Source
) -> FileReport:
    try:
        found = list(_labels(shelf, path, source))
    except InputError as error:
        return FileReport(path, error=f"{error.where}: {error.what}" if error.where else error.what)
    taken: dict[str, list[Annotation]] = {}
    for _, one in found:
        if not isinstance(one, Refused):
            taken.setdefault(one[0].id, []).append(one[1])
    edits = _edits(library, shelf, path, source, taken)
    new = store.append(_upon_withdrawn(store, edits)) if store is not None else len(edits)
    refused = tuple((place, one.reason) for place, one in found if isinstance(one, Refused))
    return FileReport(path, sum(map(len, taken.values())), new, len(taken), refused)


def _edits(
    library: Library, shelf: Shelf, path: Path, source: Source, taken: dict[str, list[Annotation]]
) -> list[Edit]:
    return [
        edit
        for ride, annotations in taken.items()
        for edit in first_edits(
            annotations,
            ride,
            shelf.anchors[ride].signal_hash,
            layer=source.layer,
            utc=source.utc,
            reason=f"imported from {_shown(path)}",
            content_hash=library.content_hash,
        )
    ]


def _upon_withdrawn(store: LabelStore, edits: list[Edit]) -> list[Edit]:
    """The same, also where equal labels were copies that an undo took away: they are not there already."""
    heads = [head for ride in dict.fromkeys(edit.ride for edit in edits) for head in store.heads(ride)]
    there = {head.subject for head in heads if head.after is not None or head.reason != WITHDRAWN}
    return again(edits, [head for head in heads if head.subject not in there])


def _shown(path: Path) -> str:
    """A file's name as text: on some disks a name is any bytes."""
    return os.fsencode(path.name).decode("utf-8", "replace")


def _labels(
    shelf: Shelf, path: Path, source: Source
) -> Iterator[tuple[str, tuple[Ride, Annotation] | Refused]]:
    """(place, a ride and its annotation, or why not). Raises InputError for what is no such file."""
    text = decoded(path, source.form)
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
