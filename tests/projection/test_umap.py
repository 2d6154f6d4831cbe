"""UMAP: our graph and layout against umap-learn's, the same bits again, landmarks and placement."""

import threading
import warnings
from pathlib import Path

import numba
import numpy as np
import pytest
from sklearn.manifold import trustworthiness

from projector.domain.errors import InputError
from projector.domain.nouns import Placement
from projector.domain.progress import Cancelled, silent
from projector.projection import landmarks, layout
from projector.projection.align import align, coordinates_of
from projector.projection.forces import power, step
from projector.projection.graph import fuzzy_graph, memberships
from projector.projection.matrix import Matrix
from projector.projection.neighbours import Neighbours
from projector.projection.parameters import ReferenceParameters, UMAPParameters
from projector.projection.quality import map_quality
from projector.projection.registry import project
from projector.projection.umap import umap

QUICK = UMAPParameters(epochs=60)


def kinds(n=300, width=20, seed=0):
    """Windows of four kinds, each along a curve of its own."""
    rng = np.random.default_rng(seed)
    kind = np.arange(n) % 4
    t = rng.random(n) * 3
    basis = np.random.default_rng(99).normal(size=(4, 3, width))
    shape = np.stack([np.sin(t), np.cos(t), np.ones(n)], axis=1)
    values = np.einsum("nk,nkw->nw", shape, basis[kind] * 2) + rng.normal(size=(n, width)) * 0.2
    return values.astype(np.float32), kind


@pytest.fixture(scope="module", autouse=True)
def _compiled_once():
    layout.prepare()


@pytest.fixture(scope="module")
def matrix():
    return Matrix.of(kinds()[0], "standard", silent)


@pytest.fixture(scope="module")
def reference(request):
    """umap-learn's functions, uncompiled where not much is asked of them: compiling takes half a minute."""
    compiled, numba.config.DISABLE_JIT = numba.config.DISABLE_JIT, not request.config.getoption("--long")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # TensorFlow is missing, which we know
            from umap import umap_
    finally:
        numba.config.DISABLE_JIT = compiled
    return umap_


@pytest.fixture(scope="module", params=["stored", pytest.param("made now", marks=pytest.mark.long)])
def their_layout(request, reference):
    """umap-learn's layout of `kinds(600)`: made once and stored beside this file, or made anew."""
    stored = Path(__file__).with_name("umap_learn_layout.npy")
    if request.param == "stored":
        return np.load(stored)
    values = kinds(600)[0]
    made, _ = reference.simplicial_set_embedding(
        values, fuzzy_graph(*neighbours(values)), 2, 1.0, *layout.curve(0.1), 1.0, 5, 200, start_of(600),
        np.random.RandomState(0), "euclidean", {}, False, {}, False, tqdm_kwds={"disable": True},
    )  # fmt: skip
    return made


def start_of(n):
    return np.random.default_rng(1).normal(size=(n, 2)).astype(np.float32)


def neighbours(values, k=14):
    return Neighbours(values).nearest(values, k, own=np.arange(len(values)))


def test_the_graph_is_umap_learns(reference):
    values = kinds()[0]
    values[10:14] = values[10]  # equal windows
    found, apart = neighbours(values)
    itself = np.arange(len(values))[:, None]
    expected, _, _ = reference.fuzzy_simplicial_set(
        values, 15, None, "euclidean",
        knn_indices=np.hstack([itself, found]), knn_dists=np.hstack([np.zeros_like(itself), apart]),
    )  # fmt: skip
    difference = abs(fuzzy_graph(found, apart) - expected.tocsr())
    assert difference.max() < 1e-4


@pytest.mark.parametrize("min_dist", [0.0, 0.1, 0.5, 1.0])
def test_the_curve_is_umap_learns(reference, min_dist):
    np.testing.assert_allclose(layout.curve(min_dist), reference.find_ab_params(1.0, min_dist), rtol=1e-3)


def test_the_layout_is_as_good_as_umap_learns(their_layout):
    values = kinds(600)[0]
    graph = fuzzy_graph(*neighbours(values))
    ours = layout.optimise(graph, start_of(600), min_dist=0.1, epochs=200, seed=0)
    mine, theirs = (trustworthiness(values, coords, n_neighbors=10) for coords in (ours, their_layout))
    assert mine >= theirs - 0.01 > 0.9
    assert _kept(values, ours) >= 0.9 * _kept(values, their_layout)


