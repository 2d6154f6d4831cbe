"""Which view comes first, and which not at all: a click waits for the trace, nobody for what is hidden."""

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QMainWindow
from pytestqt.qtbot import QtBot

from projector.ui.app import Application
from projector.ui.layouts import Layout, apply_layout
from projector.ui.widgets.deferred import DeferredView, first_is_waiting
from projector.ui.widgets.panel_dock import PanelDock


class Painted(QObject):
    """Notes the order in which widgets are painted."""

    def __init__(self) -> None:
        super().__init__()
        self.names: list[str] = []

    def eventFilter(self, widget: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Paint:
            self.names.append(widget.accessibleName())
        return False


def test_the_trace_is_painted_before_the_lists_and_the_map_are_brought_up_to_date(app: Application) -> None:
    window, workspace = app.window, app.workspace
    surface, rides = window.map.surface, window.views["rides"].table
    workspace.show_ride(int(workspace.library.numbers[-1]))
    app.settle()
    first = workspace.windows_of_ride(int(workspace.library.numbers[0])).start
    dot = next(row for row in range(first, first + 50) if surface.point_of(row) is not None)
    QTest.mouseMove(surface, surface.point_of(dot).toPoint())
    app.settle()
    painted = Painted()
    for name, widget in (("trace", window.trace.canvas), ("rides", rides.viewport()), ("map", surface)):
        widget.setAccessibleName(name)
        widget.installEventFilter(painted)
    QTest.mouseClick(surface, Qt.MouseButton.LeftButton, pos=surface.point_of(dot).toPoint())
    assert workspace.ride != int(workspace.library.numbers[-1])
    assert first_is_waiting()
    marked = rides.currentIndex().row()
    while window.trace.scene.ride.number != workspace.ride:
        app.qt.processEvents()
    app.settle()
    assert rides.currentIndex().row() != marked
    assert not first_is_waiting()
    assert {"trace", "rides", "map"} <= set(painted.names)
    assert painted.names.index("trace") < painted.names.index("rides")
    for widget in (window.trace.canvas, rides.viewport(), surface):
        widget.removeEventFilter(painted)


class Counted(DeferredView):
    """Counts how often it has to be brought up to date."""

    title, subtitle_changed = "Counted", Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self.times = 0
        self.mark_stale("all")

    def _refresh(self, parts: set[str]) -> None:
        self.times += 1


def test_a_layout_costs_nothing_for_panels_behind_others(qtbot: QtBot) -> None:
    window, views = QMainWindow(), {name: Counted() for name in ("front", "behind", "beside", "absent")}
    qtbot.addWidget(window)
    docks = {name: PanelDock(name, view, window) for name, view in views.items()}
    for dock in docks.values():
        dock.hide()
    layout = Layout("Any", (((("front", "behind"), 50), (("beside",), 50)),), (100,))
    window.show()
    for _ in range(2):
        apply_layout(window, docks, layout)
        QApplication.processEvents()
    assert {name: view.times for name, view in views.items()} == {
        "front": 1,
        "behind": 0,
        "beside": 1,
        "absent": 0,
    }
    docks["behind"].raise_()
    qtbot.waitUntil(lambda: views["behind"].times == 1)
