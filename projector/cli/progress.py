"""Progress of long work as one line on the terminal."""

import sys
import time

from projector.cli.info import printable


class Line:
    """Rewritten a few times a second on stderr; silent where that is no terminal. Use it in a `with`."""

    def __init__(self) -> None:
        self._next = 0.0
        self._shown = False

    def __call__(self, done: float, total: float, what: str = "") -> None:
        now = time.monotonic()
        if sys.stderr.isatty() and now >= self._next:
            self._next, self._shown = now + 0.1, True
            share = f"{done / total:4.0%}" if total else ""
            print(f"\r\x1b[K{share} {printable(what)[:60]}", end="", file=sys.stderr, flush=True)

    def __enter__(self) -> "Line":
        return self

    def __exit__(self, *_: object) -> None:
        if self._shown:
            print("\r\x1b[K", end="", file=sys.stderr, flush=True)
