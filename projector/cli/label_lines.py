"""What `projector labels` prints: lines for people, JSON for programs, from the same facts."""

import dataclasses
import json
import math
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import click

from projector.annotations.layers import layer_names
from projector.cli.info import printable
from projector.domain.edits import Edit, conflicts
from projector.library.label_store import CheckReport
from projector.library.labels.exporting import ExportReport
from projector.library.labels.importing import FileReport

SHOWN = 20
"""Refused rows, conflicts and files that are printed; --json has all of them."""


def store_summary(path: Path, report: CheckReport, edits: Sequence[Edit]) -> dict[str, Any]:
    return {
        "path": str(path),
        "edits": report.edits,
        "sound": report.sound,
        "broken_at": report.broken_at,
        "detail": report.detail,
        "view_was_right": report.view_was_right,
        "authors": sorted({edit.author for edit in edits}),
        "layers": list(layer_names(edits)),
        "conflicts": [conflict(versions) for versions in conflicts(edits).values()],
    }


def conflict(versions: Sequence[Edit]) -> dict[str, Any]:
    return {
        "subject": versions[0].subject,
        "kind": versions[0].kind.value,
        "ride": versions[0].ride,
        "versions": [
            {"edit": edit.id, "author": edit.author, "utc": edit.utc, "after": edit.after}
            for edit in versions
        ],
    }


def check_lines(told: Mapping[str, Any]) -> Iterator[str]:
    yield f"{told['path']}: {told['edits']:,} edits" + (", the chain holds" if told["sound"] else "")
    if told["authors"]:
        yield f"authors: {', '.join(told['authors'])}; layers: {', '.join(told['layers']) or 'none'}"
    if told["rebuilt"]:
        yield "the view of current labels was wrong and has been made anew"
    yield from _conflict_lines(told["conflicts"])


def merge_lines(told: Mapping[str, Any]) -> Iterator[str]:
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


def import_lines(reports: Sequence[FileReport], layer: str, *, restored: bool) -> Iterator[str]:
    for report in reports:
        if report.error:
            yield f"{report.path}: not read: {report.error}"
            continue
        there = report.taken - report.new - (0 if restored else len(report.held))
        known = f", {there:,} of them {'was' if there == 1 else 'were'} there already" if there else ""
        yield f"{report.path}: {_count(report.taken, 'label')} on {_count(report.rides, 'ride')}{known}"
        back = ": as the file says again" if restored else ": left so, unless with --restore"
        left = [*report.refused, *((place, f"{became}{back}") for place, became in report.held)]
        for place, reason in left[:SHOWN]:
            yield f"  {place}: {reason}"
        if len(left) > SHOWN:
            yield f"  and {len(left) - SHOWN:,} more: --json has all of them"
    yield f"layer {layer}: {sum(report.new for report in reports):,} new"


def export_lines(report: ExportReport, lost: int) -> Iterator[str]:
    for one in report.files[:SHOWN]:
        yield f"{one.path}: {_count(one.labels, 'label')} of {_count(one.rides, 'ride')}"
    if len(report.files) > SHOWN:
        yield f"and {len(report.files) - SHOWN:,} more files: --json lists them all"
    yield from report.remarks[:SHOWN]
    if len(report.remarks) > SHOWN:
        yield f"and {len(report.remarks) - SHOWN:,} more remarks: --json has them all"
    for ride, reason in report.left_out:
        yield f"ride {ride} is left out: {reason}"
    if report.unlabelled:
        yield f"{_count(report.unlabelled, 'ride')} without labels"
    if lost:
        yield f"{lost:,} labels in the store belong to other signals than this library has, and are left out"


def _count(count: int, noun: str) -> str:
    return f"{count:,} {noun}{'' if count == 1 else 's'}"


def print_told(told: Mapping[str, Any], as_json: bool, lines: Iterator[str]) -> None:
    if as_json:
        click.echo(json.dumps(plain(told), indent=2, allow_nan=False))
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
