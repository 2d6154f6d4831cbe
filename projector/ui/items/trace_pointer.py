"""What follows the pointer, painted over the finished frame: crosshair, values, cursor, notes."""

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen

from projector.processing.overview import Raw
from projector.ui.items.trace_drawing import draw_axis_name
from projector.ui.items.trace_model import SignalLane
from projector.ui.items.trace_scene import TraceScene
from projector.ui.items.trace_style import with_alpha
from projector.ui.items.tracks import Track, figure

_CENTRE = Qt.AlignmentFlag.AlignCenter


def draw_pointer(painter: QPainter, scene: TraceScene, at: QPointF, ratio: float, crosshair: bool) -> None:
    """What the place under the pointer offers: the axis' name, the crosshair if it is wanted, a moment."""
    plot, strip = scene.layout.plot, scene.strip_scale()
    if scene.axis_name_rect().contains(at):
        rect = scene.axis_name_rect()
        painter.fillRect(rect, scene.style.panel)
        draw_axis_name(painter, scene.axis, rect, scene.style, hovered=True)
    elif plot.left() <= at.x() <= plot.right() and at.y() >= plot.top() and crosshair:
        draw_crosshair(painter, scene, at, ratio)
    elif strip is not None and strip.rect.contains(at):
        seconds = strip.seconds(at.x())
        painter.fillRect(QRectF(at.x(), strip.rect.top(), 1, strip.rect.height()), scene.style.text)
        draw_moment(painter, scene, at.x(), seconds, strip.rect.bottom() + 3)


def draw_crosshair(painter: QPainter, scene: TraceScene, at: QPointF, ratio: float) -> None:
    """A line through all lanes, the drawn values beside it, the moment on the axis."""
    plot, style = scene.layout.plot, scene.style
    x = round(at.x() * ratio) / ratio
    seconds = scene.seconds(at.x())
    painter.fillRect(QRectF(x, plot.top(), 1.0 / ratio, plot.height()), style.muted)
    painter.save()
    painter.setClipRect(plot)
    for lane in scene.lanes():
        if isinstance(lane, str):
            continue
        rect = scene.layout.lanes[lane.key]
        if rect.bottom() < plot.top() or rect.top() > plot.bottom():
            continue
        parts = (
            _signal_values(painter, scene, lane, rect, seconds, ratio)
            if isinstance(lane, SignalLane)
            else (_track_value(scene, lane, seconds))
        )
        _chip(painter, scene, x, rect, parts)
    painter.restore()
    draw_moment(painter, scene, x, seconds)


def _signal_values(
    painter: QPainter, scene: TraceScene, lane: SignalLane, rect: QRectF, seconds: float, ratio: float
) -> list[tuple[str, QColor]]:
    part, style, limits = scene.frame.slice(lane.stream), scene.style, scene.limits(lane)
    digits = int(np.clip(4 - np.ceil(np.log10(limits.high - limits.low)), 0, 6))
    values = scene.frame.values_at(lane, seconds)
    if isinstance(part, Raw) and values:
        near = float(part.times[int(np.argmin(np.abs(part.times - seconds)))])
        scale = scene.scale(lane, rect, ratio)
        for series, (value, _) in zip(lane.series, values, strict=True):
            if np.isfinite(value):
                place = QPointF(scene.x(near), rect.top() + float(scale.rows(np.array(value))) / ratio)
                painter.setPen(QPen(style.panel, 1.5))
                painter.setBrush(style.channel(series.name))
                painter.drawEllipse(place, 3.6, 3.6)
    return [
        (_text(low, high, digits), style.channel(series.name))
        for series, (low, high) in zip(lane.series, values, strict=False)
    ]


def _text(low: float, high: float, digits: int) -> str:
    if not np.isfinite(low):
        return "gap"
    told = f"{low:.{digits}f}" if low == high else f"{low:.{digits}f} … {high:.{digits}f}"
    return told.replace("-", "−")


