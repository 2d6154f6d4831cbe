"""What is done to many moments at once: look-alikes found, gone through, labelled; a selection relabelled."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QDialog
from shiboken6 import isValid

from projector.domain.errors import ProjectorError
from projector.ui.hints import with_keys
from projector.ui.reading_time import REFUSAL_MS
from projector.ui.telling import tell
from projector.ui.views.similar_view import SimilarView
from projector.ui.widgets.patience import Patience
from projector.ui.widgets.relabel_dialog import RelabelDialog
from projector.workspace.behind import behind
from projector.workspace.labelling import Labelling
from projector.workspace.similar import Similar

if TYPE_CHECKING:
    from projector.ui.main_window import MainWindow

PAUSE_MS = 600  # who goes through the queue faster isn't shown look-alikes on the way


class SimilarCommands:
    """Intents on look-alikes and on the selection; the look-alikes of what the review queue shows."""

    def __init__(self, window: "MainWindow", similar: Similar, labelling: Labelling) -> None:
        self._window, self._similar, self._labelling = window, similar, labelling
        view = window.views["similar"]
        assert isinstance(view, SimilarView)
        self.pause = QTimer(window, singleShot=True, interval=PAUSE_MS)
        self.pause.timeout.connect(view.follow)
        window.review_queue.shown.connect(self._on_shown)

    def find(self) -> None:
        """Look for more like the current event, else the selected window; the panel comes up."""
        dock = self._window.docks["similar"]
        dock.show()
        dock.raise_()
        if not self._similar.find():
            self._refuse("choose an annotation or a window first: click it")

    def step(self, direction: int) -> None:
        """Open the next look-alike or the one before; without any, look for them."""
        if not self._similar.found:
            self.find()
        elif not self._similar.step(direction):
            self._refuse(f"no {'further' if direction > 0 else 'earlier'} look-alike was found")

    def relabel_selected(self) -> None:
        """Another label for the annotations behind the selected windows, after a look at the list."""
        workspace = self._window.workspace
        selected = behind(workspace, workspace.selection.ids)
        if not len(selected.rows):
            self._refuse(f"no annotation stands behind the {selected.windows:,} windows that are selected")
            return
        classes = self._labelling.vocabulary.classes
        dialog = RelabelDialog(workspace, selected, classes, self._window.theme, self._window)
        if dialog.exec() == QDialog.DialogCode.Accepted:
            try:
                self._relabel(dialog.rows, dialog.label)
            except ProjectorError as error:
                self._window.commands.show_error(error)
        dialog.deleteLater()

    def _on_shown(self) -> None:
        if isValid(self._window):
            self.pause.start()

    def _relabel(self, rows: Sequence[int], label: str) -> None:
        with Patience(self._window, "relabelling") as progress:
            if self._labelling.relabel_many(rows, label, progress):
                done = f"{len(rows):,} annotations are {label} now"
                tell(self._window, with_keys(f"{done} · {{undo}} takes it back"))
        if progress.cancelled:
            tell(self._window, "stopped: no label was changed")

    def _refuse(self, why: str) -> None:
        tell(self._window, why, REFUSAL_MS)
