"""A label's mark and its name, large: what a panel is about."""

from PySide6.QtCore import QPointF, QSize
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QSizePolicy, QWidget

from projector.ui.theme import Theme
from projector.ui.widgets.label_mark import draw_label_mark


class Headline(QWidget):
    """A label's mark and its name, large."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._slot: int | None = None
        self._label = QLabel()
        self._label.setProperty("role", "headline")
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.addSpacing(0)
        row.addWidget(self._label)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:
        return QSize(120, 26)

    def text(self) -> str:
        """What it says."""
        return self._label.text()

    def set_theme(self, theme: Theme) -> None:
        self._theme = theme
        self.update()

    def show_text(self, text: str, slot: int | None) -> None:
        """slot None stands for no mark, -1 for the mark of no label."""
        self._slot = slot
        self._label.setText(text)
        self._label.setContentsMargins(0 if slot is None else 17, 0, 0, 0)
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        if self._slot is not None:
            painter = QPainter(self)
            draw_label_mark(painter, QPointF(6, self.height() / 2 + 0.5), 5, self._slot, self._theme)
            painter.end()
