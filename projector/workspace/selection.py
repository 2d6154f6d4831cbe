"""What is selected: one primary window, whose moment the trace shows, and a set."""

from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum

import numpy as np
import numpy.typing as npt

from projector.domain.ids import NO_WINDOW

Ids = npt.NDArray[np.int64]


class Mode(StrEnum):
    """What a newly drawn set does to the one that is there."""

    REPLACE = "replace"
    ADD = "add"
    TAKE = "take"
    INTERSECT = "intersect"
    TOGGLE = "toggle"


def _unique(ids: Ids) -> Ids:
    """Sorted, each once; numpy.unique hashes, which takes a second for a million."""
    ordered = np.sort(ids)
    return ordered[np.diff(ordered, prepend=NO_WINDOW) != 0] if len(ids) else ordered


def _none() -> Ids:
    return np.empty(0, np.int64)


@dataclass(frozen=True, eq=False)
class Selection:
    """primary is a window id or NO_WINDOW; ids int64 sorted, unique; cause says who chose."""

    primary: int = NO_WINDOW
    ids: Ids = field(default_factory=_none)
    cause: str = ""

    def __eq__(self, other: object) -> bool:
        """Equal when the same windows are chosen, whoever chose them."""
        return (
            isinstance(other, Selection)
            and self.primary == other.primary
            and np.array_equal(self.ids, other.ids)
        )

    __hash__ = None  # type: ignore[assignment]

    def with_primary(self, window: int, cause: str) -> "Selection":
        """One window. A set of several that holds it stays, so that one can walk through a lasso."""
        keeps = len(self.ids) > 1 and window in self.ids
        return Selection(window, self.ids if keeps else np.array([window], np.int64), cause)

    def combined(self, new: Ids, mode: Mode, cause: str) -> "Selection":
        """The set changed by another one; the primary stays while it is in the set."""
        result = _COMBINE[mode](self.ids, _unique(new))
        kept = self.primary if self.primary in result else NO_WINDOW
        if kept == NO_WINDOW and len(result) == 1:
            kept = int(result[0])
        return Selection(kept, result, cause)


_COMBINE: dict[Mode, Callable[[Ids, Ids], Ids]] = {
    Mode.REPLACE: lambda old, new: new,
    Mode.ADD: lambda old, new: _unique(np.concatenate([old, new])),
    Mode.TAKE: lambda old, new: np.setdiff1d(old, new, assume_unique=True),
    Mode.INTERSECT: lambda old, new: np.intersect1d(old, new, assume_unique=True),
    Mode.TOGGLE: lambda old, new: np.setxor1d(old, new, assume_unique=True),
}
