"""Maps over time: dots that stay while rides are added, and what the worker makes ahead of the window."""

from pathlib import Path

import numpy as np
import pytest

from projector.annotations.window_labels import window_labels
from projector.domain.ids import ride_numbers
from projector.domain.nouns import Annotation, Annotations, Placement, Recording, Stream
from projector.jobs.runner import SynchronousRunner
from projector.library.cache import load_projection
from projector.library.writer import write_library
from projector.processing.grid_index import build_index
from projector.projection.frozen import Frozen
from projector.projection.parameters import UMAPParameters
from projector.workspace.memory import Memory
from projector.workspace.pipeline import Pipeline
from projector.workspace.workspace import Workspace

QUICK = UMAPParameters(epochs=15, neighbours=6, landmarks=100)


def ride(name: str, seed: int, seconds: int = 130) -> Recording:
    rng = np.random.default_rng(seed)
    samples = rng.normal(0, 1 + seed % 3, (seconds * 50, 3)).astype(np.float32) + np.float32([0, 0, 9.81])
    if seed == 9:
        samples[200:500] *= 1000  # like nothing in the others
        samples[1000:1100] = np.nan
    stream = Stream("phone", ("ax", "ay", "az"), ("m/s²",) * 3, samples, 50.0)
    return Recording(name, (stream,), (Annotation(10.0, 30.0, "x" if seed % 2 else "y"),))


class Told(SynchronousRunner):
    """Remembers what was asked of it; runs it when it is pumped, or at once."""

    def __init__(self, waits: bool = False) -> None:
        super().__init__((lambda: None) if waits else None)
        self.tasks: list[str] = []

    def start(self, kind, task, arguments, *callbacks):  # type: ignore[no-untyped-def]
        self.tasks.append(task)
        return super().start(kind, task, arguments, *callbacks)


@pytest.fixture
def library(tmp_path: Path) -> Path:
    path = tmp_path / "rides.h5"
    write_library(path, [ride("a", 1), ride("b", 2)])
    return path


def opened(path: Path, runner: SynchronousRunner | None = None) -> tuple[Workspace, Pipeline]:
    workspace = Workspace()
    memory = Memory(method="umap", parameters={"umap": QUICK.as_dict()})
    pipeline = Pipeline(workspace, runner or Told(), memory)
    pipeline.failed.connect(lambda error: pytest.fail(str(error)))
    pipeline.open(path)
    return workspace, pipeline


