"""Opening libraries of 50 to 5,000 rides, against one plain read of the same table.

The library has been met before, as in all but the first opening; its rides are short: opening can't see that.
"""

import statistics
import sys
from collections.abc import Iterator
from pathlib import Path

import h5py
import numpy as np

from benchmarks.rows import Row, exponent, main, timed
from projector.domain.nouns import Annotation, Recording, Stream
from projector.library.format import TABLE
from projector.library.library import Library
from projector.library.writer import write_library

SIZES = (50, 500, 5_000)
TURNS = 9
LIMIT_MS = 500.0


def measure(small: bool, scratch: Path) -> Iterator[Row]:
    sizes = [size // 10 for size in SIZES] if small else SIZES
    costs: list[float] = []
    for size in sizes:
        path = scratch / f"{size}.h5"
        write_library(path, (_ride(number) for number in range(size)))
        _open(path)
        both = [(timed(lambda p=path: _open(p)), timed(lambda p=path: _read(p))) for _ in range(TURNS)]
        ours, plain = (statistics.median(times) for times in zip(*both, strict=True))
        costs.append(ours)
        largest = size == sizes[-1]
        note = f"grows with n^{exponent(sizes, costs):.2f}" if largest else ""
        limit = LIMIT_MS if largest else None
        yield Row(f"open, {size:,} rides, median", ours, "ms", plain, "one read of its table", limit, note)


def _open(path: Path) -> None:
    """As the window does: the table, the ids, every column and the annotations."""
    with Library.open(path) as library:
        assert len(library.ids) == len(library.columns["seconds"])
        assert len(library.annotations) == len(library)


def _read(path: Path) -> None:
    with h5py.File(path) as file:
        for dataset in file[TABLE].values():
            dataset[()]


def _ride(number: int) -> Recording:
    samples = np.full((100, 3), number, np.float32)
    stream = Stream("phone", ("ax", "ay", "az"), ("m/s²",) * 3, samples, 50.0)
    facts = {"rider": f"rider {number % 160}", "bike": f"bike {number % 12}", "kg": 60.0 + number % 50}
    return Recording(f"ride_{number:05}", (stream,), (Annotation(0.5, 1.5, "turn"),), facts)


if __name__ == "__main__":
    sys.exit(main(__doc__, measure))
