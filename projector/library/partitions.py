"""A table as a folder of Parquet files, as programs that run on clusters write and read them.

Each part is a whole table of its own with its checksums, and knows which part of how many it is: a folder
that lacks one is never read as a smaller table. Other programs read the folder as one data set.
"""

import secrets
import shutil
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np

from projector.domain.columns import Category, Column
from projector.domain.errors import InputError
from projector.domain.progress import Progress, silent
from projector.library import tables
from projector.library.replacing import storage_errors, sync
from projector.library.tables import Table

PART_ROWS = 4 * tables.ROWS
_NAME, _PATTERN = "part-{:05}.parquet", "part-*.parquet"
_PART = "part"  # [which, of how many], in what a part tells about itself


def write_parts(folder: Path, table: Table, progress: Progress = silent) -> None:
    """A folder of parts; it appears whole or not at all, in the place of an older one.

    Raises StorageError, InputError where something else has that name.
    """
    if folder.exists() and not _is_ours(folder):
        raise InputError("there is something else under that name", where=str(folder), remedy="name another")
    made = folder.with_name(f".{folder.name}.{secrets.token_hex(4)}.part")
    firsts = range(0, max(len(table), 1), PART_ROWS)
    with storage_errors(folder):
        made.mkdir()
        try:
            for index, first in enumerate(firsts):
                progress(first, len(table), "Writing the table")
                part = _rows(table, slice(first, first + PART_ROWS))
                about = {**table.about, _PART: [index, len(firsts)]}
                tables.write(made / _NAME.format(index), replace(part, about=about))
            _put_in_place(made, folder)
        finally:
            shutil.rmtree(made, ignore_errors=True)


def read_parts(folder: Path, progress: Progress = silent) -> Table:
    """What `write_parts` wrote. Raises InputError when parts are missing, foreign, or damaged."""
    parts, paths = [], sorted(folder.glob(_PATTERN))
    for index, path in enumerate(paths):
        progress(index, len(paths), "Reading the table")
        parts.append(tables.read(path))
    places = [part.about.get(_PART) for part in parts]
    abouts = [{name: value for name, value in part.about.items() if name != _PART} for part in parts]
    if not parts or places != [[index, len(parts)] for index in range(len(parts))]:
        raise InputError("this folder holds no whole table", where=str(folder), remedy="write it again")
    alike = [(about, *part.columns) for about, part in zip(abouts, parts, strict=True)]
    if alike != [alike[0]] * len(parts):
        raise InputError("its parts are of several tables", where=str(folder), remedy="write it again")
    columns = {name: _joined([part.columns[name] for part in parts]) for name in parts[0].columns}
    return Table(columns, abouts[0])


def _rows(table: Table, rows: slice) -> Table:
    return replace(table, columns={name: _cut(column, rows) for name, column in table.columns.items()})


def _cut(column: Column, rows: slice) -> Column:
    """Some rows; of many names only those that they use, or each part would carry those of all."""
    if not isinstance(column, Category):
        return column[rows]
    used, codes = np.unique(column.codes[rows], return_inverse=True)
    missing = int(len(used) > 0 and used[0] < 0)
    names = tuple(column.names[code] for code in used[missing:].tolist())
    return Category((codes - missing).astype(np.int32), names)


def _joined(pieces: Sequence[Column]) -> Column:
    """Pieces of a column as one. Raises InputError where they are of several kinds."""
    texts = [piece for piece in pieces if isinstance(piece, Category)]
    numbers = [piece for piece in pieces if not isinstance(piece, Category)]
    if texts and numbers:
        raise InputError("a column is text in one part and numbers in another")
    if numbers:
        return np.concatenate(numbers)
    names = tuple(dict.fromkeys(name for piece in texts for name in piece.names))
    at = {name: code for code, name in enumerate(names)}
    codes = [np.array([*(at[name] for name in piece.names), -1], np.int32)[piece.codes] for piece in texts]
    return Category(np.concatenate(codes), names)


def _is_ours(folder: Path) -> bool:
    """Whether it may be replaced: a folder with nothing but parts in it."""
    return folder.is_dir() and all(one.match(_PATTERN) for one in folder.iterdir())


def _put_in_place(made: Path, folder: Path) -> None:
    """A folder cannot be renamed over another: the old one steps aside first."""
    aside = made.with_name(f"{made.name}.old")
    if folder.exists():
        folder.replace(aside)
    made.replace(folder)
    sync(folder.parent)
    shutil.rmtree(aside, ignore_errors=True)