def _kept(values, coords, k=10):
    true, _ = neighbours(values, k)
    on_map, _ = neighbours(coords, k)
    return np.mean([len(set(a) & set(b)) / k for a, b in zip(true.tolist(), on_map.tolist(), strict=True)])


def test_the_same_seed_gives_the_same_bits_on_any_number_of_threads(matrix):
    first = umap(matrix, QUICK).coords
    threads = numba.get_num_threads()
    numba.set_num_threads(1)
    try:
        again = umap(matrix, QUICK).coords
    finally:
        numba.set_num_threads(threads)
    assert first.tobytes() == again.tobytes()
    assert umap(matrix, UMAPParameters(epochs=60, seed=1)).coords.tobytes() != first.tobytes()


def test_kinds_stay_together_and_every_window_is_fitted(matrix):
    made = umap(matrix, QUICK)
    kind = kinds()[1]
    near, _ = neighbours(made.coords, 5)
    assert (kind[near] == kind[:, None]).mean() > 0.98
    assert (made.state == Placement.FITTED).all()
    assert made.quality["trustworthiness"] > 0.95


@pytest.mark.parametrize("metric", ["cosine", "correlation", "manhattan", "chebyshev"])
def test_every_metric_makes_a_map(matrix, metric):
    made = umap(matrix, UMAPParameters(epochs=60, metric=metric))
    assert made.quality["trustworthiness"] > 0.9


def test_windows_without_all_features_are_not_placed():
    values = kinds()[0]
    values[5, 2] = np.nan
    made = umap(Matrix.of(values, "robust", silent), QUICK)
    assert np.isnan(made.coords[5]).all()
    assert made.state[5] == Placement.NOT_PLACED
    assert np.isfinite(np.delete(made.coords, 5, axis=0)).all()


@pytest.mark.parametrize("n", [4, 5, 20])
def test_few_and_equal_windows(n):
    assert np.isfinite(umap(Matrix.of(kinds(n)[0], "robust", silent), QUICK).coords).all()
    same = Matrix.of(np.ones((n, 3), np.float32), "robust", silent)
    assert np.isfinite(umap(same, QUICK).coords).all()


def test_progress_counts_epochs_and_can_stop_them(matrix):
    seen = []

    def progress(done, total, what):
        seen.append((what, done, total))
        if what.startswith("Laying out the map") and done == 7:
            raise Cancelled

    with pytest.raises(Cancelled):
        umap(matrix, QUICK, progress=progress)
    assert [at for what, at, total in seen if what.startswith("Laying out the map")] == list(range(8))
    assert umap(matrix, QUICK).coords.shape == (300, 2)  # and the next one isn't locked out


def test_a_second_layout_waits_for_the_first_and_can_be_cancelled(matrix):
    inside, leave = threading.Event(), threading.Event()

    def hold(done, total, what):
        if what.startswith("Laying out the map"):
            inside.set()
            assert leave.wait(20)

    first = threading.Thread(target=umap, args=(matrix, QUICK), kwargs={"progress": hold})
    first.start()
    assert inside.wait(20)

    def stop(done, total, what):
        if what == "Preparing UMAP":
            raise Cancelled

    with pytest.raises(Cancelled):
        umap(matrix, QUICK, progress=stop)
    leave.set()
    first.join()


# --- landmarks ---------------------------------------------------------------------------------------

MANY = UMAPParameters(epochs=60, landmarks=300)


@pytest.fixture(scope="module")
def many():
    values, kind = kinds(3000)
    values[2999] += 40  # like nothing else
    return Matrix.of(values, "none", silent), kind


def test_past_the_landmarks_windows_are_placed_with_their_kind(many):
    matrix, kind = many
    made = umap(matrix, MANY, strata=kind)
    assert np.bincount(made.state, minlength=4)[Placement.FITTED] == 300
    placed = np.flatnonzero(made.state == Placement.PLACED)
    fitted = np.flatnonzero(made.state == Placement.FITTED)
    near, _ = Neighbours(made.coords[fitted]).nearest(made.coords[placed], 1)
    assert (kind[fitted][near[:, 0]] == kind[placed]).mean() > 0.97
    assert made.quality["trustworthiness"] > 0.95


def test_a_window_like_none_is_off_the_map_and_few_others_are(many):
    matrix, kind = many
    strata = kind.copy()
    made = umap(matrix, MANY, strata=strata)
    if made.state[2999] == Placement.FITTED:
        pytest.fail("choose another seed: the odd window is a landmark")
    assert made.state[2999] == Placement.OFF_MAP
    assert (made.state == Placement.OFF_MAP).mean() < 0.05


