"""The bar under a ride: its seconds, and that nothing rare is lost in it."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from projector.domain.nouns import Annotations
from projector.workspace.ride_labels import bar_widths, has_label, label_seconds

ANNOTATIONS = Annotations(
    ride_number=np.array([2, 2, 2, 9, 9]),
    start_s=np.array([0.0, 10, 20, 1, 5]),
    stop_s=np.array([10.0, 14, 25, 1, 6]),
    label=np.array([0, 1, 0, 2, 1], np.int32),
    label_names=("normal", "braking", "crash"),
)
NUMBERS = np.array([9, 4, 2])  # in the order of a library's rows, which need not be that of numbers


def test_seconds_are_summed_per_ride_and_label() -> None:
    np.testing.assert_array_equal(label_seconds(ANNOTATIONS, NUMBERS), [[0, 1, 0], [0, 0, 0], [15, 4, 0]])


def test_a_point_counts_as_there_though_it_has_no_length() -> None:
    found = has_label(ANNOTATIONS, NUMBERS)
    np.testing.assert_array_equal(found, [[False, True, True], [False] * 3, [True, True, False]])


def test_four_seconds_in_an_hour_are_seen() -> None:
    widths = bar_widths(np.array([3596.0, 4.0]), np.array([True, True]), 3600.0, 200)
    np.testing.assert_array_equal(widths, [198, 2, 0])


@given(
    st.lists(st.tuples(st.floats(0, 1e4), st.booleans()), min_size=1, max_size=12),
    st.floats(0, 1e5),
    st.integers(40, 400),
)
def test_a_bar_is_filled_exactly_and_shows_all_that_is_there(
    labels: list[tuple[float, bool]], length_s: float, pixels: int
) -> None:
    seconds = np.array([second if there else 0.0 for second, there in labels])
    present = np.array([there for _, there in labels])
    widths = bar_widths(seconds, present, length_s, pixels)
    assert widths.sum() == pixels
    assert (widths >= 0).all()
    assert (widths[:-1][present] >= 2).all()
