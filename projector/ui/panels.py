"""Going from panel to panel by keys: the trace keeps Tab for its events, so this is the way out of it."""

from collections.abc import Mapping

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QWidget

from projector.ui.widgets.panel_dock import PanelDock

_BY_TAB = Qt.FocusPolicy.TabFocus


def step_panel(docks: Mapping[str, PanelDock], step: int) -> None:
    """Give the keyboard to the next panel that can be seen (1) or the one before (-1).

    The order is the columns' from left to right, each from top to bottom.
    """
    docks_seen = sorted((dock for dock in docks.values() if dock.view.isVisible()), key=_place)
    ways = [(dock.view, way) for dock in docks_seen if (way := _entrance(dock.view)) is not None]
    now = QApplication.focusWidget()
    inside = [at for at, (view, _) in enumerate(ways) if view is now or (now and view.isAncestorOf(now))]
    if ways:
        at = inside[0] + step if inside else min(step, 0)  # from the toolbar: the first, or the last
        ways[at % len(ways)][1].setFocus(Qt.FocusReason.TabFocusReason)


def _place(dock: PanelDock) -> tuple[int, int]:
    return dock.x(), dock.y()


def _entrance(view: QWidget) -> QWidget | None:
    """What of a panel takes the keyboard: the view or its proxy, else the first that Tab would reach."""
    if view.focusProxy() is not None or view.focusPolicy() & _BY_TAB:
        return view
    # not nextInFocusChain(): PySide then takes each widget of the window for a part of the one before it, and
    # calls it deleted with that one; nobody sets another order of Tab than that in which widgets were made
    for widget in view.findChildren(QWidget):
        if widget.isVisible() and widget.isEnabled() and widget.focusPolicy() & _BY_TAB:
            return widget
    return None
