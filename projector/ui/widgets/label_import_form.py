"""Labels from another tool: which files, into which layer; what can't be taken is told before anything is."""

from pathlib import Path
from time import monotonic
from typing import Any

from PySide6.QtCore import QEventLoop, Qt
from PySide6.QtWidgets import (
    QAbstractItemView,
    QApplication,
    QCheckBox,
    QComboBox,
    QCompleter,
    QFileDialog,
    QFormLayout,
    QHBoxLayout,
    QHeaderView,
    QLabel,
    QLineEdit,
    QTableView,
    QVBoxLayout,
    QWidget,
)

from projector.annotations.layers import IMPORTED
from projector.domain.errors import InputError
from projector.library.labels import FORMATS, format_of
from projector.ui.widgets.import_form import with_buttons
from projector.ui.widgets.label_import_words import held_rows, labels, refused_rows, taken_told, told
from projector.ui.widgets.label_job_dialog import LabelJobDialog
from projector.ui.widgets.paths import joined, split
from projector.ui.widgets.refused_model import RefusedModel
from projector.workspace.labelling import Labelling
from projector.workspace.pipeline import Pipeline
from projector.workspace.workspace import Workspace

PAINTED_EVERY_S = 0.03
WIDE_AS_ROWS = 100  # of what isn't taken: a file may have 100,000 such rows


