"""A piece of long work, and what the workspace may ask of whatever runs it."""

import itertools
import logging
from collections.abc import Callable, Mapping
from enum import StrEnum
from typing import Any, Protocol

from projector.domain.errors import ProjectorError
from projector.jobs.failures import JobFailed

OnDone = Callable[[dict[str, Any]], None]
OnError = Callable[[ProjectorError], None]
OnProgress = Callable[[float, float, str], None]

log = logging.getLogger(__name__)


class JobState(StrEnum):
    """Where a job is; the last three are final."""

    QUEUED = "queued"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"


class Job:
    """One piece of long work. ``id`` is its generation: a higher one was started later."""

    def __init__(
        self,
        runner: "Runner",
        kind: str,
        task: str,
        arguments: Mapping[str, Any],
        on_done: OnDone | None,
        on_error: OnError | None,
        on_progress: OnProgress | None,
    ) -> None:
        self.id = next(_generations)
        self.kind, self.task, self.arguments = kind, task, dict(arguments)
        self.state = JobState.QUEUED
        self._runner = runner
        self._on_done, self._on_error, self._on_progress = on_done, on_error, on_progress

    @property
    def active(self) -> bool:
        """Whether an answer may still come."""
        return self.state in (JobState.QUEUED, JobState.RUNNING)

    def cancel(self) -> None:
        """No callback of this job is called any more, from now on. A second call does nothing."""
        self._runner.cancel(self)

    def _finish(self, result: dict[str, Any]) -> None:
        self.state = JobState.DONE
        if self._on_done:
            self._on_done(result)

    def _fail(self, error: ProjectorError) -> None:
        self.state = JobState.FAILED
        log.log(
            logging.ERROR if isinstance(error, JobFailed) else logging.INFO,
            "%s failed: %s\n%s", self.task, error, getattr(error, "details", ""),
        )  # fmt: skip
        if self._on_error:
            self._on_error(error)

    def _tell(self, done: float, total: float, what: str = "") -> None:
        if self._on_progress:
            self._on_progress(done, total, what)


_generations = itertools.count(1)


class Runner(Protocol):
    """What the workspace needs of a runner; `JobRunner` in the app, `SynchronousRunner` in tests."""

    def start(
        self,
        kind: str,
        task: str,
        arguments: Mapping[str, Any],
        on_done: OnDone | None = None,
        on_error: OnError | None = None,
        on_progress: OnProgress | None = None,
    ) -> Job: ...

    def cancel(self, job: Job) -> None: ...

    def pump(self) -> None: ...

    def close(self) -> None: ...
