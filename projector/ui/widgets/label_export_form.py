"""Labels for another tool: in which format, whose, of which rides, where to; and what it can't keep."""

from pathlib import Path
from typing import Any

from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QFileDialog,
    QFormLayout,
    QLabel,
    QLineEdit,
    QPlainTextEdit,
    QVBoxLayout,
    QWidget,
)

from projector.domain.errors import InputError
from projector.library.labels import FORMATS, format_of
from projector.library.labels.exporting import file_name
from projector.library.labels.nouns import Format
from projector.ui.widgets.import_form import with_buttons
from projector.ui.widgets.label_job_dialog import LabelJobDialog
from projector.workspace.labelling import Labelling
from projector.workspace.pipeline import Pipeline
from projector.workspace.workspace import Workspace

SHOWN = 50  # remarks that are listed


class LabelExportDialog(LabelJobDialog):
    """Stays open after an export: its report is worth reading."""

    def __init__(
        self, workspace: Workspace, labelling: Labelling, pipeline: Pipeline, parent: QWidget | None = None
    ) -> None:
        super().__init__("Export labels", pipeline, parent)
        assert workspace.library is not None
        assert labelling.journal is not None
        self._library, self._store = workspace.library, labelling.journal.path
        self._ride = None if workspace.ride is None else workspace.library.id_of(workspace.ride)
        self.formats, self.layers, self.rides = QComboBox(), QComboBox(), QComboBox()
        self.output, self.replace = QLineEdit(), QCheckBox("write over files that are there")
        self.hint, self.report = QLabel(), QPlainTextEdit()
        self._build(labelling)
        if labelling.unsaved:
            self.say("What isn't saved yet will not be in it.")
        self._on_changed()

    def _build(self, labelling: Labelling) -> None:
        for form in FORMATS:
            if form.write is not None:
                self.formats.addItem(form.title, form.name)
        order = labelling.layering.order
        self.layers.addItem(f"as shown: {', else '.join(order)}", list(order))
        for layer in labelling.layers():
            if layer.name == labelling.author or not labelling.layering.blind:
                self.layers.addItem(f"only {layer.name}", [layer.name])
        self.rides.addItem(f"all {len(self._library.ids):,}", [])
        if self._ride is not None:
            self.rides.addItem(f"only {self._ride}, which is shown", [self._ride])
        self.output.setMinimumWidth(420)
        self.hint.setProperty("role", "muted")
        self.hint.setWordWrap(True)
        self.report.setReadOnly(True)
        self.report.setMinimumHeight(150)
        self.report.hide()
        self.go.setText("Export")
        rows = QFormLayout(self.form)
        rows.setContentsMargins(0, 0, 0, 0)
        for name, field in (
            ("Format", self.formats),
            ("Whose labels", self.layers),
            ("Rides", self.rides),
            ("Into", with_buttons(self.output, ("choose…", self._ask_where))),
            ("", self.hint),
            ("", self.replace),
        ):
            rows.addRow(name, field)
        column = QVBoxLayout(self.below)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.report)
        for box in (self.formats, self.layers, self.rides):
            box.currentIndexChanged.connect(self._on_changed)
        self.output.textChanged.connect(self._on_output)

    # --- what is asked ------------------------------------------------------------------------------

    @property
    def _form(self) -> Format:
        return format_of(self.formats.currentData())

    @property
    def _one_file(self) -> bool:
        return self._form.many or bool(self.rides.currentData())

    def _on_changed(self) -> None:
        form, what = self._form, "one file" if self._one_file else "a folder, with one file a ride"
        dated = "; rides of unknown date are left out" if form.dated else ""
        self.hint.setText(
            f"{what}, ending in {form.suffix}{dated}; beside each a .projector.json says the rest"
        )
        self.output.setPlaceholderText("a file" if self._one_file else "a folder")
        self._on_output()

    def _on_output(self) -> None:
        self.report.hide()
        self.go.setEnabled(bool(self.output.text().strip()))

    def _ask_where(self) -> None:
        if not self._one_file:
            path = QFileDialog.getExistingDirectory(self, "A folder for the label files")
        else:
            name = file_name(self._ride or "") if self.rides.currentData() else "labels"
            path, _ = QFileDialog.getSaveFileName(
                self,
                "Where to",
                f"{name}{self._form.suffix}",
                f"{self._form.title} (*{self._form.suffix})",
                options=QFileDialog.Option.DontConfirmOverwrite,
            )
        if path:
            self.output.setText(path)

    def begin(self) -> None:
        """Write them."""
        self.report.hide()
        output = Path(self.output.text().strip())
        if self._one_file and output.is_dir():
            raise InputError("this is a folder: name a file in it", where=str(output))
        if self._one_file and not output.suffix:
            output = output.with_name(output.name + self._form.suffix)
            self.output.setText(str(output))
        arguments = {
            "library": str(self._library.path),
            "store": str(self._store),
            "output": str(output),
            "form": self._form.name,
            "layers": self.layers.currentData(),
            "rides": self.rides.currentData(),
            "replace_files": self.replace.isChecked(),
        }
        self.run("write_labels", arguments, self._on_written)

    def renew(self) -> None:
        self.go.setEnabled(bool(self.output.text().strip()))

    def _on_written(self, result: dict[str, Any]) -> None:
        self.report.setPlainText(report_text(result))
        self.report.show()
        self.adjustSize()


def report_text(result: dict[str, Any]) -> str:
    """What was written, and what the format could not keep as it was."""
    files = result["files"]
    count, labels = len(files), sum(one["labels"] for one in files)
    lines = [f"{labels:,} labels written to {count:,} file{'s' * (count != 1)}."]
    lines += result["remarks"][:SHOWN] or ["Nothing was lost: read back, they say the same."]
    if len(result["remarks"]) > SHOWN:
        lines.append(
            f"and {len(result['remarks']) - SHOWN:,} more remarks: each is in its file's .projector.json"
        )
    lines += [f"ride {one['ride']} is left out: {one['reason']}" for one in result["left_out"]]
    if result["unlabelled"]:
        lines.append(f"{result['unlabelled']:,} rides have no labels.")
    if result["astray"]:
        lines.append(f"{result['astray']:,} labels belong to other signals than this library has: left out.")
    return "\n".join(lines)
