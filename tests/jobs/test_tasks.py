"""From a library on disk to tables and maps: the tasks, and the commands that do the same work."""

import json
from dataclasses import asdict
from pathlib import Path

import numpy as np
import pytest

from projector.cli import run
from projector.domain.errors import InputError
from projector.domain.ids import first_samples, ride_numbers
from projector.domain.nouns import Annotation, Placement, Recording, Stream, WindowRule
from projector.domain.progress import Cancelled, silent
from projector.features.registry import FEATURE_NAMES
from projector.jobs.runner import JobRunner
from projector.jobs.tasks import TASKS
from projector.library.cache import load_projection, load_table
from projector.library.library import Library
from projector.library.tables import read
from projector.library.writer import write_library

RULE = asdict(WindowRule())


def ride(name, seconds, label, seed, rider):
    rng = np.random.default_rng(seed)
    samples = rng.normal(0, 1 + seed, (seconds * 50, 3)).astype(np.float32) + np.float32([0, 0, 9.81])
    speed = np.full((seconds, 1), 30 + seed, np.float32)
    streams = (
        Stream("phone", ("ax", "ay", "az"), ("m/s²",) * 3, samples, 50.0),
        Stream("gps", ("speed_kmh",), ("km/h",), speed, 1.0),
    )
    return Recording(
        name, streams, (Annotation(10.0, 20.0, label),), {"rider": rider, "label": "of the ride"}
    )


@pytest.fixture
def library(tmp_path):
    path = tmp_path / "rides.h5"
    write_library(
        path, [ride("a", 60, "=stop", 0, "ann"), ride("b", 41, "turn", 1, "=bob"), ride("c", 2, "x", 2, "")]
    )
    return path


def test_extract_makes_a_table_of_every_window_once(library):
    made = TASKS["extract"](str(library), RULE, progress=silent)
    table = load_table(Path(made["table"]))
    assert table.names == FEATURE_NAMES
    assert np.unique(ride_numbers(table.windows.ids), return_counts=True)[1].tolist() == [
        29,
        19,
    ]  # 60 s, 41 s; 2 s hold none
    assert (np.diff(first_samples(table.windows.ids[:29])) == 100).all()
    assert np.isfinite(table.values).all()
    np.testing.assert_allclose(table.aux["speed_kmh"][[0, 29]], [30, 31])
    before = (Path(made["table"]) / "manifest.json").stat().st_mtime_ns
    assert TASKS["extract"](str(library), RULE, progress=silent) == made
    assert (Path(made["table"]) / "manifest.json").stat().st_mtime_ns == before


def test_project_makes_what_it_needs_and_says_how(library):
    parameters = {"epochs": 20, "seed": 3}
    made = TASKS["project"](str(library), RULE, "umap", parameters, progress=silent)
    projection = load_projection(Path(made["projection"]))
    np.testing.assert_array_equal(projection.ids, load_table(Path(made["table"])).windows.ids)
    assert projection.coords.shape == (48, 2)
    assert (projection.state == Placement.FITTED).all()
    assert projection.parameters["seed"] == 3
    assert projection.parameters["scaler"] == "robust"
    assert projection.parameters["input"] == load_table(Path(made["table"])).key
    assert TASKS["project"](str(library), RULE, "umap", parameters, progress=silent) == made


def test_a_refit_from_an_older_map_says_so(library):
    pca = TASKS["project"](str(library), RULE, "umap", {"epochs": 20}, progress=silent)
    again = TASKS["project"](
        str(library), RULE, "umap", {"epochs": 30}, start=pca["projection"], progress=silent
    )
    assert load_projection(Path(again["projection"])).parameters["continued"]


def test_wrong_parameters_are_refused_before_any_work(library):
    def never(*_):
        pytest.fail("work began")

    with pytest.raises(InputError, match="epochs"):
        TASKS["project"](str(library), RULE, "umap", {"epochs": 0}, progress=never)


