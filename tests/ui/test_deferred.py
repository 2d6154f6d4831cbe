"""Which view comes first: a click waits for the trace, and nothing else may be paid for before it."""

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtTest import QTest

from projector.ui.app import Application
from projector.ui.widgets.deferred import first_is_waiting


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
