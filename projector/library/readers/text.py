"""Text tables: what can be known about their layout before parsing, and parsing them at pandas' speed.

pandas' C parser reads a sound table as fast as anything. What it would pass over in silence is looked at
here: a row with too few fields (it ends in an empty cell), one with too many (pandas stops), a last row
that is cut. Only tables that show such a sign are counted row by row, so a sound one costs nothing more.
"""

import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from projector.domain.errors import InputError
from projector.library.readers.description import BLANKS, Layout
from projector.library.readers.dialect import fields_of, guess_layout, is_header
from projector.library.readers.table import MAX_COLUMNS, Table, Wanted, missing, position

MAX_BYTES = 2 << 30
MAX_LINE = 64 << 10
MAX_HEAD_LINES = 10_000
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
    source, odd = _close_rows(source)
    width = _width(source, where)
    try:
        frame = _pandas(source, width, wanted, where)
        suspect = _may_be_short(frame, source, width)
    except (ValueError, OverflowError):  # pandas' ParserError is a ValueError
        suspect = True
    if suspect:
        source, more = _sound_rows(source, width, where)
        frame, odd = _pandas_loose(source, width, wanted, where), odd + more
    if not len(frame):
        raise InputError("no data: the file ends after its header", where=where)
    columns = tuple(_cells(series) for _, series in frame.items())
    return _without_padding(Table(where, source.names, columns, source.header, odd), source, where)


def _close_rows(source: Source) -> tuple[Source, tuple[str, ...]]:
    """Without the mark at each row's end, and without a last row that is cut in the middle."""
    body, end = source.body, source.layout.line_end.encode()
    tail = body[body.rfind(b"\n") + 1 :]
    cut = bool(tail) and (not tail.strip() or bool(end and not tail.rstrip().endswith(end)))
    if cut:
        body = body[: len(body) - len(tail)]
    if end:
        body = body.replace(end + b"\r\n", b"\n").replace(end + b"\n", b"\n").removesuffix(end)
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
    """Every line that is neither blank nor a comment."""
    mark = source.layout.comment.encode()
    for line in io.BytesIO(source.body):
        if line.strip() and not (mark and line.startswith(mark)):
            yield line.rstrip(b"\r\n")


def _may_be_short(frame: Any, source: Source, width: int) -> bool:
    """Whether a row can have too few fields: it ends in an empty cell, and separators are missing.

    No row has too many, pandas would have stopped; so the right number of separators in all means the
    right number in each.
    """
    if not frame[width - 1].isna().any():
        return False
    if source.separator == BLANKS or b'"' in source.body or source.layout.comment:
        return True
    return source.body.count(source.separator.encode()) != len(frame) * (width - 1)


def _options(source: Source, width: int) -> dict[str, Any]:
    """What pandas is told. Quotes mean something only where there are any."""
    comment = source.layout.comment
    has_comments = bool(comment) and (b"\n" + comment.encode()) in b"\n" + source.body
    return {
        "header": None,
        "names": range(width),
        "index_col": False,
        "sep": r"\s+" if source.separator == BLANKS else source.separator,
        "skipinitialspace": source.separator not in (BLANKS, " "),
        "decimal": source.layout.decimal,
        "quoting": csv.QUOTE_MINIMAL if b'"' in source.body else csv.QUOTE_NONE,
        "comment": comment if has_comments else None,
    }


def _pandas(source: Source, width: int, wanted: Wanted, where: str) -> Any:
    """Sample columns as float64: anything else in one of them raises ValueError."""
    import pandas as pd

    if len(_first_row(source)) != width:
        raise ValueError("the first row is not as wide as the table")
    types: dict[int, Any] = {_at(key, source, width, where): str for key in wanted.text}
    types |= {_at(key, source, width, where): np.float64 for key in wanted.numbers}
    return pd.read_csv(
        io.BytesIO(source.body), dtype=types, low_memory=len(types) == width, **_options(source, width)
    )


def _pandas_loose(source: Source, width: int, wanted: Wanted, where: str) -> Any:
    """Every column as pandas finds it; text columns as text."""
    import pandas as pd

    types = {_at(key, source, width, where): str for key in wanted.text}
    try:
        return pd.read_csv(io.BytesIO(source.body), dtype=types, low_memory=False, **_options(source, width))
    except (ValueError, OverflowError) as error:
        raise InputError(f"this cannot be read as a table: {str(error).strip()}", where=where) from None


def _at(key: int | str, source: Source, width: int, where: str) -> int:
    return position(key, source.names or [str(i + 1) for i in range(width)], where)


def _cells(series: Any) -> Any:
    """A column as numbers where it is numbers, else as text objects."""
    return series.to_numpy() if series.dtype.kind in "iuf" else series.to_numpy(object)


def _sound_rows(source: Source, width: int, where: str) -> tuple[Source, tuple[str, ...]]:
    """Rows of the wrong width emptied, so that those after them keep their place; and how many there were."""
    rows = list(_rows(source))
    wide = _widths(rows, source)
    bad = [i for i, n in enumerate(wide) if n != width]
    if not bad:
        return source, ()
    first = f"the first is row {bad[0] + 1} with {wide[bad[0]]}"
    told = f"{len(bad):,} of {len(rows):,} rows don't have {width} fields, {first}"
    if len(bad) > max(BAD_SHARE * len(rows), 1):
        raise InputError(told, where=where, remedy="check the separator, or write an import description")
    mark = b" " if source.separator == BLANKS else source.separator.encode()
    for i in bad:
        rows[i] = mark.join([b"nan"] * width)
    if bad[-1] == len(rows) - 1:
        rows.pop()
    return replace(source, body=b"\n".join(rows) + b"\n"), (f"bad rows: {told}: left empty",)


def _widths(rows: list[bytes], source: Source) -> list[int]:
    """Fields of each row."""
    if b'"' in source.body:
        return [len(fields_of(row.decode("utf-8", "replace"), source.layout)) for row in rows]
    if source.separator == BLANKS:
        return [len(row.split()) for row in rows]
    mark = source.separator.encode()
    return [row.count(mark) + 1 for row in rows]


def _without_padding(table: Table, source: Source, where: str) -> Table:
    """Columns past the named ones may only be empty throughout: a spreadsheet's padding."""
    names = source.names or tuple(str(i + 1) for i in range(len(table.columns)))
    extra = table.columns[len(names) :]
    if not all(missing(cells).all() for cells in extra):
        raise InputError(
            f"rows have {len(table.columns)} fields but only {len(names)} columns have a name", where=where
        )
    return replace(table, names=names, columns=table.columns[: len(names)])
