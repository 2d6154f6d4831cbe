"""`projector labels`: the label store checked, copied and merged; labels in and out; how far people agree."""

import getpass
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TypeVar

import click

from projector.annotations.layers import ADJUDICATED, IMPORTED, astray, effective, first_spoken, layer_names
from projector.cli.label_lines import (
    check_lines,
    conflict,
    export_lines,
    import_lines,
    merge_lines,
    print_told,
    store_summary,
)
from projector.domain.edits import Edit
from projector.domain.errors import InputError, LibraryError
from projector.domain.nouns import Annotations
from projector.jobs.label_files import current_edits, vocabulary_of
from projector.library.label_merge import merge_stores
from projector.library.label_store import LabelStore, existing_store, store_path
from projector.library.labels import FORMATS, format_names, format_of
from projector.library.labels.exporting import Choice, export_labels
from projector.library.labels.importing import import_labels
from projector.library.labels.shelf import Shelf
from projector.library.labels.taking import Source
from projector.library.library import Library

FILE = click.Path(path_type=Path)
Command = TypeVar("Command", bound=Callable[..., Any])
STORE = click.option("--store", type=FILE, help="The label store; without it the one beside the library.")
JSON = click.option("--json", "as_json", is_flag=True, help="Print JSON.")


@click.group(name="labels")
def command() -> None:
    """Check, back up, merge, compare, import and export labels."""


# --- the store ------------------------------------------------------------------------------------------


@command.command()
@click.argument("store", type=FILE)
@click.option("--rebuild", is_flag=True, help="Make the view of current labels anew from the journal.")
@JSON
def check(store: Path, rebuild: bool, as_json: bool) -> None:
    """Verify a label STORE: every edit against the chain of hashes, the current labels against the edits."""
    with existing_store(store) as opened:
        report = opened.check(rebuild=rebuild)
        edits = list(opened.edits()) if report.sound else []
    mended = rebuild and report.sound and not report.view_was_right
    told = store_summary(store, report, edits) | {"rebuilt": mended}
    print_told(told, as_json, check_lines(told))
    if not report.sound:
        raise LibraryError(
            report.told(), where=str(store), remedy="take the last backup; edits before that place are sound"
        )
    if not report.view_was_right and not mended:
        raise LibraryError(
            "the view of current labels is not what the edits say",
            where=str(store),
            remedy="run it again with --rebuild",
        )


@command.command()
@click.argument("store", type=FILE)
@click.option("-o", "--output", type=FILE, required=True, help="The copy to write; nothing is overwritten.")
def backup(store: Path, output: Path) -> None:
    """Copy a label STORE, whole and consistent, also while the app writes to it."""
    with existing_store(store) as opened:
        opened.backup(output)
    with existing_store(output) as copy:
        report = copy.check()
    if not report.sound:
        raise LibraryError(
            f"the copy is not sound: {report.told()}", where=str(output), remedy="check the store"
        )
    click.echo(f"{output}: {report.edits:,} edits, checked")


@command.command()
@click.argument("stores", type=FILE, nargs=-1, required=True)
@click.option("-o", "--output", type=FILE, required=True, help="The store to write; nothing is overwritten.")
@JSON
def merge(stores: tuple[Path, ...], output: Path, as_json: bool) -> None:
    """Merge two or more label STORES into a new one: the union of their edits.

    The order of the stores doesn't matter, nor does merging twice. Where two people changed the same
    annotation, both versions are kept and told.
    """
    if len(stores) < 2:
        raise click.UsageError("a merge needs at least two stores")
    report = merge_stores(stores, output)
    told = {
        "path": str(output),
        "edits": report.edits,
        "only": {str(path): count for path, count in zip(stores, report.only, strict=True)},
        "differing": list(report.differing),
        "conflicts": [conflict(versions) for versions in report.conflicts.values()],
    }
    print_told(told, as_json, merge_lines(told))


# --- in and out -----------------------------------------------------------------------------------------


@command.command(name="import")
@click.argument("library", type=FILE)
@click.argument("files", type=FILE, nargs=-1, required=True)
@click.option(
    "--format", "form", type=click.Choice(format_names()), required=True, help="What the files are."
)
@click.option("--author", help="Who made labels that don't say it; without it your user name.")
@click.option("--layer", help="The layer to put them into; without it the author's own.")
@click.option("--ride", default="", metavar="ID", help="The ride of files that don't say which one it is.")
@click.option("--restore", is_flag=True, help="Bring back what was changed or deleted since, as FILES say.")
@STORE
@JSON
def import_(
    library: Path,
    files: tuple[Path, ...],
    form: str,
    author: str | None,
    layer: str | None,
    ride: str,
    restore: bool,
    store: Path | None,
    as_json: bool,
) -> None:
    """Take labels from FILES (or folders of them) into the label store of a LIBRARY.

    Every row that cannot be taken is told with its place and the reason. The same labels twice add nothing.
    """
    who = author or _user()
    utc = datetime.now(UTC).isoformat(timespec="seconds")
    source = Source(format_of(form), who, layer or who, utc, ride, restore=restore)
    with Library.open(library) as opened, LabelStore.open(store or store_path(library)) as kept:
        reports = import_labels(opened, kept, files, source)
    told = {"layer": source.layer, "author": who, "files": [report.to_json() for report in reports]}
    print_told(told, as_json, import_lines(reports, source.layer, restored=restore))


