"""The exact search against scikit-learn's, and its promise to the last bit."""

import numpy as np
import pytest
from sklearn.metrics import pairwise_distances
from sklearn.neighbors import NearestNeighbors

from projector.projection.neighbours import Neighbours, distances
from projector.projection.parameters import METRICS


def rows(n, seed=0, width=17):
    return np.random.default_rng(seed).normal(size=(n, width)).astype(np.float32) + 3


@pytest.mark.parametrize("metric", METRICS)
@pytest.mark.parametrize("count", [30, 2000])  # fewer than a group of candidates, and many groups
def test_it_finds_what_scikit_learn_finds(metric, count):
    targets, queries = rows(count), rows(333, 1)
    found, apart = Neighbours(targets, metric).nearest(queries, 12)
    reference = NearestNeighbors(n_neighbors=12, algorithm="brute", metric=metric)
    expected_apart, expected = reference.fit(targets.astype(np.float64)).kneighbors(
        queries.astype(np.float64)
    )
    np.testing.assert_allclose(apart, expected_apart, rtol=1e-4, atol=1e-6)
    assert (found == expected).mean() > 0.999  # rounding may swap two that are equally far


@pytest.mark.parametrize("metric", METRICS)
def test_a_row_is_not_its_own_neighbour_even_among_equal_ones(metric):
    values = np.concatenate([rows(300), np.repeat(rows(1, 5), 40, axis=0)])
    found, apart = Neighbours(values, metric).nearest(values, 10, own=np.arange(len(values)))
    assert (found != np.arange(len(values))[:, None]).all()
    assert all(len(set(row)) == 10 for row in found.tolist())
    assert apart[-1, -1] == pytest.approx(0, abs=1e-6)


@pytest.mark.parametrize("metric", METRICS)
def test_what_is_found_never_depends_on_what_else_is_asked(metric):
    search, queries = Neighbours(rows(3000), metric), rows(700, 1)
    found, apart = search.nearest(queries, 8)
    some = np.random.default_rng(2).permutation(700)[:61]
    for part in (some, some[:1], np.arange(700)[::-1]):
        again, apart_again = search.nearest(queries[part], 8)
        assert again.tobytes() == found[part].tobytes()
        assert apart_again.tobytes() == apart[part].tobytes()


@pytest.mark.parametrize("metric", METRICS)
def test_all_distances_are_scikit_learns(metric):
    expected = pairwise_distances(rows(50, 1).astype(np.float64), rows(80).astype(np.float64), metric=metric)
    np.testing.assert_allclose(distances(rows(50, 1), rows(80), metric), expected, rtol=1e-5, atol=1e-6)


def test_asking_for_all_there_are():
    values = rows(9)
    found, _ = Neighbours(values).nearest(values, 8, own=np.arange(9))
    assert [sorted([*row, i]) for i, row in enumerate(found.tolist())] == [list(range(9))] * 9


@pytest.mark.parametrize(("metric", "decay"), [("euclidean", 0.5), ("euclidean", 0.8), ("cosine", 0.8)])
def test_a_few_directions_find_what_all_do_to_the_last_bit(metric, decay, monkeypatch):
    """Features that follow one another: few directions nominate, and say when they cannot know."""
    loose = np.random.default_rng(5).normal(size=(40, 40)).astype(np.float32)
    turned = decay ** np.arange(40, dtype=np.float32)[:, None] * loose
    targets, queries = rows(3000, width=40) @ turned, rows(500, 1, 40) @ turned
    targets[:60] = queries[:60] + rows(60, 2, 40) * 0.01  # some have one very near, many others don't
    search, anew = Neighbours(targets, metric), []
    among_all = Neighbours._among_all

    def counted(self, queries, k, own):
        anew.append(len(queries))
        return among_all(self, queries, k, own)

    monkeypatch.setattr(Neighbours, "_among_all", counted)
    found, apart = search.nearest(queries, 10)
    assert sum(anew) == 0 if decay == 0.5 else 0 < sum(anew) < 500
    search._along = None
    expected, expected_apart = search.nearest(queries, 10)
    assert found.tobytes() == expected.tobytes()
    assert apart.tobytes() == expected_apart.tobytes()
    itself, _ = Neighbours(targets, metric).nearest(targets, 10, own=np.arange(3000))
    expected, _ = search.nearest(targets, 10, own=np.arange(3000))
    assert itself.tobytes() == expected.tobytes()
