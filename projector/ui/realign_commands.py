"""Labels that don't belong to the rides as they are: told once a library is open, and offered to be moved."""

from typing import TYPE_CHECKING

from PySide6.QtCore import QTimer
from shiboken6 import isValid

from projector.ui.widgets.realign_dialog import RealignDialog
from projector.workspace.realigning import Realigning

if TYPE_CHECKING:
    from projector.ui.main_window import MainWindow


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
        """After the label store of the library has been read, too."""
        QTimer.singleShot(0, self._window, self._tell_once)

    def _tell_once(self) -> None:
        library = self._window.workspace.library
        if library is not None and library is not self._told and self.needed:
            self._told = library
            self.show()

    def _on_finished(self) -> None:
        if self.dialog is not None:
            self.dialog.deleteLater()
            self.dialog = None
