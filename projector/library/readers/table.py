"""A table of samples in memory, whatever file it came from: the one thing that readers hand over."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from projector.domain.errors import InputError

Key = int | str
Values = npt.NDArray[Any]
MAX_COLUMNS = 2_000


@dataclass(frozen=True)
class Wanted:
    """Which columns are needed, so that readers of wide files can leave the others alone.

    numbers     columns of samples
    stamps      the clock's, numbers at full precision or ISO text
    text        columns of labels
    Nothing at all means that nothing is known yet about the file: every column is needed.
    """

    numbers: tuple[Key, ...] = ()
    stamps: tuple[Key, ...] = ()
    text: tuple[Key, ...] = ()

    @property
    def keys(self) -> tuple[Key, ...]:
        return (*self.numbers, *self.stamps, *self.text)


@dataclass(frozen=True, eq=False)
class Table:
    """Columns of equal length.

    columns     by position; float64, an integer type, or object for text (a missing cell is None or NaN)
    header      comment lines that stood above the data, without their mark
    odd         what was strange: rows of the wrong width, a row that is cut
    count       rows, where the first column may not have been read (it is empty then)
    """

    where: str
    names: tuple[str, ...]
    columns: tuple[Values, ...]
    header: tuple[str, ...] = ()
    odd: tuple[str, ...] = ()
    count: int = -1

    @property
    def rows(self) -> int:
        return self.count if self.count >= 0 else len(self.columns[0])

    def at(self, key: Key) -> int:
        """Position of a column, by its name (case counts only where it must) or its number from 1."""
        return position(key, self.names, self.where)

    def cells(self, key: Key) -> Values:
        return self.columns[self.at(key)]

    def numbers(self, key: Key) -> tuple[Values, npt.NDArray[np.bool_] | None]:
        """The column as numbers (float64 or integers), and which cells hold something else: NaN there.

        None where every cell is a number or empty.
        """
        cells = self.cells(key)
        if cells.dtype.kind in "iuf":
            return cells, None
        import pandas as pd

        values = pd.to_numeric(pd.Series(cells), errors="coerce").to_numpy(np.float64, na_value=np.nan)
        wrong = np.isnan(values) & ~missing(cells)
        return values, wrong if wrong.any() else None


def position(key: Key, names: Sequence[str], where: str) -> int:
    """Raises InputError that lists the columns where there is no such one."""
    if isinstance(key, int) and key <= len(names):
        return key - 1
    if isinstance(key, str):
        if names.count(key) == 1:
            return names.index(key)
        for wanted, known in ((key, list(names)), (key.lower(), [name.lower() for name in names])):
            if known.count(wanted) == 1:
                return known.index(wanted)
            if known.count(wanted) > 1:
                raise InputError(f"{known.count(wanted)} columns are named {key!r}", where=where,
                                 remedy="say which by its position: the first is 1")  # fmt: skip
    listed = ", ".join(map(str, names[:40])) or "none"
    raise InputError(f"there is no column {key!r}", where=where, remedy=f"its columns: {listed}")


def missing(cells: Values) -> npt.NDArray[np.bool_]:
    """Which cells are empty."""
    import pandas as pd

    empty: npt.NDArray[np.bool_] = pd.isna(cells)
    if cells.dtype.kind in "OUS":
        empty = empty | np.array([isinstance(cell, str) and not cell.strip() for cell in cells], bool)
    return empty


def coded(cells: Values) -> tuple[npt.NDArray[np.int64], list[str]]:
    """(codes, texts): the text of cell i is texts[codes[i]]. Made once a distinct value, not once a row."""
    import pandas as pd

    codes, distinct = pd.factorize(cells, use_na_sentinel=False)
    return np.asarray(codes, np.int64), texts(np.asarray(distinct))


def texts(cells: Values) -> list[str]:
    """Cells as text without blanks around, "" where one is missing; whole numbers without a point."""
    return [
        "" if empty else _text(cell)
        for cell, empty in zip(cells.tolist(), missing(cells).tolist(), strict=True)
    ]


def _text(cell: object) -> str:
    return str(int(cell)) if isinstance(cell, float) and cell.is_integer() else str(cell).strip()
