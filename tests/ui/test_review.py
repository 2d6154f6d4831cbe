"""Going through the review queue with real keys: what is shown, how, what is recorded, what comes back."""

import shutil
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QToolButton
from pytestqt.qtbot import QtBot

from projector.annotations.layers import first_edits
from projector.domain.edits import Kind
from projector.domain.nouns import Annotation, Recording, Stream
from projector.jobs.synchronous import SynchronousRunner
from projector.library.label_store import LabelStore, store_path
from projector.library.library import Library
from projector.library.writer import write_library
from projector.ui.app import Application
from projector.ui.layouts import LAYOUTS, Layout
from projector.ui.views.queue_view import QueueView
from projector.ui.widgets.job_bar import JobBar
from projector.ui.widgets.queue_menus import reasons_menu, showing_menu
from projector.workspace.memory import Memory
from projector.workspace.review.found import Reason
from projector.workspace.review.making import AT_ONCE
from projector.workspace.review.stopwatch import IDLE_S
from projector.workspace.review.subjects import About, Subject
from tests.ui.trace_made import calm
from tests.ui.windows import opened, settle

SHIFT, CTRL = Qt.KeyboardModifier.ShiftModifier, Qt.KeyboardModifier.ControlModifier
UTC = "2026-01-05T08:00:00.000+00:00"
OFF = ["unlike", "unlabelled", "edge"]
SPANS = {"a": [(20.0, 21.0, "crash"), (50.0, 58.0, "braking")], "b": [(30.0, 32.0, "crash")],
         "c": [(10.0, 13.0, "crash"), (40.0, 43.5, "braking")]}  # fmt: skip


