"""Where a dragged edge comes to rest: always on something real, and never pulled about by noise."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from projector.processing.snapping import PEAK_REACH_S, snapped

TIMES = np.arange(0, 4, 0.01)
NOISE = 9.81 + np.random.default_rng(0).normal(0, 0.3, len(TIMES))
NONE = np.empty(0)
moments = st.floats(1.2, 2.8)


@given(moments)
def test_in_noise_an_edge_goes_to_the_nearest_sample(seconds: float) -> None:
    found = snapped(seconds, TIMES, NOISE, NONE, 0.02)
    assert abs(found.seconds - seconds) <= 0.0051
    assert found.seconds in TIMES
    assert found.on == "on a sample"


@given(moments, st.integers(120, 280), st.sampled_from([40.0, 0.2]))
def test_a_peak_up_or_down_attracts_within_its_reach_and_not_beyond(
    seconds: float, at: int, value: float
) -> None:
    values = NOISE.copy()
    values[at] = value
    found = snapped(seconds, TIMES, values, NONE, 0.02)
    if abs(TIMES[at] - seconds) <= PEAK_REACH_S - 1e-9:
        assert (found.seconds, found.on) == (TIMES[at], "on the peak of |a|")
    elif abs(TIMES[at] - seconds) > PEAK_REACH_S + 1e-9:
        assert found.on == "on a sample"


def test_the_slope_of_a_peak_out_of_reach_is_no_peak() -> None:
    values = 9.81 + 60 * np.exp(-(((TIMES - 2.0) / 0.1) ** 2))
    assert snapped(2.15, TIMES, values, NONE, 0.0).on == "on a sample"
    assert snapped(2.05, TIMES, values, NONE, 0.0).seconds == 2.0


@given(moments, st.lists(st.floats(1, 3), max_size=5))
def test_a_neighbours_edge_within_reach_goes_first(seconds: float, edges: list[float]) -> None:
    found = snapped(seconds, TIMES, NOISE, np.array(edges), 0.05)
    near = min((abs(edge - seconds) for edge in edges), default=9.0)
    assert (found.on == "on a neighbour's edge") == (near <= 0.05)
    if near <= 0.05:
        assert abs(found.seconds - seconds) == near


def test_where_there_are_no_samples_or_no_values_nothing_attracts() -> None:
    assert snapped(1.0, NONE, NONE, NONE, 0.1).seconds == 1.0
    holes = np.where(np.arange(len(TIMES)) % 2, np.nan, 9.81)
    assert snapped(2.004, TIMES, holes, NONE, 0.0).seconds == 2.0
