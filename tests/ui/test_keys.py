"""Keys and mouse: each row of the table does with real events what it says; where one types letters sleep."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QMouseEvent, QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QScrollArea, QWidget

from projector.library.label_store import store_path
from projector.ui import dialogs
from projector.ui.actions import ACTIONS
from projector.ui.actions import keys as keys_of
from projector.ui.items.trace_frame import Viewport
from projector.ui.items.trace_model import LABELS
from projector.ui.key_commands import KeyCommands
from projector.ui.widgets.go_to_time import GoToTime
from projector.ui.widgets.key_dialog import KeyDialog
from projector.ui.widgets.key_help import KeyHelp, live_keys
from projector.ui.widgets.trace_grips import START
from projector.workspace.memory import Memory
from tests.ui.hands import ALT, CTRL, LEFT, NONE, SHIFT, Hand
from tests.ui.windows import opened
from tests.workspace.labelling_made import said

K = Qt.Key
RIDE, EVENT_S, QUIET_S = 3, (50.34, 54.67), (45.0, 60.0)
MIDDLE = Qt.MouseButton.MiddleButton


class Desk(Hand):
    """The whole window under one pair of hands."""

    @property
    def event(self) -> int | None:
        return self.app.workspace.event

    @property
    def span(self) -> tuple[float, float] | None:
        """The current event's ends."""
        marks, event = self.app.workspace.annotations, self.event
        return None if event is None else (float(marks.start_s[event]), float(marks.stop_s[event]))

    @property
    def label(self) -> str:
        marks = self.app.workspace.annotations
        return "" if self.event is None else marks.label_names[int(marks.label[self.event])]

    @property
    def view(self) -> tuple[float, float]:
        return float(self.scene.view.start_s), float(self.scene.view.stop_s)

    @property
    def spans(self) -> list[tuple[float, float]]:
        """Of the ride in view."""
        bands = self.scene.ride.bands
        return [(float(a), float(b)) for a, b in zip(bands.start, bands.stop, strict=True)]

    @property
    def verdicts(self) -> list[str]:
        return [one.verdict for one in self.app.window.review_queue.verdicts()]

    @property
    def modes(self) -> tuple[object, ...]:
        window = self.app.window
        return (
            *(self.trace.crosshair, self.trace.overview, self.trace.others_shown, self.trace.aligned),
            *(window.commands.measure.on, window.map.surface.drawing_mode),
        )

    def look(self, start: float, stop: float) -> None:
        """Without waiting for the map."""
        self.canvas.set_view(Viewport(start, stop))
        self.app.settle(1)

    def fresh(self) -> None:
        """The event of EVENT_S is the current one, in the middle of the view; nothing is edited or begun."""
        workspace, window = self.app.workspace, self.app.window
        window.commands.labels.editor.cancel()
        window.commands.labels.editor.edge = START
        while self.app.labelling.undo():
            pass
        workspace.show_ride(RIDE)
        self.trace.refresh()
        near = [abs(span[0] - EVENT_S[0]) for span in self.spans]
        workspace.select_event(self.scene.ride.first_event + near.index(min(near)))
        self.canvas.set_gain(1.0)
        self.look(*QUIET_S)
        self.trace.setFocus()

    def press(self, key: Qt.Key | str, held=NONE, on: QWidget | None = None) -> None:
        """On what has the keyboard, as a real key would be."""
        focus = on or QApplication.focusWidget()
        assert focus is not None
        QTest.keyClick(focus, key, held)
        self.app.settle(2)

    def type(self, text: str) -> None:
        QTest.keyClicks(QApplication.focusWidget(), text)

    def wheel(self, notches: int, held=NONE) -> None:
        at = QPointF(self.place(50.0))
        away = QPointF(self.canvas.mapToGlobal(at.toPoint()))
        turned = QWheelEvent(
            *(at, away, QPoint(), QPoint(0, 120 * notches), Qt.MouseButton.NoButton, held),
            *(Qt.ScrollPhase.NoScrollPhase, False),
        )
        QApplication.sendEvent(self.canvas, turned)

    def pan_with_the_middle_button(self, start: float, stop: float) -> None:
        for kind, seconds in (
            (QEvent.Type.MouseButtonPress, start),
            (QEvent.Type.MouseMove, stop),
            (QEvent.Type.MouseButtonRelease, stop),
        ):
            at = QPointF(self.place(seconds))
            away = QPointF(self.canvas.mapToGlobal(at.toPoint()))
            QApplication.sendEvent(self.canvas, QMouseEvent(kind, at, away, MIDDLE, MIDDLE, NONE))

    def on_map(self, key: str, start: float, stop: float, held=NONE) -> int:
        """Draw with the mode of a key from a part of the map to another; how many are selected then."""
        surface = self.app.window.map.surface
        surface.setFocus()
        self.press(key)
        size = surface.size()
        corners = [QPointF(size.width() * part, size.height() * part) for part in (start, stop)]
        for kind, at in (
            (QEvent.Type.MouseButtonPress, corners[0]),
            (QEvent.Type.MouseMove, QPointF(corners[1].x(), corners[0].y())),
            (QEvent.Type.MouseMove, corners[1]),
            (QEvent.Type.MouseButtonRelease, corners[1]),
        ):
            away = QPointF(surface.mapToGlobal(at.toPoint()))
            QApplication.sendEvent(surface, QMouseEvent(kind, at, away, LEFT, LEFT, held))
        self.press(K.Key_Escape)  # leaves the mode
        return len(self.app.workspace.selection.ids)

    def popup(self) -> QWidget | None:
        return QApplication.activePopupWidget()


