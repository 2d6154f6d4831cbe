"""Paints the whole trace from one description: on the screen, into a PNG, or as vectors.

Plain QPainter in one widget, not pyqtgraph's scene: all lanes share one time axis that one object owns,
and a ViewBox, an AxisItem and a curve for each of a dozen lanes cost more per frame than painting does
(four plain curves 11 to 23 ms, and Qt's strokes fall to 70 ms a curve where the signal is noise). What is
still, the strip, is kept as a picture; what follows the pointer is painted over the finished frame.
"""

from dataclasses import dataclass, field
from typing import Any

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QImage, QPainter, QPen

from projector.domain.nouns import Seconds
from projector.processing.overview import Envelope, Raw
from projector.ui.items.bands_drawing import draw_bands
from projector.ui.items.strip import StripScale, draw_strip, draw_viewport
from projector.ui.items.time_axis import TimeAxis
from projector.ui.items.trace_drawing import (
    draw_axis,
    draw_axis_name,
    draw_grid,
    draw_spans,
    draw_title,
    draw_track,
    draw_value_ticks,
    draw_words,
    vector_path,
)
from projector.ui.items.trace_frame import Frame, Scale, Viewport, trace_image
from projector.ui.items.trace_layout import BAND_ROW, LaneKind, LaneSpace, TraceLayout, laid_out, lane_space
from projector.ui.items.trace_model import (
    LABELS,
    LIMIT_COLUMNS,
    Limits,
    RideTrace,
    SignalLane,
    lanes_of,
    limits_of,
)
from projector.ui.items.trace_style import BODY, PEN_RADIUS, SHARED_BODY, TraceStyle, with_alpha
from projector.ui.items.tracks import Track, figure

LANE_MARGIN = 3.0


@dataclass(frozen=True, eq=False)
class Marks:
    """What is chosen in this ride: the selected window's span, the current event, other selected windows."""

    window: tuple[float, float] | None = None
    event: int | None = None
    others: Seconds = field(default_factory=lambda: np.empty(0))
    cursor_s: float | None = None


