"""A sentence over the trace: gone with the next move, and else it fades once there was time to read it."""

from PySide6.QtCore import QObject, QTimer, QVariantAnimation, Signal

from projector.ui.reading_time import NOTE_MS, reading_ms

STAYS = -1  # as long as what it tells of lasts
_FADE_MS = 500


class TraceNote(QObject):
    """`changed` wants it painted anew."""

    changed = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.text = ""
        self._read = QTimer(self, singleShot=True)
        self._fade = QVariantAnimation(self, startValue=1.0, endValue=0.0, duration=_FADE_MS)
        self._read.timeout.connect(self._fade.start)
        self._fade.valueChanged.connect(self.changed)
        self._fade.finished.connect(self.clear)

    def say(self, text: str, least_ms: int = NOTE_MS) -> None:
        """Shown from now on, until it could be read, or as long as that lasts."""
        self._read.stop()
        self._fade.stop()
        self.text = text
        if text and least_ms != STAYS:
            self._read.start(reading_ms(text, least_ms))
        self.changed.emit()

    def clear(self) -> None:
        """Nothing to say."""
        if self.text:
            self.say("")

    @property
    def opacity(self) -> float:
        """1, less while it fades."""
        fading = self._fade.state() == QVariantAnimation.State.Running
        return float(self._fade.currentValue()) if fading else 1.0
