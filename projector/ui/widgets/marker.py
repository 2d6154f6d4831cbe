"""A dot's look at the size of text, so that legends and cards show what the map draws."""

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen, QPolygonF


def paint_marker(
    painter: QPainter, at: QPointF, shape: str, colour: str, radius: float, filled: bool
) -> None:
    """One marker about a point; an unfilled one is an outline (switched off)."""
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen if filled else QPen(QColor(colour), 1.4))
    painter.setBrush(QColor(colour) if filled else Qt.BrushStyle.NoBrush)
    x, y, r = at.x(), at.y(), radius if filled else radius - 0.7
    if shape == "square":
        painter.drawRect(QRectF(x - 0.9 * r, y - 0.9 * r, 1.8 * r, 1.8 * r))
    elif shape == "triangle":
        corners = [(x, y - 1.2 * r), (x + 1.2 * r, y + 0.9 * r), (x - 1.2 * r, y + 0.9 * r)]
        painter.drawPolygon(QPolygonF([QPointF(*corner) for corner in corners]))
    elif shape == "diamond":
        corners = [(x, y - 1.3 * r), (x + 1.3 * r, y), (x, y + 1.3 * r), (x - 1.3 * r, y)]
        painter.drawPolygon(QPolygonF([QPointF(*corner) for corner in corners]))
    else:
        painter.drawEllipse(at, r, r)
