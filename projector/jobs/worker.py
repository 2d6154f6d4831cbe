"""The worker process: runs one task after another, told by JSON lines on stdin, answering on stdout.

Imports that take seconds (numba, scikit-learn, umap-learn) happen here and never in the window's
process. It ends when its stdin does, so it never outlives the window that started it.
"""

import contextlib
import importlib
import json
import os
import queue
import signal
import sys
import threading
import time
from collections.abc import Iterator
from types import ModuleType
from typing import Any, TextIO

from projector.domain.progress import Cancelled
from projector.jobs.failures import to_wire, user_error

IDLE_S = 1.0  # so long without a job, then the heavy libraries are imported
REPORT_EVERY_S = 0.04  # a screen cannot show more


class Worker:
    """Runs what arrives in its inbox; its progress notices a cancel that arrives meanwhile."""

    def __init__(self, tasks: ModuleType, lines: Iterator[bytes], out: TextIO, *, warm: bool) -> None:
        self._tasks, self._lines, self._out, self._cold = tasks, lines, out, warm
        self._inbox: queue.Queue[dict[str, Any]] = queue.Queue()
        self._cancelled: set[int] = set()

    def run(self) -> None:
        """Serve until the process ends, which `_listen` decides."""
        threading.Thread(target=self._listen, daemon=True).start()
        while True:
            try:
                request = self._inbox.get(timeout=IDLE_S if self._cold else None)
            except queue.Empty:
                self._cold = False
                threading.Thread(target=self._tasks.warm_up, daemon=True).start()
                continue
            self._serve(request)

    def _listen(self) -> None:
        for line in self._lines:
            request = json.loads(line)
            if "cancel" in request:
                self._cancelled.add(request["cancel"])
            else:
                self._inbox.put(request)
        os._exit(0)  # the window is gone: whatever runs here, nobody waits for it

    def _serve(self, request: dict[str, Any]) -> None:
        job, task = request["run"], request["task"]
        try:
            result = self._tasks.TASKS[task](**request["arguments"], progress=self._progress_of(job))
            answer = json.dumps({"done": job, "result": result})
        except Cancelled:
            answer = json.dumps({"cancelled": job})
        except BaseException as error:
            answer = json.dumps({"failed": job, "error": to_wire(user_error(error, task))})
        self._say(answer)

    def _progress_of(self, job: int) -> Any:
        told = -REPORT_EVERY_S

        def progress(done: float, total: float, what: str = "") -> None:
            nonlocal told
            if job in self._cancelled:
                raise Cancelled
            now = time.monotonic()
            if now - told >= REPORT_EVERY_S:
                told = now
                self._say(json.dumps({"progress": job, "at": [float(done), float(total), what]}))

        return progress

    def _say(self, line: str) -> None:
        self._out.write(line + "\n")
        self._out.flush()


def _own_stdout() -> TextIO:
    """The pipe to the window for us alone: whatever a library prints goes to stderr instead."""
    ours = os.fdopen(os.dup(1), "w", encoding="utf-8", newline="\n")
    os.dup2(2, 1)
    sys.stdout = sys.stderr
    return ours


def _let_the_window_go_first() -> None:
    """A lower priority: the worker takes every idle core, the window never waits for one."""
    if sys.platform != "win32":  # there, the window's side asks for it when it starts the process
        with contextlib.suppress(OSError):
            os.nice(5)


def main() -> None:
    """Entry point of ``python -m projector.jobs.worker MODULE_WITH_TASKS [--warm]``."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C in a terminal reaches us too; the window decides
    out = _own_stdout()
    _let_the_window_go_first()
    tasks = importlib.import_module(sys.argv[1])
    Worker(tasks, iter(sys.stdin.buffer.readline, b""), out, warm="--warm" in sys.argv[2:]).run()


if __name__ == "__main__":
    main()
