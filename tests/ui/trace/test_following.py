"""What brings the trace to another place, what it says where there is nothing to show, and how it looks."""

from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QPointF
from PySide6.QtGui import QColor, QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from projector.domain.errors import LibraryError
from projector.library import hashing
from projector.processing.overview import Raw
from projector.ui.theme import load_theme
from projector.ui.views import trace_view
from projector.ui.views.trace_view import TraceView
from projector.ui.widgets import trace_ride
from projector.workspace.workspace import Workspace
from tests.ui.trace.shown import click, drawn, number, place, press, settle, shown, where_different
from tests.ui.trace_made import SPIKE, SPIKE_S, made_workspace


def test_a_window_that_can_be_read_does_not_move_the_view(view: TraceView, workspace: Workspace) -> None:
    workspace.select_at(number(workspace), 60.0)
    settle(view)
    assert view.scene is not None
    before = view.scene.view
    assert before.span_s == pytest.approx(12.0)
    workspace.select_at(number(workspace), 62.0)
    settle(view)
    assert view.scene.view == before
    workspace.select_at(number(workspace), 140.0)
    settle(view)
    assert view.scene.view.span_s == pytest.approx(before.span_s)
    start, stop = view.scene.marks.window or (0, 0)
    assert view.scene.view.start_s < start < stop < view.scene.view.stop_s


def test_a_window_of_another_ride_brings_that_ride_at_the_same_width(
    view: TraceView, workspace: Workspace
) -> None:
    workspace.select_at(number(workspace), 60.0)
    settle(view)
    view.zoom(0.75)
    workspace.select_at(number(workspace, "short"), 15.0)
    settle(view)
    assert view.scene is not None
    assert view.scene.ride.id == "short"
    assert view.scene.view.span_s == pytest.approx(9.0)
    start, stop = view.scene.marks.window or (0, 0)
    assert view.scene.view.start_s < start < stop < view.scene.view.stop_s


def test_every_selected_window_of_the_ride_is_marked(view: TraceView, workspace: Workspace) -> None:
    assert workspace.table is not None
    ids = workspace.table.windows.ids
    workspace.select_many(ids[[3, 7, 12, -2]])
    workspace.select(int(ids[7]))
    settle(view)
    assert view.scene is not None
    assert view.scene.marks.window == (14.0, 18.0)
    assert view.scene.marks.others.tolist() == [8.0, 26.0]


def test_an_event_chosen_elsewhere_comes_into_view(view: TraceView, workspace: Workspace) -> None:
    workspace.select_at(number(workspace), 60.0)
    settle(view)
    workspace.select_event(3)
    settle(view)
    assert view.scene is not None
    assert view.scene.view.start_s < 150 < 160 < view.scene.view.stop_s


