"""Pieces of one job divided among this process and others beside it, all of which take from the same queue.

Processes and not threads: between two loops of machine code Python holds the interpreter, and threads would
wait for it thousands of times a second.
"""

import logging
import threading
from collections import deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from types import TracebackType
from typing import Any

from projector.domain.errors import ProjectorError, StorageError
from projector.jobs.failures import from_wire
from projector.jobs.process import WorkerProcess

LOOK_UP_S = 0.05  # a caller that waits for the last pieces hears of Cancel as often
MOST_DEATHS = 3

log = logging.getLogger(__name__)


class Helpers:
    """So many worker processes, from the beginning of the `with` to its end; they begin to work at `share`.

    count       how many
    tasks       the module in whose `TASKS` they find `task`
    where       what they work on, for messages
    answers     what the task returned for each piece that a helper did
    """

    def __init__(self, count: int, tasks: str, task: str, where: str) -> None:
        self.count, self._tasks, self._task, self._where = count, tasks, task, where
        self._pieces: Sequence[Mapping[str, Any]] = ()
        self._sizes: Sequence[int] = ()
        self._finished = 0
        self.answers: dict[int, dict[str, Any]] = {}
        self._waiting: deque[int] = deque()
        self._under_way: dict[WorkerProcess, tuple[int, float]] = {}  # the piece, and how much of it is done
        self._idle: list[WorkerProcess] = []
        self._changed = threading.Condition()
        self._error: ProjectorError | None = None
        self._deaths, self._closed = 0, False

    def __enter__(self) -> "Helpers":
        with self._changed:
            for _ in range(self.count):
                self._start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """End them, whatever they do: when this returns, none writes anything any more."""
        with self._changed:
            self._closed = True
            processes = [*self._under_way, *self._idle]
        for process in processes:
            process.close()

    def share(self, pieces: Sequence[Mapping[str, Any]], sizes: Sequence[int]) -> None:
        """Divide this work: the arguments of the task for each piece, and how much each is, in the unit that
        the task's progress counts in."""
        with self._changed:
            self._pieces, self._sizes = pieces, sizes
            self._waiting.extend(range(len(pieces)))
            for process in list(self._idle):
                self._give(process)

    def own_share(self, look_up: Callable[[], None]) -> Iterator[int]:
        """The pieces that the caller has to do, one after another, until all are done by somebody.

        look_up     called between them and while there is nothing but waiting; what it raises ends all
        """
        while True:
            with self._changed:
                if not self._waiting and self._under_way:
                    self._changed.wait(LOOK_UP_S)
                index = self._waiting.popleft() if self._waiting else None
                over = index is None and not self._under_way
            look_up()
            if index is not None:
                yield index
            elif over:
                return

    def done(self) -> float:
        """How much the helpers have done. Raises what a piece failed of, StorageError if they keep dying."""
        with self._changed:
            if self._error is not None:
                raise self._error
            return self._finished + sum(part for _, part in self._under_way.values())

    # --- called with the lock held; the last two from the helpers' reader threads -----------------------

    def _start(self) -> None:
        try:
            process = WorkerProcess(self._on_message, self._on_exit, tasks=self._tasks, warm=False)
        except OSError as error:  # a process limit: the others do its share
            log.warning("no helper can be started: %s", error)
            return
        self._idle.append(process)
        self._give(process)

    def _give(self, process: WorkerProcess) -> None:
        """The next piece to a helper that is idle; none any more when one has failed."""
        if self._waiting and self._error is None:
            index = self._waiting.popleft()
            self._idle.remove(process)
            self._under_way[process] = index, 0.0
            process.send({"run": index, "task": self._task, "arguments": self._pieces[index]})

    def _on_message(self, process: WorkerProcess, message: dict[str, Any]) -> None:
        with self._changed:
            index, _ = self._under_way[process]
            if "progress" in message:
                self._under_way[process] = index, message["at"][0]
                return
            del self._under_way[process]
            self._idle.append(process)
            if "done" in message:
                self.answers[index] = message["result"]
                self._finished += self._sizes[index]
            else:
                self._error = self._error or from_wire(message["error"])
            self._give(process)
            self._changed.notify()

    def _on_exit(self, process: WorkerProcess) -> None:
        with self._changed:
            if self._closed:
                return
            log.warning("a helper ended: %s", process.last_words())
            self._deaths += 1
            if process in self._under_way:
                self._waiting.appendleft(self._under_way.pop(process)[0])
            else:
                self._idle.remove(process)
            if self._deaths >= MOST_DEATHS:
                self._error = self._error or StorageError(
                    "the processes that share this work end again and again",
                    where=self._where,
                    remedy="close other programs so that there is more memory; the log has their last words",
                )
            elif self._waiting:
                self._start()
            self._changed.notify()
