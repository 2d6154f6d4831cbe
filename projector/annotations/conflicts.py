"""The same annotation changed in two places: both versions stand until somebody says which one is meant."""

from collections.abc import Callable, Sequence
from dataclasses import replace

from projector.annotations.edits import Hand
from projector.domain.edits import Edit, Kind, new_id
from projector.domain.errors import InputError

ALL = -1  # keep each version, as an annotation of its own


def settle(hand: Hand, versions: Sequence[Edit], keep: int) -> list[Edit]:
    """One version again, made upon all of them: that of index `keep`, or with ALL each as an annotation.

    A version may be a removal; keeping that one removes the annotation. Raises InputError for ALL where
    fewer than two versions are there.
    """
    parents = tuple(version.id for version in versions)
    there = [version for version in versions if version.after is not None]
    if keep == ALL and len(there) < 2:
        raise InputError("one of the versions is a removal", remedy="choose one of the two")
    kept = there[0] if keep == ALL else versions[keep]
    other = next((version for version in versions if version is not kept), kept)
    made = [hand.edit(kept.subject, parents, other.after, kept.after, kept.kind)]
    if keep == ALL:
        made += [hand.edit(new_id(), (), None, version.after, kept.kind) for version in there[1:]]
    return made


def unsettled(made: Sequence[Edit], group: Sequence[Edit], known: Callable[[str], Edit | None]) -> list[Edit]:
    """The edits that take a gesture back, `made`; where it had settled versions, each of them stands again.

    known   the edit of an id
    """
    settled: dict[str, list[Edit]] = {}
    for edit in group:
        versions = [version for version in map(known, edit.parents) if version is not None]
        if len(versions) > 1 and edit.subject not in settled:
            settled[edit.subject] = versions
    found: list[Edit] = []
    for edit in made:
        versions = settled.get(edit.subject, [])
        found += [replace(edit, id=new_id(), after=version.after) for version in versions] or [edit]
    return found


def is_conflict(versions: Sequence[Edit], layers: Sequence[str]) -> bool:
    """Whether somebody is to be asked: an annotation of these layers that not every version removes."""
    first = versions[0]
    there = any(version.after is not None for version in versions)
    return first.kind is Kind.ANNOTATION and first.layer in layers and there
