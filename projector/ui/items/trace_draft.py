"""An annotation while it is drawn, moved or resized: its span, where it was, what its edge lies on."""

from dataclasses import dataclass

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen

from projector.ui.items.bands_fade import draw_fades
from projector.ui.items.trace_drawing import draw_spans
from projector.ui.items.trace_model import LABELS, OTHERS
from projector.ui.items.trace_scene import TraceScene
from projector.ui.items.trace_style import with_alpha

GRIP = 5.0  # pixels to either side of an edge that take hold of it


@dataclass(frozen=True)
class Draft:
    """A span in elapsed seconds with the colour of its label.

    was     where the edge was that moves now, None for a new annotation
    pm_s    ± of start and stop, which go along
    at_s    the edge that moves
    lines   what the card beside it says
    """

    start_s: float
    stop_s: float
    slot: int
    at_s: float
    was: float | None = None
    lines: tuple[str, ...] = ()
    pm_s: tuple[float, float] = (0.0, 0.0)


def draw_draft(painter: QPainter, scene: TraceScene, draft: Draft, ratio: float) -> None:
    """Over the finished frame: the new span, a dashed line where the edge was, the edge and its card."""
    plot, style, view = scene.layout.plot, scene.style, scene.view
    colour = style.label(draft.slot)
    painter.save()
    painter.setClipRect(plot)
    if draft.stop_s > view.start_s and draft.start_s < view.stop_s:
        span = np.array([[draft.start_s, draft.stop_s]])
        draw_spans(painter, span, plot, view, with_alpha(colour, 0.2), with_alpha(colour, 0.8))
    draw_fades(painter, plot, view, (draft.start_s, draft.stop_s), draft.pm_s, colour, 0.2)
    if draft.was is not None and draft.was != draft.at_s:
        _dashed(painter, scene, draft.was)
    painter.fillRect(_line(scene, draft.at_s, ratio), style.text)
    painter.restore()
    _card(painter, scene, draft)


def draw_chosen_edge(painter: QPainter, scene: TraceScene, seconds: float, colour: QColor) -> None:
    """Two small marks at the ends of the edge that `,` and `.` move."""
    plot = scene.layout.plot
    if not scene.view.start_s <= seconds <= scene.view.stop_s:
        return
    x = scene.x(seconds)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(colour)
    for y, down in ((plot.top(), 1.0), (plot.bottom(), -1.0)):
        painter.drawPolygon([QPointF(x - 4, y), QPointF(x + 4, y), QPointF(x, y + down * 6)])


def _line(scene: TraceScene, seconds: float, ratio: float) -> QRectF:
    plot = scene.layout.plot
    x = round(scene.x(seconds) * ratio) / ratio
    return QRectF(x - 0.5, plot.top(), 1.5, plot.height())


def _dashed(painter: QPainter, scene: TraceScene, seconds: float) -> None:
    plot, style, x = scene.layout.plot, scene.style, scene.x(seconds)
    pen = QPen(style.muted, 1.0)
    pen.setDashPattern([3.0, 3.0])
    painter.setPen(pen)
    painter.drawLine(QPointF(x, plot.top()), QPointF(x, plot.bottom()))
    painter.setPen(style.muted)
    painter.setFont(style.small)
    text = f"was {scene.axis.text(seconds, 0.01)}"
    wide = style.small_metrics.horizontalAdvance(text)
    left = x + 5 if x + 10 + wide < plot.right() else x - 5 - wide
    # under the signals: further down are the labels, and the card is above
    lanes = [rect.bottom() for name, rect in scene.layout.lanes.items() if name not in (LABELS, OTHERS)]
    painter.drawText(QPointF(left, max(lanes, default=plot.bottom()) - 6), text)


def _card(painter: QPainter, scene: TraceScene, draft: Draft) -> None:
    """What the edge lies on and what would change, beside it where there is room."""
    if not draft.lines:
        return
    style, plot = scene.style, scene.layout.plot
    metrics = style.small_metrics
    wide = max(metrics.horizontalAdvance(line) for line in draft.lines) + 20
    tall = metrics.height() * len(draft.lines) + 12
    x = scene.x(draft.at_s)
    left = x - wide - 10 if x - wide - 10 > plot.left() else min(x + 10, plot.right() - wide)
    box = QRectF(left, plot.top() + 8, wide, tall)
    painter.setPen(QPen(style.border, 1))
    painter.setBrush(with_alpha(style.field, 0.96))
    painter.drawRoundedRect(box, 5, 5)
    painter.setFont(style.small)
    for at, line in enumerate(draft.lines):
        painter.setPen(style.text if at == 0 else style.muted)
        row = QRectF(box.left() + 10, box.top() + 6 + at * metrics.height(), wide, metrics.height())
        painter.drawText(row, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, line)