@dataclass(frozen=True)
class Row:
    """A gesture, a fact, and whether the fact went from before to after as it should."""

    binding: str
    do: Callable[[Desk], object]
    fact: Callable[[Desk], object]
    right: Callable[[object, object], bool]


def near(seconds: float) -> Callable[[float], bool]:
    return lambda value: abs(value - seconds) < 0.1


def both(span: tuple[float, float], start: float, stop: float) -> bool:
    return near(start)(span[0]) and near(stop)(span[1])


def has(spans: list[tuple[float, float]], start: float, stop: float) -> bool:
    return any(both(span, start, stop) for span in spans)


def keys(*pressed: object) -> Callable[[Desk], None]:
    """Keys one after the other; a tuple is a key with what is held."""

    def do(desk: Desk) -> None:
        for one in pressed:
            desk.press(*(one if isinstance(one, tuple) else (one,)))

    return do


def view(desk: Desk) -> tuple[float, float]:
    return desk.view


def spans(desk: Desk) -> list[tuple[float, float]]:
    return desk.spans


def moved(by: float, wide: float = 1.0) -> Callable[[object, object], bool]:
    """The view, `by` of its width further and `wide` times as wide about its middle."""

    def right(before: tuple[float, float], after: tuple[float, float]) -> bool:
        span = before[1] - before[0]
        middle = sum(before) / 2 + by * span
        return both(after, middle - wide * span / 2, middle + wide * span / 2)

    return right  # type: ignore[return-value]


def toggled(at: int) -> Callable[[object, object], bool]:
    return lambda a, b: [i for i in range(len(a)) if a[i] != b[i]] == [at]  # type: ignore[arg-type,index]


def typed(dialog: GoToTime) -> int:
    """Instead of waiting for somebody to do it."""
    QTest.keyClicks(dialog.field, "1:30")
    dialog.accept()
    return dialog.result()


def chain(desk: Desk) -> None:
    desk.press("a")
    desk.click(91.0)
    desk.click(92.0, SHIFT)
    desk.click(93.0)


def from_cursor(desk: Desk) -> None:
    desk.look(94.0, 104.0)
    desk.click(95.0)
    desk.press("[")
    desk.trace.go_to(96.0)
    desk.press("]")


def second(do: Callable[[Desk], object], start: float, stop: float) -> Callable[[Desk], None]:
    """Where nothing is labelled yet."""

    def there(desk: Desk) -> None:
        desk.look(start, stop)
        do(desk)

    return there


