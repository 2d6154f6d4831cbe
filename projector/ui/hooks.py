"""What nobody foresaw: into the log file and one dialog, and the window stays.

Exceptions in slots, in threads, and Qt's own messages all come here; a crash of the interpreter
itself is written by faulthandler.
"""

import faulthandler
import logging
import logging.handlers
import sys
import threading
import traceback
from collections.abc import Callable
from pathlib import Path
from types import TracebackType

from PySide6.QtCore import QMessageLogContext, QtMsgType, qInstallMessageHandler

log = logging.getLogger("projector")
_LEVELS = {
    QtMsgType.QtDebugMsg: logging.DEBUG,
    QtMsgType.QtInfoMsg: logging.INFO,
    QtMsgType.QtWarningMsg: logging.WARNING,
    QtMsgType.QtCriticalMsg: logging.ERROR,
    QtMsgType.QtFatalMsg: logging.CRITICAL,
}


class Hooks:
    """Installed while the app runs; `remove` puts everything back."""

    def __init__(self, folder: Path, report: Callable[[str], None]) -> None:
        """report is called with a text for one dialog; it may come from any thread."""
        self._report = report
        self._handler, self._crash_file = _open_log(folder)
        log.addHandler(self._handler)
        log.setLevel(logging.INFO)
        self._old = (sys.excepthook, threading.excepthook)
        sys.excepthook = self._on_exception
        threading.excepthook = lambda args: self._on_exception(
            args.exc_type, args.exc_value or args.exc_type(), args.exc_traceback
        )
        self._old_qt = qInstallMessageHandler(self._on_qt_message)
        if self._crash_file:
            faulthandler.enable(self._crash_file)

    def remove(self) -> None:
        """Put back what was there before and close the files."""
        sys.excepthook, threading.excepthook = self._old
        qInstallMessageHandler(self._old_qt)
        log.removeHandler(self._handler)
        self._handler.close()
        if self._crash_file:
            faulthandler.disable()
            self._crash_file.close()

    def _on_exception(
        self, kind: type[BaseException], error: BaseException, trace: TracebackType | None
    ) -> None:
        if issubclass(kind, KeyboardInterrupt):
            self._old[0](kind, error, trace)
            return
        text = "".join(traceback.format_exception(kind, error, trace))
        log.error("an error that nobody foresaw\n%s", text)
        self._report(text)

    def _on_qt_message(self, level: QtMsgType, context: QMessageLogContext, text: str) -> None:
        log.log(_LEVELS.get(level, logging.WARNING), "Qt: %s", text)


def _open_log(folder: Path):  # type: ignore[no-untyped-def]
    """A rotating log and the crash file; a folder that can't be written is no reason not to start."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        handler: logging.Handler = logging.handlers.RotatingFileHandler(
            folder / "projector.log", maxBytes=1_000_000, backupCount=3, encoding="utf-8"
        )
        crash = (folder / "crash.log").open("a", encoding="utf-8")
    except OSError:
        return logging.NullHandler(), None
    handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(message)s"))
    return handler, crash
