"""Scaling and PCA against numpy and scikit-learn."""

import numpy as np
import pytest
from sklearn.decomposition import PCA
from sklearn.preprocessing import RobustScaler, StandardScaler

from projector.domain.errors import InputError
from projector.domain.progress import Cancelled, silent
from projector.projection import matrix as matrices
from projector.projection import pca
from projector.projection.frozen import thawed
from projector.projection.matrix import Matrix
from projector.projection.registry import project
from projector.projection.scaling import ROBUST_LIMIT, none, robust, standard


def rows(n=500, width=12, seed=0):
    rng = np.random.default_rng(seed)
    mixed = rng.normal(size=(n, width)) @ rng.normal(size=(width, width))
    return (mixed * np.logspace(-2, 3, width) + 9.81).astype(np.float32)


def test_robust_is_median_and_interquartile_range_as_a_standard_deviation():
    values = rows()
    expected = RobustScaler(unit_variance=True).fit_transform(values.astype(np.float64))
    np.testing.assert_allclose(robust(values).apply(values), np.clip(expected, -10, 10), rtol=2e-4, atol=2e-5)


def test_standard_is_mean_and_standard_deviation():
    values = rows()
    expected = StandardScaler().fit_transform(values.astype(np.float64))
    np.testing.assert_allclose(standard(values).apply(values), expected, rtol=1e-4, atol=1e-4)


def test_robust_limits_the_few_extremes():
    values = rows()
    values[0] = 1e30
    scaled = robust(values).apply(values)
    assert scaled.max() == ROBUST_LIMIT
    assert np.isfinite(scaled).all()


@pytest.mark.parametrize("scaler", [robust, standard])
def test_a_constant_column_weighs_nothing_whatever_its_value(scaler):
    values = np.column_stack([np.full(100, 9.806652), np.full(100, 1e-20), np.zeros(100), np.arange(100)])
    scaled = scaler(values.astype(np.float32)).apply(values.astype(np.float32))
    np.testing.assert_allclose(scaled[:, :3], 0, atol=1e-5)
    assert scaled[:, 3].std() > 0.5


def test_a_column_whose_middle_half_is_one_value_is_scaled_by_its_deviation():
    values = np.zeros((100, 1), np.float32)
    values[:10] = 5.0
    assert robust(values).apply(values).max() == pytest.approx(5 / values.std(), rel=1e-5)


def test_none_changes_nothing():
    np.testing.assert_array_equal(none(rows()).apply(rows()), rows())


def test_a_matrix_is_made_of_complete_rows_only():
    values = rows()
    values[7, 3], values[400, 0] = np.nan, np.inf
    made = Matrix.of(values, "standard", silent)
    assert set(range(500)) - set(made.rows.tolist()) == {7, 400}
    assert np.isfinite(made.take(made.rows)).all()
    with pytest.raises(InputError, match="no window has all"):
        Matrix.of(np.full((5, 3), np.nan, np.float32), "robust", silent)


@pytest.mark.parametrize("scaler", ["none", "standard"])
def test_pca_is_scikit_learns_up_to_sign(scaler, monkeypatch):
    monkeypatch.setattr(matrices, "BLOCK_ROWS", 64)
    values = rows()
    made = Matrix.of(values, scaler, silent)
    fitted = pca.fit(made, made.rows, 5)
    coords = pca.transform(fitted, made, made.rows)
    reference = PCA(5, svd_solver="full").fit(made.take(made.rows).astype(np.float64))
    expected = reference.transform(made.take(made.rows).astype(np.float64))
    signs = np.sign((coords * expected).sum(axis=0))
    np.testing.assert_allclose(coords * signs, expected, rtol=1e-3, atol=1e-4 * np.abs(expected).max())
    np.testing.assert_allclose(fitted.explained, reference.explained_variance_ratio_, rtol=1e-4, atol=1e-9)


def test_pca_signs_don_t_depend_on_the_order_of_rows():
    values = rows()
    axes = []
    for part in (values, values[::-1].copy()):
        made = Matrix.of(part, "standard", silent)
        axes.append(pca.fit(made, made.rows, 4).axes)
    np.testing.assert_allclose(axes[0], axes[1], atol=1e-6)
    assert (axes[0][np.abs(axes[0]).argmax(axis=0), np.arange(4)] > 0).all()


def test_pca_faces_the_way_an_older_map_does_and_so_do_later_windows():
    values, names = rows(), tuple("abcdefghijkl")
    first = project(values, names, "pca", {"components": 3})
    wanted = first.coords * np.float32([-1, 1, -1])
    start = wanted.copy()
    start[::3] = np.nan  # windows that the older map lacks
    again = project(values, names, "pca", {"components": 3}, start=start)
    np.testing.assert_array_equal(again.coords, wanted)
    later = np.arange(5, 90, 7)
    placed = thawed(again.frozen.arrays()).place(values, later, wanted[later], later, "")
    np.testing.assert_array_equal(placed[0], later)
    np.testing.assert_allclose(placed[1], wanted[later], rtol=1e-6, atol=1e-6)


def test_pca_of_large_offsets_keeps_its_digits():
    rng = np.random.default_rng(1)
    values = (np.float32(4096) + rng.integers(0, 16, (5000, 3)) / 4).astype(np.float32)
    made = Matrix.of(values, "none", silent)
    fitted = pca.fit(made, made.rows, 3)
    expected = np.linalg.eigvalsh(np.cov(values.astype(np.float64).T))[::-1]
    np.testing.assert_allclose(fitted.explained, expected / expected.sum(), rtol=1e-9)


@pytest.mark.parametrize("n", [1, 2, 3])
def test_pca_of_very_few_windows(n):
    made = Matrix.of(rows(n), "robust", silent)
    fitted = pca.fit(made, made.rows, 10)
    assert np.isfinite(pca.transform(fitted, made, made.rows)).all()
    assert fitted.explained.sum() == pytest.approx(1.0 if n > 1 else 0.0)


def test_pca_can_be_cancelled_between_blocks(monkeypatch):
    made = Matrix.of(rows(), "robust", silent)

    def stop(*_):
        raise Cancelled

    with pytest.raises(Cancelled):
        pca.fit(made, made.rows, 2, stop)
