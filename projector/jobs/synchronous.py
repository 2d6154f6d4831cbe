"""The runner without a process, for tests: jobs run where and when they are pumped."""

import importlib
from collections import deque
from collections.abc import Callable, Mapping
from typing import Any

from projector.domain.progress import Cancelled
from projector.jobs.failures import user_error
from projector.jobs.job import Job, JobState, OnDone, OnError, OnProgress


class SynchronousRunner:
    """The same interface without a process: a job runs inside `pump`, in the calling thread.

    notify  called by `start`; without it, `start` pumps by itself and the job is over when it returns
    """

    def __init__(
        self, notify: Callable[[], None] | None = None, *, tasks: str = "projector.jobs.tasks"
    ) -> None:
        self._notify = notify or self.pump
        self._tasks = importlib.import_module(tasks).TASKS
        self._waiting: deque[Job] = deque()

    def start(
        self,
        kind: str,
        task: str,
        arguments: Mapping[str, Any],
        on_done: OnDone | None = None,
        on_error: OnError | None = None,
        on_progress: OnProgress | None = None,
    ) -> Job:
        """As `JobRunner.start`."""
        job = Job(self, kind, task, arguments, on_done, on_error, on_progress)
        for older in [*self._waiting]:
            if older.kind == kind:
                self.cancel(older)
        self._waiting.append(job)
        self._notify()
        return job

    def cancel(self, job: Job) -> None:
        """As `JobRunner.cancel`; a running job notices it at its next progress."""
        if job.active:
            job.state = JobState.CANCELLED
            if job in self._waiting:
                self._waiting.remove(job)

    def pump(self) -> None:
        """Run what is queued and call its callbacks."""
        while self._waiting:
            self._run(self._waiting.popleft())

    def close(self) -> None:
        """Drop every job."""
        for job in [*self._waiting]:
            self.cancel(job)

    def _run(self, job: Job) -> None:
        def progress(done: float, total: float, what: str = "") -> None:
            job._tell(done, total, what)
            if not job.active:
                raise Cancelled

        job.state = JobState.RUNNING
        try:
            result = self._tasks[job.task](**job.arguments, progress=progress)
        except Cancelled:
            job.state = JobState.CANCELLED
        except Exception as error:
            job._fail(user_error(error, job.task))
        else:
            if job.active:
                job._finish(result)
