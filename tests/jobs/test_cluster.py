"""Features on a Dask cluster of two workers, one of which dies: the same bits as on this machine alone."""

import json
import os
import signal
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from projector.cli import run
from projector.domain.errors import InputError, LibraryError
from projector.domain.nouns import Recording, Stream, WindowRule
from projector.domain.progress import Cancelled, silent
from projector.jobs import blocks, cluster
from projector.jobs.tables import table_folder
from projector.library import cache
from projector.library.library import Library
from projector.library.tables import read
from projector.library.writer import write_library

pytest.importorskip("distributed", reason="the extra `cluster` is not installed")

RIDES, RULE = 24, WindowRule()


class Cluster:
    """A scheduler and two workers, each a process of its own, as on several machines."""

    def __init__(self, folder: Path) -> None:
        self._env = os.environ | {"PROJECTOR_CONFIG": str(folder / "config")}
        self._file = folder / "scheduler.json"
        quiet = ["--no-dashboard", "--host", "127.0.0.1", "--port", "0"]
        self._processes = [self._start("dask_scheduler", *quiet, "--scheduler-file", str(self._file))]
        workers = ["--scheduler-file", str(self._file), "--nthreads", "1", "--no-nanny", "--no-dashboard"]
        self.workers = [
            self._start("dask_worker", *workers, "--local-directory", str(folder / f"worker{number}"))
            for number in range(2)
        ]
        self._processes += self.workers

    def _start(self, program: str, *arguments: str) -> "subprocess.Popen[bytes]":
        command = [sys.executable, "-m", f"distributed.cli.{program}", *arguments]
        return subprocess.Popen(command, env=self._env, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)

    @property
    def address(self) -> str:
        until = time.monotonic() + 60
        while not self._file.exists() or not self._file.read_text().strip():
            assert time.monotonic() < until, "the scheduler did not start"
            time.sleep(0.1)
        return json.loads(self._file.read_text())["address"]

    def close(self) -> None:
        for process in reversed(self._processes):
            process.kill()
            process.wait()


@pytest.fixture(scope="module")
def two_workers(tmp_path_factory):
    made = Cluster(tmp_path_factory.mktemp("cluster"))
    yield made
    made.close()


@pytest.fixture
def library(tmp_path):
    rng = np.random.default_rng(4)

    def ride(number):
        samples = rng.normal(0, 2, (50 * (20 + number), 3)).astype(np.float32) + np.float32([0, 0, 9.81])
        samples[300:330, 1] = np.nan
        streams = [Stream("phone", ("ax", "ay", "az"), ("m/s²",) * 3, samples, 50.0)]
        if number % 3 == 1:  # a column that not every block has
            speed = np.arange(20, dtype=np.float32)[:, None]
            streams.append(Stream("gps", ("speed_kmh",), ("km/h",), speed, 1.0))
        return Recording(f"ride{number}", tuple(streams), metadata={"rider": f"r{number % 5}"})

    path = tmp_path / "rides.h5"
    write_library(path, map(ride, range(RIDES)))
    return path


def taken(folder: Path) -> dict[str, bytes]:
    """The files of a result, which is then removed so that it has to be made again."""
    found = {one.name: one.read_bytes() for one in folder.iterdir()}
    for one in folder.iterdir():
        one.unlink()
    folder.rmdir()
    return found


def test_a_worker_that_dies_changes_no_bit(two_workers, library, monkeypatch):
    monkeypatch.setattr(cluster, "BLOCK_WINDOWS", 5)  # so that rides are divided, too
    told = []

    def progress(done, total, what=""):
        told.append((done, total))
        if 1 <= done < total and two_workers.workers[1].poll() is None:
            two_workers.workers[1].send_signal(signal.SIGKILL)  # with blocks under way, always

    with Library.open(library) as opened:
        alone = taken(table_folder(opened, RULE, silent))
        together = taken(cluster.table_folder(opened, RULE, two_workers.address, progress))
    assert two_workers.workers[1].wait(10) == -signal.SIGKILL
    assert two_workers.workers[0].poll() is None
    assert told == sorted(told)
    assert {total for _, total in told} == {
        sum((19 + number) // 2 - 1 + number % 2 for number in range(RIDES))
    }
    assert together == alone


def test_the_command_writes_a_table_in_parts_that_others_and_project_read(two_workers, library, tmp_path):
    output, plain = tmp_path / "features.parquet", tmp_path / "plain.parquet"
    assert run(["extract", str(library), "-o", str(output), "--cluster", two_workers.address]) == 0
    assert output.is_dir()
    assert run(["extract", str(library), "-o", str(plain)]) == 0
    found, expected = read(output), read(plain)
    assert found.about == expected.about
    np.testing.assert_array_equal(
        found.matrix(expected.about["features"]), expected.matrix(expected.about["features"])
    )
    assert run(["project", str(output), "-o", str(tmp_path / "map.parquet"), "--method", "pca"]) == 0
    assert len(read(tmp_path / "map.parquet")) == len(expected)
    with Library.open(library) as opened:  # what the app looks for when it opens the library
        assert cache.find_table(opened, RULE) is not None


def test_cancel_leaves_nothing(two_workers, library):
    def stop(*_):
        raise Cancelled

    with Library.open(library) as opened, pytest.raises(Cancelled):
        cluster.table_folder(opened, RULE, two_workers.address, stop)
    assert not [one for one in library.with_suffix(".cache").rglob("*") if one.is_file()]


def test_no_scheduler_there_is_an_error_to_act_on(library, monkeypatch):
    monkeypatch.setattr(cluster, "CONNECT_S", 1)
    with Library.open(library) as opened, pytest.raises(InputError, match="no Dask scheduler"):
        cluster.table_folder(opened, RULE, "tcp://127.0.0.1:9", silent)


def test_csv_is_refused_before_any_work(library, tmp_path, capsys):
    assert run(["extract", str(library), "-o", str(tmp_path / "f.csv"), "--cluster", "tcp://nowhere:1"]) == 2
    assert "Parquet" in capsys.readouterr().err


def test_a_worker_with_another_library_or_other_features_says_so(library):
    with Library.open(library) as opened:
        mine = blocks.Gathering(opened, RULE)
    block = blocks.blocks_of(mine.windows, 5)[0]
    with pytest.raises(LibraryError, match="another library"):
        cluster.compute_block(replace(mine.work, content_hash="other"), block)
    with pytest.raises(InputError, match="other features"):
        cluster.compute_block(replace(mine.work, feature_version="other"), block)


def test_a_worker_that_doesnt_see_the_library_says_that_it_is_the_worker(two_workers, library, monkeypatch):
    right = blocks.Work
    monkeypatch.setattr(blocks, "Work", lambda _, *rest: right("/only/here/rides.h5", *rest))
    with (
        Library.open(library) as opened,
        pytest.raises(LibraryError, match="doesn't see this library") as found,
    ):
        cluster.table_folder(opened, RULE, two_workers.address, silent)
    assert found.value.where == "/only/here/rides.h5"  # it has come through Dask whole
    assert "same path" in (found.value.remedy or "")
