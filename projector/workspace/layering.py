"""Whose labels are shown, and whose are edited: the choice of layers, and what each says about a ride."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

import numpy as np

from projector.annotations.layers import (
    ADJUDICATED,
    IMPORTED,
    Rides,
    by_layer,
    first_spoken,
    layer_names,
    spoken,
)
from projector.domain.edits import Edit, Kind
from projector.domain.nouns import Annotations

HIDDEN = "hidden while labelling blind"


@dataclass(frozen=True)
class Layering:
    """Which layers are shown, in order of precedence, and which one is edited.

    author         who edits: the name of their own layer, "" as long as there is none
    chosen         layers shown before the imported one; none means one's own
    adjudicating   edits go into the adjudicated layer
    blind          nothing but one's own layer is shown
    """

    author: str = ""
    chosen: tuple[str, ...] = ()
    adjudicating: bool = False
    blind: bool = False

    @property
    def layer(self) -> str:
        """The layer that edits go into."""
        return ADJUDICATED if self.adjudicating else self.author

    @property
    def shown(self) -> str:
        """The layer that was asked for, "" where nobody has: only what isn't adjudicated is read from it."""
        return self.author if self.blind or not self.chosen else self.chosen[0]

    @property
    def order(self) -> tuple[str, ...]:
        """Of each ride the first of these that has spoken is shown; blind, nothing else is."""
        if self.blind:
            return (self.author,)
        own = (self.author,) if self.author else ()
        return tuple(dict.fromkeys((ADJUDICATED, *(self.chosen or own), IMPORTED)))

    def source(self, heads: Iterable[Edit], ride: str) -> str:
        """The layer that is shown of a ride; "" for none."""
        there = list(heads)
        return next((name for name in self.order if name == IMPORTED or ride in spoken(there, name)), "")

    def told(self, *, adjudicated: bool) -> str:
        """Whose labels are shown, for the status line: 'adjudicated, else anna, else imported'.

        adjudicated     whether there are such
        """
        if self.blind:
            return f"labelling blind, only those of {self.author}"
        there = self.adjudicating or adjudicated
        names = [name for name in self.order if there or name != ADJUDICATED]
        text = ", else ".join(names)
        return f"adjudicating · {text}" if self.adjudicating else text

    def opened(self, name: str) -> "Layering":
        """The same person looking at one layer, or at none but the adjudicated."""
        chosen = () if name == self.author else (name,)
        return replace(self, chosen=chosen, blind=False)

    def over(self) -> "Layering":
        """One's own layer before those that were shown: after a copy was made into it."""
        kept = (name for name in self.chosen if name not in (self.author, IMPORTED))
        return replace(self, chosen=(self.author, *kept))


@dataclass(frozen=True, eq=False)
class RideLayers:
    """Whose labels a ride shows, and what every other layer that has spoken says about it."""

    shown: str
    others: tuple[tuple[str, Annotations], ...] = ()


def ride_layers(
    layering: Layering, imported: Annotations, heads: Sequence[Edit], rides: Rides, ride: str
) -> RideLayers:
    """Of one ride: `imported` and `heads` are its own. Blind, the others are none."""
    shown = layering.source(heads, ride)
    if layering.blind:
        return RideLayers(shown)
    speaking = [name for name in layer_names(heads) if ride in spoken(heads, name)]
    names = [*speaking, *([IMPORTED] if len(imported) else [])]
    ranked = sorted(names, key=lambda name: (name != ADJUDICATED, name == IMPORTED, name))
    return RideLayers(
        shown,
        tuple((name, events_of(imported, heads, rides, name)) for name in ranked if name != shown),
    )


def events_of(imported: Annotations, heads: Sequence[Edit], rides: Rides, layer: str) -> Annotations:
    """The labels of one layer and of nobody else, on every ride on which it has spoken."""
    return first_spoken(imported, heads, (layer,), rides)


@dataclass(frozen=True)
class LayerFacts:
    """A layer as it is offered: its name, on how many rides it has spoken, how many labels it has."""

    name: str
    rides: int
    labels: int


def layer_facts(imported: Annotations, heads: Iterable[Edit], rides: Rides) -> list[LayerFacts]:
    """Every layer that has spoken; the imported one last."""
    found = []
    for name, edits in by_layer(heads).items():
        there = {edit.ride for edit in edits} & rides.keys()
        labels = sum(edit.kind is Kind.ANNOTATION and edit.after is not None for edit in edits)
        found.append(LayerFacts(name, len(there), labels))
    found.sort(key=lambda one: (one.name != ADJUDICATED, one.name))
    return [*found, LayerFacts(IMPORTED, len(np.unique(imported.ride_number)), len(imported))]
