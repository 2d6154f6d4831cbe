"""Interval arithmetic against sets of small integers, where every answer can be counted."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from projector.annotations.seen import both, common, holding, joined, longer, seconds, spans, without

pairs = st.lists(st.tuples(st.integers(0, 30), st.integers(0, 30)), max_size=8)


def cells(pairs) -> set[int]:
    """The unit cells [k, k+1) that some intervals cover."""
    return {
        k for start, stop in np.asarray(pairs).reshape(-1, 2).tolist() for k in range(int(start), int(stop))
    }


def proper(of: np.ndarray) -> bool:
    return bool((of[:, 1] > of[:, 0]).all() and (of[1:, 0] > of[:-1, 1]).all())


@given(pairs, pairs)
def test_sets_of_moments_are_sets(one, other) -> None:
    a, b = spans(one), spans(other)
    assert cells(a) == cells(one)
    assert cells(both(a, b)) == cells(a) | cells(b)
    assert cells(common(a, b)) == cells(a) & cells(b)
    assert cells(without(a, b)) == cells(a) - cells(b)
    for made in (a, both(a, b), common(a, b), without(a, b)):
        assert proper(made)
        assert seconds(made) == len(cells(made))
    assert both(a, b).tolist() == both(b, a).tolist()
    assert not len(common(without(a, b), b))
    assert both(without(a, b), common(a, b)).tolist() == a.tolist()


@given(pairs, st.integers(0, 5))
def test_slack_closes_just_the_gaps_that_are_no_wider(some, slack) -> None:
    a = spans(some)
    made = joined(a, slack)
    gaps = np.concatenate([np.empty(0), a[1:, 0] - a[:-1, 1]])
    assert len(made) == len(a) - np.count_nonzero(gaps <= slack)
    assert cells(a) <= cells(made)
    assert (longer(made, 2)[:, 1] - longer(made, 2)[:, 0] >= 2).all()


@given(pairs, st.integers(0, 30), st.integers(1, 5))
def test_what_lies_in_them_from_end_to_end(some, start, length) -> None:
    a = spans(some)
    inside = set(range(start, start + length)) <= cells(a)
    assert bool(holding(a, [start], [start + length])[0]) == inside
