"""The lasso takes exactly the dots that the even-odd rule takes, tested one by one."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from projector.processing.grid_index import build_index
from projector.processing.polygon import inside, places_inside, simplified


def even_odd(polygon: np.ndarray, x: float, y: float) -> bool:
    """One point, one edge at a time, as the textbook has it."""
    odd = False
    for (x1, y1), (x2, y2) in zip(polygon, np.roll(polygon, -1, axis=0), strict=True):
        if (y1 > y) != (y2 > y) and x < (x2 - x1) * ((y - y1) / (y2 - y1)) + x1:
            odd = not odd
    return odd


@settings(max_examples=60)
@given(
    st.integers(0, 200),
    st.integers(3, 20),
    st.integers(0, 2**32 - 1),
    st.booleans(),
    st.sampled_from([0.1, 1, 4, 1e5]),
)
def test_lasso_equals_brute_force(n, corners, seed, on_a_lattice, reach) -> None:
    rng = np.random.default_rng(seed)
    xy = rng.uniform(-5, 5, (n, 2)).astype(np.float32)
    polygon = 5 + rng.uniform(-6, 6, (corners, 2)) * reach  # crosses itself, and leaves the map
    if on_a_lattice:  # corners on dots, edges along rows and columns of dots
        xy, polygon = np.round(xy), np.round(polygon)
    index = build_index(np.arange(n, dtype=np.int64), xy)
    found = sorted(places_inside(index, polygon))
    x, y = index.x.astype(float), index.y.astype(float)
    assert found == [place for place in range(len(index)) if even_odd(polygon, x[place], y[place])]
    assert found == np.flatnonzero(inside(polygon, index.x, index.y)).tolist()


def test_many_dots_one_over_the_other_all_count() -> None:
    n = 100_000
    rng = np.random.default_rng(0)
    xy = np.repeat(rng.normal(size=(n // 10, 2)).astype(np.float32), 10, axis=0)
    index = build_index(np.arange(n, dtype=np.int64), xy)
    angle = np.linspace(0, 2 * np.pi, 500, endpoint=False)
    middle = np.array([np.median(index.x), np.median(index.y)])
    polygon = middle + np.stack([np.cos(angle), np.sin(angle) * (1 + 0.3 * np.sin(7 * angle))], axis=1)
    found = np.sort(places_inside(index, polygon))
    assert np.array_equal(found, np.flatnonzero(inside(polygon, index.x, index.y)))
    assert len(found) > n // 5


def test_a_line_and_a_point_hold_nothing() -> None:
    index = build_index(np.arange(2, dtype=np.int64), np.array([[0, 0], [1, 1]], np.float32))
    assert len(places_inside(index, np.array([[0.0, 0.0], [1.0, 1.0]]))) == 0
    assert len(places_inside(index, np.zeros((4, 2)))) == 0


def test_simplified_keeps_the_shape() -> None:
    polygon = np.array([(0, 0), (0.5, 0), (3, 0), (3, 0.2), (3, 4)], float)
    assert simplified(polygon, 2.0).tolist() == [[0, 0], [3, 0], [3, 4]]
