"""Words where a trace would be: what is wrong or missing, and what to do."""

from dataclasses import dataclass

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QPainter

from projector.ui.items.trace_style import TraceStyle


@dataclass(frozen=True)
class Message:
    """What stands in an empty trace: a heading, what to do, and whether it is an error."""

    heading: str
    lines: tuple[str, ...] = ()
    error: bool = False


def draw_message(painter: QPainter, area: QRectF, style: TraceStyle, message: Message) -> None:
    """In the middle of the area: the heading, under it quietly the lines."""
    painter.fillRect(area, style.panel)
    lines = [(message.heading, style.bold, style.danger if message.error else style.text)]
    lines += [(line, style.font, style.muted) for line in message.lines if line]
    flags = Qt.AlignmentFlag.AlignHCenter | Qt.TextFlag.TextWordWrap
    room = area.adjusted(24, 0, -24, 0)
    measured = []
    for text, font, colour in lines:
        painter.setFont(font)
        measured.append((text, font, colour, painter.boundingRect(room, flags, text).height() + 6))
    y = area.center().y() - sum(part[3] for part in measured) / 2
    for text, font, colour, tall in measured:
        painter.setFont(font)
        painter.setPen(colour)
        painter.drawText(QRectF(room.left(), y, room.width(), tall), flags, text)
        y += tall
