"""The windows most like one, from other rides only: exact, and no dearer than reading the table twice.

Neighbouring windows of one ride overlap; that they are alike says nothing, so a window's own ride is left
out. One product of the table with the window orders all rows; only those that rounding could have put in a
wrong place are then measured one by one, in float64. So answers are exact to the last bit, wherever they run.
"""

import numpy as np
import numpy.typing as npt

from projector.domain.errors import InputError

Single = npt.NDArray[np.float32]
Double = npt.NDArray[np.float64]
Rows = npt.NDArray[np.int64]

_BLOCK_BYTES = 1 << 24  # of rows that are measured at a time


class Neighbours:
    """Answers which rows of a feature table are nearest to one of them, by Euclidean distance.

    values          float32 (n, k), C order, possibly memory-mapped; scaled, or one feature's unit decides
    ride_numbers    int64 (n,)

    A row with a value that is not finite is nobody's neighbour. Holds 4 bytes a row beside what it was given.
    """

    def __init__(self, values: Single, ride_numbers: npt.NDArray[np.integer]) -> None:
        if values.ndim != 2 or len(values) != len(ride_numbers):
            raise InputError(f"{len(ride_numbers)} ride numbers don't fit a table of {values.shape}")
        self._values, self._rides = values, ride_numbers
        self._slack = np.float32((values.shape[1] + 8) * np.finfo(np.float32).eps)
        with np.errstate(over="ignore", invalid="ignore"):
            self._squares = np.einsum("ij,ij->i", values, values) * (1 - self._slack)

    def nearest(self, row: int, k: int) -> tuple[Rows, Double]:
        """The k nearest rows of other rides and how far they are, nearest first, equally far ones by row.

        Fewer where there are fewer. Raises InputError where the row itself lacks a feature.
        """
        query = np.asarray(self._values[row])
        if not np.isfinite(query).all():
            raise InputError("this window lacks a feature, so no other can be compared with it")
        least = self._least_squares(query)
        least[self._rides == self._rides[row]] = np.nan  # no comparison holds for it
        comparable = np.isfinite(least)
        k = min(k, int(np.count_nonzero(comparable)))
        if k == 0:
            return np.empty(0, np.int64), np.empty(0)
        likely = np.argpartition(least, k - 1)[:k]
        reach = np.nextafter(np.float32(self._squared(likely, query).max()), np.float32(np.inf))
        near = np.flatnonzero(least <= reach)
        squared = self._squared(near, query)
        order = np.lexsort((near, squared))[:k]
        return near[order], np.sqrt(squared[order])

    def _least_squares(self, query: Single) -> Single:
        """A lower bound of each row's squared distance, not finite where a row cannot be compared.

        |x|² + |q|² − 2 x·q in float32 is off by at most slack · (|x|² + |q|²), as |x·q| is at most half of
        that sum (rounding of sums: Higham, Accuracy and Stability of Numerical Algorithms, 2002, 3.1).
        """
        with np.errstate(over="ignore", invalid="ignore"):
            least = self._values @ (-2 * query)
            least += self._squares
            least += (query @ query) * (1 - self._slack)
        return np.asarray(least)

    def _squared(self, rows: Rows, query: Single) -> Double:
        """Squared distances of some rows, each from its own numbers alone."""
        squared = np.empty(len(rows))
        step = max(_BLOCK_BYTES // (8 * max(len(query), 1)), 1)
        for first in range(0, len(rows), step):
            part = slice(first, first + step)
            difference = self._values[rows[part]] - query.astype(np.float64)
            squared[part] = np.einsum("ij,ij->i", difference, difference)
        return squared
