"""The part of a ride in view, and the numbers that are drawn of it: what is painted can be asked for."""

from dataclasses import dataclass, field

import numpy as np

from projector.processing.overview import Envelope, Raw
from projector.ui.items.envelope import (
    SUB,
    Floats,
    Painted,
    Words,
    dotted,
    joined,
    line_spans,
    painted,
    penned,
)
from projector.ui.items.trace_model import RideTrace, SignalLane

DOT_ROOM = 6.0  # logical pixels a sample from which on each sample gets a dot
DOT_RADIUS = 2.1


@dataclass(frozen=True)
class Viewport:
    """Elapsed seconds from the left to the right edge."""

    start_s: float
    stop_s: float

    @property
    def span_s(self) -> float:
        return self.stop_s - self.start_s

    def bounded(self, start_s: float, stop_s: float, least_s: float) -> "Viewport":
        """The same width, if it can be, inside [start_s, stop_s] and no narrower than least_s."""
        whole = stop_s - start_s
        span = min(max(self.span_s, min(least_s, whole)), whole)
        begin = min(max(self.start_s, start_s), stop_s - span)
        return Viewport(begin, begin + span)

    def zoomed(self, at_s: float, factor: float) -> "Viewport":
        """`factor` times as wide; the moment at_s stays where it is."""
        return Viewport(at_s - (at_s - self.start_s) * factor, at_s + (self.stop_s - at_s) * factor)

    def moved(self, seconds: float) -> "Viewport":
        return Viewport(self.start_s + seconds, self.stop_s + seconds)


@dataclass(eq=False)
class Frame:
    """What one frame draws: slices of each stream at the device's columns, made once a stream."""

    ride: RideTrace
    view: Viewport
    columns: int
    _slices: dict[str, Raw | Envelope] = field(default_factory=dict)

    def slice(self, stream: str) -> Raw | Envelope:
        """The arrays that are painted of a stream."""
        if stream not in self._slices:
            pyramid = next(part.pyramid for part in self.ride.streams if part.name == stream)
            self._slices[stream] = pyramid.slice(self.view.start_s, self.view.stop_s, self.columns)
        return self._slices[stream]

    def values_at(self, lane: SignalLane, seconds: float) -> list[tuple[float, float]]:
        """Lowest and highest drawn value of each channel at a moment (equal where samples are drawn)."""
        part = self.slice(lane.stream)
        if isinstance(part, Raw):
            if not len(part.times):
                return []
            near = int(np.argmin(np.abs(part.times - seconds)))
            return [(float(part.values[near, s.column]),) * 2 for s in lane.series]
        column = int(np.clip(np.searchsorted(part.edges, seconds, "right") - 1, 0, part.low.shape[1] - 1))
        return [(float(part.low[s.column, column]), float(part.high[s.column, column])) for s in lane.series]


@dataclass(frozen=True)
class Scale:
    """Values to device pixels of a lane: `low` at the bottom of `height` rows, `high` at the top."""

    low: float
    high: float
    height: int
    margin: float = 0.0

    def rows(self, values: Floats) -> Floats:
        unit = (self.height - 2 * self.margin) / (self.high - self.low)
        return (self.high - np.asarray(values, np.float64)) * unit + self.margin


def trace_image(
    part: Raw | Envelope,
    column: int,
    view: Viewport,
    columns: int,
    scale: Scale,
    tint: Words,
    ratio: float,
    pen: float,
) -> Painted:
    """One channel as an image: its samples as a line of radius `pen`, or its extremes as filled columns."""
    if isinstance(part, Envelope):
        low, high = joined(scale.rows(part.high[column]), scale.rows(part.low[column]))
        return painted(low - pen * ratio, high + pen * ratio, scale.height, tint)
    x = (part.times - view.start_s) * (columns * SUB / view.span_s)
    y = scale.rows(part.values[:, column])
    broken = np.zeros(max(len(x) - 1, 0), bool)
    broken[part.breaks[part.breaks > 0] - 1] = True
    low, high = penned(*line_spans(x, y, columns * SUB, broken), pen * ratio)
    inside = (x >= 0) & (x < columns * SUB)
    if np.count_nonzero(inside) * DOT_ROOM * ratio <= columns:
        dotted(low, high, x, y, DOT_RADIUS * ratio)
    return painted(low, high, scale.height, tint, SUB)
