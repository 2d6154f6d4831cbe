"""The card beside the pointer: which moment of which ride a dot is, before anyone clicks."""

from dataclasses import dataclass

from PySide6.QtCore import QPoint, QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QWidget

from projector.ui.theme import Theme
from projector.ui.widgets.marker import paint_marker

_PAD, _LINE, _MOST_WIDE, _CLEAR = 10, 18, 340, 16


@dataclass(frozen=True)
class CardText:
    """A heading and lines; a line may begin with a marker (shape, colour)."""

    heading: str
    lines: tuple[tuple[str, tuple[str, str] | None], ...] = ()


class HoverCard(QWidget):
    """Follows the pointer, never under it, never in its way."""

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self._room = parent
        self.theme = theme
        self.text = CardText("")
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.hide()

    def set_theme(self, theme: Theme) -> None:
        self.theme = theme
        self.update()

    def show_at(self, text: CardText, at: QPointF) -> None:
        """Show a text near a point of the parent, inside the parent."""
        if text != self.text:
            self.text = text
            self.resize(self.sizeHint())
            self.update()
        self.move(self._corner(at.toPoint()))
        self.show()
        self.raise_()

    def sizeHint(self) -> QSize:
        metrics, bold = QFontMetricsF(self.font()), QFontMetricsF(self._bold())
        widths = [bold.horizontalAdvance(self.text.heading)]
        widths += [
            metrics.horizontalAdvance(line) + (14 if marker else 0) for line, marker in self.text.lines
        ]
        wide = min(max(widths), _MOST_WIDE)
        return QSize(round(wide) + 2 * _PAD + 2, (1 + len(self.text.lines)) * _LINE + 2 * _PAD - 4)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        ground = QColor(self.theme.panel)
        ground.setAlpha(242)
        painter.setPen(QPen(QColor(self.theme.border), 1))
        painter.setBrush(ground)
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), 6, 6)
        painter.setFont(self._bold())
        self._write(painter, 0, 0, self.text.heading, self.theme.text)
        painter.setFont(self.font())
        for row, (line, marker) in enumerate(self.text.lines, start=1):
            if marker is not None:
                at = QPointF(_PAD + 4.5, _PAD - 2 + (row + 0.5) * _LINE)
                paint_marker(painter, at, *marker, 4.0, True)
            self._write(painter, row, 14 if marker else 0, line, self.theme.muted)

    def _write(self, painter: QPainter, row: int, indent: float, text: str, colour: str) -> None:
        painter.setPen(QColor(colour))
        wide = self.width() - 2 * _PAD - indent + 1
        shown = painter.fontMetrics().elidedText(text, Qt.TextElideMode.ElideMiddle, round(wide) + 1)
        area = QRectF(_PAD + indent, _PAD - 2 + row * _LINE, wide + 2, _LINE)
        painter.drawText(area, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, shown)

    def _bold(self) -> QFont:
        font = QFont(self.font())
        font.setBold(True)
        return font

    def _corner(self, at: QPoint) -> QPoint:
        """Beside the point: above and to the right, unless that leaves the parent."""
        room = self._room.size()
        x = at.x() + _CLEAR
        if x + self.width() > room.width():
            x = at.x() - _CLEAR - self.width()
        y = at.y() - _CLEAR - self.height()
        if y < 0:
            y = at.y() + _CLEAR
        return QPoint(max(x, 0), max(min(y, room.height() - self.height()), 0))
