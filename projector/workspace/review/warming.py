"""Reads the rides that are shown next, on a thread of its own, so that showing them waits for no disk.

Reading a ride for the first time verifies every sample against its hash. HDF5 lets one thread in at a time,
block by block: what the window itself asks for meanwhile waits for a block, not for a ride.
"""

import logging
from collections.abc import Sequence
from queue import SimpleQueue
from threading import Event, Thread

from projector.domain.errors import ProjectorError
from projector.library.library import Library
from projector.workspace.review.subjects import Subject

WHOLE_COLUMNS = 1024  # of the overview strip and of a lane's range over the whole ride

log = logging.getLogger(__name__)


class Warmer:
    """One thread while there is a library; a newer wish replaces the older ones."""

    def __init__(self) -> None:
        self._wishes: SimpleQueue[tuple[Library, tuple[Subject, ...], float] | None] = SimpleQueue()
        self._thread: Thread | None = None
        self._idle = Event()
        self._idle.set()
        self._ready: frozenset[int] = frozenset()

    def want(self, library: Library, subjects: Sequence[Subject], around_s: float) -> None:
        """Have these ready."""
        if self._thread is None or not self._thread.is_alive():
            self._thread = Thread(target=self._work, name="review-warmer", daemon=True)
            self._thread.start()
        self._idle.clear()
        self._wishes.put((library, tuple(subjects), around_s))

    def ready(self, subjects: Sequence[Subject]) -> bool:
        """Whether all of these have been read."""
        return all(subject.ride in self._ready for subject in subjects)

    def wait(self, timeout_s: float = 10.0) -> bool:
        """Until nothing is being read; True when that came about in time."""
        return self._idle.wait(timeout_s)

    def stop(self) -> None:
        """Let the library go: nothing reads in it when this returns."""
        thread, self._thread, self._ready = self._thread, None, frozenset()
        if thread is not None:
            self._wishes.put(None)
            thread.join()

    def _work(self) -> None:
        while True:
            wish = self._wishes.get()
            while not self._wishes.empty():  # the newest, or the end
                wish = self._wishes.get()
            if wish is None:
                self._idle.set()
                return
            library, subjects, around_s = wish
            for subject in subjects:
                if not self._wishes.empty():
                    break
                self._read(library, subject, around_s)
            self._ready = frozenset(subject.ride for subject in subjects)
            if self._wishes.empty():
                self._idle.set()

    @staticmethod
    def _read(library: Library, subject: Subject, around_s: float) -> None:
        """What showing it reads: the ride, the part in view, and the whole of it from afar."""
        try:
            for stream in library.ride(subject.ride).streams.values():
                if stream.count:
                    pyramid = stream.pyramid()
                    clock = pyramid.clock
                    pyramid.slice(subject.start_s - around_s, subject.stop_s + around_s, WHOLE_COLUMNS)
                    pyramid.slice(clock.start_s, clock.stop_s, WHOLE_COLUMNS)
        except (ProjectorError, OSError, ValueError, RuntimeError) as error:  # told when it is shown
            log.info("not read ahead: %s", error)
