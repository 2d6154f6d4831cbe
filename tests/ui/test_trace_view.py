"""The trace through its real view: what is drawn, where a click leads, what moves and what doesn't."""

from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QColor, QImage, QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from projector.domain.errors import LibraryError
from projector.domain.progress import silent
from projector.jobs.tasks import TASKS
from projector.library.cache import load_aligned
from projector.processing.overview import Envelope, Raw
from projector.ui.actions import ACTIONS, TRACE
from projector.ui.items.trace_frame import Viewport
from projector.ui.theme import load_theme
from projector.ui.views import trace_view
from projector.ui.views.trace_view import TraceView
from projector.ui.widgets import trace_ride
from projector.workspace.workspace import Workspace
from tests.ui.trace_made import (
    GAP_S,
    RATE_HZ,
    SPIKE,
    SPIKE_S,
    long_ride,
    made_library,
    made_workspace,
)

WIDTH, HEIGHT = 900, 420


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return made_library(tmp_path_factory.mktemp("trace"))


@pytest.fixture
def workspace(library: Path) -> Iterator[Workspace]:
    workspace = made_workspace(library)
    yield workspace
    workspace.set_library(None)


@pytest.fixture
def view(qtbot, workspace: Workspace) -> TraceView:
    return shown(qtbot, workspace)


def shown(qtbot, workspace: Workspace) -> TraceView:
    view = TraceView(workspace, load_theme("dark"))
    qtbot.addWidget(view)
    view.resize(WIDTH, HEIGHT)
    view.show()
    settle(view)
    return view


def settle(view: TraceView) -> QImage:
    """Everything that is stale is brought up to date and painted."""
    for _ in range(2):
        QApplication.processEvents()
    return view.grab().toImage().convertToFormat(QImage.Format.Format_RGB32)


def number(workspace: Workspace, name: str = "long") -> int:
    assert workspace.library is not None
    return workspace.library.number_of(name)


def place(view: TraceView, seconds: float, lane: str = "ay") -> QPoint:
    assert view.scene is not None
    return QPoint(round(view.scene.x(seconds)), round(view.scene.layout.lanes[lane].center().y()))


def click(view: TraceView, seconds: float, lane: str = "ay") -> None:
    QTest.mouseClick(view.canvas, Qt.MouseButton.LeftButton, pos=place(view, seconds, lane))
    settle(view)


def wheel(view: TraceView, at: QPoint, notches: float, held=Qt.KeyboardModifier.NoModifier) -> None:
    event = QWheelEvent(
        QPointF(at),
        QPointF(view.canvas.mapToGlobal(at)),
        QPoint(),
        QPoint(0, round(120 * notches)),
        Qt.MouseButton.NoButton,
        held,
        Qt.ScrollPhase.NoScrollPhase,
        False,
    )
    QApplication.sendEvent(view.canvas, event)
    settle(view)


def press(view: TraceView, key: str) -> None:
    """What the table of actions does at a key on the trace; test_main_window presses the real ones."""
    spec = next(spec for spec in ACTIONS if spec.scope == TRACE and key in spec.keys)
    spec.call(SimpleNamespace(trace=view))  # type: ignore[arg-type]


def drawn(view: TraceView) -> Raw | Envelope:
    assert view.scene is not None
    return view.scene.frame.slice(view.scene.ride.main.name)


def whole(view: TraceView) -> tuple[float, float]:
    assert view.scene is not None
    return view.scene.ride.start_s, view.scene.ride.stop_s


# --- what is drawn -------------------------------------------------------------------------------


def test_selecting_a_window_draws_its_very_samples(view: TraceView, workspace: Workspace) -> None:
    workspace.select_at(number(workspace), 62.0)
    settle(view)
    assert view.scene is not None
    start, stop = view.scene.marks.window or (0, 0)
    assert view.scene.view.start_s <= start < stop <= view.scene.view.stop_s
    part = drawn(view)
    assert isinstance(part, Raw)
    stream = long_ride().primary
    assert stream.time_s is not None
    at = np.searchsorted(stream.time_s, part.times)
    assert np.array_equal(stream.time_s[at], part.times)
    assert np.array_equal(part.values[:, :3], stream.samples[at])
    magnitude = np.linalg.norm(stream.samples[at].astype(float), axis=1)
    assert part.values[:, 3] == pytest.approx(magnitude, rel=1e-5)
    inside = (stream.time_s >= view.scene.view.start_s) & (stream.time_s <= view.scene.view.stop_s)
    assert np.isin(stream.time_s[inside], part.times).all()


def test_extremes_that_are_drawn_are_those_of_the_samples(view: TraceView, workspace: Workspace) -> None:
    workspace.show_ride(number(workspace))
    settle(view)
    part = drawn(view)
    assert isinstance(part, Envelope)
    assert view.scene is not None
    assert part.low.shape[1] == round(view.scene.layout.plot.width())
    samples = long_ride().primary.samples
    assert np.nanmax(part.high[2]) == np.float32(SPIKE)
    assert np.nanmin(part.low[0]) == samples[:, 0].min()


