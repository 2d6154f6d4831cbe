"""The ten windows of other rides that are most like one, against one pass over the same table (its sum).

100 random queries, as "More like this" makes them; the table (windows × 122) is mapped from a file and scaled
while it is read. How it is scaled is found once a table, before the first of them.
"""

import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from benchmarks.rows import Row, exponent, main, timed
from projector.domain.progress import silent
from projector.jobs.review import SCALER
from projector.projection.matrix import Matrix
from projector.projection.other_rides import OtherRides

WIDTH, K, QUERIES, WINDOWS_A_RIDE = 122, 10, 100, 200
SIZES = (10_000, 100_000, 1_000_000)


def measure(small: bool, scratch: Path) -> Iterator[Row]:
    sizes = [size // 100 for size in SIZES] if small else SIZES
    costs = []
    for size in sizes:
        query, one_pass = _times(size, scratch)
        p95 = float(np.quantile(query, 0.95))
        costs.append(float(np.median(query)))
        largest = size == sizes[-1]  # smaller ones wait for threads, not for memory
        note = f"medians grow with n^{exponent(sizes, costs):.2f}" if largest else ""
        limit = 2 * one_pass if largest else None
        yield Row(f"neighbours, {size:,} windows, p95", p95, "ms", one_pass, "one pass", limit, note)


def _times(size: int, scratch: Path) -> tuple[list[float], float]:
    """Milliseconds of each query, and of a pass in between (median)."""
    values = _table(size, scratch)
    search = OtherRides(Matrix.of(values, SCALER, silent), np.arange(size) // WINDOWS_A_RIDE)
    rows = np.random.default_rng(1).integers(0, size, QUERIES).tolist()
    search.nearest(0, K), values.sum()
    both = [(timed(lambda row=row: search.nearest(row, K)), timed(values.sum)) for row in rows]
    return [query for query, _ in both], float(np.median([one for _, one in both]))


def _table(size: int, scratch: Path) -> np.ndarray:
    """Rides are clouds of their own within wide classes, as features are."""
    rng = np.random.default_rng(0)
    path = scratch / f"{size}.npy"
    values = np.lib.format.open_memmap(path, "w+", np.float32, (size, WIDTH))
    centres = rng.normal(size=(20, WIDTH)).astype(np.float32)
    for first in range(0, size, WINDOWS_A_RIDE):
        part = values[first : first + WINDOWS_A_RIDE]
        part[:] = rng.standard_normal(part.shape, np.float32) + centres[rng.integers(20)]
    values.flush()
    return np.load(path, mmap_mode="r")


if __name__ == "__main__":
    sys.exit(main(__doc__, measure))