def test_placement_never_depends_on_what_is_placed_with_it(many):
    matrix, _ = many
    values = matrix.take(matrix.rows)
    search = Neighbours(values[:300])
    found, apart = search.nearest(values[:300], 14, own=np.arange(300))
    fitted = landmarks.Landmarks.of(search, values[:300, :2].copy(), apart)
    placed = fitted.place(values[300:])
    for part in (slice(5, 6), slice(100, 137), slice(None, None, -1)):
        for one, again in zip(placed, fitted.place(values[300:][part]), strict=True):
            assert again.tobytes() == one[part].tobytes()
    assert found.shape == (300, 14)


def test_a_window_between_islands_lies_on_the_stronger_one():
    island = np.random.default_rng(0).normal(size=(2, 40, 2)).astype(np.float32)
    island[1] += 100
    values = np.concatenate([np.zeros((40, 1)), np.ones((40, 1))]).astype(np.float32)
    values += np.linspace(0, 0.3, 80, dtype=np.float32)[:, None]
    fitted = landmarks.Landmarks(Neighbours(values), np.concatenate(island))
    nearer_first, nearer_second = fitted.place(np.array([[0.55], [0.75]], np.float32))[0]
    assert island[0].min() <= nearer_first.min() <= nearer_first.max() <= island[0].max()
    assert island[1].min() <= nearer_second.min() <= nearer_second.max() <= island[1].max()


def test_landmarks_on_one_spot_place_windows_there():
    values = kinds(50)[0]
    fitted = landmarks.Landmarks(Neighbours(values), np.full((50, 2), 3, np.float32))
    np.testing.assert_allclose(fitted.place(values)[0], 3, rtol=1e-6)


def test_the_quick_power_is_the_power():
    x = np.exp(np.random.default_rng(0).uniform(-18, 9, 500)).astype(np.float32)
    for b in np.float32([0.5, 0.79, 0.9, 1.9]):
        np.testing.assert_allclose([power(one, b) for one in x], x.astype(np.float64) ** b, rtol=4e-4)
    assert 0 <= power(np.float32(0), np.float32(0.9)) < 1e-30


def test_the_compiled_forces_are_kept_for_the_next_process():
    step.compile()
    assert step._compiled(cache=True).stats.cache_hits  # what a process does that begins with nothing


def test_landmarks_are_in_proportion_and_rare_kinds_have_some():
    strata = np.repeat([0, 1, 2, 3], [90_000, 9_000, 990, 10])
    rows = np.arange(len(strata)) * 3
    chosen = landmarks.choose(rows, 1000, strata, seed=4)
    counts = np.bincount(strata[np.searchsorted(rows, chosen)])
    assert len(chosen) == 1000
    assert (np.diff(chosen) > 0).all()
    np.testing.assert_allclose(counts[:2], [900, 90], rtol=0.05)
    assert counts[2] >= 9
    assert counts[3] == landmarks.LEAST_PER_STRATUM
    assert (landmarks.choose(rows, 1000, strata, seed=4) == chosen).all()
    assert (landmarks.choose(rows, 1000, strata, seed=5) != chosen).any()


def test_more_kinds_than_landmarks():
    assert len(landmarks.choose(np.arange(5000), 100, np.arange(5000), seed=0)) == 100
    assert (landmarks.choose(np.arange(50), 100, None, seed=0) == np.arange(50)).all()


def test_memberships_sum_to_the_logarithm_of_the_neighbours():
    apart = np.sort(np.random.default_rng(0).random((50, 14)).astype(np.float32) + 1, axis=1)
    strength = memberships(apart)
    np.testing.assert_allclose(strength.sum(axis=1), np.log2(15), rtol=1e-4)
    assert (strength[:, 0] == 1).all()
    assert (np.diff(strength, axis=1) <= 0).all()


# --- quality and alignment ---------------------------------------------------------------------------


@pytest.mark.parametrize("metric", ["euclidean", "cosine"])
def test_quality_is_what_its_definitions_give(metric):
    values, _ = kinds(200)
    matrix = Matrix.of(values, "none", silent)
    coords = np.random.default_rng(0).normal(size=(200, 2)).astype(np.float32) + values[:, :2]
    told = map_quality(matrix, matrix.rows, coords, metric)
    assert told["trustworthiness"] == pytest.approx(
        trustworthiness(values.astype(np.float64), coords, n_neighbors=10, metric=metric), abs=1e-6
    )
    true, _ = Neighbours(values, metric).nearest(values, 10, own=np.arange(200))
    on_map, _ = neighbours(coords, 10)
    kept = np.mean([len(set(a) & set(b)) / 10 for a, b in zip(true.tolist(), on_map.tolist(), strict=True)])
    assert told["neighbours_kept"] == pytest.approx(kept)


