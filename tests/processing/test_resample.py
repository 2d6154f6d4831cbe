"""Onto the grid: untouched where it is the grid, on the true clock, without aliases, gaps told."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from projector.domain.errors import InputError
from projector.domain.nouns import Stream
from projector.processing.resample import (
    grid_length,
    last_time,
    library_rate,
    low_pass,
    on_grid,
    select_channels,
    times_of,
)


def stream(samples, rate_hz=None, time_s=None, start_s=0.0) -> Stream:
    samples = np.atleast_2d(np.float32(samples).T).T
    names = tuple("abcdef"[: samples.shape[1]])
    return Stream("s", names, ("1",) * len(names), samples, rate_hz, time_s, start_s)


def test_the_librarys_rate_is_the_lowest() -> None:
    assert library_rate([100.0, 50.0, 200.0]) == 50
    with pytest.raises(InputError):
        library_rate([])


def test_samples_that_are_on_the_grid_stay_as_they_are() -> None:
    samples = np.random.default_rng(0).normal(size=(500, 3))
    for given_as in (stream(samples, 50.0), stream(samples, None, np.arange(500) * 0.02)):
        found, gap = on_grid(given_as, 50.0)
        assert np.array_equal(found, np.float32(samples))
        assert not gap.any()


@given(st.integers(1, 100_000), st.floats(1, 1000))
def test_a_ride_fills_its_own_grid_exactly(n: int, rate_hz: float) -> None:
    assert grid_length((n - 1) / rate_hz, rate_hz) == n


def test_a_clock_that_runs_off_is_followed() -> None:
    true_hz = 50.7
    times = np.arange(3000) / true_hz
    found, gap = on_grid(stream(np.sin(times), 50.0, times), 50.0)
    assert len(found) == grid_length(times[-1], 50.0) == 2958
    assert np.abs(found[:, 0] - np.sin(np.arange(len(found)) / 50)).max() < 1e-4
    assert not gap.any()


@pytest.mark.parametrize("factor", [2, 4, 4.3])
def test_going_down_keeps_what_the_rate_can_hold_and_drops_the_rest(factor: float) -> None:
    times = np.arange(round(60 * 50 * factor)) / (50 * factor)
    slow, fast = np.sin(2 * np.pi * 5 * times), np.sin(2 * np.pi * 43 * times)
    found, gap = on_grid(stream(np.stack([slow, fast], axis=1), 50 * factor, times), 50.0)
    inner = found[20:-20]
    wanted = np.sin(2 * np.pi * 5 * np.arange(len(found)) / 50)[20:-20]
    assert np.abs(inner[:, 0] - wanted).max() < 0.02
    assert np.abs(inner[:, 1]).max() < 0.01
    assert not gap.any()


def test_the_low_pass_keeps_constants_and_stops_at_half_of_the_rate() -> None:
    for factor in (2, 4, 7):
        taps = low_pass(factor)
        assert taps.sum() == pytest.approx(1)
        response = np.abs(np.fft.rfft(taps, 4096))
        frequency = np.fft.rfftfreq(4096) * factor
        assert response[frequency >= 0.5].max() < 10 ** (-50 / 20)
        assert response[frequency <= 0.3].min() > 0.99


def test_a_constant_stays_one_to_the_edges() -> None:
    found, _ = on_grid(stream(np.full((800, 3), 9.81), 200.0), 50.0)
    assert np.allclose(found, np.float32(9.81), rtol=1e-6)


def test_gaps_are_told_and_bridged_by_a_line() -> None:
    times = np.delete(np.arange(500) / 50, slice(100, 110))
    found, gap = on_grid(stream(times, 50.0, times), 50.0)
    assert np.array_equal(np.flatnonzero(gap), np.arange(100, 110))
    assert np.abs(found[:, 0] - np.arange(500) / 50).max() < 1e-5


def test_one_late_sample_is_no_gap() -> None:
    times = np.arange(500) / 50
    times[200] += 0.015
    assert not on_grid(stream(times, 50.0, times), 50.0)[1].any()


def test_before_the_first_and_after_the_last_number_is_gap() -> None:
    samples = np.ones(100)
    samples[90:] = np.nan
    found, gap = on_grid(stream(samples, 50.0, start_s=1.0), 50.0)
    assert len(found) == 150
    assert np.array_equal(np.flatnonzero(gap), [*range(50), *range(140, 150)])
    assert np.all(found == 1)


def test_a_sample_that_is_no_number_is_gap_in_every_channel() -> None:
    samples = np.arange(200.0).reshape(100, 2)
    samples[30, 1] = np.nan
    found, gap = on_grid(stream(samples, 50.0), 50.0)
    assert np.array_equal(np.flatnonzero(gap), [30])
    assert np.allclose(found[30], [60, 61])


@pytest.mark.parametrize("samples", [np.empty((0, 3)), np.full((10, 3), np.nan), np.ones((1, 3))])
def test_hardly_any_samples(samples: np.ndarray) -> None:
    found, gap = on_grid(stream(samples, 50.0), 50.0)
    assert len(found) == len(gap) == len(samples)
    assert np.isfinite(found).all()
    assert np.array_equal(gap, ~np.isfinite(samples).all(axis=1))


def test_bursts_and_backward_stamps_give_working_times() -> None:
    bursts = stream(np.arange(6.0), None, np.array([0.0, 0.0, 0.04, 0.03, 0.08, 0.1]))
    assert np.all(np.diff(times_of(bursts)) > 0)
    assert last_time(bursts) == pytest.approx(0.1)


def test_channels_are_selected_in_order() -> None:
    both = select_channels(stream([[1, 2, 3]], 1.0), ("c", "a"))
    assert both.channels == ("c", "a")
    assert both.samples.tolist() == [[3, 1]]
