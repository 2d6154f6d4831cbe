"""What the trace shows of one ride: pyramids, annotations, windows and features, ready to be drawn.

Nothing here knows Qt or the workspace; the view fills it, the drawing reads it.
"""

from dataclasses import dataclass, field
from datetime import datetime

import numpy as np
import numpy.typing as npt

from projector.domain.nouns import AXES, Seconds
from projector.processing.clock import median
from projector.processing.overview import MAGNITUDE, Envelope, Pyramid, Raw
from projector.ui.items.bands import Bands
from projector.ui.items.trace_layout import LaneKind
from projector.ui.items.tracks import Track

LIMIT_COLUMNS = 256  # extremes are the same from any; a coarse level will do, and the middle is as usual
LABELS, OTHERS = "labels", "other labels"


@dataclass(frozen=True)
class Series:
    """One channel of a stream: `column` of the pyramid's slices."""

    name: str
    unit: str
    column: int


@dataclass(frozen=True, eq=False)
class SignalLane:
    """Channels drawn over one another in one lane; main: the accelerometer's own."""

    key: str
    stream: str
    series: tuple[Series, ...]
    main: bool = True

    @property
    def unit(self) -> str:
        return self.series[0].unit

    kind = LaneKind.SIGNAL


@dataclass(frozen=True, eq=False)
class StreamTrace:
    """A stream as the trace needs it."""

    name: str
    pyramid: Pyramid
    units: tuple[str, ...]
    rate: str = ""  # "99.2 Hz (declared 100)"
    main: bool = False


@dataclass(frozen=True, eq=False)
class RideWindows:
    """The ride's windows in order of time. placed bool (n,): has a dot on the map."""

    ids: npt.NDArray[np.int64]
    start: Seconds
    stop: Seconds
    placed: npt.NDArray[np.bool_]

    @property
    def centre(self) -> Seconds:
        return (self.start + self.stop) / 2

    @staticmethod
    def none() -> "RideWindows":
        return RideWindows(np.empty(0, np.int64), np.empty(0), np.empty(0), np.empty(0, bool))


@dataclass(frozen=True, eq=False)
class LayerBands:
    """Another layer's annotations on the ride, to be compared with: its name, and the slots of its labels."""

    name: str
    bands: Bands
    slots: tuple[int, ...]


@dataclass(frozen=True, eq=False)
class RideTrace:
    """One ride. first_event: the row of its first annotation in the library's; layer: whose `bands` are."""

    number: int
    id: str
    streams: tuple[StreamTrace, ...]
    bands: Bands
    slots: tuple[int, ...] = ()
    first_event: int = 0
    layer: str = ""
    others: tuple[LayerBands, ...] = ()
    windows: RideWindows = field(default_factory=RideWindows.none)
    tracks: tuple[Track, ...] = ()
    start: datetime | None = None

    @property
    def main(self) -> StreamTrace:
        return next(stream for stream in self.streams if stream.main)

    @property
    def start_s(self) -> float:
        return min(stream.pyramid.clock.start_s for stream in self.streams if stream.pyramid.clock.count)

    @property
    def stop_s(self) -> float:
        return max(stream.pyramid.clock.stop_s for stream in self.streams if stream.pyramid.clock.count)

    @property
    def least_span_s(self) -> float:
        """The narrowest view that makes sense: four samples of the accelerometer."""
        return max(4 * self.main.pyramid.clock.step_s, 1e-4)


def lanes_of(stream: StreamTrace) -> tuple[SignalLane, ...]:
    """The accelerometer's channels get a lane each; another stream's share one where unit and kind agree."""
    channels = stream.pyramid.channels
    units = (*stream.units, stream.units[channels.index(AXES[0])] if MAGNITUDE in channels else "")
    series = [Series(name, unit, i) for i, (name, unit) in enumerate(zip(channels, units, strict=False))]
    if stream.main:
        order = {name: i for i, name in enumerate((*AXES, MAGNITUDE))}
        series.sort(key=lambda part: order.get(part.name, len(order)))
        return tuple(SignalLane(part.name, stream.name, (part,)) for part in series)
    shared: dict[tuple[str, str], list[Series]] = {}
    for part in series:
        kind = "" if part.name[-1:] in "xyz" else part.name
        shared.setdefault((part.unit, kind), []).append(part)
    return tuple(
        SignalLane(f"{stream.name}/{parts[0].name}", stream.name, tuple(parts), main=False)
        for parts in shared.values()
    )


@dataclass(frozen=True)
class Limits:
    """The range of a lane over the whole ride, and its centre: the median of what is usual."""

    low: float
    high: float
    centre: float

    def zoomed(self, gain: float) -> tuple[float, float]:
        """What the lane's bottom and top stand for at an amplitude gain; 1 shows the whole range."""
        return self.centre + (self.low - self.centre) / gain, self.centre + (self.high - self.centre) / gain

    def gain_for(self, low: float, high: float) -> float:
        """The greatest gain at which low to high are still inside the lane."""
        up = (self.high - self.centre) / max(high - self.centre, 1e-9)
        down = (self.centre - self.low) / max(self.centre - low, 1e-9)
        return max(min(up, down), 1e-3)


def limits_of(lane: SignalLane, whole: Raw | Envelope) -> Limits:
    """From the whole ride's slice, in which every spike survives."""
    columns = [part.column for part in lane.series]
    low = whole.values[:, columns].T if isinstance(whole, Raw) else whole.low[columns]
    high = low if isinstance(whole, Raw) else whole.high[columns]
    low, high = low[np.isfinite(low)], high[np.isfinite(high)]
    if not len(low):
        return Limits(-1.0, 1.0, 0.0)
    least, most = float(low.min()), float(high.max())
    if most - least < 1e-6 * max(abs(most), abs(least), 1e-3):
        room = max(abs(most) * 0.1, 0.5)
        return Limits(least - room, most + room, (least + most) / 2)
    return Limits(least, most, median(np.concatenate([low, high])))
