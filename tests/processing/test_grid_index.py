"""The grid index finds exactly the dots that a search through all of them finds."""

import itertools

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from projector.processing.grid_index import (
    FIRST_BAND,
    MAX_DOTS,
    PRIORITY_BITS,
    batches,
    build_index,
    empty_index,
    expand,
    hashed,
)

kinds = st.sampled_from(["cloud", "rows", "one", "nan"])
clouds = st.tuples(st.integers(0, 400), st.integers(0, 2**32 - 1), kinds)


def cloud(n: int, seed: int, kind: str) -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(seed)
    xy = rng.normal(size=(n, 2)).astype(np.float32) * np.float32(rng.uniform(0.01, 1e4))
    if kind == "rows":
        xy = np.round(xy)
    elif kind == "one":
        xy[:] = xy[:1]
    elif kind == "nan":
        xy[rng.random(n) < 0.3, 1] = np.nan
    return rng.permutation(n * 3)[:n].astype(np.int64), xy


@given(clouds, st.floats(-0.2, 1.2), st.floats(-0.2, 1.2), st.floats(0.001, 0.5))
def test_nearest_is_the_nearest_of_all(made, across, down, reach) -> None:
    ids, xy = cloud(*made)
    index = build_index(ids, xy)
    side = max(index.cell) * 256
    x, y, radius = across * side, down * side, reach * side
    found = index.nearest(x, y, radius)
    distance = np.hypot(index.x.astype(float) - x, index.y.astype(float) - y)
    if not len(index) or distance.min() > radius * (1 + 1e-9):
        assert found == -1
    elif found >= 0:
        assert distance[index.rows == found][0] == pytest.approx(distance.min())
    else:
        assert distance.min() == pytest.approx(radius)


@given(clouds, st.integers(0, 2**32 - 1))
def test_a_subset_holds_the_kept_rows_and_nothing_else(made, seed) -> None:
    ids, xy = cloud(*made)
    index = build_index(ids, xy)
    keep = np.random.default_rng(seed).random(len(ids)) < 0.4
    subset = index.subset(keep)
    placed = np.isfinite(xy).all(axis=1)
    assert sorted(subset.rows) == np.flatnonzero(keep & placed).tolist()
    for row, x, y in zip(subset.rows, subset.x, subset.y, strict=True):
        assert (x + index.left, index.top - y) == pytest.approx(tuple(xy[row].tolist()), rel=1e-4, abs=1e-2)
    assert subset.starts[-1, -1] == len(subset)


@given(clouds, st.floats(-0.1, 1), st.floats(-0.1, 1), st.floats(0, 1), st.floats(0, 1))
def test_places_within_a_rectangle(made, left, top, wide, high) -> None:
    index = build_index(*cloud(*made))
    side_x, side_y = index.cell[0] * 256, index.cell[1] * 256
    box = left * side_x, top * side_y, (left + wide) * side_x, (top + high) * side_y
    inside = (index.x >= box[0]) & (index.x <= box[2]) & (index.y >= box[1]) & (index.y <= box[3])
    assert sorted(index.places_within(*box)) == np.flatnonzero(inside).tolist()


def test_bands_fall_in_priority_and_cells_rise() -> None:
    n = FIRST_BAND * 6
    ids = np.arange(n, dtype=np.int64)
    index = build_index(ids, np.random.default_rng(0).normal(size=(n, 2)).astype(np.float32))
    assert index.bands == 3
    priorities = [index.priority[starts[0] : starts[-1]] for starts in index.starts]
    assert all(upper.min() >= lower.max() for upper, lower in itertools.pairwise(priorities))
    assert len(priorities[0]) == pytest.approx(FIRST_BAND, rel=0.05)
    assert sorted(index.rows) == list(range(n))
    for starts in index.starts:
        crowded = int(np.argmax(np.diff(starts)))
        assert (np.diff(index.priority[starts[crowded] : starts[crowded + 1]].astype(int)) >= 0).all()


def test_priorities_belong_to_ids_not_to_rows() -> None:
    ids = np.array([5, 900, 2**40], np.int64)
    xy = np.array([[0, 0], [1, 1], [2, 2]], np.float32)
    one, other = build_index(ids, xy), build_index(ids[::-1].copy(), xy)
    expected = (hashed(ids) >> np.uint64(64 - PRIORITY_BITS)).tolist()
    assert [int(one.priority[one.rows == row][0]) for row in range(3)] == expected
    assert [int(other.priority[other.rows == 2 - row][0]) for row in range(3)] == expected


def test_no_dot_and_too_many() -> None:
    assert empty_index().nearest(0, 0, 1e9) == -1
    assert len(build_index(np.empty(0, np.int64), np.empty((0, 2), np.float32))) == 0
    too_many = np.broadcast_to(np.int64(0), MAX_DOTS + 1)
    with pytest.raises(ValueError, match="at most"):
        build_index(too_many, np.empty((0, 2), np.float32))


@given(st.lists(st.tuples(st.integers(0, 50), st.integers(0, 30)), max_size=30), st.integers(1, 20))
def test_batches_keep_order_and_size(pairs, limit) -> None:
    first = np.array([a for a, _ in pairs], np.int64)
    stop = first + np.array([length for _, length in pairs], np.int64)
    made = list(batches(first, stop, limit))
    flat = [place for batch in made for part in batch for place in range(part.start, part.stop)]
    assert flat == expand(first, stop).tolist()
    assert all(sum(part.stop - part.start for part in batch) <= limit for batch in made)
