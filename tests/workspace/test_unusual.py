"""What is usual, against numpy's quantiles and closed forms."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from projector.workspace.unusual import MOST_UNUSUAL, SHARES, reference, robust_z


def test_quantiles_equal_numpys_without_the_missing_values() -> None:
    rng = np.random.default_rng(0)
    values = rng.normal(size=(301, 4)).astype(np.float32)
    values[::7, 1] = np.nan
    values[:, 2] = np.nan
    values[1:, 3] = np.nan
    usual = reference(values, np.arange(0, 301, 2))
    there = [0, 1, 3]
    expected = np.nanquantile(values[::2, there].astype(np.float64), SHARES, axis=0)
    np.testing.assert_allclose(usual.quantiles[:, there], expected, rtol=1e-12)
    assert np.isnan(usual.quantiles[:, 2]).all()
    assert (usual.total, usual.read) == (151, 151)


def test_of_many_windows_an_even_share_is_read_and_said() -> None:
    values = np.arange(100_000, dtype=np.float32)[:, None]
    usual = reference(values, np.arange(100_000), most=1001)
    assert (usual.total, usual.read) == (100_000, 1001)
    np.testing.assert_allclose(usual.quantiles[:, 0], np.array(SHARES) * 99_999, rtol=2e-3)


def test_no_windows_no_numbers() -> None:
    usual = reference(np.zeros((3, 2), np.float32), np.empty(0, np.int64))
    assert np.isnan(usual.quantiles).all()
    assert np.isnan(robust_z(np.zeros(2), usual)).all()


def test_z_of_a_normal_distribution_is_its_z() -> None:
    values = np.random.default_rng(1).normal(5, 3, (5000, 1)).astype(np.float32)
    assert robust_z(np.array([14.0]), reference(values, np.arange(5000)))[0] == pytest.approx(3, abs=0.15)


def test_a_feature_that_never_varies_makes_any_other_value_the_most_unusual() -> None:
    usual = reference(np.full((50, 3), 2, np.float32), np.arange(50))
    np.testing.assert_array_equal(
        robust_z(np.array([2.0, 2.1, -7.0]), usual), [0, MOST_UNUSUAL, -MOST_UNUSUAL]
    )


@given(st.lists(st.floats(-1e6, 1e6, width=32), min_size=1, max_size=30), st.floats(-1e6, 1e6, width=32))
def test_z_has_the_sign_of_the_difference_and_its_cap(values: list[float], value: float) -> None:
    usual = reference(np.array(values, np.float32)[:, None], np.arange(len(values)))
    z = float(robust_z(np.array([value]), usual)[0])
    assert abs(z) <= MOST_UNUSUAL
    assert np.sign(z) == np.sign(value - usual.quantiles[2, 0])
