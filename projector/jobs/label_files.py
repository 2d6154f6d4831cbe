"""Labels in and out of a library as long work: looked through first, then taken; written for other tools."""

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from projector.annotations.layers import astray, first_spoken
from projector.domain.edits import Edit, Kind, new_id
from projector.domain.errors import InputError
from projector.domain.progress import Progress
from projector.jobs.local_copy import copy_library

Result = dict[str, Any]


def preview_labels(
    library: str,
    store: str,
    paths: Sequence[str],
    form: str,
    author: str,
    layer: str,
    ride: str,
    shown: Sequence[str],
    progress: Progress,
) -> Result:
    """What an import would take and refuse; writes nothing.

    form    a format's name, "" to have it recognised by the first file's content
    shown   the layers that are shown, in order

    Gives {"form": name of the format, "together", "alone": reports with and without copies of what is
    shown, "hidden": how many labels are shown now, by ride, where the layer has no word yet}.
    """
    from projector.library.labels.importing import look_through
    from projector.library.labels.taking import Source
    from projector.library.library import Library

    progress(0, 0, "reading the files")
    files = [Path(path) for path in paths]
    name = form or _guessed(files)
    source = Source(_format(name), author, layer, _now(), ride, by=author, shown=tuple(shown))
    with Library.open(Path(library)) as opened:
        look = look_through(opened, all_edits(Path(store), progress), files, source, progress)
    told = {side: [one.to_json() for one in getattr(look, side)] for side in ("together", "alone")}
    for row in (row for files in told.values() for one in files for row in one["refused"]):
        row["reason"] = in_window_words(row["reason"])
    return {"form": name, "hidden": dict(look.hidden), **told}


def take_labels(
    library: str,
    store: str,
    paths: Sequence[str],
    form: str,
    author: str,
    layer: str,
    ride: str,
    shown: Sequence[str],
    together: bool,
    restore: bool,
    progress: Progress,
) -> Result:
    """Put the labels of files into a label store, as one gesture of their author: {"form", "files": reports}.

    All at once: a cancel leaves nothing. together, restore: see `taking.Source`.
    """
    from projector.library.label_store import LabelStore
    from projector.library.labels.importing import import_labels
    from projector.library.labels.taking import Source
    from projector.library.library import Library

    source = Source(
        _format(form),
        author,
        layer,
        _now(),
        ride,
        by=author,
        group=new_id(),
        shown=tuple(shown),
        together=together,
        restore=restore,
    )
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


def all_edits(store: Path, progress: Progress) -> list[Edit]:
    """Every edit of a store, in order of arrival; none where there is none yet."""
    from projector.library.label_store import LabelStore
    from projector.library.labels.importing import edits_of

    if not store.exists():
        return []
    with LabelStore.open(store) as opened:
        return edits_of(opened, progress)


def _format(name: str) -> Any:
    from projector.library.labels import format_of

    return format_of(name)


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="milliseconds")


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