@pytest.fixture(scope="module")
def original(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("review") / "rides.h5"
    rides = []
    for seed, (name, spans) in enumerate(SPANS.items()):
        stream = Stream("phone", ("ax", "ay", "az"), ("m/s²",) * 3, calm(70, seed), 100.0)
        rides.append(Recording(name, (stream,), tuple(Annotation(*span) for span in spans)))
    write_library(path, rides)
    opened_once = opened(path, Memory(review={"off": OFF}))  # so that its windows are in the cache
    opened_once.close()
    return path


@pytest.fixture
def path(original: Path, tmp_path: Path) -> Path:
    shutil.copytree(original.with_suffix(".cache"), tmp_path / "rides.cache")
    return Path(shutil.copy(original, tmp_path / "rides.h5"))


def memory() -> Memory:
    return Memory(theme="dark", layout="label", author="anna", review={"off": OFF})


@pytest.fixture
def app(qapp: object, path: Path) -> Iterator[Application]:
    app = opened(path, memory())
    app.window.views["queue"].list.setFocus()
    yield app
    app.close()


def put(path: Path, layer: str, ride: str, *marks: Annotation) -> None:
    """Labels of a layer that somebody else made."""
    with Library.open(path) as library, LabelStore.open(store_path(path)) as store:
        row = library.describe(library.number_of(ride))
        store.append(first_edits(marks, ride, row.signal_hash.hex(), layer=layer, utc=UTC, reason="made"))


def press(app: Application, key: Qt.Key | str, held=Qt.KeyboardModifier.NoModifier) -> None:
    QTest.keyClick(app.window.views["queue"].list, key, held)
    settle(app)


def place(subject: Subject | None, app: Application) -> tuple[str, float, str] | None:
    return subject and (app.workspace.library.id_of(subject.ride), subject.start_s, subject.label)


def rows(app: Application) -> list[tuple[str, str, str]]:
    model = app.window.views["queue"].model
    read = [model.row(row) for row in range(model.rowCount())]
    return [(row.ride, row.label, row.reason) for row in read]


ORDER = [("a", 20.0, "crash"), ("b", 30.0, "crash"), ("c", 10.0, "crash"), ("c", 40.0, "braking")]


def test_space_shows_one_after_the_other_with_the_same_seconds_and_the_same_scale(app: Application) -> None:
    queue, trace = app.window.review_queue, app.window.trace
    assert rows(app)[0] == ("a", "crash", "1 s, shorter than a window")
    scales = set()
    for ride, start, label in [*ORDER, ORDER[0]]:  # and round the end
        press(app, Qt.Key.Key_Space)
        assert place(queue.current, app) == (ride, start, label)
        stop = queue.current.stop_s
        view = trace.scene.view
        assert (view.start_s, view.stop_s) == pytest.approx((start - 5, stop + 5))
        assert trace.scene.marks.event is not None
        limits = {key: trace.scene.limits(lane) for key, lane in trace.scene.signals.items()}
        scales.add(tuple((key, one.low, one.high) for key, one in limits.items()))
        centres = app.workspace.table.windows.start_s + 2
        chosen = app.workspace.rows([app.workspace.selection.primary])[0]
        assert abs(centres[chosen] - (start + stop) / 2) <= 1.0  # the window in its middle is selected
        assert "the same ±30 m/s²" in trace.subtitle()
        assert app.window.views["queue"].list.currentIndex().row() == ORDER.index((ride, start, label))
    assert scales == {(("ax", -30, 30), ("ay", -30, 30), ("az", -30, 30), ("|a|", 0, 60))}
    press(app, Qt.Key.Key_Space, SHIFT)
    assert place(queue.current, app) == ORDER[-1]
    trace.setFocus()
    QTest.keyClick(trace, Qt.Key.Key_Escape)
    app.window.views["queue"].list.setFocus()
    press(app, Qt.Key.Key_Y)
    assert (queue.current, list(queue.verdicts())) == (None, []), "deselected, it is not what Y is about"
    press(app, Qt.Key.Key_Space)
    assert place(queue.current, app) == ORDER[-1]
    queue.show_as(around_s=2.0, range=50.0)
    assert trace.scene.view.start_s == pytest.approx(38.0)
    assert trace.scene.limits(trace.scene.signals["ax"]).high == 50
    assert app.memory.review["around_s"] == 2.0
    trace.fit_ride()  # ends the fixed scale
    assert "±" not in trace.subtitle()
    shown = []
    queue.shown.connect(lambda: shown.append(place(queue.current, app)))
    press(app, "y")  # the last one: on to the first, not to the line above
    assert shown == [ORDER[0]]
    assert place(queue.current, app) == ORDER[0]


def test_verdicts_go_on_are_kept_with_who_and_how_long_and_undo_brings_back(
    app: Application, path: Path
) -> None:
    queue = app.window.review_queue
    before = app.workspace.annotations
    press(app, Qt.Key.Key_Space)
    for key in ("y", "n"):
        press(app, key)
    assert place(queue.current, app) == ORDER[2]
    assert app.workspace.annotations is before  # N changes no label
    assert [row[:2] for row in rows(app)] == [("c", "crash"), ("c", "braking")]
    assert app.window.docks["queue"].subtitle() == "2 left · Space next"
    app.window.views["queue"].decided.click()
    settle(app)
    read = [app.window.views["queue"].model.row(row) for row in (0, 1)]
    assert [(row.ride, row.right) for row in read] == [("b", "wrong"), ("a", "right")]
    assert all(row.reason.startswith("anna · ") and row.reason.endswith(" s") for row in read)
    app.window.views["queue"].decided.click()
    press(app, "z", CTRL)
    assert place(queue.current, app) == ORDER[1]  # back, and shown
    assert [row[:2] for row in rows(app)][:2] == [("b", "crash"), ("c", "crash")]
    press(app, "u")
    assert app.window.trace.canvas._note.text.startswith("unsure")
    with LabelStore.open(store_path(path)) as store:
        kept = [edit for edit in store.edits() if edit.kind is Kind.VERDICT]
    assert [edit.after and edit.after["verdict"] for edit in kept] == ["right", "wrong", None, "unsure"]
    assert kept[0].after["seconds"] >= 0
    assert (kept[0].ride, kept[0].after["start_s"], kept[0].after["label"]) == ORDER[0]
    assert kept[0].author == "anna"


def test_a_verdict_belongs_to_what_was_seen(app: Application) -> None:
    queue, verdicts = app.window.review_queue, app.window.verdicts
    press(app, Qt.Key.Key_Space)
    QTest.mouseClick(verdicts.buttons["right"], Qt.MouseButton.LeftButton)
    settle(app)
    assert place(queue.current, app) == ORDER[1]
    app.workspace.select_event(0)
    settle(app)
    assert verdicts.buttons["right"].isChecked()
    assert verdicts.state.text().startswith("right, anna, ")
    app.labelling.resize({0: (20.0, 21.5)})
    settle(app)
    assert not verdicts.buttons["right"].isChecked()
    assert ("a", "crash", "1.5 s, shorter than a window") in rows(app)
    app.labelling.relabel(0, "braking")
    press(app, "y")  # judged as it is now, and on to the next
    assert ("a", 20.0, "braking") in [place(one.subject, app) for one in queue.verdicts()]
    assert ("a", "braking") not in [row[:2] for row in rows(app)]


def test_an_edit_during_the_review_does_not_lose_the_place(app: Application) -> None:
    queue = app.window.review_queue
    press(app, Qt.Key.Key_Space)
    press(app, Qt.Key.Key_Space)
    app.labelling.resize({app.workspace.event: (30.0, 36.0)})  # no longer short: it leaves the queue
    settle(app)
    assert ("b", "crash") not in [row[:2] for row in rows(app)]
    assert place(queue.current, app) == ("b", 30.0, "crash")
    press(app, "y")
    assert place(queue.current, app) == ORDER[2]


def test_alerts_of_a_detector_are_compared_and_have_verdicts_of_their_own(qapp: object, path: Path) -> None:
    put(
        path, "detector", "a", Annotation(19.0, 20.5, "alert"), Annotation(40.0, 42.0, "alert", comment="0.9")
    )
    put(path, "detector", "b", Annotation(31.0, 33.0, "alert"))
    app = opened(path, memory())
    try:
        queue, trace = app.window.review_queue, app.window.trace
        app.window.views["queue"].list.setFocus()
        assert queue.alerts_layer == "detector"
        assert [row[2] for row in rows(app)][:2] == [
            "alert without an annotation",  # the detector gave it 0.9
            "event without an alert · 3 s, shorter than a window",
        ]
        press(app, Qt.Key.Key_Space)
        assert queue.current == Subject(About.ALERT, queue.current.ride, 40.0, 42.0, "alert")
        assert trace.scene.view.start_s == pytest.approx(35.0)
        assert set(app.window.verdicts.buttons) == {
            "true",
            "false",
            "harsh but harmless",
            "data fault",
            "unsure",
        }
        was = trace.aligned
        trace.setFocus()
        QTest.keyClick(trace, "g")
        settle(app)
        assert trace.aligned == was
        assert [one.verdict for one in queue.verdicts()] == ["data fault"]
        QTest.keyClick(trace, "b")  # of an event there is no such verdict
        settle(app)
        assert len(queue.verdicts()) == 1
        QTest.keyClick(trace, "g")
        assert trace.aligned != was
    finally:
        app.close()


def test_people_dates_and_switches(qapp: object, path: Path) -> None:
    put(path, "bert", "b", Annotation(30.0, 32.0, "crash"), Annotation(50.0, 60.0, "crash"))
    put(path, "carl", "b", Annotation(30.0, 33.0, "crash"))
    app = opened(path, memory())
    try:
        queue, view = app.window.review_queue, app.window.views["queue"]
        told = dict.fromkeys(row[2] for row in rows(app))
        assert "carl ends it 1.0 s later" in told
        assert "carl has nothing here" in told
        menu = reasons_menu(queue, view, lambda: None)
        texts = [action.text() for action in menu.actions()]
        assert "people disagree\t2" in texts
        assert "event without an alert\tno layer has a detector's alerts" in texts
        next(action for action in menu.actions() if action.text().startswith("people")).trigger()
        settle(app)
        assert Reason.PEOPLE not in queue.preferences.reasons
        assert not any("carl" in row[2] for row in rows(app))
        menu.deleteLater()
        app.labelling.add(app.workspace.library.number_of("c"), 60.0, 66.0, "crash")
        settle(app)
        assert not any("edited by" in row[2] for row in rows(app))
        queue.prefer(since=date.today())
        settle(app)
        assert [row[:2] for row in rows(app) if "edited by anna" in row[2]] == [("c", "crash")]
        showing = showing_menu(queue, view)
        assert [action.text() for action in showing.actions() if action.isChecked()] == [
            "5 s",
            "30 m/s², the same for every ride",
        ]
        showing.deleteLater()
    finally:
        app.close()


def test_others_verdicts_settle_what_is_right_and_point_out_what_is_not(app: Application, path: Path) -> None:
    press(app, Qt.Key.Key_Space)
    for key in ("y", "n"):
        press(app, key)
    second = opened(path, Memory(theme="dark", layout="label", author="bert", review={"off": OFF}))
    try:
        assert rows(second)[0] == ("b", "crash", "anna: wrong · 2 s, shorter than a window")
        assert ("a", "crash") not in [row[:2] for row in rows(second)]
    finally:
        second.close()


def test_keys_sleep_in_text_fields_and_the_next_two_are_read_ahead(app: Application) -> None:
    review = app.window.commands.review
    press(app, Qt.Key.Key_Space)
    review._read_ahead()
    assert review.warmer.wait()
    assert review.warmer.ready(app.window.review_queue.upcoming())
    assert {app.workspace.library.number_of(name) for name in "bc"} <= set(app.workspace.library._open_rides)
    review._tell()
    assert app.window.ahead.text() == "next two events are ready"
    note = app.window.views["event"].note
    note.setFocus()
    QTest.keyClicks(note, "y n u")
    assert note.text() == "y n u"
    assert not app.window.review_queue.verdicts()
    keys = app.window.commands.keys
    assert app.window.docks["queue"].subtitle() == "4 left · Space next"
    keys.change({**keys.bindings, "next_item": ("J",)})
    settle(app)
    assert app.window.docks["queue"].subtitle() == "4 left · J next"


def test_time_runs_while_a_hand_is_at_the_window_and_the_program_in_front(app: Application) -> None:
    watch, clock = app.window.review_queue.stopwatch, [100.0]
    watch._now = lambda: clock[0]
    watch.restart()
    clock[0] += 1000.0
    assert watch.seconds == IDLE_S
    QTest.keyClick(app.window.windowHandle(), Qt.Key.Key_F13)
    clock[0] += 10.0
    assert watch.seconds == IDLE_S + 10.0
    app.qt.applicationStateChanged.emit(Qt.ApplicationState.ApplicationInactive)
    clock[0] += 50.0
    assert watch.seconds == IDLE_S + 10.0
    app.qt.applicationStateChanged.emit(Qt.ApplicationState.ApplicationActive)
    clock[0] += 5.0
    assert watch.seconds == IDLE_S + 15.0


def test_a_long_list_is_made_beside_the_window_and_is_like_any_other(app: Application, qtbot: QtBot) -> None:
    queue, view = app.window.review_queue, app.window.views["queue"]
    assert isinstance(view, QueueView)
    count, marks = AT_ONCE + 1, app.workspace.annotations
    start = np.linspace(0, 60, count)
    many = type(marks)(
        np.full(count, marks.ride_number[0]), start, start + 1, np.zeros(count, np.int32), marks.label_names
    )
    before = rows(app)
    app.workspace.set_annotations(many, "made", None)
    view.refresh()
    assert queue.making  # on a thread of its own; meanwhile the list is what it was
    assert rows(app) == before
    qtbot.waitUntil(lambda: not queue.making)
    settle(app)
    assert view.model.rowCount() == len(queue.items) == count
    press(app, Qt.Key.Key_Space)
    removed = []
    view.model.rowsRemoved.connect(lambda *_: removed.append(1))
    press(app, "y")
    assert removed == [1]  # one that is decided costs its row, not the list
    view.list.scrollToBottom()
    assert view.list.findChildren(type(view)) == []
    view.list.viewport().repaint()
    press(app, Qt.Key.Key_End)
    assert queue.current_item == len(queue.items) - 1


def test_layouts_leave_out_panels_that_are_not_there_and_raise_the_first_tab(app: Application) -> None:
    plan = Layout("x", (((("a", "b"), 50), (("c",), 50)), ((("d",), 100),)), (30, 70))
    assert plan.among({"b": 0, "d": 0}) == Layout("x", (((("b",), 50),), ((("d",), 100),)), (30, 70))
    assert plan.among({"a": 0}).widths == (30,)
    names = {
        name
        for layout in LAYOUTS.values()
        for column in layout.columns
        for tabs, _ in column
        for name in tabs
    }
    assert names >= {"queue", "trace", "map", "event", "inspector", "distribution"}
    docks = app.window.docks
    assert docks["queue"].view.isVisible()
    assert not docks["events"].view.isVisible()
    docks["events"].raise_()
    settle(app)
    assert docks["events"].view.isVisible()
    assert not docks["queue"].view.isVisible()
    assert docks["events"].view.model.rowCount() == 5
    app.window.set_layout("label")
    settle(app)
    assert docks["queue"].view.isVisible()


def test_one_cancel_stops_all_that_the_queue_has_had_looked_for(app: Application) -> None:
    work, bar = app.window.review_work, app.window.findChild(JobBar)
    app.pipeline._runner = SynchronousRunner(notify=lambda: None)  # jobs stay queued
    for reason in (Reason.UNLIKE, Reason.EDGE):
        app.window.review_queue.switch(reason, True)
    settle(app)
    assert app.pipeline.working("look_alikes")
    assert app.pipeline.working("impacts")
    QTest.mouseClick(bar.findChild(QToolButton), Qt.MouseButton.LeftButton)
    settle(app)
    assert not work.busy
    assert app.pipeline.stage is None
    assert bar.isHidden()
