"""The feature table of a library: by which rule its windows are cut, and where it lies once it is made.

What tasks, commands and the cluster share. Nothing heavy is imported at the top.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from projector.domain.columns import Category
from projector.domain.nouns import LabelRule, Stream, WindowRule
from projector.domain.progress import Progress

if TYPE_CHECKING:
    from projector.library.library import Library
    from projector.library.stored import StoredRide


def rule_of(stored: Mapping[str, Any]) -> WindowRule:
    """A rule from its JSON form."""
    return WindowRule(**{**stored, "label_rule": LabelRule(stored.get("label_rule", LabelRule.MAJORITY))})


def table_folder(library: "Library", rule: WindowRule, progress: Progress, cores: int | None = None) -> Path:
    """Where the feature table of a library lies; made when it isn't there, in a file and not in memory.

    cores   on at most so many; all that this process may use when None
    """
    from projector.jobs.blocks import make_table
    from projector.jobs.cores import compute, core_count, helpers_for
    from projector.library import cache

    found = cache.find_table(library, rule)
    if found is not None:
        return found
    with helpers_for(library, rule, core_count() if cores is None else cores) as helpers:
        return make_table(library, rule, lambda table, values: compute(table, values, progress, helpers))


def rides_of(library: "Library") -> list["LibraryRide"]:
    """All rides as extraction asks for them."""
    return [LibraryRide(library, int(number)) for number in library.numbers]


def rate_of(library: "Library", rule: WindowRule) -> float:
    """The rate at which windows are cut: the rule's, else the library's lowest."""
    from projector.processing.resample import library_rate

    rates = library.columns["rate_hz"]
    assert not isinstance(rates, Category)
    return rule.rate_hz or library_rate(rates)


@dataclass(frozen=True)
class LibraryRide:
    """A stored ride as extraction asks for it; read when it is its turn, never all at once."""

    library: "Library"
    number: int

    @cached_property
    def last_s(self) -> float:
        return self.library.last_time(self.number)

    def load_primary(self) -> Stream:
        return self._ride.primary.load()

    def load_aux(self) -> Sequence[Stream]:
        return [stream.load() for stream in self._ride.streams.values() if not stream.is_primary]

    @property
    def _ride(self) -> "StoredRide":
        return self.library.ride(self.number)