def test_one_sample_of_8_g_is_seen_in_the_whole_ride(view: TraceView, workspace: Workspace) -> None:
    workspace.show_ride(number(workspace))
    image = settle(view)
    assert view.scene is not None
    lane = view.scene.layout.lanes["az"]
    colour = QColor(load_theme("dark").channel("az"))

    def top(x: int) -> int:
        """The highest pixel of the channel's colour in a column of its lane."""
        for y in range(int(lane.top()), int(lane.bottom())):
            pixel = QColor(image.pixel(x, y))
            near = abs(pixel.red() - colour.red()) + abs(pixel.blue() - colour.blue())
            if near < 90 and pixel.red() > pixel.blue() + 20:
                return y
        return int(lane.bottom())

    x = round(view.scene.x(SPIKE_S))
    assert min(top(k) for k in (x - 1, x, x + 1)) <= lane.top() + 6
    assert all(top(k) > lane.center().y() for k in (x - 12, x + 12))


def test_a_gap_is_told_shaded_and_has_no_line(view: TraceView, workspace: Workspace) -> None:
    workspace.show_ride(number(workspace))
    settle(view)
    assert "1 gap in view" in view.subtitle()
    part = drawn(view)
    assert isinstance(part, Envelope)
    middle = int(np.searchsorted(part.edges, sum(GAP_S) / 2)) - 1
    assert np.isnan(part.high[:, middle]).all()
    assert view.scene is not None
    assert view.scene.unplaced()[:, 0].tolist() == [99.0, 101.0, 103.0]


def test_the_header_says_how_it_is_drawn(view: TraceView, workspace: Workspace) -> None:
    workspace.show_ride(number(workspace))
    settle(view)
    assert view.subtitle().startswith("long · 00:00–03:00 of 03:00 · 1:")
    assert "min-max" in view.subtitle()
    workspace.select_at(number(workspace), 30.0)
    settle(view)
    assert "1:1, every sample drawn · 100 Hz" in view.subtitle()
    assert view.subtitle().endswith("no gap in view")


def test_labels_speed_and_tracks_have_lanes_and_the_gyro_a_key(view: TraceView, workspace: Workspace) -> None:
    workspace.show_ride(number(workspace))
    workspace.choose_features(("az__mean",))
    settle(view)
    assert view.scene is not None
    lanes = list(view.scene.layout.lanes)
    assert lanes == ["ax", "ay", "az", "|a|", "labels", "feature/az__mean", "gps/speed_kmh"]
    press(view, "Shift+H")
    settle(view)
    assert "gyro/gx" in view.scene.layout.lanes
    assert view.streams_shown
    press(view, "Shift+H")
    settle(view)
    assert "gps/speed_kmh" not in view.scene.layout.lanes


def test_turned_axes_point_along_gravity(view: TraceView, workspace: Workspace) -> None:
    workspace.show_ride(number(workspace))
    settle(view)
    view.toggle_aligned()
    settle(view)
    assert "gravity" in view.subtitle()
    assert view.scene is not None
    pyramid = view.scene.ride.main.pyramid
    middle = np.median(pyramid.samples[0 : pyramid.clock.count], axis=0)
    assert middle == pytest.approx([0, 0, 9.81], abs=0.05)
    view.toggle_aligned()
    assert np.array_equal(view.scene.ride.main.pyramid.samples[0:50], long_ride().primary.samples[:50])


def test_a_long_ride_is_turned_by_the_worker_to_the_same_bits(
    view: TraceView, workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    workspace.show_ride(number(workspace))
    settle(view)
    view.toggle_aligned()
    settle(view)
    here = view.scene.ride.main.pyramid  # type: ignore[union-attr]
    view.toggle_aligned()

    monkeypatch.setattr(trace_ride, "ALIGNED_AT_ONCE", 100)
    wanted: list[int | None] = []
    workspace.alignment_wanted.connect(lambda: wanted.append(workspace.ride))
    view.toggle_aligned()
    assert "raw axes stay" in view.canvas._note
    assert "gravity" not in view.subtitle()
    assert wanted == [number(workspace)]
    assert workspace.library is not None
    made = TASKS["align"](str(workspace.library.path), wanted[0], progress=silent)
    workspace.set_aligned(number(workspace), *load_aligned(Path(made["aligned"])))
    settle(view)
    assert "gravity" in view.subtitle()
    there = view.scene.ride.main.pyramid  # type: ignore[union-attr]
    count = here.clock.count
    assert np.asarray(there.samples[0:count]).tobytes() == here.samples[0:count].tobytes()
    assert len(there.levels) == len(here.levels) > 0
    for ours, theirs in zip(there.levels, here.levels, strict=True):
        assert ours.bin_s == theirs.bin_s
        assert np.asarray(ours.values).tobytes() == theirs.values[0:].tobytes()
    view.toggle_aligned()
    assert "gravity" not in view.subtitle()


# --- clicks ----------------------------------------------------------------------------------------


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


# --- following the selection -----------------------------------------------------------------------


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
    assert "no later event" in view.canvas._note
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


def test_a_damaged_ride_is_told_and_another_still_opens(
    view: TraceView, workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    library = workspace.library
    assert library is not None
    real = library.ride

    def ride(wanted: int) -> object:
        if wanted == number(workspace):
            raise LibraryError(
                "its samples are not those that were imported", where="ride long", remedy="restore it"
            )
        return real(wanted)

    monkeypatch.setattr(library, "ride", ride)
    workspace.show_ride(number(workspace))
    settle(view)
    message = view.canvas.message
    assert message.error
    assert (message.heading, message.lines[0]) == (
        "its samples are not those that were imported",
        "ride long",
    )
    workspace.show_ride(number(workspace, "short"))
    settle(view)
    assert view.scene is not None


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
    assert "no later event" in view.canvas._note
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
    plain = settle(view)
    QTest.mouseMove(view.canvas, place(view, 62.0))
    assert settle(view) != plain
    press(view, "X")
    assert settle(view) == plain


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
