"""Labels from another tool: which files, into which layer; what can't be taken is told before anything is."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, Qt
from PySide6.QtWidgets import (
    QAbstractItemView,
    QComboBox,
    QCompleter,
    QFileDialog,
    QFormLayout,
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
from projector.ui.widgets.choosing import Index
from projector.ui.widgets.import_form import with_buttons
from projector.ui.widgets.label_job_dialog import LabelJobDialog
from projector.workspace.labelling import Labelling
from projector.workspace.pipeline import Pipeline
from projector.workspace.workspace import Workspace

HEADS = ("File", "Where", "Why it can't be taken")


class RefusedModel(QAbstractTableModel):
    """(file, place, reason) of what is not taken, all of it."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.rows: list[tuple[str, str, str]] = []

    def show_rows(self, rows: list[tuple[str, str, str]]) -> None:
        self.beginResetModel()
        self.rows = rows
        self.endResetModel()

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else len(self.rows)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else len(HEADS)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.ToolTipRole) and index.isValid():
            return self.rows[index.row()][index.column()]
        return None

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> object:
        if orientation == Qt.Orientation.Horizontal and role == Qt.ItemDataRole.DisplayRole:
            return HEADS[section]
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        return None


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
        self._library, self._store, self._author = workspace.library, labelling.journal.path, labelling.author
        self.result_told = ""
        self._looked: dict[str, Any] | None = None
        self.files, self.layer = QLineEdit(), QLineEdit(self._author)
        self.formats, self.rides = QComboBox(), QComboBox()
        self.summary = QLabel()
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
        self.table.setModel(self.refused)
        self.table.setAccessibleName("What can't be taken")
        self.table.setSelectionMode(QAbstractItemView.SelectionMode.NoSelection)
        self.table.setShowGrid(False)
        self.table.setWordWrap(False)
        self.table.setMinimumHeight(170)
        self.table.verticalHeader().hide()
        self.table.verticalHeader().setDefaultSectionSize(22)
        self.table.horizontalHeader().setStretchLastSection(True)
        self.table.horizontalHeader().setHighlightSections(False)
        self.table.horizontalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Interactive)
        column = QVBoxLayout(self.below)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.summary)
        column.addWidget(self.table, 1)

    # --- what is asked ------------------------------------------------------------------------------

    def _ask_files(self) -> None:
        paths, _ = QFileDialog.getOpenFileNames(self, "Label files")
        if paths:
            self.files.setText("; ".join(paths))

    def _ask_folder(self) -> None:
        path = QFileDialog.getExistingDirectory(self, "A folder of label files")
        if path:
            self.files.setText(path)

    def _arguments(self) -> dict[str, Any]:
        paths = [part.strip() for part in self.files.text().split(";") if part.strip()]
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
        return {
            "library": str(self._library.path),
            "paths": paths,
            "form": self.formats.currentData(),
            "author": self._author,
            "layer": self.layer_name,
            "ride": ride,
        }

    # --- looking through, then taking -----------------------------------------------------------------

    def begin(self) -> None:
        """Look through the files; once that is done, take what can be taken."""
        arguments = self._arguments()
        if self._looked is None:
            self.run("preview_labels", arguments, self._on_looked)
        else:
            arguments |= {"form": self._looked["form"], "store": str(self._store)}
            self.run("take_labels", arguments, self._on_taken)

    def _on_changed(self) -> None:
        self._looked = None
        self.summary.hide()
        self.table.hide()
        self.say("")
        self.renew()

    def _on_looked(self, result: dict[str, Any]) -> None:
        self._looked = result
        rows = refused_rows(result["files"])
        self.refused.show_rows(rows)
        for column, least in ((0, 150), (1, 90)):
            self.table.resizeColumnToContents(column)
            self.table.setColumnWidth(column, min(max(self.table.columnWidth(column) + 8, least), 260))
        self.table.setVisible(bool(rows))
        title = format_of(result["form"]).title
        self.summary.setText(f"{title}: {told(result['files'], len(rows))}")
        self.summary.show()
        self.renew()
        self.adjustSize()

    def _on_taken(self, result: dict[str, Any]) -> None:
        files = result["files"]
        new, taken = (sum(one[name] for one in files) for name in ("new", "taken"))
        known = f", {taken - new:,} were there already" if taken > new else ""
        left = len(refused_rows(files))
        refused = f", {left:,} {'rows were' if left != 1 else 'row was'} left out" if left else ""
        self.result_told = f"{_labels(new)} imported into layer {self.layer_name}{known}{refused}"
        self.accept()

    def renew(self) -> None:
        if self._looked is None:
            self.go.setText("Look through the files")
            self.go.setEnabled(bool(self.files.text().strip()))
            return
        taken, rows = sum(one["taken"] for one in self._looked["files"]), self.refused.rows
        self.go.setText(
            f"Import the rest: {_labels(taken)}" if rows and taken else f"Import {_labels(taken)}"
        )
        self.go.setEnabled(taken > 0)


def told(files: Sequence[dict[str, Any]], refused: int) -> str:
    """'37 labels on 4 rides can be taken, 3 can't'."""
    taken, rides = (sum(one[name] for one in files) for name in ("taken", "rides"))
    if not taken and not refused:
        return "there is no label in it"
    first = (
        f"{_labels(taken)} on {rides:,} ride{'s' * (rides != 1)} can be taken"
        if taken
        else "none can be taken"
    )
    return f"{first}, {refused:,} can't:" if refused else f"{first}, all there are"


def refused_rows(files: Sequence[dict[str, Any]]) -> list[tuple[str, str, str]]:
    """(file, place, reason) of everything that isn't taken."""
    found = []
    for one in files:
        name = Path(one["path"]).name
        if one["error"]:
            found.append((name, "the whole file", str(one["error"])))
        found += [(name, row["place"], row["reason"]) for row in one["refused"]]
    return found


def _labels(count: int) -> str:
    return f"{count:,} label{'s' * (count != 1)}"
