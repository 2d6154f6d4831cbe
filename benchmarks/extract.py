"""All 122 features of 200-sample windows, against the least that could be done with the same samples.

The least is one sort and one real Fourier transform with its power of the same four channels, on one core, in
blocks of whatever size is best for that; it goes through as many windows as we do. Some windows hold gaps.
Both are the fastest of interleaved runs, the first of which compiles. `benchmarks.memory` has the memory.

Of a library it is the whole work, as the app and the command do it: rides are read and verified, the table is
written and its checksums are made; with two cores, a second process is started for it each time. One core and
two take turns, and medians are compared: the fastest of two cores needs both undisturbed at once.
"""

import shutil
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
from scipy.fft import rfft

from benchmarks.rows import Row, exponent, main, timed
from projector.domain.nouns import AXES, Recording, Stream, WindowRule
from projector.domain.progress import silent
from projector.features.block import extract_block
from projector.jobs.cores import HELPED_SAMPLES
from projector.jobs.tables import table_folder
from projector.library.cache import cache_folder
from projector.library.library import Library
from projector.library.writer import write_library

RATE_HZ, SAMPLES, RULE = 50.0, 200, WindowRule(4.0, 0.5)  # a million windows in a file of 0.3 GB
HOP = 25  # samples
WINDOWS, LEAST_BLOCKS = 4096, (64, 128, 256, 512, 1024)
SIZES, TURNS = (20_000, 100_000, 1_000_000), 5


def measure(small: bool, scratch: Path) -> Iterator[Row]:
    repeats = 1 if small else 16
    windows = _noise((WINDOWS, SAMPLES))
    windows[::20, 40:50] = np.nan
    channels = _noise((WINDOWS, SAMPLES, 4)).transpose(0, 2, 1).copy()
    ours, *least = _fastest(
        [lambda: extract_block(windows, RATE_HZ), *(lambda n=n: _least(channels, n) for n in LEAST_BLOCKS)],
        repeats,
    )
    ours, limit = ours / WINDOWS, min(least) / WINDOWS
    yield Row(
        "extract, blocks, one core, a window", 1000 * ours, "µs", 1000 * limit, "sort + rfft", 4000 * limit
    )
    costs = []
    sizes = [size // 200 for size in SIZES] if small else SIZES
    for size in sizes:
        with Library.open(_library_of(size, scratch)) as library:
            turns = [[_extract(library, cores) for cores in (1, 2)] for _ in range(1 if small else TURNS)]
        one, two = np.median(turns, axis=0).tolist()
        costs.append(one)
        task, largest = f"extract, {size:,} windows of a library", size == sizes[-1]
        note = f"grows with n^{exponent(sizes, costs):.2f}" if largest else ""
        yield Row(f"{task}, one core", one, "ms", size * limit, "sort + rfft", note=note)
        note = "" if size * SAMPLES >= HELPED_SAMPLES else "so few are left to one"
        yield Row(f"{task}, two cores", two, "ms", one, "one core", one / 1.8 if largest else None, note)


def _extract(library: Library, cores: int) -> float:
    """Milliseconds of all of it: read, verified, computed, written, summed up."""
    shutil.rmtree(cache_folder(library.path), ignore_errors=True)
    return timed(lambda: table_folder(library, RULE, silent, cores))


def _least(channels: np.ndarray, size: int) -> None:
    """The sort and the transform with its power, of so many windows at a time."""
    for first in range(0, len(channels), size):
        block = channels[first : first + size]
        np.sort(block, axis=-1)
        spectrum = rfft(block, axis=-1)
        np.add(np.square(spectrum.real), np.square(spectrum.imag))


def _fastest(works: list[Callable[[], object]], repeats: int) -> list[float]:
    """Milliseconds of each at its best; they take turns, so that a busy machine is busy for all."""
    return np.min([[timed(work) for work in works] for _ in range(repeats)], axis=0).tolist()


def _noise(shape: tuple[int, ...]) -> np.ndarray:
    """Riding, roughly: (…, 3) or, with a fourth channel given, as many values as are asked for."""
    width = shape if shape[-1] == 4 else (*shape, 3)
    return (1.5 * np.random.default_rng(0).standard_normal(width, np.float32) + np.float32(5)).astype(
        np.float32
    )


def _library_of(windows: int, scratch: Path) -> Path:
    """Rides of 500 windows each, or few less, with holes of up to 20 samples."""
    path, rides = scratch / f"{windows}.h5", -(-windows // 500)
    per_ride = [len(part) for part in np.array_split(np.empty(windows), rides)]
    write_library(path, (_ride(number, count) for number, count in enumerate(per_ride)))
    return path


def _ride(number: int, windows: int) -> Recording:
    samples = _noise((SAMPLES + (windows - 1) * HOP,))
    samples[1000 : 1000 + number % 20] = np.nan
    return Recording(f"ride{number}", (Stream("phone", AXES, ("m/s²",) * 3, samples, RATE_HZ),))


if __name__ == "__main__":
    sys.exit(main(__doc__, measure))
