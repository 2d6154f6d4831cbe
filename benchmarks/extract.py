"""All 122 features of 200-sample windows, against the least that could be done with the same samples.

The least is one sort and one real Fourier transform with its power of the same four channels, on one core, in
blocks of whatever size is best for that; it goes through as many windows as we do. Some windows hold gaps.
Both are the fastest of interleaved runs, after a first one that compiles. `benchmarks.memory` has the memory.
"""

import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
from scipy.fft import rfft

from benchmarks.rows import Row, exponent, main, timed
from projector.domain.nouns import AXES, Recording, Stream, WindowRule
from projector.features.block import extract_block
from projector.features.extraction import RecordingRide, extract, plan

RATE_HZ, SAMPLES, RULE = 50.0, 200, WindowRule(4.0, 2.0)
WINDOWS, LEAST_BLOCKS = 4096, (64, 128, 256, 512, 1024)
SIZES = (2_000, 20_000, 100_000)


def measure(small: bool, scratch: Path) -> Iterator[Row]:
    repeats = 1 if small else 15
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
    sizes = [size // 50 for size in SIZES] if small else SIZES
    for size in sizes:
        rides = _rides(size)
        count = len(plan(rides, RULE, RATE_HZ))
        one, two = _fastest(
            [lambda r=rides, w=w: extract(r, RULE, RATE_HZ, workers=w) for w in (1, 2)], 1 + repeats // 2
        )
        costs.append(one)
        task = f"extract, {count:,} windows of rides"
        note = f"grows with n^{exponent(sizes, costs):.2f}" if size == sizes[-1] else ""
        yield Row(f"{task}, one worker", one, "ms", count * limit, "sort + rfft", note=note)
        yield Row(
            f"{task}, two workers", two, "ms", one, "one worker", one / 1.8 if size == sizes[-1] else None
        )


def _least(channels: np.ndarray, size: int) -> None:
    """The sort and the transform with its power, of so many windows at a time."""
    for first in range(0, len(channels), size):
        block = channels[first : first + size]
        np.sort(block, axis=-1)
        spectrum = rfft(block, axis=-1)
        np.add(np.square(spectrum.real), np.square(spectrum.imag))


def _fastest(works: list[Callable[[], object]], repeats: int) -> list[float]:
    """Milliseconds of each at its best; they take turns, so that a busy machine is busy for all."""
    for work in works:
        work()
    return np.min([[timed(work) for work in works] for _ in range(repeats)], axis=0).tolist()


def _noise(shape: tuple[int, ...]) -> np.ndarray:
    """Riding, roughly: (…, 3) or, with a fourth channel given, as many values as are asked for."""
    width = shape if shape[-1] == 4 else (*shape, 3)
    return (1.5 * np.random.default_rng(0).standard_normal(width, np.float32) + np.float32(5)).astype(
        np.float32
    )


def _rides(windows: int, a_ride: int = 150) -> list[RecordingRide]:
    """Rides with that many windows or a few more, with holes of up to 20 samples."""
    rides = []
    for number in range(-(-windows // a_ride)):
        samples = _noise(((a_ride + 1) * SAMPLES // 2,))
        samples[1000 : 1000 + number % 20] = np.nan
        stream = Stream("phone", AXES, ("m/s²",) * 3, samples, RATE_HZ)
        rides.append(RecordingRide(number, Recording(f"ride{number}", (stream,))))
    return rides


if __name__ == "__main__":
    sys.exit(main(__doc__, measure))
