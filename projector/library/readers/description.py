"""The import description: what a person says about recordings of a layout that Projector has never seen.

Frozen nouns, one a table of the TOML file; each key carries its own explanation. Everything is checked
when the description is read, so that a slip is told before the first recording is opened.
"""

# ruff: noqa: RUF009 (key() is dataclasses.field: no default is shared)

from dataclasses import dataclass, fields

from projector.domain.errors import InputError
from projector.library.readers import strict
from projector.library.readers.patterns import stay_inside
from projector.library.readers.strict import key

BLANKS = "blanks"


def _separator(value: object, where: str) -> str:
    if value == BLANKS or (isinstance(value, str) and len(value) == 1 and value not in "\"'\r\n.-+"):
        return str(value)
    raise InputError(f"{value!r} is no separator", where=where, remedy=f"one character, or {BLANKS!r}")


def _mark(value: object, where: str) -> str:
    if isinstance(value, str) and len(value) == 1 and value.isascii() and not value.isspace():
        return value
    raise InputError(f"{value!r} is not one visible ASCII character", where=where)


def _encoding(value: object, where: str) -> str:
    try:
        "".encode(str(value))
    except LookupError:
        raise InputError(
            f"{value!r} is no encoding", where=where, remedy="for example utf-8 or latin-1"
        ) from None
    return str(value)


def _path(value: object, where: str) -> str:
    path = strict.text(value, where)
    stay_inside(path, where)
    return path


@dataclass(frozen=True)
class Layout:
    """How a text table is laid out. What is left out is recognised from the file."""

    separator: str | None = key(_separator, "one character, or `blanks` for any run of blanks and tabs", None)
    decimal: str = key(strict.one_of(".", ","), "the decimal mark, `.` or `,`", ".")
    header: bool | None = key(strict.boolean, "whether a row of column names stands above the data", None)
    columns: tuple[str, ...] = key(
        strict.each(strict.text), "names for columns without a header, in order", ()
    )
    skip_lines: int = key(strict.count, "lines to skip at the top", 0)
    comment: str = key(_mark, "a line that starts with this mark is a comment", "")
    line_end: str = key(_mark, "a mark that closes each row, before the line ends", "")
    encoding: str | None = key(
        _encoding, "how text is encoded; else UTF-8, and Latin-1 where it isn't that", None
    )


@dataclass(frozen=True)
class Clock:
    """What time it was at each sample: stamps from a column, or a rate."""

    rate_hz: float | None = key(
        strict.positive, "the declared rate; the clock itself where there is no column", None
    )
    column: int | str | None = key(strict.column, "the column of stamps", None)
    unit: str = key(
        strict.one_of("s", "ms", "us", "µs", "ns", "iso"),
        "what stamps count in; `iso` for ISO 8601 text",
        "s",
    )
    time_column: int | str | None = key(
        strict.column, "with unit `iso`: a second column, the time of day", None
    )
    zero: str | float = key(
        strict.cell,
        "the stamp that is the ride's 0 s: a number, a `{fact}`, or `first` for the earliest one",
        "first",
    )


@dataclass(frozen=True)
class ChannelPart:
    """One channel."""

    column: int | str = key(strict.column, "the column, by name or position (the first is 1)")
    unit: str | None = key(strict.text, "the source's unit; else the stream's", None)
    scale: float = key(strict.number, "what values are multiplied with before the unit applies", 1.0)
    rows: dict[str, float | str] = key(
        strict.mapping(strict.cell), "long form by axis: only the rows that have these cells", {}
    )


def _channel(value: object, where: str) -> ChannelPart:
    """A bare column stands for a channel with nothing else to say."""
    table = value if isinstance(value, dict) else {"column": value}
    return strict.build(ChannelPart, table, where)


@dataclass(frozen=True)
class StreamPart:
    """Channels that share a clock."""

    channels: dict[str, ChannelPart] = key(
        strict.mapping(_channel),
        "channel name → column, or a table of `column`, `unit`, `scale`; `ax ay az` stand in one stream",
    )
    name: str = key(strict.text, "the stream's name", "phone")
    file: tuple[str, ...] = key(
        strict.each(_path),
        "its file, where it isn't the ride's; several with the same rows stand side by side",
        (),
    )
    rows: dict[str, float | str] = key(
        strict.mapping(strict.cell),
        "long form: only rows that have these cells (column name or position → value)",
        {},
    )
    unit: str = key(strict.text, "the unit of all its channels", "")
    clock: Clock | None = key(strict.nested(Clock), "its clock, where it isn't the ride's", None)
    optional: bool = key(strict.boolean, "whether a ride may lack it", False)


@dataclass(frozen=True)
class FactSource:
    """Where facts about a ride stand, apart from its path."""

    source: str = key(
        strict.one_of("header", "json", "table"),
        "`header` (comment lines `Age: 22`), `json` (values of a file), `table` (a row of a text table)",
        name="from",
    )
    take: dict[str, str] = key(strict.mapping(strict.text), "fact → the source's own name for it")
    file: str = key(_path, "the JSON file or table", "")
    table: Layout = key(strict.nested(Layout), "how the table is laid out", Layout())
    match: dict[str, str] = key(
        strict.mapping(strict.text), "the table's row: column → the value it must have", {}
    )


