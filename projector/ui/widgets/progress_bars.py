"""How far each layer is: its name, a figure, and a bar under both."""

from dataclasses import dataclass

from PySide6.QtCore import QEvent, QRectF, Qt
from PySide6.QtGui import QColor, QHelpEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QToolTip, QWidget

from projector.ui.theme import Theme

_ROW, _TEXT, _BAR, _MARGIN = 38, 20, 5, 10


@dataclass(frozen=True)
class Bar:
    """name and figure stand over it; share from 0 to 1; about: what the figure means."""

    name: str
    figure: str
    share: float
    about: str = ""


class ProgressBars(QWidget):
    """Bars one under the other."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self.bars: tuple[Bar, ...] = ()
        self.setAccessibleName("Progress")

    def set_theme(self, theme: Theme) -> None:
        self._theme = theme
        self.update()

    def set_bars(self, bars: tuple[Bar, ...]) -> None:
        """Show others."""
        if bars != self.bars:
            self.bars = bars
            self.setAccessibleDescription("; ".join(f"{bar.name}: {bar.figure}" for bar in bars))
            self.setFixedHeight(_ROW * len(bars))
            self.update()

    def event(self, event: QEvent) -> bool:
        if isinstance(event, QHelpEvent) and event.type() == QEvent.Type.ToolTip:
            row = event.pos().y() // _ROW
            text = self.bars[row].about if 0 <= row < len(self.bars) else ""
            QToolTip.showText(event.globalPos(), text, self)
            return True
        return super().event(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        for row, bar in enumerate(self.bars):
            self._draw(painter, QRectF(_MARGIN, row * _ROW, self.width() - 2 * _MARGIN, _ROW), bar)
        painter.end()

    def _draw(self, painter: QPainter, rect: QRectF, bar: Bar) -> None:
        words = QRectF(rect.left(), rect.top() + 4, rect.width(), _TEXT)
        painter.setPen(QColor(self._theme.muted))
        painter.drawText(words, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, bar.figure)
        room = rect.width() - self.fontMetrics().horizontalAdvance(bar.figure) - 10
        name = self.fontMetrics().elidedText(bar.name, Qt.TextElideMode.ElideRight, round(room))
        painter.setPen(QColor(self._theme.text))
        painter.drawText(words, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, name)
        ground = QRectF(rect.left(), words.bottom() + 2, rect.width(), _BAR)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(self._theme.border))
        painter.drawRoundedRect(ground, _BAR / 2, _BAR / 2)
        if bar.share > 0:
            filled = QRectF(ground)
            filled.setWidth(max(ground.width() * min(bar.share, 1.0), _BAR))
            painter.setBrush(QColor(self._theme.accent))
            painter.drawRoundedRect(filled, _BAR / 2, _BAR / 2)
