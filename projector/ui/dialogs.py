"""The questions the window asks: a library, what to import, a window rule; and how it shows an error."""

from collections.abc import Sequence
from dataclasses import dataclass, field
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
from projector.workspace.label_session import RESERVED


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


@dataclass(frozen=True)
class Editor:
    """Who edits labels."""

    name: str = field(
        default="", metadata={"label": "your name", "help": "every edit of a label is kept under it"}
    )

    def __post_init__(self) -> None:
        if self.name.strip() in RESERVED:
            raise InputError(f"{self.name.strip()} is the name of a layer", remedy="take your own name")
        if len(self.name) > 60 or not self.name.isprintable():
            raise InputError("this is no name: too long, or with characters that cannot be shown")


def ask_for_author(parent: QWidget) -> str:
    """The name that edits are kept under, "" when cancelled."""
    form = DataclassForm(Editor())
    answer: Editor | None = FormDialog("Who is labelling?", form, "Begin", parent).ask(form.value)
    return answer.name.strip() if answer else ""


def ask_yes(parent: QWidget, what: str, question: str) -> bool:
    """A question that is answered No unless somebody means Yes."""
    box = QMessageBox(QMessageBox.Icon.Question, "Projector", what, parent=parent)
    box.setTextFormat(Qt.TextFormat.PlainText)
    box.setInformativeText(question)
    box.setStandardButtons(QMessageBox.StandardButton.Yes | QMessageBox.StandardButton.No)
    box.setDefaultButton(QMessageBox.StandardButton.No)
    answer = box.exec()
    box.deleteLater()
    return answer == QMessageBox.StandardButton.Yes


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


def choose(parent: QWidget, what: str, more: str, answers: Sequence[str]) -> int | None:
    """One of some answers, the first by Enter; None when cancelled."""
    box = QMessageBox(QMessageBox.Icon.Question, "Projector", what, parent=parent)
    box.setTextFormat(Qt.TextFormat.PlainText)
    box.setInformativeText(more)
    buttons = [box.addButton(text, QMessageBox.ButtonRole.AcceptRole) for text in answers]
    box.addButton(QMessageBox.StandardButton.Cancel)
    box.setDefaultButton(buttons[0])
    box.exec()
    clicked = box.clickedButton()
    box.deleteLater()
    return buttons.index(clicked) if clicked in buttons else None


def confirm(parent: QWidget, question: str, consequence: str, accept: str) -> bool:
    """Whether somebody wants what can't be undone; Cancel is what Enter does."""
    box = QMessageBox(QMessageBox.Icon.Question, "Projector", question, parent=parent)
    box.setInformativeText(consequence)
    yes = box.addButton(accept, QMessageBox.ButtonRole.DestructiveRole)
    box.setDefaultButton(box.addButton(QMessageBox.StandardButton.Cancel))
    box.exec()
    chosen = box.clickedButton() is yes
    box.deleteLater()
    return chosen


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