def _track_value(scene: TraceScene, lane: Track, seconds: float) -> list[tuple[str, QColor]]:
    if not len(lane.centre):
        return []
    near = int(np.argmin(np.abs(lane.centre - seconds)))
    if abs(lane.centre[near] - seconds) > lane.hop_s:
        return []
    value = float(lane.values[near])
    told = f"{figure(value)} {lane.unit}".rstrip() if np.isfinite(value) else "no value: gap"
    return [(told, scene.style.text)]


def _chip(
    painter: QPainter, scene: TraceScene, x: float, rect: QRectF, parts: list[tuple[str, QColor]]
) -> None:
    """Values side by side on a soft ground, right of the line, or left of it where there is no room."""
    if not parts:
        return
    style, metrics = scene.style, scene.style.small_metrics
    widths = [metrics.horizontalAdvance(text) for text, _ in parts]
    width = sum(widths) + 8 * (len(parts) - 1) + 10
    left = x + 6 if x + 8 + width < scene.layout.plot.right() else x - 6 - width
    box = QRectF(left, rect.top() + 2, width, metrics.height() + 1)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(with_alpha(style.panel, 0.86))
    painter.drawRoundedRect(box, 3, 3)
    painter.setFont(style.small)
    along = left + 5
    for (text, colour), wide in zip(parts, widths, strict=True):
        painter.setPen(colour)
        painter.drawText(QRectF(along, box.top(), wide + 2, box.height()), _CENTRE, text)
        along += wide + 8


def draw_cursor(painter: QPainter, scene: TraceScene, seconds: float, ratio: float) -> None:
    """The moment that was clicked."""
    if not scene.view.start_s <= seconds <= scene.view.stop_s:
        return
    plot, x = scene.layout.plot, round(scene.x(seconds) * ratio) / ratio
    painter.fillRect(QRectF(x, plot.top(), 1.0 / ratio, plot.height()), scene.style.accent)
    painter.fillRect(QRectF(x - 2, plot.bottom() - 1, 4 + 1 / ratio, 5), scene.style.accent)


def draw_moment(
    painter: QPainter, scene: TraceScene, x: float, seconds: float, top: float | None = None
) -> None:
    """The pointer's time as a pill on the axis (or at `top`), one digit finer than the ticks and tenths."""
    style, axis = scene.style, scene.layout.axis
    step = scene.axis.step(scene.view.span_s, axis.width()) / 10
    text = scene.axis.text(seconds, min(step, 0.1))
    width = style.small_metrics.horizontalAdvance(text) + 12
    left = min(max(x - width / 2, axis.left() - 20), axis.right() + 8 - width)
    box = QRectF(left, axis.top() + 2 if top is None else top, width, axis.height() - 5)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(style.text)
    painter.drawRoundedRect(box, box.height() / 2, box.height() / 2)
    painter.setPen(style.panel)
    painter.setFont(style.small)
    painter.drawText(box, _CENTRE, text)


def draw_scroll(painter: QPainter, scene: TraceScene) -> None:
    """How far the lanes are scrolled, where they don't fit."""
    layout = scene.layout
    if layout.overflow <= 0:
        return
    plot = layout.plot
    tall = max(plot.height() * plot.height() / layout.content, 18)
    top = plot.top() + scene.scroll / layout.overflow * (plot.height() - tall)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(with_alpha(scene.style.faint, 0.6))
    painter.drawRoundedRect(QRectF(plot.right() + 3, top, 4, tall), 2, 2)


def draw_note(painter: QPainter, scene: TraceScene, text: str) -> None:
    """A sentence over the lanes."""
    style, plot = scene.style, scene.layout.plot
    width = min(style.metrics.horizontalAdvance(text) + 28, plot.width() - 8)
    box = QRectF(plot.center().x() - width / 2, plot.top() + 8, width, style.metrics.height() + 12)
    painter.setPen(QPen(style.border, 1))
    painter.setBrush(with_alpha(style.field, 0.96))
    painter.drawRoundedRect(box, 6, 6)
    painter.setPen(style.text)
    painter.setFont(style.font)
    painter.drawText(box, _CENTRE, style.metrics.elidedText(text, Qt.TextElideMode.ElideRight, width - 16))
