"""Makes the queue's list: at once where little is to be looked through, else on a thread of its own.

What it is made from is gathered before and does not change any more, so that the window goes on meanwhile:
labels may be edited, and the list as it was is shown until the new one is there.
"""

from collections.abc import Mapping, Set
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass

from projector.workspace.review.found import Found, Reason
from projector.workspace.review.gathering import Sources
from projector.workspace.review.reasons import Items, finds, items
from projector.workspace.uncollected import uncollected

AT_ONCE = 20_000  # annotations and edits: some 50 ms


@dataclass(frozen=True, eq=False)
class Made:
    """What each reason finds, and the list of the reasons that are switched on."""

    finds: Mapping[Reason, Found]
    items: Items


def make(sources: Sources, known: Mapping[Reason, Found] | None, on: Set[Reason]) -> Made:
    """The list. known: what the reasons find, where that has not changed."""
    with uncollected():
        found = finds(sources.facts(), frozenset(Reason)) if known is None else known
        return Made(found, items([one for reason, one in found.items() if reason in on]))


class Making:
    """One thread while something is made; a newer wish replaces the older ones."""

    def __init__(self) -> None:
        self._pool: ThreadPoolExecutor | None = None
        self._asked: Future[Made] | None = None

    @property
    def busy(self) -> bool:
        """Whether something is being made or waits to be taken."""
        return self._asked is not None

    def want(self, sources: Sources, known: Mapping[Reason, Found] | None, on: Set[Reason]) -> None:
        """Have a list made of these."""
        self.forget()
        self._pool = self._pool or ThreadPoolExecutor(1, thread_name_prefix="review-list")
        self._asked = self._pool.submit(make, sources, known, on)

    def take(self) -> Made | None:
        """What was made, once; None while it is not there. Raises what went wrong."""
        if self._asked is None or not self._asked.done():
            return None
        done, self._asked = self._asked, None
        return done.result()

    def forget(self) -> None:
        """What is being made is not wanted any more."""
        if self._asked is not None:
            self._asked.cancel()
            self._asked = None

    def close(self) -> None:
        """No thread is left."""
        self.forget()
        if self._pool is not None:
            self._pool.shutdown()
            self._pool = None
