"""From a path to a map without a window: what comes first, what is remembered, what is cancelled."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from projector.assets import asset
from projector.domain.errors import LibraryError, ProjectorError
from projector.domain.nouns import WindowRule
from projector.jobs.runner import SynchronousRunner
from projector.projection.registry import parameters_of
from projector.workspace.memory import Memory
from projector.workspace.pipeline import Pipeline, rule_from
from projector.workspace.workspace import Workspace


@pytest.fixture(scope="module")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("pipeline")
    return Path(shutil.copy(asset("sample_data", "rides.h5"), folder / "rides.h5"))


class Waiting(SynchronousRunner):
    """A runner whose jobs stay queued until the test pumps."""

    def __init__(self) -> None:
        super().__init__(notify=lambda: None)


@pytest.fixture
def workspace() -> Iterator[Workspace]:
    made = Workspace()
    yield made
    made.set_library(None)


def pipeline_on(workspace: Workspace, runner: SynchronousRunner, memory: Memory | None = None) -> Pipeline:
    return Pipeline(workspace, runner, memory or Memory())


def test_a_path_becomes_a_map_and_the_second_time_without_a_job(sample: Path, workspace: Workspace) -> None:
    first = pipeline_on(workspace, SynchronousRunner())
    first.open(sample)
    assert workspace.projection is not None
    assert workspace.projection.method == "pca"
    assert workspace.ride == int(workspace.library.numbers[0])  # type: ignore[union-attr]
    idle = pipeline_on(workspace, Waiting())
    idle.open(sample)  # a runner that runs nothing: all of it is in the cache
    assert workspace.projection is not None
    assert idle.stage is None


def test_what_was_chosen_last_is_laid_out_again_for_every_method(sample: Path, workspace: Workspace) -> None:
    chosen = {"x": "a__std", "y": "az__mean"}
    pipeline_on(workspace, SynchronousRunner(), Memory(method="axes", parameters={"axes": chosen})).open(
        sample
    )
    assert workspace.projection is not None
    assert workspace.projection.method == "axes"


def test_a_slow_method_lets_pca_go_first(sample: Path, workspace: Workspace) -> None:
    runner, shown = Waiting(), []
    workspace.projection_changed.connect(
        lambda: shown.append(workspace.projection.method) if workspace.projection else None
    )
    memory = Memory(method="umap", parameters={"umap": {"epochs": 12, "neighbours": 7}})
    pipeline_on(workspace, runner, memory).open(sample)
    runner.pump()
    assert shown == ["pca", "umap"]


def test_parameters_are_remembered_only_when_the_map_is_there(sample: Path, workspace: Workspace) -> None:
    runner, memory = Waiting(), Memory()
    pipeline = pipeline_on(workspace, runner, memory)
    pipeline.open(sample)
    runner.pump()
    wanted = parameters_of("pca", {"components": 3})
    pipeline.project("pca", wanted)
    pipeline.cancel()
    runner.pump()
    assert memory.parameters == {}
    pipeline.project("pca", wanted)
    runner.pump()
    assert memory.parameters["pca"]["components"] == 3
    assert workspace.projection.coords.shape[1] == 3  # type: ignore[union-attr]


def test_an_import_goes_on_while_another_library_is_opened(
    sample: Path, workspace: Workspace, tmp_path: Path
) -> None:
    runner, told = Waiting(), []
    pipeline = pipeline_on(workspace, runner)
    pipeline.imported.connect(told.append)
    rows = "\n".join(f"{index / 50},{0.1},{0.2},{9.81}" for index in range(500))
    (tmp_path / "ride.csv").write_text(f"time_s,ax,ay,az\n{rows}\n")
    arguments = {"sources": [str(tmp_path)], "output": str(tmp_path / "out.h5")}
    pipeline.import_recordings(arguments)
    assert pipeline.importing
    pipeline.open(sample)
    assert pipeline.importing
    assert pipeline.stage is not None
    runner.pump()
    assert len(told) == 1
    assert (tmp_path / "out.h5").exists()
    assert pipeline.stage is None


def test_cancelling_what_is_shown_leaves_the_rest(sample: Path, workspace: Workspace, tmp_path: Path) -> None:
    runner = Waiting()
    pipeline = pipeline_on(workspace, runner)
    pipeline.open(sample)
    runner.pump()
    pipeline.import_recordings({"sources": [str(tmp_path)], "output": str(tmp_path / "o.h5")})
    pipeline.project("pca", parameters_of("pca", {"components": 4}))
    pipeline.cancel_shown()
    assert pipeline.importing
    assert pipeline.stage is not None
    pipeline.cancel()
    assert pipeline.stage is None


def test_another_rule_cuts_again_and_keeps_how_one_looks(sample: Path, workspace: Workspace) -> None:
    memory = Memory()
    pipeline = pipeline_on(workspace, SynchronousRunner(), memory)
    pipeline.open(sample)
    workspace.colour_by("rider")
    workspace.set_filter("speed_kmh > 5")
    pipeline.set_rule(WindowRule(3.0, 3.0))
    assert workspace.table.rule.length_s == 3.0  # type: ignore[union-attr]
    assert workspace.projection is not None
    assert (workspace.colouring.name, workspace.filter_text) == ("rider", "speed_kmh > 5")
    assert rule_from(memory.rule) == WindowRule(3.0, 3.0)


def test_windows_longer_than_every_ride_are_told(sample: Path, workspace: Workspace) -> None:
    pipeline, told = pipeline_on(workspace, SynchronousRunner()), []
    pipeline.failed.connect(told.append)
    pipeline.open(sample)
    pipeline.set_rule(WindowRule(3000.0, 100.0))
    assert [type(error) for error in told] == [LibraryError]
    assert "window" in told[0].remedy


def test_what_is_no_library_raises_and_what_was_open_stays(
    sample: Path, workspace: Workspace, tmp_path: Path
) -> None:
    pipeline = pipeline_on(workspace, SynchronousRunner())
    pipeline.open(sample)
    wrong = tmp_path / "x.h5"
    wrong.write_bytes(b"nothing of the kind")
    with pytest.raises(ProjectorError):
        pipeline.open(wrong)
    assert workspace.library is not None
    assert workspace.library.path == sample


@pytest.mark.parametrize(
    "stored", [{}, {"length_s": "x"}, {"length_s": -1}, {"label_rule": "never"}, {"odd": 1}]
)
def test_a_remembered_rule_that_is_none_is_the_usual_one(stored: dict[str, object]) -> None:
    assert rule_from(stored) == WindowRule()
