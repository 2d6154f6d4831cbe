"""Cuts: firsts by the rule alone, views where possible, gap shares."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from projector.domain.nouns import WindowRule
from projector.processing.windows import cut, first_samples, gap_shares

rules = st.builds(WindowRule, st.floats(0.02, 20), st.floats(0.01, 20))


@given(rules, st.floats(1, 400), st.integers(0, 5000))
def test_windows_start_on_whole_hops_and_end_in_the_ride(rule: WindowRule, rate_hz: float, n: int) -> None:
    first = first_samples(n, rule, rate_hz)
    length = rule.samples(rate_hz)
    step = rule.hop_s * rate_hz
    hops = (round(k * step) for k in range(n + 1 + int(n / step)))
    assert first.tolist() == sorted({start for start in hops if start + length <= n})


@given(rules, st.floats(1, 400), st.integers(0, 5000), st.integers(0, 1000))
def test_a_longer_ride_has_the_same_windows_first(
    rule: WindowRule, rate_hz: float, n: int, more: int
) -> None:
    few, many = first_samples(n, rule, rate_hz), first_samples(n + more, rule, rate_hz)
    assert np.array_equal(few, many[: len(few)])


@given(st.lists(st.integers(0, 80), unique=True).map(sorted), st.integers(1, 20))
def test_cuts_are_the_samples(firsts: list[int], length: int) -> None:
    samples = np.arange(300, dtype=np.float32).reshape(100, 3)
    windows = cut(samples, np.array(firsts, np.int64), length)
    assert windows.shape == (len(firsts), length, 3)
    for first, window in zip(firsts, windows, strict=True):
        assert np.array_equal(window, samples[first : first + length])


def test_even_cuts_are_views() -> None:
    samples = np.zeros((1000, 3), np.float32)
    assert np.shares_memory(samples, cut(samples, np.arange(0, 800, 100), 200))


def test_gap_shares() -> None:
    gap = np.zeros(100, bool)
    gap[10:15] = True
    assert gap_shares(gap, np.array([0, 5, 12, 50]), 10).tolist() == [0, 0.5, np.float32(0.3), 0]