class LabelImportDialog(LabelJobDialog):
    """`result_told` is what was imported, in words, once it is; `layer_name` the layer it went into."""

    def __init__(
        self,
        workspace: Workspace,
        labelling: Labelling,
        pipeline: Pipeline,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__("Import labels", pipeline, parent)
        assert workspace.library is not None
        assert labelling.journal is not None
        self._library, self._labelling, self._author = workspace.library, labelling, labelling.author
        self.result_told = ""
        self._looked: dict[str, Any] | None = None
        self.files, self.layer = QLineEdit(), QLineEdit(self._author)
        self.formats, self.rides = QComboBox(), QComboBox()
        self.summary, self.hidden = QLabel(), QLabel()
        self.beneath, self.restore = QComboBox(), QCheckBox()
        self._side = QWidget()
        self._drawn = 0.0
        self.refused = RefusedModel(self)
        self.table = QTableView()
        self._build_form()
        self._build_below()
        self._on_changed()

    @property
    def layer_name(self) -> str:
        return self.layer.text().strip()

    def _build_form(self) -> None:
        self.files.setPlaceholderText("files, or folders of them")
        self.files.setMinimumWidth(420)
        self.formats.addItem("recognise by content", "")
        for form in FORMATS:
            self.formats.addItem(form.title, form.name)
        self.rides.addItem("as the files say", "")
        for ride in self._library.ids:
            self.rides.addItem(ride, ride)
        self.rides.setEditable(True)
        self.rides.setInsertPolicy(QComboBox.InsertPolicy.NoInsert)
        completer = self.rides.completer()
        assert completer is not None  # an editable box has one
        completer.setFilterMode(Qt.MatchFlag.MatchContains)
        completer.setCompletionMode(QCompleter.CompletionMode.PopupCompletion)
        self.rides.setToolTip("The ride of files that don't say which one they are about")
        self.layer.setToolTip("Whose labels they become; labels that name their author keep that name")
        rows = QFormLayout(self.form)
        rows.setContentsMargins(0, 0, 0, 0)
        buttons = (("files…", self._ask_files), ("folder…", self._ask_folder))
        for name, field in (
            ("Files", with_buttons(self.files, *buttons)),
            ("Format", self.formats),
            ("Into layer", self.layer),
            ("About ride", self.rides),
        ):
            rows.addRow(name, field)
        self.files.textChanged.connect(self._on_changed)
        self.layer.textChanged.connect(self._on_changed)
        self.formats.currentIndexChanged.connect(self._on_changed)
        self.rides.currentTextChanged.connect(self._on_changed)

    def _build_below(self) -> None:
        self.summary.setWordWrap(True)
        self.summary.setProperty("role", "strong")
        self.hidden.setWordWrap(True)
        for text, together in (
            ("together with the labels that are there", True),
            ("in their place", False),
        ):
            self.beneath.addItem(text, together)
        self.beneath.setAccessibleName("What is imported comes")
        side = QHBoxLayout(self._side)
        side.setContentsMargins(0, 0, 0, 0)
        side.addWidget(self.hidden, 1)
        side.addWidget(self.beneath)
        self.beneath.currentIndexChanged.connect(self.renew)
        self.restore.toggled.connect(self.renew)
        self.table.setModel(self.refused)
        self.table.setAccessibleName("What isn't taken")
        self.table.setSelectionMode(QAbstractItemView.SelectionMode.NoSelection)
        self.table.setShowGrid(False)
        self.table.setWordWrap(False)
        self.table.setMinimumHeight(170)
        self.table.verticalHeader().hide()
        self.table.verticalHeader().setDefaultSectionSize(22)
        self.table.horizontalHeader().setStretchLastSection(True)
        self.table.horizontalHeader().setHighlightSections(False)
        self.table.horizontalHeader().setResizeContentsPrecision(WIDE_AS_ROWS)
        self.table.horizontalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Interactive)
        column = QVBoxLayout(self.below)
        column.setContentsMargins(0, 0, 0, 0)
        for part in (self.summary, self._side, self.restore):
            column.addWidget(part)
        column.addWidget(self.table, 1)

    # --- what is asked ------------------------------------------------------------------------------

    def _ask_files(self) -> None:
        paths, _ = QFileDialog.getOpenFileNames(self, "Label files")
        if paths:
            self.files.setText(joined(paths))

    def _ask_folder(self) -> None:
        path = QFileDialog.getExistingDirectory(self, "A folder of label files")
        if path:
            self.files.setText(joined([path]))

    def _arguments(self) -> dict[str, Any]:
        paths = split(self.files.text())
        ride = self.rides.currentText() if self.rides.currentText() != self.rides.itemText(0) else ""
        if not paths:
            raise InputError("choose the files, or a folder of them")
        for path in paths:
            if not Path(path).exists():
                raise InputError("there is no such file", where=path)
        if not self.layer_name:
            raise InputError("name the layer that they go into")
        if self.layer_name == IMPORTED:
            raise InputError("the imported layer is the library's own and never changes: name another one")
        if ride and ride not in self._library.ids:
            raise InputError(f"there is no ride {ride} in this library")
        journal = self._labelling.journal
        assert journal is not None
        if journal.unsaved and not self._labelling.save():
            raise InputError("some edits are not saved yet, and these labels would be put beside them")
        return {
            "library": str(self._library.path),
            "store": str(journal.path),
            "paths": paths,
            "form": self.formats.currentData(),
            "author": self._author,
            "layer": self.layer_name,
            "ride": ride,
            "shown": self._labelling.layering.order,
        }

    # --- looking through, then taking -----------------------------------------------------------------

    def begin(self) -> None:
        """Look through the files; once that is done, take what can be taken."""
        arguments = self._arguments()
        if self._looked is None:
            self.run("preview_labels", arguments, self._on_looked)
        else:
            arguments |= {
                "form": self._looked["form"],
                "together": self.beneath.currentData(),
                "restore": self.restore.isChecked(),
            }
            self.run("take_labels", arguments, self._on_taken)

    def _on_changed(self) -> None:
        self._looked = None
        for part in (self.summary, self._side, self.restore, self.table):
            part.hide()
        self.say("")
        self.renew()

    def _on_looked(self, result: dict[str, Any]) -> None:
        self._looked = result
        self._ask_beneath(result["hidden"])
        held = held_rows(result["together"])
        self.restore.setText(f"bring back what was changed or deleted here: {labels(len(held))}")
        self.restore.setChecked(False)
        self.restore.setVisible(bool(held))
        left = refused_rows(result["together"])
        self.refused.show_rows([*left, *held])
        for column, least in ((0, 150), (1, 90)):
            self.table.resizeColumnToContents(column)
            self.table.setColumnWidth(column, min(max(self.table.columnWidth(column) + 8, least), 260))
        self.table.setVisible(bool(self.refused.rows))
        self.summary.show()
        self.renew()
        self.adjustSize()

    def _ask_beneath(self, hidden: dict[str, int]) -> None:
        """Where other labels would no longer be shown; one's own layer takes copies of them along."""
        rides, count = len(hidden), sum(hidden.values())
        self.hidden.setText(
            f"On {rides:,} ride{'s' * (rides != 1)} layer {self.layer_name} has nothing yet; {labels(count)} "
            f"{'are' if count != 1 else 'is'} shown there. The imported ones come"
        )
        own = self.layer_name == self._labelling.layer
        self.beneath.setCurrentIndex(self.beneath.findData(own))
        self._side.setVisible(bool(hidden))

    def _on_taken(self, result: dict[str, Any]) -> None:
        restored = self.restore.isChecked()
        self.result_told = taken_told(result["files"], self.layer_name, restored=restored)
        self._labelling.come_to(self.layer_name)
        self.setEnabled(False)  # they are in: nothing is left to be chosen or stopped
        self._labelling.poll()
        while self._labelling.reading:
            self._go_on_painting()
            self._labelling.poll()
        self._go_on_painting()  # the views have their turn before the dialog goes
        self.accept()

    def _go_on_painting(self) -> None:
        """Thousands of labels take a moment to be shown: they are read a few at a time."""
        if monotonic() - self._drawn > PAINTED_EVERY_S:
            self.job_bar.show_job("showing the labels", None, can_stop=False)
            QApplication.processEvents(QEventLoop.ProcessEventsFlag.ExcludeUserInputEvents)
            self._drawn = monotonic()

    @property
    def _files(self) -> list[dict[str, Any]]:
        """What was found in the files, taken as it is to be."""
        assert self._looked is not None
        files: list[dict[str, Any]] = self._looked["together" if self.beneath.currentData() else "alone"]
        return files

    def renew(self) -> None:
        if self._looked is None:
            self.go.setText("Look through the files")
            self.go.setEnabled(bool(self.files.text().strip()))
            return
        files, rows = self._files, refused_rows(self._files)
        self.summary.setText(f"{format_of(self._looked['form']).title}: {told(files)}")
        new = sum(one["new"] for one in files) + (len(held_rows(files)) if self.restore.isChecked() else 0)
        rest = "Import the rest: " if rows else "Import "
        self.go.setText(f"{rest}{labels(new)}" if new else "Nothing new to import")
        self.go.setEnabled(new > 0)
