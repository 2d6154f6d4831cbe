"""A hand on the trace: real mouse and key events, placed in seconds of the ride."""

import numpy as np
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QMouseEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from projector.ui.app import Application
from projector.ui.items.trace_frame import Viewport
from projector.ui.items.trace_model import LABELS
from tests.ui.windows import settle

LEFT, NONE = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
SHIFT, CTRL, ALT = (
    Qt.KeyboardModifier.ShiftModifier,
    Qt.KeyboardModifier.ControlModifier,
    Qt.KeyboardModifier.AltModifier,
)


class Hand:
    """Mouse and keys on the trace, in seconds of the ride."""

    def __init__(self, app: Application) -> None:
        self.app, self.trace, self.canvas = app, app.window.trace, app.window.trace.canvas
        self.trace.setFocus()

    @property
    def scene(self):
        return self.trace.scene

    def look(self, start: float, stop: float) -> None:
        self.canvas.set_view(Viewport(start, stop))
        settle(self.app)

    def place(self, seconds: float, lane: str = "ax") -> QPoint:
        """In the middle of a lane; of the labels' in its first row."""
        rect = self.scene.layout.lanes[lane]
        return QPoint(
            round(self.scene.x(seconds)), round(rect.top() + 10 if lane == LABELS else rect.center().y())
        )

    def send(self, kind: QEvent.Type, at: QPoint, held, buttons=LEFT) -> None:
        where = QPointF(self.canvas.mapToGlobal(at))
        button = Qt.MouseButton.NoButton if kind == QEvent.Type.MouseMove else LEFT
        QApplication.sendEvent(self.canvas, QMouseEvent(kind, QPointF(at), where, button, buttons, held))

    def drag_to(self, start: float, stop: float, held=NONE, lane: str = "ax") -> None:
        """Pressed and moved, not released."""
        a, b = self.place(start, lane), self.place(stop, lane)
        self.send(QEvent.Type.MouseButtonPress, a, held)
        for part in (0.3, 0.7, 1.0):
            self.send(QEvent.Type.MouseMove, a + (b - a) * part, held)

    def drag(self, start: float, stop: float, held=NONE, lane: str = "ax") -> None:
        self.drag_to(start, stop, held, lane)
        self.send(QEvent.Type.MouseButtonRelease, self.place(stop, lane), held, Qt.MouseButton.NoButton)
        settle(self.app)

    def click(self, seconds: float, held=NONE, lane: str = "ax") -> None:
        QTest.mouseClick(self.canvas, LEFT, held, self.place(seconds, lane))
        settle(self.app)

    def key(self, key: Qt.Key | str, held=NONE) -> None:
        QTest.keyClick(self.trace, key, held)
        settle(self.app)

    def pick(self, label: str) -> None:
        """Make the annotation of a label the current event, with room around it."""
        marks = self.app.workspace.annotations
        row = int(np.flatnonzero(marks.label == marks.label_names.index(label))[0])
        self.app.workspace.select_event(row)
        settle(self.app)
        self.look(float(marks.start_s[row]) - 3, float(marks.stop_s[row]) + 3)
