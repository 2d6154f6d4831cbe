"""A feature table on two cores: the same bits as on one, whoever dies, fails or is told to stop."""

import os
import signal
import threading
from contextlib import contextmanager
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest

from projector.domain.errors import LibraryError, StorageError
from projector.domain.nouns import Recording, Stream, WindowRule
from projector.domain.progress import Cancelled, silent
from projector.jobs import cores, helpers
from projector.jobs.helpers import Helpers
from projector.jobs.process import WorkerProcess
from projector.jobs.tables import table_folder
from projector.library import met
from projector.library.library import Library
from projector.library.writer import write_library

RULE, MARK = WindowRule(), np.float32(1234.5678)


def ride(number):
    """Of all sorts: stamped, with holes, with columns that others lack, too short, and one that is long."""
    rng = np.random.default_rng(number)
    seconds = 2 if number == 4 else 900 if number == 7 else 30 + number
    samples = rng.normal(0, 2, (50 * seconds, 3)).astype(np.float32) + np.float32([0, 0, 9.81])
    samples[-1, 0] = MARK + number
    samples[60:90, 1] = np.nan
    stamps = np.arange(len(samples)) / 50.0 + 0.003 * rng.random(len(samples)) if number % 4 == 2 else None
    streams = [Stream("phone", ("ax", "ay", "az"), ("m/s²",) * 3, samples, 50.0, stamps)]
    if number % 3 == 1:
        speed = np.float32([[20, np.nan], [30, 1], [np.nan, 2]])
        streams.append(Stream("gps", ("speed_kmh", "height"), ("km/h", "m"), speed, 1.0))
    if number % 5 == 0:
        streams.append(Stream("air", ("height", "bar"), ("m", "bar"), np.ones((9, 2), np.float32), 1.0))
    return Recording(f"ride{number}", tuple(streams))


@pytest.fixture
def library(tmp_path):
    write_library(tmp_path / "rides.h5", map(ride, range(12)))
    return tmp_path / "rides.h5"


@pytest.fixture
def watched(monkeypatch):
    """The helpers that were started, and what they answered; few windows are worth one, blocks are small."""
    monkeypatch.setattr(cores, "HELPED_SAMPLES", 1)
    monkeypatch.setattr(cores, "BLOCK_SAMPLES", 20 * 200)

    class Watched(WorkerProcess):
        def __init__(self, on_message, *rest, **named):
            def message(process, told):
                on_message(process, told)
                if "progress" not in told:
                    answers.append(told)
                    answered.set()

            super().__init__(message, *rest, **named)
            started.append(self)

    answers, answered, started = [], threading.Event(), []
    monkeypatch.setattr(helpers, "WorkerProcess", Watched)
    return started, answers, answered


@contextmanager
def ended(started):
    """All of them, when the block is left."""
    yield
    assert len(started) >= 1
    for process in started:
        with pytest.raises(ProcessLookupError):
            os.kill(process.pid, 0)


def files(folder: Path) -> dict[str, bytes]:
    return {str(one.relative_to(folder)): one.read_bytes() for one in folder.rglob("*") if one.is_file()}


def made(library: Path, progress=silent, cores=1) -> dict[str, bytes]:
    """All that the cache has after a table was made; then it is empty again."""
    with Library.open(library) as opened:
        table_folder(opened, RULE, progress, cores)
    found = files(library.with_suffix(".cache"))
    for name in found:
        (library.with_suffix(".cache") / name).unlink()
    return found


def test_the_same_bits_though_a_helper_is_killed_at_work(library, watched):
    started, answers, answered = watched
    told = []

    def progress(done, total, what=""):
        told.append((done, total))
        if len(started) == 1 and not answers:
            assert answered.wait(30)  # it has a second block by now
            os.kill(started[0].pid, signal.SIGKILL)

    alone = made(library)
    assert not started
    with ended(started):
        together = made(library, progress, cores=2)
    assert together == alone
    assert len([name for name in alone if name.endswith(".npy")]) == 4 + 1 + 4  # windows, values, means
    assert len(started) == 2
    total = told[0][1]
    assert told[0] == (0, total)
    assert told[-1] == (total, total)
    assert told == sorted(told)


def test_what_is_wrong_with_a_ride_is_said_as_on_one_core(library, watched):
    started, answers, answered = watched
    whole = library.read_bytes()
    assert whole.count(MARK.tobytes()) == 1
    library.write_bytes(whole.replace(MARK.tobytes(), np.float32(1).tobytes()))
    met.remember(library)  # else it is refused when it is opened
    with pytest.raises(LibraryError) as alone:
        made(library)
    with ended(started), pytest.raises(LibraryError) as together:
        made(library, lambda *_: started and answered.wait(30), cores=2)
    assert "failed" in answers[0]  # the first block is the helper's
    for error in (alone.value, together.value):
        assert "ride0" in error.where
    assert str(together.value) == str(alone.value)
    assert files(library.with_suffix(".cache")) == {}


def test_cancel_ends_helpers_and_leaves_nothing(library, watched):
    started, _, _ = watched

    def stop(done, *_):
        if started:
            raise Cancelled

    with ended(started), pytest.raises(Cancelled):
        made(library, stop, cores=2)
    assert [*library.with_suffix(".cache").rglob("*.part")] == []
    assert files(library.with_suffix(".cache")) == {}


@pytest.mark.parametrize(
    ("windows", "machine", "wanted"),
    [(50_000, 2, 0), (100_000, 2, 1), (1_000_000, 1, 0), (1_000_000, 64, 2), (10_000_000, 8, 7)],
)
def test_so_many_helpers_that_memory_stays_within_its_bound(windows, machine, wanted):
    """One and a half tables and 500 MB, where the first helper's part is in the 500."""
    library = SimpleNamespace(
        columns={"seconds": np.array([windows * RULE.hop_s, np.nan]), "rate_hz": np.array([50.0, 50.0])},
        path=Path("rides.h5"),
    )
    assert cores.helpers_for(library, RULE, machine).count == wanted
    assert 213e6 * max(wanted - 1, 0) <= windows * 122 * 4 / 2


def test_helpers_that_keep_dying_are_an_error_to_act_on(monkeypatch, caplog):
    monkeypatch.setenv("PYTHONPATH", str(Path(__file__).parent))
    with Helpers(1, "some_tasks", "die", "rides.h5") as dying:
        dying.share([{}] * 9, [1] * 9)

        def wait():
            while True:
                dying.done()
                with dying._changed:
                    dying._changed.wait(10)

        with pytest.raises(StorageError, match="again and again") as error:
            next(dying.own_share(wait))
    assert error.value.where == "rides.h5"
    assert "memory" in error.value.remedy
    assert caplog.text.count("these are my last words") == helpers.MOST_DEATHS
