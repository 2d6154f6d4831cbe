"""What a click or a key costs the window: a core's time from one input to the next, and from whom."""

from collections.abc import Callable
from time import process_time
from typing import Any

import numpy as np

from projector.jobs.synchronous import SynchronousRunner


class Pace:
    """Times every input; what the runner's jobs take is left out, since the app has them in another process.

    A job's result comes to the app in an own turn of its loop, so here it counts as an input of its own.
    All threads' time counts, also of those that the window doesn't wait for.
    """

    def __init__(self, runner: SynchronousRunner) -> None:
        self.inputs: list[tuple[float, str]] = []
        self._what, self._began = "", 0.0
        runner._tasks = {name: self._elsewhere(name, task) for name, task in runner._tasks.items()}

    def begin(self, what: str) -> None:
        """An input is about to be delivered: the one before is over, also where its slot still waits."""
        self.end()
        self._what, self._began = what, process_time()

    def end(self) -> None:
        """What follows is nobody's."""
        if self._what:
            self.inputs.append((process_time() - self._began, self._what))
        self._what = ""

    def within(self, share: float) -> float:
        """Seconds in which this share of all inputs was over."""
        return float(np.quantile([seconds for seconds, _ in self.inputs], share))

    def slowest(self, count: int = 10) -> str:
        """The longest inputs, a line each."""
        return "\n".join(f"{1000 * s:5.0f} ms  {what}" for s, what in sorted(self.inputs)[: -count - 1 : -1])

    def _elsewhere(self, name: str, task: Callable[..., Any]) -> Callable[..., Any]:
        def run(**arguments: Any) -> Any:
            what = self._what
            self.end()
            try:
                return task(**arguments)
            finally:
                if what:
                    self.begin(f"{what}: result of {name}")

        return run