def test_quality_of_a_handful_is_not_told():
    matrix = Matrix.of(kinds(15)[0], "none", silent)
    assert map_quality(matrix, matrix.rows, np.zeros((15, 2), np.float32), "euclidean") == {}


def test_neighbours_kept_are_counted_for_each_window_among_the_fitted(many):
    matrix, kind = many
    made = umap(matrix, MANY, strata=kind)
    fitted = made.state == Placement.FITTED
    values, coords = matrix.take(matrix.rows).astype(np.float64), made.coords.astype(np.float64)
    for row in (*np.flatnonzero(fitted)[::40], *np.flatnonzero(~fitted)[::300]):
        true, beside = (np.linalg.norm(of - of[row], axis=1) for of in (values, coords))
        nearest = [np.argsort(np.where(fitted, away, np.inf), kind="stable") for away in (true, beside)]
        same = set.intersection(*(set(one[one != row][:10].tolist()) for one in nearest))
        assert made.neighbours_kept[row] == pytest.approx(len(same) / 10)
    values = kinds(300)[0]
    values[7] = np.nan
    few = umap(Matrix.of(values, "standard", silent), QUICK)
    assert np.isnan(few.neighbours_kept).tolist() == [row == 7 for row in range(300)]
    told = few.quality["neighbours_kept"]  # all are in the sample, all are fitted
    assert np.nanmean(few.neighbours_kept) == pytest.approx(told, abs=1e-6)
    assert umap(Matrix.of(values[:15], "standard", silent), QUICK).neighbours_kept is None


def test_a_turned_and_mirrored_layout_is_laid_back():
    rng = np.random.default_rng(0)
    old = rng.normal(size=(100, 2)).astype(np.float32)
    old[3] = np.nan
    turn = np.array([[0.6, -0.8], [-0.8, -0.6]])
    new = (old[20:] @ turn + [5, 7]).astype(np.float32)
    back = align(new, np.arange(20, 100), old, np.arange(100))
    np.testing.assert_allclose(back, old[20:], atol=1e-5)
    assert align(new, np.arange(500, 580), old, np.arange(100)) is new


def test_a_refit_stays_where_the_old_layout_was(matrix):
    old_ids, old = np.arange(0, 900, 3), umap(matrix, QUICK).coords
    new_ids = np.arange(30, 930, 3)  # ten windows are gone, ten are new
    values = np.concatenate([matrix.values[10:], kinds(10, seed=9)[0]])
    start = coordinates_of(new_ids, old, old_ids)
    assert np.isnan(start).all(axis=1).tolist() == [False] * 290 + [True] * 10
    made = umap(Matrix.of(values, "standard", silent), UMAPParameters(epochs=60, seed=7), start=start)
    again = align(made.coords, new_ids, old, old_ids)
    moved = np.linalg.norm(again[:290] - old[10:], axis=1)
    assert np.median(moved) < 0.1 * np.ptp(old, axis=0).max()
    assert np.isfinite(again).all()


def test_the_reference_is_umap_learn_with_progress_and_cancel(reference):
    values = np.random.default_rng(3).normal(size=(150, 6)).astype(np.float32)
    values[4, 2] = np.nan
    told: list[tuple[float, float]] = []
    wanted = ReferenceParameters(epochs=12, neighbours=8)
    made = project(values, tuple("abcdef"), "umap-learn", wanted, progress=lambda *at: told.append(at[:2]))
    assert made.state.tolist().count(Placement.FITTED) == 149
    assert np.isnan(made.coords[4]).all()
    assert (6, 12) in told
    again = project(values, tuple("abcdef"), "umap-learn", wanted)
    assert again.coords.tobytes() == made.coords.tobytes()

    def stop(done: float, total: float, what: str = "") -> None:
        if (done, total) == (3, 12):
            raise Cancelled

    with pytest.raises(Cancelled):
        project(values, tuple("abcdef"), "umap-learn", wanted, progress=stop)
    with pytest.raises(InputError, match="neighbours"):
        project(values[:9], tuple("abcdef"), "umap-learn", {})