def on(panel: str, *pressed: object) -> Callable[[Desk], None]:
    """On the review queue or the list of events."""

    def do(desk: Desk) -> None:
        view = desk.app.window.views[panel]
        desk.app.window.docks[panel].raise_()
        desk.app.settle(2)
        view.setFocus()
        keys(*pressed)(desk)

    return do


def verdict(word: str) -> Callable[[object, object], bool]:
    return lambda a, b: len(b) == len(a) + 1 and word in b and b.count(word) == a.count(word) + 1  # type: ignore[arg-type,attr-defined]


STAYS = lambda a, b: a == b  # noqa: E731
CHANGES = lambda a, b: a != b  # noqa: E731
ROWS = (
    Row("wheel", lambda d: d.wheel(1), view, lambda a, b: near((a[1] - a[0]) / 1.25)(b[1] - b[0])),
    Row("Ctrl+wheel", lambda d: d.wheel(1, CTRL), lambda d: (d.scene.gain, d.view),
        lambda a, b: b[0] > a[0] and b[1] == a[1]),
    Row("Shift+wheel", lambda d: d.wheel(-1, SHIFT), view, moved(1 / 8)),
    Row("left drag", lambda d: d.drag(56.0, 53.0), view, moved(3 / 15)),
    Row("middle drag", lambda d: d.pan_with_the_middle_button(56.0, 53.0), view, moved(3 / 15)),
    Row("←", keys(K.Key_Left), view, moved(-1 / 4)),
    Row("→", keys(K.Key_Right), view, moved(1 / 4)),
    Row("PageUp", keys(K.Key_PageUp), view, moved(-1)),
    Row("PageDown", keys(K.Key_PageDown), view, moved(1)),
    Row("Home", keys(K.Key_Home), view, lambda a, b: both(b, 0, a[1] - a[0])),
    Row("End", keys(K.Key_End), lambda d: (d.view, d.scene.ride.stop_s), lambda a, b: near(b[1])(b[0][1])),
    Row("↑", keys(K.Key_Up), lambda d: d.view[1] - d.view[0], lambda a, b: near(a / 2)(b)),
    Row("↓", keys(K.Key_Down), lambda d: d.view[1] - d.view[0], lambda a, b: near(a * 2)(b)),
    Row("F", keys("f"), lambda d: d.scene.fitted, lambda a, b: not a and b),
    *(Row(name, keys(K.Key_Home, key), view, lambda a, b: b[0] < EVENT_S[0] < EVENT_S[1] < b[1])
      for name, key in (("Return", K.Key_Return), ("Enter", K.Key_Enter))),
    Row("double click", lambda d: QTest.mouseDClick(d.canvas, LEFT, NONE, d.place(52.0)), view,
        lambda a, b: b[0] < EVENT_S[0] < EVENT_S[1] < b[1] and b[1] - b[0] < a[1] - a[0]),
    Row("Tab", keys(K.Key_Tab), lambda d: d.event, lambda a, b: b == a + 1),
    Row("Shift+Tab", keys((K.Key_Backtab, SHIFT)), lambda d: d.event, lambda a, b: b == a - 1),
    Row("Alt+→", keys((K.Key_Right, ALT)), lambda d: d.event, lambda a, b: b == a + 1),
    Row("Alt+←", keys((K.Key_Left, ALT)), lambda d: d.event, lambda a, b: b == a - 1),
    *(Row(name, keys(key), lambda d: d.trace.hasFocus(), lambda a, b: a and not b)
      for name, key in (("F6", K.Key_F6), ("Ctrl+Tab", (K.Key_Tab, CTRL)))),
    Row("F6, Shift+F6", keys(K.Key_F6, (K.Key_F6, SHIFT)), lambda d: d.trace.hasFocus(), STAYS),
    Row("Space", keys(K.Key_Space), lambda d: d.app.window.review_queue.current, CHANGES),
    Row("Shift+Space", keys(K.Key_Space, K.Key_Space, (K.Key_Space, SHIFT)),
        lambda d: d.app.window.review_queue.current, CHANGES),
    *(Row(key, keys(K.Key_Space, key), lambda d: d.verdicts, verdict(word))
      for key, word in (("Y", "right"), ("N", "wrong"), ("U", "unsure"))),
    Row("N changes no label", keys(K.Key_Space, "n"), lambda d: said(d.app.workspace), STAYS),
    Row("Ctrl+Enter", keys((K.Key_Return, CTRL)), lambda d: RIDE in d.app.workspace.done_rides(),
        lambda a, b: not a and b),
    *(Row(name, keys((key, CTRL)), lambda d: d.app.workspace.ride, lambda a, b, by=by: b == a + by)
      for name, key, by in (("Ctrl+PageDown", K.Key_PageDown, 1), ("Ctrl+PageUp", K.Key_PageUp, -1))),
    Row("Shift+drag", second(lambda d: d.drag(82.0, 84.0, SHIFT), 80, 90), spans,
        lambda a, b: len(b) == len(a) + 1 and has(b, 82, 84)),
    Row("A, click, Shift+click, click", second(chain, 90, 100), spans,
        lambda a, b: len(b) == len(a) + 2 and has(b, 91, 92) and has(b, 92, 93)),
    Row("[ ]", from_cursor, spans, lambda a, b: len(b) == len(a) + 1 and has(b, 95, 96)),
    Row("Ctrl+click", second(lambda d: d.click(98.0, CTRL), 96.5, 104), spans,
        lambda a, b: len(b) == len(a) + 1 and has(b, 98, 98)),
    Row("digit", keys("1"), lambda d: d.label, lambda a, b: a != b and b),
    Row("another digit", keys("2"), lambda d: d.label, lambda a, b: a != b and b),
    Row("/", lambda d: (keys("/")(d), d.type("phone dr"), keys(K.Key_Return)(d)), lambda d: d.label,
        lambda a, b: b == "phone drop"),
    Row("edge", lambda d: d.drag(EVENT_S[1], 54.0, CTRL), lambda d: d.span, lambda a, b: both(b, a[0], 54.0)),
    Row("move whole", lambda d: d.drag(52.0, 53.0, lane=LABELS), lambda d: d.span,
        lambda a, b: both(b, a[0] + 1, a[1] + 1)),
    Row("Ctrl+Z", keys((".", ALT), ("z", CTRL)), lambda d: d.span, STAYS),
    *(Row(name, keys((".", ALT), ("z", CTRL), key), lambda d: d.span, lambda a, b: both(b, a[0] + 1, a[1]))
      for name, key in (("Ctrl+Shift+Z", ("z", CTRL | SHIFT)), ("Ctrl+Y", ("y", CTRL)))),
    Row(". , sample", keys("."), lambda d: d.span, lambda a, b: 0 < b[0] - a[0] < 0.05 and a[1] == b[1]),
    Row("E and Ctrl+.", keys("e", (".", CTRL), "e"), lambda d: d.span,
        lambda a, b: a[0] == b[0] and b[1] - a[1] == pytest.approx(0.1)),
    Row("Alt+,", keys((",", ALT)), lambda d: d.span, lambda a, b: a[0] - b[0] == pytest.approx(1.0)),
    Row("S", lambda d: (d.click(52.0), keys("s")(d)), spans,
        lambda a, b: has(b, EVENT_S[0], 52) and has(b, 52, EVENT_S[1])),
    Row("Shift+M", lambda d: (d.click(52.0), keys("s", ("m", SHIFT))(d)), spans, STAYS),
    Row("Delete", keys(K.Key_Delete), spans, lambda a, b: len(b) == len(a) - 1),
    Row("Backspace", keys(K.Key_Backspace), spans, lambda a, b: len(b) == len(a) - 1),
    Row("0", keys("0"), spans, lambda a, b: len(b) == len(a) - 1),
    Row("Ctrl+S", keys(("s", CTRL)), lambda d: d.app.window.statusBar().currentMessage(),
        lambda a, b: b.startswith("saved ")),
    *(Row(key, keys(key), lambda d: d.modes, toggled(at)) for at, key in enumerate("xohgd")),
    Row("H again", keys("x", "o", "h", "g", "d"), lambda d: d.modes[:3], lambda a, b: all(b)),
    Row("L", lambda d: d.on_map("l", 0.02, 0.98), lambda d: len(d.app.workspace.selection.ids), CHANGES),
    Row("R", lambda d: d.on_map("r", 0.02, 0.98), lambda d: len(d.app.workspace.selection.ids),
        lambda a, b: b > 100),
    Row("Ctrl while drawing", lambda d: d.on_map("r", 0.02, 0.5, CTRL),
        lambda d: len(d.app.workspace.selection.ids), lambda a, b: 0 < b < a),
    Row("Shift while drawing", lambda d: d.on_map("r", 0.02, 0.98, SHIFT),
        lambda d: len(d.app.workspace.selection.ids), lambda a, b: b > a),
    Row("Shift+Ctrl while drawing", lambda d: d.on_map("r", 0.02, 0.5, SHIFT | CTRL),
        lambda d: len(d.app.workspace.selection.ids), lambda a, b: 0 < b < a),
    Row("click in the trace", lambda d: d.click(58.0), lambda d: (d.span, d.scene.marks.cursor_s, d.view),
        lambda a, b: b[0][0] < 58.0 < b[0][1] and near(58.0)(b[1]) and a[2] == b[2]),
    Row("Ctrl+G", keys(("g", CTRL)), lambda d: d.scene.marks.cursor_s, lambda a, b: b == 90.0),
    Row("Ctrl+C", keys(("c", CTRL)), lambda d: QApplication.clipboard().text(),
        lambda a, b: b.startswith("ride_")),
    Row("Ctrl+F", keys(("f", CTRL)), lambda d: d.app.window.views["rides"].search.hasFocus(), CHANGES),
    Row("Ctrl+F again", keys(("f", CTRL), ("f", CTRL)),
        lambda d: d.app.window.views["events"].search.hasFocus(), CHANGES),
    Row("Ctrl+K", lambda d: (keys(("k", CTRL))(d), d.type("crossh"), keys(K.Key_Return)(d)),
        lambda d: d.modes, toggled(0)),
    Row("Esc, one level", keys("a", K.Key_Escape), lambda d: d.event, STAYS),
    Row("Esc, the next level", keys("a", K.Key_Escape, K.Key_Escape),
        lambda d: (d.event is None, len(d.app.workspace.selection.ids) > 0), lambda a, b: b == (True, True)),
    Row("Esc, the last level", keys(*[K.Key_Escape] * 4), lambda d: len(d.app.workspace.selection.ids),
        lambda a, b: b == 0),
    Row("digit on the queue", on("queue", "3"), lambda d: d.label, CHANGES),
    Row("digit on the events", on("events", "1"), lambda d: d.label, CHANGES),
    Row("[ on the events", on("events", "["), lambda d: d.app.window.commands.labels.editor.begun, CHANGES),
    Row("Space on the events", on("events", K.Key_Space), lambda d: d.app.window.review_queue.current,
        CHANGES),
)  # fmt: skip


