"""The keys that actions have now: read from the settings, changed by a dialog, told to menus and actions."""

import logging
from typing import TYPE_CHECKING

from PySide6.QtGui import QKeySequence

from projector.ui import dialogs
from projector.ui.actions import ACTIONS, MOUSE, keys
from projector.ui.widgets.key_dialog import KeyDialog
from projector.ui.widgets.key_help import KeyHelp, live_keys

if TYPE_CHECKING:
    from projector.ui.main_window import MainWindow

log = logging.getLogger("projector")


class KeyCommands:
    """What stands in Memory.keys, as the keys of every action."""

    def __init__(self, window: "MainWindow") -> None:
        self._window = window
        self.bindings, ignored = keys.chosen(ACTIONS, window.memory.keys)
        for why in ignored:
            log.warning("keys in the settings: %s", why)

    def apply(self) -> None:
        """Each action gets its keys; menus and the list of live keys show them from now on."""
        for id_, action in self._window.actions_by_id.items():
            action.setShortcuts([QKeySequence(key) for key in self.bindings[id_]])

    def change(self, bindings: keys.Bindings) -> None:
        """Other keys from now on, and at the next start."""
        self.bindings = dict(bindings)
        self._window.memory.keys = keys.to_store(ACTIONS, bindings)
        self.apply()

    def show_live(self) -> None:
        """The keys that are live now."""
        groups = [(menu.title().replace("&", ""), menu.actions()) for menu in self._window.menus.values()]
        dialogs.run(KeyHelp(live_keys(groups), MOUSE, self._window))

    def show_dialog(self) -> None:
        """Change keys."""
        texts = {id_: action.text() for id_, action in self._window.actions_by_id.items()}
        dialogs.run(KeyDialog(ACTIONS, texts, self.bindings, self.change, self._window))
