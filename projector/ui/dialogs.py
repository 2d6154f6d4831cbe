"""The questions the window asks: a library, what to import, a window rule; and how it shows an error."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QFileDialog,
    QLabel,
    QMessageBox,
    QPlainTextEdit,
    QVBoxLayout,
    QWidget,
)

from projector.domain.errors import InputError, ProjectorError
from projector.domain.nouns import WindowRule
from projector.ui.widgets.form import DataclassForm


def ask_for_library(parent: QWidget) -> Path | None:
    """A library's path, None when cancelled."""
    path, _ = QFileDialog.getOpenFileName(parent, "Open a library", "", "Projector library (*.h5 *.hdf5)")
    return Path(path) if path else None


def ask_for_import(parent: QWidget, sources: Sequence[Path] = ()) -> dict[str, Any] | None:
    """The import task's arguments, None when cancelled."""
    from projector.ui.widgets.import_form import ImportForm  # knows all readers: not before it is needed

    form = ImportForm(sources)
    dialog = FormDialog("Import recordings", form, "Import", parent)
    return dialog.ask(form.value)


def ask_for_rule(parent: QWidget, rule: WindowRule) -> WindowRule | None:
    """Another window rule, None when cancelled."""
    form = DataclassForm(rule)
    dialog = FormDialog("Window rule", form, "Cut the rides", parent)
    answer: WindowRule | None = dialog.ask(form.value)
    return answer


class FormDialog(QDialog):
    """A form, OK and Cancel; what is wrong with the form is said in the dialog, which stays open."""

    def __init__(self, title: str, form: QWidget, accept: str, parent: QWidget) -> None:
        super().__init__(parent)
        self.setWindowTitle(title)
        self._error = QLabel()
        self._error.setProperty("role", "error")
        self._error.setWordWrap(True)
        self._error.hide()
        buttons = QDialogButtonBox(
            QDialogButtonBox.StandardButton.Ok | QDialogButtonBox.StandardButton.Cancel
        )
        buttons.button(QDialogButtonBox.StandardButton.Ok).setText(accept)
        buttons.accepted.connect(self._on_accepted)
        buttons.rejected.connect(self.reject)
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 16, 16, 12)
        column.setSpacing(12)
        for part in (form, self._error, buttons):
            column.addWidget(part)
        self._read: Any = None
        self._answer: Any = None

    def ask(self, read: Any) -> Any:
        """What read() returns once it is accepted, None when cancelled."""
        self._read = read
        run(self)
        return self._answer

    def _on_accepted(self) -> None:
        try:
            self._answer = self._read()
        except InputError as error:
            self._error.setText(str(error))
            self._error.show()
            return
        self.accept()


def run(dialog: QDialog) -> None:
    """Run a dialog to its end and let it go."""
    dialog.exec()
    dialog.deleteLater()


def show_error(parent: QWidget, error: ProjectorError) -> None:
    """What, where, what to do."""
    box = QMessageBox(QMessageBox.Icon.Warning, "Projector", error.what, parent=parent)
    box.setTextFormat(Qt.TextFormat.PlainText)
    box.setInformativeText("\n\n".join(part for part in (error.where, error.remedy) if part))
    if getattr(error, "details", ""):
        box.setDetailedText(error.details)  # type: ignore[attr-defined]
    run(box)


def show_text(parent: QWidget, title: str, text: str) -> None:
    """A text that can be read at leisure and copied."""
    dialog = QDialog(parent)
    dialog.setWindowTitle(title)
    body = QPlainTextEdit(text)
    body.setReadOnly(True)
    buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
    buttons.rejected.connect(dialog.reject)
    column = QVBoxLayout(dialog)
    column.addWidget(body)
    column.addWidget(buttons)
    dialog.resize(640, min(160 + 16 * text.count("\n"), 520))
    run(dialog)
