"""Labels from and to other tools, and copies, as the File menu offers them; the worker does the work."""

from pathlib import Path
from typing import TYPE_CHECKING

from projector.ui import dialogs, saving
from projector.ui.reading_time import REFUSAL_MS
from projector.ui.telling import tell

if TYPE_CHECKING:
    from projector.ui.main_window import MainWindow


def import_labels(window: "MainWindow") -> None:
    """Ask what to import, show what came of it: the layer that it went into."""
    from projector.ui.widgets.label_import_form import LabelImportDialog  # knows all formats: when needed

    labelling = window.labelling
    if window.workspace.library is None or not labelling.named():
        return
    dialog = LabelImportDialog(window.workspace, labelling, window.pipeline, window)
    dialogs.run(dialog)
    if dialog.result_told:
        tell(window, dialog.result_told, REFUSAL_MS)


def export_labels(window: "MainWindow") -> None:
    """Ask what to export, in which format, where to."""
    from projector.ui.widgets.label_export_form import LabelExportDialog

    if window.workspace.library is not None:
        dialogs.run(LabelExportDialog(window.workspace, window.labelling, window.pipeline, window))


def copy_library(window: "MainWindow") -> None:
    """A copy of the library with its labels on another disk, opened once it is there."""
    library = window.workspace.library
    if library is None:
        return
    target = saving.ask_where(window, "Work on a copy", library.path.name, "Projector library (*.h5)")
    if target is None:
        return

    def done(result: dict[str, object]) -> None:
        window.commands.open_library(Path(str(result["path"])))

    arguments = {"library": str(library.path), "target": str(target)}
    window.pipeline.run("copy", "copy_library", arguments, done)