@dataclass(eq=False)
class TraceScene:
    """The trace's state and its picture. Change the fields, then paint; `frame` holds the drawn numbers."""

    ride: RideTrace
    style: TraceStyle
    view: Viewport
    axis: TimeAxis = field(default_factory=TimeAxis)
    marks: Marks = field(default_factory=Marks)
    hidden: frozenset[str] = frozenset()
    gain: float = 1.0
    scroll: float = 0.0
    with_strip: bool = True
    layout: TraceLayout = field(init=False)
    frame: Frame = field(init=False)
    _limits: dict[str, Limits] = field(default_factory=dict)
    _strip: tuple[tuple[object, ...], QImage] | None = None

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
        self._strip = None

    def lanes(self) -> list[SignalLane | Track | str]:
        """Lanes from the top down: the accelerometer, annotations, tracks, other streams."""
        main = [lane for lane in self.signals.values() if lane.main]
        rest = [lane for lane in self.signals.values() if not lane.main]
        labels = [LABELS] if len(self.ride.bands) else []
        order: list[SignalLane | Track | str] = [*main, *labels, *self.ride.tracks, *rest]
        return [lane for lane in order if _key(lane) not in self.hidden]

    def limits(self, lane: SignalLane) -> Limits:
        """The lane's range over the whole ride, found once."""
        if lane.key not in self._limits:
            pyramid = next(part.pyramid for part in self.ride.streams if part.name == lane.stream)
            whole = pyramid.slice(self.ride.start_s, self.ride.stop_s, LIMIT_COLUMNS)
            for other in self.signals.values():
                if other.stream == lane.stream:
                    self._limits[other.key] = limits_of(other, whole)
        return self._limits[lane.key]

    def scale(self, lane: SignalLane, rect: QRectF, ratio: float) -> Scale:
        """How the lane's values become device rows now."""
        low, high = self.limits(lane).zoomed(self.gain)
        return Scale(low, high, round(rect.height() * ratio), LANE_MARGIN * ratio)

    def gutter(self, width: float) -> float:
        """Room on the left for the widest name, within reason."""
        names = [_title(lane) for lane in self.lanes() if not isinstance(lane, str)]
        widest = max((self.style.small_metrics.horizontalAdvance(name) for name in names), default=0.0)
        return float(np.clip(round(widest + 22), 78, max(min(168, width * 0.17), 78)))

    def arrange(self, width: float, height: float, ratio: float) -> None:
        """Lays the lanes out for a size; the frame's numbers are fetched when they are drawn."""
        spaces: list[LaneSpace] = []
        for lane in self.lanes():
            if isinstance(lane, str):
                spaces.append(lane_space(lane, LaneKind.LABELS, len(self.ride.bands.rows)))
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

    def band_row(self, y: float) -> int | None:
        """Which row of the label lane a height is in, None between them and outside."""
        rect = self.layout.lanes.get(LABELS)
        if rect is None:
            return None
        row = int((y - rect.top() - 4) // BAND_ROW)
        return row if 0 <= row < len(self.ride.bands.rows) else None

    # --- painting -----------------------------------------------------------------------------------

    def paint(self, painter: QPainter, ratio: float, vector: bool = False) -> None:
        """Everything but the pointer's own marks. `vector`: traces as paths instead of device pixels."""
        layout, style = self.layout, self.style
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.fillRect(QRectF(0, 0, *layout.size), style.panel)
        ticks = self.axis.ticks(self.view.start_s, self.view.stop_s, layout.plot.width())
        painter.save()
        painter.setClipRect(QRectF(0, layout.plot.top(), layout.size[0], layout.plot.height()))
        draw_grid(painter, ticks, layout.plot, self.view, style, ratio)
        self._draw_grounds(painter)
        for lane in self.lanes():
            rect = layout.lanes[_key(lane)]
            if rect.bottom() >= layout.plot.top() and rect.top() <= layout.plot.bottom():
                self._draw_lane(painter, lane, rect, ratio, vector)
        self._draw_edges(painter)
        painter.restore()
        painter.fillRect(
            QRectF(layout.axis.left(), layout.axis.top(), layout.axis.width(), 1 / ratio), style.border
        )
        draw_axis(painter, ticks, layout.axis, self.view, style)
        self.draw_axis_name(painter, hovered=False)
        self._draw_others(painter)
        self._draw_strip(painter, ratio, vector)

    def axis_name_rect(self) -> QRectF:
        """Where the axis's kind stands, to be clicked."""
        axis = self.layout.axis
        return QRectF(10, axis.top(), axis.left() - 20, axis.height())

    def draw_axis_name(self, painter: QPainter, hovered: bool) -> None:
        draw_axis_name(painter, self.axis, self.axis_name_rect(), self.style, hovered)

    def _draw_grounds(self, painter: QPainter) -> None:
        """What lies behind the lanes: gaps, windows that have no dot, the current event, the window."""
        plot, style, ride, view = self.layout.plot, self.style, self.ride, self.view
        gaps = ride.main.pyramid.gaps(view.start_s, view.stop_s)
        if len(gaps):
            draw_spans(painter, gaps, plot, view, style.gap_fill, style.gap_edge)
        void = self._unplaced()
        if len(void):
            draw_spans(painter, void, plot, view, style.hatch)
        if self.marks.event is not None:
            i = self.marks.event
            colour = style.label(ride.slots[int(ride.bands.label[i])])
            span = np.array([[ride.bands.start[i], ride.bands.stop[i]]])
            if span[0, 1] >= view.start_s and span[0, 0] <= view.stop_s:
                draw_spans(
                    painter, span, plot, view, with_alpha(colour, 0.13), QPen(with_alpha(colour, 0.6), 1.0)
                )
        if self.marks.window is not None:
            left, right = (self.x(edge) for edge in self.marks.window)
            rect = QRectF(left, plot.top(), right - left, plot.height()).intersected(plot)
            painter.fillRect(rect, style.selection_fill)

    def _unplaced(self) -> np.ndarray:
        """The cells (centre ± half a hop) of windows in view that have no dot on the map, (k, 2)."""
        windows = self.ride.windows
        if not len(windows.ids) or windows.placed.all():
            return np.empty((0, 2))
        first = int(np.searchsorted(windows.stop, self.view.start_s))
        last = int(np.searchsorted(windows.start, self.view.stop_s, "right"))
        centre = windows.centre[first:last][~windows.placed[first:last]]
        half = float(np.median(np.diff(windows.start))) / 2 if len(windows.ids) > 1 else 0.5
        return np.column_stack([centre - half, centre + half])

    def _draw_lane(
        self, painter: QPainter, lane: SignalLane | Track | str, rect: QRectF, ratio: float, vector: bool
    ) -> None:
        style, gutter = self.style, self.layout.plot.left()
        if isinstance(lane, SignalLane):
            self._draw_signal(painter, lane, rect, ratio, vector)
            return
        inside = self.layout.plot.intersected(rect)
        painter.save()
        painter.setClipRect(inside)
        if isinstance(lane, Track):
            window = self.marks.window
            chosen = sum(window) / 2 if window else None
            draw_track(painter, lane, rect, self.view, style, chosen, ratio)
        else:
            slots, event = self.ride.slots, self.marks.event
            draw_bands(painter, self.ride.bands, rect, self.view, style, slots, event, ratio)
        painter.restore()
        title, under = _title(lane), _under(lane, self.ride)
        draw_title(painter, rect, gutter, title, under, style.muted, style, bold=False)

    def _draw_signal(
        self, painter: QPainter, lane: SignalLane, rect: QRectF, ratio: float, vector: bool
    ) -> None:
        style, plot, scale = self.style, self.layout.plot, self.scale(lane, rect, ratio)
        draw_value_ticks(painter, rect, scale, style, ratio)
        part = self.frame.slice(lane.stream)
        for series in lane.series:
            colour = style.channel(series.name)
            if vector:
                logical = Scale(scale.low, scale.high, round(rect.height()), LANE_MARGIN)
                path = vector_path(part, series.column, self.view, rect, logical)
                lines = isinstance(part, Raw)
                painter.save()
                painter.setClipRect(rect)
                painter.setPen(QPen(colour, 2 * PEN_RADIUS) if lines else Qt.PenStyle.NoPen)
                painter.setBrush(Qt.BrushStyle.NoBrush if lines else with_alpha(colour, _body(part, lane)))
                painter.drawPath(path)
                painter.restore()
                continue
            tint = style.tint(colour, _body(part, lane))
            made = trace_image(
                part, series.column, self.view, self.frame.columns, scale, tint, ratio, PEN_RADIUS
            )
            draw_words(painter, made, plot.left(), rect.top(), ratio)
        if len(lane.series) == 1:
            colour, title = style.channel(lane.series[0].name), lane.series[0].name
        else:
            colour, title = style.muted, _title(lane)
        draw_title(
            painter, rect, self.layout.plot.left() - 26, title, lane.unit, colour, style, bold=lane.main
        )

    def _draw_edges(self, painter: QPainter) -> None:
        plot = self.layout.plot
        if self.marks.window is not None:
            painter.setPen(self.style.selection_edge)
            for edge in self.marks.window:
                if self.view.start_s <= edge <= self.view.stop_s:
                    x = round(self.x(edge)) + 0.5
                    painter.drawLine(QPointF(x, plot.top()), QPointF(x, plot.bottom()))

    def _draw_others(self, painter: QPainter) -> None:
        """Other windows of the selection: a short accent tick each on the axis."""
        axis = self.layout.axis
        others = self.marks.others
        others = others[(others >= self.view.start_s) & (others <= self.view.stop_s)]
        for x in np.unique(np.round(self.x(others))).tolist():
            painter.fillRect(QRectF(x - 1, axis.top(), 2, 4), self.style.accent)

    def _draw_strip(self, painter: QPainter, ratio: float, vector: bool) -> None:
        scale = self.strip_scale()
        if scale is None:
            return
        rect = scale.rect
        if vector:
            draw_strip(painter, self.ride, scale, self.style, ratio)
        else:
            painter.drawImage(rect.topLeft(), self._kept_strip(scale, ratio))
        window = self.marks.window
        draw_viewport(painter, scale, self.view, sum(window) / 2 if window else None, self.style)
        draw_title(
            painter, rect, self.layout.plot.left(), "ride", "", self.style.muted, self.style, bold=False
        )

    def _kept_strip(self, scale: StripScale, ratio: float) -> QImage:
        rect = scale.rect
        key = (rect.width(), rect.height(), ratio, self.style)
        if self._strip is None or self._strip[0] != key:
            size = (round(rect.width() * ratio), round(rect.height() * ratio))
            image = QImage(*size, QImage.Format.Format_ARGB32_Premultiplied)
            image.setDevicePixelRatio(ratio)
            image.fill(Qt.GlobalColor.transparent)
            painter = QPainter(image)
            here = StripScale(QRectF(0, 0, rect.width(), rect.height()), scale.start_s, scale.stop_s)
            draw_strip(painter, self.ride, here, self.style, ratio)
            painter.end()
            self._strip = (key, image)
        return self._strip[1]


def _body(part: Raw | Envelope, lane: SignalLane) -> float:
    if isinstance(part, Raw):
        return 1.0
    return BODY if len(lane.series) == 1 else SHARED_BODY


def _key(lane: SignalLane | Track | str) -> str:
    return lane if isinstance(lane, str) else lane.key


def _title(lane: SignalLane | Track | str) -> str:
    if isinstance(lane, str):
        return "label"
    if isinstance(lane, Track):
        return lane.title
    names = [series.name for series in lane.series]
    return names[0] if len(names) == 1 else f"{lane.stream} {' '.join(names)}"


def _under(lane: Track | str, ride: RideTrace) -> str:
    if isinstance(lane, str):
        return f"{ride.bands.crowded:,} stacked" if ride.bands.crowded else ""
    low, high = lane.limits
    if not np.isfinite(low):
        return "no value in this ride"
    return f"{figure(low)} … {figure(high)} {lane.unit}".rstrip()
