"""The trace's state: which ride, which part of it, which lanes at which scale, what is marked.

It says where things are and what is drawn (`frame`); trace_painter.py paints it.
"""

from dataclasses import dataclass, field
from typing import Any

import numpy as np
from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QImage

from projector.annotations.seen import Looked
from projector.domain.nouns import Seconds
from projector.processing.overview import MAGNITUDE
from projector.ui.items.strip import StripScale
from projector.ui.items.time_axis import TimeAxis
from projector.ui.items.trace_frame import Frame, Scale, Viewport
from projector.ui.items.trace_lanes import SCALE_ROOM, Lane, key_of, title_of, under_title
from projector.ui.items.trace_layout import (
    BAND_ROW,
    OTHER_ROW,
    LaneKind,
    LaneSpace,
    TraceLayout,
    laid_out,
    lane_space,
)
from projector.ui.items.trace_model import (
    LABELS,
    LIMIT_COLUMNS,
    OTHERS,
    LayerBands,
    Limits,
    RideTrace,
    SignalLane,
    lanes_of,
    limits_of,
)
from projector.ui.items.trace_style import TraceStyle

LANE_MARGIN = 3.0
OTHER_UNITS = 1 / 3  # ±10 rad/s beside ±30 m/s²
LEAST_GUTTER, MOST_GUTTER = 78.0, 0.17  # pixels; part of the width


@dataclass(frozen=True, eq=False)
class Marks:
    """What is chosen in this ride: the selected window's span, the current event, other selected windows."""

    window: tuple[float, float] | None = None
    event: int | None = None
    others: Seconds = field(default_factory=lambda: np.empty(0))
    cursor_s: float | None = None


