"""What the trace draws: the very samples, extremes, gaps, lanes, turned axes, its pictures."""

from pathlib import Path

import numpy as np
import pytest
from PySide6.QtGui import QColor

from projector.domain.progress import silent
from projector.jobs.tasks import TASKS
from projector.library.cache import load_aligned
from projector.processing.overview import Envelope, Raw
from projector.ui.theme import load_theme
from projector.ui.views.trace_view import TraceView
from projector.ui.widgets import trace_ride
from projector.workspace.workspace import Workspace
from tests.ui.trace.shown import drawn, number, press, settle
from tests.ui.trace_made import GAP_S, SPIKE, SPIKE_S, long_ride


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
    assert "raw axes stay" in view.canvas._note.text
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
