"""Text tables: what can be known about their layout before parsing, and parsing them at full speed.

Arrow's parser reads a sound table as fast as anything, and stops at a row that is wider or narrower than
the first or at a cell that is no number. Only then are rows and cells looked at one by one, so that a sound
table costs nothing more.
"""

import contextlib
import io
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from projector.domain.errors import InputError
from projector.library.readers.description import BLANKS, Layout
from projector.library.readers.dialect import fields_of, guess_layout, is_header
from projector.library.readers.table import MAX_COLUMNS, Key, Table, Values, Wanted, missing, position

MAX_BYTES = 2 << 30
MAX_LINE = 64 << 10
MAX_HEAD_LINES = 10_000
BLOCK = 1 << 18  # bytes that Arrow takes at a time: more than any line can have, and they stay in the cache
EMPTY = ["", "NA", "N/A", "n/a", "#N/A", "NaN", "nan", "-nan", "NULL", "null", "None", "none"]
_WHOLE = re.compile(r" *-?\d{1,18} *")
_NUMBER = re.compile(r" *-?\d{1,18}(\.\d+)? *")
BAD_SHARE = 0.05  # a file with more bad rows than this isn't the table it claims to be


@dataclass(frozen=True)
class Source:
    """The bytes of a text table, split where its data begin.

    header  comment lines without their mark     names  of the columns, () where there are none
    body    the rows, UTF-8
    """

    layout: Layout
    header: tuple[str, ...]
    names: tuple[str, ...]
    body: bytes

    @property
    def separator(self) -> str:
        return self.layout.separator or ","

    @property
    def mark(self) -> str:
        """What stands between the fields of a row once blanks have been made one."""
        return " " if self.separator == BLANKS else self.separator


def read_text(path: Path, layout: Layout, wanted: Wanted) -> Table:
    """A text table. Raises InputError for anything that is none."""
    return parse(load_source(path, layout), wanted, str(path))


def load_source(path: Path, layout: Layout) -> Source:
    """The bytes of a table, its layout completed from what they show."""
    return split_source(load_bytes(path), layout, str(path))


def load_bytes(path: Path, limit: int = MAX_BYTES) -> bytes:
    """A whole file, refused where it is larger than `limit`."""
    size = path.stat().st_size
    if size > limit:
        raise InputError(f"a text table of {size:,} bytes is over the limit of {limit:,}", where=str(path),
                         remedy="split it, or bring it as Parquet")  # fmt: skip
    return path.read_bytes()


def split_source(data: bytes, layout: Layout, where: str) -> Source:
    """Comment lines, column names and rows. Raises InputError where there are no rows of sane width."""
    data = to_utf8(data, layout.encoding, where)
    check_lines(data, where)
    header, at = _skip_head(data, layout, where)
    first = _line(data, at)
    if not first.strip():
        raise InputError("no data: the file is empty or ends after its header", where=where)
    if layout.separator is None:
        layout = guess_layout(data[at : at + MAX_LINE], layout)
    names: tuple[str, ...] = ()
    if layout.header is True or (layout.header is None and not layout.columns and is_header(first, layout)):
        names = tuple(name.strip() for name in fields_of(first, layout))
        at += _line_length(data, at)
    return Source(layout, header, layout.columns or names, data[at:] if at else data)


def to_utf8(data: bytes, encoding: str | None, where: str) -> bytes:
    """The same text as UTF-8, without a byte order mark, its lines ended by \\n or \\r\\n.

    Raises InputError for what is no text.
    """
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        encoding = "utf-16"
    elif b"\0" in data[:4096] and not (encoding or "").lower().startswith("utf-16"):
        raise InputError("this is no text: it holds zero bytes", where=where)
    data = data.removeprefix(b"\xef\xbb\xbf")
    if not data.isascii() or encoding == "utf-16":
        data = _decode(data, encoding, where).encode()
    return data.replace(b"\r", b"\n") if b"\r" in data and b"\n" not in data else data


def _decode(data: bytes, encoding: str | None, where: str) -> str:
    """Without a stated encoding UTF-8, and Latin-1 where it isn't that."""
    for name in (encoding,) if encoding else ("utf-8", "latin-1"):
        try:
            return data.decode(name)
        except (UnicodeError, LookupError) as error:
            reason = error
    raise InputError(f"this is no {encoding} text: {reason}", where=where)


def check_lines(data: bytes, where: str) -> None:
    """Refuse lines over the limit (some may be up to twice as long): a look into each stretch, no scan."""
    for start in range(0, len(data) - MAX_LINE, MAX_LINE):
        if data.find(b"\n", start, start + MAX_LINE) < 0:
            raise InputError(f"a line is longer than {MAX_LINE:,} characters", where=where,
                             remedy="this is no table with a row a line")  # fmt: skip


