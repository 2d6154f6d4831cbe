"""A view that redraws at most once a turn of the event loop, and only while it can be seen."""

from PySide6.QtCore import QTimer
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QWidget
from shiboken6 import isValid


class DeferredView(QWidget):
    """Facts mark parts as stale; `_refresh` is given all stale parts at once, later or when shown."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._stale: set[str] = set()
        self._soon = QTimer(self, singleShot=True, interval=0)
        self._soon.timeout.connect(self.refresh)

    def mark_stale(self, *parts: str) -> None:
        """Something that the view shows has changed."""
        if not isValid(self):  # a signal of the workspace may outlive the window
            return
        self._stale.update(parts)
        if self.isVisible():
            self._soon.start()

    def refresh(self) -> None:
        """Bring the view up to date now, if it can be seen."""
        if self._stale and self.isVisible():
            parts, self._stale = self._stale, set()
            self._refresh(parts)

    def _refresh(self, parts: set[str]) -> None:
        raise NotImplementedError

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.refresh()
