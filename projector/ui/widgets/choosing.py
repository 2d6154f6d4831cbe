"""A list whose current row is a fact of the workspace: it follows silently, and only people choose.

Rows change with sorting and filtering, so what is current is told as a key (a ride's number, an
annotation's row), never as a row of the table.
"""

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QModelIndex, QPersistentModelIndex, Qt, SignalInstance
from PySide6.QtGui import QColor, QFocusEvent, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QAbstractScrollArea

if TYPE_CHECKING:  # checked as the item view that it is half of; at runtime Qt's classes can't be joined
    from PySide6.QtWidgets import QAbstractItemView as _ItemView
else:
    _ItemView = object

Index = QModelIndex | QPersistentModelIndex


def say_instead(view: QAbstractScrollArea, text: str, colour: str) -> None:
    """Write why there are no rows, where the rows would be; to be called in the view's paint event."""
    painter = QPainter(view.viewport())
    painter.setPen(QColor(colour))
    room = view.viewport().rect().adjusted(12, 14, -12, -12)
    centred = Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignTop
    painter.drawText(room, int(centred | Qt.TextFlag.TextWordWrap), text)
    painter.end()


class Choosing(_ItemView):
    """Stands before an item view among the bases; the view has a signal `chosen` (int)."""

    chosen: SignalInstance
    key_at: Callable[[int], int]
    row_of: Callable[[int], int]
    hovered = -1
    empty_text, empty_colour = "", ""

    def follow(self, key_at: Callable[[int], int], row_of: Callable[[int], int]) -> None:
        """key_at(row) is a row's key; row_of(key) where it stands, -1 when it doesn't."""
        self.key_at, self.row_of = key_at, row_of
        self.setMouseTracking(True)
        self.entered.connect(lambda index: self._hover(index.row()))

    def mark(self, key: int | None) -> None:
        """Make a key's row the current one and scroll to it; says nothing to anyone."""
        row = -1 if key is None else self.row_of(key)
        if row != self.currentIndex().row():
            self._set_current(self.model().index(row, 0) if row >= 0 else QModelIndex())

    def _set_current(self, index: QModelIndex) -> None:
        selection = self.selectionModel()
        was = selection.blockSignals(True)
        self.setCurrentIndex(index)
        if not index.isValid():
            selection.clear()
        selection.blockSignals(was)
        if index.isValid():
            self.scrollTo(index)
        self.viewport().update()

    def currentChanged(self, current: Index, previous: Index) -> None:
        """Arrow keys and clicks walk through the rows."""
        super().currentChanged(current, previous)
        self.viewport().update()
        if current.isValid():
            self.chosen.emit(self.key_at(current.row()))

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """A click on the current row chooses it again, wherever the trace has gone since."""
        index = self.indexAt(event.position().toPoint())
        again = index.isValid() and index.row() == self.currentIndex().row()
        super().mousePressEvent(event)
        if again and event.button() == Qt.MouseButton.LeftButton:
            self.chosen.emit(self.key_at(index.row()))

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Qt makes the first row current when the focus comes; nobody has chosen it."""
        had_none = not self.currentIndex().isValid()
        was = self.selectionModel().blockSignals(had_none)
        super().focusInEvent(event)
        self.selectionModel().blockSignals(was)
        if had_none:
            self._set_current(QModelIndex())

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        if not self.model().rowCount():
            say_instead(self, self.empty_text, self.empty_colour)

    def leaveEvent(self, event: QEvent) -> None:
        super().leaveEvent(event)
        self._hover(-1)

    def _hover(self, row: int) -> None:
        if row != self.hovered:
            self.hovered = row
            self.viewport().update()
