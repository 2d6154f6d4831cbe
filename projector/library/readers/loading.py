"""Import descriptions from files: read, checked as a whole, and the ones that come with Projector."""

import tomllib
from pathlib import Path

from projector.domain.errors import InputError
from projector.domain.nouns import AXES
from projector.library.readers import strict
from projector.library.readers.description import Clock, Description, Labels, StreamPart
from projector.library.readers.patterns import PathPattern
from projector.library.readers.units import conversion

SHIPPED = Path(__file__).parent / "descriptions"


def parse_description(text: str, name: str) -> Description:
    """A description from TOML text. Raises InputError that names the key and what is allowed."""
    try:
        table = tomllib.loads(text)
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        raise InputError(f"this is not TOML: {error}", where=name) from None
    try:
        description = strict.build(Description, {"name": name} | table, "")
    except InputError as error:
        error.where = f"{name}, {error.where}" if error.where else name
        raise
    _check(description, name)
    return description


def load_description(path: Path) -> Description:
    """A description file, at most 1 MiB. Raises InputError."""
    try:
        with path.open("rb") as file:
            data = file.read(2**20 + 1)
        if len(data) > 2**20:
            raise InputError("an import description is smaller than 1 MiB", where=str(path))
        return parse_description(data.decode("utf-8-sig"), path.stem)
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(f"the description cannot be read: {error}", where=str(path)) from None


def shipped_names() -> list[str]:
    """What `--as` knows."""
    return sorted(path.stem for path in SHIPPED.glob("*.toml"))


def shipped(name: str) -> Description:
    """A description that comes with Projector. Raises InputError for an unknown name."""
    if name not in shipped_names():
        remedy = f"known: {', '.join(shipped_names())}; your own go with --description FILE.toml"
        raise InputError(f"no description named {name!r} comes with Projector", remedy=remedy)
    return load_description(SHIPPED / f"{name}.toml")


def _check(description: Description, name: str) -> None:
    """What one key cannot know alone: names that stand twice, what belongs together."""
    PathPattern.of(description.files, f"{name}, files")
    primary = [stream for stream in description.streams if set(AXES) <= set(stream.channels)]
    if len(primary) != 1:
        told = f"{len(primary)} streams have the channels ax, ay and az; a ride has exactly one such stream"
        raise InputError(told, where=f"{name}, streams")
    for stream in description.streams:
        _check_stream(stream, description.clock_of(stream), f"{name}, stream {stream.name}")
    if len({stream.name for stream in description.streams}) < len(description.streams):
        raise InputError("two streams have the same name", where=f"{name}, streams")
    for source in description.facts:
        if source.source != "header" and not source.file:
            raise InputError(f"facts from {source.source} need a file", where=f"{name}, facts")
        if source.source == "table" and not source.match:
            raise InputError(
                "facts from a table need `match`, else which row is the ride's?", where=f"{name}, facts"
            )
    for labels in description.labels:
        _check_labels(labels, f"{name}, labels")


def _check_stream(stream: StreamPart, clock: Clock, where: str) -> None:
    if clock.rate_hz is None and clock.column is None:
        raise InputError("neither a rate nor a column of stamps is given", where=where, remedy="set clock")
    for channel, part in stream.channels.items():
        try:
            conversion(part.unit or stream.unit, channel)
        except InputError as error:
            raise InputError(error.what, where=where, remedy=error.remedy) from None
    if not stream.channels:
        raise InputError("no channel is given", where=where)


def _check_labels(labels: Labels, where: str) -> None:
    needs = {"intervals": ("file", "start", "stop"), "points": ("file", "start")}.get(labels.source, ())
    for name in needs:
        if getattr(labels, name) in (None, ""):
            raise InputError(f"labels from {labels.source} need the key {name!r}", where=where)
    if labels.source == "ride" and not isinstance(labels.label, str):
        raise InputError("labels from the ride need a template of text", where=where)
