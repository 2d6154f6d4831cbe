"""A sentence that tells what was done, or why not: where it stands."""

from typing import TYPE_CHECKING

from projector.ui.reading_time import NOTE_MS, reading_ms

if TYPE_CHECKING:
    from projector.ui.main_window import MainWindow


def tell(window: "MainWindow", text: str, least_ms: int = NOTE_MS) -> None:
    """Over the trace, where eyes are; where no ride is shown, in the status line."""
    if window.trace.scene is not None and window.trace.isVisible():
        window.trace.canvas.note(text, least_ms)
    else:
        tell_below(window, text, least_ms)


def tell_below(window: "MainWindow", text: str, least_ms: int = NOTE_MS) -> None:
    """In the status line: what was saved or copied, and what stays true beside another sentence."""
    window.statusBar().showMessage(text, reading_ms(text, least_ms))
