"""What `projector labels compare` sets side by side, and how it prints it."""

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from itertools import combinations
from pathlib import Path
from typing import Any

import numpy as np

from projector.annotations.agreement import Agreement, ClassAgreement, Differences, compare
from projector.annotations.layers import IMPORTED, first_spoken, layer_names, spoken
from projector.domain.errors import InputError
from projector.domain.ids import ride_numbers
from projector.domain.nouns import Annotations, WindowRule, Windows
from projector.features.extraction import plan
from projector.jobs.tables import LibraryRide, rate_of
from projector.library.label_store import existing_store
from projector.library.labels.shelf import Shelf
from projector.library.library import Library


@dataclass(frozen=True, eq=False)
class Side:
    """One person's labels, and the numbers of the rides that they had a word on."""

    name: str
    annotations: Annotations
    rides: frozenset[int]


@dataclass(frozen=True, eq=False)
class Pair:
    """Two sides compared. rides: labelled by both; only_a, only_b: by one, so not compared."""

    a: str
    b: str
    rides: int
    only_a: int
    only_b: int
    agreement: Agreement


def sides_of(library: Library, stores: Sequence[Path], layers: Sequence[str]) -> list[Side]:
    """The layers of the stores and the imported one, or those named, in that order.

    Raises InputError for fewer than two.
    """
    ours = library.annotations
    found = [Side(IMPORTED, ours, frozenset(ours.ride_number.tolist()))] if len(ours) else []
    rides = Shelf(library).anchors
    for path in stores:
        with existing_store(path) as store:
            heads = store.heads()
        for layer in layer_names(heads):
            numbers = frozenset(rides[ride].number for ride in spoken(heads, layer) if ride in rides)
            name = layer if len(stores) == 1 else f"{path.name.removesuffix('.labels.db')}:{layer}"
            found.append(Side(name, first_spoken(ours, heads, (layer,), rides), numbers))
    known = [side.name for side in found]
    for name in layers:
        if not _named(name, known):
            raise InputError(f"there is no layer {name!r}", remedy=f"there are: {', '.join(known) or 'none'}")
    in_order = [side for name in layers for side in found if _named(name, [side.name])]
    chosen = list(dict.fromkeys(in_order)) if layers else found
    if len(stores) > 1 and not layers:
        chosen = [side for side in chosen if side.name != IMPORTED]  # two people's stores: their own work
    if len(chosen) < 2:
        raise InputError("a comparison needs two layers", remedy=f"there are: {', '.join(known) or 'none'}")
    return chosen


def _named(name: str, known: Sequence[str]) -> bool:
    """A layer may be named with its store or without."""
    return any(name in (one, one.partition(":")[2]) for one in known)


def compared(library: Library, sides: Sequence[Side], rule: WindowRule) -> list[Pair]:
    """Every two of the sides, on the rides that both had a word on."""
    both = [(a, b, a.rides & b.rides) for a, b in combinations(sides, 2)]
    needed = sorted(set().union(*(rides for _, _, rides in both)))
    sources = [LibraryRide(library, number) for number in needed]
    windows = plan(sources, rule, rate_of(library, rule)) if needed else _NO_WINDOWS
    return [
        Pair(
            a.name, b.name, len(rides), len(a.rides - rides), len(b.rides - rides),
            compare(_on(a.annotations, rides), _on(b.annotations, rides), _of(windows, rides), rule),
        )
        for a, b, rides in both
    ]  # fmt: skip


_NO_WINDOWS = Windows(np.empty(0, np.int64), np.empty(0), np.empty(0), np.empty(0, np.float32))


def _of(windows: Windows, rides: frozenset[int]) -> Windows:
    kept = np.isin(ride_numbers(windows.ids), sorted(rides))
    return Windows(windows.ids[kept], windows.start_s[kept], windows.stop_s[kept], windows.gap_share[kept])


def _on(found: Annotations, rides: frozenset[int]) -> Annotations:
    kept = np.isin(found.ride_number, sorted(rides))
    return Annotations(
        found.ride_number[kept], found.start_s[kept], found.stop_s[kept], found.label[kept], found.label_names
    )


_HEADS = f"  {'':<18}{'kappa':>7}{'overlap':>9}  {'a':>6}{'b':>6}{'both':>6}   onset (s)          offset (s)"


def pair_json(pair: Pair) -> dict[str, Any]:
    """A pair in JSON's forms; figures that nothing can be said about are NaN."""
    found = pair.agreement
    return {
        "a": pair.a,
        "b": pair.b,
        "rides": pair.rides,
        "only_a": pair.only_a,
        "only_b": pair.only_b,
        "windows": found.windows,
        "same": found.same,
        "overall": asdict(found.overall),
        "classes": {name: asdict(one) for name, one in found.classes.items()},
        "confusion": [{"a": a, "b": b, "windows": count} for (a, b), count in found.confusion.items()],
    }


def lines_of(pairs: Sequence[Pair], people: Mapping[str, Mapping[str, float]]) -> Iterator[str]:
    """For people: a table a pair, then what each person comes to."""
    for pair in pairs:
        rides = "1 ride" if pair.rides == 1 else f"{pair.rides:,} rides"
        yield f"{pair.a} and {pair.b}: {rides}, {pair.agreement.windows:,} windows{_alone(pair)}"
        yield _HEADS
        for name, one in ({"all classes": pair.agreement.overall} | dict(pair.agreement.classes)).items():
            yield f"  {name[:17]:<18}{_class(one)}"
    if len(people) > 2:
        for name, figures in people.items():
            kappa, overlap = _figure(figures["kappa"]), _figure(figures["mean_iou"])
            yield f"{name}: kappa {kappa}, overlap {overlap}, on average"


def _alone(pair: Pair) -> str:
    alone = [f"{n:,} only by {who}" for who, n in ((pair.a, pair.only_a), (pair.b, pair.only_b)) if n]
    return f" (not compared: {', '.join(alone)})" if alone else ""


def _class(one: ClassAgreement) -> str:
    counts = f"{one.a:>6,}{one.b:>6,}{one.matched:>6,}"
    edges = f"{_apart(one.onset):<19}{_apart(one.offset)}"
    return f"{_figure(one.kappa):>7}{_figure(one.mean_iou):>9}  {counts}   {edges}"


def _apart(one: Differences) -> str:
    return f"{one.median:+.3f}, 95 % {one.p95:.3f}" if one.count else "-"


def _figure(value: float) -> str:
    return "-" if math.isnan(value) else f"{value:.3f}"
