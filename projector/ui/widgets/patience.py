"""Work of the window's own process: after a moment it says how far it is, and can be stopped.

Most long work runs in the worker. What only the workspace can do, such as making the edits of a gesture on
100,000 annotations, tells this how far it is.
"""

from time import monotonic
from types import TracebackType

from PySide6.QtCore import QEventLoop, Qt
from PySide6.QtWidgets import QApplication, QProgressDialog, QWidget

from projector.domain.progress import Cancelled

SHOWN_AFTER_S = 0.4
_STEP_S = 0.05
_WHOLE = 1000


class Patience:
    """Used in a `with`, and called as a `Progress`. Being cancelled ends the block; `cancelled` says so."""

    def __init__(self, parent: QWidget, what: str) -> None:
        self._parent, self._what = parent, what
        self.dialog: QProgressDialog | None = None
        self.cancelled = self._told_last = False

    def __enter__(self) -> "Patience":
        self._began = self._last = monotonic()
        return self

    def __call__(self, done: float, total: float, what: str = "") -> None:
        """Raises Cancelled. Equal `done` and `total` say that what follows cannot be stopped."""
        now, last = monotonic(), done >= total
        early = now - self._began < SHOWN_AFTER_S
        if now - self._last < _STEP_S and (early or last == self._told_last):
            return
        self._last, self._told_last = now, last
        if early:  # what is typed now comes when this is over
            QApplication.processEvents(QEventLoop.ProcessEventsFlag.ExcludeUserInputEvents)
            return
        dialog = self.dialog = self.dialog or self._made()
        dialog.setLabelText(f"{what or self._what}\n{int(done):,} of {int(total):,}")
        if last:
            dialog.setCancelButton(None)
        dialog.setValue(int(_WHOLE * done / total) if total else 0)
        QApplication.processEvents()
        if dialog.wasCanceled() and not last:
            raise Cancelled

    def __exit__(self, kind: type[BaseException] | None, _: object, __: TracebackType | None) -> bool:
        if self.dialog is not None:
            self.dialog.close()
            self.dialog.deleteLater()
        self.cancelled = kind is Cancelled
        return self.cancelled

    def _made(self) -> QProgressDialog:
        dialog = QProgressDialog(self._what, "Cancel", 0, _WHOLE, self._parent)
        dialog.setWindowTitle("Projector")
        dialog.setWindowModality(Qt.WindowModality.WindowModal)
        dialog.setAutoClose(False)
        dialog.setAutoReset(False)
        dialog.setMinimumDuration(0)
        dialog.setMinimumWidth(360)
        return dialog
