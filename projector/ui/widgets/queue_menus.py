"""The review queue's two menus: which reasons count, and how events are shown."""

from collections.abc import Callable, Mapping

from PySide6.QtCore import QDate, Signal
from PySide6.QtWidgets import QDateEdit, QHBoxLayout, QLabel, QMenu, QWidget, QWidgetAction

from projector.workspace.review.found import TITLES, Reason
from projector.workspace.review.preferences import AROUNDS, RANGES
from projector.workspace.review.queue import ReviewQueue

_WHY_NOT: Mapping[Reason, str] = {
    Reason.UNLIKE: "look-alikes are not known yet",
    Reason.UNLABELLED: "look-alikes are not known yet",
    Reason.MISSED: "no layer has a detector's alerts",
    Reason.ALERT: "no layer has a detector's alerts",
    Reason.EDGE: "impacts are not known yet",
    Reason.SHORT: "there are no windows yet",
    Reason.PEOPLE: "nobody else has labelled here",
    Reason.EDITED: "choose the date below",
    Reason.THEIRS: "choose whose above the panels",
}


class SinceField(QWidget):
    """The date since which edits are listed."""

    picked = Signal(object)  # datetime.date

    def __init__(self, queue: ReviewQueue, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.field = QDateEdit()
        self.field.setCalendarPopup(True)
        self.field.setDisplayFormat("yyyy-MM-dd")
        self.field.setMaximumDate(QDate.currentDate())
        self.field.setAccessibleName("Edited since")
        since = queue.preferences.since
        self.field.setDate(
            QDate(since.year, since.month, since.day) if since else QDate.currentDate().addDays(-7)
        )
        row = QHBoxLayout(self)
        row.setContentsMargins(22, 2, 10, 4)
        row.addWidget(QLabel("edited since"))
        row.addWidget(self.field, 1)
        self.field.dateChanged.connect(lambda day: self.picked.emit(day.toPython()))


def reasons_menu(queue: ReviewQueue, parent: QWidget, again: Callable[[], None]) -> QMenu:
    """Each reason with its count, to tick; one that cannot be judged says why. `again`: ask the worker."""
    menu = QMenu(parent)
    counts, on = queue.counts(), queue.preferences.reasons
    for reason in Reason:
        known = reason in counts
        tail = f"{counts[reason]:,}" if known else _WHY_NOT[reason]
        action = menu.addAction(f"{TITLES[reason]}\t{tail}")
        action.setCheckable(True)
        action.setChecked(reason in on and known)
        action.setEnabled(known)
        action.toggled.connect(lambda ticked, one=reason: queue.switch(one, ticked))
    menu.addSeparator()
    _add_date(menu, queue)
    layers = menu.addMenu("A detector's alerts are the layer")
    layers.setEnabled(bool(queue.layers()))
    for name in queue.layers():
        action = layers.addAction(name)
        action.setCheckable(True)
        action.setChecked(name == queue.alerts_layer)
        action.triggered.connect(lambda _=False, name=name: queue.prefer(alerts=name))
    menu.addAction("Look for suspicious labels again").triggered.connect(lambda _=False: again())
    return menu


def _add_date(menu: QMenu, queue: ReviewQueue) -> None:
    field = SinceField(queue, menu)
    field.picked.connect(lambda day: queue.prefer(since=day))
    holder = QWidgetAction(menu)
    holder.setDefaultWidget(field)
    menu.addAction(holder)
    if queue.preferences.since is None:
        menu.addAction("List edits since that day").triggered.connect(
            lambda _=False: queue.prefer(since=field.field.date().toPython())
        )
    else:
        menu.addAction("Don't list edits by date").triggered.connect(lambda _=False: queue.prefer(since=None))


def showing_menu(queue: ReviewQueue, parent: QWidget) -> QMenu:
    """Seconds around each event, and the scale that all rides share."""
    menu, preferences = QMenu(parent), queue.preferences
    menu.addAction("Shown on either side of an event").setEnabled(False)
    for around in sorted({*AROUNDS, preferences.around_s}):
        _tick(menu, f"{around:g} s", around == preferences.around_s, queue, around_s=around)
    menu.addSeparator()
    menu.addAction("From the middle of a lane to its edge").setEnabled(False)
    for span in sorted({*RANGES, preferences.range} - {0.0}):
        _tick(menu, f"{span:g} m/s², the same for every ride", span == preferences.range, queue, range=span)
    _tick(menu, "each ride's own range", preferences.range == 0, queue, range=0.0)
    return menu


def _tick(menu: QMenu, text: str, on: bool, queue: ReviewQueue, **changes: float) -> None:
    action = menu.addAction(text)
    action.setCheckable(True)
    action.setChecked(on)
    action.triggered.connect(lambda _=False: queue.show_as(**changes))
