"""Both runners against real tasks; `JobRunner` with a real worker process."""

import os
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from projector.domain.errors import InputError, StorageError
from projector.jobs.failures import JobFailed
from projector.jobs.runner import JobRunner, JobState, SynchronousRunner

HERE = Path(__file__).parent


class Desk:
    """Waits for a runner's notifications as an event loop does, and keeps what the callbacks got."""

    def __init__(self, make):
        self.called = threading.Event()
        self.runner = make(self.called.set)
        self.results, self.errors, self.progress = [], [], []

    def start(self, task, kind="work", **arguments):
        return self.runner.start(
            kind,
            task,
            arguments,
            self.results.append,
            self.errors.append,
            lambda *at: self.progress.append(at),
        )

    def until(self, happened, seconds=20.0):
        end = time.monotonic() + seconds
        while not happened():
            assert self.called.wait(max(end - time.monotonic(), 0)), "nothing happened in time"
            self.called.clear()
            self.runner.pump()


@pytest.fixture(autouse=True)
def _tasks_are_found(monkeypatch):
    monkeypatch.setenv("PYTHONPATH", str(HERE))
    monkeypatch.syspath_prepend(str(HERE))


@pytest.fixture
def desk():
    desk = Desk(lambda notify: JobRunner(notify, warm=False, tasks="some_tasks"))
    yield desk
    desk.runner.close()


@pytest.fixture(params=["process", "synchronous"])
def any_desk(request):
    if request.param == "process":
        desk = Desk(lambda notify: JobRunner(notify, warm=False, tasks="some_tasks"))
    else:
        desk = Desk(lambda notify: SynchronousRunner(notify, tasks="some_tasks"))
    yield desk
    desk.runner.close()


def wait_for(path, seconds=20.0):
    end = time.monotonic() + seconds
    while not path.exists():
        assert time.monotonic() < end
        time.sleep(0.002)


def test_a_result_arrives_in_pump_and_only_there(any_desk):
    job = any_desk.start("double", number=21)
    assert any_desk.results == []
    any_desk.until(lambda: any_desk.results)
    assert any_desk.results[0]["number"] == 42
    assert any_desk.progress == [(1.0, 2.0, "doubling")]
    assert job.state is JobState.DONE
    assert not job.active


def test_errors_of_the_user_survive_the_crossing(any_desk):
    job = any_desk.start("refuse")
    any_desk.until(lambda: any_desk.errors)
    error = any_desk.errors[0]
    assert type(error) is InputError
    assert (error.what, error.where, error.remedy) == ("row 3 is too short", "a.csv:3", "mend the row")
    assert job.state is JobState.FAILED


def test_a_bug_becomes_a_report_with_its_traceback_in_the_log(any_desk, caplog):
    any_desk.start("stumble")
    any_desk.until(lambda: any_desk.errors)
    error = any_desk.errors[0]
    assert isinstance(error, JobFailed)
    assert "ZeroDivisionError" in error.what
    assert "in stumble" in error.details
    assert "in stumble" in caplog.text


def test_a_full_disk_is_said_with_its_place(any_desk):
    any_desk.start("full_disk")
    any_desk.until(lambda: any_desk.errors)
    assert isinstance(any_desk.errors[0], StorageError)
    assert any_desk.errors[0].where == "/data/table.npy"


def test_a_newer_job_of_a_kind_replaces_an_older_one_and_other_kinds_wait(any_desk):
    first = any_desk.start("double", number=1)
    other = any_desk.start("double", kind="other", number=2)
    second = any_desk.start("double", number=3)
    any_desk.until(lambda: len(any_desk.results) == 2)
    assert [result["number"] for result in any_desk.results] == [4, 6]
    assert [first.state, other.state, second.state] == [JobState.CANCELLED, JobState.DONE, JobState.DONE]


def test_an_unknown_task_is_a_report_too(any_desk):
    any_desk.start("nothing")
    any_desk.until(lambda: any_desk.errors)
    assert "nothing" in any_desk.errors[0].where


def test_cancelling_from_progress_stops_a_synchronous_job(tmp_path):
    runner = SynchronousRunner(tasks="some_tasks")
    jobs, results = [], []
    runner.start("later", "double", {"number": 1}, results.append, on_progress=lambda *at: None)
    waiting = SynchronousRunner(lambda: None, tasks="some_tasks")
    jobs.append(waiting.start("w", "patient", {"path": str(tmp_path / "x")}, results.append, None,
                              lambda *at: jobs[0].cancel()))  # fmt: skip
    waiting.pump()
    assert jobs[0].state is JobState.CANCELLED
    assert [result["number"] for result in results] == [2]


