"""A trace in its real view, and a hand on it: places are seconds of the ride."""

from types import SimpleNamespace

import numpy as np
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QImage, QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from projector.processing.overview import Envelope, Raw
from projector.ui.actions import ACTIONS, TRACE
from projector.ui.theme import load_theme
from projector.ui.views.trace_view import TraceView
from projector.workspace.workspace import Workspace

WIDTH, HEIGHT = 900, 420


def shown(qtbot, workspace: Workspace) -> TraceView:
    view = TraceView(workspace, load_theme("dark"))
    qtbot.addWidget(view)
    view.resize(WIDTH, HEIGHT)
    view.show()
    settle(view)
    return view


def settle(view: TraceView) -> QImage:
    """Everything that is stale is brought up to date and painted."""
    for _ in range(2):
        QApplication.processEvents()
    return view.grab().toImage().convertToFormat(QImage.Format.Format_RGB32)


def where_different(one: QImage, other: QImage) -> str:
    """Which pixels of two pictures differ, in words; "" for equal ones."""
    if one == other:
        return ""
    first, second = (
        np.frombuffer(image.constBits(), np.uint32).reshape(image.height(), -1) for image in (one, other)
    )
    rows, columns = np.nonzero(first != second)
    return f"{len(rows)} pixels, x {columns.min()} to {columns.max()}, y {rows.min()} to {rows.max()}"


def number(workspace: Workspace, name: str = "long") -> int:
    assert workspace.library is not None
    return workspace.library.number_of(name)


def place(view: TraceView, seconds: float, lane: str = "ay") -> QPoint:
    assert view.scene is not None
    return QPoint(round(view.scene.x(seconds)), round(view.scene.layout.lanes[lane].center().y()))


def click(view: TraceView, seconds: float, lane: str = "ay") -> None:
    QTest.mouseClick(view.canvas, Qt.MouseButton.LeftButton, pos=place(view, seconds, lane))
    settle(view)


def wheel(view: TraceView, at: QPoint, notches: float, held=Qt.KeyboardModifier.NoModifier) -> None:
    event = QWheelEvent(
        QPointF(at),
        QPointF(view.canvas.mapToGlobal(at)),
        QPoint(),
        QPoint(0, round(120 * notches)),
        Qt.MouseButton.NoButton,
        held,
        Qt.ScrollPhase.NoScrollPhase,
        False,
    )
    QApplication.sendEvent(view.canvas, event)
    settle(view)


def press(view: TraceView, key: str) -> None:
    """What the table of actions does at a key on the trace; test_main_window presses the real ones."""
    spec = next(spec for spec in ACTIONS if spec.scope == TRACE and key in spec.keys)
    spec.call(SimpleNamespace(trace=view))  # type: ignore[arg-type]


def drawn(view: TraceView) -> Raw | Envelope:
    assert view.scene is not None
    return view.scene.frame.slice(view.scene.ride.main.name)


def whole(view: TraceView) -> tuple[float, float]:
    assert view.scene is not None
    return view.scene.ride.start_s, view.scene.ride.stop_s
