"""A box to type into that narrows a list: Esc clears it, Enter or Down goes on into the list."""

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QAbstractItemView, QLineEdit

_ON = (Qt.Key.Key_Down, Qt.Key.Key_Return, Qt.Key.Key_Enter)


class SearchLine(QLineEdit):
    """Belongs to one list, which it gives the keyboard to."""

    def __init__(self, placeholder: str, table: QAbstractItemView) -> None:
        super().__init__()
        self._table = table
        self.setPlaceholderText(placeholder)
        self.setAccessibleName(placeholder.capitalize())
        self.setClearButtonEnabled(True)

    def take_focus(self) -> None:
        """Put the cursor here, ready to type something else."""
        self.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.selectAll()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Entering the list chooses its first row, unless one is current already."""
        if event.key() == Qt.Key.Key_Escape and self.text():
            self.clear()
        elif event.key() in _ON and self._table.model().rowCount():
            self._table.setFocus(Qt.FocusReason.OtherFocusReason)
            if not self._table.currentIndex().isValid():
                self._table.setCurrentIndex(self._table.model().index(0, 0))
        else:
            super().keyPressEvent(event)
