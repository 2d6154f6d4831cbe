"""A stranger at the window: random clicks, drags, wheels and keys, each written down before it is done.

What step n of a seed is depends on nothing else, so the sequence that a failure prints can be played again.
Questions that the window asks are answered at random, too, and sooner or later with Esc.
"""

import logging
import random
from collections.abc import Callable
from pathlib import Path

import numpy as np
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt, QTimer
from PySide6.QtGui import QKeyEvent, QKeySequence, QMouseEvent, QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QApplication,
    QComboBox,
    QLineEdit,
    QTabBar,
    QWidget,
)
from shiboken6 import isValid

from projector.annotations.window_labels import window_labels
from projector.ui.actions import ACTIONS, keys
from projector.ui.app import Application
from tests.ui.pace import Pace

# end the run; another program; a library beside the program; minutes of work that other tests do
LEFT_OUT = {"quit", "log", "sample", "refit", "rule", "import", "copy_library"}
TYPED = (
    "",
    "f",
    "fall",
    "speed_kmh > 10",
    "label ==",
    "ride_0003",
    "12:3",
    "ü€\u202e",
    "not a number",
    "1e9",
)
CONTROLS = (QAbstractButton, QTabBar, QComboBox, QLineEdit, QAbstractItemView)
SIZES = ((1400, 850), (1000, 640), (1100, 1000), (1900, 700))
HELD = (
    *[Qt.KeyboardModifier.NoModifier] * 5,
    Qt.KeyboardModifier.ShiftModifier,
    Qt.KeyboardModifier.ControlModifier,
    Qt.KeyboardModifier.AltModifier,
    Qt.KeyboardModifier.ShiftModifier | Qt.KeyboardModifier.ControlModifier,
)
LEFT, NO_BUTTON = Qt.MouseButton.LeftButton, Qt.MouseButton.NoButton
# what only a real display can, and what the testing library itself says
DISPLAY = ("Qt: This plugin does not support", "Qt: Keyboard event not accepted by receiving widget")
WAYS: dict[str, int] = {
    "click": 0,
    "type": 0,
    **{name: Qt.Key[f"Key_{name}"] for name in ("Escape", "Return", "Down", "Tab")},
}
LAST, MOST_ANSWERS = 40, 25
Step = Callable[[], object]


