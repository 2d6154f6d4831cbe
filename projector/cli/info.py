"""`projector info`: what is in a library, or in one of its rides, for people and as JSON."""

import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import click

from projector.library.library import Library
from projector.library.summary import library_summary, ride_summary

Line = tuple[str, str]


@click.command(name="info")
@click.argument("library", type=click.Path(path_type=Path))
@click.option("--ride", "ride_id", metavar="ID", help="Tell about this ride alone: streams, clocks, labels.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def command(library: Path, ride_id: str | None, as_json: bool) -> None:
    """Tell what is in a library, or with --ride in one of its rides."""
    with Library.open(library) as opened:
        if ride_id is None:
            told = library_summary(opened)
            lines = _library_lines(told)
        else:
            told = ride_summary(opened.ride(opened.number_of(ride_id)))
            lines = _ride_lines(told)
    if as_json:
        click.echo(json.dumps(told, indent=2, allow_nan=False))
        return
    for name, text in lines:
        click.echo(f"{printable(name):<14}{printable(text)}")


def printable(text: str) -> str:
    """Without control characters: text from a stranger's file must not steer the terminal."""
    return "".join(c if c.isprintable() else "?" for c in text)


def duration(seconds: float) -> str:
    """Seconds as people say them: 4.5 s, 3 min 20 s, 5 h 2 min."""
    if seconds < 60:
        return f"{seconds:.4g} s"
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours:,} h {minutes} min" if hours else f"{minutes} min {rest} s"


def _library_lines(told: Mapping[str, Any]) -> Iterable[Line]:
    yield "library", told["path"]
    yield "rides", f"{told['rides']:,}" + (f", {told['odd']:,} of them with remarks" if told["odd"] else "")
    yield "samples", f"{told['samples']:,}"
    yield "length", duration(told["seconds"])
    yield "rates", _counted(told["rates"], " Hz", " ×") or "unknown"
    yield "channels", " ".join(told["channels"])
    yield "annotations", f"{sum(told['annotations'].values()):,}"
    for label, count in sorted(told["annotations"].items(), key=lambda item: -item[1]):
        yield "", f"{count:>9,}  {label}"
    yield "metadata", ", ".join(told["metadata"]) or "none"
    yield "content hash", told["content_hash"]


def _ride_lines(told: Mapping[str, Any]) -> Iterable[Line]:
    yield "ride", f"{told['ride']} (number {told['number']})"
    yield "start", " ".join(filter(None, (told["start"], told["zone"]))) or "unknown"
    yield "source", told["source"] or "unknown"
    for stream in told["streams"]:
        yield "stream", stream["name"] + (", the primary one" if stream["primary"] else "")
        yield "", f"{stream['samples']:,} samples, {duration(stream['clock']['seconds'])}"
        yield "", ", ".join(f"{channel} [{unit}]" for channel, unit in stream["channels"].items())
        yield "", clock_line(stream["clock"])
    for name, value in told["metadata"].items():
        yield name[:13], value if isinstance(value, str) else f"{value:g}"
    for mark in told["annotations"]:
        span = f"{mark['start_s']:.3f}" + (
            f" to {mark['stop_s']:.3f}" if mark["stop_s"] > mark["start_s"] else ""
        )
        yield (
            "annotation",
            f"{span} s  {mark['label']}" + (f"  ({mark['comment']})" if mark["comment"] else ""),
        )
    for remark in told["odd"]:
        yield "odd", remark
    yield "signal hash", told["signal_hash"]
    yield "record hash", told["record_hash"]


def clock_line(clock: Mapping[str, Any]) -> str:
    """A clock's truth on one line: 'declared 100 Hz, true 99.4 Hz, jitter 0.4 ms, 2 gaps (longest 3.1 s)'."""
    parts = [f"declared {clock['declared_hz']:g} Hz" if clock["declared_hz"] else "no declared rate"]
    if clock["true_hz"]:
        parts.append(f"true {clock['true_hz']:.6g} Hz")
    parts.append(f"jitter {clock['jitter_s'] * 1000:.3g} ms")
    gaps = clock["gaps"]
    longest = f" (longest {duration(clock['longest_gap_s'])})" if gaps else ""
    parts.append(f"{gaps or 'no'} gap{'s' * (gaps != 1)}{longest}")
    parts += [f"{clock[kind]:,} {kind} stamps" for kind in ("backward", "doubled") if clock[kind]]
    return ", ".join(parts)


def _counted(counts: Mapping[str, int], unit: str, times: str) -> str:
    if len(counts) == 1:
        return f"{next(iter(counts))}{unit}"
    return ", ".join(f"{name}{unit}{times}{count:,}" for name, count in counts.items())
