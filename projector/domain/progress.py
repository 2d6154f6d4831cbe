"""How long work says how far it is, and how it is told to stop."""

from typing import Protocol


class Cancelled(Exception):
    """Raised out of a progress call when the user no longer wants the result."""


class Progress(Protocol):
    """Called with work done so far, the total (same unit), and what is being done. May raise Cancelled."""

    def __call__(self, done: float, total: float, what: str = "") -> None: ...


def silent(done: float, total: float, what: str = "") -> None:
    """Progress that nobody watches."""