def test_a_cancelled_extraction_leaves_no_table(library):
    def stop(*_):
        raise Cancelled

    with pytest.raises(Cancelled):
        TASKS["extract"](str(library), RULE, progress=stop)
    assert not [*library.with_suffix(".cache").rglob("*.npy")]


def test_import_brings_recordings_in_and_reports(tmp_path):
    (tmp_path / "one.csv").write_text(
        "time_s,ax,ay,az\n" + "".join(f"{i / 50},{i % 7},0,9.81\n" for i in range(300))
    )
    made = TASKS["import_recordings"](
        progress=silent,
        sources=[str(tmp_path / "one.csv")],
        output=str(tmp_path / "new.h5"),
        description=None,
    )
    assert "1 ride" in made["report"]
    json.dumps(made)
    with Library.open(made["path"]) as opened:
        assert opened.ids == ("one",)


def test_the_app_s_worker_runs_the_real_tasks(library):
    import threading

    happened = threading.Event()
    runner = JobRunner(happened.set, warm=False)
    results, errors, progress = [], [], []
    try:
        runner.start(
            "project", "project",
            {"library": str(library), "rule": RULE, "method": "pca", "parameters": {}},
            results.append, errors.append, lambda *at: progress.append(at),
        )  # fmt: skip
        while not results and not errors:
            assert happened.wait(60)
            happened.clear()
            runner.pump()
    finally:
        runner.close()
    assert errors == []
    assert load_projection(Path(results[0]["projection"])).coords.shape == (48, 10)
    assert progress


@pytest.mark.parametrize("ending", ["parquet", "csv"])
def test_extract_and_project_on_the_command_line(library, tmp_path, capsys, ending):
    features, mapped = tmp_path / f"features.{ending}", tmp_path / f"map.{ending}"
    assert run(["extract", str(library), "-o", str(features), "--window", "5", "--hop", "2.5"]) == 0
    assert "122 features at 50 Hz" in capsys.readouterr().out
    table = read(features)
    names = list(table.columns)
    assert names[:6] == ["window_id", "ride_id", "start_s", "stop_s", "label", "gap_share"]
    assert "rider" in names
    assert "ride.label" in names  # the ride's own column of that name keeps its values
    assert "speed_kmh" in names
    assert tuple(names[-122:]) == FEATURE_NAMES
    assert table.about["rule"] | {"share": 0} == asdict(WindowRule(5, 2.5)) | {"share": 0}
    row = [table.columns["window_id"].text(row) for row in range(len(table))].index("a@500")
    assert table.columns["label"].text(row) == "=stop"
    assert table.columns["start_s"][row] == 10.0
    assert table.columns["rider"].text(len(table) - 1) == "=bob"

    assert run(["project", str(features), "-o", str(mapped), "--method", "pca", "--components", "3"]) == 0
    made = read(mapped)
    assert list(made.columns)[5:] == ["pc1", "pc2", "pc3", "placement"]
    assert made.about["parameters"] == {"scaler": "robust", "components": 3}
    assert made.about["input"]["content_hash"] == table.about["content_hash"]
    assert made.about["input"]["rate_hz"] == 50


def test_what_a_person_can_mend_ends_with_2(library, tmp_path, capsys):
    features = tmp_path / "f.parquet"
    assert run(["extract", str(library), "-o", str(tmp_path / "f.xlsx")]) == 2
    assert run(["extract", str(library), "-o", str(features), "--hop", "0"]) == 2
    assert run(["extract", str(tmp_path / "absent.h5"), "-o", str(features)]) == 2
    assert run(["extract", str(library), "-o", str(features)]) == 0
    assert (
        run(["project", str(features), "-o", str(tmp_path / "m.parquet"), "--method", "pca", "--seed", "1"])
        == 2
    )
    assert "there is no parameter 'seed'" in capsys.readouterr().err
    features.write_bytes(features.read_bytes()[:-100])
    assert run(["project", str(features), "-o", str(tmp_path / "m.parquet")]) == 2
    assert not (tmp_path / "m.parquet").exists()
    assert "Traceback" not in capsys.readouterr().err
