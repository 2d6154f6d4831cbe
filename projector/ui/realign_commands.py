"""Labels that don't belong to the rides as they are: told once a library is open, and offered to be moved."""

from typing import TYPE_CHECKING

from PySide6.QtCore import QTimer
from shiboken6 import isValid

from projector.ui.widgets.realign_dialog import RealignDialog
from projector.workspace.realigning import Realigning

if TYPE_CHECKING:
    from projector.ui.main_window import MainWindow

WAIT_MS = 200  # for labels that are still being read


class RealignCommands:
    """Shows the dialog, by itself after opening or when asked for."""

    def __init__(self, window: "MainWindow", realigning: Realigning) -> None:
        self._window, self._realigning = window, realigning
        self.dialog: RealignDialog | None = None
        self._told: object = None
        window.workspace.library_changed.connect(self._soon)

    @property
    def needed(self) -> bool:
        """Whether any label belongs to other signals."""
        return bool(self._realigning.mismatches())

    def show(self) -> None:
        """The dialog; the window stays usable beside it."""
        if self.dialog is None or not isValid(self.dialog):
            self.dialog = RealignDialog(self._realigning, self._window)
            self.dialog.finished.connect(self._on_finished)
        self.dialog.show()
        self.dialog.raise_()
        self._realigning.look()

    def _soon(self) -> None:
        """After the label store of the library has been read, too, which may take a while."""
        QTimer.singleShot(0, self._window, self._tell_once)

    def _tell_once(self) -> None:
        library, labelling = self._window.workspace.library, self._window.labelling
        if library is None or library is self._told:
            return
        if labelling.reading:
            QTimer.singleShot(WAIT_MS, self._window, self._tell_once)
        elif self._realigning.news:
            self._told = library
            self.show()

    def _on_finished(self) -> None:
        self._realigning.leave()
        if self.dialog is not None:
            self.dialog.deleteLater()
            self.dialog = None
