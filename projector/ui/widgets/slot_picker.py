"""Choosing a label's mark: the palette's colours, safe for colour-blind eyes, in each shape of the map."""

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QHelpEvent, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from projector.ui.items.dots_stamp import SHAPES
from projector.ui.theme import Theme
from projector.ui.widgets.label_mark import draw_label_mark

CELL = 27
COLOURS = (
    *("sky blue", "bluish green", "blue", "orange"),
    *("vermilion", "reddish purple", "yellow", "neutral"),
)
_STEPS = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}


class SlotPicker(QWidget):
    """A grid, a column a colour and a row a shape; other classes' marks are dimmed."""

    picked = Signal(int)

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme, self._wide = theme, len(theme.labels)
        self.slot, self._taken = -1, dict[int, str]()
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.setAccessibleName("Colour and shape")
        self.setCursor(Qt.CursorShape.PointingHandCursor)

    def show_choice(self, slot: int, taken: dict[int, str]) -> None:
        """Mark what is chosen; taken: which class has which other place."""
        self.slot, self._taken = slot, taken
        self.setAccessibleDescription(self.words(slot))
        self.update()

    def words(self, slot: int) -> str:
        """'vermilion square', and whose it is."""
        shape = SHAPES[slot // self._wide % len(SHAPES)]
        name = f"{COLOURS[slot % self._wide]} {shape}"
        return f"{name}: {self._taken[slot]} has it, they change places" if slot in self._taken else name

    def place(self, slot: int) -> QPointF:
        """The middle of a mark's cell."""
        return QPointF((slot % self._wide + 0.5) * CELL, (slot // self._wide + 0.5) * CELL)

    def sizeHint(self) -> QSize:
        return QSize(self._wide * CELL, len(SHAPES) * CELL)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter, theme = QPainter(self), self._theme
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        for slot in range(self._wide * len(SHAPES)):
            middle = self.place(slot)
            if slot == self.slot:
                painter.setPen(QPen(QColor(theme.accent), 2.0 if self.hasFocus() else 1.4))
                painter.setBrush(QColor(theme.accent_soft))
                painter.drawRoundedRect(QRectF(middle.x() - 11, middle.y() - 11, 22, 22), 5, 5)
            painter.setOpacity(0.32 if slot in self._taken else 1.0)
            draw_label_mark(painter, middle, 5.5, slot, theme)
            painter.setOpacity(1.0)
        painter.end()

    def _at(self, at: QPointF) -> int:
        column, row = int(at.x() // CELL), int(at.y() // CELL)
        return row * self._wide + column if 0 <= column < self._wide and 0 <= row < len(SHAPES) else -1

    def _pick(self, slot: int) -> None:
        if 0 <= slot < self._wide * len(SHAPES) and slot != self.slot:
            self.picked.emit(slot)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self._pick(self._at(event.position()))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        steps = {**_STEPS, Qt.Key.Key_Up: -self._wide, Qt.Key.Key_Down: self._wide}
        if event.key() in steps:
            self._pick(self.slot + steps[Qt.Key(event.key())])
        else:
            super().keyPressEvent(event)

    def event(self, event: QEvent) -> bool:
        if isinstance(event, QHelpEvent) and event.type() == QEvent.Type.ToolTip:
            slot = self._at(QPointF(event.pos()))
            QToolTip.showText(event.globalPos(), self.words(slot) if slot >= 0 else "", self)
            return True
        return super().event(event)
