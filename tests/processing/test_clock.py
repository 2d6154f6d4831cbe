"""Working times and the clock's truth, from planted faults and from any stamps at all."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from projector.domain.errors import InputError
from projector.domain.nouns import AXES, Stream
from projector.processing.clock import clock_truth, find_gaps, gap_threshold, truth_of_stamps, working_times

stamps = st.lists(st.floats(-1e9, 1e9), min_size=1, max_size=60).map(np.array)
coarse = st.lists(st.integers(-3, 40), min_size=1, max_size=60).map(lambda cells: np.array(cells, np.float64))


@given(stamps | coarse)
def test_working_times_always_increase_and_never_leave_the_recorded_order(time_s):
    working = working_times(time_s)
    assert len(working) == len(time_s)
    assert np.all(np.diff(working) > 0)
    assert working[0] == time_s[0]


@given(st.lists(st.floats(1e-3, 10), min_size=1, max_size=60))
def test_stamps_that_increase_are_left_as_they_are(steps):
    time_s = np.cumsum(steps)
    assert working_times(time_s) is time_s


@given(stamps | coarse)
def test_stamps_ahead_of_all_before_them_keep_their_place(time_s):
    latest = np.maximum.accumulate(time_s)
    fresh = np.concatenate(([True], latest[1:] > latest[:-1]))
    # float spacing aside, where runs are spread between neighbouring floats
    np.testing.assert_allclose(working_times(time_s)[fresh], time_s[fresh], rtol=1e-12, atol=1e-12)


@given(stamps | coarse)
def test_working_times_are_what_going_from_run_to_run_gives(time_s):
    fresh = [i for i, t in enumerate(time_s) if i == 0 or t > time_s[:i].max()]
    runs = list(zip(fresh, [*fresh[1:], len(time_s)], strict=True))
    steps = [(time_s[after] - time_s[first]) / (after - first) for first, after in runs[:-1]]
    each = [step for step, (first, after) in zip(steps, runs, strict=False) for _ in range(first, after)]
    usual = float(np.median(each)) if each else 1.0
    steps = [usual if step > 2.5 * usual else step for step in [*steps, usual]]
    spread = [
        time_s[first] + k * step
        for step, (first, after) in zip(steps, runs, strict=True)
        for k in range(after - first)
    ]
    np.testing.assert_allclose(working_times(time_s), spread, rtol=1e-12, atol=1e-12)


def test_a_burst_is_spread_evenly_up_to_the_next_stamp():
    np.testing.assert_allclose(
        working_times(np.array([0.0, 0.0, 0.0, 0.3, 0.4, 0.5])), [0, 0.1, 0.2, 0.3, 0.4, 0.5]
    )


def test_a_burst_before_a_gap_does_not_hide_the_gap():
    bursts = np.repeat([0.0, 0.1, 0.2, 10.0, 10.1, 10.2], 5)
    truth = truth_of_stamps(bursts, 50.0)
    assert truth.gaps == 1
    assert truth.longest_gap_s == pytest.approx(9.72, abs=0.01)
    assert truth.true_hz == pytest.approx(50, rel=1e-6)


def test_a_run_at_the_end_goes_on_with_the_usual_step():
    np.testing.assert_allclose(working_times(np.array([0.0, 1.0, 2.0, 2.0, 2.0])), [0, 1, 2, 3, 4])


def test_a_step_back_is_held_until_the_clock_has_caught_up():
    working = working_times(np.array([0.0, 1.0, 2.0, 1.5, 3.0]))
    np.testing.assert_allclose(working, [0, 1, 2, 2.5, 3])


def test_a_stamp_that_is_no_number_is_refused():
    with pytest.raises(InputError, match="not a number"):
        working_times(np.array([0.0, np.nan, 1.0]))


def test_truth_of_a_clock_with_planted_faults():
    rng = np.random.default_rng(5)
    time_s = np.arange(2000) / 98.0 + rng.normal(0, 1e-4, 2000)  # declared 100 Hz, true 98 Hz, 0.14 ms a step
    time_s[500:] += 3.0
    time_s[1200:] += 0.5
    time_s[100] = time_s[99]
    time_s[300] = time_s[299] - 0.001
    truth = truth_of_stamps(time_s, 100.0)
    assert (truth.declared_hz, truth.gaps, truth.doubled, truth.backward) == (100.0, 2, 1, 1)
    assert truth.longest_gap_s == pytest.approx(3.0, abs=0.02)
    assert truth.true_hz == pytest.approx(98, rel=1e-3)
    assert truth.seconds == pytest.approx(2000 / 98 + 3.5, abs=0.02)
    assert 1e-4 < truth.jitter_s < 1e-3


def test_a_clock_without_stamps_has_only_its_word():
    stream = Stream("phone", AXES, ("m/s²",) * 3, np.zeros((500, 3), np.float32), 50.0)
    truth = clock_truth(stream)
    assert (truth.declared_hz, truth.true_hz, truth.gaps, truth.seconds) == (50.0, 50.0, 0, 10.0)


@pytest.mark.parametrize("time_s", [np.empty(0), np.array([4.0])])
def test_too_few_stamps_to_measure(time_s):
    truth = truth_of_stamps(time_s, None)
    assert (truth.true_hz, truth.gaps, truth.seconds) == (None, 0, 0.0)


def test_what_a_gap_is():
    assert gap_threshold(0.01) == pytest.approx(0.025)
    assert gap_threshold(0.001, declared_hz=100) == pytest.approx(0.02)  # a burst's short steps make no gaps
    times = np.array([0.0, 1.0, 2.0, 4.4, 5.0, 8.0])
    assert find_gaps(times).tolist() == [5]
    assert find_gaps(times[:1]).tolist() == []
