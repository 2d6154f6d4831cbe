"""Editing annotations with real mouse and key events: what is released counts, and is on disk."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QEvent, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QDialog, QMessageBox

from projector.domain.errors import StorageError
from projector.library.label_store import LabelStore, existing_store, store_path
from projector.ui.app import Application
from projector.ui.items.trace_model import LABELS
from projector.workspace.memory import Memory
from tests.ui.hands import ALT, CTRL, NONE, SHIFT, Hand
from tests.ui.trace_made import GAP_S, RATE_HZ, SPIKE_S, made_library
from tests.ui.windows import copied, opened, opened_once, settle
from tests.workspace.labelling_made import Said, said


def memory() -> Memory:
    return Memory(theme="dark", layout="label", author="anna")


@pytest.fixture(scope="module")
def original(qapp: object, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return opened_once(made_library(tmp_path_factory.mktemp("editing")), memory())


@pytest.fixture
def path(original: Path, tmp_path: Path) -> Path:
    return copied(original, tmp_path)


@pytest.fixture
def app(qapp: object, path: Path) -> Iterator[Application]:
    app = opened(path, memory())
    yield app
    app.close()


@pytest.fixture
def hand(app: Application) -> Hand:
    return Hand(app)


def spans(app: Application, label: str) -> list[tuple[float, float]]:
    return [(start, stop) for _, start, stop, name in said(app.workspace) if name == label]


def on_disk(path: Path, app: Application) -> Said:
    """What somebody who opens the library now would see."""
    other = opened(path, Memory(theme="dark", author=app.memory.author))
    try:
        return said(other.workspace)
    finally:
        other.close()


# --- the mouse ------------------------------------------------------------------------------------------


def test_an_edge_goes_where_it_is_released_and_is_on_disk(app: Application, hand: Hand, path: Path) -> None:
    hand.pick("fall")
    view = hand.scene.view
    hand.drag(150.0, 148.5)
    ((start, stop),) = spans(app, "fall")
    assert start == pytest.approx(148.5, abs=2 * view.span_s / hand.scene.layout.plot.width())
    assert start * RATE_HZ == pytest.approx(round(start * RATE_HZ), abs=1e-6)  # on a sample
    assert stop == 160.0
    assert hand.scene.view == view  # nothing moved under the hand
    assert app.window._saved.text().startswith("saved ")
    with existing_store(store_path(path)) as store:
        assert store.check().sound
    assert on_disk(path, app) == said(app.workspace)


def test_while_dragging_nothing_counts_and_the_status_line_says_what_would(
    app: Application, hand: Hand
) -> None:
    hand.pick("fall")
    before, codes = said(app.workspace), app.workspace.labels.codes.copy()
    hand.drag_to(150.0, 147.0)
    message = app.window.statusBar().currentMessage()
    assert said(app.workspace) == before
    assert app.window.commands.labels.editor.draft.was == 150.0
    hand.send(QEvent.Type.MouseButtonRelease, hand.place(147.0), NONE, Qt.MouseButton.NoButton)
    settle(app)
    changed = np.count_nonzero(codes != app.workspace.labels.codes)
    assert changed
    assert message.startswith(f"{changed} window")
    assert message.endswith("from no label to fall")
    assert app.window.statusBar().currentMessage() == ""


def test_esc_takes_a_drag_away_and_the_release_does_nothing(app: Application, hand: Hand) -> None:
    hand.pick("fall")
    before = said(app.workspace)
    hand.drag_to(150.0, 147.0)
    hand.key(Qt.Key.Key_Escape)
    hand.send(QEvent.Type.MouseButtonRelease, hand.place(147.0), NONE, Qt.MouseButton.NoButton)
    settle(app)
    assert said(app.workspace) == before
    assert app.workspace.event is not None  # one level at a time
    hand.key(Qt.Key.Key_Escape)
    assert app.workspace.event is None


def test_the_first_click_only_selects_and_the_background_still_pans(app: Application, hand: Hand) -> None:
    hand.look(140, 170)
    before, view = said(app.workspace), hand.scene.view
    hand.drag(152.0, 155.0, lane=LABELS)  # not selected: a pan
    assert said(app.workspace) == before
    assert hand.scene.view.start_s == pytest.approx(view.start_s - 3.0, abs=0.2)
    hand.click(155.0, lane=LABELS)
    assert app.workspace.annotations.start_s[app.workspace.event] == 150.0
    hand.drag(152.0, 155.0, lane=LABELS)
    ((start, stop),) = spans(app, "fall")
    assert start == pytest.approx(153.0, abs=0.1)
    assert stop - start == pytest.approx(10.0)
    view = hand.scene.view
    hand.drag(154.0, 156.0)  # the body elsewhere than in the label row: a pan
    assert spans(app, "fall") == [(start, stop)]
    assert hand.scene.view != view


def test_shift_and_drag_make_an_interval_and_ctrl_click_a_point(app: Application, hand: Hand) -> None:
    hand.look(120, 140)
    count = len(app.workspace.annotations)
    hand.drag(125.0, 128.0, SHIFT)
    event, marks = app.workspace.event, app.workspace.annotations
    assert marks.start_s[event] == pytest.approx(125.0, abs=0.05)
    assert marks.stop_s[event] == pytest.approx(128.0, abs=0.05)
    hand.click(133.0, CTRL)
    event, marks = app.workspace.event, app.workspace.annotations
    assert marks.start_s[event] == marks.stop_s[event] == pytest.approx(133.0, abs=0.05)
    assert len(marks) == count + 2
    hand.drag(133.0, 135.0)  # a point moves as a whole
    event, marks = app.workspace.event, app.workspace.annotations
    assert marks.start_s[event] == marks.stop_s[event] == pytest.approx(135.0, abs=0.05)


def test_a_shared_edge_moves_both_and_with_ctrl_only_one(app: Application, hand: Hand) -> None:
    hand.pick("fall")
    hand.app.labelling.add(hand.scene.ride.number, 145.0, 150.0, "normal")
    settle(app)
    hand.pick("fall")
    hand.drag(150.0, 151.0)
    moved = spans(app, "fall")[0][0]
    assert (145.0, moved) in spans(app, "normal")
    assert moved == pytest.approx(151.0, abs=0.1)
    QTest.keyClick(app.window, Qt.Key.Key_Z, CTRL)  # one step
    settle(app)
    assert (145.0, 150.0) in spans(app, "normal")
    hand.pick("fall")
    hand.drag(150.0, 151.0, CTRL)
    assert (145.0, 150.0) in spans(app, "normal")
    assert spans(app, "fall")[0][0] == pytest.approx(151.0, abs=0.1)


def test_a_shared_edge_stays_shared_under_keys_until_one_of_the_two_is_a_sample_long(
    app: Application, hand: Hand
) -> None:
    app.labelling.add(hand.scene.ride.number, 145.0, 150.0, "normal")
    settle(app)
    hand.pick("fall")
    at, before = 150.0, said(app.workspace)
    presses = [(",", NONE, -0.01), (".", CTRL, 0.1), *[(",", ALT, -1.0)] * 6]
    for key, held, by_s in presses:
        hand.key(key, held)
        at = max(at + by_s, 145.0 + 1 / RATE_HZ)
        (left,) = (stop for start, stop in spans(app, "normal") if start == 145.0)
        assert spans(app, "fall") == [(left, 160.0)]
        assert left == pytest.approx(at, abs=1e-6)
    hand.key(",")  # nothing is left to move: no step to be undone
    hand.pick("fall")
    for _ in presses:
        QTest.keyClick(app.window, Qt.Key.Key_Z, CTRL)  # one for each press, for both sides
    settle(app)
    assert said(app.workspace) == before


def test_edges_snap_to_the_peak_and_to_neighbours_unless_alt_is_held(app: Application, hand: Hand) -> None:
    hand.look(60, 62)
    hand.drag(60.4, SPIKE_S - 0.06, SHIFT)
    row = app.workspace.event
    assert app.workspace.annotations.stop_s[row] == pytest.approx(SPIKE_S)
    hand.drag(SPIKE_S, 61.07, ALT)
    stop = float(app.workspace.annotations.stop_s[app.workspace.event])
    assert stop != SPIKE_S
    assert stop == pytest.approx(61.07, abs=0.005)
    hand.look(140, 165)
    near = 150.0 - 4 * hand.scene.view.span_s / hand.scene.layout.plot.width()
    hand.drag(145.0, near, SHIFT)
    assert app.workspace.annotations.stop_s[app.workspace.event] == 150.0


def test_an_edge_stays_in_the_ride_and_an_annotation_keeps_a_sample(app: Application, hand: Hand) -> None:
    hand.pick("fall")
    hand.drag(150.0, 162.5)
    ((start, stop),) = spans(app, "fall")
    assert stop - start == pytest.approx(1 / RATE_HZ, abs=1e-6)
    hand.look(170, 180)
    hand.drag(175.0, 181.0, SHIFT)
    assert app.workspace.annotations.stop_s[app.workspace.event] == pytest.approx(180.0)


# --- keys ---------------------------------------------------------------------------------------------------


def test_keys_label_nudge_split_merge_delete_and_undo_each(app: Application, hand: Hand) -> None:
    names = app.labelling.names()
    states = [said(app.workspace)]
    hand.pick("fall")

    def done() -> None:
        states.append(said(app.workspace))

    hand.key(str(names.index("crash") + 1))
    assert (150.0, 160.0) in spans(app, "crash")
    done()
    hand.key(".")
    assert (150.01, 160.0) in [(round(a, 4), b) for a, b in spans(app, "crash")]
    done()
    hand.key("e")
    hand.key(",", CTRL)
    assert any(stop == pytest.approx(159.9) for _, stop in spans(app, "crash"))
    done()
    hand.key(".", ALT)
    assert any(stop == pytest.approx(160.9) for _, stop in spans(app, "crash"))
    done()
    hand.click(155.0)
    hand.key("s")
    assert len(said(app.workspace)) == len(states[-1]) + 1
    done()
    hand.key("m", SHIFT)
    assert len(said(app.workspace)) == len(states[-2])
    done()
    hand.key(Qt.Key.Key_Delete)
    assert len(said(app.workspace)) == len(states[-1]) - 1
    assert app.workspace.event is None
    done()
    for state in reversed(states[:-1]):
        QTest.keyClick(app.window, Qt.Key.Key_Z, CTRL)
        settle(app)
        assert said(app.workspace) == state
    assert not app.window.actions_by_id["undo"].isEnabled()
    for state in states[1:]:
        QTest.keyClick(app.window, Qt.Key.Key_Y, CTRL)
        settle(app)
        assert said(app.workspace) == state


def test_a_draws_by_clicks_and_brackets_at_the_cursor(app: Application, hand: Hand) -> None:
    hand.look(110, 140)
    count = len(app.workspace.annotations)
    hand.key("a")
    hand.click(115.0)
    hand.click(118.0, SHIFT)  # ends this and begins the next
    hand.click(121.0)
    assert len(app.workspace.annotations) == count + 2
    marks = app.workspace.annotations
    middle = marks.start_s[app.workspace.event]
    assert middle == pytest.approx(118.0, abs=0.1)
    assert middle in marks.stop_s
    assert not app.window.commands.labels.editor.busy
    hand.click(130.0)
    hand.key("[")
    hand.click(134.0) if not app.window.commands.labels.editor.busy else hand.trace.go_to(134.0)
    settle(app)
    hand.key("]")
    assert len(app.workspace.annotations) == count + 3
    hand.key("a")
    hand.key(Qt.Key.Key_Escape)
    hand.click(112.0)
    assert len(app.workspace.annotations) == count + 3


def test_a_digit_without_an_event_is_for_the_next_new_one_only(app: Application, hand: Hand) -> None:
    names = app.labelling.names()
    hand.look(110, 140)
    app.workspace.select_event(None)
    hand.key(str(names.index("crash") + 1))
    hand.drag(115.0, 117.0, SHIFT)
    hand.key(str(names.index("braking") + 1))  # relabels this one: the next still is a crash
    hand.drag(125.0, 127.0, SHIFT)
    assert [round(start) for start, _ in spans(app, "crash")] == [61, 125]


def test_the_list_of_events_is_walked_and_labelled_without_the_trace(app: Application, hand: Hand) -> None:
    app.window.docks["events"].raise_()
    names, view = app.labelling.names(), app.window.views["events"]
    hand.pick("braking")
    view.table.setFocus()
    QTest.keyClick(view.table, Qt.Key.Key_Down)
    settle(app)
    chosen = app.workspace.event
    assert app.workspace.annotations.start_s[chosen] == 15.0
    QTest.keyClick(view.table, str(names.index("crash") + 1))
    settle(app)
    assert (15.0, 30.0) in spans(app, "crash")
    assert app.workspace.annotations.start_s[app.workspace.event] == 15.0
    assert view.model.event(view.table.currentIndex().row()) == app.workspace.event
    assert view.table.hasFocus()
    view.search.setFocus()
    QTest.keyClicks(view.search, "1s")  # typing is typing
    settle(app)
    assert view.search.text() == "1s"
    assert (15.0, 30.0) in spans(app, "crash")
    view.search.clear()


def test_letters_sleep_in_text_fields(app: Application, hand: Hand) -> None:
    hand.pick("fall")
    before = said(app.workspace)
    line = app.window.toolbar.filter_box.line
    line.setFocus()
    for key in (Qt.Key.Key_S, Qt.Key.Key_Delete, Qt.Key.Key_1, Qt.Key.Key_0):
        QTest.keyClick(line, key)
    settle(app)
    assert said(app.workspace) == before


def test_undo_across_rides_goes_there(app: Application, hand: Hand) -> None:
    library = app.workspace.library
    hand.pick("fall")
    hand.key(Qt.Key.Key_Delete)
    app.workspace.show_ride(library.number_of("short"))
    settle(app)
    QTest.keyClick(app.window, Qt.Key.Key_Z, CTRL)
    settle(app)
    assert app.workspace.ride == library.number_of("long")
    assert app.workspace.annotations.start_s[app.workspace.event] == 150.0
    assert hand.scene.view.start_s <= 150.0 < 160.0 <= hand.scene.view.stop_s


def test_a_ride_without_annotations_gets_its_first(app: Application, hand: Hand) -> None:
    app.workspace.show_ride(app.workspace.library.number_of("short"))
    settle(app)
    hand.drag(5.0, 9.0, SHIFT)
    assert len(app.workspace.annotations) == 5
    assert LABELS in hand.scene.layout.lanes


# --- who, and whether it is saved ------------------------------------------------------------------------


def test_the_name_is_asked_for_once_and_a_refusal_edits_nothing(
    qapp: object, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = opened(path, Memory(theme="dark", layout="label"))
    try:
        hand, asked = Hand(app), []
        monkeypatch.setattr(QDialog, "exec", lambda self: asked.append(self) or 0)
        hand.pick("fall")
        before = said(app.workspace)
        hand.key(Qt.Key.Key_Delete)
        assert said(app.workspace) == before
        assert len(asked) == 1
        assert not store_path(path).exists()
        monkeypatch.setattr(
            "projector.ui.dialogs.ask_for_author", lambda parent: asked.append(parent) or "ben"
        )
        hand.key(Qt.Key.Key_Delete)
        hand.pick("normal")
        hand.key(Qt.Key.Key_Delete)
        assert len(asked) == 2
        assert app.memory.author == "ben"
        assert "labels: ben, else imported" in app.window._status.text()
    finally:
        app.close()


def test_an_edit_that_cannot_be_saved_stays_is_told_and_holds_the_window_open(
    app: Application, hand: Hand, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> int:
        raise StorageError("the disk is full", where="here", remedy="make room")

    told: list[str] = []
    answer = [QMessageBox.StandardButton.No]
    monkeypatch.setattr(QMessageBox, "exec", lambda self: told.append(self.text()) or answer[0])
    hand.pick("fall")
    with monkeypatch.context() as broken:
        broken.setattr(LabelStore, "append", full)
        hand.key(Qt.Key.Key_Delete)
        assert spans(app, "fall") == []
        assert app.window._saved.text() == "5 edits not saved: the disk is full"
        QTest.keyClick(app.window, Qt.Key.Key_S, CTRL)
        assert told[-1] == "the disk is full"
        assert not app.window.close()
        assert told[-1] == "5 edits are not saved and would be lost."
    QTest.keyClick(app.window, Qt.Key.Key_S, CTRL)
    assert app.window._saved.text().startswith("saved ")
    assert app.window.statusBar().currentMessage().startswith("saved ")


def test_another_window_is_seen_within_a_second(app: Application, hand: Hand, path: Path) -> None:
    other = opened(path, Memory(theme="dark", layout="label", author="anna"))
    try:
        other.labelling.add(other.workspace.ride, 1.0, 2.0, "crash")
        QTest.qWait(900)
        assert said(app.workspace) == said(other.workspace)
        assert hand.scene.ride.bands.start[0] == 1.0
    finally:
        other.close()


def test_the_label_filter_of_events_survives_an_edit(app: Application, hand: Hand) -> None:
    app.window.docks["events"].raise_()
    settle(app)
    combo = app.window.views["events"].labels
    combo.setCurrentIndex(next(i for i in range(combo.count()) if combo.itemText(i).startswith("fall")))
    hand.pick("fall")
    hand.drag(150.0, 149.0)
    assert combo.currentText().startswith("fall")
    assert app.window.views["events"].model.rowCount() == 1


def test_what_happens_during_a_drag_never_hits_another_annotation(
    app: Application, hand: Hand, path: Path
) -> None:
    other = opened(path, Memory(theme="dark", layout="label", author="anna"))
    try:
        hand.pick("fall")
        hand.drag_to(150.0, 148.0)
        other.labelling.add(other.workspace.ride, 1.0, 2.0, "crash")  # every row moves
        QTest.qWait(700)
        hand.key(Qt.Key.Key_Delete)  # not now
        hand.send(QEvent.Type.MouseButtonRelease, hand.place(148.0), NONE, Qt.MouseButton.NoButton)
        settle(app)
        assert spans(app, "fall")[0] == (pytest.approx(148.0, abs=0.1), 160.0)
        QTest.qWait(700)
        assert (1.0, 2.0) in spans(app, "crash")
        assert len(said(app.workspace)) == 5
        assert app.workspace.annotations.stop_s[app.workspace.event] == 160.0
    finally:
        other.close()


def test_another_ride_ends_a_drag(app: Application, hand: Hand) -> None:
    hand.pick("fall")
    before = said(app.workspace)
    hand.drag_to(150.0, 148.0)
    QTest.keyClick(app.window, Qt.Key.Key_PageDown, CTRL)
    settle(app)
    hand.send(QEvent.Type.MouseMove, hand.place(5.0), NONE)
    hand.send(QEvent.Type.MouseButtonRelease, hand.place(5.0), NONE, Qt.MouseButton.NoButton)
    settle(app)
    assert app.workspace.ride == app.workspace.library.number_of("short")
    assert said(app.workspace) == before


def test_the_bar_under_the_ride_follows(app: Application, hand: Hand) -> None:
    hand.pick("fall")
    hand.key(Qt.Key.Key_Delete)
    app.window.docks["rides"].raise_()
    settle(app)
    facts = app.window.views["rides"].model.facts
    assert facts.annotations is app.workspace.annotations
    assert not facts.present[0, facts.annotations.label_names.index("fall")]


def test_gaps_are_no_place_to_snap_wrongly(app: Application, hand: Hand) -> None:
    """Inside a gap the nearest sample is at its edge."""
    hand.look(95, 110)
    hand.drag(97.0, GAP_S[0] + 0.5, SHIFT)
    stop = float(app.workspace.annotations.stop_s[app.workspace.event])
    assert stop == pytest.approx(GAP_S[0] - 1 / RATE_HZ)
