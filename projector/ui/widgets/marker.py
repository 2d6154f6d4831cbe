"""A label's mark, the same wherever it stands: the colour of its slot and, beyond the palette, its shape."""

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPolygonF

from projector.ui.theme import Theme


def draw_marker(painter: QPainter, centre: QPointF, radius: float, slot: int, theme: Theme) -> None:
    """A filled mark; slot -1 (no label) is a ring in the missing grey."""
    colour = QColor(theme.label(slot))
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    if slot < 0:
        painter.setPen(colour)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawEllipse(centre, radius - 0.5, radius - 0.5)
        painter.restore()
        return
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(colour)
    shape = slot // len(theme.labels) % 4
    if shape == 0:
        painter.drawEllipse(centre, radius, radius)
    elif shape == 1:
        painter.drawRect(QRectF(-0.9 * radius, -0.9 * radius, 1.8 * radius, 1.8 * radius).translated(centre))
    else:
        painter.drawPolygon(_polygon(shape, centre, radius * 1.2))
    painter.restore()


def _polygon(shape: int, centre: QPointF, radius: float) -> QPolygonF:
    corners = ((0, -1), (0.95, 0.75), (-0.95, 0.75)) if shape == 2 else ((0, -1), (1, 0), (0, 1), (-1, 0))
    return QPolygonF([QPointF(x * radius, y * radius) + centre for x, y in corners])
