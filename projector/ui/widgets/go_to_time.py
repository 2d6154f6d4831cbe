"""Going to a time by typing it: a pure parser, and the small field that uses it."""

import re
from datetime import datetime

from PySide6.QtWidgets import QDialog, QDialogButtonBox, QLabel, QLineEdit, QVBoxLayout, QWidget

from projector.domain.errors import InputError
from projector.ui.items.time_axis import DAY, TimeAxis

_EXAMPLES = "write 12:41.2, 754.3 or 1:02:03; with @ in front the clock time of day, as @14:05:30"
_PARTS = re.compile(r"(\d{1,9})(?::(\d{1,2}))?(?::(\d{1,2}))?(?:[.,](\d{1,9}))?\s*(?:s)?")


def parse_time(text: str, start: datetime | None = None, absolute: bool = False) -> float:
    """Elapsed seconds of a typed moment.

    '754.3' is seconds, '12:41.2' minutes and seconds, '1:02:03' hours, minutes and seconds. A time of day
    (three parts while the axis shows the clock, or any with '@' in front) counts from the ride's start; one
    that is earlier than the start is on the next day. ISO stamps ('2026-05-01T14:05:30') work as well.
    Raises InputError.
    """
    wanted = text.strip()
    if re.match(r"\d{4}-\d\d-\d\d", wanted):
        return _since(_stamp(wanted), start)
    clock = wanted.startswith("@")
    match = _PARTS.fullmatch(wanted.lstrip("@").strip())
    if match is None:
        raise InputError(f"{text.strip()!r} is not a time", remedy=_EXAMPLES)
    parts = [int(part) for part in match.groups()[:3] if part is not None]
    if any(part > 59 for part in parts[1:]):
        raise InputError(f"{text.strip()!r} is not a time: minutes and seconds end at 59", remedy=_EXAMPLES)
    clock = clock or (absolute and start is not None and len(parts) == 3)
    if clock and len(parts) == 2:
        parts.append(0)  # a time of day with two parts is hours and minutes
    seconds = 0.0
    for part in parts:
        seconds = seconds * 60 + part
    seconds += float(f"0.{match[4]}") if match[4] else 0.0
    if not clock:
        return seconds
    if start is None:
        raise InputError("this ride's start is not known, so it has no time of day", remedy=_EXAMPLES)
    return (seconds - TimeAxis(start, True).offset_s) % DAY


def _stamp(text: str) -> datetime:
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        raise InputError(f"{text!r} is not a date and time", remedy=_EXAMPLES) from None


def _since(moment: datetime, start: datetime | None) -> float:
    if start is None:
        raise InputError("this ride's start is not known, so it has no date", remedy=_EXAMPLES)
    if (moment.tzinfo is None) != (start.tzinfo is None):
        moment = moment.replace(tzinfo=start.tzinfo)
    return (moment - start).total_seconds()


class GoToTime(QDialog):
    """One field; Enter goes there. The reason why a time is refused stands under it."""

    def __init__(self, axis: TimeAxis, start_s: float, stop_s: float, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle("Go to a time")
        self._axis, self._start_s, self._stop_s = axis, start_s, stop_s
        self.seconds: float | None = None
        self.field = QLineEdit()
        self.field.setPlaceholderText("12:41.2")
        self.hint = QLabel(f"{axis.text(start_s)} to {axis.text(stop_s)} · {_EXAMPLES}")
        self.hint.setWordWrap(True)
        buttons = QDialogButtonBox(
            QDialogButtonBox.StandardButton.Ok | QDialogButtonBox.StandardButton.Cancel
        )
        buttons.accepted.connect(self.accept)
        buttons.rejected.connect(self.reject)
        layout = QVBoxLayout(self)
        for widget in (self.field, self.hint, buttons):
            layout.addWidget(widget)

    def accept(self) -> None:
        """Takes the time if it is one and lies in the ride; else says why not."""
        try:
            seconds = parse_time(self.field.text(), self._axis.start, self._axis.absolute)
            if not self._start_s <= seconds <= self._stop_s:
                span = f"{self._axis.text(self._start_s)} to {self._axis.text(self._stop_s)}"
                raise InputError(f"{self._axis.text(seconds)} is not in this ride", remedy=f"it has {span}")
        except InputError as error:
            self.hint.setText(f"{error.what}: {error.remedy}")
            self.field.selectAll()
            return
        self.seconds = seconds
        super().accept()
