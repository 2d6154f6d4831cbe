"""What lies over the dots and changes without drawing them again: marks, outlines, axis names."""

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter, QPainterPath, QPen

from projector.processing.polygon import Polygon
from projector.ui.items.map_gestures import to_qt
from projector.ui.theme import Theme

_DASHES = (4.0, 3.0)
EDGE = 10.0  # pixels between a text and the edge of the map
CLEAR = 8.0  # pixels between a text and the middle of a dot
NARROW_PX = 760  # below this the captions in the corners reach the middle


def paint_primary(painter: QPainter, at: QPointF, theme: Theme) -> None:
    """The selected dot: accent with a ring that stands out from any pile."""
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(QPen(QColor(theme.panel), 5.0))
    painter.setBrush(QColor(theme.accent))
    painter.drawEllipse(at, 6.5, 6.5)
    painter.setPen(QPen(QColor(theme.text), 1.8))
    painter.drawEllipse(at, 6.5, 6.5)


def paint_hovered(painter: QPainter, at: QPointF, theme: Theme) -> None:
    """A thin ring around the dot that a click would select."""
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    for width, colour in ((4.0, theme.panel), (1.6, theme.text)):
        painter.setPen(QPen(QColor(colour), width))
        painter.drawEllipse(at, 5.5, 5.5)


def paint_outline(painter: QPainter, polygon: Polygon, theme: Theme) -> None:
    """A lasso or rectangle, in pixels of the screen: a tint that leaves the dots' colours readable."""
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    tint = QColor(theme.accent)
    tint.setAlphaF(0.11)
    path = QPainterPath()
    path.addPolygon(to_qt(polygon))
    path.closeSubpath()
    path.setFillRule(Qt.FillRule.OddEvenFill)
    painter.fillPath(path, tint)
    pen = QPen(QColor(theme.accent), 1.4)
    pen.setDashPattern(_DASHES)
    painter.strokePath(path, pen)


def paint_axes(painter: QPainter, area: QRectF, names: tuple[str, str], theme: Theme, font: QFont) -> None:
    """What the axes are, quietly at the lower edge and, turned, at the right one."""
    painter.setFont(font)
    metrics = QFontMetricsF(font)
    for text, turned in zip(names, (False, True), strict=True):
        if not text:
            continue
        painter.save()
        length = metrics.horizontalAdvance(text)
        if turned:
            painter.translate(area.right() - EDGE, area.center().y() + length / 2)
            painter.rotate(-90)
        else:
            painter.translate(area.center().x() - length / 2, area.bottom() - EDGE - _above(area, metrics))
        _paint_on_ground(painter, text, theme)
        painter.restore()


def names_room(area: QRectF, names: tuple[str, str], font: QFont) -> tuple[float, float]:
    """Pixels at the right and at the lower edge where `paint_axes` writes, with half a dot and air."""
    metrics = QFontMetricsF(font)
    room = EDGE + metrics.ascent() + CLEAR
    return room if names[1] else 0.0, room + _above(area, metrics) if names[0] else 0.0


def _above(area: QRectF, metrics: QFontMetricsF) -> float:
    """How far a name is lifted over the captions in the corners, where these reach the middle."""
    return metrics.height() + 3 if area.width() < NARROW_PX else 0.0


def paint_focus(painter: QPainter, area: QRectF, theme: Theme) -> None:
    """A line around the map while keys go to it."""
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
    painter.setPen(QPen(QColor(theme.accent), 1.0))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawRect(area.adjusted(0.5, 0.5, -1, -1))


def _paint_on_ground(painter: QPainter, text: str, theme: Theme) -> None:
    """Text at the origin with a rim of the ground's colour, readable over dots."""
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    path = QPainterPath()
    path.addText(0, 0, painter.font(), text)
    rim = QColor(theme.panel)
    rim.setAlphaF(0.85)
    painter.strokePath(path, QPen(rim, 4.0, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap,
                                  Qt.PenJoinStyle.RoundJoin))  # fmt: skip
    painter.fillPath(path, QColor(theme.muted))
