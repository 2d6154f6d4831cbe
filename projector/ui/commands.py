"""What the menus do: each an intent to the workspace, the pipeline or a view, or a question to the user."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, QUrl
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QApplication

from projector import __version__
from projector.assets import asset
from projector.domain.errors import ProjectorError
from projector.domain.progress import Progress
from projector.ui import dialogs, saving
from projector.ui.hints import with_keys
from projector.ui.key_commands import KeyCommands
from projector.ui.label_commands import LabelCommands
from projector.ui.layer_commands import LayerCommands
from projector.ui.realign_commands import RealignCommands
from projector.ui.review_commands import ReviewCommands
from projector.ui.seen_commands import SeenCommands
from projector.ui.similar_commands import SimilarCommands
from projector.ui.status import status_text
from projector.ui.telling import tell_below
from projector.ui.views.map_view import MapView
from projector.ui.views.trace_view import TraceView
from projector.ui.widgets.command_palette import CommandPalette
from projector.ui.widgets.patience import Patience
from projector.ui.widgets.trace_editor import TraceEditor
from projector.ui.widgets.trace_measure import HOW, TraceMeasure
from projector.workspace.export import id_and_time, selection_csv
from projector.workspace.memory import Memory, log_folder
from projector.workspace.pipeline import Pipeline
from projector.workspace.workspace import Workspace

if TYPE_CHECKING:
    from projector.ui.main_window import MainWindow


class Commands:
    """The intents behind the table of actions."""

    def __init__(self, window: "MainWindow") -> None:
        self.window: MainWindow = window
        self.workspace: Workspace = window.workspace
        self.pipeline: Pipeline = window.pipeline
        self.memory: Memory = window.memory
        self.map: MapView = window.map
        self.trace: TraceView = window.trace
        self.labels: LabelCommands = LabelCommands(
            window, window.labelling, TraceEditor(window.trace, window.labelling)
        )
        self.labels.editor.failed.connect(self.show_error)
        self.keys: KeyCommands = KeyCommands(window)
        self.seen: SeenCommands = SeenCommands(window, window.labelling.seen)
        self.similar: SimilarCommands = SimilarCommands(window, window.similar, window.labelling)
        self.realign: RealignCommands = RealignCommands(window, window.realigning)
        self.layers: LayerCommands = LayerCommands(window, window.labelling)
        self.measure: TraceMeasure = TraceMeasure(window.trace)
        self.review: ReviewCommands = ReviewCommands(
            window, window.review_queue, lambda text: window.ahead.setText(text)
        )

    def open_library(self, path: Path) -> bool:
        """Open a library; an error is shown and what was open stays. True when it is open now."""
        if not self.labels.may_close():
            return False
        try:
            self.pipeline.open(path)
        except ProjectorError as error:
            self.show_error(error)
            return False
        return True

    def open_sample(self) -> None:
        self.open_library(asset("sample_data", "rides.h5"))

    def ask_for_library(self) -> None:
        path = dialogs.ask_for_library(self.window)
        if path:
            self.open_library(path)

    def import_dialog(self, sources: Sequence[Path] = ()) -> None:
        arguments = dialogs.ask_for_import(self.window, sources)
        if arguments:
            self.pipeline.import_recordings(arguments)

    def open_imported(self, result: dict[str, object]) -> None:
        dialogs.show_text(self.window, "Imported", str(result["report"]))
        self.open_library(Path(str(result["path"])))

    def rule_dialog(self) -> None:
        rule = dialogs.ask_for_rule(self.window, self.pipeline.rule)
        if rule is not None:
            self.pipeline.set_rule(rule)

    def open_projection_panel(self) -> None:
        self.window.toolbar.open_projection_panel()

    def colour_by(self) -> None:
        self.window.toolbar.colour_picker.open()

    def size_by(self) -> None:
        self.window.toolbar.size_picker.open()

    def export_selection(self) -> None:
        path = saving.ask_where(self.window, "Export the selection", "selection.csv", "CSV (*.csv)")
        if path:
            with self._writing("the selection") as progress:
                text = selection_csv(self.workspace, progress=progress)
                self._report_saved(saving.save_text, path, text, progress)

    def save_view(self, name: str) -> None:
        """Save the map, the trace or the whole window as PNG or SVG, by the file's ending."""
        path = saving.ask_where(self.window, f"Save the {name}", f"{name}.png", "PNG (*.png);;SVG (*.svg)")
        if path:
            with self._writing(f"the {name}") as progress:
                view = self.window.views.get(name, self.window)
                self._report_saved(saving.save_widget, path, view, progress)

    @contextmanager
    def _writing(self, what: str) -> Iterator[Progress]:
        """While something is written, which can be stopped; then that is told."""
        with Patience(self.window, f"writing {what}") as progress:
            yield progress
        if progress.cancelled:
            tell_below(self.window, "stopped: nothing was written")

    def _report_saved(
        self, save: Callable[[Path, object, Progress], str], path: Path, what: object, progress: Progress
    ) -> None:
        try:
            tell_below(self.window, save(path, what, progress))
        except ProjectorError as error:
            self.show_error(error)

    def copy_id_and_time(self) -> None:
        text = id_and_time(self.workspace)
        if text:
            QApplication.clipboard().setText(text)
            tell_below(self.window, f"copied  {text.replace(chr(9), '  ')}")

    def find(self) -> None:
        """Where one types to find a ride; from there, to find an event."""
        rides = self.window.views["rides"]
        name = "events" if rides.search.hasFocus() else "rides"  # type: ignore[attr-defined]
        self.window.docks[name].show()
        self.window.docks[name].raise_()
        self.window.views[name].focus_search()  # type: ignore[attr-defined]

    def focus_filter(self) -> None:
        self.window.toolbar.filter_box.line.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def step_ride(self, step: int) -> None:
        """The next or previous ride of the library."""
        library = self.workspace.library
        if library is None or not len(library.numbers):
            return
        numbers = [int(number) for number in library.numbers]
        at = numbers.index(self.workspace.ride) if self.workspace.ride in numbers else -step
        if 0 <= at + step < len(numbers):
            self.workspace.show_ride(numbers[at + step])

    def toggle_measure(self) -> None:
        """Measure between two markers, or no longer."""
        self.measure.toggle()
        tell_below(self.window, with_keys(HOW) if self.measure.on else "")

    def toggle_absolute_time(self) -> None:
        self.trace.set_absolute_time(not self.trace.absolute_time)
        self.memory.absolute_time = self.trace.absolute_time

    def open_log_folder(self) -> None:
        log_folder().mkdir(parents=True, exist_ok=True)
        QDesktopServices.openUrl(QUrl.fromLocalFile(str(log_folder())))

    def show_palette(self) -> None:
        CommandPalette(list(self.window.actions_by_id.values()), self.window).open_over(self.window)

    def show_about(self) -> None:
        dialogs.show_text(
            self.window, "About Projector", f"Projector {__version__}\n{status_text(self.workspace)}"
        )

    def show_error(self, error: ProjectorError) -> None:
        """What, where, and what to do."""
        dialogs.show_error(self.window, error)
