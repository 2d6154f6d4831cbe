"""How dots get their colour: a category by slots of the palette, or a number on a ramp.

A label keeps its slot whatever else is in the library, so "fall" looks the same everywhere.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

import numpy as np
import numpy.typing as npt

from projector.domain.columns import Category, Column, Numbers

MISSING = -1
CLIP_PERCENTILES = (2.0, 98.0)
_PORTION = 1 << 16


@dataclass(frozen=True, eq=False)
class Colouring:
    """One column as colours.

    codes, names, slots, counts   a category: int32 (n,), its names, each name's palette slot, windows a name
    values, limits                a number: float (n,), and where the ramp begins and ends
    hidden                        codes that the legend switched off (MISSING too)
    missing                       how many windows have no value
    """

    name: str
    codes: npt.NDArray[np.int32] | None = None
    names: tuple[str, ...] = ()
    slots: tuple[int, ...] = ()
    counts: tuple[int, ...] = ()
    values: Numbers | None = None
    limits: tuple[float, float] = (0.0, 1.0)
    missing: int = 0
    hidden: frozenset[int] = field(default_factory=frozenset)

    @property
    def is_category(self) -> bool:
        return self.codes is not None

    def with_hidden(self, code: int, hide: bool) -> "Colouring":
        """The same with one code switched off or on."""
        return replace(self, hidden=self.hidden | {code} if hide else self.hidden - {code})

    def solo(self, code: int) -> "Colouring":
        """Only this code; all again if it is the only one already."""
        others = frozenset(range(MISSING, len(self.names))) - {code}
        return replace(self, hidden=frozenset() if self.hidden == others else others)

    def shown(self) -> npt.NDArray[np.bool_] | None:
        """Which windows the legend leaves, bool (n,); None when it hides nothing."""
        if self.codes is None or not self.hidden:
            return None
        keep = np.ones(len(self.names) + 1, bool)  # the last place is code -1
        keep[list(self.hidden)] = False
        return np.asarray(keep[self.codes])


def colouring_of(name: str, column: Column, preferred: dict[str, int]) -> Colouring:
    """A colouring of a column; `preferred` gives known names their palette slot."""
    if isinstance(column, Category):
        counts = _counts(column)
        return Colouring(
            name,
            codes=column.codes,
            names=column.names,
            slots=palette_slots(column.names, preferred),
            counts=tuple(int(count) for count in counts[1:]),
            missing=int(counts[0]),
        )
    is_finite = np.isfinite(column)
    finite = np.sort(column if is_finite.all() else column[is_finite])
    return Colouring(name, values=column, limits=_limits(finite), missing=len(column) - len(finite))


def _counts(column: Category) -> npt.NDArray[np.intp]:
    """Rows without a value and of each name; by portions, whose widened codes stay in the cache."""
    counts = np.zeros(len(column.names) + 1, np.intp)
    for first in range(0, len(column.codes), _PORTION):
        counts += np.bincount(column.codes[first : first + _PORTION] + 1, minlength=len(counts))
    return counts


def _limits(rising: Numbers) -> tuple[float, float]:
    """Where the ramp begins and ends: a few far values take no colours from all others."""
    if not len(rising):
        return 0.0, 1.0
    low, high = (_percentile(rising, share) for share in CLIP_PERCENTILES)
    return (low, high) if low < high else (float(rising[0]), float(rising[-1]))


def _percentile(rising: Numbers, share: float) -> float:
    """As numpy has it, between two values in proportion; but sorting is quicker than its search."""
    place = share / 100 * (len(rising) - 1)
    below, above = rising[int(place) : int(place) + 2][[0, -1]].tolist()
    return float(below + (above - below) * (place % 1))


def palette_slots(
    names: tuple[str, ...], preferred: dict[str, int], chosen: Mapping[str, int] | None = None
) -> tuple[int, ...]:
    """A slot for each name, none twice: its chosen one, else the preferred, else the first that is free."""
    wanted = {name: preferred[name.casefold()] for name in names if name.casefold() in preferred}
    slots = {name: chosen[name] for name in names if name in chosen} if chosen else {}
    taken = set(slots.values())
    wanted = {name: slot for name, slot in wanted.items() if name not in slots}
    for name, slot in wanted.items():
        if slot not in taken:
            slots[name] = slot
            taken.add(slot)
    free = iter(slot for slot in range(len(names) + len(taken) + 1) if slot not in taken)
    return tuple(slots[name] if name in slots else next(free) for name in names)
