"""Going from panel to panel by keys."""

import shiboken6
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QFrame

from projector.ui.app import Application


def test_every_panel_is_reached_and_the_window_keeps_what_is_its_own(app: Application) -> None:
    """Asking Qt for the next in the chain of focus gave the menu bar to a button, and it went with it."""
    window = app.window
    bar = window.menuBar()
    seen = {name for name, view in window.views.items() if view.isVisible()}
    reached = set()
    for key in (Qt.Key.Key_F6,) * len(seen):
        QTest.keyClick(window, key)
        focus = QApplication.focusWidget()
        reached |= {
            name for name in seen if focus is window.views[name] or window.views[name].isAncestorOf(focus)
        }
    assert reached == seen - {"inspector"}  # while no window is chosen nothing in it takes keys
    (owner,) = (line for line in shiboken6.dump(bar).splitlines() if line.startswith("parent"))
    assert "MainWindow" in owner


def test_esc_leaves_a_panel_that_was_opened_from_the_trace(app: Application) -> None:
    """Nothing in it had the keyboard, so the trace was asked for Esc and kept it."""
    window = app.window
    bare = QFrame(window, Qt.WindowType.Popup)
    for open_ in (window.actions_by_id["project"].trigger, bare.show):
        window.trace.setFocus()
        open_()
        app.settle()
        assert QApplication.activePopupWidget() is not None
        QTest.keyClick(window.windowHandle(), Qt.Key.Key_Escape)
        assert QApplication.activePopupWidget() is None
    bare.deleteLater()