def test_a_hidden_view_does_no_work(
    view: TraceView, workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    calls = []
    real = trace_ride.ride_trace
    monkeypatch.setattr(trace_view.trace_ride, "ride_trace", lambda *a: (calls.append(a), real(*a))[1])
    view.hide()
    workspace.select_at(number(workspace), 60.0)
    workspace.select_at(number(workspace, "short"), 10.0)
    QApplication.processEvents()
    assert calls == []
    view.show()
    settle(view)
    assert len(calls) == 1
    assert view.scene is not None
    assert view.scene.ride.id == "short"


# --- states and pictures ---------------------------------------------------------------------------


def test_an_empty_trace_says_what_to_do(qtbot, workspace: Workspace) -> None:
    view = shown(qtbot, workspace)
    assert view.canvas.message.heading == "No ride is chosen"
    workspace.show_ride(number(workspace))
    settle(view)
    assert view.scene is not None
    workspace.set_library(None)
    view.grab()  # painted before anything else is done: the file is closed already
    settle(view)
    assert view.canvas.message.heading == "No library is open"
    assert view.subtitle() == ""


def test_a_damaged_ride_is_told_and_never_seen_and_opens_once_it_is_sound(
    view: TraceView, workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[str] = []
    with monkeypatch.context() as damage:
        damage.setattr(hashing, "signal_hash", lambda digests: bytes(len(list(digests))))
        damage.setattr(type(view.canvas), "_paint_scene", lambda *_: seen.append("painted"))
        workspace.show_ride(number(workspace))
        settle(view)
        view.grab()
        message = view.canvas.message
        assert message.error
        assert message.heading == "its samples are not those that were imported"
        assert message.lines[0].endswith("ride long")
        assert view.subtitle() == ""
    assert not seen
    workspace.show_ride(number(workspace, "short"))
    settle(view)
    assert view.scene is not None
    workspace.show_ride(number(workspace))
    settle(view)
    assert view.scene is not None
    assert view.scene.ride.id == "long"


def test_damage_met_while_painting_is_told_too(
    view: TraceView, workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    workspace.show_ride(number(workspace))
    settle(view)

    def damaged(*_: object) -> None:
        raise LibraryError("a block is damaged", where="ride long")

    monkeypatch.setattr(type(view.scene.ride.main.pyramid), "slice", damaged)  # type: ignore[union-attr]
    view.canvas.renew()
    settle(view)
    assert view.canvas.message.heading == "a block is damaged"
    assert view.subtitle() == ""


def test_a_library_without_windows_or_annotations_still_shows_its_rides(qtbot, library: Path) -> None:
    workspace = made_workspace(library, windows=False)
    view = shown(qtbot, workspace)
    workspace.show_ride(number(workspace, "short"))
    settle(view)
    assert view.scene is not None
    assert list(view.scene.layout.lanes) == ["ax", "ay", "az", "|a|"]
    click(view, 10.0)
    assert view.scene.marks.cursor_s == pytest.approx(10.0, abs=0.1)
    press(view, "Tab")
    assert "no later event" in view.canvas._note.text
    workspace.set_library(None)
    settle(view)


def test_pictures(view: TraceView, workspace: Workspace, tmp_path: Path) -> None:
    workspace.select_at(number(workspace), 60.0)
    settle(view)
    view.save_png(tmp_path / "trace.png")
    image = QImage(str(tmp_path / "trace.png"))
    assert (image.width(), image.height()) == (2 * view.canvas.width(), 2 * view.canvas.height())
    view.save_svg(tmp_path / "trace.svg")
    text = (tmp_path / "trace.svg").read_text(encoding="utf-8")
    part = drawn(view)
    assert isinstance(part, Raw)
    assert view.scene is not None
    inside = (part.times > view.scene.view.start_s) & (part.times < view.scene.view.stop_s)
    assert max(line.count("L") for line in text.splitlines()) >= np.count_nonzero(inside)


def test_what_is_under_the_pointer_is_explained(view: TraceView, workspace: Workspace) -> None:
    workspace.show_ride(number(workspace))
    workspace.choose_features(("az__mean",))
    settle(view)
    assert view.scene is not None
    lanes, strip = view.scene.layout.lanes, view.scene.strip_scale()
    assert strip is not None
    row = lanes["labels"].top() + 10
    assert view.canvas.explain(QPointF(view.scene.x(155.0), row)) == "fall · 02:30.00–02:40.00 · 10 s"
    assert view.canvas.explain(QPointF(view.scene.x(120.0), row)) == ""
    assert "78.5 m/s² in this ride" in view.canvas.explain(QPointF(20, lanes["az"].center().y()))
    assert view.canvas.explain(QPointF(20, lanes["feature/az__mean"].center().y())).startswith("az mean · ")
    assert "cut off at the top" in view.canvas.explain(QPointF(300, strip.rect.center().y()))


def test_the_crosshair_tells_the_sample_under_it(view: TraceView, workspace: Workspace) -> None:
    workspace.select_at(number(workspace), 62.0)
    settle(view)
    assert view.scene is not None
    lane = view.scene.signals["az"]
    assert view.scene.frame.values_at(lane, SPIKE_S + 0.002) == [(SPIKE, SPIKE)]
    view.canvas.hide_pointer()  # the window may have opened under the mouse that another test left there
    plain = settle(view)
    QTest.mouseMove(view.canvas, place(view, 62.0))
    assert settle(view) != plain
    press(view, "X")
    assert where_different(settle(view), plain) == ""


def test_both_themes_and_any_size_paint(view: TraceView, workspace: Workspace) -> None:
    workspace.select_at(number(workspace), 60.0)
    workspace.choose_features(("ax__mean", "az__mean"))
    for name in ("light", "dark"):
        view.set_theme(load_theme(name))
        for size in ((240, 90), (760, 300), (1600, 900)):
            view.resize(*size)
            image = settle(view)
            panel = QColor(load_theme(name).panel).rgb()
            assert image.pixel(2, image.height() - 3) == panel


def test_the_axis_shows_the_rides_clock(view: TraceView, workspace: Workspace) -> None:
    workspace.show_ride(number(workspace))
    settle(view)
    view.set_absolute_time(True)
    assert "14:05:30–14:08:30 of 03:00" in view.subtitle()
    workspace.show_ride(number(workspace, "short"))
    settle(view)
    assert "00:00–00:30 of 00:30" in view.subtitle()