def test_rides_that_are_added_move_no_dot_until_a_refit_is_asked_for(library: Path) -> None:
    workspace, _ = opened(library)
    old = workspace.projection
    assert old is not None
    assert np.bincount(old.state)[Placement.FITTED] == 100  # the others are placed, as later ones will be
    coords, ids, state = old.coords.copy(), old.ids.copy(), old.state.copy()
    workspace.set_library(None)
    write_library(library, [ride("c", 9), ride("d", 4)], into=True)

    runner = Told()
    workspace, pipeline = opened(library, runner)
    new, table = workspace.projection, workspace.table
    assert new is not None
    assert table is not None
    assert [task for task in runner.tasks if task in ("project", "place")] == ["place", "place"]  # PCA first
    at = workspace.rows(ids)
    assert new.coords[at].tobytes() == coords.tobytes()
    assert new.state[at].tobytes() == state.tobytes()
    later = np.setdiff1d(np.arange(len(new.ids)), at)
    assert set(ride_numbers(new.ids[later]).tolist()) == {3, 4}
    assert set(np.unique(new.state[later])) == {Placement.PLACED, Placement.OFF_MAP, Placement.NOT_PLACED}
    fitted = np.flatnonzero(new.state == Placement.FITTED)
    for row in later[:: len(later) // 12]:
        alone = Frozen.of(old.kept).place(
            table.values, fitted, new.coords[fitted], np.array([row]), "euclidean"
        )
        if np.isfinite(new.coords[row, 0]):
            assert alone[1][0].tobytes() == new.coords[row].tobytes()
            assert alone[2][0] == new.state[row]
        else:
            assert not len(alone[0])
    assert new.parameters["placed_later"] == len(later)
    assert new.quality["fitted"] == 100

    again = Told(waits=True)
    opened(library, again)[0].set_library(None)
    assert again.tasks == []  # it is the map of these windows now

    runner.tasks.clear()
    pipeline.refit()
    made = workspace.projection
    assert runner.tasks == ["project"]
    assert made is not None
    assert made.parameters["continued"]
    assert "placed_later" not in made.parameters
    assert {3, 4} <= set(ride_numbers(made.ids[made.state == Placement.FITTED]).tolist())
    both = np.isfinite(made.coords[at, 0]) & np.isfinite(coords[:, 0])
    moved = np.linalg.norm(made.coords[at][both] - coords[both], axis=1)
    assert np.median(moved) < 0.5 * np.linalg.norm(coords[both].std(axis=0))
    workspace.set_library(None)


def test_later_rides_move_no_dot_of_pca_and_a_refit_mirrors_none(library: Path) -> None:
    def shown(runner: Told) -> tuple[Workspace, Pipeline]:
        workspace = Workspace()
        pipeline = Pipeline(workspace, runner, Memory())
        pipeline.open(library)
        return workspace, pipeline

    workspace, _ = shown(Told())
    old = workspace.projection
    assert old is not None
    coords, ids = old.coords.copy(), old.ids.copy()
    workspace.set_library(None)
    write_library(library, [ride("again", 1), ride("d", 9)], into=True)

    runner = Told()
    workspace, pipeline = shown(runner)
    new = workspace.projection
    assert new is not None
    assert runner.tasks == ["extract", "place"]
    at, numbers = workspace.rows(ids), ride_numbers(new.ids)
    assert new.coords[at].tobytes() == coords.tobytes()
    assert np.bincount(new.state[numbers > 2], minlength=4)[Placement.FITTED] == 0
    np.testing.assert_allclose(new.coords[numbers == 3], new.coords[numbers == 1], rtol=1e-3, atol=1e-3)
    assert new.parameters["placed_later"] == np.count_nonzero(numbers > 2)
    assert new.quality["explained_variance"] == old.quality["explained_variance"]

    pipeline.refit()
    made = workspace.projection
    assert made is not None
    assert "placed_later" not in made.parameters
    assert made.quality["placed"] == 0
    assert made.quality["explained_variance"] != old.quality["explained_variance"]
    both = np.isfinite(new.coords[:, 0])
    before, after = (one[both] - one[both].mean(axis=0) for one in (new.coords, made.coords))
    assert ((before * after).sum(axis=0) > 0).all()
    workspace.set_library(None)


def test_another_parameter_goes_on_from_the_map_before(library: Path) -> None:
    workspace, pipeline = opened(library)
    assert workspace.projection is not None
    assert not workspace.projection.parameters["continued"]
    pipeline.project("umap", UMAPParameters(epochs=15, neighbours=8, landmarks=100))
    assert workspace.projection.parameters["continued"]
    pipeline.project("umap", QUICK)
    assert not workspace.projection.parameters["continued"]  # the very map that is in the cache
    workspace.set_library(None)


def test_other_rides_under_the_same_numbers_are_laid_out_on_their_own(library: Path) -> None:
    opened(library)[0].set_library(None)
    write_library(library, [ride("a", 3), ride("b", 5)], replace=True)
    runner = Told()
    workspace, _ = opened(library, runner)
    assert workspace.projection is not None
    assert not workspace.projection.parameters["continued"]
    assert "place" not in runner.tasks
    workspace.set_library(None)


@pytest.fixture
def many(monkeypatch: pytest.MonkeyPatch) -> None:
    """Two dozen windows count as so many that the worker prepares them."""
    monkeypatch.setattr("projector.jobs.tasks.AT_ONCE", 24)
    monkeypatch.setattr("projector.workspace.pipeline.AT_ONCE", 24)


def test_what_the_worker_makes_ahead_is_what_the_window_would_make(library: Path, many: None) -> None:
    runner = Told()
    workspace, pipeline = opened(library, runner)
    assert runner.tasks == ["extract", "label", "project", "project"]
    table, points = workspace.table, workspace.points()
    assert table is not None
    assert workspace.projection is not None
    assert workspace.annotations is not None
    codes = window_labels(table.windows, workspace.annotations, table.rule)
    assert workspace.labels.codes.tobytes() == codes.tobytes()
    assert len(np.unique(codes)) == 3
    here = build_index(points.ids, workspace.projection.coords)
    assert points.index is not None
    for name in ("rows", "x", "y", "priority", "starts"):
        made, wanted = getattr(points.index, name), getattr(here, name)
        assert (made.dtype, made.tobytes()) == (wanted.dtype, wanted.tobytes())
    assert (points.index.left, points.index.top, points.index.cell) == (here.left, here.top, here.cell)
    assert points.xy.tobytes() == workspace.projection.coords.tobytes()
    assert workspace.shown.all()
    pipeline.project("pca", pipeline.parameters("pca"))
    workspace.set_axes(1, 2)
    assert workspace.points().index is None  # made for the first two components
    workspace.set_library(None)


def test_an_edit_while_the_worker_joins_labels_counts(library: Path, many: None) -> None:
    runner = Told(waits=True)
    workspace, _ = opened(library, runner)
    extracting = runner._waiting[0]
    runner._waiting.clear()
    runner._run(extracting)
    assert runner.tasks == ["extract", "label"]
    old = workspace.annotations
    assert old is not None
    edited = Annotations(old.ride_number, old.start_s, old.stop_s + 40, old.label, old.label_names)
    workspace.set_annotations(edited, "ann")
    runner.pump()
    assert workspace.table is not None
    wanted = window_labels(workspace.table.windows, edited, workspace.table.rule)
    assert workspace.labels.codes.tobytes() == wanted.tobytes()
    assert runner.tasks.count("label") == 2
    workspace.set_library(None)


def test_a_damaged_older_map_is_done_without(library: Path) -> None:
    workspace, pipeline = opened(library)
    folder = next(
        one for one in (library.with_suffix(".cache") / "projections").iterdir()
        if load_projection(one).method == "umap"
    )  # fmt: skip
    (folder / "coords.npy").write_bytes(b"no")
    pipeline.project("umap", UMAPParameters(epochs=15, neighbours=8, landmarks=100))
    assert workspace.projection is not None
    assert not workspace.projection.parameters["continued"]
    workspace.set_library(None)


def test_damage_past_what_opening_checks_is_found_by_the_worker_told_and_mended(
    library: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("projector.library.result_folder.CHECKED_BYTES", 1 << 10)
    opened(library)[0].set_library(None)
    path = next(library.with_suffix(".cache").glob("tables/*/values.npy"))
    whole = path.read_bytes()
    path.write_bytes(whole[:-5] + bytes([whole[-5] ^ 64]) + whole[-4:])
    workspace, told, runner = Workspace(), [], Told()
    pipeline = Pipeline(workspace, runner, Memory())
    pipeline.failed.connect(told.append)
    pipeline.open(library)
    assert ["damaged" in str(error) for error in told] == [True]
    assert path.read_bytes() == whole
    assert workspace.table is not None
    assert workspace.table.values.tobytes() == whole[-workspace.table.values.nbytes :]
    runner.tasks.clear()
    pipeline.extract()
    assert "extract" not in runner.tasks
    workspace.set_library(None)


def test_turned_axes_are_made_once(library: Path) -> None:
    runner, workspace = Told(), Workspace()
    pipeline = Pipeline(workspace, runner, Memory())
    pipeline.open(library)
    for _ in range(2):
        workspace.aligned = None
        workspace.want_aligned()
        assert workspace.aligned is not None
        assert workspace.aligned.ride == workspace.ride
        down = np.median(workspace.aligned.samples[:, :3], axis=0)
        assert down == pytest.approx([0, 0, 9.81], abs=0.1)
    assert runner.tasks.count("align") == 1
    workspace.set_library(None)
