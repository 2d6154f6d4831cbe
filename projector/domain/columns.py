"""Columns about rides or windows: numbers as float arrays, text as codes into a list of names.

A pandas frame would cost half a second before the first paint and a Python object per text cell;
these are numpy arrays, can be memory-mapped, and are what colouring, filtering and legends need.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt


@dataclass(frozen=True, eq=False)
class Category:
    """A text column: ``names[codes[i]]`` is row i; code -1 is missing. codes is int32 (n,)."""

    codes: npt.NDArray[np.int32]
    names: tuple[str, ...]

    def __len__(self) -> int:
        return len(self.codes)

    def take(self, rows: npt.NDArray[np.integer]) -> "Category":
        """The same names for chosen rows; a row of -1 gives a missing value."""
        return Category(np.where(rows < 0, np.int32(-1), self.codes[rows]).astype(np.int32), self.names)

    def text(self, row: int) -> str:
        """The value of one row, "" where it is missing."""
        code = int(self.codes[row])
        return self.names[code] if code >= 0 else ""

    @staticmethod
    def of(values: Iterable[str | None]) -> "Category":
        """Codes in order of the sorted distinct values; None and "" are missing."""
        cells = [value or "" for value in values]
        names = tuple(sorted({cell for cell in cells if cell}))
        at = {name: code for code, name in enumerate(names)} | {"": -1}
        return Category(np.fromiter((at[cell] for cell in cells), np.int32, len(cells)), names)


Numbers = npt.NDArray[np.floating]
Column = Category | Numbers
Columns = Mapping[str, Column]


def take(column: Column, rows: npt.NDArray[np.integer]) -> Column:
    """Chosen rows of a column; a row of -1 gives a missing value (NaN)."""
    if isinstance(column, Category):
        return column.take(rows)
    return np.where(rows < 0, np.nan, column[rows])


def column_of(cells: Iterable[object]) -> Column:
    """A column from loose cells: numbers (bool, int, float, None as NaN) if all are, else text."""
    values = list(cells)
    if all(value is None or isinstance(value, (bool, int, float, np.number)) for value in values):
        return np.array([np.nan if value is None else float(value) for value in values], np.float64)  # type: ignore[arg-type]
    return Category.of(None if value is None else str(value) for value in values)
