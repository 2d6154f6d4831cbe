"""The overview against brute force: nothing invented, nothing lost, everything near its place."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from projector.processing import levels as levels_module
from projector.processing.overview import Envelope, Pyramid, Raw

SPIKE = 8 * 9.80665


def noise(n, seed=0, channels=3):
    return np.random.default_rng(seed).normal(0, 1, (n, channels)).astype(np.float32)


def magnitude(samples):
    return np.sqrt(np.sum(samples.astype(np.float64) ** 2, axis=1))


def brute(times, values, edges):
    """Lowest and highest value (c, columns) of the samples in each column, NaN where there are none."""
    low = np.full((values.shape[1], len(edges) - 1), np.nan)
    high = low.copy()
    for column in range(len(edges) - 1):
        inside = values[(times >= edges[column]) & (times < edges[column + 1])]
        if len(inside):
            low[:, column], high[:, column] = inside.min(0), inside.max(0)
    return low, high


def test_channels_end_with_the_magnitude_of_a_primary_stream():
    assert Pyramid.of(noise(10), ("ax", "ay", "az"), rate_hz=50).channels == ("ax", "ay", "az", "|a|")
    assert Pyramid.of(noise(10), ("gx", "gy", "gz"), rate_hz=50).channels == ("gx", "gy", "gz")


def test_close_up_every_sample_is_there_and_one_beyond_each_edge():
    samples = noise(1000)
    seen = Pyramid.of(samples, ("ax", "ay", "az"), rate_hz=100, start_s=2.0).slice(3.0, 4.0, 200)
    assert isinstance(seen, Raw)
    np.testing.assert_array_equal(seen.times, 2.0 + np.arange(99, 201) / 100)
    np.testing.assert_array_equal(seen.values[:, :3], samples[99:201])
    np.testing.assert_allclose(seen.values[:, 3], magnitude(samples[99:201]), rtol=1e-6)


def test_the_axes_are_found_by_name_not_by_place():
    samples = noise(50, channels=5)
    seen = Pyramid.of(samples, ("t", "az", "ay", "speed", "ax"), rate_hz=10).slice(0, 5, 100)
    np.testing.assert_allclose(seen.values[:, 5], magnitude(samples[:, [1, 2, 4]]), rtol=1e-6)


per_mille = st.integers(0, 1000).map(lambda part: part / 1000)


@given(st.integers(300, 3000), per_mille, per_mille, st.integers(5, 60), st.booleans())
@settings(max_examples=settings().max_examples // 3)
def test_up_to_32_samples_a_column_the_envelope_is_exact(n, start, share, columns, jittered):
    samples = noise(n)
    steps = np.random.default_rng(n).uniform(0.5, 1.5, n) if jittered else np.ones(n)
    times = np.cumsum(steps) / 100
    start_s, stop_s = start * n / 100, (start + share + 0.1) * n / 100
    kind = {"times": times} if jittered else {"rate_hz": 100.0, "start_s": 0.01}
    seen = Pyramid.of(samples, ("ax", "ay", "az"), **kind).slice(start_s, stop_s, columns)
    if isinstance(seen, Raw):
        inside = (times >= start_s - 1e-8) & (times < stop_s - 1e-8)
        assert inside.sum() <= 2 * columns
        return
    values = np.column_stack([samples, magnitude(samples)])
    # a sample on an edge within rounding is on time: the even clock grants a millionth of a step
    low, high = brute(times if jittered else times + 1e-8, values, seen.edges)
    bridged = np.isnan(low) & ~np.isnan(seen.low)
    assert np.all(seen.low[bridged] == seen.high[bridged])
    np.testing.assert_allclose(seen.low[~bridged], low[~bridged], rtol=1e-6)
    np.testing.assert_allclose(seen.high[~bridged], high[~bridged], rtol=1e-6)


@given(st.integers(20_000, 60_000), st.integers(20, 200), st.floats(0, 0.5), st.integers(0, 2))
@settings(max_examples=settings().max_examples // 3)
def test_from_levels_each_extreme_is_real_and_at_most_a_quarter_column_off(n, columns, start, gap_count):
    samples = noise(n)
    times = np.arange(n) / 200
    for gap in range(gap_count):
        times[n * (gap + 1) // 3 :] += 7.5
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(levels_module, "LEAST_BINS", 4)
        pyramid = Pyramid.of(samples, ("ax", "ay", "az"), times=times)
    start_s, stop_s = start * times[-1], times[-1]
    seen = pyramid.slice(start_s, stop_s, columns)
    if isinstance(seen, Raw):
        return
    values = np.column_stack([samples, magnitude(samples)])
    quarter = (stop_s - start_s) / columns / 4 + 1e-9
    wide, narrow = seen.edges.copy(), seen.edges.copy()
    for column in range(columns):
        reach = (times >= wide[column] - quarter) & (times < wide[column + 1] + quarter)
        core = (times >= narrow[column] + quarter) & (times < narrow[column + 1] - quarter)
        if np.isnan(seen.low[0, column]):
            assert not core.any()
            continue
        assert np.all(seen.low[:, column] >= values[reach].min(0) - 1e-6)
        assert np.all(seen.high[:, column] <= values[reach].max(0) * (1 + 1e-6) + 1e-6)
        if core.any():
            assert np.all(seen.low[:, column] <= values[core].min(0) + 1e-6)
            assert np.all(seen.high[:, column] >= values[core].max(0) * (1 - 1e-6) - 1e-6)


@given(st.integers(0, 199_999), st.integers(1, 1500), st.sampled_from([1.0, 0.5, 0.1, 0.01]))
@settings(max_examples=settings().max_examples // 3)
def test_a_one_sample_spike_is_seen_from_any_distance(at, columns, share):
    samples = np.zeros((200_000, 3), np.float32)
    samples[at, 2] = SPIKE
    pyramid = Pyramid.of(samples, ("ax", "ay", "az"), rate_hz=200)
    width = 1000 * share
    start = min(max(at / 200 - width / 2, 0), 1000 - width)
    seen = pyramid.slice(start, start + width, columns)
    highest = seen.values.max(0) if isinstance(seen, Raw) else np.nanmax(seen.high, axis=1)
    assert highest[2] == np.float32(SPIKE)
    assert highest[3] == np.float32(SPIKE)


def test_a_gap_is_an_empty_stretch_and_is_named():
    times = np.arange(60_000) / 100
    times[30_000:] += 200.0
    pyramid = Pyramid.of(noise(60_000), ("ax", "ay", "az"), times=times, rate_hz=100)
    seen = pyramid.slice(0, 800, 400)
    assert isinstance(seen, Envelope)
    empty = np.isnan(seen.low[0])
    assert np.all(empty[151:249])
    assert not np.any(empty[:149])
    assert not np.any(empty[251:])
    np.testing.assert_allclose(pyramid.gaps(0, 800), [[299.99, 500.0]])
    assert len(pyramid.gaps(0, 299)) == 0
    assert len(pyramid.gaps(350, 400)) == 1
    assert str(pyramid.sampling(0, 800, 400)) == "1:150 min-max · 1 gap in view"
    close = pyramid.slice(299.9, 500.1, 100)
    assert isinstance(close, Raw)
    assert close.times[close.breaks[0]] == 500.0
    assert len(close.breaks) == 1


def test_jitter_makes_no_holes():
    steps = np.random.default_rng(3).uniform(0.2, 1.8, 3000)
    times = np.cumsum(steps) / 100
    seen = Pyramid.of(noise(3000), ("ax", "ay", "az"), times=times).slice(times[0], times[-1], 1400)
    assert isinstance(seen, Envelope)
    assert not np.any(np.isnan(seen.low[:, :-1]))


def test_missing_samples_are_left_out_not_spread():
    samples = noise(100_000)
    samples[50_000:50_010] = np.nan
    samples[70_000:90_000, 1] = np.nan
    seen = Pyramid.of(samples, ("ax", "ay", "az"), rate_hz=100).slice(0, 1000, 500)
    empty = np.isnan(seen.low)
    assert not np.any(empty[0])
    assert np.all(empty[1, 351:449])
    assert np.all(empty[3, 351:449])


@pytest.mark.parametrize(("start", "stop"), [(-50.0, -10.0), (2000.0, 2100.0), (5.0, 5.0)])
def test_a_view_beside_the_samples_is_empty(start, stop):
    seen = Pyramid.of(noise(100_000), ("ax", "ay", "az"), rate_hz=100).slice(start, stop, 100)
    assert isinstance(seen, Raw)
    assert len(seen.times) <= 2


def test_beyond_both_ends_there_is_nothing():
    seen = Pyramid.of(noise(100_000), ("ax", "ay", "az"), rate_hz=100).slice(-1000, 2000, 300)
    filled = np.flatnonzero(~np.isnan(seen.low[0]))
    assert (filled[0], filled[-1]) == (100, 199)


def test_no_samples_and_one():
    for n in (0, 1):
        for clock in ({"rate_hz": 50.0}, {"times": np.zeros(n)}):
            seen = Pyramid.of(noise(n), ("ax", "ay", "az"), **clock).slice(-1, 1, 10)
            assert seen.values.shape == (n, 4)


def test_a_stream_that_is_mostly_gap_has_no_more_bins_than_four_times_what_a_full_one_has():
    times = np.arange(100_000) / 100
    times[50_000:] += 1e8
    pyramid = Pyramid.of(noise(100_000), ("ax", "ay", "az"), times=times)
    assert len(pyramid.levels[0].values) <= 4 * 100_000 / 16 + 1
    seen = pyramid.slice(0, times[-1] + 1, 100)
    assert np.flatnonzero(~np.isnan(seen.low[0])).tolist() == [0, 99]


def test_the_status_line_says_what_is_left_out():
    pyramid = Pyramid.of(noise(340_000), ("ax", "ay", "az"), rate_hz=100)
    assert str(pyramid.sampling(0, 3400, 1000)) == "1:340 min-max"
    assert str(pyramid.sampling(0, 10, 1000)) == "1:1, every sample drawn"
    assert str(pyramid.sampling(0, 20.02, 1000)) == "1:2 min-max"


def test_cost_goes_with_the_columns_not_with_the_samples():
    """What a view reads stays bounded however long the stream is; benchmarks have the times."""

    class Counting:
        def __init__(self, rows):
            self.rows, self.read = rows, 0

        def __len__(self):
            return len(self.rows)

        def __getitem__(self, rows):
            found = self.rows[rows]
            self.read += len(found)
            return found

    plain = Pyramid.of(noise(2_000_000), ("ax", "ay", "az"), rate_hz=200)
    counters = [Counting(plain.samples), *(Counting(level.values) for level in plain.levels)]
    levels = tuple(
        levels_module.Level(level.bin_s, rows) for level, rows in zip(plain.levels, counters[1:], strict=True)
    )
    pyramid = Pyramid(plain.clock, counters[0], levels, plain.channels, plain.axes)
    for width in (10_000, 3000, 600, 150, 60, 10):
        for counter in counters:
            counter.read = 0
        pyramid.slice(100, 100 + width, 1000)
        assert sum(counter.read for counter in counters) <= 32 * 1000 + 2, width


@pytest.mark.parametrize("value", [np.inf, -np.inf, np.nan, np.float32(3e38)])
def test_samples_beyond_measure_are_drawn_without_complaint(value):
    samples = noise(60_000)
    samples[::7] = value
    times = np.cumsum(np.random.default_rng(2).uniform(0.2, 1.8, 60_000)) / 100
    pyramid = Pyramid.of(samples, ("ax", "ay", "az"), times=times)
    for width, columns in ((600, 1000), (30, 1400), (5, 1000)):
        pyramid.slice(0, width, columns)
