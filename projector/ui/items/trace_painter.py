"""Paints a TraceScene: on the screen, into a PNG, or as vectors.

Plain QPainter in one widget, not pyqtgraph's scene: all lanes share one time axis that one object owns,
and a ViewBox, an AxisItem and a curve for each of a dozen lanes cost more per frame than painting does
(four plain curves 11 to 23 ms, and Qt's strokes fall to 70 ms a curve where the signal is noise). What
stands still while one moves along the ride (names, scales, the strip) is kept as a picture; what follows
the pointer is painted over the finished frame by the canvas.
"""

from collections.abc import Callable

import numpy as np
from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QImage, QPainter, QPen

from projector.processing.overview import Envelope, Raw
from projector.ui.items.bands_drawing import draw_bands, draw_layers
from projector.ui.items.bands_fade import draw_fades
from projector.ui.items.strip import StripScale, draw_looked, draw_strip, draw_viewport
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
from projector.ui.items.trace_frame import trace_image
from projector.ui.items.trace_lanes import SCALE_ROOM, Lane, key_of, title_of, under_title
from projector.ui.items.trace_layout import OTHER_ROW
from projector.ui.items.trace_model import OTHERS, SignalLane
from projector.ui.items.trace_scene import TraceScene
from projector.ui.items.trace_style import BODY, PEN_RADIUS, SHARED_BODY, with_alpha
from projector.ui.items.tracks import Track


def paint_trace(scene: TraceScene, painter: QPainter, ratio: float, vector: bool = False) -> None:
    """The whole scene but the pointer's marks; `vector`: traces as paths instead of device pixels."""
    layout, style, view = scene.layout, scene.style, scene.view
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    if vector:
        _paint_still(scene, painter, ratio, vector=True)
    else:
        painter.drawImage(QPointF(0, 0), _still(scene, ratio))
    ticks = scene.axis.ticks(view.start_s, view.stop_s, layout.plot.width())
    painter.save()
    painter.setClipRect(layout.plot)
    draw_grid(painter, ticks, layout.plot, view, style, ratio)
    _paint_grounds(scene, painter)
    for lane, rect in _lanes_in_sight(scene):
        _paint_lane(scene, painter, lane, rect, ratio, vector)
    _paint_edges(scene, painter)
    painter.restore()
    draw_axis(painter, ticks, layout.axis, view, style)
    _paint_others(scene, painter)
    strip, window = scene.strip_scale(), scene.marks.window
    if strip is not None:
        draw_looked(painter, scene.looked, strip, style)
        draw_viewport(painter, strip, view, sum(window) / 2 if window else None, style)


def _still(scene: TraceScene, ratio: float) -> QImage:
    """What stands still, kept until something that it shows has changed."""
    layout = scene.layout
    key = (
        *(layout.size, layout.plot.left(), ratio, scene.ride, scene.style, scene.scroll, scene.gain),
        *(scene.hidden, scene.with_strip, scene.axis),
    )
    return _kept(scene, "all", key, layout.size, ratio, lambda painter: _paint_still(scene, painter, ratio))


def _still_strip(scene: TraceScene, strip: StripScale, ratio: float) -> QImage:
    """The strip alone: it stays when lanes are scrolled or amplified."""
    size = (strip.rect.width(), strip.rect.height())
    here = StripScale(QRectF(0, 0, *size), strip.start_s, strip.stop_s)
    return _kept(
        scene,
        "strip",
        (size, ratio, scene.ride, scene.style),
        size,
        ratio,
        lambda painter: draw_strip(painter, scene.ride, here, scene.style, ratio),
    )


def _kept(
    scene: TraceScene,
    name: str,
    key: tuple[object, ...],
    size: tuple[float, float],
    ratio: float,
    paint: Callable[[QPainter], None],
) -> QImage:
    """A picture painted once a key."""
    if name not in scene.still or scene.still[name][0] != key:
        pixels = QSize(round(size[0] * ratio), round(size[1] * ratio))
        image = scene.still[name][1] if name in scene.still else QImage()
        if image.size() != pixels:  # else painted over: PySide leaks references per device painted on
            image = QImage(pixels, QImage.Format.Format_RGB32)
        image.setDevicePixelRatio(ratio)
        image.fill(scene.style.panel)  # what an edge between two pixels mixes with
        painter = QPainter(image)
        try:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            paint(painter)
        finally:
            painter.end()
        scene.still[name] = (key, image)
    return scene.still[name][1]


def _paint_still(scene: TraceScene, painter: QPainter, ratio: float, vector: bool = False) -> None:
    """Ground, names, scales of the lanes, strip, name of the axis."""
    layout, style = scene.layout, scene.style
    painter.fillRect(QRectF(0, 0, *layout.size), style.panel)
    painter.save()
    painter.setClipRect(QRectF(0, layout.plot.top(), layout.size[0], layout.plot.height()))
    for lane, rect in _lanes_in_sight(scene):
        if isinstance(lane, SignalLane):
            draw_value_ticks(painter, rect, scene.scale(lane, rect, ratio), style, ratio)
        _paint_title(scene, painter, lane, rect)
    painter.restore()
    axis = layout.axis
    painter.fillRect(QRectF(axis.left(), axis.top(), axis.width(), 1 / ratio), style.border)
    draw_axis_name(painter, scene.axis, scene.axis_name_rect(), style, hovered=False)
    strip = scene.strip_scale()
    if strip is not None:
        if vector:
            draw_strip(painter, scene.ride, strip, style, ratio)
        else:
            painter.drawImage(strip.rect.topLeft(), _still_strip(scene, strip, ratio))
        draw_title(painter, strip.rect, layout.plot.left(), "ride", "", style.muted, style, bold=False)