@dataclass(eq=False)
class TraceScene:
    """The trace's state and its picture. Change the fields, then paint; `frame` holds the drawn numbers.

    fixed   m/s² from the middle of each of the accelerometer's lanes to its edge, the same for every ride (of
            other units a third); 0: each lane shows its own range
    """

    ride: RideTrace
    style: TraceStyle
    view: Viewport
    axis: TimeAxis = field(default_factory=TimeAxis)
    marks: Marks = field(default_factory=Marks)
    looked: Looked = field(default_factory=Looked.nothing)
    hidden: frozenset[str] = frozenset()
    gain: float = 1.0
    fixed: float = 0.0
    scroll: float = 0.0
    with_strip: bool = True
    layout: TraceLayout = field(init=False)
    frame: Frame = field(init=False)
    _limits: dict[str, Limits] = field(default_factory=dict)
    _widest: tuple[tuple[object, ...], float] = ((), 0.0)
    still: dict[str, tuple[tuple[object, ...], QImage]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._find_lanes()
        self.arrange(800, 400, 1.0)

    def _find_lanes(self) -> None:
        self.signals = {lane.key: lane for stream in self.ride.streams for lane in lanes_of(stream)}

    # --- lanes ------------------------------------------------------------------------------------

    def replace_ride(self, ride: RideTrace) -> None:
        """The same ride with other annotations, windows, tracks or axes; the picture stays where it is."""
        changed = ride.streams != self.ride.streams
        self.ride = ride
        if changed:
            self._limits.clear()
            self._find_lanes()

    def lanes(self) -> list[Lane]:
        """Lanes from the top down: the accelerometer, annotations, other layers', tracks, other streams."""
        main = [lane for lane in self.signals.values() if lane.main]
        rest = [lane for lane in self.signals.values() if not lane.main]
        others = [OTHERS] if self.ride.others else []
        labels = [LABELS] if len(self.ride.bands) or others else []
        order: list[Lane] = [*main, *labels, *others, *self.ride.tracks, *rest]
        return [lane for lane in order if key_of(lane) not in self.hidden]

    def limits(self, lane: SignalLane) -> Limits:
        """The lane's range over the whole ride, found once; the fixed one where there is one."""
        if self.fixed and lane.main:
            half = self.fixed if lane.unit == "m/s²" else self.fixed * OTHER_UNITS
            middle = half if lane.series[0].name == MAGNITUDE else 0.0
            return Limits(middle - half, middle + half, middle)
        if lane.key not in self._limits:
            pyramid = next(part.pyramid for part in self.ride.streams if part.name == lane.stream)
            whole = pyramid.slice(self.ride.start_s, self.ride.stop_s, LIMIT_COLUMNS)
            for other in self.signals.values():
                if other.stream == lane.stream:
                    self._limits[other.key] = limits_of(other, whole)
        return self._limits[lane.key]

    def gain_in_view(self) -> float:
        """The amplitude at which the accelerometer's channels just fit for what is in view now."""
        gains = []
        for lane in self.signals.values():
            part = self.frame.slice(lane.stream)
            if lane.main:
                seen = limits_of(lane, part)
                gains.append(self.limits(lane).gain_for(seen.low, seen.high))
        return min(gains, default=1.0)

    def scale(self, lane: SignalLane, rect: QRectF, ratio: float) -> Scale:
        """How the lane's values become device rows now."""
        low, high = self.limits(lane).zoomed(self.gain)
        return Scale(low, high, round(rect.height() * ratio), LANE_MARGIN * ratio)

    def gutter(self, width: float) -> float:
        """Room on the left for the widest name and its second line, within reason."""
        key = (self.ride, self.style, self.hidden)
        if key != self._widest[0]:
            self._widest = key, self._widest_name()
        return float(min(max(round(self._widest[1]), LEAST_GUTTER), max(width * MOST_GUTTER, LEAST_GUTTER)))

    def _widest_name(self) -> float:
        plain, bold = self.style.small_metrics, self.style.metrics
        widest = 0.0
        for lane in self.lanes():
            signal = isinstance(lane, SignalLane)
            name = title_of(lane, self.ride)
            title = (bold if signal and lane.main else plain).horizontalAdvance(name)  # type: ignore[union-attr]
            under = plain.horizontalAdvance(under_title(lane, self.ride))
            if lane == OTHERS:
                title = max(plain.horizontalAdvance(layer.name) for layer in self.ride.others)
            widest = max(widest, title + SCALE_ROOM + 12 if signal else max(title, under) + 20)
        return widest

    def arrange(self, width: float, height: float, ratio: float) -> None:
        """Lays the lanes out for a size; the frame's numbers are fetched when they are drawn."""
        spaces: list[LaneSpace] = []
        for lane in self.lanes():
            if lane == OTHERS:
                spaces.append(lane_space(OTHERS, LaneKind.OTHERS, len(self.ride.others)))
            elif isinstance(lane, str):
                spaces.append(lane_space(lane, LaneKind.LABELS, max(len(self.ride.bands.rows), 1)))
            else:
                spaces.append(lane_space(lane.key, lane.kind, main=getattr(lane, "main", False)))
        self.layout = laid_out(
            width,
            height,
            self.gutter(width),
            spaces,
            with_strip=self.with_strip,
            scroll=self.scroll,
            ratio=ratio,
        )
        self.scroll = min(max(self.scroll, 0.0), self.layout.overflow)
        self.frame = Frame(self.ride, self.view, max(round(self.layout.plot.width() * ratio), 1))

    def strip_scale(self) -> StripScale | None:
        """Where moments are along the strip, None while it is off."""
        rect = self.layout.strip
        return StripScale(rect, self.ride.start_s, self.ride.stop_s) if rect is not None else None

    @property
    def fitted(self) -> bool:
        """Whether the whole ride is in view."""
        return self.view.span_s >= (self.ride.stop_s - self.ride.start_s) * 0.999

    def x(self, seconds: Any) -> Any:
        """Where moments are across the widget."""
        plot = self.layout.plot
        return plot.left() + (seconds - self.view.start_s) / self.view.span_s * plot.width()

    def seconds(self, x: float) -> float:
        """The moment at a place across the widget."""
        plot = self.layout.plot
        return self.view.start_s + (x - plot.left()) / plot.width() * self.view.span_s

    def annotation_at(self, at: QPointF) -> int:
        """The annotation at a place: of the row under it in the label lane, of any elsewhere; -1 for none."""
        seconds, row = self.seconds(at.x()), None
        slack = 4 * self.view.span_s / self.layout.plot.width()
        if self.layout.lane_at(at.y()) == LABELS:
            row = self.band_row(at.y())
        found = self.ride.bands.at(seconds, row, slack if row is not None else 0.0)
        return -1 if found is None else found

    def band_row(self, y: float) -> int | None:
        """Which row of the label lane a height is in, None between them and outside."""
        rect = self.layout.lanes.get(LABELS)
        if rect is None:
            return None
        row = int((y - rect.top() - 4) // BAND_ROW)
        return row if 0 <= row < len(self.ride.bands.rows) else None

    def other_row(self, y: float) -> LayerBands | None:
        """The other layer whose row a height is in."""
        rect = self.layout.lanes.get(OTHERS)
        row = int((y - rect.top()) // OTHER_ROW) if rect is not None and y >= rect.top() else -1
        return self.ride.others[row] if 0 <= row < len(self.ride.others) else None

    def axis_name_rect(self) -> QRectF:
        """Where the axis's kind stands, to be clicked."""
        axis = self.layout.axis
        return QRectF(10, axis.top(), axis.left() - 20, axis.height())

    def unplaced(self) -> Seconds:
        """The cells (centre ± half a hop) of windows in view that have no dot on the map, (k, 2)."""
        windows = self.ride.windows
        if not len(windows.ids) or windows.placed.all():
            return np.empty((0, 2))
        first = int(np.searchsorted(windows.stop, self.view.start_s))
        last = int(np.searchsorted(windows.start, self.view.stop_s, "right"))
        centre = windows.centre[first:last][~windows.placed[first:last]]
        half = float(np.median(np.diff(windows.start))) / 2 if len(windows.ids) > 1 else 0.5
        return np.column_stack([centre - half, centre + half])
