"""Where clicks, drags, the wheel and keys lead in the trace, and what they leave where it is."""

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest

from projector.processing.overview import Raw
from projector.ui.items.trace_frame import Viewport
from projector.ui.views.trace_view import TraceView
from projector.workspace.workspace import Workspace
from tests.ui.trace.shown import click, drawn, number, place, press, settle, wheel, whole
from tests.ui.trace_made import RATE_HZ


def test_a_click_selects_the_window_with_the_nearest_centre(view: TraceView, workspace: Workspace) -> None:
    workspace.show_ride(number(workspace))
    settle(view)
    assert workspace.table is not None
    for seconds in (33.3, 90.9, 170.2):
        before = view.scene.view  # type: ignore[union-attr]
        click(view, seconds)
        windows = workspace.table.windows
        rows = workspace.windows_of_ride(number(workspace))
        centres = (windows.start_s[rows] + windows.stop_s[rows]) / 2
        at = view.scene.seconds(place(view, seconds).x())  # type: ignore[union-attr]
        assert workspace.selection.primary == windows.ids[rows][np.argmin(np.abs(centres - at))]
        assert view.scene.view == before  # type: ignore[union-attr]


def test_a_click_in_an_annotation_makes_it_the_current_event(view: TraceView, workspace: Workspace) -> None:
    workspace.show_ride(number(workspace))
    settle(view)
    click(view, 155.0)
    assert workspace.annotations is not None
    assert workspace.event is not None
    assert workspace.annotations.start_s[workspace.event] == 150.0
    assert view.scene is not None
    assert view.scene.marks.event == 3
    click(view, 130.0)
    assert workspace.event is None


def test_a_drag_is_no_click(view: TraceView, workspace: Workspace) -> None:
    workspace.select_at(number(workspace), 80.0)
    settle(view)
    assert view.scene is not None
    chosen, before, at = workspace.selection.primary, view.scene.view, place(view, 80.0)
    QTest.mousePress(view.canvas, Qt.MouseButton.LeftButton, pos=at)
    QTest.mouseMove(view.canvas, at + QPoint(50, 0))
    QTest.mouseMove(view.canvas, at + QPoint(100, 0))
    QTest.mouseRelease(view.canvas, Qt.MouseButton.LeftButton, pos=at + QPoint(100, 0))
    settle(view)
    assert workspace.selection.primary == chosen
    moved = before.start_s - view.scene.view.start_s
    assert moved == pytest.approx(100 * before.span_s / view.scene.layout.plot.width(), rel=0.02)


def test_a_double_click_zooms_to_the_event(view: TraceView, workspace: Workspace) -> None:
    workspace.show_ride(number(workspace))
    settle(view)
    QTest.mouseDClick(view.canvas, Qt.MouseButton.LeftButton, pos=place(view, 155.0))
    settle(view)
    assert view.scene is not None
    click(view, 155.0)
    view.zoom_to_event()
    assert view.scene.view == Viewport(145.0, 165.0)


# --- moving ----------------------------------------------------------------------------------------


def test_the_wheel_keeps_the_moment_under_the_pointer(view: TraceView, workspace: Workspace) -> None:
    workspace.show_ride(number(workspace))
    settle(view)
    assert view.scene is not None
    at = place(view, 70.0)
    before = view.scene.seconds(at.x())
    for notches in (1, 3, -2, 5):
        wheel(view, at, notches)
        assert view.scene.seconds(at.x()) == pytest.approx(before, abs=1e-6)
    assert view.scene.view.span_s < 50


def test_nothing_leaves_the_ride(view: TraceView, workspace: Workspace) -> None:
    workspace.show_ride(number(workspace))
    settle(view)
    assert view.scene is not None
    low, high = whole(view)
    rng = np.random.default_rng(0)
    for _ in range(40):
        kind = rng.integers(4)
        if kind == 0:
            view.zoom(float(rng.uniform(0.1, 8)))
        elif kind == 1:
            view.step(float(rng.uniform(-3, 3)))
        elif kind == 2:
            wheel(view, place(view, float(rng.uniform(low, high))), int(rng.integers(-6, 6)))
        else:
            view.go_to(float(rng.uniform(low, high)))
        assert low - 1e-9 <= view.scene.view.start_s < view.scene.view.stop_s <= high + 1e-9
        assert view.scene.view.span_s >= 4 / RATE_HZ - 1e-9


