"""Starts long work and brings its results back, each to the thread and the question it belongs to.

One worker process runs one job at a time, in the order they were started. A newer job of a kind
replaces the older one, and an answer to a question that nobody asks any more is dropped.
"""

import logging
import threading
from collections import deque
from collections.abc import Callable, Mapping
from typing import Any

from projector.jobs.failures import JobFailed, from_wire
from projector.jobs.job import Job, JobState, OnDone, OnError, OnProgress, Runner
from projector.jobs.process import WorkerProcess
from projector.jobs.synchronous import SynchronousRunner

__all__ = ["Job", "JobRunner", "JobState", "Runner", "SynchronousRunner"]

GRACE_S = 0.15  # a cancelled task that does not look up within this is ended with its process

log = logging.getLogger(__name__)


class JobRunner:
    """Runs tasks in a worker process.

    notify  called from another thread whenever `pump` has something to do
    warm    whether an idle worker imports the heavy libraries ahead of their use
    tasks   the module whose `TASKS` and `warm_up` the worker runs
    """

    def __init__(
        self, notify: Callable[[], None], *, warm: bool = True, tasks: str = "projector.jobs.tasks"
    ) -> None:
        self._notify, self._warm, self._tasks = notify, warm, tasks
        self._lock = threading.RLock()
        self._waiting: deque[Job] = deque()
        self._running: Job | None = None
        self._process: WorkerProcess | None = None
        self._events: deque[tuple[Job, Callable[[], None]]] = deque()
        self._progress: dict[Job, tuple[float, float, str]] = {}
        self._closed = False

    def wake(self) -> None:
        """Start the worker before there is a job, so that it is warm when one comes."""
        with self._lock:
            self._worker()

    def start(
        self,
        kind: str,
        task: str,
        arguments: Mapping[str, Any],
        on_done: OnDone | None = None,
        on_error: OnError | None = None,
        on_progress: OnProgress | None = None,
    ) -> Job:
        """Queue a task by its name in `tasks.TASKS` with arguments that JSON can carry; returns at once."""
        job = Job(self, kind, task, arguments, on_done, on_error, on_progress)
        with self._lock:
            if self._closed:
                raise RuntimeError("this runner is closed")
            for older in [*self._waiting, *([self._running] if self._running else [])]:
                if older.kind == kind:
                    self.cancel(older)
            self._waiting.append(job)
            self._run_next()
        return job

    def cancel(self, job: Job) -> None:
        """Drop a job. A running one is asked to stop and, if it does not, ended within 200 ms."""
        with self._lock:
            if not job.active:
                return
            job.state = JobState.CANCELLED
            if job in self._waiting:
                self._waiting.remove(job)
            elif job is self._running and self._process:
                self._process.send({"cancel": job.id})
                timer = threading.Timer(GRACE_S, self._end_if_still_running, (job,))
                timer.daemon = True
                timer.start()

    def pump(self) -> None:
        """Call the callbacks of what has happened, in the calling thread."""
        with self._lock:
            progress, self._progress = self._progress, {}
        for job, at in progress.items():
            if job.active:
                job._tell(*at)
        while True:
            with self._lock:
                if not self._events:
                    return
                job, event = self._events.popleft()
                active = job.active
            if active:
                event()

    def close(self) -> None:
        """Drop every job and end the worker."""
        with self._lock:
            self._closed = True
            for job in [*self._waiting, *([self._running] if self._running else [])]:
                job.state = JobState.CANCELLED
            self._waiting.clear()
            process, self._process = self._process, None
        if process:
            process.close()

    @property
    def worker_pid(self) -> int | None:
        """The process that runs or awaits jobs, None before the first."""
        return self._process.pid if self._process else None

    def _worker(self) -> WorkerProcess:
        if self._process is None:
            self._process = WorkerProcess(self._on_message, self._on_exit, tasks=self._tasks, warm=self._warm)
        return self._process

    def _run_next(self) -> None:
        if self._running is None and self._waiting and not self._closed:
            job = self._running = self._waiting.popleft()
            job.state = JobState.RUNNING
            self._worker().send({"run": job.id, "task": job.task, "arguments": job.arguments})

    def _end_if_still_running(self, job: Job) -> None:
        with self._lock:
            if self._running is job and self._process:
                self._process.kill()

    def _on_message(self, process: WorkerProcess, message: dict[str, Any]) -> None:
        with self._lock:
            job = self._running
            if process is not self._process or job is None:
                return
            if "progress" in message:
                done, total, what = message["at"]
                self._progress[job] = (done, total, what)
            else:
                self._running = None
                if "done" in message:
                    self._events.append((job, lambda: job._finish(message["result"])))
                elif "failed" in message:
                    self._events.append((job, lambda: job._fail(from_wire(message["error"]))))
                self._run_next()
        self._notify()

    def _on_exit(self, process: WorkerProcess) -> None:
        with self._lock:
            if process is not self._process:
                return
            self._process = None
            job, self._running = self._running, None
            if job and job.active:
                self._events.append((job, lambda: job._fail(_death(job, process))))
            elif job is None:
                log.warning("an idle worker ended: %s", process.last_words())
            self._run_next()
        self._notify()


def _death(job: Job, process: WorkerProcess) -> JobFailed:
    return JobFailed(
        "the process that did this work ended before it was finished",
        where=job.task,
        remedy="try again; if it happens again, it may be short of memory: the log has its last words",
        details=process.last_words(),
    )
