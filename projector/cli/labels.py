"""`projector labels`: the label store checked, copied and merged; labels in and out; how far people agree."""

import dataclasses
import getpass
import json
import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TypeVar

import click

from projector.annotations.layers import ADJUDICATED, IMPORTED, astray, effective, first_spoken, layer_names
from projector.cli.info import printable
from projector.domain.edits import Edit, Kind, conflicts
from projector.domain.errors import InputError, LibraryError
from projector.domain.nouns import Annotations
from projector.library.label_merge import merge_stores
from projector.library.label_store import CheckReport, LabelStore, existing_store, store_path
from projector.library.labels import format_names, format_of
from projector.library.labels.exporting import Choice, ExportReport, export_labels
from projector.library.labels.importing import FileReport, Source, import_labels
from projector.library.labels.shelf import Shelf
from projector.library.library import Library

FILE = click.Path(path_type=Path)
SHOWN = 20
"""Refused rows and conflicts that are printed; --json has all of them."""
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
    told = _store_summary(store, report, edits) | {"rebuilt": mended}
    _print(told, as_json, _check_lines(told))
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
        "conflicts": [_conflict(versions) for versions in report.conflicts.values()],
    }
    _print(told, as_json, _merge_lines(told))


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
@STORE
@JSON
def import_(
    library: Path,
    files: tuple[Path, ...],
    form: str,
    author: str | None,
    layer: str | None,
    ride: str,
    store: Path | None,
    as_json: bool,
) -> None:
    """Take labels from FILES (or folders of them) into the label store of a LIBRARY.

    Every row that cannot be taken is told with its place and the reason. The same labels twice add nothing.
    """
    who = author or getpass.getuser()
    source = Source(format_of(form), who, layer or who, datetime.now(UTC).isoformat(timespec="seconds"), ride)
    with Library.open(library) as opened, LabelStore.open(store or store_path(library)) as kept:
        reports = import_labels(opened, kept, files, source)
    told = {"layer": source.layer, "author": who, "files": [report.to_json() for report in reports]}
    _print(told, as_json, _import_lines(reports, source))


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
        edits = _heads(store or store_path(library))
        found = _labels(opened, edits, layer)
        choice = Choice(found, layer or f"{ADJUDICATED}, else {IMPORTED}", rides, _vocabulary(edits))
        report = export_labels(opened, choice, format_of(form), output, replace_files=replace_files)
        lost = len(astray(edits, Shelf(opened).anchors))
    _print(report.to_json() | {"astray": lost}, as_json, _export_lines(report, lost))


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
    _print(told, as_json, lines_of(pairs, people))


# --- inside ---------------------------------------------------------------------------------------------


def _labels(library: Library, edits: Sequence[Edit], layer: str | None) -> Annotations:
    """A layer as it is, or the labels that count."""
    rides = Shelf(library).anchors
    if layer is None:
        return effective(library.annotations, edits, IMPORTED, rides)
    known = (IMPORTED, *layer_names(edits))
    if layer not in known:
        raise InputError(f"there is no layer {layer!r}", remedy=f"there are: {', '.join(known)}")
    return first_spoken(library.annotations, edits, (layer,), rides)


def _heads(path: Path) -> list[Edit]:
    """Current edits; none where there is no store yet: looking makes no file."""
    if not path.exists():
        return []
    with LabelStore.open(path) as store:
        return store.heads()


def _vocabulary(edits: Sequence[Edit]) -> Mapping[str, Mapping[str, Any]]:
    bodies = [edit.after for edit in edits if edit.kind is Kind.CLASS and edit.after is not None]
    return {str(body.get("name", "")): body for body in bodies}


def _store_summary(path: Path, report: CheckReport, edits: Sequence[Edit]) -> dict[str, Any]:
    return {
        "path": str(path),
        "edits": report.edits,
        "sound": report.sound,
        "broken_at": report.broken_at,
        "detail": report.detail,
        "view_was_right": report.view_was_right,
        "authors": sorted({edit.author for edit in edits}),
        "layers": list(layer_names(edits)),
        "conflicts": [_conflict(versions) for versions in conflicts(edits).values()],
    }


