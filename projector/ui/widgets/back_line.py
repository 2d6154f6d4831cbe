"""A line of text where Esc gives back what stood there before it was typed over."""

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QLineEdit


class BackLine(QLineEdit):
    """The property `was` is what stands there by rights; whoever shows something sets it, too."""

    def keyPressEvent(self, event: QKeyEvent) -> None:
        was = self.property("was") or ""
        if event.key() == Qt.Key.Key_Escape and self.text() != was:
            self.setText(was)
            self.selectAll()
        else:
            super().keyPressEvent(event)