def test_what_a_library_prints_goes_nowhere_near_the_protocol(desk):
    desk.start("chatty")
    desk.until(lambda: desk.results)
    assert desk.results == [{"said": True}]


def test_a_result_that_json_cannot_carry_is_a_bug_report(desk):
    desk.start("unspeakable")
    desk.until(lambda: desk.errors)
    assert "TypeError" in desk.errors[0].what


def test_cancel_of_a_task_that_looks_up_keeps_the_worker(desk, tmp_path):
    job = desk.start("patient", path=str(tmp_path / "started"))
    wait_for(tmp_path / "started")
    pid = desk.runner.worker_pid
    job.cancel()
    asked = time.monotonic()
    desk.start("double", number=5)
    desk.until(lambda: desk.results)
    assert time.monotonic() - asked < 0.2 + 0.3  # the machine may be busy
    assert desk.results == [{"number": 10, "pid": pid}]
    assert job.state is JobState.CANCELLED


def test_cancel_of_a_deaf_task_ends_its_process_and_the_next_job_gets_a_new_one(desk, tmp_path):
    job = desk.start("deaf", path=str(tmp_path / "started"))
    wait_for(tmp_path / "started")
    pid = desk.runner.worker_pid
    job.cancel()
    asked = time.monotonic()
    while desk.runner.worker_pid == pid:
        assert time.monotonic() - asked < 1.0
        time.sleep(0.002)
    desk.start("double", number=5)
    desk.until(lambda: desk.results)
    assert desk.results[0]["pid"] != pid
    assert desk.errors == []


def test_a_worker_that_dies_is_told_about_and_replaced(desk, caplog):
    desk.start("die")
    desk.until(lambda: desk.errors)
    assert isinstance(desk.errors[0], JobFailed)
    assert "code 7" in desk.errors[0].details
    assert "these are my last words" in caplog.text
    desk.start("double", number=1)
    desk.until(lambda: desk.results)
    assert desk.results[0]["number"] == 2


def test_a_late_result_is_dropped(desk):
    job = desk.start("double", number=1)
    end = time.monotonic() + 20
    while not desk.runner._events:  # until the answer is there, and not yet pumped
        assert time.monotonic() < end
        time.sleep(0.002)
    job.cancel()
    desk.runner.pump()
    assert desk.results == []


def test_closing_ends_the_worker_and_leaves_no_thread():
    before = set(threading.enumerate())
    desk = Desk(lambda notify: JobRunner(notify, warm=False, tasks="some_tasks"))
    desk.runner.wake()
    pid = desk.runner.worker_pid
    desk.runner.close()
    assert set(threading.enumerate()) == before
    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)
    with pytest.raises(RuntimeError):
        desk.start("double", number=1)


def test_the_worker_ends_with_the_window(tmp_path):
    program = f"""
import sys, time
from projector.jobs.runner import JobRunner
runner = JobRunner(lambda: None, warm=False, tasks="some_tasks")
runner.start("work", "deaf", {{"path": {str(tmp_path / "started")!r}}})
print(runner.worker_pid, flush=True)
time.sleep(60)
"""
    with subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE, text=True) as window:
        pid = int(window.stdout.readline())
        wait_for(tmp_path / "started")
        window.kill()
    end = time.monotonic() + 10
    while _lives(pid):
        assert time.monotonic() < end
        time.sleep(0.01)


def _lives(pid):
    stat = Path(f"/proc/{pid}/stat")
    if Path("/proc/self").exists():  # an orphan that nobody reaps yet is dead all the same
        return stat.exists() and stat.read_text().rpartition(")")[2].split()[0] != "Z"
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


def test_an_idle_worker_warms_up_beside_its_main_thread(monkeypatch, tmp_path):
    monkeypatch.setenv("PROJECTOR_TEST_WARM", str(tmp_path / "warm"))
    runner = JobRunner(lambda: None, warm=True, tasks="some_tasks")
    try:
        runner.wake()
        wait_for(tmp_path / "warm")
    finally:
        runner.close()
    assert (tmp_path / "warm").read_text() != "MainThread"
