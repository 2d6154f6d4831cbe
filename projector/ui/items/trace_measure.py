"""Two markers in the trace and what lies between them: time, and each channel's change."""

from dataclasses import dataclass

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen

from projector.processing.overview import Raw
from projector.ui.items.trace_model import SignalLane
from projector.ui.items.trace_scene import TraceScene
from projector.ui.items.trace_style import with_alpha
from projector.ui.items.tracks import figure

GRIP = 6.0  # pixels to either side of a marker that take hold of it


@dataclass(frozen=True)
class Measured:
    """What a channel shows at the two markers, and its change; NaN in a gap."""

    name: str
    unit: str
    first: float
    second: float

    @property
    def change(self) -> float:
        return self.second - self.first


def near_sample(scene: TraceScene, seconds: float) -> float:
    """The time of the accelerometer's sample that is nearest to a moment: there markers come to rest."""
    clock = scene.ride.main.pyramid.clock
    if not clock.count:
        return seconds
    at = min(max(int(clock.index(seconds)), 0), clock.count - 1)
    times = clock.at(max(at - 1, 0), min(at + 2, clock.count))
    return float(times[int(np.argmin(np.abs(times - seconds)))])


def measured(scene: TraceScene, first_s: float, second_s: float) -> list[Measured]:
    """Each channel of the accelerometer's lanes and |a| at two of its samples, whatever the zoom."""
    pyramid = scene.ride.main.pyramid
    ends = [_sample(scene, seconds) for seconds in (first_s, second_s)]
    units = {s.name: s.unit for lane in scene.signals.values() if lane.main for s in lane.series}
    return [
        Measured(name, unit, *(float(values[pyramid.channels.index(name)]) for values in ends))
        for name, unit in units.items()
    ]


def _sample(scene: TraceScene, seconds: float) -> np.ndarray:
    """The values of the sample at a moment, read and not drawn."""
    pyramid = scene.ride.main.pyramid
    step = pyramid.clock.step_s
    part = pyramid.slice(seconds - step / 2, seconds + step / 2, 64)
    if not isinstance(part, Raw) or not len(part.times):
        return np.full(len(pyramid.channels), np.nan)
    return np.asarray(part.values[int(np.argmin(np.abs(part.times - seconds)))])


def lane_text(one: Measured) -> str:
    """'Δ −3.1 m/s²'."""
    return f"Δ {_signed(one.change)} {one.unit}".rstrip() if np.isfinite(one.change) else "Δ: gap"


def head_text(first_s: float, second_s: float) -> str:
    """'Δt 1.250 s · 0.8 Hz'."""
    length = abs(second_s - first_s)
    rate = f" · {figure(1 / length)} Hz" if length > 0 else ""
    return f"Δt {length:.3f} s{rate}"


def draw_measure(painter: QPainter, scene: TraceScene, first_s: float, second_s: float, ratio: float) -> None:
    """Over the finished frame: both markers, Δt between them, each lane's change beside the later one."""
    plot, style = scene.layout.plot, scene.style
    early, late = min(first_s, second_s), max(first_s, second_s)
    left, right = float(scene.x(early)), float(scene.x(late))
    painter.save()
    painter.setClipRect(plot)
    painter.fillRect(QRectF(left, plot.top(), right - left, plot.height()), with_alpha(style.text, 0.05))
    for seconds in (early, late):
        x = round(float(scene.x(seconds)) * ratio) / ratio
        painter.fillRect(QRectF(x, plot.top(), 1.5 / ratio, plot.height()), style.text)
    changes = {one.name: one for one in measured(scene, early, late)}
    for lane in scene.lanes():
        if isinstance(lane, SignalLane) and lane.main:
            rect = scene.layout.lanes[lane.key]
            if rect.bottom() > plot.top() and rect.top() < plot.bottom():
                name = lane.series[0].name
                text = lane_text(changes[name])
                _chip(painter, scene, right, rect.bottom() - 20, text, style.channel(name))
    painter.restore()
    _head(painter, scene, left, right, head_text(early, late))


def _chip(painter: QPainter, scene: TraceScene, x: float, y: float, text: str, colour: QColor) -> None:
    style, metrics = scene.style, scene.style.small_metrics
    wide = metrics.horizontalAdvance(text) + 10
    left = x + 6 if x + 8 + wide < scene.layout.plot.right() else x - 6 - wide
    box = QRectF(left, y, wide, metrics.height() + 1)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(with_alpha(style.panel, 0.9))
    painter.drawRoundedRect(box, 3, 3)
    painter.setFont(style.small)
    painter.setPen(colour)
    painter.drawText(box, Qt.AlignmentFlag.AlignCenter, text)


def _head(painter: QPainter, scene: TraceScene, left: float, right: float, text: str) -> None:
    """Δt as a pill at the top, over the middle of what is measured as far as it is in view."""
    plot, style = scene.layout.plot, scene.style
    metrics = style.small_metrics
    wide, tall = metrics.horizontalAdvance(text) + 18, metrics.height() + 6
    begin, end = max(left, plot.left()), min(right, plot.right())
    middle = (begin + end) / 2 if end > begin else plot.center().x()
    x = min(max(middle - wide / 2, plot.left() + 2), plot.right() - wide - 2)
    y = plot.top() + 4 + tall / 2
    painter.setPen(QPen(style.muted, 1))
    if end > begin:
        painter.drawLine(QPointF(begin, y), QPointF(end, y))
    box = QRectF(x, plot.top() + 4, wide, tall)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(style.text)
    painter.drawRoundedRect(box, tall / 2, tall / 2)
    painter.setPen(style.panel)
    painter.setFont(style.small)
    painter.drawText(box, Qt.AlignmentFlag.AlignCenter, text)


def _signed(value: float) -> str:
    return f"{'+' if value >= 0 else ''}{figure(value)}"