class Troubles(logging.Handler):
    """What the program's log has of warnings and worse: exceptions in slots and threads, and Qt's own."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.texts: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        text = record.getMessage()
        if not text.startswith(DISPLAY):
            self.texts.append(text)


class Stranger:
    """Steps in a window, and what has to hold after each of them."""

    def __init__(self, app: Application, written: Path) -> None:
        self.app, self.troubles = app, Troubles()
        self.pace = Pace(app.runner)  # type: ignore[arg-type]
        self._written = written.open("w", encoding="utf-8")
        self._specs = [spec for spec in ACTIONS if spec.id not in LEFT_OUT]
        self._usual = keys.defaults(self._specs)
        self._random = random.Random()
        self._answers, self._answering, self._timed, self._doing = 0, False, False, ""
        self._edits, self._undo = 0, 0
        self._library: object = None
        self.begin(0)
        logging.getLogger("projector").addHandler(self.troubles)

    def begin(self, seed: int) -> None:
        """Steps of another seed from now on."""
        self.seed, self.done, self.steps = seed, 0, [f"seed {seed}"]

    def close(self) -> None:
        logging.getLogger("projector").removeHandler(self.troubles)
        self._answering = False
        self._written.close()

    # --- steps --------------------------------------------------------------------------------------

    def step(self) -> None:
        """One more; AssertionError, with the last steps, where something doesn't hold afterwards."""
        self.done += 1
        self._random.seed(f"{self.seed} {self.done}")
        kinds: dict[Step, int] = {
            self._key: 40,
            self._trace: 25,
            self._map: 8,
            self._control: 10,
            self._menu: 6,
            self._wheel: 4,
            self._type: 3,
            self._resize: 1,
        }
        self._answers = 0
        self._answering = True
        self._wait_for_questions()
        if QApplication.activeWindow() is None:
            self.app.window.activateWindow()
        (kind,) = self._random.choices(list(kinds), list(kinds.values()))
        try:
            kind()
            self._turn()
        except Exception as error:
            self.troubles.texts.append(repr(error))
            raise AssertionError(self.told()) from error
        while self._asking() is not None and self._answers <= MOST_ANSWERS:
            self._answer()
            self.app.qt.processEvents()
        self.pace.end()
        self._answering = False
        self._check()

    def told(self) -> str:
        """What went wrong, and how one gets there."""
        return "\n".join([*self.troubles.texts, f"after step {self.done} of:", *self.steps[-LAST:]])

    def _write(self, *words: object) -> None:
        """Before it is done, so that the end of a process leaves it behind."""
        self._doing = " ".join(_name(word) for word in words)
        text = f"{self.done}: {self._doing}"
        self.steps.append(text)
        self._written.write(text + "\n")
        self._written.flush()

    def _input(self, which: str = "") -> None:
        """What was written begins to happen now, or the next part of it."""
        self.pace.begin(f"{self._doing} {which}")

    def _turn(self) -> None:
        """What an input led to is carried out and painted."""
        self.app.qt.processEvents()

    def _key(self) -> None:
        views, window = self.app.window.views, self.app.window
        places: dict[str, QWidget] = {
            "trace": window.trace,
            "map": window.map.surface,
            "events": views["events"].table,  # type: ignore[attr-defined]
            "queue": views["queue"].list,  # type: ignore[attr-defined]
            "rides": views["rides"].table,  # type: ignore[attr-defined]
            "": window,
        }
        (place,) = self._random.choices(list(places), [60, 10, 8, 8, 4, 10])
        spec = self._random.choice(self._specs)
        key = self._random.choice(self._usual[spec.id] or ("Esc",))
        self._write("key", key, "of", spec.id, "on", place or "what has the keyboard")
        if place and places[place].isVisible():
            places[place].setFocus()
        self._input()
        QTest.keySequence(QApplication.focusWidget() or window, QKeySequence(key))

    def _trace(self) -> None:
        self._mouse("trace", self.app.window.trace.canvas)

    def _map(self) -> None:
        self._mouse("map", self.app.window.map.surface)

    def _mouse(self, name: str, widget: QWidget) -> None:
        """A click, a double click, or a drag along some points."""
        kind = self._random.choice(("click", "click", "double click", "drag", "drag", "drag and Esc"))
        button = self._random.choice((LEFT, LEFT, LEFT, LEFT, Qt.MouseButton.MiddleButton))
        held = self._random.choice(HELD)
        count = self._random.randint(2, 6) if kind.startswith("drag") else 1
        points = [(self._random.random(), self._random.random()) for _ in range(count)]
        if self._random.random() < 0.5:  # along one height, as one drags an edge
            points = [(x, points[0][1]) for x, _ in points]
        hasty = self._random.random() < 0.3  # all of it before anything is painted
        places = [f"{x:.3f},{y:.3f}" for x, y in points]
        self._write(name, kind, "at once" if hasty else "", button, held, *places)
        size = widget.size()
        at = [QPoint(int(x * size.width()), int(y * size.height())) for x, y in points]
        self._input("press")
        if kind == "double click":
            QTest.mouseDClick(widget, button, held, at[0])
            return
        _send(widget, QEvent.Type.MouseButtonPress, at[0], button, button, held)
        for place in at[1:]:
            if not hasty:
                self._turn()
            self._input("move")
            _send(widget, QEvent.Type.MouseMove, place, NO_BUTTON, button, held)
        if kind == "drag and Esc":
            self._input("Esc")
            QTest.keyClick(self.app.window.trace, Qt.Key.Key_Escape)
        self._input("release")
        _send(widget, QEvent.Type.MouseButtonRelease, at[-1], button, NO_BUTTON, held)

    def _control(self) -> None:
        """Any button, tab, list or field that is in sight."""
        share, x, y = (self._random.random() for _ in range(3))
        found = [one for kind in CONTROLS for one in self.app.window.findChildren(kind) if one.isVisible()]
        widget = found[int(share * len(found))]
        self._write("click", widget, f"{x:.2f},{y:.2f}")
        target = widget.viewport() if isinstance(widget, QAbstractItemView) else widget
        self._input()
        _click(target, QPoint(int(x * target.width()), int(y * target.height())))

    def _menu(self) -> None:
        spec = self._random.choice(self._specs)
        self._write("menu", spec.id)
        self._input()
        self.app.window.actions_by_id[spec.id].trigger()

    def _wheel(self) -> None:
        name = self._random.choice(("trace", "trace", "map"))
        widget = self.app.window.trace.canvas if name == "trace" else self.app.window.map.surface
        turn, held = self._random.choice((-480, -120, 120, 480)), self._random.choice(HELD)
        x, y = self._random.random(), self._random.random()
        self._write("wheel", name, turn, held, f"{x:.3f},{y:.3f}")
        at = QPointF(x * widget.width(), y * widget.height())
        turned = QWheelEvent(
            *(at, widget.mapToGlobal(at), QPoint(), QPoint(0, turn), NO_BUTTON, held),
            *(Qt.ScrollPhase.NoScrollPhase, False),
        )
        self._input()
        QApplication.sendEvent(widget, turned)

    def _type(self) -> None:
        text, ends = self._random.choice(TYPED), self._random.random() < 0.5
        self._write("type", text, "and Enter" if ends else "")
        self._letters(QApplication.focusWidget() or self.app.window, text, ends)

    def _letters(self, widget: QWidget, text: str, ends: bool) -> None:
        for letter in text:
            self._input(letter)
            _press(widget, ord(letter.upper()) if letter.isascii() else 0, letter)
            self._turn()
        if ends:
            self._input("Enter")
            _press(widget, Qt.Key.Key_Return)

    def _resize(self) -> None:
        size = self._random.choice(SIZES)
        self._write("resize", size)
        self._input()
        self.app.window.resize(*size)

    # --- questions --------------------------------------------------------------------------------------

    def _asking(self) -> QWidget | None:
        return QApplication.activePopupWidget() or QApplication.activeModalWidget()

    def _wait_for_questions(self) -> None:
        """Each time another timer: an answer may ask the next question, and one waits in its own slot.

        Never two of them: they would be hundreds soon, and cost more than what is timed here.
        """
        if self._answering and not self._timed:
            self._timed = True
            QTimer.singleShot(5, self.app.window, self._on_time)

    def _on_time(self) -> None:
        self._timed = False
        self._wait_for_questions()
        if self._answering:
            self._answer()

    def _answer(self) -> None:
        """What is open gets a key, a click or a text; after a while it is closed, and then has to be gone.

        Esc may not be heard here: without a screen a dialog becomes active only when Qt gets round to it, and
        until then the window behind is asked for the key. On a screen keys go to whichever window is active.
        """
        asked = self._asking()
        if asked is None:
            return
        self._answers += 1
        way, share = self._random.choice(list(WAYS)), self._random.random()
        if self._answers > MOST_ANSWERS:
            self.troubles.texts.append(f"{_name(asked)} does not go away")
        if self._answers > MOST_ANSWERS // 2:
            way = "close"
        self._write("  in", asked, way, f"{share:.2f}")
        target = asked.focusWidget() or asked
        if way == "close":
            self._input()
            asked.close()
        elif way == "type":
            self._letters(target, TYPED[int(share * len(TYPED))], ends=True)
        elif way == "click":
            found = [
                one for one in asked.findChildren(QAbstractButton) if one.isVisible() and one.isEnabled()
            ]
            if found:
                chosen = found[int(share * len(found))]
                self._input()
                _click(chosen, chosen.rect().center())
        else:
            self._input()
            _press(target, WAYS[way])

    # --- what has to hold -------------------------------------------------------------------------------

    def _check(self) -> None:
        for holds, words in (
            (not self.troubles.texts, ""),
            (self._asking() is None, f"{_name(self._asking())} is left open"),
            (self.app.window.isVisible(), "the window is gone"),
            *self._undo_facts(),
            *self._workspace_facts(),
        ):
            if not holds:
                self.troubles.texts.append(words)
                raise AssertionError(self.told())

    def _undo_facts(self) -> list[tuple[bool, str]]:
        """Only undo takes from what can be undone, redo gives it back; the menu shows what there is."""
        labelling, workspace = self.app.labelling, self.app.workspace
        stacks = labelling.stacks()
        edits = len(list(labelling.journal.edits)) if labelling.journal else 0
        if workspace.library is not self._library:
            self._library, self._edits, self._undo = workspace.library, 0, 0
        depth = len(stacks.undo)
        taken, added = depth < self._undo, edits - self._edits
        self._edits, self._undo = edits, depth
        shown = self.app.window._stacks
        enabled = [self.app.window.actions_by_id[name].isEnabled() for name in ("undo", "redo")]
        return [
            (added >= 0, "edits are missing from the journal"),
            (not taken or added > 0, "less can be undone, yet nothing was edited"),
            (shown == stacks, "the window offers another undo than there is"),
            (enabled == [bool(stacks.undo), bool(stacks.redo)], "Undo or Redo is offered wrongly"),
            (labelling.unsaved == 0, "an edit isn't saved"),
        ]

    def _workspace_facts(self) -> list[tuple[bool, str]]:
        workspace = self.app.workspace
        marks, table, event = workspace.annotations, workspace.table, workspace.event
        if marks is None or table is None:
            return []
        joined = (
            window_labels(table.windows, marks, table.rule) if self.done % 10 == 0 else workspace.labels.codes
        )
        return [
            (event is None or 0 <= event < len(marks.label), "the current event is no annotation"),
            (bool(workspace.has(workspace.selection.ids).all()), "something is selected that is no window"),
            (
                bool(np.array_equal(joined, workspace.labels.codes)),
                "windows have labels of other annotations",
            ),
            (bool((np.diff(marks.ride_number) >= 0).all()), "annotations are out of order"),
        ]