@command.command()
@click.argument("library", type=FILE)
@click.option(
    "--format", "form", type=click.Choice(format_names(written=True)), required=True, help="What to write."
)
@click.option("-o", "--output", type=FILE, required=True, help="A file, or a folder with one file a ride.")
@click.option(
    "--layer", help="This layer as it is; without it the labels that count: adjudicated, else imported."
)
@click.option("--ride", "rides", multiple=True, metavar="ID", help="Only this ride; may be given again.")
@click.option("--replace", "replace_files", is_flag=True, help="Write over files that are there.")
@STORE
@JSON
def export(
    library: Path,
    form: str,
    output: Path,
    layer: str | None,
    rides: tuple[str, ...],
    replace_files: bool,
    store: Path | None,
    as_json: bool,
) -> None:
    """Write the labels of a LIBRARY for another tool.

    What was written is read back, and what the format could not keep is told. Beside each file stands
    FILE.projector.json: time base, signal hash, label schema and what else the format has no place for.
    """
    with Library.open(library) as opened:
        edits = current_edits(store or store_path(library))
        found = _labels(opened, edits, layer)
        choice = Choice(found, layer or f"{ADJUDICATED}, else {IMPORTED}", rides, vocabulary_of(edits))
        report = export_labels(opened, choice, format_of(form), output, replace_files=replace_files)
        lost = len(astray(edits, Shelf(opened).anchors))
    print_told(report.to_json() | {"astray": lost}, as_json, export_lines(report, lost))


@command.command()
@JSON
def formats(as_json: bool) -> None:
    """List the label formats: which way each goes, and whether a ride has a file of its own."""
    told = [
        {"name": one.name, "title": one.title, "in": True, "out": one.write is not None, "many": one.many}
        for one in FORMATS
    ]
    print_told({"formats": told}, as_json, map(_format_line, told))


# --- agreement ------------------------------------------------------------------------------------------


@command.command()
@click.argument("library", type=FILE)
@click.argument("stores", type=FILE, nargs=-1)
@click.option("--layer", "layers", multiple=True, help="A layer to compare; give two or more. Default: all.")
@click.option("--window", "length_s", type=click.FloatRange(0.1, 3600), default=4.0, show_default=True,
              help="Length of a window in seconds.")  # fmt: skip
@click.option("--hop", "hop_s", type=click.FloatRange(0.01, 3600), default=2.0, show_default=True,
              help="A new window every so many seconds.")  # fmt: skip
@JSON
def compare(
    library: Path,
    stores: tuple[Path, ...],
    layers: tuple[str, ...],
    length_s: float,
    hop_s: float,
    as_json: bool,
) -> None:
    """Tell how far people agree about the rides of a LIBRARY that both have labelled.

    Compares layers of its label store, or the layers of other STORES. Cohen's kappa by window, intersection
    over union, and how far onsets and offsets lie apart; for each class and each person.
    """
    from projector.annotations.agreement import by_person
    from projector.cli.agreement import compared, lines_of, pair_json, sides_of
    from projector.domain.nouns import WindowRule

    rule = WindowRule(length_s, hop_s)
    with Library.open(library) as opened:
        sides = sides_of(opened, stores or (store_path(library),), layers)
        pairs = compared(opened, sides, rule)
    people = by_person([(pair.a, pair.b, pair.agreement) for pair in pairs])
    told = {
        "window_s": length_s,
        "hop_s": hop_s,
        "pairs": [pair_json(pair) for pair in pairs],
        "people": people,
    }
    print_told(told, as_json, lines_of(pairs, people))


# --- inside ---------------------------------------------------------------------------------------------


def _format_line(told: Mapping[str, Any]) -> str:
    ways = "in and out" if told["out"] else "in"
    return f"{told['name']:<14}{ways:<12}{'' if told['many'] else 'a file a ride':<15}{told['title']}"


def _user() -> str:
    try:
        return getpass.getuser()
    except (OSError, KeyError, ImportError):
        raise InputError("it is not known who you are", remedy="say it with --author") from None


def _labels(library: Library, edits: Sequence[Edit], layer: str | None) -> Annotations:
    """A layer as it is, or the labels that count."""
    rides = Shelf(library).anchors
    if layer is None:
        return effective(library.annotations, edits, IMPORTED, rides)
    known = (IMPORTED, *layer_names(edits))
    if layer not in known:
        raise InputError(f"there is no layer {layer!r}", remedy=f"there are: {', '.join(known)}")
    return first_spoken(library.annotations, edits, (layer,), rides)
