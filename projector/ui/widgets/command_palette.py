"""Any action by typing part of its name (Ctrl+K)."""

from collections.abc import Sequence

from PySide6.QtCore import QPoint, QTimer
from PySide6.QtGui import QAction, QHideEvent
from PySide6.QtWidgets import QWidget

from projector.ui.widgets.column_picker import SearchList


class CommandPalette(SearchList):
    """A search list over actions that can be used now."""

    def __init__(self, actions: Sequence[QAction], parent: QWidget) -> None:
        super().__init__(parent)
        self._actions = {
            str(index): action
            for index, action in enumerate(actions)
            if action.isEnabled() and not action.isSeparator()
        }
        # once the palette's own key or click is over: what asks a question would outlive the palette in it
        self.chosen.connect(lambda name: QTimer.singleShot(0, parent, self._actions[name].trigger))
        self.fill([(name, self._text(action)) for name, action in self._actions.items()])

    def open_over(self, window: QWidget) -> None:
        """Show the palette near the top of a window."""
        self.open_at(window.mapToGlobal(QPoint((window.width() - 420) // 2, 70)), width=420)

    def hideEvent(self, event: QHideEvent) -> None:
        """Each is made for one use."""
        super().hideEvent(event)
        self.deleteLater()

    @staticmethod
    def _text(action: QAction) -> str:
        keys = ", ".join(key.toString() for key in action.shortcuts())
        name = action.text().replace("&", "")
        return f"{name}    {keys}" if keys else name
