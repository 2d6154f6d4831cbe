"""Histograms by class against numpy's own."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from projector.domain.columns import Category
from projector.workspace.distribution import distribution, windows_in

cells = st.tuples(st.floats(-100, 100, width=32), st.sampled_from(["fall", "normal", None]), st.booleans())


@given(st.lists(cells, min_size=1, max_size=60))
def test_shares_are_those_of_numpys_histogram(rows: list[tuple[float, str | None, bool]]) -> None:
    values = np.array([value for value, _, _ in rows])
    classes = Category.of(label for _, label, _ in rows)
    shown = np.array([keep for _, _, keep in rows])
    made = distribution(values, classes, shown, bins=8)
    if made is None:
        assert not shown.any()
        return
    assert sum(made.counts) == shown.sum()
    beyond = shown & ((values < made.edges[0]) | (values > made.edges[-1]))
    assert made.beyond == beyond.sum()
    for name, share, count in zip(made.names, made.shares, made.counts, strict=True):
        of_class = shown & (classes.codes == (classes.names.index(name) if name else -1))
        assert count == of_class.sum()
        drawn, _ = np.histogram(values[of_class], made.edges)
        assert np.abs(np.cumsum(share * count) - np.cumsum(drawn)).max() <= 1.001  # a value on an edge
        assert (share * count).sum() == np.count_nonzero(of_class & ~beyond)


def test_missing_values_and_hidden_windows_are_left_out() -> None:
    values = np.array([np.nan, 1.0, 2.0, 50.0])
    classes = Category.of(["fall"] * 4)
    made = distribution(values, classes, np.array([True, True, True, False]))
    assert made is not None
    assert made.counts == (2,)
    assert made.edges[-1] <= 2.0
    assert distribution(values, classes, np.zeros(4, bool)) is None
    assert list(windows_in(values, 1.0, 2.0, np.array([True, True, True, True]))) == [1, 2]


def test_a_constant_feature_has_one_bin_with_everything() -> None:
    made = distribution(np.full(5, 3.0), Category.of(["a"] * 5), np.ones(5, bool))
    assert made is not None
    assert made.shares.max() == 1.0
