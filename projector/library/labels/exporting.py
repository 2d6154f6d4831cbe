"""Labels out to other tools. What is written is read back by our own reader: what a format lost is told."""

import os
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from projector.annotations.layers import annotations_of
from projector.domain.errors import InputError, StorageError
from projector.domain.nouns import Annotation, Annotations
from projector.domain.progress import Progress, silent
from projector.library.labels.losses import Loss, losses, summed
from projector.library.labels.nouns import Format, Ride, Sheet
from projector.library.labels.shelf import Shelf
from projector.library.labels.sidecar import sidecar_path, sidecar_text
from projector.library.library import Library
from projector.library.replacing import storage_errors, sync
from projector.library.spreadsheet import guard, unguard


@dataclass(frozen=True)
class Written:
    """One file. lost: what the format could not keep as it was."""

    path: Path
    rides: int
    labels: int
    lost: tuple[Loss, ...] = ()

    @property
    def remarks(self) -> list[str]:
        """The same in words."""
        return [loss.told() for loss in self.lost]

    def to_json(self) -> dict[str, Any]:
        told = {"path": str(self.path), "rides": self.rides, "labels": self.labels}
        return {**told, "remarks": self.remarks}


@dataclass(frozen=True)
class ExportReport:
    """left_out: (ride, reason) of rides whose labels could not be written; unlabelled: rides without any."""

    files: tuple[Written, ...]
    left_out: tuple[tuple[str, str], ...]
    unlabelled: int

    @property
    def remarks(self) -> list[str]:
        """What the format could not keep, each thing once for all files."""
        return summed([(one.path.name, one.lost) for one in self.files])

    def to_json(self) -> dict[str, Any]:
        return {
            "files": [one.to_json() for one in self.files],
            "left_out": [{"ride": ride, "reason": reason} for ride, reason in self.left_out],
            "unlabelled": self.unlabelled,
            "remarks": self.remarks,
        }


@dataclass(frozen=True, eq=False)
class Choice:
    """What to write: these annotations of these rides (all where there are none named), under a layer's name.

    vocabulary   what is known of labels, by name: goes into the sidecar
    """

    annotations: Annotations
    layer: str
    rides: tuple[str, ...] = ()
    vocabulary: Mapping[str, Mapping[str, Any]] | None = None


class FilesThere(StorageError):
    """What is to be written is there already."""


def export_labels(
    library: Library,
    choice: Choice,
    form: Format,
    output: Path,
    *,
    replace_files: bool = False,
    progress: Progress = silent,
) -> ExportReport:
    """Write labels to a file, or to a folder with one file a ride; each with its sidecar.

    Raises InputError where nothing can be written, StorageError where something is in the way.
    """
    assert form.write is not None
    shelf = Shelf(library)
    ids = choice.rides or shelf.ids
    for unknown in set(ids) - set(shelf.ids):
        raise InputError(f"there is no ride {unknown!r}", where=str(library.path))
    sheets = []
    for at, ride in enumerate(ids):
        progress(at, len(ids), "gathering the labels")
        sheets.append(_sheet(shelf.ride(ride), choice, form))
    sheets = [sheet for sheet in sheets if sheet.marks]
    ready = [sheet for sheet in sheets if sheet.ride.dated or not form.dated]
    undated = [sheet.ride.id for sheet in sheets if form.dated and not sheet.ride.dated]
    left_out = tuple((ride, "it is not known when it was") for ride in undated)
    if not ready:
        raise InputError(
            f"no labels of layer {choice.layer!r} can be written as {form.title}",
            where=str(library.path),
            remedy="this format tells dates, and no ride has one: csv and audacity need none"
            if left_out
            else "choose another layer, or other rides",
        )
    plan = _plan(form, ready, output, single=len(ids) == 1)
    for path, _ in plan:
        if path.exists() and not replace_files:
            raise FilesThere(
                "there is a file already", where=str(path), remedy="use --replace, or another name"
            )
    files = []
    for at, (path, group) in enumerate(plan):
        progress(at, len(plan), f"writing {path.name}")
        files.append(_write(form, path, group, choice, progress if len(plan) == 1 else silent))
    return ExportReport(tuple(files), left_out, len(ids) - len(sheets))


def file_name(ride_id: str) -> str:
    """A name that every file system takes; what it doesn't is written as %XX, as in a URL."""
    return re.sub(r'[<>:"/\\|?*%\x00-\x1f]|^\.|[. ]$', lambda found: f"%{ord(found[0]):02X}", ride_id)


def _plan(
    form: Format, sheets: Sequence[Sheet], output: Path, *, single: bool
) -> list[tuple[Path, list[Sheet]]]:
    """Which sheets go into which file."""
    if form.many or (single and output.suffix and not output.is_dir()):
        return [(output, list(sheets))]
    if output.suffix and form.suffix.endswith(output.suffix):
        raise InputError(
            f"{form.title} holds one ride a file, and these are {len(sheets):,}",
            where=str(output),
            remedy="name a folder, or choose one ride (--ride)",
        )
    with storage_errors(output):
        output.mkdir(parents=True, exist_ok=True)
    return [(output / f"{file_name(sheet.ride.id)}{form.suffix}", [sheet]) for sheet in sheets]


def _sheet(ride: Ride, choice: Choice, form: Format) -> Sheet:
    marks = annotations_of(choice.annotations, ride.number)
    if form.spreadsheet:
        return Sheet(ride, [guarded(one) for one in marks], guard(ride.id))
    return Sheet(ride, marks, ride.id)


def guarded(one: Annotation) -> Annotation:
    """An annotation whose text no spreadsheet runs."""
    return replace(one, label=guard(one.label), author=guard(one.author), comment=guard(one.comment))


def _write(form: Format, path: Path, sheets: Sequence[Sheet], choice: Choice, progress: Progress) -> Written:
    """The sidecar first: a label file never stands without it. Stopped, neither is there."""
    assert form.write is not None
    text = "".join(form.write(sheets))
    lost = (*_unzoned(form, sheets), *losses(form, sheets, text, progress))
    plain = unguard if form.spreadsheet else str
    counts = Counter(plain(mark.label) for sheet in sheets for mark in sheet.marks)
    known = choice.vocabulary or {}
    schema = [{**known.get(name, {}), "name": name, "count": count} for name, count in sorted(counts.items())]
    _put(sidecar_path(path), sidecar_text(form, sheets, choice.layer, schema, [one.told() for one in lost]))
    _put(path, text)
    return Written(path, len(sheets), counts.total(), lost)


def _unzoned(form: Format, sheets: Sequence[Sheet]) -> Iterator[Loss]:
    if form.dated and any(sheet.ride.start and sheet.ride.start.tzinfo is None for sheet in sheets):
        yield Loss("the time zone is not known: dates are the local ones, as recorded")


def _put(path: Path, text: str) -> None:
    """Whole or not at all. With a fixed name a part that was left behind needs no search among thousands."""
    part = path.with_name(f".{path.name}.part")
    with storage_errors(path):
        try:
            part.write_bytes(text.encode("utf-8"))
            sync(part)
            os.replace(part, path)
        finally:
            part.unlink(missing_ok=True)
