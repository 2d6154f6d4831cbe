"""Min-max overviews: any zoom of a trace costs pixels, not samples, and no spike is ever lost.

A level holds the lowest and highest value of each channel in bins of equal *time*. Bins of time rather than
of samples make gaps come out as empty bins, need no stamps while drawing, and put every value within a
quarter of a column of its true place. The same `Pyramid` works on arrays in memory and on a library's
datasets: a sample source or a level's values only need ``len`` and slices of rows.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
import numpy.typing as npt

from projector.domain.nouns import AXES, Samples, Seconds, Stream
from projector.processing.clock import find_gaps, gap_threshold, working_times

MAGNITUDE = "|a|"
FIRST_FACTOR = 16
NEXT_FACTOR = 4
LEAST_BINS = 1024  # a level with fewer is never better than the one below it on any screen
RAW_PER_COLUMN = 2
BINS_PER_COLUMN = 2
BLOCK = 1 << 16  # bins of the first level made at once: bounds the memory of building

Floats = npt.NDArray[np.float32]
Indices = npt.NDArray[np.int64]


class Rows(Protocol):
    """float32 rows that can be read piece by piece: an array in memory or a dataset on disk."""

    def __len__(self) -> int: ...
    def __getitem__(self, rows: slice, /) -> Floats: ...


@dataclass(frozen=True, eq=False)
class Raw:
    """Every sample in view and one beyond each edge.

    times float64 (n,) working seconds; values float32 (n, c); breaks: indices i with a gap before sample i
    """

    times: Seconds
    values: Floats
    breaks: Indices


@dataclass(frozen=True, eq=False)
class Envelope:
    """The extremes of each pixel column: edges float64 (columns + 1,); low, high float32 (c, columns).

    NaN in both where a column lies in a gap, before the first or after the last sample.
    """

    edges: Seconds
    low: Floats
    high: Floats


@dataclass(frozen=True)
class Sampling:
    """What a view leaves out: samples in view for `columns` pixel columns, and how many gaps are in view."""

    samples: int
    columns: int
    gaps: int

    @property
    def every_sample(self) -> bool:
        return self.samples <= RAW_PER_COLUMN * self.columns

    def __str__(self) -> str:
        """As the status line says it: '1:340 min-max', '1:1, every sample drawn', with gaps if any."""
        ratio = max(round(self.samples / self.columns), 2) if self.columns else 0
        how = "1:1, every sample drawn" if self.every_sample else f"1:{ratio:,} min-max"
        gaps = f" · {self.gaps:,} gap{'s' * (self.gaps != 1)} in view" if self.gaps else ""
        return how + gaps


@dataclass(frozen=True, eq=False)
class Level:
    """Bins of `bin_s` seconds from the clock's first time on.

    values      float32 (bins, 2, c) in memory or on disk: [:, 0] the lowest, [:, 1] the highest values,
                NaN where no sample (or none that is a number) falls into the bin
    """

    bin_s: float
    values: Rows


@dataclass(frozen=True, eq=False)
class Clock:
    """When the samples of a stream were taken: n evenly from start_s on, or at working times.

    `breaks` are the samples after a gap; `bridge_s` is the longest step that is not one.
    """

    count: int
    start_s: float
    rate_hz: float
    times: Seconds | None
    breaks: Indices
    bridge_s: float

    @staticmethod
    def even(count: int, rate_hz: float, start_s: float = 0.0) -> "Clock":
        return Clock(count, start_s, rate_hz, None, np.empty(0, np.int64), np.inf)

    @staticmethod
    def stamped(times: Seconds, rate_hz: float | None = None) -> "Clock":
        """From strictly increasing working times."""
        step = float(np.median(np.diff(times))) if len(times) > 1 else 1.0 / (rate_hz or 1.0)
        start = float(times[0]) if len(times) else 0.0
        bridge = gap_threshold(step, rate_hz)
        return Clock(len(times), start, 1.0 / step, times, find_gaps(times, rate_hz), bridge)

    @property
    def step_s(self) -> float:
        """The usual time from one sample to the next."""
        return 1.0 / self.rate_hz

    @property
    def stop_s(self) -> float:
        """One step after the last sample."""
        return self.at(self.count - 1, self.count)[-1] + self.step_s if self.count else self.start_s

    def at(self, first: int, last: int) -> Seconds:
        """Times of samples first to last - 1, float64."""
        if self.times is not None:
            return self.times[first:last]
        return self.start_s + np.arange(first, last, dtype=np.float64) / self.rate_hz

    def index(self, seconds: npt.ArrayLike) -> Indices:
        """The first sample at or after each time, 0 to count."""
        if self.times is not None:
            return np.searchsorted(self.times, seconds).astype(np.int64)
        place = np.ceil((np.asarray(seconds) - self.start_s) * self.rate_hz - 1e-6)
        return np.clip(place, 0, self.count).astype(np.int64)


@dataclass(frozen=True, eq=False)
class Pyramid:
    """A stream that can be looked at from any distance. `channels` ends with |a| for the primary stream."""

    clock: Clock
    samples: Rows
    levels: tuple[Level, ...]
    channels: tuple[str, ...]
    axes: tuple[int, int, int] | None

    @staticmethod
    def of(
        samples: Samples,
        channels: Sequence[str],
        *,
        rate_hz: float | None = None,
        times: Seconds | None = None,
        start_s: float = 0.0,
    ) -> "Pyramid":
        """Built in memory from float32 (n, c); `times` are stamps or working times, float64 (n,)."""
        if times is not None:
            clock = Clock.stamped(working_times(times), rate_hz)
        elif rate_hz:
            clock = Clock.even(len(samples), rate_hz, start_s)
        else:
            raise ValueError("a pyramid needs times or a rate")
        axes = axes_of(channels)
        return Pyramid(clock, samples, build_levels(samples, clock, axes), shown_channels(channels), axes)

    @staticmethod
    def of_stream(stream: Stream) -> "Pyramid":
        """The pyramid of a stream in memory."""
        return Pyramid.of(
            stream.samples,
            stream.channels,
            rate_hz=stream.rate_hz,
            times=stream.time_s,
            start_s=stream.start_s,
        )

    def slice(self, start_s: float, stop_s: float, columns: int) -> Raw | Envelope:
        """What to draw of [start_s, stop_s) in so many pixel columns; the cost goes with the columns.

        Raw up to two samples a column, else an Envelope: made from the samples themselves up to 32 a column
        (exact), beyond that from the coarsest level with at least two bins a column (a value is then at
        most a quarter of a column off its place).
        """
        columns = max(int(columns), 1)
        first, last = (int(i) for i in self.clock.index([start_s, stop_s]))
        if last - first <= RAW_PER_COLUMN * columns:
            return self._raw(max(first - 1, 0), min(last + 1, self.clock.count))
        edges = np.linspace(start_s, stop_s, columns + 1)
        width = (stop_s - start_s) / columns
        fit = [level for level in self.levels if level.bin_s * BINS_PER_COLUMN <= width * (1 + 1e-9)]
        low, high = self._from_level(fit[-1], edges) if fit else self._from_samples(first, last, edges)
        return Envelope(edges, low, high)

    def sampling(self, start_s: float, stop_s: float, columns: int) -> Sampling:
        """How many samples and gaps [start_s, stop_s) holds, for the status line."""
        first, last = (int(i) for i in self.clock.index([start_s, stop_s]))
        return Sampling(last - first, max(int(columns), 1), len(self.gaps(start_s, stop_s)))

    def gaps(self, start_s: float, stop_s: float) -> npt.NDArray[np.float64]:
        """The gaps that meet [start_s, stop_s): float64 (k, 2), last sample before and first after each."""
        times, breaks = self.clock.times, self.clock.breaks
        if times is None or not len(breaks):
            return np.empty((0, 2))
        first = np.searchsorted(times[breaks], start_s, "right")
        last = np.searchsorted(times[breaks - 1], stop_s)
        inside = breaks[first:last]
        return np.column_stack([times[inside - 1], times[inside]])

    def _raw(self, first: int, last: int) -> Raw:
        breaks = self.clock.breaks
        inside = breaks[np.searchsorted(breaks, first, "right") : np.searchsorted(breaks, last)]
        return Raw(self.clock.at(first, last), self._rows(first, last), inside - first)

    def _rows(self, first: int, last: int) -> Floats:
        return with_magnitude(self.samples[first:last], self.axes)

    def _from_samples(self, first: int, last: int, edges: Seconds) -> tuple[Floats, Floats]:
        bounds = self.clock.index(edges)
        rows = np.ascontiguousarray(self._rows(first, last).T)
        low, high = _extremes(rows, rows, bounds - first)
        empty = np.flatnonzero(np.diff(bounds) == 0)
        self._bridge(empty, bounds, edges, low, high)
        return low, high

    def _bridge(self, empty: Indices, bounds: Indices, edges: Seconds, low: Floats, high: Floats) -> None:
        """Columns that jitter left empty, but that lie in no gap, get the line between their neighbours."""
        after = bounds[empty]
        inside = (after > 0) & (after < self.clock.count)
        empty, after = empty[inside], after[inside]
        if not len(empty):
            return
        offset = int(after[0]) - 1
        times, rows = self.clock.at(offset, after[-1] + 1), self._rows(offset, after[-1] + 1)
        right = after - offset
        step = times[right] - times[right - 1]
        near = step <= self.clock.bridge_s
        empty, right, step = empty[near], right[near], step[near]
        centre = (edges[empty] + edges[empty + 1]) / 2
        part = np.clip((centre - times[right - 1]) / step, 0, 1)[:, None]
        line = (rows[right - 1] * (1 - part) + rows[right] * part).T
        low[:, empty] = high[:, empty] = line

    def _from_level(self, level: Level, edges: Seconds) -> tuple[Floats, Floats]:
        # a bin belongs to the column that its centre lies in; the last one may end before its centre
        place = np.ceil((edges - self.clock.start_s) / level.bin_s - 0.5)
        place[edges > self.clock.at(self.clock.count - 1, self.clock.count)] = len(level.values)
        bounds = np.clip(place, 0, len(level.values)).astype(np.int64)
        first, last = int(bounds[0]), int(bounds[-1])
        bins = level.values[first:last]
        low, high = (np.ascontiguousarray(bins[:, side].T) for side in (0, 1))
        return _extremes(low, high, bounds - first)


def axes_of(channels: Sequence[str]) -> tuple[int, int, int] | None:
    """Where ax, ay, az are among the channels, None unless all three are there."""
    names = list(channels)
    return (names.index("ax"), names.index("ay"), names.index("az")) if set(AXES) <= set(names) else None


def shown_channels(channels: Sequence[str]) -> tuple[str, ...]:
    """The channels, followed by |a| where it can be computed."""
    return (*channels, MAGNITUDE) if axes_of(channels) else tuple(channels)


def with_magnitude(samples: Samples, axes: tuple[int, int, int] | None) -> Floats:
    """The samples (n, c) with |a| = √(ax² + ay² + az²) as one more column; as they are without axes."""
    if axes is None:
        return samples
    rows = np.empty((len(samples), samples.shape[1] + 1), np.float32)
    rows[:, :-1] = samples
    with np.errstate(over="ignore"):
        squares = sum(np.square(samples[:, axis]) for axis in axes)
        np.sqrt(squares, out=rows[:, -1])
    return rows


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
        rows = np.ascontiguousarray(with_magnitude(samples[first:last], axes).T)
        if out is None:
            out = np.empty((bins, 2, len(rows)), np.float32)
        low, high = _extremes(rows, rows, bounds - first)
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


def _extremes(lows: Floats, highs: Floats, bounds: Indices) -> tuple[Floats, Floats]:
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
