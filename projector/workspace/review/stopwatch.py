"""How long somebody looked at something: the time with a hand at mouse or keys, not the coffee break."""

from collections.abc import Callable
from time import monotonic

IDLE_S = 60.0  # so long after the last touch somebody may still be looking


class Stopwatch:
    """Counts from `restart` on; of a pause between two touches at most IDLE_S, and nothing while paused."""

    def __init__(self, now: Callable[[], float] = monotonic) -> None:
        self._now = now
        self._counted, self._last, self._paused = 0.0, now(), False

    @property
    def seconds(self) -> float:
        """What is counted so far."""
        return self._counted + (0.0 if self._paused else min(self._now() - self._last, IDLE_S))

    def restart(self) -> None:
        """Something else is looked at."""
        self._counted, self._last = 0.0, self._now()

    def touch(self) -> None:
        """A hand was at mouse or keys, or the program is in front again."""
        self._counted, self._last, self._paused = self.seconds, self._now(), False

    def pause(self) -> None:
        """The program is in front no more."""
        self._counted, self._paused = self.seconds, True
