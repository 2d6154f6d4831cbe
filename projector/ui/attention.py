"""Tells a stopwatch when somebody is at the window: mouse, keys, and whether the program is in front."""

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QWidget

from projector.workspace.review.stopwatch import Stopwatch

_HANDS = (
    QEvent.Type.MouseMove,
    QEvent.Type.MouseButtonPress,
    QEvent.Type.Wheel,
    QEvent.Type.KeyPress,
    QEvent.Type.TouchUpdate,
)


class Attention(QObject):
    """Listens where the system delivers input, once an event, whatever widget it is for."""

    def __init__(self, window: QWidget, stopwatch: Stopwatch) -> None:
        super().__init__(window)
        self._window, self._stopwatch = window, stopwatch
        window.installEventFilter(self)
        QGuiApplication.instance().applicationStateChanged.connect(self._on_state)  # type: ignore[union-attr]

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() in _HANDS:
            self._stopwatch.touch()
        elif event.type() == QEvent.Type.Show and watched is self._window:
            watched.removeEventFilter(self)  # from now on its window of the system tells
            self._window.windowHandle().installEventFilter(self)
        return False

    def _on_state(self, state: Qt.ApplicationState) -> None:
        if state == Qt.ApplicationState.ApplicationActive:
            self._stopwatch.touch()
        else:
            self._stopwatch.pause()
