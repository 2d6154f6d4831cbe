"""A key that can't do what it is for says what it needs; none is silent, and none is taken from who types."""

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget

from projector.ui.actions import ACTIONS
from projector.ui.app import Application
from projector.ui.unheard_keys import WHY
from tests.ui.hands import CTRL, NONE
from tests.ui.windows import opened


def test_what_cannot_be_done_now_is_said(app: Application) -> None:
    window = app.window
    window.set_layout("label")
    app.workspace.show_ride(3)
    app.settle()
    window.trace.refresh()
    note = window.trace.canvas._note

    def told(on: QWidget, key: Qt.Key, held=NONE) -> str:
        window.trace.canvas.note("")
        on.setFocus()
        QTest.keyClick(on, key, held)
        return note.text

    for key, held in ((Qt.Key.Key_S, NONE), (Qt.Key.Key_Delete, NONE), (Qt.Key.Key_Period, CTRL)):
        assert told(window.trace, key, held) == "select an annotation first: click it, or Tab"
    assert "alert" in told(window.trace, Qt.Key.Key_B)
    assert told(window.trace, Qt.Key.Key_Z, CTRL) == "nothing is left to be undone"
    assert told(window.trace, Qt.Key.Key_M, CTRL) == "choose an annotation or a window first: click it"
    window.docks["events"].raise_()
    app.settle()
    table = window.views["events"].table
    assert "alert" in told(table, Qt.Key.Key_B)
    assert app.workspace.event is None, "it is no search for braking"
    line = window.toolbar.filter_box.line
    assert told(line, Qt.Key.Key_B) == ""
    assert line.text() == "b"
    assert {spec.needs for spec in ACTIONS} - {""} <= set(WHY)


def test_without_a_library_keys_say_so_below(qapp: object) -> None:
    app = opened(None)
    app.window.trace.setFocus()
    QTest.keyClick(app.window.trace, Qt.Key.Key_A)
    assert app.window.statusBar().currentMessage() == "open a library first: Ctrl+O"
    app.close()
