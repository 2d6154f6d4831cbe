"""Work in a thread of its own while this one says how far it is: writing to a disk may take long.

For what cannot go to the worker process, such as the transaction of a connection that is open here.
"""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor, wait
from typing import TypeVar

from projector.domain.progress import Cancelled, Progress

LOOK_EVERY_S = 0.02
T = TypeVar("T")


def aside(work: Callable[[Progress], T], progress: Progress) -> T:
    """What `work` gives, or raises. `progress` is called in this thread with what the work said last.

    When it raises Cancelled, the work's own next call of progress does so, too, and so does this; a work that
    makes no further call is finished all the same.
    """
    said: tuple[float, float, str] = (0.0, 1.0, "")
    stopped = False

    def report(done: float, total: float, what: str = "") -> None:
        nonlocal said
        if stopped:
            raise Cancelled
        said = done, total, what

    with ThreadPoolExecutor(1) as pool:
        future = pool.submit(work, report)
        try:
            while not wait([future], LOOK_EVERY_S).done:
                progress(*said)
        except Cancelled:
            stopped = True
        return future.result()
