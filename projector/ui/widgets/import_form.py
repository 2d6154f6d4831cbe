"""What to import, how it is described, and into which file."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from PySide6.QtWidgets import (
    QComboBox,
    QFileDialog,
    QFormLayout,
    QHBoxLayout,
    QLineEdit,
    QPushButton,
    QWidget,
)

from projector.domain.errors import InputError
from projector.library.readers import shipped_names
from projector.ui.widgets.paths import joined, split

_OWN = "own description…"


class ImportForm(QWidget):
    """Sources, description, output and what to do when the output is there already."""

    def __init__(self, sources: Sequence[Path] = (), parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.sources = QLineEdit(joined(sources))
        self.sources.setPlaceholderText("files or one folder")
        self.sources.setMinimumWidth(380)
        self.description = QComboBox()
        self.description.addItem("recognise by the columns' names", None)
        for name in shipped_names():
            self.description.addItem(name, name)
        self.description.addItem(_OWN, _OWN)
        self.own = QLineEdit()
        self.own.setPlaceholderText("an import description, .toml")
        self.output = QLineEdit()
        self.output.setPlaceholderText("the library to make, .h5")
        self.existing = QComboBox()
        for text, value in (
            ("stop", ""),
            ("add to it, old numbers stay", "into"),
            ("replace it, its labels stay", "replace"),
        ):
            self.existing.addItem(text, value)
        layout = QFormLayout(self)
        layout.addRow(
            "Recordings", with_buttons(self.sources, ("files…", self._files), ("folder…", self._folder))
        )
        layout.addRow("Described as", self.description)
        self._own_row = with_buttons(self.own, ("choose…", self._own))
        layout.addRow("", self._own_row)
        layout.addRow("Library", with_buttons(self.output, ("choose…", self._output)))
        layout.addRow("If it is there", self.existing)
        self.description.currentIndexChanged.connect(self._show_own)
        self._show_own()
        self._suggested = ""
        self.sources.textChanged.connect(self._suggest)
        self._suggest()

    def _suggest(self) -> None:
        """A library beside the recordings and named after them, until somebody names another."""
        if self.output.text() != self._suggested:
            return
        paths = [Path(part) for part in split(self.sources.text())]
        self._suggested = ""
        if paths and paths[0].exists():
            alone = len(paths) == 1
            named = paths[0] if alone else paths[0].parent
            name = named.name if named.is_dir() else named.stem
            self._suggested = str(paths[0].parent / f"{name or 'rides'}.h5")
        self.output.setText(self._suggested)

    def value(self) -> dict[str, Any]:
        """Arguments of the import task. Raises InputError for what is missing."""
        sources = split(self.sources.text())
        if not sources:
            raise InputError("choose the recordings to import: files or a folder")
        if not self.output.text().strip():
            raise InputError("choose where the library is to be")
        description = self.description.currentData()
        if description == _OWN:
            description = self.own.text().strip()
            if not description:
                raise InputError("choose your import description, a .toml file")
        return {
            "sources": sources,
            "output": self.output.text().strip(),
            "description": description,
            "replace": self.existing.currentData() == "replace",
            "into": self.existing.currentData() == "into",
        }

    def _show_own(self) -> None:
        self._own_row.setVisible(self.description.currentData() == _OWN)

    def _files(self) -> None:
        paths, _ = QFileDialog.getOpenFileNames(self, "Recordings")
        if paths:
            self.sources.setText(joined(paths))

    def _folder(self) -> None:
        path = QFileDialog.getExistingDirectory(self, "A folder of recordings")
        if path:
            self.sources.setText(joined([path]))

    def _own(self) -> None:
        path, _ = QFileDialog.getOpenFileName(self, "An import description", "", "TOML (*.toml)")
        if path:
            self.own.setText(path)

    def _output(self) -> None:
        path, _ = QFileDialog.getSaveFileName(
            self,
            "The library",
            "rides.h5",
            "Projector library (*.h5)",
            options=QFileDialog.Option.DontConfirmOverwrite,
        )
        if path:
            self.output.setText(path)


def with_buttons(line: QLineEdit, *buttons: tuple[str, Any]) -> QWidget:
    box = QWidget()
    row = QHBoxLayout(box)
    row.setContentsMargins(0, 0, 0, 0)
    row.addWidget(line, 1)
    for text, call in buttons:
        button = QPushButton(text)
        button.clicked.connect(call)
        row.addWidget(button)
    return box
