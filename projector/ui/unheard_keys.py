"""A key whose action can't be used now says what it needs: it would do nothing without a word otherwise."""

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject
from PySide6.QtGui import QKeyEvent, QKeySequence
from PySide6.QtWidgets import QApplication, QWidget

from projector.ui.actions import ACTIONS, EVENTS, MAP, QUEUE, TRACE, WINDOW, ActionSpec
from projector.ui.actions.keys import reach
from projector.ui.hints import with_keys
from projector.ui.reading_time import REFUSAL_MS
from projector.ui.telling import tell

if TYPE_CHECKING:
    from projector.ui.main_window import MainWindow

WHY = {
    "library": "open a library first: {open}",
    "windows": "there are no windows yet",
    "map": "there is no map yet",
    "selection": "choose an annotation or a window first: click it",
    "event": "select an annotation first: click it, or {next_event}",
    "alert": "this says something of a detector's alert: none is looked at",
    "conflict": "no annotation was changed in two places",
    "undo": "nothing is left to be undone",
    "redo": "nothing is left to be redone",
}


class UnheardKeys(QObject):
    """Listens where keys come that nothing has taken, and on the lists, which would search for a letter."""

    def __init__(self, window: "MainWindow") -> None:
        super().__init__(window)
        self._window = window
        lists = {EVENTS: window.views["events"].table, QUEUE: window.views["queue"].list}  # type: ignore[attr-defined]
        self._scopes: dict[str, QWidget] = {WINDOW: window, MAP: window.map, TRACE: window.trace, **lists}
        for watched in (window, *lists.values()):
            watched.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() != QEvent.Type.KeyPress or not isinstance(event, QKeyEvent):
            return False
        spec = self._unusable(QKeySequence(event.keyCombination()))
        if spec is not None and not event.isAutoRepeat():
            tell(self._window, with_keys(WHY[spec.needs]), REFUSAL_MS)
        return spec is not None

    def _unusable(self, key: QKeySequence) -> ActionSpec | None:
        """The action that the key would do here, if it can't be used now."""
        actions, focus = self._window.actions_by_id, QApplication.focusWidget()
        for spec in ACTIONS:
            action = actions[spec.id]
            if not action.isEnabled() and key in action.shortcuts() and self._hears(spec, focus):
                return spec
        return None

    def _hears(self, spec: ActionSpec, focus: QWidget | None) -> bool:
        places = [self._scopes[name] for name in reach(spec)]
        return any(place is focus or (focus is not None and place.isAncestorOf(focus)) for place in places)
