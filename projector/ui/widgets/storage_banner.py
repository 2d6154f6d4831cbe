"""A line above the panels where labels are not safe beside the library, or can't be saved there at all."""

import os
from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QSizePolicy, QToolBar, QToolButton, QWidget

from projector.library.label_store import store_path
from projector.library.mounts import network_type
from projector.ui.widgets.panel_dock import ElidedLabel
from projector.workspace.workspace import Workspace

NETWORK = (
    "One writer is safe here, on a network drive ({kind}): if several label at once, each needs a copy of "
    "their own, merged later."
)
READ_ONLY = "Nothing can be written here: edits last until you close, unless saved elsewhere."


class StorageBanner(QToolBar):
    """Hidden where all is well. Somebody wants to work on a copy, or to save all labels elsewhere."""

    copy_wanted, elsewhere_wanted = Signal(), Signal()

    def __init__(self, workspace: Workspace, parent: QWidget | None = None) -> None:
        super().__init__("Where the labels are", parent)
        self.setObjectName("storage_banner")
        self.setMovable(False)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.PreventContextMenu)
        self._workspace = workspace
        self._wanted = False
        self.text = ElidedLabel()
        self.elsewhere, self.copy = QPushButton("Save labels elsewhere…"), QPushButton("Work on a copy…")
        self.hide_it = QToolButton()
        self.hide_it.setText("hide")
        self.hide_it.setProperty("flat", True)
        body = QWidget()
        body.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        row = QHBoxLayout(body)
        row.setContentsMargins(4, 0, 4, 0)
        row.setSpacing(10)
        row.addWidget(self.text, 1)
        row.addWidget(self.elsewhere)
        row.addWidget(self.copy)
        row.addWidget(self.hide_it)
        self.addWidget(body)
        self.elsewhere.clicked.connect(self.elsewhere_wanted)
        self.copy.clicked.connect(self.copy_wanted)
        self.hide_it.clicked.connect(self.dismiss)
        workspace.library_changed.connect(self._on_library_changed)
        self._on_library_changed()

    def dismiss(self) -> None:
        """Read and understood, until another library is opened."""
        self._wanted = False
        self.renew()

    def renew(self) -> None:
        """Shown while it has something to say, whatever a remembered arrangement of bars says."""
        self.setVisible(self._wanted)

    def _on_library_changed(self) -> None:
        library = self._workspace.library
        text = "" if library is None else trouble_at(library.path)
        self.text.set_whole_text(text)
        self.elsewhere.setVisible(text == READ_ONLY)
        self._wanted = bool(text)
        self.renew()


def trouble_at(library: Path) -> str:
    """What is to be known before the first label is edited here; "" for nothing."""
    store = store_path(library)
    if not os.access(store if store.exists() else store.parent, os.W_OK):
        return READ_ONLY
    kind = network_type(library)
    return NETWORK.format(kind=kind) if kind else ""
