"""What an hour of riding costs one core: from this ARCHITECTURE.md works out what a fleet would cost.

Hours of three axes at 100 Hz on an even clock, windows of 4 s every 2 s. Times are of the processor.
"""

import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np

from benchmarks.rows import Row, main
from projector.domain.nouns import Recording, Stream, WindowRule
from projector.features.extraction import extract
from projector.jobs.tables import rides_of
from projector.library.library import Library
from projector.library.writer import write_library

RATE_HZ, HOURS = 100.0, 8


def measure(small: bool, scratch: Path) -> Iterator[Row]:
    path, seconds = scratch / "fleet.h5", 60 if small else 3600
    written = _worked(lambda: write_library(path, (_ride(k, seconds) for k in range(HOURS))))
    with Library.open(path) as library:
        extracted = _worked(lambda: extract(rides_of(library), WindowRule(), RATE_HZ))
    size = path.stat().st_size / 1e6 / HOURS
    yield Row("fleet, a ride hour at 100 Hz on disk", size, "MB")
    yield Row("fleet, writing and checking a ride hour", written / HOURS, "core s")
    yield Row("fleet, reading, verifying, 122 features of it", extracted / HOURS, "core s")


def _worked(work: Callable[[], object]) -> float:
    began = time.process_time()
    work()
    return time.process_time() - began


def _ride(number: int, seconds: int) -> Recording:
    samples = np.random.default_rng(number).standard_normal((round(seconds * RATE_HZ), 3), np.float32)
    samples[:, 2] += 9.81
    return Recording(
        f"ride_{number}", (Stream("phone", ("ax", "ay", "az"), ("m/s²",) * 3, samples, RATE_HZ),)
    )


if __name__ == "__main__":
    sys.exit(main(__doc__, measure))
