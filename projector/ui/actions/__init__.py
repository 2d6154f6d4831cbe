"""Every action as data: id, where it stands in the menus, its keys, where they live, what it calls.

Menus, tool tips, the list of live keys and the command palette are made from these tables, one a menu.
"""

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QAction, QKeySequence, QShortcutEvent
from PySide6.QtWidgets import QApplication, QMenu, QMenuBar, QWidget

from projector.ui.actions import edit, file, help_, label, layers, map_, review, seen, similar, trace, view
from projector.ui.actions.mouse import MOUSE
from projector.ui.actions.spec import EVENTS, MAP, QUEUE, TRACE, WINDOW, ActionSpec

if TYPE_CHECKING:
    from projector.ui.commands import Commands

__all__ = [
    "ACTIONS",
    "EVENTS",
    "MAP",
    "MOUSE",
    "QUEUE",
    "TRACE",
    "WINDOW",
    "ActionSpec",
    "install_actions",
    "refresh_actions",
]

ACTIONS: tuple[ActionSpec, ...] = (
    *file.ACTIONS,
    *edit.ACTIONS,
    *map_.ACTIONS,
    *trace.ACTIONS,
    *label.ACTIONS,
    *similar.ACTIONS,
    *seen.ACTIONS,
    *layers.ACTIONS,
    *review.ACTIONS,
    *view.ACTIONS,
    *help_.ACTIONS,
)


def install_actions(
    commands: "Commands", menu_bar: QMenuBar, menus: dict[str, QMenu], scopes: dict[str, QWidget]
) -> dict[str, QAction]:
    """Make the actions, put them into menus (which are added to `menus`) and on the widgets of their keys."""
    made: dict[str, QAction] = {}
    for spec in ACTIONS:
        action = made[spec.id] = _action(spec, commands)
        scope = scopes[spec.scope]
        if spec.scope != WINDOW:
            action.setShortcutContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        scope.addAction(action)
        if spec.listed:
            scopes[EVENTS].addAction(action)
            scopes[QUEUE].addAction(action)
        if spec.menu not in menus:
            menus[spec.menu] = menu_bar.addMenu(spec.menu)
        if spec.separated:
            menus[spec.menu].addSeparator()
        menus[spec.menu].addAction(action)
    return made


class _Action(QAction):
    """Its keys sleep while a menu or another popup is open: there a letter finds its entry, Esc closes it."""

    def event(self, event: QEvent) -> bool:
        popup = QApplication.activePopupWidget()
        if popup is None or not isinstance(event, QShortcutEvent):
            return super().event(event)
        if isinstance(popup, QMenu):
            wanted = QKeySequence(f"Alt+{event.key().toString()}")
            found = (one for one in popup.actions() if QKeySequence.mnemonic(one.text()) == wanted)
            popup.setActiveAction(next(found, popup.activeAction()))
        elif event.key() == QKeySequence(Qt.Key.Key_Escape):
            popup.close()  # where nothing in it has the keyboard, Qt asks the view behind it for the key
        return True


def _action(spec: ActionSpec, commands: "Commands") -> QAction:
    action = _Action(spec.text, commands.window)
    action.setObjectName(spec.id)
    action.setShortcuts([QKeySequence(key) for key in spec.keys])
    action.setCheckable(spec.checked is not None)
    action.triggered.connect(lambda _checked=False: spec.call(commands))
    return action


def refresh_actions(commands: "Commands", actions: dict[str, QAction], present: set[str]) -> None:
    """Enable what can be used now and tick what is on."""
    for spec in ACTIONS:
        actions[spec.id].setEnabled(not spec.needs or spec.needs in present)
        if spec.checked is not None:
            actions[spec.id].setChecked(spec.checked(commands))
