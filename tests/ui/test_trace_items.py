"""The trace's drawing against brute force: coverage, lines, bands, tracks, ticks, times."""

from datetime import datetime, timedelta, timezone

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from projector.domain.errors import InputError
from projector.domain.nouns import Stream
from projector.processing.clock import clock_truth
from projector.processing.overview import Pyramid
from projector.ui.items.bands import MAX_ROWS, Bands
from projector.ui.items.envelope import filled, joined, line_spans, painted, penned, tint_table
from projector.ui.items.time_axis import TimeAxis, elapsed
from projector.ui.items.trace_drawing import merged, value_ticks
from projector.ui.items.trace_frame import Viewport
from projector.ui.items.trace_layout import LaneKind, laid_out, lane_space
from projector.ui.items.tracks import Track, figure
from projector.ui.widgets.go_to_time import parse_time
from projector.ui.widgets.trace_ride import feature_title, true_rate

WHITE = tint_table(255, 255, 255)
START = datetime(2026, 5, 1, 14, 5, 30, tzinfo=timezone(timedelta(hours=2)))


def alpha(words: np.ndarray) -> np.ndarray:
    return (words >> 24).astype(int)


@given(st.lists(st.tuples(st.floats(-5, 25), st.floats(0.01, 20)), min_size=1, max_size=12))
def test_coverage_is_the_exact_area(spans: list[tuple[float, float]]) -> None:
    low = np.array([a for a, _ in spans])
    high = low + np.array([b for _, b in spans])
    made = filled(low, high, np.arange(len(low)), (20, len(low)), WHITE)
    row = np.arange(20)[:, None]
    area = np.clip(np.minimum(high, row + 1) - np.maximum(low, row), 0, 1)
    assert np.abs(alpha(made) - 255 * area).max() <= 2.01
    channels = np.stack([made >> shift & 255 for shift in (24, 16, 8, 0)])
    assert np.ptp(channels, axis=0).max() == 0  # white stays white: no byte borrowed from another


def test_sub_columns_share_a_pixel() -> None:
    low, high = np.array([2.0, 2.0, np.nan, np.nan]), np.array([6.0, 4.0, np.nan, np.nan])
    made = painted(low, high, 10, WHITE, sub=4)
    assert made.top == 2
    assert made.words.shape == (4, 1)
    assert alpha(made.words)[:, 0] == pytest.approx([126, 126, 63, 63], abs=2)


def test_an_empty_or_hidden_span_paints_nothing() -> None:
    nothing = np.full(8, np.nan)
    assert painted(nothing, nothing, 10, WHITE).words.shape == (0, 8)
    assert painted(np.full(8, 30.0), np.full(8, 40.0), 10, WHITE).words.shape == (0, 8)


def test_joined_columns_touch_and_gaps_stay() -> None:
    low, high = joined(np.array([0.0, 10.0, np.nan, 3.0, 0.0]), np.array([1.0, 12.0, np.nan, 4.0, 1.0]))
    assert high[0] == low[1] == 5.5
    assert high[4] == low[3] == 2.0
    assert np.isnan(low[2])
    assert high[1] == 12.0


def test_a_lines_spans_hold_every_point_between_samples() -> None:
    rng = np.random.default_rng(0)
    x = np.sort(rng.uniform(-2, 42, 60))
    y = rng.normal(0, 10, 60)
    low, high = line_spans(x, y, 40, np.zeros(59, bool))
    fine = np.linspace(0.0, 40, 400_001)[:-1]
    value, column = np.interp(fine, x, y), fine.astype(int)
    for k in range(40):
        inside = value[column == k]
        assert low[k] == pytest.approx(inside.min(), abs=0.02)
        assert high[k] == pytest.approx(inside.max(), abs=0.02)


def test_a_line_stops_at_gaps_and_missing_values() -> None:
    x, y = np.array([1.5, 10.5, 20.5, 30.5]), np.array([1.0, 2.0, 3.0, np.nan])
    low, _ = line_spans(x, y, 40, np.array([False, True, False]))
    drawn = np.flatnonzero(np.isfinite(low))
    assert drawn.tolist() == [*range(1, 11), 20]


