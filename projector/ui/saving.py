"""Saving what is seen: pictures of a view, text of a selection; whole files or none."""

import os
from pathlib import Path

from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QPoint, QSize
from PySide6.QtGui import QPainter, QPixmap
from PySide6.QtSvg import QSvgGenerator
from PySide6.QtWidgets import QFileDialog, QWidget

from projector.domain.errors import StorageError


def ask_where(parent: QWidget, title: str, name: str, kinds: str) -> Path | None:
    """Where to save; the chosen kind's ending is added when none is typed."""
    text, kind = QFileDialog.getSaveFileName(parent, title, name, kinds)
    if not text:
        return None
    path = Path(text)
    return path if path.suffix else path.with_suffix(kind[kind.index("*") + 1 : kind.index(")")])


def save_text(path: Path, text: object) -> str:
    """Write text; returns what to say. Raises StorageError; an old file stays then."""
    write_whole(path, str(text).encode("utf-8"))
    return f"saved {path}"


def save_widget(path: Path, view: object) -> str:
    """A view as it is on the screen, PNG or SVG by the path's ending. A view may know how to do it better."""
    assert isinstance(view, QWidget)
    vector = path.suffix.lower() == ".svg"
    own = getattr(view, "save_svg" if vector else "save_png", None)
    if own is not None:
        return str(own(path))
    write_whole(path, _svg(view) if vector else png_bytes(view.grab()))
    return f"saved {path}"


def png_bytes(picture: QPixmap) -> bytes:
    """A picture as PNG."""
    data = QByteArray()
    buffer = QBuffer(data)
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    picture.save(buffer, "PNG")
    return bytes(data.data())


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


def write_whole(path: Path, data: bytes) -> None:
    """Write a file whole or not at all. Raises StorageError naming the place."""
    part = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        with part.open("wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        part.replace(path)
    except OSError as error:
        part.unlink(missing_ok=True)
        raise StorageError(
            f"could not be saved: {error.strerror or error}",
            where=str(path),
            remedy="make room on that disk or choose another folder; nothing that was there is harmed",
        ) from error
