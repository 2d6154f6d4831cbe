"""Min-max overviews: any zoom of a trace costs pixels, not samples, and no spike is ever lost.

The same `Pyramid` works on arrays in memory and on a library's datasets, which it reads piece by piece.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from projector.domain.nouns import Samples, Seconds, Stream
from projector.processing.clock import Clock, Indices, working_times
from projector.processing.levels import (
    MAGNITUDE,
    Floats,
    Level,
    Rows,
    axes_of,
    build_levels,
    by_channel,
    extremes,
    shown_channels,
)

__all__ = ["MAGNITUDE", "Clock", "Envelope", "Pyramid", "Raw", "Sampling"]

RAW_PER_COLUMN = 2
BINS_PER_COLUMN = 2


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
        return Raw(self.clock.at(first, last), self._shown(first, last).T, inside - first)

    def _shown(self, first: int, last: int) -> Floats:
        return by_channel(self.samples[first:last], self.axes)

    def _from_samples(self, first: int, last: int, edges: Seconds) -> tuple[Floats, Floats]:
        bounds = self.clock.index(edges)
        shown = self._shown(first, last)
        low, high = extremes(shown, shown, bounds - first)
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
        times, shown = self.clock.at(offset, after[-1] + 1), self._shown(offset, after[-1] + 1)
        right = after - offset
        step = times[right] - times[right - 1]
        near = step <= self.clock.bridge_s
        empty, right, step = empty[near], right[near], step[near]
        centre = (edges[empty] + edges[empty + 1]) / 2
        part = np.clip((centre - times[right - 1]) / step, 0, 1)
        with np.errstate(invalid="ignore"):  # a sample may be infinite
            line = shown[:, right - 1] * (1 - part) + shown[:, right] * part
        low[:, empty] = high[:, empty] = line

    def _from_level(self, level: Level, edges: Seconds) -> tuple[Floats, Floats]:
        # a bin belongs to the column that its centre lies in; the last one may end before its centre
        place = np.ceil((edges - self.clock.start_s) / level.bin_s - 0.5)
        place[edges > self.clock.at(self.clock.count - 1, self.clock.count)] = len(level.values)
        bounds = np.clip(place, 0, len(level.values)).astype(np.int64)
        first, last = int(bounds[0]), int(bounds[-1])
        bins = level.values[first:last]
        low, high = (np.ascontiguousarray(bins[:, side].T) for side in (0, 1))
        return extremes(low, high, bounds - first)