@pytest.fixture
def desk(qapp: object, sample_with_cache: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Desk]:
    """The sample as a labeller has it; every question gets its first answer, every edit is gone later."""
    monkeypatch.setattr(dialogs, "choose", lambda *_: 0)
    app = opened(sample_with_cache, Memory(theme="dark", layout="label", author="anna"))
    app.window.resize(1000, 640)
    app.window.activateWindow()
    yield Desk(app)
    app.close()
    store_path(sample_with_cache).unlink(missing_ok=True)


def test_every_row_of_the_table_does_what_it_says(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    wrong = []
    monkeypatch.setattr(GoToTime, "exec", typed)
    for row in ROWS:
        desk.fresh()
        before = row.fact(desk)
        row.do(desk)
        desk.app.settle(2)
        after = row.fact(desk)
        if not row.right(before, after):
            wrong.append((row.binding, before, after))
    assert wrong == []
    steps: list[int] = []
    monkeypatch.setattr(desk.app.window.commands.similar, "step", steps.append)
    shown: list[QWidget] = []
    monkeypatch.setattr(dialogs, "run", shown.append)
    desk.fresh()
    for key, held in (
        (K.Key_Down, CTRL | SHIFT),
        (K.Key_Up, CTRL | SHIFT),
        (K.Key_Question, NONE),
        (K.Key_F1, NONE),
    ):
        desk.press(key, held)
    assert steps == [1, -1]
    assert [type(dialog) for dialog in shown] == [KeyHelp, KeyHelp]
    for dialog in shown:
        assert dialog.findChild(QScrollArea).horizontalScrollBar().maximum() == 0
        dialog.deleteLater()
    assert desk.app.window.isVisible()


def test_keys_sleep_where_one_types_in_boxes_on_buttons_and_in_menus(desk: Desk) -> None:
    window, fired = desk.app.window, []
    for id_, action in window.actions_by_id.items():
        action.triggered.connect(lambda _=False, id_=id_: fired.append(id_))
    desk.fresh()
    event = window.views["event"]
    plain = [key for spec in ACTIONS for key in spec.keys if len(key) == 1]
    assert {"x", "1", "/", "?", "["} <= {key.lower() for key in plain}
    for name in ("queue", "events", "rides"):
        window.docks[name].raise_()
        desk.app.settle(2)
        fields = {
            "queue": [window.toolbar.filter_box.line, event.note, event.start, event.start_pm],
            "events": [window.views["events"].search],
            "rides": [window.views["rides"].search],
        }[name]
        for field in fields:
            field.setFocus()
            field.clear()
            for key in (*plain, K.Key_Space, K.Key_Delete, K.Key_Backspace, K.Key_Left, K.Key_Home):
                QTest.keyClick(field, key)
            assert len(field.text()) == len(plain), (field.accessibleName(), field.text(), fired)
            QTest.keyClick(field, K.Key_Escape)
            assert field.text() == (field.property("was") or "")
    queue, labels = window.views["queue"], window.views["events"].labels
    queue.show()
    window.docks["queue"].raise_()
    desk.app.settle(2)
    queue.decided.setFocus()
    QTest.keyClick(queue.decided, K.Key_Space)
    assert queue.decided.isChecked()
    queue.decided.setChecked(False)
    labels.setFocus()
    for key in plain:
        if key != "?":
            QTest.keyClick(labels, key)
    desk.trace.setFocus()
    menu = window.menus["&Trace"]
    for popup in (desk.trace.menu(), menu):
        popup.popup(QPoint(40, 40))
        for key in ("x", "h", "1", K.Key_Space, "g"):
            desk.press(key, on=popup)
        assert popup.isVisible()
        found = popup.activeAction()
        popup.close()
    assert found in (window.actions_by_id["aligned"], window.actions_by_id["go_to"])
    assert fired == []
    window.activateWindow()
    desk.trace.setFocus()
    QTest.mouseClick(event.buttons[-1], LEFT)  # keys stay where they were
    assert desk.trace.hasFocus()
    desk.press("x")
    assert fired == ["crosshair"]


def test_the_tables_have_no_collision_and_a_changed_one_is_told() -> None:
    usual = keys_of.defaults(ACTIONS)
    assert keys_of.collisions(ACTIONS, usual) == []
    assert all(all(keys) for keys in usual.values())
    by_id = {spec.id: spec for spec in ACTIONS}
    for spec in ACTIONS:
        assert not any(keys_of.refusal(ACTIONS, usual, spec, key) for key in usual[spec.id])
    for id_, key, why in (
        ("measure", "X", "X is taken: it does “Crosshair” on the trace."),
        ("open", "X", "X is taken: it does “Crosshair” on the trace."),  # everywhere is also there
        ("crosshair", "Ctrl+O", "Ctrl+O is taken: it does “Open a library” everywhere."),
        ("data_fault", "N", "N is taken: it does “Wrong"),  # both are heard on the queue
        ("lasso", "Left", "Left is taken: it steps to the next dot"),
        ("lasso", "Alt+F", "Alt+F is taken: it opens the File menu."),
        ("open", "Z", "Z alone is needed where one types"),
        ("lasso", "X", ""),  # the map doesn't hear what the trace hears
        ("data_fault", "X", ""),
        ("open", "F9", ""),
    ):
        told = keys_of.refusal(ACTIONS, usual, by_id[id_], key)
        assert told.startswith(why), (id_, key, told)
        assert bool(told) == bool(why)


def test_stored_keys_that_are_unknown_broken_or_taken_are_left_out() -> None:
    usual = keys_of.defaults(ACTIONS)
    swap = {"crosshair": ["D"], "measure": ["X"], "draw": ["Ctrl+Shift+Y", "A"], "split": []}
    bindings, ignored = keys_of.chosen(ACTIONS, swap)
    assert ignored == []
    assert keys_of.to_store(ACTIONS, bindings) == swap
    broken = {"no_such": ["Q"], "crosshair": "D", "lasso": ["Ctrl+Ctrl+"], "overview": [7], "wrong": ["Y"],
              "measure": ["Ctrl+K, Ctrl+D"], "fit_map": ["Q"]}  # fmt: skip
    bindings, ignored = keys_of.chosen(ACTIONS, broken)
    assert bindings == {**usual, "fit_map": ("Q",)}
    assert len(ignored) == 6
    assert keys_of.chosen(ACTIONS, {}) == (usual, [])


def test_keys_are_changed_in_the_dialog_live_at_once_and_kept(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    window = desk.app.window
    shown: list[KeyDialog] = []
    monkeypatch.setattr(dialogs, "run", shown.append)
    window.actions_by_id["change_keys"].trigger()
    (dialog,) = shown
    dialog.show()
    dialog.search.setText("crossh")
    assert [id_ for id_, item in dialog.rows.items() if not item.isHidden()] == ["crosshair"]
    dialog.choose("crosshair")
    dialog.edit.setFocus()
    for key, free in (("d", False), (K.Key_Tab, False), (K.Key_Escape, False), ("q", True)):
        QTest.keyClick(dialog.edit, key)
        assert dialog.replace.isEnabled() == free, dialog.message.text()
    assert dialog.isVisible()
    QTest.mouseClick(dialog.add, LEFT)
    assert desk.app.memory.keys == {"crosshair": ["X", "Q"]}
    QTest.mouseClick(dialog.removes[0], LEFT)
    assert desk.app.memory.keys == {"crosshair": ["Q"]}
    desk.trace.setFocus()
    window.activateWindow()
    before = desk.modes
    desk.press("x", on=desk.trace)
    assert desk.modes == before
    desk.press("q", on=desk.trace)
    assert toggled(0)(before, desk.modes)
    assert ("Q", "Crosshair") in [row for _, rows in live_keys([("", window.menus["&Trace"].actions())])
                                  for row in rows]  # fmt: skip
    dialog.choose("measure")
    QTest.keyClick(dialog.edit, "x")  # free now
    QTest.mouseClick(dialog.replace, LEFT)
    dialog.choose("crosshair")
    QTest.mouseClick(dialog.reset, LEFT)
    assert dialog.message.text() == "X is taken: it does “Measure between two markers” on the trace."
    assert desk.app.memory.keys == {"crosshair": ["Q"], "measure": ["X"]}
    dialog.choose("right")
    QTest.keyClick(dialog.edit, "j")
    QTest.mouseClick(dialog.replace, LEFT)
    desk.app.settle()
    assert window.verdicts.buttons["right"].text() == "J right"
    again = KeyCommands(window)
    assert again.bindings == window.commands.keys.bindings
    QTest.mouseClick(dialog.reset_all, LEFT)
    assert desk.app.memory.keys == {}
    assert window.actions_by_id["crosshair"].shortcuts() == ["X"]
    dialog.close()
    dialog.deleteLater()
    desk.app.memory.keys = {"gone": ["Q"]}
    assert KeyCommands(window).bindings == keys_of.defaults(ACTIONS)
    assert "there is no action gone" in caplog.text