@dataclass(frozen=True)
class Names:
    """A table that says what the codes of labels mean."""

    file: str = key(_path, "the table of names")
    code: int | str = key(strict.column, "its column of codes", 1)
    name: int | str = key(strict.column, "its column of names", 2)
    table: Layout = key(strict.nested(Layout), "how it is laid out", Layout())


@dataclass(frozen=True)
class Labels:
    """Where annotations come from."""

    source: str = key(
        strict.one_of("column", "ride", "intervals", "points"),
        "`column` (runs of equal cells), `ride` (one class a ride), `intervals`, `points` (sidecar tables)",
        name="from",
    )
    label: int | str = key(strict.column, "the column of labels; with `ride` a template such as `{activity}`")
    file: str = key(_path, "the table of intervals or points", "")
    table: Layout = key(strict.nested(Layout), "how that table is laid out", Layout())
    match: dict[str, str] = key(
        strict.mapping(strict.text), "its rows of a ride: column → the value they have", {}
    )
    start: int | str | None = key(
        strict.column, "the column where an interval starts, or of the points", None
    )
    stop: int | str | None = key(strict.column, "the column where an interval stops", None)
    unit: str = key(
        strict.one_of("s", "ms", "samples", "clock"),
        "times are seconds or ms of the ride, sample numbers, or stamps of the primary stream's `clock`",
        "s",
    )
    first_sample: int = key(strict.count, "with `samples`: the number of the first sample", 0)
    inclusive: bool = key(
        strict.boolean, "with `samples`: whether the stop sample still belongs to it", False
    )
    names: dict[str, str] = key(strict.mapping(strict.text), "code → label", {})
    names_table: Names | None = key(strict.nested(Names), "the same, from a file", None)
    ignore: tuple[str, ...] = key(strict.each(strict.text), "cells that are no label", ())


@dataclass(frozen=True)
class Start:
    """When the ride began."""

    text: str = key(strict.text, "a template of facts, e.g. `{date} {time}`")
    format: str = key(strict.text, "its strptime format; without it ISO 8601", "")
    zone: str = key(strict.text, "the time zone, e.g. `Europe/Madrid`, where the text has none", "")


@dataclass(frozen=True)
class Description:
    """Everything that is said about a set of recordings."""

    files: str = key(
        _path,
        "which files are rides: a path with `*`, `?`, `**/` and named parts `{name}`, `{name:digits}`, "
        "`{name:letters}`, `{name:word}`; parts become metadata unless their name starts with `_`",
    )
    streams: tuple[StreamPart, ...] = key(strict.each(strict.nested(StreamPart)), "the streams of a ride")
    about: str = key(strict.text, "what these recordings are, for people", "")
    id: str = key(strict.text, "template of the ride's id; else the file's name without its ending", "")
    table: Layout = key(strict.nested(Layout), "how the files are laid out", Layout())
    clock: Clock = key(strict.nested(Clock), "the clock of every stream that has none of its own", Clock())
    start: Start | None = key(strict.nested(Start), "when the ride began", None)
    facts: tuple[FactSource, ...] = key(
        strict.each(strict.nested(FactSource)), "more facts about a ride; they become metadata too", ()
    )
    metadata: dict[str, str] = key(
        strict.mapping(strict.text), "more metadata, fixed or a template of facts", {}
    )
    rename: dict[str, dict[str, str]] = key(
        strict.mapping(strict.mapping(strict.text)), "metadata → its value in the source → a better one", {}
    )
    labels: tuple[Labels, ...] = key(strict.each(strict.nested(Labels)), "where annotations come from", ())
    name: str = key(strict.text, "what people call it; else the name of its file", "")

    def clock_of(self, stream: StreamPart) -> Clock:
        return stream.clock or self.clock


# table of the TOML file → what it holds; what the documentation lists
TABLES = {
    "": Description, "[table]": Layout, "[clock]": Clock, "[[streams]]": StreamPart,
    "[streams.channels]": ChannelPart, "[[facts]]": FactSource, "[[labels]]": Labels,
    "[labels.names_table]": Names, "[start]": Start,
}  # fmt: skip


@dataclass(frozen=True)
class KeyHelp:
    """One key as the documentation tells it. default is its TOML form, "" where there is none."""

    name: str
    needed: bool
    default: str
    help: str


def keys_of(table: type) -> list[KeyHelp]:
    """Every key of a table of the file."""
    return [
        KeyHelp(
            strict.toml_name(field), strict.is_needed(field), _default(field.default), field.metadata["help"]
        )
        for field in fields(table)
    ]


def _default(value: object) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, int | float):
        return f"{value:g}"
    return f'"{value}"' if isinstance(value, str) and value else ""
