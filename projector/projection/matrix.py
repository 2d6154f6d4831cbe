"""The feature table as projections read it: complete windows only, scaled, in blocks that fit the cache."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from projector.domain.errors import InputError
from projector.domain.progress import Progress
from projector.projection.scaling import SCALERS, Floats, Scaling

BLOCK_ROWS = 8192
SCALER_ROWS = 131_072  # rows that a scaler learns from, evenly spread; told in the quality figures

Rows = npt.NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class Matrix:
    """values float32 (n, k), possibly memory-mapped; rows int64, those without a NaN, ascending."""

    values: Floats
    rows: Rows
    scaling: Scaling
    scaled_from: int

    @staticmethod
    def of(values: Floats, scaler: str, progress: Progress) -> "Matrix":
        """Find the complete rows and learn the scaling. Raises InputError when no row is complete."""
        rows = complete_rows(values, progress)
        if not len(rows):
            raise InputError(
                "no window has all the features, so none can be placed",
                remedy="take shorter windows, or fewer features",
            )
        some = rows[:: -(-len(rows) // SCALER_ROWS)]
        return Matrix(values, rows, SCALERS[scaler](np.asarray(values[some])), len(some))

    def take(self, rows: Rows) -> Floats:
        """Scaled copy of some of the table's rows."""
        return self.scaling.apply(_read(self.values, rows))

    def blocks(self, rows: Rows, size: int = BLOCK_ROWS) -> Iterator[tuple[slice, Floats]]:
        """(which of `rows`, their scaled values), block by block."""
        for first in range(0, len(rows), size):
            part = slice(first, min(first + size, len(rows)))
            yield part, self.take(rows[part])


def complete_rows(values: Floats, progress: Progress) -> Rows:
    """Rows whose values are all finite."""
    found = []
    for first in range(0, len(values), BLOCK_ROWS):
        progress(first, len(values), "Reading features")
        found.append(first + np.flatnonzero(np.isfinite(values[first : first + BLOCK_ROWS]).all(axis=1)))
    return np.concatenate(found) if found else np.empty(0, np.int64)


def _read(values: Floats, rows: Rows) -> Floats:
    if len(rows) and rows[-1] - rows[0] == len(rows) - 1 and (np.diff(rows) == 1).all():
        return np.asarray(values[rows[0] : rows[-1] + 1])  # one run on disk, no copy
    return np.asarray(values[rows])