def test_the_pen_is_round() -> None:
    low, high = np.full(41, np.nan), np.full(41, np.nan)
    low[20] = high[20] = 0.0
    low, high = penned(low, high, 2.0, sub=4)
    drawn = np.flatnonzero(np.isfinite(low))
    assert drawn[0] >= 12
    assert drawn[-1] <= 28
    assert high[20] == 2.0
    assert 1.5 < high[24] < 1.9


INTERVALS = st.lists(
    st.tuples(st.integers(0, 60), st.one_of(st.just(0), st.integers(1, 30))), min_size=0, max_size=60
)


def made_bands(spans: list[tuple[int, int]]) -> Bands:
    spans = sorted(spans)
    start = np.array([a for a, _ in spans], float)
    stop = start + np.array([b for _, b in spans], float)
    return Bands.of(start, stop, np.zeros(len(spans), np.int32), ("x",))


@given(INTERVALS, st.integers(-5, 90), st.integers(0, 40))
def test_culled_bands_are_those_that_brute_force_finds(
    spans: list[tuple[int, int]], begin: int, width: int
) -> None:
    bands = made_bands(spans)
    end = begin + width
    found = {
        int(i)
        for row in bands.rows
        for i in row.index[row.visible(begin, end)]
        if bands.stop[i] >= begin  # a crowded row may give a few too many, never too few
    }
    expected = {i for i in range(len(bands)) if bands.start[i] <= end and bands.stop[i] >= begin}
    assert found == expected


@given(INTERVALS)
def test_no_two_bands_of_a_row_overlap(spans: list[tuple[int, int]]) -> None:
    bands = made_bands(spans)
    assert sum(len(row.index) for row in bands.rows) == len(bands)
    for row in bands.rows[: MAX_ROWS - 1]:
        assert np.all(bands.start[row.index][1:] >= bands.stop[row.index][:-1])


def test_bands_are_found_and_walked() -> None:
    bands = made_bands([(0, 50), (10, 5), (12, 0), (60, 10)])
    assert bands.at(13.0) == 1
    assert bands.at(12.2, slack_s=0.3) == 2
    assert bands.at(30.0) == 0
    assert bands.at(55.0) is None
    assert bands.next(11.0, None, forward=True) == 2
    assert bands.next(11.0, None, forward=False) == 1
    assert bands.next(0.0, 3, forward=True) is None
    assert bands.next(0.0, 3, forward=False) == 2


def test_a_tracks_columns_are_those_of_brute_force() -> None:
    rng = np.random.default_rng(3)
    centre = np.arange(500) * 2.0 + 2
    values = rng.normal(0, 5, 500).astype(np.float32)
    values[100:130] = np.nan
    track = Track("k", "t", "", centre, values, 2.0)
    shares = track.heights(values)
    low, high = track.columns(50.3, 700.9, 90)
    edges = np.linspace(50.3, 700.9, 91)
    for k in range(90):
        meets = (centre - 1 < edges[k + 1]) & (centre + 1 > edges[k])
        inside = shares[meets & np.isfinite(shares)]
        assert np.isnan(high[k]) == (not len(inside))
        if len(inside):
            assert (low[k], high[k]) == pytest.approx((inside.min(), inside.max()), abs=1e-6)


@given(
    st.lists(st.tuples(st.floats(0, 100), st.floats(0, 20)), min_size=1, max_size=20),
)
def test_merged_spans_cover_the_same(spans: list[tuple[float, float]]) -> None:
    left = np.sort([a for a, _ in spans])
    right = left + np.array([b for _, b in spans])
    first, last = merged(left, right)
    assert np.all(first[1:] > last[:-1])
    for a, b in zip(left, right, strict=True):
        assert np.any((first <= a) & (last >= b))


def test_ticks_are_round_and_far_enough_apart() -> None:
    axis = TimeAxis()
    for span in (0.004, 0.7, 8, 60, 2052, 86_400, 900_000):
        ticks = axis.ticks(7.3, 7.3 + span, 900)
        assert 3 <= len(ticks) <= 11
        assert len({text for _, text in ticks}) == len(ticks)
    assert [text for _, text in axis.ticks(758, 766, 715)][:2] == ["12:38", "12:39"]
    assert value_ticks(-3.2, 12.4, 50) in ([0.0, 10.0], [0.0, 5.0, 10.0])


