"""Cross-correlation against NumPy's own coefficient, and against signals whose shift is known."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from projector.processing.correlation import best_match, correlation


@given(st.integers(0, 10_000), st.integers(3, 40), st.integers(3, 60), st.sampled_from([0.0, 0.2]))
def test_every_shift_equals_the_plain_coefficient(seed: int, m: int, n: int, holes: float) -> None:
    rng = np.random.default_rng(seed)
    what, where = rng.normal(9.81, 1.0, m), rng.normal(9.81, 3.0, n)
    what[rng.random(m) < holes] = np.nan
    where[rng.random(n) < holes] = np.nan
    shifts, scores, overlaps = correlation(what, where)
    assert shifts.tolist() == list(range(-(m - 1), n))
    for shift, score, overlap in zip(shifts.tolist(), scores, overlaps, strict=True):
        a, b = what[max(-shift, 0) : n - shift], where[max(shift, 0) : m + shift]
        both = np.isfinite(a) & np.isfinite(b)
        assert overlap == both.sum()
        if both.sum() >= 3 and np.ptp(a[both]) > 0.01 and np.ptp(b[both]) > 0.01:
            assert score == pytest.approx(np.corrcoef(a[both], b[both])[0, 1], abs=1e-5)


@given(st.integers(0, 10_000), st.integers(-150, 300))
def test_a_part_is_found_where_it_was_cut_out_even_past_the_ends(seed: int, shift: int) -> None:
    rng = np.random.default_rng(seed)
    whole = rng.normal(size=800).cumsum()
    what, where = whole[200 + shift : 200 + shift + 200], whole[200:600]
    match = best_match(what, where, least_overlap=50)
    assert match.shift == pytest.approx(shift, abs=0.1)
    assert match.score == pytest.approx(1.0, abs=1e-6)


def test_a_shift_between_samples_is_found_between_samples() -> None:
    time = np.arange(400) / 50
    ride = np.exp(-(((time - 4.0) / 0.3) ** 2))
    later = np.exp(-(((time - 4.0 - 0.007) / 0.3) ** 2))
    assert best_match(ride[100:300], later, 100).shift / 50 == pytest.approx(2.0 + 0.007, abs=5e-4)


def test_nothing_to_compare_is_said_and_not_guessed() -> None:
    assert np.isnan(best_match(np.ones(10), np.arange(30.0), 5).score)
    assert np.isnan(best_match(np.full(10, np.nan), np.arange(30.0), 5).score)
    assert best_match(np.arange(10.0), np.arange(30.0), 11).overlap == 0
