"""Labels in and out of a library as long work: looked through first, then taken; written for other tools."""

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from projector.annotations.layers import astray, first_spoken
from projector.domain.edits import Edit, Kind
from projector.domain.errors import InputError
from projector.domain.progress import Progress
from projector.jobs.local_copy import copy_library

Result = dict[str, Any]


def preview_labels(
    library: str,
    paths: Sequence[str],
    form: str,
    author: str,
    layer: str,
    ride: str,
    progress: Progress,
) -> Result:
    """What an import would take and refuse: {"form": name of the format, "files": reports}; writes nothing.

    form    a format's name, "" to have it recognised by the first file's content
    """
    from projector.library.labels.importing import look_through
    from projector.library.library import Library

    progress(0, 0, "reading the files")
    files = [Path(path) for path in paths]
    name = form or _guessed(files)
    with Library.open(Path(library)) as opened:
        reports = look_through(opened, files, _source(name, author, layer, ride), progress)
    told = [report.to_json() for report in reports]
    for row in (row for one in told for row in one["refused"]):
        row["reason"] = in_window_words(row["reason"])
    return {"form": name, "files": told}


def take_labels(
    library: str,
    store: str,
    paths: Sequence[str],
    form: str,
    author: str,
    layer: str,
    ride: str,
    progress: Progress,
) -> Result:
    """Put the labels of files into a label store: {"form", "files": reports}. A cancel keeps whole files."""
    from projector.library.label_store import LabelStore
    from projector.library.labels.importing import import_labels
    from projector.library.library import Library

    source = _source(form, author, layer, ride)
    with Library.open(Path(library)) as opened, LabelStore.open(Path(store)) as kept:
        reports = import_labels(opened, kept, [Path(path) for path in paths], source, progress)
    return {"form": form, "files": [report.to_json() for report in reports]}


def write_labels(
    library: str,
    store: str,
    output: str,
    form: str,
    layers: Sequence[str],
    rides: Sequence[str],
    replace_files: bool,
    progress: Progress,
) -> Result:
    """Write labels for another tool: the report of the export, and how many labels are "astray".

    layers  of each ride the first of these that has spoken is written
    """
    from projector.library.labels import format_of
    from projector.library.labels.exporting import Choice, FilesThere, export_labels
    from projector.library.labels.shelf import Shelf
    from projector.library.library import Library

    progress(0, 0, "reading the labels")
    with Library.open(Path(library)) as opened:
        heads, rides_of = current_edits(Path(store)), Shelf(opened).anchors
        found = first_spoken(opened.annotations, heads, layers, rides_of)
        choice = Choice(found, ", else ".join(layers), tuple(rides), vocabulary_of(heads))
        try:
            report = export_labels(
                opened, choice, format_of(form), Path(output), replace_files=replace_files, progress=progress
            )
        except FilesThere as error:
            error.remedy = "choose another name, or tick “write over files that are there”"
            raise
        except InputError as error:
            error.remedy = in_window_words(error.remedy)
            raise
        return report.to_json() | {"astray": len(astray(heads, rides_of))}


def in_window_words(text: str) -> str:
    """What to do, without the command's options."""
    return text.replace(" (--ride)", "")


def current_edits(store: Path) -> list[Edit]:
    """What stands in a store; none where there is none yet: looking makes no file."""
    from projector.library.label_store import LabelStore

    if not store.exists():
        return []
    with LabelStore.open(store) as opened:
        return opened.heads()


def vocabulary_of(edits: Sequence[Edit]) -> Mapping[str, Mapping[str, Any]]:
    """What is known of each class, by name."""
    bodies = [edit.after for edit in edits if edit.kind is Kind.CLASS and edit.after is not None]
    return {str(body.get("name", "")): body for body in bodies}


def _source(form: str, author: str, layer: str, ride: str) -> Any:
    from projector.library.labels import format_of
    from projector.library.labels.importing import Source

    return Source(format_of(form), author, layer, datetime.now(UTC).isoformat(timespec="seconds"), ride)


def _guessed(paths: Sequence[Path]) -> str:
    from projector.library.labels.guessing import guess
    from projector.library.labels.sidecar import SUFFIX

    inside = (sorted(path.iterdir()) if path.is_dir() else [path] for path in paths)
    files = (one for some in inside for one in some if one.is_file() and not one.name.endswith(SUFFIX))
    for path in files:
        found = guess(path)
        if found is not None:
            return found.name
    raise InputError(
        "in none of the formats does a row of these files make sense",
        where=", ".join(map(str, paths)),
        remedy="choose the format: then every row is told with the reason why it can't be taken",
    )


LABEL_TASKS: Mapping[str, Callable[..., Result]] = {
    "preview_labels": preview_labels,
    "take_labels": take_labels,
    "write_labels": write_labels,
    "copy_library": copy_library,
}