def test_keys_move_as_hands_expect(view: TraceView, workspace: Workspace) -> None:
    workspace.select_at(number(workspace), 60.0)
    settle(view)
    assert view.scene is not None
    first = view.scene.view
    for key, shift in (("Right", 0.25), ("PgDown", 1), ("PgUp", -1)):
        before = view.scene.view.start_s
        press(view, key)
        assert view.scene.view.start_s - before == pytest.approx(shift * first.span_s)
    press(view, "Left")
    press(view, "Up")
    assert view.scene.view.span_s == pytest.approx(first.span_s / 2)
    press(view, "End")
    assert view.scene.view.stop_s == pytest.approx(whole(view)[1])
    press(view, "Home")
    assert view.scene.view.start_s == pytest.approx(whole(view)[0])
    press(view, "F")
    assert view.scene.fitted
    for key, attribute in (("X", "crosshair"), ("O", "overview")):
        press(view, key)
        assert not getattr(view, attribute)


def test_tab_walks_through_events(view: TraceView, workspace: Workspace) -> None:
    workspace.select_at(number(workspace), 5.0)
    settle(view)
    for expected in (0, 1, 2, 3, 3):
        press(view, "Tab")
        settle(view)
        assert workspace.event == expected
    assert "no later event" in view.canvas._note.text
    press(view, "Shift+Tab")
    assert workspace.event == 2
    press(view, "Alt+Left")
    assert workspace.event == 1


def test_control_and_wheel_change_the_amplitude_only(view: TraceView, workspace: Workspace) -> None:
    workspace.show_ride(number(workspace))
    settle(view)
    assert view.scene is not None
    before = view.scene.view
    wheel(view, place(view, 70.0), 4, Qt.KeyboardModifier.ControlModifier)
    assert view.scene.view == before
    assert view.scene.gain > 2
    assert "amplitude ×" in view.subtitle()
    view.fit_ride()
    assert view.scene.gain == 1.0


def test_a_double_click_beside_a_lane_fits_the_amplitude(view: TraceView, workspace: Workspace) -> None:
    workspace.select_at(number(workspace), 30.0)
    settle(view)
    assert view.scene is not None
    beside = QPoint(20, round(view.scene.layout.lanes["az"].center().y()))
    QTest.mouseDClick(view.canvas, Qt.MouseButton.LeftButton, pos=beside)
    settle(view)
    assert view.scene.gain > 1
    touching = 0
    for key in ("ax", "ay", "az", "|a|"):
        lane = view.scene.signals[key]
        low, high = view.scene.limits(lane).zoomed(view.scene.gain)
        part = drawn(view)
        assert isinstance(part, Raw)
        values = part.values[:, lane.series[0].column]
        assert low - 1e-4 <= values.min() <= values.max() <= high + 1e-4
        touching += bool(values.min() < low + 1e-3 or values.max() > high - 1e-3)
    assert touching == 1
    QTest.mouseDClick(view.canvas, Qt.MouseButton.LeftButton, pos=beside)
    assert view.scene.gain == 1.0


def test_the_menu_ticks_what_is_shown(view: TraceView, workspace: Workspace) -> None:
    workspace.show_ride(number(workspace))
    settle(view)
    menu = view.menu()
    ticked = {action.text(): action for action in menu.actions() if action.isCheckable()}
    assert ticked["az"].isChecked()
    assert not ticked["gyro: gx gy gz"].isChecked()
    ticked["gyro: gx gy gz"].trigger()
    ticked["ax"].trigger()
    settle(view)
    assert view.scene is not None
    assert "gyro/gx" in view.scene.layout.lanes
    assert "ax" not in view.scene.layout.lanes
    menu.deleteLater()


def test_the_strip_moves_the_view(view: TraceView, workspace: Workspace) -> None:
    workspace.select_at(number(workspace), 60.0)
    settle(view)
    assert view.scene is not None
    strip = view.scene.strip_scale()
    assert strip is not None
    y = round(strip.rect.center().y())
    QTest.mouseClick(view.canvas, Qt.MouseButton.LeftButton, pos=QPoint(round(strip.x(150.0)), y))
    middle = (view.scene.view.start_s + view.scene.view.stop_s) / 2
    assert middle == pytest.approx(150.0, abs=0.3)
    assert view.scene.view.span_s == pytest.approx(12.0)


def test_going_to_a_time_sets_the_cursor_and_selects(view: TraceView, workspace: Workspace) -> None:
    workspace.show_ride(number(workspace))
    settle(view)
    view.go_to(75.2)
    settle(view)
    assert view.scene is not None
    assert view.scene.marks.cursor_s == 75.2
    assert view.scene.marks.window == (74.0, 78.0) or view.scene.marks.window == (72.0, 76.0)
    assert view.scene.view.span_s == pytest.approx(30.0)