def _line_length(data: bytes, at: int) -> int:
    end = data.find(b"\n", at)
    return (end + 1 if end >= 0 else len(data)) - at


def _line(data: bytes, at: int) -> str:
    return data[at : at + _line_length(data, at)].decode("utf-8", "replace").rstrip("\r\n")


def _skip_head(data: bytes, layout: Layout, where: str) -> tuple[tuple[str, ...], int]:
    """The comment lines, and where the first line begins that is neither skipped, comment nor blank."""
    at, header = 0, list[str]()
    for number in range(MAX_HEAD_LINES):
        line = _line(data, at)
        is_comment = bool(layout.comment) and line.lstrip().startswith(layout.comment)
        if at >= len(data) or not (number < layout.skip_lines or is_comment or not line.strip(" \t;,")):
            return tuple(header), at
        header.append(line.strip().lstrip(layout.comment or "").strip(" \t;,"))
        at += _line_length(data, at)
    raise InputError(f"more than {MAX_HEAD_LINES:,} lines stand above the data", where=where)


def parse(source: Source, wanted: Wanted, where: str) -> Table:
    """The table of a source. Raises InputError where too many rows aren't as wide as the first."""
    import pyarrow as pa

    source, odd = _close_rows(source)
    width = _width(source, where)
    names = source.names or tuple(str(i + 1) for i in range(width))
    at = {key: position(key, names, where) for key in wanted.keys}
    text = {at[key] for key in wanted.text}
    needed = {*at.values(), *range(len(source.names), width)}
    try:
        if _needs_care(source):
            raise pa.ArrowInvalid("comments, quotes, or any number of blanks between fields")
        table = _arrow_numbers(source, width, needed, _types(at, wanted))
    except pa.ArrowInvalid:  # a row of another width, or a cell that is no number
        source, more = _sound_rows(source, width, where)
        table, odd = _arrow_text(source, width, needed, where), odd + more
    if not table.num_rows:
        raise InputError("no data: the file ends after its header", where=where)
    found = dict(zip(table.column_names, table.columns, strict=True))
    columns = [_values(found.get(str(i)), source, i in text) for i in range(width)]
    _check_padding(columns[len(names) :], len(names), where)
    return Table(where, names, tuple(columns[: len(names)]), source.header, odd, table.num_rows)


def _close_rows(source: Source) -> tuple[Source, tuple[str, ...]]:
    """Without the mark at each row's end, and without a last row that is cut in the middle."""
    body, end = source.body, source.layout.line_end.encode()
    tail = body[body.rfind(b"\n") + 1 :]
    cut = bool(tail) and (not tail.strip() or bool(end and not tail.rstrip().endswith(end)))
    if cut:
        body = body[: len(body) - len(tail)]
    for ending in (end + b"\r\n", end + b"\n") if end else ():
        if end in body:  # as many line feeds as bytes: those are put in place, and a blank line is no row
            body = body.replace(ending, b"\n" * len(ending))
    body = body.removesuffix(end)
    odd = ("cut row: the last row ends in the middle and is left out",) if cut else ()
    return (replace(source, body=body), odd)


def _width(source: Source, where: str) -> int:
    """Fields of a row: as many as there are names, and those that a spreadsheet's padding added empty."""
    first = _first_row(source)
    if source.names and any(cell.strip() for cell in first[len(source.names) :]):
        return len(source.names)
    width = max(len(first), len(source.names))
    if width > MAX_COLUMNS:
        raise InputError(f"{width:,} columns are more than the limit of {MAX_COLUMNS:,}", where=where)
    return width


def _first_row(source: Source) -> list[str]:
    """The fields of the first row."""
    return fields_of(next(_rows(source), b"").decode("utf-8", "replace"), source.layout)


def _rows(source: Source) -> Iterator[bytes]:
    """Every line that is neither blank nor a comment, fields apart by exactly one separator."""
    mark = source.layout.comment.encode()
    for line in io.BytesIO(source.body):
        if line.strip() and not (mark and line.startswith(mark)):
            yield b" ".join(line.split()) if source.separator == BLANKS else line.rstrip(b"\r\n")


def _needs_care(source: Source) -> bool:
    """Whether rows must be looked at one by one before Arrow can read them."""
    mark = source.layout.comment.encode()
    if source.separator == BLANKS or b'"' in source.body:
        return True
    return bool(mark and b"\n" + mark in b"\n" + source.body)


def _types(at: Mapping[Key, int], wanted: Wanted) -> dict[str, Any]:
    """Samples are float64, labels text; the rest, stamps above all, Arrow is to see for itself."""
    import pyarrow as pa

    numbers = {str(at[key]): pa.float64() for key in wanted.numbers}
    return numbers | {str(at[key]): pa.string() for key in wanted.text}


