"""Nearest windows of other rides against measuring every row in float64."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from projector.domain.errors import InputError
from projector.domain.progress import silent
from projector.projection.matrix import Matrix
from projector.projection.other_rides import OtherRides


def search_in(values, rides, scaler="none"):
    return OtherRides(Matrix.of(values, scaler, silent), rides)


def measured(values, rides, row, k):
    """The definition: all distances, sorted, ties by row."""
    distance = np.sqrt(((values.astype(np.float64) - values[row].astype(np.float64)) ** 2).sum(axis=1))
    there = np.flatnonzero(np.isfinite(distance) & (rides != rides[row]))
    there = there[np.lexsort((there, distance[there]))][:k]
    return there, distance[there]


def table(n, width, seed=0, rides=20):
    rng = np.random.default_rng(seed)
    return rng.normal(size=(n, width)).astype(np.float32), np.arange(n) * rides // n


def agree(found, expected):
    np.testing.assert_array_equal(found[0], expected[0])
    np.testing.assert_allclose(found[1], expected[1], rtol=1e-12)


def test_as_measuring_all_of_them():
    values, rides = table(3000, 122)
    search = search_in(values, rides)
    for row in (0, 1, 1500, 2999):
        agree(search.nearest(row, 10), measured(values, rides, row, 10))


@given(
    n=st.integers(1, 60),
    width=st.integers(1, 6),
    k=st.integers(1, 70),
    seed=st.integers(0, 10),
    offset=st.sampled_from([0.0, 1e3, 1e6]),
)
def test_whatever_rounding_does(n, width, k, seed, offset):
    # few levels far from 0: many exact ties, and products that have lost all digits of the difference
    rng = np.random.default_rng(seed)
    values = (rng.integers(0, 3, (n, width)) + offset).astype(np.float32)
    rides = np.sort(rng.integers(0, 4, n))
    row = int(rng.integers(n))
    agree(search_in(values, rides).nearest(row, k), measured(values, rides, row, k))


def test_differences_that_float32_products_cannot_see():
    rng = np.random.default_rng(3)
    values = (1000 + rng.normal(0, 1e-3, (5000, 8))).astype(np.float32)
    rides = np.arange(5000) % 7
    agree(search_in(values, rides).nearest(17, 10), measured(values, rides, 17, 10))


def test_its_own_ride_is_never_among_them_however_alike():
    values, rides = table(200, 5)
    values[rides == 3] = values[35]
    rows, distances = search_in(values, rides).nearest(35, 20)
    assert not (rides[rows] == 3).any()
    assert (distances > 0).all()


def test_windows_that_lack_features_are_nobodys_neighbours():
    values, rides = table(300, 5)
    values[[7, 100, 250], [0, 4, 2]] = [np.nan, np.inf, -np.inf]
    search = search_in(values, rides)
    rows, distances = search.nearest(0, 300)
    assert not {7, 100, 250} & set(rows.tolist())
    assert len(rows) == 300 - 15 - 2  # its own ride's fifteen, and two in other rides
    assert np.isfinite(distances).all()
    with pytest.raises(InputError, match="lacks a feature"):
        search.nearest(7, 3)


def test_a_library_of_one_ride_has_none():
    values, _ = table(50, 5)
    rows, distances = search_in(values, np.zeros(50, np.int64)).nearest(0, 10)
    assert len(rows) == len(distances) == 0


def test_a_table_on_disk_gives_the_same_bits(tmp_path):
    values, rides = table(3000, 122)
    np.save(tmp_path / "values.npy", values)
    mapped = np.load(tmp_path / "values.npy", mmap_mode="r")
    for row in (5, 2000):
        here, there = search_in(values, rides).nearest(row, 10), search_in(mapped, rides).nearest(row, 10)
        assert all(a.tobytes() == b.tobytes() for a, b in zip(here, there, strict=True))


def test_rides_that_dont_fit_the_table_are_refused():
    values, rides = table(10, 3)
    with pytest.raises(InputError, match="fit"):
        search_in(values, rides[:-1])
