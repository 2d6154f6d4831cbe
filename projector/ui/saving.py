"""Saving what is seen: pictures of a view, text of a selection; whole files or none."""

import os
from pathlib import Path

from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QPoint, QSize
from PySide6.QtGui import QPainter
from PySide6.QtSvg import QSvgGenerator
from PySide6.QtWidgets import QFileDialog, QWidget

from projector.domain.errors import StorageError
from projector.domain.progress import Cancelled, Progress, silent
from projector.ui.png import png_of
from projector.workspace.aside import aside

_AT_ONCE = 1 << 22  # bytes: more are written while the window goes on


def ask_where(parent: QWidget, title: str, name: str, kinds: str) -> Path | None:
    """Where to save; the chosen kind's ending is added when none is typed."""
    text, kind = QFileDialog.getSaveFileName(parent, title, name, kinds)
    if not text:
        return None
    path = Path(text)
    return path if path.suffix else path.with_suffix(kind[kind.index("*") + 1 : kind.index(")")])


def save_text(path: Path, text: object, progress: Progress) -> str:
    """Write text; returns what to say. Raises StorageError or Cancelled; an old file stays then."""
    write_whole(path, str(text).encode("utf-8"), progress)
    return f"saved {path}"


def save_widget(path: Path, view: object, progress: Progress) -> str:
    """A view as it is on the screen, PNG or SVG by the path's ending. A view may know how to do it better.

    Raises StorageError or Cancelled; an old file stays then.
    """
    assert isinstance(view, QWidget)
    vector = path.suffix.lower() == ".svg"
    own = getattr(view, "save_svg" if vector else "save_png", None)
    if own is not None:
        return str(own(path, progress=progress))
    write_whole(path, _svg(view) if vector else png_of(view.grab().toImage(), progress), progress)
    return f"saved {path}"


def _svg(view: QWidget) -> bytes:
    data = QByteArray()
    buffer = QBuffer(data)
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    generator = QSvgGenerator()
    generator.setOutputDevice(buffer)
    generator.setSize(QSize(view.width(), view.height()))
    generator.setViewBox(view.rect())
    generator.setTitle("Projector")
    painter = QPainter(generator)
    view.render(painter, QPoint())
    painter.end()
    return bytes(data.data())


def write_whole(path: Path, data: bytes, progress: Progress = silent) -> None:
    """Write a file whole or not at all. progress counts bytes. Raises Cancelled, or StorageError.

    Much is written while the window goes on: a disk may be slow.
    """
    if len(data) > _AT_ONCE and progress is not silent:
        aside(lambda report: _write(path, data, report), progress)
    else:
        _write(path, data, silent)


def _write(path: Path, data: bytes, progress: Progress) -> None:
    part = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        with part.open("wb") as file:
            for first in range(0, len(data), _AT_ONCE):
                progress(first, len(data), "writing the file")
                file.write(memoryview(data)[first : first + _AT_ONCE])
            file.flush()
            os.fsync(file.fileno())
        part.replace(path)
    except Cancelled:
        part.unlink(missing_ok=True)
        raise
    except OSError as error:
        part.unlink(missing_ok=True)
        raise StorageError(
            f"could not be saved: {error.strerror or error}",
            where=str(path),
            remedy="make room on that disk or choose another folder; nothing that was there is harmed",
        ) from error
