"""Small text tables beside the recordings: intervals, subjects, names of codes. Cells stay text."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import lru_cache
from pathlib import Path

from projector.domain.errors import InputError
from projector.library.readers.description import Layout
from projector.library.readers.dialect import fields_of, guess_layout
from projector.library.readers.table import Key, position
from projector.library.readers.text import check_lines, load_bytes, to_utf8

MAX_BYTES = 256 << 20


@dataclass(frozen=True)
class Sidecar:
    """Rows of text cells under column names (() where no column was asked for by its name)."""

    where: str
    names: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    _sorted: dict[int, dict[str, list[tuple[str, ...]]]] = field(default_factory=dict, init=False, repr=False)

    def at(self, key: Key) -> int:
        """Position of a column. Raises InputError."""
        return key - 1 if isinstance(key, int) else position(key, self.names, self.where)

    def select(self, match: Mapping[str, str]) -> Iterator[tuple[str, ...]]:
        """Rows whose cells equal the given ones, "07" and "7" being the same."""
        wanted = [
            (self.at(int(key) if key.isdecimal() else key), plain(value)) for key, value in match.items()
        ]
        rows = self._by_cell(wanted[0][0]).get(wanted[0][1], []) if wanted else self.rows
        for row in rows:
            if all(at < len(row) and plain(row[at]) == value for at, value in wanted[1:]):
                yield row

    def _by_cell(self, at: int) -> dict[str, list[tuple[str, ...]]]:
        """The rows by what stands in a column: thousands of rides look for theirs."""
        if at not in self._sorted:
            by_cell: dict[str, list[tuple[str, ...]]] = {}
            for row in self.rows:
                if at < len(row):
                    by_cell.setdefault(plain(row[at]), []).append(row)
            self._sorted[at] = by_cell
        return self._sorted[at]


def plain(cell: str) -> str:
    """Two cells are equal, as text or as whole numbers, where this is."""
    return cell.lstrip("0") or "0" if cell.isdecimal() else cell


def cell_of(row: tuple[str, ...], at: int) -> str:
    """A row's cell, "" where the row is too short."""
    return row[at] if at < len(row) else ""


def read_sidecar(path: Path, layout: Layout, columns: tuple[Key, ...]) -> Sidecar:
    """A table, with a header where a column is wanted by name: the first row that has all of these names,
    whatever stands above it. Raises InputError."""
    try:
        stat = path.stat()
        return _read(path, layout, columns, stat.st_mtime_ns, stat.st_size)
    except OSError as error:
        raise InputError(f"cannot be read: {error.strerror or error}", where=str(path)) from None


@lru_cache(maxsize=16)
def _read(path: Path, layout: Layout, columns: tuple[Key, ...], mtime: int, size: int) -> Sidecar:
    data = to_utf8(load_bytes(path, MAX_BYTES), layout.encoding, str(path))
    check_lines(data, str(path))
    if layout.separator is None:
        found = guess_layout(data[: 1 << 16], layout)
        layout = replace(layout, separator=found.separator)
    lines = data.decode().splitlines()[layout.skip_lines :]
    kept = [
        line for line in lines if line.strip() and not (layout.comment and line.startswith(layout.comment))
    ]
    rows = [tuple(cell.strip() for cell in fields_of(line, layout)) for line in kept]
    named = {column.lower() for column in columns if isinstance(column, str)}
    if layout.columns or not named:
        return Sidecar(str(path), layout.columns, tuple(rows))
    for i, row in enumerate(rows):
        if named <= {cell.lower() for cell in row}:
            return Sidecar(str(path), row, tuple(rows[i + 1 :]))
    raise InputError(f"no row of this table names the columns {', '.join(sorted(named))}", where=str(path))