def _arrow_numbers(source: Source, width: int, needed: set[int], types: dict[str, Any]) -> Any:
    """As `_arrow`, tried first as what the first row shows: numbers throughout, and no cell empty.

    Whole numbers are read in half the time, and looking at each cell whether it is empty takes a fifth.
    """
    import pyarrow as pa

    guessed = {
        str(i): pa.int64() if _WHOLE.fullmatch(cell) else pa.float64()
        for i, cell in enumerate(_first_row(source))
        if i in needed and types.get(str(i)) != pa.string() and _NUMBER.fullmatch(cell)
    }
    if len(guessed) == len(needed):
        with contextlib.suppress(pa.ArrowInvalid):
            return _arrow(source, width, needed, guessed, empty=())
    return _arrow(source, width, needed, types)


def _arrow(
    source: Source, width: int, needed: set[int], types: dict[str, Any], empty: Sequence[str] = EMPTY
) -> Any:
    """Some columns, all if none is needed. Raises ArrowInvalid for a row or cell that isn't sound."""
    import pyarrow as pa
    from pyarrow import csv as arrow_csv

    quoted = source.separator != BLANKS and b'"' in source.body
    return arrow_csv.read_csv(
        pa.py_buffer(source.body),
        arrow_csv.ReadOptions(
            use_threads=len(source.body) > 2 * BLOCK,  # else there is nothing to share out
            block_size=BLOCK,
            column_names=list(map(str, range(width))),
        ),
        arrow_csv.ParseOptions(delimiter=source.mark, quote_char='"' if quoted else False),
        arrow_csv.ConvertOptions(
            column_types=types,
            include_columns=[str(i) for i in sorted(needed)],
            null_values=empty,
            strings_can_be_null=True,
            decimal_point=source.layout.decimal,
            # dates stay text: their zone would be lost
            timestamp_parsers=["never"],
            true_values=[],
            false_values=[],
        ),
    )


def _arrow_text(source: Source, width: int, needed: set[int], where: str) -> Any:
    """Every column as text: what is no number is found cell by cell later."""
    import pyarrow as pa

    try:
        return _arrow(source, width, needed, dict.fromkeys(map(str, range(width)), pa.string()))
    except pa.ArrowInvalid as error:
        raise InputError(f"this cannot be read as a table: {error}", where=where) from None


def _values(column: Any, source: Source, is_text: bool) -> Values:
    """Whole numbers, else numbers, else text; an empty array for a column that wasn't needed."""
    import pyarrow as pa
    from pyarrow import compute

    if column is None:
        return np.empty(0)
    if not (pa.types.is_floating(column.type) or pa.types.is_integer(column.type)):
        column = column.cast(pa.string())
    if not is_text and pa.types.is_string(column.type):
        trimmed = compute.utf8_trim_whitespace(column)
        if source.layout.decimal != ".":
            trimmed = compute.replace_substring(trimmed, source.layout.decimal, ".")
        for kind in (pa.int64(), pa.float64()):
            with contextlib.suppress(pa.ArrowInvalid):
                column = trimmed.cast(kind)
                break
    values: Values = column.to_numpy()
    return values


def _sound_rows(source: Source, width: int, where: str) -> tuple[Source, tuple[str, ...]]:
    """Rows of the wrong width emptied, so that those after them keep their place; and how many there were."""
    rows = list(_rows(source))
    wide = _widths(rows, source)
    bad = [i for i, n in enumerate(wide) if n != width]
    if not bad:
        return replace(source, body=b"\n".join(rows) + b"\n"), ()
    first = f"the first is row {bad[0] + 1} with {wide[bad[0]]}"
    told = f"{len(bad):,} of {len(rows):,} rows don't have {width} fields, {first}"
    if len(bad) > max(BAD_SHARE * len(rows), 1):
        raise InputError(told, where=where, remedy="check the separator, or write an import description")
    for i in bad:
        rows[i] = source.mark.encode().join([b"nan"] * width)
    if bad[-1] == len(rows) - 1:
        rows.pop()
    return replace(source, body=b"\n".join(rows) + b"\n"), (f"bad rows: {told}: left empty",)


def _widths(rows: list[bytes], source: Source) -> list[int]:
    """Fields of each row; 0 where a quote isn't closed, which would swallow the rows after it."""
    mark = source.mark.encode()
    if source.separator == BLANKS or b'"' not in source.body:
        return [row.count(mark) + 1 for row in rows]
    texts = [(row.decode("utf-8", "replace"), row.count(b'"') % 2 == 0) for row in rows]
    return [len(fields_of(text, source.layout)) if closed else 0 for text, closed in texts]


def _check_padding(extra: list[Values], named: int, where: str) -> None:
    """Columns past the named ones may only be empty throughout: a spreadsheet's padding."""
    if not all(missing(cells).all() for cells in extra):
        told = f"rows have {named + len(extra)} fields but only {named} columns have a name"
        raise InputError(told, where=where)
