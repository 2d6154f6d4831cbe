"""The keys that actions have now: read from the settings, changed by a dialog, told to menus and actions."""

import logging
from typing import TYPE_CHECKING

from PySide6.QtGui import QKeySequence

from projector.ui import dialogs, hints
from projector.ui.actions import ACTIONS, MOUSE, keys
from projector.ui.unheard_keys import UnheardKeys
from projector.ui.widgets.key_dialog import KeyDialog
from projector.ui.widgets.key_help import KeyHelp, live_keys

if TYPE_CHECKING:
    from projector.ui.main_window import MainWindow

_VERDICTS = {"Y": "right", "N": "wrong", "U": "unsure", "B": "harsh", "G": "data_fault"}
_TELL_KEYS = ("queue", "events", "progress", "difference")
_DONE = "The ride that is shown is done"
log = logging.getLogger("projector")


class KeyCommands:
    """What stands in Memory.keys, as the keys of every action."""

    def __init__(self, window: "MainWindow") -> None:
        self._window = window
        self._unheard = UnheardKeys(window)
        self.bindings, ignored = keys.chosen(ACTIONS, window.memory.keys)
        for why in ignored:
            log.warning("keys in the settings: %s", why)

    def apply(self) -> None:
        """Each action gets its keys; menus, buttons and the list of live keys show them from now on."""
        for id_, action in self._window.actions_by_id.items():
            action.setShortcuts([QKeySequence(key) for key in self.bindings[id_]])
        hints.use(keys.words(ACTIONS, self.bindings))
        for name in _TELL_KEYS:
            self._window.views[name].mark_stale("keys")  # type: ignore[attr-defined]
        self._rename_buttons()

    def _rename_buttons(self) -> None:
        """Buttons that name the key that does the same."""
        views = self._window.views
        first = {id_: keys.shown(several[0]) if several else "" for id_, several in self.bindings.items()}
        self._window.verdicts.set_letters({letter: first[id_] for letter, id_ in _VERDICTS.items()})
        done = (_DONE, first["ride_done"])
        views["progress"].done.setToolTip(" · ".join(filter(None, done)))  # type: ignore[attr-defined]
        views["similar"].look.setToolTip(first["find_similar"])  # type: ignore[attr-defined]

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
