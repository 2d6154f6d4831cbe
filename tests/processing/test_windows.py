"""Cuts: firsts by the rule alone, gap shares."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from projector.domain.nouns import WindowRule
from projector.processing.windows import first_samples, gap_shares

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


def test_gap_shares() -> None:
    gap = np.zeros(100, bool)
    gap[10:15] = True
    assert gap_shares(gap, np.array([0, 5, 12, 50]), 10).tolist() == [0, 0.5, np.float32(0.3), 0]
