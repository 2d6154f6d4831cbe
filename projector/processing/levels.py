"""Min-max levels: the lowest and highest value of each channel in ever wider bins of equal *time*.

Bins of time rather than of samples make gaps come out as empty bins and need no stamps while drawing.
The first level's bins hold 16 samples of a stream without gaps, each further one's four of the one before.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
import numpy.typing as npt

from projector.domain.nouns import AXES, Samples
from projector.processing.clock import Clock, Indices

MAGNITUDE = "|a|"
FIRST_FACTOR = 16
NEXT_FACTOR = 4
LEAST_BINS = 1024  # a level with fewer is never better than the one below it on any screen
BLOCK = 1 << 16  # bins of the first level made at once: bounds the memory of building

Floats = npt.NDArray[np.float32]


class Rows(Protocol):
    """float32 rows that can be read piece by piece: an array in memory or a dataset on disk."""

    def __len__(self) -> int: ...
    def __getitem__(self, rows: slice, /) -> Floats: ...


@dataclass(frozen=True, eq=False)
class Level:
    """Bins of `bin_s` seconds from the clock's first time on.

    values      float32 (bins, 2, c) in memory or on disk: [:, 0] the lowest, [:, 1] the highest values,
                NaN where no sample (or none that is a number) falls into the bin
    """

    bin_s: float
    values: Rows


def axes_of(channels: Sequence[str]) -> tuple[int, int, int] | None:
    """Where ax, ay, az are among the channels, None unless all three are there."""
    names = list(channels)
    return (names.index("ax"), names.index("ay"), names.index("az")) if set(AXES) <= set(names) else None


def shown_channels(channels: Sequence[str]) -> tuple[str, ...]:
    """The channels, followed by |a| where it can be computed."""
    return (*channels, MAGNITUDE) if axes_of(channels) else tuple(channels)


def by_channel(samples: Samples, axes: tuple[int, int, int] | None) -> Floats:
    """Samples (n, c) turned to (c, n), with |a| = √(ax² + ay² + az²) as one more row where there are axes."""
    if axes is None:
        return np.ascontiguousarray(samples.T)
    shown = np.empty((samples.shape[1] + 1, len(samples)), np.float32)
    shown[:-1] = samples.T
    with np.errstate(over="ignore"):
        x, y, z = (np.square(shown[axis]) for axis in axes)
        np.sqrt(x + y + z, out=shown[-1])
    return shown


def build_levels(samples: Rows, clock: Clock, axes: tuple[int, int, int] | None) -> tuple[Level, ...]:
    """All levels of a stream in memory, finest first: none where a screen can draw the samples themselves."""
    bin_s = first_bin_s(clock)
    bins = bin_count(clock, bin_s)
    if bins < LEAST_BINS:
        return ()
    levels = [Level(bin_s, _first_level(samples, clock, axes, bin_s, bins))]
    while len(levels[-1].values) >= NEXT_FACTOR * LEAST_BINS:
        finer = levels[-1]
        levels.append(Level(finer.bin_s * NEXT_FACTOR, _next_level(finer.values[0:])))
    return tuple(levels)


def first_bin_s(clock: Clock) -> float:
    """16 steps; more for a stream that is mostly gap, so that empty bins never outnumber the rest by far."""
    extent = clock.stop_s - clock.start_s
    return max(FIRST_FACTOR * clock.step_s, extent / most_bins(clock.count))


def most_bins(count: int) -> int:
    """Bins that the first level of so many samples has at most: four times what it has without gaps."""
    return max(4 * count // FIRST_FACTOR, 1)


def bin_count(clock: Clock, bin_s: float) -> int:
    """Bins of this width from the clock's first to its last sample."""
    if not clock.count:
        return 0
    if clock.times is None:
        return -(-clock.count // round(bin_s / clock.step_s))
    return int((clock.times[-1] - clock.start_s) / bin_s) + 1


def _first_level(
    samples: Rows, clock: Clock, axes: tuple[int, int, int] | None, bin_s: float, bins: int
) -> Floats:
    out: Floats | None = None
    for start in range(0, bins, BLOCK):
        stop = min(start + BLOCK, bins)
        bounds = _bin_bounds(clock, bin_s, start, stop, bins)
        first, last = int(bounds[0]), int(bounds[-1])
        shown = by_channel(samples[first:last], axes)
        if out is None:
            out = np.empty((bins, 2, len(shown)), np.float32)
        low, high = extremes(shown, shown, bounds - first)
        out[start:stop, 0], out[start:stop, 1] = low.T, high.T
    assert out is not None, "build_levels makes no level without bins"
    return out


def _bin_bounds(clock: Clock, bin_s: float, start: int, stop: int, bins: int) -> Indices:
    """The samples at which bins start … stop begin, (stop - start + 1,)."""
    numbers = np.arange(start, stop + 1)
    if clock.times is None:
        bounds = numbers * round(bin_s / clock.step_s)
    else:
        bounds = np.searchsorted(clock.times, clock.start_s + numbers * bin_s)
    bounds[numbers == bins] = clock.count
    return np.minimum(bounds, clock.count).astype(np.int64)


def _next_level(finer: Floats) -> Floats:
    """Four bins to one."""
    bins, _, channels = finer.shape
    whole = -(-bins // NEXT_FACTOR)
    padded = np.full((whole * NEXT_FACTOR, 2, channels), np.nan, np.float32)
    padded[:bins] = finer
    fours = padded.reshape(whole, NEXT_FACTOR, 2, channels)
    out = np.empty((whole, 2, channels), np.float32)
    out[:, 0], out[:, 1] = fours[:, 0, 0], fours[:, 0, 1]
    for i in range(1, NEXT_FACTOR):
        np.fmin(out[:, 0], fours[:, i, 0], out=out[:, 0])
        np.fmax(out[:, 1], fours[:, i, 1], out=out[:, 1])
    return out


def extremes(lows: Floats, highs: Floats, bounds: Indices) -> tuple[Floats, Floats]:
    """Lowest of lows and highest of highs (c, n) from each bound to the next; NaN where that is nothing."""
    filled = np.flatnonzero(bounds[1:] > bounds[:-1])
    shape = (len(lows), len(bounds) - 1)
    low, high = np.full(shape, np.nan, np.float32), np.full(shape, np.nan, np.float32)
    if len(filled):
        # bounds ascend, so what lies between two filled ones is empty: reduceat's pieces are the columns
        at = bounds[filled]
        end = int(bounds[filled[-1] + 1])
        low[:, filled] = np.fmin.reduceat(lows[:, :end], at, axis=1)
        high[:, filled] = np.fmax.reduceat(highs[:, :end], at, axis=1)
    return low, high