def _paint_title(scene: TraceScene, painter: QPainter, lane: Lane, rect: QRectF) -> None:
    style, room = scene.style, scene.layout.plot.left()
    if lane == OTHERS:
        for k, layer in enumerate(scene.ride.others):
            row = QRectF(rect.left(), rect.top() + k * OTHER_ROW, rect.width(), OTHER_ROW)
            draw_title(painter, row, room, layer.name, "", style.faint, style, bold=False)
        return
    colour, title = style.muted, title_of(lane, scene.ride)
    if isinstance(lane, SignalLane):
        room -= SCALE_ROOM - 6
        if len(lane.series) == 1:
            colour = style.channel(lane.series[0].name)
    main = isinstance(lane, SignalLane) and lane.main
    draw_title(painter, rect, room, title, under_title(lane, scene.ride), colour, style, bold=main)


def _lanes_in_sight(scene: TraceScene) -> list[tuple[Lane, QRectF]]:
    plot = scene.layout.plot
    placed = [(lane, scene.layout.lanes[key_of(lane)]) for lane in scene.lanes()]
    return [
        (lane, rect) for lane, rect in placed if rect.bottom() > plot.top() and rect.top() < plot.bottom()
    ]


def _paint_grounds(scene: TraceScene, painter: QPainter) -> None:
    """What lies behind the traces: gaps, windows that have no dot, the current event, the window."""
    plot, style, ride, view = scene.layout.plot, scene.style, scene.ride, scene.view
    gaps, void = ride.main.pyramid.gaps(view.start_s, view.stop_s), scene.unplaced()
    if len(gaps):
        draw_spans(painter, gaps, plot, view, style.gap_fill, style.gap_edge)
    if len(void):
        draw_spans(painter, void, plot, view, style.hatch)
    event = scene.marks.event
    if event is not None:
        colour = style.label(ride.slots[int(ride.bands.label[event])])
        span = np.array([[ride.bands.start[event], ride.bands.stop[event]]])
        edges, pm = (float(span[0, 0]), float(span[0, 1])), ride.bands.uncertainty(event)
        draw_fades(painter, plot, view, edges, pm, colour, 0.22)
        if span[0, 1] >= view.start_s and span[0, 0] <= view.stop_s:
            draw_spans(painter, span, plot, view, with_alpha(colour, 0.13), with_alpha(colour, 0.6))
    if scene.marks.window is not None:
        start, stop = scene.marks.window
        if stop >= view.start_s and start <= view.stop_s:
            draw_spans(painter, np.array([[start, stop]]), plot, view, style.selection_fill)


def _paint_lane(
    scene: TraceScene, painter: QPainter, lane: Lane, rect: QRectF, ratio: float, vector: bool
) -> None:
    style, view = scene.style, scene.view
    if isinstance(lane, SignalLane):
        if vector:
            _paint_paths(scene, painter, lane, rect)
        else:
            _paint_signal(scene, painter, lane, rect, ratio)
    elif isinstance(lane, Track):
        window = scene.marks.window
        draw_track(painter, lane, rect, view, style, sum(window) / 2 if window else None, ratio)
    elif lane == OTHERS:
        draw_layers(painter, scene.ride.others, rect, view, style, ratio, vector)
    else:
        event = scene.marks.event
        draw_bands(painter, scene.ride.bands, rect, view, style, scene.ride.slots, event, ratio, vector)


def _paint_signal(scene: TraceScene, painter: QPainter, lane: SignalLane, rect: QRectF, ratio: float) -> None:
    part, scale, columns = scene.frame.slice(lane.stream), scene.scale(lane, rect, ratio), scene.frame.columns
    strength = _strength(part, lane)
    for series in lane.series:
        tint = scene.style.tint(scene.style.channel(series.name), strength)
        made = trace_image(part, series.column, scene.view, columns, scale, tint, ratio, PEN_RADIUS)
        draw_words(painter, made, rect.left(), rect.top(), ratio)


def _paint_paths(scene: TraceScene, painter: QPainter, lane: SignalLane, rect: QRectF) -> None:
    part, scale = scene.frame.slice(lane.stream), scene.scale(lane, rect, 1.0)
    painter.save()
    painter.setClipRect(rect.intersected(scene.layout.plot))
    for series in lane.series:
        colour = scene.style.channel(series.name)
        line = isinstance(part, Raw)
        painter.setPen(QPen(colour, 2 * PEN_RADIUS) if line else Qt.PenStyle.NoPen)
        painter.setBrush(Qt.BrushStyle.NoBrush if line else with_alpha(colour, _strength(part, lane)))
        painter.drawPath(vector_path(part, series.column, scene.view, rect, scale))
    painter.restore()


def _strength(part: Raw | Envelope, lane: SignalLane) -> float:
    if isinstance(part, Raw):
        return 1.0
    return BODY if len(lane.series) == 1 else SHARED_BODY


def _paint_edges(scene: TraceScene, painter: QPainter) -> None:
    """The selected window's ends."""
    if scene.marks.window is None:
        return
    plot = scene.layout.plot
    painter.setPen(scene.style.selection_edge)
    for edge in scene.marks.window:
        if scene.view.start_s <= edge <= scene.view.stop_s:
            x = round(scene.x(edge)) + 0.5
            painter.drawLine(QPointF(x, plot.top()), QPointF(x, plot.bottom()))


def _paint_others(scene: TraceScene, painter: QPainter) -> None:
    """Other windows of the selection: a short accent tick each on the axis."""
    axis, others, view = scene.layout.axis, scene.marks.others, scene.view
    others = others[(others >= view.start_s) & (others <= view.stop_s)]
    for x in np.unique(np.round(scene.x(others))).tolist():
        painter.fillRect(QRectF(x - 1, axis.top(), 2, 4), scene.style.accent)
