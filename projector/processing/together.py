"""Two pieces of array work at once: numpy lets go of the interpreter's lock in its loops."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

First = TypeVar("First")
Second = TypeVar("Second")
_HELPER = ThreadPoolExecutor(1, "arrays")


def both(first: Callable[[], First], second: Callable[[], Second]) -> tuple[First, Second]:
    """What the two give; the second runs in a thread that is kept, so it must not ask for `both` itself."""
    helped = _HELPER.submit(second)
    return first(), helped.result()
