"""Two people's label stores into one: the union of their edits, equal whoever is named first."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from projector.domain.edits import Edit, conflicts, union
from projector.domain.errors import LibraryError, StorageError
from projector.library.label_store import LabelStore, existing_store
from projector.library.replacing import replacing


@dataclass(frozen=True)
class MergeReport:
    """What was merged.

    only        of each store, how many edits no other one had
    differing   ids that stood for different edits: the earlier was kept
    conflicts   subjects with several versions, all of which were kept
    """

    edits: int
    only: tuple[int, ...]
    differing: tuple[str, ...]
    conflicts: dict[str, list[Edit]]


def merge_stores(paths: Sequence[Path], output: Path) -> MergeReport:
    """Write the union of some stores' edits as a new store, in order of time, whatever order the paths have.

    The stores themselves stay as they are. Raises LibraryError where one isn't sound, StorageError where the
    output exists or cannot be written.
    """
    if output.exists():
        raise StorageError("there is a file already", where=str(output), remedy="choose another name")
    sets = [_sound_edits(path) for path in paths]
    merged = union(*sets)
    with replacing(output) as part, LabelStore.open(part) as store:
        store.append(merged)
    return MergeReport(len(merged), *_shares(sets), conflicts(merged))


def _sound_edits(path: Path) -> list[Edit]:
    with existing_store(path) as store:
        report = store.check()
        if not report.sound:
            raise LibraryError(
                f"this label store is damaged: {report.told()}",
                where=str(path),
                remedy="take the last backup",
            )
        return list(store.edits())


def _shares(sets: Sequence[Sequence[Edit]]) -> tuple[tuple[int, ...], tuple[str, ...]]:
    """How many edits each set has to itself, and the ids that sets disagree on."""
    holders = Counter(name for edits in sets for name in {edit.id for edit in edits})
    said: dict[str, Edit] = {}
    differing = {edit.id for edits in sets for edit in edits if said.setdefault(edit.id, edit) != edit}
    only = tuple(sum(holders[edit.id] == 1 for edit in edits) for edits in sets)
    return only, tuple(sorted(differing))
