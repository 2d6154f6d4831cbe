"""A dialog that has a job done by the worker: a form, how far it is, Cancel, what is wrong, buttons."""

from collections.abc import Callable, Mapping
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtGui import QCloseEvent
from PySide6.QtWidgets import QDialog, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from projector.domain.errors import InputError, ProjectorError
from projector.ui.widgets.job_bar import JobBar
from projector.workspace.pipeline import Pipeline

KIND = "label_files"


class LabelJobDialog(QDialog):
    """`run` starts a job; while it runs the form sleeps, and closing the dialog cancels it."""

    def __init__(self, title: str, pipeline: Pipeline, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(title)
        self._pipeline = pipeline
        self.form, self.below = QWidget(), QWidget()
        self.error, self.job_bar = QLabel(), JobBar()
        self.error.setProperty("role", "error")
        self.error.setWordWrap(True)
        self.error.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.error.hide()
        self.go, self.leave = QPushButton(), QPushButton("Close")
        self.go.setDefault(True)
        self.leave.setAutoDefault(False)
        foot = QHBoxLayout()
        foot.addWidget(self.job_bar, 1)
        foot.addStretch(1)
        foot.addWidget(self.leave)
        foot.addWidget(self.go)
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 16, 16, 12)
        column.setSpacing(10)
        column.addWidget(self.form)
        column.addWidget(self.below, 1)
        column.addWidget(self.error)
        column.addLayout(foot)
        self.go.clicked.connect(self._on_go)
        self.leave.clicked.connect(self.reject)
        self.job_bar.cancelled.connect(lambda: pipeline.cancel(KIND))
        pipeline.stage_changed.connect(self._on_stage)

    def begin(self) -> None:
        """What the default button does. Raises InputError for what is missing."""
        raise NotImplementedError

    def run(self, task: str, arguments: Mapping[str, Any], use: Callable[[dict[str, Any]], None]) -> None:
        """Have a task done; what it gives goes to `use`, what is wrong is said here."""
        self.say("")
        self._pipeline.run(KIND, task, arguments, use, self._on_failed)
        self._on_stage()

    def say(self, text: str) -> None:
        """What is wrong; "" for nothing."""
        self.error.setText(text)
        self.error.setVisible(bool(text))

    def done(self, result: int) -> None:
        """Closing stops what runs."""
        self._pipeline.stage_changed.disconnect(self._on_stage)
        self._pipeline.cancel(KIND)
        super().done(result)

    def closeEvent(self, event: QCloseEvent) -> None:
        self.reject()

    # --- inside -------------------------------------------------------------------------------------

    def _on_go(self) -> None:
        try:
            self.begin()
        except InputError as error:
            self.say(_said(error))

    def _on_failed(self, error: ProjectorError) -> None:
        self.say(_said(error))

    def _on_stage(self) -> None:
        working = self._pipeline.working(KIND)
        for part in (self.form, self.below, self.go):
            part.setEnabled(not working)
        stage = self._pipeline.stage
        if working and stage is not None:
            self.job_bar.show_job(stage.what, stage.fraction)
        else:
            self.job_bar.hide()
            self.renew()

    def renew(self) -> None:
        """Nothing runs: bring the buttons up to what can be done now."""


def _said(error: ProjectorError) -> str:
    return "\n".join(part for part in (error.where, error.what, error.remedy) if part)
