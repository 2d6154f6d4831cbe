"""Blocks of numpy work on all cores, each core with a block of its own.

Left to itself, the matrix library divides every single product among the cores and waits for the slowest
each time: on a machine that does other work too, that took ten times as long. It also makes the rounding
depend on the number of cores; here it doesn't.
"""

import os
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

Part = TypeVar("Part")


def on_all_cores(
    work: Callable[[Part], None], parts: Sequence[Part], starting: Callable[[int], None]
) -> None:
    """Call work(part) for every part, in threads; numpy lets go of the interpreter in what is worth it.

    starting(i) is called in the caller's thread as part i is waited for. What it raises ends the work
    after the parts that are under way.
    """
    from threadpoolctl import threadpool_limits  # type: ignore[import-untyped]

    with threadpool_limits(1, "blas"), ThreadPoolExecutor(min(os.cpu_count() or 1, 16)) as pool:
        futures = [pool.submit(work, part) for part in parts]
        try:
            for index, future in enumerate(futures):
                starting(index)
                future.result()
        except BaseException:
            pool.shutdown(cancel_futures=True)
            raise