def test_time_is_elapsed_or_by_the_rides_clock() -> None:
    assert elapsed(3723.25, 2) == "1:02:03.25"
    assert elapsed(59.96, 1) == "01:00.0"
    assert elapsed(-1.5, 1) == "−00:01.5"
    clock = TimeAxis(START, absolute=True)
    assert clock.text(45.0) == "14:06:15"
    assert clock.name == "UTC+2"
    assert next(text for _, text in clock.ticks(0, 60, 700)) == "14:05:30"
    assert TimeAxis(None, absolute=True).text(45.0) == "00:45"
    late = TimeAxis(START.replace(hour=23, minute=59, second=50), absolute=True)
    assert late.text(20) == "00:00:10"


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("754.3", 754.3),
        ("12:41.2", 761.2),
        ("1:02:03", 3723.0),
        ("12:41,25", 761.25),
        (" 5 s", 5.0),
        ("@14:06:00", 30.0),
        ("@14:06", 30.0),
        ("@14:05:00", 86_370.0),
        ("2026-05-01T14:06:30", 60.0),
        ("2026-05-01T12:06:30+00:00", 60.0),
    ],
)
def test_typed_times(text: str, seconds: float) -> None:
    assert parse_time(text, START) == pytest.approx(seconds)


def test_three_parts_are_the_clock_while_the_clock_is_shown() -> None:
    assert parse_time("14:06:00", START, absolute=True) == 30.0
    assert parse_time("14:06", START, absolute=True) == 846.0


@pytest.mark.parametrize("text", ["", "abc", "1:99", "1:2:3:4", "-5", "12:", "2026-13-01", "1e5", "9" * 400])
def test_what_is_no_time_is_refused(text: str) -> None:
    with pytest.raises(InputError):
        parse_time(text, START)


def test_a_clock_time_needs_a_start() -> None:
    with pytest.raises(InputError, match="not known"):
        parse_time("@14:06:00", None)


def test_the_viewport_stays_inside_and_keeps_its_moment() -> None:
    view = Viewport(10, 20)
    assert view.zoomed(12, 0.5) == Viewport(11, 16)
    assert Viewport(-5, 5).bounded(0, 100, 1) == Viewport(0, 10)
    assert Viewport(95, 105).bounded(0, 100, 1) == Viewport(90, 100)
    assert Viewport(-50, 500).bounded(0, 100, 1) == Viewport(0, 100)
    assert Viewport(50, 50.1).bounded(0, 100, 1) == Viewport(50, 51)
    assert Viewport(0, 9).bounded(2, 3, 50) == Viewport(2, 3)


@pytest.mark.parametrize("height", [90, 300, 420, 2000])
def test_lanes_fill_the_plot_or_scroll(height: int) -> None:
    lanes = [lane_space(f"s{k}", LaneKind.SIGNAL) for k in range(4)]
    lanes += [lane_space("labels", LaneKind.LABELS, 2), lane_space("t", LaneKind.TRACK)]
    layout = laid_out(760, height, 80, lanes, ratio=1.5)
    assert layout.axis.bottom() == height
    assert layout.overflow > 0 or layout.content == pytest.approx(layout.plot.height(), abs=1)
    for rect in layout.lanes.values():
        assert rect.top() * 1.5 == pytest.approx(round(rect.top() * 1.5), abs=1e-9)


def test_figures_and_titles_read_well() -> None:
    assert feature_title("az__band_power__3_8hz") == "az band power 3–8 Hz"
    assert feature_title("a__mean") == "|a| mean"
    assert feature_title("speed_kmh") == "speed kmh"
    assert [figure(v) for v in (0.1234, -12.34, 12_345.6, np.nan)] == ["0.123", "−12.3", "12,346", "–"]


def test_the_told_rate_is_the_clocks_truth() -> None:
    rng = np.random.default_rng(0)
    times = np.cumsum(rng.normal(0.01, 0.0005, 5000))
    times[2000:] += 5.0
    times[3000:] += 0.4
    samples = np.zeros((5000, 3), np.float32)
    stream = Stream("s", ("ax", "ay", "az"), ("m/s²",) * 3, samples, 99.0, times)
    truth = clock_truth(stream)
    assert truth.gaps == 2
    assert true_rate(Pyramid.of_stream(stream).clock) == pytest.approx(truth.true_hz, rel=1e-9)
