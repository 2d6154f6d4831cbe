"""Look-alikes of many windows at once are those of the exact search; impacts are where they were put."""

import shutil
from pathlib import Path

import numpy as np
import pytest

from projector.assets import asset
from projector.domain.progress import silent
from projector.jobs.review import comparable, impacts, look_alikes, most_windows, nearest
from projector.jobs.synchronous import SynchronousRunner
from projector.jobs.tables import rule_of, table_folder
from projector.library import cache
from projector.library.library import Library
from projector.processing.impacts import impacts as impacts_of
from projector.projection.matrix import Matrix
from projector.projection.other_rides import OtherRides


@pytest.mark.parametrize("case", ["even", "ties", "few", "far"])
def test_the_nearest_of_many_are_those_of_the_exact_search(case):
    rng = np.random.default_rng(3)
    n = {"few": 14}.get(case, 700)
    values = rng.normal(0, 1, (n, 12)).astype(np.float32)
    if case == "ties":  # many windows that are the same: the lower row comes first
        values = np.repeat(values[: n // 35], 35, axis=0)[rng.permutation(n)]
    if case == "far":  # differences drown in rounding
        values = (values * 1e-3 + 3e3).astype(np.float32)
    values[5] = np.nan
    rides = np.sort(rng.integers(0, 3 if case == "few" else 9, n))
    matrix = Matrix.of(values, "none", silent)
    wanted = np.setdiff1d(np.arange(n), [5])
    near, distance = nearest(matrix, rides, wanted, silent)
    exact = OtherRides(matrix, rides)
    for row, found, far in zip(wanted, near, distance, strict=True):
        expected, away = exact.nearest(int(row), 10)
        assert found[found >= 0].tolist() == expected.tolist()
        assert far[found >= 0] == pytest.approx(away, rel=1e-5, abs=1e-6)
        assert np.isinf(far[found < 0]).all()


def test_windows_are_compared_with_all_as_long_as_that_ends():
    assert most_windows(500) == 500
    assert most_windows(60_000) == 60_000
    assert most_windows(1_000_000) == 4_000
    assert most_windows(0) == 0


def test_impacts_are_the_greatest_shock_of_each_second():
    rng = np.random.default_rng(0)
    times = np.arange(0, 60, 0.01)
    axes = rng.normal(0, 0.3, (len(times), 3)).astype(np.float32) + np.float32([0, 0, 9.81])
    for at, height in ((10.0, 40), (10.3, 60), (30.0, 25), (31.5, 20), (50.0, 8)):
        axes[np.searchsorted(times, at), 2] += height
    axes[200] = np.nan
    found, heights = impacts_of(times, axes)
    assert found == pytest.approx([10.3, 30.0, 31.5], abs=0.011)
    assert heights == pytest.approx([60, 25, 20], abs=1.5)
    buzzing = 9.81 + 40 * np.sin(times * 30)  # as long as it lasts, an impact at most every second
    found, _ = impacts_of(times, np.column_stack([times * 0, times * 0, buzzing]).astype(np.float32))
    assert 20 < len(found) <= 60
    assert np.diff(found).min() > 0.9


def forbidden(*_: object) -> None:
    pytest.fail("what is kept was made anew")


def test_both_are_tasks_whose_results_stay(tmp_path):
    sample_library = shutil.copy(asset("sample_data", "rides.h5"), tmp_path / "rides.h5")
    runner, told = SynchronousRunner(), []
    with Library.open(sample_library) as library:
        rides = library.numbers.tolist()[:3]
        asked = {"library": str(sample_library), "rides": rides}
        runner.start("impacts", "impacts", asked, lambda result: told.append(result["review"]))
    _, arrays = cache.load_review(Path(told[0]))
    assert arrays["looked"].tolist() == rides
    assert set(arrays["ride"].tolist()) <= set(rides)
    asked = {"library": str(sample_library), "rule": {"length_s": 8.0, "hop_s": 8.0}, "rows": [4, 9, 11]}
    runner.start("look_alikes", "look_alikes", asked, lambda result: told.append(result["review"]))
    _, arrays = cache.load_review(Path(told[1]))
    assert arrays["near"].shape == (3, 10)
    with Library.open(sample_library) as library:
        table = cache.load_table(table_folder(library, rule_of(asked["rule"]), silent))
        kept, anew = comparable(library, table, forbidden), Matrix.of(table.values, "robust", silent)
    np.testing.assert_array_equal(kept.rows, anew.rows)
    np.testing.assert_array_equal(kept.take(kept.rows), anew.take(anew.rows))
    steps = []
    again = look_alikes(**asked, progress=lambda *at: steps.append(at))
    assert again["review"] == told[1]
    assert not any("Comparing" in str(at) for at in steps)
    assert impacts(str(sample_library), silent, rides=rides)["review"] == told[0]