def _name(word: object) -> str:
    if not isinstance(word, QWidget):
        return str(getattr(word, "name", word))
    told = [word.objectName(), word.accessibleName(), getattr(word, "text", str)(), word.windowTitle()]
    return f"{type(word).__name__}({', '.join(repr(text) for text in told if text)})"


def _send(
    widget: QWidget,
    kind: QEvent.Type,
    at: QPoint,
    button: Qt.MouseButton,
    buttons: Qt.MouseButton,
    held: Qt.KeyboardModifier,
) -> None:
    where = QPointF(widget.mapToGlobal(at))
    QApplication.sendEvent(widget, QMouseEvent(kind, QPointF(at), where, button, buttons, held))


def _click(widget: QWidget, at: QPoint) -> None:
    """Both halves on their own: the first may take the widget away."""
    QTest.mousePress(widget, LEFT, Qt.KeyboardModifier.NoModifier, at)
    if isValid(widget) and widget.isVisible():
        QTest.mouseRelease(widget, LEFT, Qt.KeyboardModifier.NoModifier, at)


def _press(widget: QWidget, key: int, text: str = "") -> None:
    """To this widget and no other: without a screen a dialog's keys may reach the window behind it."""
    for kind in (QEvent.Type.KeyPress, QEvent.Type.KeyRelease):
        if isValid(widget):
            QApplication.sendEvent(widget, QKeyEvent(kind, key, Qt.KeyboardModifier.NoModifier, text))