def _conflict(versions: Sequence[Edit]) -> dict[str, Any]:
    return {
        "subject": versions[0].subject,
        "kind": versions[0].kind.value,
        "ride": versions[0].ride,
        "versions": [
            {"edit": edit.id, "author": edit.author, "utc": edit.utc, "after": edit.after}
            for edit in versions
        ],
    }


def _check_lines(told: Mapping[str, Any]) -> Iterator[str]:
    yield f"{told['path']}: {told['edits']:,} edits" + (", the chain holds" if told["sound"] else "")
    if told["authors"]:
        yield f"authors: {', '.join(told['authors'])}; layers: {', '.join(told['layers']) or 'none'}"
    if told["rebuilt"]:
        yield "the view of current labels was wrong and has been made anew"
    yield from _conflict_lines(told["conflicts"])


def _merge_lines(told: Mapping[str, Any]) -> Iterator[str]:
    yield f"{told['path']}: {told['edits']:,} edits"
    for path, count in told["only"].items():
        yield f"  {count:,} of them only in {path}"
    if told["differing"]:
        yield f"{len(told['differing']):,} edits differed under one id: the earlier was kept"
    yield from _conflict_lines(told["conflicts"])


def _conflict_lines(found: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    if found:
        yield f"{len(found):,} to settle: versions of the same {found[0]['kind']}, all kept"
    for one in found[:SHOWN]:
        versions = " | ".join(f"{each['author']}: {_body(each['after'])}" for each in one["versions"])
        yield f"  {one['ride'] or one['kind']}: {versions}"
    if len(found) > SHOWN:
        yield f"  and {len(found) - SHOWN:,} more: --json has all of them"


def _body(body: Mapping[str, Any] | None) -> str:
    if body is None:
        return "removed"
    if "label" in body:
        return f"{body['label']} {body['start_s']:.3f} to {body['stop_s']:.3f} s"
    return ", ".join(f"{key} {value}" for key, value in body.items())


def _import_lines(reports: Sequence[FileReport], source: Source) -> Iterator[str]:
    for report in reports:
        if report.error:
            yield f"{report.path}: not read: {report.error}"
            continue
        known = (
            f", {report.taken - report.new:,} of them were there already" if report.new < report.taken else ""
        )
        yield f"{report.path}: {_count(report.taken, 'label')} on {_count(report.rides, 'ride')}{known}"
        for place, reason in report.refused[:SHOWN]:
            yield f"  {place}: {reason}"
        if len(report.refused) > SHOWN:
            yield f"  and {len(report.refused) - SHOWN:,} more refused: --json has all of them"
    yield f"layer {source.layer}: {sum(report.new for report in reports):,} new"


def _export_lines(report: ExportReport, lost: int) -> Iterator[str]:
    for one in report.files[:SHOWN]:
        yield f"{one.path}: {_count(one.labels, 'label')} of {_count(one.rides, 'ride')}"
        for remark in one.remarks[:SHOWN]:
            yield f"  {remark}"
    if len(report.files) > SHOWN:
        more = len(report.files) - SHOWN
        yield f"and {more:,} more files: --json tells what each could not keep"
    for ride, reason in report.left_out:
        yield f"ride {ride} is left out: {reason}"
    if report.unlabelled:
        yield f"{_count(report.unlabelled, 'ride')} without labels"
    if lost:
        yield f"{lost:,} labels in the store belong to other signals than this library has, and are left out"


def _count(count: int, noun: str) -> str:
    return f"{count:,} {noun}{'' if count == 1 else 's'}"


def _print(told: Mapping[str, Any], as_json: bool, lines: Iterator[str]) -> None:
    if as_json:
        click.echo(json.dumps(plain(told), indent=2, ensure_ascii=False, allow_nan=False))
        return
    for line in lines:
        click.echo(printable(line))


def plain(value: Any) -> Any:
    """What JSON takes: NaN becomes null."""
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return plain(dataclasses.asdict(value))
    if isinstance(value, Mapping):
        return {key: plain(one) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return [plain(one) for one in value]
    return value
